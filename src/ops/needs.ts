import { type Digest, isDigest, parseCanonical } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import type { RemediationEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'

/** Keys of an entry whose digests are of bytes that are no objects. */
const NOT_OBJECTS = new Set(['prev', 'id'])
const MAX_PLAN = 64 * 1024 * 1024

/** Digests in an entry that are, or may be, of objects. */
export function* digestsIn(value: unknown): Generator<Digest> {
  if (isDigest(value)) yield value
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) if (!NOT_OBJECTS.has(key)) yield* digestsIn(item)
}

/**
 * What the entries of a log need: what they name, and while a repair is not over, what its plan names: the segments that its items were found in.
 * A plan that is lost needs nothing any more. Errors of what it gives: CORRUPT.
 */
export async function* needsOf(
  ctx: Context,
  log: string,
  entries: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<Digest> {
  const plans = new Set<Digest>()
  let isOver = false
  for await (const entry of entries) {
    yield* digestsIn(entry)
    if (!log.startsWith('remediations/')) continue
    const { plan, action } = entry as Partial<RemediationEntry>
    if (isDigest(plan)) plans.add(plan)
    if (action === 'closed' || action === 'aborted') isOver = true
  }
  if (isOver) return
  for (const plan of plans)
    if ((await ctx.registry.objects.size(plan)) !== null) yield* digestsIn(await documentAt(ctx, plan))
}

/** Null where it is none: its bytes are what was stored, whatever that is. */
async function documentAt(ctx: Context, digest: Digest): Promise<unknown> {
  const bytes = await collectBytes(ctx.registry.objects.get(digest, MAX_PLAN))
  try {
    return parseCanonical(bytes, digest, MAX_PLAN)
  } catch (error) {
    if (error instanceof AishipError && error.code === 'CORRUPT') return null
    throw error
  }
}
