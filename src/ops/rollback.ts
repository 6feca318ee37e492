import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { Hold, MoveData, PointerEntry, RollbackData, Skipped } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import { isAnothersFreshRollback, mainOf, planRollback } from '../core/pointer.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { isPlain, servedArms } from '../core/route.ts'
import { entryAt, history } from './logs.ts'
import { type Bad, badAbout, describeBad, isBarring } from './marks.ts'
import { commit, repeated, standing, unchanged } from './move.ts'
import { completeManifest } from './plan.ts'
import { logOf, resolveRef, unknownPointer } from './refs.ts'

export interface RollbackInput {
  readonly pointer: string
  /** A bundle that this pointer has served. */
  readonly to: string | null
  readonly reason: string | null
  readonly expect?: number | undefined
  readonly hold: boolean
  readonly mark: boolean
}

/**
 * Goes back to what the pointer served before, marks what it leaves bad for this pointer and sets the hold.
 * No hold, mark, gate or policy refuses it. Reads the newest entry and those that `back` leads to, whatever the history.
 * Errors: POINTER_UNKNOWN, NOTHING_TO_ROLL_BACK, NEVER_SERVED, ROLLED_BACK_BY_ANOTHER, POINTER_MOVED, OBJECT_MISSING.
 */
export const rollback: Operation<RollbackInput, RollbackData> = async (ctx, input) => {
  const { pointer, reason } = input
  checkName(pointer, 'a pointer')
  const done = await repeated(ctx, pointer)
  if (done !== null) return withSkipped(done, [])
  const before = await standing(ctx, pointer, input.expect)
  if (before === null) throw await unknownPointer(ctx, pointer)
  if (input.to === null && input.expect === undefined) await letTheOtherBeSeen(ctx, pointer, before.entry)
  const { target, skipped } =
    input.to === null
      ? await earlierGood(ctx, pointer, before.entry)
      : await namedTarget(ctx, pointer, before, input.to)
  const isThere = input.to !== null && mainOf(target)?.bundle === mainOf(before.entry)?.bundle
  if (isThere && before.entry.route !== null && isPlain(before.entry.route))
    return withSkipped(await unchanged(ctx, pointer, before.entry), skipped)
  const now = ctx.now().toISOString()
  const hold: Hold | null = input.hold ? { by: ctx.actor, at: now, reason } : null
  const planned = planRollback(before.entry, { target, plain: input.to !== null, reason, hold, mark: input.mark })
  return withSkipped(await commit(ctx, pointer, before, planned), skipped)
}

const withSkipped = (result: Result<MoveData>, skipped: readonly Skipped[]): Result<RollbackData> => ({
  changed: result.changed,
  data: { ...result.data, skipped },
})

/** Two people at one incident: the second one's rollback must not go behind the first one's unseen. */
async function letTheOtherBeSeen(ctx: Context, pointer: string, newest: PointerEntry): Promise<void> {
  const settled =
    newest.settled === newest.seq ? newest : (await entryAt(ctx, logOf(ctx, pointer), newest.settled)).entry
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

/** The first entry that `back` leads to none of whose bundles is bad here or in the registry. */
async function earlierGood(
  ctx: Context,
  pointer: string,
  newest: PointerEntry,
): Promise<{ target: PointerEntry; skipped: readonly Skipped[] }> {
  const skipped: Skipped[] = []
  for (let back = newest.back; back !== null; ) {
    const { entry } = await entryAt(ctx, logOf(ctx, pointer), back.seq)
    const bad = await badOf(ctx, pointer, entry)
    if (bad === null) return { target: entry, skipped }
    skipped.push({ seq: entry.seq, bundle: bad.arm.bundle, version: bad.arm.version, why: describeBad(bad) })
    back = entry.back
  }
  if (skipped.length === 0) {
    throw new AishipError(
      'NOTHING_TO_ROLL_BACK',
      `${pointer} has served nothing before ${mainOf(newest)?.version ?? 'this'}`,
      {
        hint: 'to stop serving it altogether, retire the pointer; to serve something else, promote it',
        next: [`aiship log ${pointer}`, `aiship retire ${pointer}`],
      },
    )
  }
  throw new AishipError(
    'NOTHING_TO_ROLL_BACK',
    `everything that ${pointer} served before is marked bad: ${skipped.map((s) => s.why).join('; ')}`,
    {
      hint: 'a person may go back to one of them all the same',
      next: [...new Set(skipped.map((s) => `aiship rollback ${pointer} --to ${s.version}`))],
      details: { skipped },
    },
  )
}

/** Also looks that each bundle is whole: going back to something that cannot be served helps nobody. */
async function badOf(ctx: Context, pointer: string, entry: PointerEntry): Promise<Bad | null> {
  for (const arm of servedArms(entry.route)) {
    const found = await badAbout(ctx, arm, await completeManifest(ctx, arm), { app: ctx.app, pointer })
    const barring = found.find(isBarring)
    if (barring !== undefined) return barring
  }
  return null
}

async function namedTarget(
  ctx: Context,
  pointer: string,
  before: Read<PointerEntry>,
  ref: string,
): Promise<{ target: PointerEntry; skipped: readonly Skipped[] }> {
  const arm = await resolveRef(ctx, ref)
  for await (const entry of history(ctx, logOf(ctx, pointer), before)) {
    if (entry.settled !== entry.seq || mainOf(entry)?.bundle !== arm.bundle) continue
    for (const bad of await badAbout(ctx, arm, await completeManifest(ctx, arm), { app: ctx.app, pointer })) {
      if (ctx.actor.kind === 'automation' && isBarring(bad)) {
        throw new AishipError('PERSON_NEEDED', `only a person may go back to a bad bundle: ${describeBad(bad)}`, {
          next: [`aiship rollback ${pointer}`],
        })
      }
      ctx.emit({ type: 'warning', code: 'MARKED_BAD', message: describeBad(bad) })
    }
    return { target: entry, skipped: [] }
  }
  throw new AishipError('NEVER_SERVED', `${pointer} has never served ${arm.version}, so it cannot go back to it`, {
    next: [`aiship promote ${ref} ${pointer}`],
    details: { bundle: arm.bundle },
  })
}
