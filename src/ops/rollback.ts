import { AishipError } from '../core/errors.ts'
import type { Arm, Hold, MoveData, PointerEntry, RollbackData, Skipped } from '../core/model.gen.ts'
import { isAnothersFreshRollback, isFresh, mainOf, planRollback } from '../core/pointer.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { isPlain } from '../core/route.ts'
import { entryAt } from './logs.ts'
import { settleMarksSeen } from './marks.ts'
import { begin, commit, unchanged } from './move.ts'
import { logOf, unknownPointer } from './refs.ts'
import { type IsIt, meantThen, sameMove } from './repeat.ts'
import { earlierGood, namedTarget, skippedBy, targetsThen } from './rollback-target.ts'

export interface RollbackInput {
  readonly pointer: string
  /** A bundle that this pointer has served. */
  readonly to: string | null
  readonly reason: string | null
  readonly expect?: number | undefined
  readonly hold: boolean
  readonly mark: boolean
  /** What shows that it has to be; stored already. */
  readonly evidence?: PointerEntry['evidence']
  /** Return only when the followers serve it, or after so many ms. */
  readonly wait?: number | undefined
}

/**
 * Goes back to what the pointer served before, marks what it leaves bad for this pointer and sets the hold.
 * No hold, mark, gate or policy refuses it. Reads the newest entry and those that `back` leads to, whatever the history.
 * Errors: POINTER_UNKNOWN, NOTHING_TO_ROLL_BACK, NEVER_SERVED, ROLLED_BACK_BY_ANOTHER, POINTER_MOVED, OBJECT_MISSING.
 */
export const rollback: Operation<RollbackInput, RollbackData> = async (ctx, input) => {
  const { pointer, reason } = input
  const { before, done } = await begin(ctx, pointer, 'rollback', input.expect, isIt(ctx, input), settleMarksSeen)
  if (done !== null) return again(ctx, input, done)
  if (before === null) throw await unknownPointer(ctx, pointer)
  const newest = before.entry
  if (input.to === null && input.expect === undefined) await letTheOtherBeSeen(ctx, pointer, newest)
  const { entry, to, skipped } =
    input.to === null ? await earlierGood(ctx, pointer, newest) : await namedTarget(ctx, pointer, before, input.to)
  const isAlone = newest.route !== null && isPlain(newest.route)
  if (isAlone && to !== null && mainOf(newest)?.bundle === to.bundle)
    return withSkipped(await unchanged(ctx, pointer, newest), skipped)
  const hold: Hold | null = input.hold ? { by: ctx.actor, at: ctx.now().toISOString(), reason } : null
  const planned = planRollback(newest, { target: entry, to, reason, hold, mark: input.mark })
  return withSkipped(await commit(ctx, pointer, before, { ...planned, evidence: input.evidence ?? [] }), skipped)
}

const withSkipped = (result: Result<MoveData>, skipped: readonly Skipped[]): Result<RollbackData> => ({
  changed: result.changed,
  data: { ...result.data, skipped },
})

/** Where it leads depends on the marks of then; where that cannot be told any more, the repeat is believed. */
const isIt =
  (ctx: Context, input: RollbackInput): IsIt =>
  async (made, before) => {
    if (before === null || (input.hold && made.hold?.by.name !== made.actor.name)) return false
    const plan = (target: PointerEntry, to: Arm | null): boolean => {
      const hold = input.hold ? made.hold : null
      const planned = planRollback(before, { target, to, reason: null, hold, mark: input.mark })
      return sameMove(planned, made) && sameHold(planned.hold, made.hold)
    }
    if (input.to === null) {
      const targets = await targetsThen(ctx, input.pointer, before, made)
      return targets.length === 0 || targets.some((target) => plan(target, null))
    }
    const to = await meantThen(ctx, input.to, input.pointer, before)
    return to !== null && plan(before, to)
  }

const sameHold = (a: Hold | null, b: Hold | null): boolean => a?.at === b?.at && a?.by.name === b?.by.name

/** The same answer as an earlier run of this operation gave. */
async function again(ctx: Context, input: RollbackInput, done: Result<MoveData>): Promise<Result<RollbackData>> {
  const { action, seq } = done.data
  if (input.to !== null || action !== 'rollback') return withSkipped(done, [])
  const log = logOf(ctx, input.pointer)
  const [before, entry] = [await entryAt(ctx, log, seq - 1), await entryAt(ctx, log, seq)]
  return withSkipped(done, await skippedBy(ctx, input.pointer, before.entry, entry.entry))
}

/** The newest entry that moved the pointer: not what holds it, and not what has brought back a hold. */
async function lastMove(ctx: Context, pointer: string, newest: PointerEntry): Promise<PointerEntry> {
  let entry = newest
  // A rollback out of a rollout settles nothing: what was stable stood all along.
  while (entry.settled !== entry.seq && entry.action !== 'rollback' && isFresh(entry, ctx.now()))
    entry = (await entryAt(ctx, logOf(ctx, pointer), entry.seq - 1)).entry
  return entry
}

/** Two people at one incident: the second one's rollback must not go behind the first one's unseen. */
async function letTheOtherBeSeen(ctx: Context, pointer: string, newest: PointerEntry): Promise<void> {
  // Out of a rollout it goes to what they went back to, not behind it.
  if (newest.rollout !== null) return
  const settled = await lastMove(ctx, pointer, newest)
  if (!isAnothersFreshRollback(settled, ctx.actor, ctx.now())) return
  const seconds = Math.max(0, Math.round((ctx.now().getTime() - Date.parse(settled.at)) / 1000))
  const why = settled.reason === null ? '' : `: ${settled.reason}`
  throw new AishipError(
    'ROLLED_BACK_BY_ANOTHER',
    `${settled.actor.name} rolled ${pointer} back to ${mainOf(settled)?.version} ${seconds} s ago${why}; nothing was changed by you`,
    {
      hint: 'to go further back than that, say that you have seen it',
      next: [`aiship log ${pointer}`, `aiship rollback ${pointer} --expect ${newest.seq}`],
      details: { by: settled.actor.name, at: settled.at, seq: newest.seq, to: mainOf(settled)?.bundle ?? null },
    },
  )
}
