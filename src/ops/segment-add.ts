import type { Segment, SegmentEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Chunk, Draft } from '../core/predictions.ts'
import { segmentLog } from '../core/segments.ts'
import { append } from './logs.ts'
import { readSegments, type SegmentsNow } from './segments.ts'

/** Of more bundles an entry does not name any. */
const MOST_BUNDLES = 1000

/** What became of a chunk: the segment, null where all of it was there already; its size in bytes; and whether somebody else has read these lines. */
export interface Added {
  readonly draft: Draft | null
  readonly size: number
  readonly isOld: boolean
}

/**
 * Adds a chunk to the app's predictions: first its segment, then the entry that names it. Whoever was faster is looked at before a second try, so
 * that no record is there twice. In: `again`, whether these lines are looked at even if they were read. Errors: DISK_FULL, READ_ONLY, OUTCOME_UNKNOWN.
 */
export async function addSegment(
  ctx: Context,
  chunk: Chunk,
  { reason = null, again = false }: { readonly reason?: string | null; readonly again?: boolean } = {},
): Promise<Added> {
  let seen = await readSegments(ctx)
  let draft = await chunk.write(seen.state.segments)
  let stored = await storeChunk(ctx, chunk, draft)
  for (;;) {
    ctx.signal.throwIfAborted()
    const now = await readSegments(ctx)
    if (!again && isRead(now, chunk)) return { draft: null, size: 0, isOld: true }
    const before = new Set(seen.state.segments.map(({ digest }) => digest))
    const fresh = now.state.segments.filter(({ digest }) => !before.has(digest))
    if (draft !== null && fresh.length > 0 && (await chunk.meets(draft, fresh))) {
      draft = await chunk.write(now.state.segments)
      stored = await storeChunk(ctx, chunk, draft)
    }
    seen = now
    // A pipe has no place that could be read again, so that nothing new in it is nothing at all.
    const isNothing = draft === null && stored.quarantine === null && (!chunk.isFile || chunk.records === 0)
    if (isNothing || (await add(ctx, now, chunk, { ...stored, draft, reason })))
      return { draft, size: stored.size, isOld: false }
  }
}

/** Somebody else has read just these bytes meanwhile. */
const isRead = ({ state }: SegmentsNow, { source }: Chunk): boolean =>
  source !== null &&
  (state.sources[source.id] ?? []).some((one) => one.digest === source.digest && one.offset === source.offset)

interface StoredChunk {
  readonly segment: Segment | null
  readonly quarantine: SegmentEntry['quarantine']
  /** Of the segment, in bytes. */
  readonly size: number
}

/** Stores what a chunk has become, durably. */
export async function storeChunk(ctx: Context, chunk: Chunk, draft: Draft | null): Promise<StoredChunk> {
  const files = [...(draft === null ? [] : [draft.file]), ...(chunk.quarantine === null ? [] : [chunk.quarantine])]
  if (files.length === 0) return { segment: null, quarantine: null, size: 0 }
  const batch = await ctx.registry.objects.batch()
  try {
    const request = { size: 0, watch: null, alone: true, like: [] }
    const stored = await batch.files(files.map((path) => ({ path, ...request })))
    await batch.flush()
    const bad = chunk.quarantine === null ? undefined : stored.at(-1)
    const lines = chunk.refused.reduce((sum, one) => sum + one.count, 0)
    const quarantine = bad === undefined ? null : { digest: bad.digest, size: bad.size, lines }
    if (draft === null) return { segment: null, quarantine, size: 0 }
    const { digest, size } = stored[0] as (typeof stored)[number]
    const { rows, from, to, bundles } = draft
    const named = bundles.length > MOST_BUNDLES ? null : bundles
    return { segment: { digest, size, rows, from, to, bundles: named }, quarantine, size }
  } finally {
    await batch.close()
  }
}

/** Out: whether the entry is there; not so if somebody else was faster. */
async function add(
  ctx: Context,
  { tip }: SegmentsNow,
  chunk: Chunk,
  {
    segment,
    quarantine,
    draft,
    reason,
  }: StoredChunk & { readonly draft: Draft | null; readonly reason: string | null },
): Promise<boolean> {
  const duplicates = chunk.records - (draft?.rows ?? 0)
  const body = { segment, source: chunk.source, quarantine, duplicates, drops: [], reason }
  const { won, read } = await append(ctx, segmentLog(ctx.app), tip, body)
  // An entry with the same operation may be of another chunk.
  return won && read.entry.segment?.digest === segment?.digest && read.entry.source?.digest === chunk.source?.digest
}
