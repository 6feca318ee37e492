import { type Digest, parseCanonical } from '../core/digest.ts'
import { MAX_ENTRY } from '../core/entry.ts'
import type { Context } from '../core/ports.ts'
import { segmentLog, segmentsToMerge } from '../core/segments.ts'
import { append } from './logs.ts'
import { needsOf } from './needs.ts'
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

/** What other logs need, and why: a repair that is not over, a comparison, evidence. */
export async function namedElsewhere(ctx: Context): Promise<ReadonlyMap<Digest, string>> {
  const why = new Map<Digest, string>()
  for (const log of await ctx.registry.logs.list('')) {
    ctx.signal.throwIfAborted()
    if (OTHERS.test(log)) continue
    for await (const digest of needsOf(ctx, log, entriesOf(ctx, log)))
      if (!why.has(digest)) why.set(digest, reason(log))
  }
  return why
}

/** A repair that is over needs the predictions no more. */
function reason(log: string): string {
  const [kind, , plan = ''] = log.split('/')
  return kind === 'remediations'
    ? `a repair needs it until it is closed, or ended by  aiship remediate abort ${plan.slice(0, 12)}`
    : `${log} names it`
}

async function* entriesOf({ registry }: Context, log: string): AsyncGenerator<unknown> {
  for (const seq of await registry.logs.numbers(log)) {
    const record = await registry.logs.read(log, seq)
    if (record !== null) yield parseCanonical(record.bytes, `${log}@${seq}`, MAX_ENTRY)
  }
}
