import { canonicalBytes } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Arm, Component, PointerEntry, VersionEntry } from '../core/model.gen.ts'
import { type Move, mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { parseRef } from '../core/ref.ts'
import { sameRoute } from '../core/route.ts'
import { entryAt } from './logs.ts'
import { logOf, resolveTarget } from './refs.ts'

/**
 * A command that is given the `--op` of an earlier one is a repeat only if it asks for the same. What a move does is compared; its reason is not.
 */

/** In: the entry that was made with this `--op`, and the one before it. Out: whether it is what is asked for now. */
export type IsIt = (made: PointerEntry, before: PointerEntry | null) => boolean | Promise<boolean>

/** Whether a move that is planned on the entry before `made` would be that move. Null: it would have been none. */
export const sameMove = (planned: Move | null, made: PointerEntry): boolean =>
  planned !== null &&
  sameRoute(planned.route, made.route) &&
  Buffer.compare(canonicalBytes(planned.marks), canonicalBytes(made.marks)) === 0

/**
 * What REF meant when `before` was the newest entry of the pointer: the move itself has changed what `prod` and `prod~1` mean.
 * Errors: those of resolveTarget.
 */
export async function meantThen(
  ctx: Context,
  text: string,
  pointer: string,
  before: PointerEntry | null,
): Promise<Arm | null> {
  const ref = parseRef(text)
  const steps = ref.kind === 'word' && ref.word === pointer ? 0 : ref.kind === 'earlier' ? ref.steps : null
  const isOfThisPointer = steps === 0 || (ref.kind === 'earlier' && ref.pointer === pointer)
  if (steps === null || !isOfThisPointer || before === null) {
    const { bundle, version } = await resolveTarget(ctx, text)
    return { bundle, version }
  }
  let entry = before
  for (let step = 0; step < steps; step++) {
    if (entry.settled === 1) return null
    entry = (await entryAt(ctx, logOf(ctx, pointer), entry.settled - 1)).entry
  }
  return mainOf(entry)
}

/** The same for a bundle, as far as it can be told without reading a file. Errors: USAGE. */
export function checkBundle(
  ctx: Context,
  made: VersionEntry,
  components: readonly Component[],
  asked: { readonly message: string | null; readonly labels: readonly string[] },
): void {
  const parts = (list: readonly Pick<Component, 'name' | 'role'>[]): string =>
    JSON.stringify(list.map(({ name, role }) => `${name} ${role}`).sort())
  const isSame =
    (asked.message === null || asked.message === made.message) &&
    asked.labels.every((label) => made.labels.includes(label)) &&
    parts(ctx.config?.components ?? []) === parts(components)
  if (!isSame) throw otherBundle(ctx, made)
}

export const otherBundle = (ctx: Context, { actor, seq, at }: VersionEntry): AishipError =>
  otherOperation(ctx, `${actor.name} made v${seq} with it (bundle, at ${at})`, `aiship show v${seq}`)

/** A rollback under the name that a promote had would do nothing, and say that all is well. In: what that operation did. */
export const otherOperation = (ctx: Context, did: string, next: string): AishipError =>
  new AishipError('USAGE', `--op ${ctx.op.id} is the name of another operation: ${did}`, {
    hint: 'nothing was changed; each command has an operation name of its own',
    next: [next],
  })
