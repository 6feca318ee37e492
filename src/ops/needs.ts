import { type Digest, isDigest, parseCanonical } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
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
 * Reads what an entry needs: what it names, and where it names a `plan`, what that object names, such as the segments that its items were found in.
 * Each plan is read once. One that is lost needs nothing any more. Errors of what it gives: CORRUPT.
 */
export function openNeeds(ctx: Context): (entry: unknown) => AsyncGenerator<Digest> {
  const read = new Set<Digest>()
  return async function* (entry) {
    yield* digestsIn(entry)
    const plan = typeof entry === 'object' && entry !== null ? (entry as { readonly plan?: unknown }).plan : undefined
    if (!isDigest(plan) || read.has(plan)) return
    read.add(plan)
    if ((await ctx.registry.objects.size(plan)) !== null) yield* digestsIn(await documentAt(ctx, plan))
  }
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
