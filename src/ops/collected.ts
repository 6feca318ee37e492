import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectedIn } from '../core/marks.ts'
import type { Arm, MarkEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { addMark, marksOf } from './marks.ts'

/**
 * A gc that is about to take a version's bundle out writes it into the log of its marks first, and whoever brings it back takes that back when
 * everything of it is durable. So a bundle of which nothing stands there is whole, and stays so for a week at least.
 */
export async function writeCollected(ctx: Context, bundles: Iterable<Digest>, reason: string): Promise<void> {
  for (const digest of bundles) {
    ctx.signal.throwIfAborted()
    await addMark(ctx, { digest, verdict: 'collected', scope: null, reason, lifts: null })
  }
}

/** Out: whether it was collected. */
export async function liftCollected(ctx: Context, digest: Digest): Promise<boolean> {
  const mark = collectedIn(await marksOf(ctx, digest))
  if (mark === null) return false
  await addMark(ctx, { digest, verdict: 'lifted', scope: null, reason: 'it is here again', lifts: mark.op })
  return true
}

/** Errors: NOT_FOUND for what a gc has taken out. */
export async function refuseCollected(ctx: Context, arm: Arm): Promise<void> {
  const mark = collectedIn(await marksOf(ctx, arm.bundle))
  if (mark !== null) throw collectedError(arm, mark)
}

/** What to say where a part of a bundle is missing: that a gc took it out, if one did; else `error`. */
export async function orCollected(
  ctx: Context,
  arm: Pick<Arm, 'bundle'> & Partial<Arm>,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof AishipError) || error.code !== 'OBJECT_MISSING') return error
  const mark = collectedIn(await marksOf(ctx, arm.bundle).catch(() => []))
  return mark === null ? error : collectedError(arm, mark)
}

export function collectedError({ bundle, version }: Pick<Arm, 'bundle'> & Partial<Arm>, mark: MarkEntry): AishipError {
  const why = mark.reason === null ? '' : `: ${mark.reason}`
  return new AishipError('NOT_FOUND', `${version ?? bundle} was collected by ${mark.actor.name} at ${mark.at}${why}`, {
    hint: 'the same content, bundled again, brings it back',
    next: ['aiship ls'],
    details: { bundle, collected_at: mark.at, collected_by: mark.actor.name },
  })
}
