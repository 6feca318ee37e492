import { type Digest, parseCanonical } from '../core/digest.ts'
import { MAX_ENTRY } from '../core/entry.ts'
import type { Context } from '../core/ports.ts'
import { segmentLog, segmentsToMerge } from '../core/segments.ts'
import { append } from './logs.ts'
import { openNeeds } from './needs.ts'
import { storeChunk } from './segment-add.ts'
import { predictionStore, readSegments } from './segments.ts'

/**
 * Makes one segment of many small ones, as a log that is followed leaves them: thousands of files would take longer to open than to read. Whoever
 * reads the small ones still can, until a gc. Does nothing where somebody else was faster. Errors: CORRUPT, DISK_FULL, READ_ONLY.
 */
export async function mergeSmall(ctx: Context): Promise<void> {
  const { state, tip } = await readSegments(ctx)
  if (segmentsToMerge(state.segments, () => false).length === 0) return
  const named = await namedElsewhere(ctx)
  const small = segmentsToMerge(state.segments, (digest) => named.has(digest))
  if (small.length === 0) return
  const copying = await (await predictionStore(ctx)).copying(ctx.registry.objects, ctx.registry.objects)
  try {
    const chunk = await copying.chunk(small)
    if (chunk === null) return
    const { segment } = await storeChunk(ctx, chunk, await chunk.write([]))
    const drops = small.map(({ digest }) => digest)
    const body = { segment, source: null, quarantine: null, duplicates: 0, drops, reason: 'merged' }
    if (segment !== null) await append(ctx, segmentLog(ctx.app), tip, body)
  } finally {
    copying.close()
  }
}

/** Logs whose entries name no segments of others; there are many of them. */
const OTHERS = /^(?:segments|versions|marks)\//

/** What entries of other logs name, themselves or in their plan, and which one does: a remediation, a comparison, evidence. */
export async function namedElsewhere(ctx: Context): Promise<ReadonlyMap<Digest, string>> {
  const why = new Map<Digest, string>()
  const needs = openNeeds(ctx)
  for (const log of await ctx.registry.logs.list('')) {
    ctx.signal.throwIfAborted()
    if (OTHERS.test(log)) continue
    for (const seq of await ctx.registry.logs.numbers(log)) {
      const record = await ctx.registry.logs.read(log, seq)
      if (record === null) continue
      for await (const digest of needs(parseCanonical(record.bytes, `${log}@${seq}`, MAX_ENTRY)))
        if (!why.has(digest)) why.set(digest, `${log}@${seq} names it`)
    }
  }
  return why
}
