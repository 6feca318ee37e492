import { AishipError } from '../core/errors.ts'
import type { MoveData, PointerEntry } from '../core/model.gen.ts'
import { nameProblem } from '../core/names.ts'
import { goesBack, holdAgainstUndo, mainOf, planUndo } from '../core/pointer.ts'
import type { Context, Operation } from '../core/ports.ts'
import { parseRef, type Ref } from '../core/ref.ts'
import { sameRoute } from '../core/route.ts'
import { entryAt, entryBefore, newest as newestOf } from './logs.ts'
import { begin, commit } from './move.ts'
import { checkMove, policyOf } from './plan.ts'
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
  if (ref.kind !== 'entry') throw await notAMove(ctx, ref, input.move)
  const { pointer, seq } = ref
  const { before, done } = await begin(ctx, pointer, 'undo', input.expect, (made) => made.seq === seq + 1)
  if (done !== null) return done
  if (before === null) throw await unknownPointer(ctx, pointer)
  const newest = before.entry
  if (newest.seq !== seq) throw notNewest(pointer, seq, newest)
  if (seq === 1) {
    throw new AishipError('NOTHING_TO_UNDO', `${pointer}@1 is the first entry: nothing stood before it`, {
      hint: `to end the pointer: aiship retire ${pointer}`,
      next: [`aiship log ${pointer}`],
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
  const log = logOf(ctx, pointer)
  const earlier = await entryBefore(ctx, log, before)
  const behind = newest.back === null ? null : (await entryAt(ctx, log, newest.back.seq)).entry
  const planned = planUndo(newest, earlier, input.reason)
  const isBack = goesBack(earlier, behind)
  const checked = await checkMove(ctx, newest, planned, {
    pointer,
    hold: holdAgainstUndo(newest, earlier, isBack),
    goesBack: isBack,
    override: input.override,
    lifting: newest.op,
    isUndo: true,
    command: `aiship undo ${input.move}`,
  })
  const changesRoute = !sameRoute(newest.route, planned.route)
  if (changesRoute && policyOf(ctx, pointer, newest)?.protected)
    await askFirst(ctx, `Put ${mainOf(earlier)?.version ?? 'nothing'} back on ${pointer}?`)
  return commit(ctx, pointer, before, { ...checked, override: input.override })
}

/** Whoever names a pointer alone most likely means its newest move: that command is given, and not run. */
async function notAMove(ctx: Context, ref: Ref, text: string): Promise<AishipError> {
  const isName = ref.kind === 'word' && nameProblem(ref.word) === null
  const read = isName ? await newestOf(ctx, logOf(ctx, ref.word)) : null
  return new AishipError('USAGE', `${JSON.stringify(text)} does not name a move`, {
    hint: 'write the pointer, "@" and the number of its newest entry, as the move printed it',
    next: [read === null ? 'aiship status' : `aiship undo ${text}@${read.entry.seq}`],
  })
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
