import { AishipError } from '../core/errors.ts'
import type { MoveData, PointerEntry } from '../core/model.gen.ts'
import { type Move, planHold, planRetire, planUnhold } from '../core/pointer.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { settleMarksSeen } from './marks.ts'
import { begin, commit, unchanged } from './move.ts'
import { policyOf } from './plan.ts'
import { askFirst } from './promote.ts'
import { unknownPointer } from './refs.ts'

export interface HoldInput {
  readonly pointer: string
  readonly reason: string | null
  readonly expect?: number | undefined
  /** What shows that it has to be; stored already. */
  readonly evidence?: PointerEntry['evidence']
}

/** Locks a pointer against moves forward. A second hold replaces who and why. Errors: POINTER_UNKNOWN, POINTER_MOVED. */
export const hold: Operation<HoldInput, MoveData> = (ctx, input) =>
  change(ctx, 'hold', input, async (entry) =>
    planHold(entry, { by: ctx.actor, at: ctx.now().toISOString(), reason: input.reason }),
  )

/** Lifts the hold. Errors: PERSON_NEEDED for automation; POINTER_UNKNOWN, POINTER_MOVED. */
export const unhold: Operation<HoldInput, MoveData> = (ctx, input) =>
  change(ctx, 'unhold', input, async (entry) => {
    const planned = planUnhold(entry, input.reason)
    if (planned !== null && ctx.actor.kind === 'automation') {
      throw new AishipError(
        'PERSON_NEEDED',
        `${ctx.actor.name} is automation, and only a person may lift a hold (set by ${entry.hold?.by.name})`,
        {
          next: [`aiship log ${input.pointer}`],
        },
      )
    }
    return planned
  })

/** Ends a pointer with a tombstone: its history stays, and `undo` or `rollback` brings it back. Errors: POINTER_UNKNOWN, POINTER_MOVED. */
export const retire: Operation<HoldInput, MoveData> = (ctx, input) =>
  change(ctx, 'retire', input, async (entry) => {
    const planned = planRetire(entry, input.reason)
    if (planned !== null && policyOf(ctx, input.pointer, entry)?.protected)
      await askFirst(ctx, `Retire ${input.pointer}?`)
    return planned
  })

async function change(
  ctx: Context,
  action: 'hold' | 'unhold' | 'retire',
  input: HoldInput,
  plan: (entry: PointerEntry) => Promise<Move | null>,
): Promise<Result<MoveData>> {
  const { before, done } = await begin(ctx, input.pointer, action, input.expect, undefined, settleMarksSeen)
  if (done !== null) return done
  if (before === null) throw await unknownPointer(ctx, input.pointer)
  const planned = await plan(before.entry)
  if (planned === null) return unchanged(ctx, input.pointer, before.entry)
  return commit(ctx, input.pointer, before, { ...planned, evidence: input.evidence ?? [] })
}
