import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { MoveData, PointerEntry, Rollout } from '../core/model.gen.ts'
import type { Move } from '../core/pointer.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { planAbort, planPause, planResume } from '../core/rollout-moves.ts'
import { entryAt } from './logs.ts'
import { settleMarks, settleMarksSeen } from './marks.ts'
import { begin, commit, unchanged } from './move.ts'
import { checkMove } from './plan.ts'
import { logOf, unknownPointer } from './refs.ts'
import { queuedOn } from './rollout-queue.ts'

export interface RolloutInput {
  readonly pointer: string
  readonly reason: string | null
  readonly expect?: number | undefined
  /** What shows that it has to be; stored already. */
  readonly evidence?: PointerEntry['evidence']
}

/** Stays at the present step until somebody resumes. Errors: NO_ROLLOUT, POINTER_UNKNOWN, POINTER_MOVED. */
export const rolloutPause: Operation<RolloutInput, MoveData> = (ctx, input) =>
  change(ctx, 'pause', input, async (before, rollout) =>
    planPause(before.entry, rollout, { reason: input.reason, override: null }),
  )

/**
 * Goes on; the hold of the present step begins anew. Whoever paused it, a person resumes it: what a person stops, no program starts again.
 * Errors: PERSON_NEEDED, HELD, NO_ROLLOUT, POINTER_UNKNOWN, POINTER_MOVED.
 */
export const rolloutResume: Operation<RolloutInput & { readonly override: string | null }, MoveData> = (ctx, input) =>
  change(ctx, 'resume', input, async ({ entry }, rollout) => {
    const { pointer, reason, override } = input
    const planned = planResume(entry, rollout, { reason, override }, ctx.now())
    if (planned === null) return null
    if (ctx.actor.kind === 'automation')
      throw new AishipError('PERSON_NEEDED', `${ctx.actor.name} is automation, and only a person resumes a rollout`, {
        next: [`aiship rollout status ${pointer}`],
      })
    const command = `aiship rollout resume ${pointer}`
    await checkMove(ctx, entry, planned, {
      ...{ pointer, hold: entry.hold, override, raised: [rollout.candidate], command, gates: rollout.policy.gates },
    })
    return planned
  })

/**
 * Returns to what was stable, without mark and hold, and drops what is queued: one entry, which nothing refuses. Where no rollout runs and nothing is
 * queued it is `changed: false`. Errors: POINTER_UNKNOWN, POINTER_MOVED.
 */
export const rolloutAbort: Operation<RolloutInput, MoveData> = async (
  ctx,
  { pointer, expect, reason, evidence = [] },
) => {
  const { before, done } = await begin(ctx, pointer, 'abort', expect, undefined, settleMarksSeen)
  if (done !== null) return done
  if (before === null) throw await unknownPointer(ctx, pointer)
  const { entry } = before
  if (entry.rollout === null && (await queuedOn(ctx, pointer, entry)) === null) return unchanged(ctx, pointer, entry)
  const { entry: stood } = await entryAt(ctx, logOf(ctx, pointer), entry.settled)
  return commit(ctx, pointer, before, { ...planAbort(entry, stood, reason), evidence })
}

async function change(
  ctx: Context,
  action: 'pause' | 'resume',
  input: RolloutInput,
  plan: (before: Read<PointerEntry>, rollout: Rollout) => Promise<Move | null>,
): Promise<Result<MoveData>> {
  const { pointer } = input
  const settle = action === 'resume' ? settleMarks : settleMarksSeen
  const { before, done } = await begin(ctx, pointer, action, input.expect, undefined, settle)
  if (done !== null) return done
  if (before === null) throw await unknownPointer(ctx, pointer)
  const { rollout } = before.entry
  if (rollout === null) throw noRollout(pointer)
  const planned = await plan(before, rollout)
  return planned === null ? unchanged(ctx, pointer, before.entry) : commit(ctx, pointer, before, planned)
}

const noRollout = (pointer: string): AishipError =>
  new AishipError('NO_ROLLOUT', `no rollout runs on ${pointer}`, {
    hint: 'it may have ended: the log says how',
    next: [`aiship log ${pointer}`],
  })
