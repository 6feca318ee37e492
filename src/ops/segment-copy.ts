import type { Digest } from '../core/digest.ts'
import type { Context } from '../core/ports.ts'
import { addSegment } from './segment-add.ts'
import { predictionStore, readSegments, warnOfMissing } from './segments.ts'

/** How many segments and records are new there. */
export interface CopiedSegments {
  readonly segments: number
  readonly records: number
}

/**
 * Brings an app's predictions from one registry to another: the segments that are not there and were not dropped there, without the records that
 * others there have. Errors: ENGINE_MISSING; CORRUPT; those of `addSegment`.
 */
export async function copySegments(from: Context, to: Context): Promise<CopiedSegments> {
  const { segments } = (await readSegments(from)).state
  const { state } = await readSegments(to)
  const there = new Set(state.segments.map(({ digest }) => digest))
  const missing = segments.filter(({ digest }) => !there.has(digest) && !Object.hasOwn(state.dropped, digest))
  const copied = { segments: 0, records: 0 }
  if (missing.length === 0) return copied
  const lost: Digest[] = []
  const copying = await (await predictionStore(to)).copying(from.registry.objects, to.registry.objects)
  try {
    for (const [i, segment] of missing.entries()) {
      to.signal.throwIfAborted()
      const chunk = await copying.chunk([segment])
      if (chunk === null) {
        lost.push(segment.digest)
        continue
      }
      const { draft } = await addSegment(to, chunk, { reason: `from ${from.registry.url}` }).finally(() =>
        chunk.close(),
      )
      if (draft !== null) copied.segments++
      copied.records += draft?.rows ?? 0
      to.emit({ type: 'progress', what: 'predictions', done: i + 1, total: missing.length, unit: 'files' })
    }
    if (lost.length > 0) warnOfMissing(from, missing, lost)
    return copied
  } finally {
    copying.close()
  }
}
