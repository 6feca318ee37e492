import { AishipError } from '../core/errors.ts'
import type { MoveData, PointerEntry } from '../core/model.gen.ts'
import { mainOf, planUndo } from '../core/pointer.ts'
import type { Operation } from '../core/ports.ts'
import { parseRef } from '../core/ref.ts'
import { sameRoute } from '../core/route.ts'
import { entryAt } from './logs.ts'
import { commit, repeated, standing } from './move.ts'
import { checkMove } from './plan.ts'
import { askFirst } from './promote.ts'
import { logOf, unknownPointer } from './refs.ts'

export interface UndoInput {
  /** `prod@43`: the move to take back. */
  readonly move: string
  readonly reason: string | null
  readonly expect?: number | undefined
  readonly override: string | null
}

/**
 * Puts back the route, hold and `back` of the entry before, and lifts the marks that the undone one set.
 * Only the newest move can be undone, by a person or by the actor that made it.
 * Errors: USAGE, POINTER_UNKNOWN, NOTHING_TO_UNDO, POINTER_MOVED, PERSON_NEEDED, and checkMove's.
 */
export const undo: Operation<UndoInput, MoveData> = async (ctx, input) => {
  const ref = parseRef(input.move)
  if (ref.kind !== 'entry') {
    throw new AishipError(
      'USAGE',
      `${JSON.stringify(input.move)} does not name a move: write pointer@NUMBER, as the move printed it`,
      { next: ['aiship log POINTER'] },
    )
  }
  const { pointer, seq } = ref
  const done = await repeated(ctx, pointer)
  if (done !== null) return done
  const before = await standing(ctx, pointer, input.expect)
  if (before === null) throw await unknownPointer(ctx, pointer)
  const newest = before.entry
  if (newest.seq !== seq) throw notNewest(pointer, seq, newest)
  if (seq === 1) {
    throw new AishipError('NOTHING_TO_UNDO', `${pointer}@1 is the first entry: nothing stood before it`, {
      next: [`aiship retire ${pointer}`],
    })
  }
  const isOwn = newest.actor.name === ctx.actor.name && newest.actor.kind === ctx.actor.kind
  if (ctx.actor.kind === 'automation' && !isOwn) {
    throw new AishipError(
      'PERSON_NEEDED',
      `${pointer}@${seq} was made by ${newest.actor.name}: only a person or they may undo it`,
      { next: [`aiship log ${pointer}`] },
    )
  }
  const { entry: earlier } = await entryAt(ctx, logOf(ctx, pointer), seq - 1)
  const planned = planUndo(newest, earlier, input.reason)
  // Taking back a rollback goes forward again, so a hold that stood before it counts; taking back anything else does not.
  const hold = newest.action === 'rollback' ? earlier.hold : null
  await checkMove(ctx, newest, planned, {
    pointer,
    hold,
    override: input.override,
    lifting: newest.op,
    command: `aiship undo ${input.move}`,
  })
  const changesRoute = !sameRoute(newest.route, planned.route)
  if (changesRoute && newest.policy?.protected)
    await askFirst(ctx, `Put ${mainOf(earlier)?.version ?? 'nothing'} back on ${pointer}?`)
  return commit(ctx, pointer, before, { ...planned, override: input.override })
}

function notNewest(pointer: string, seq: number, newest: PointerEntry): AishipError {
  const { actor, at, action } = newest
  return new AishipError(
    'POINTER_MOVED',
    `${pointer}@${seq} is not the newest move any more: ${actor.name} made ${pointer}@${newest.seq} (${action}) at ${at}`,
    {
      next: [`aiship log ${pointer}`],
      details: { expected_seq: seq, actual_seq: newest.seq },
    },
  )
}
