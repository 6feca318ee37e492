import type { Digest } from '../core/digest.ts'
import { type Read, readEntry } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { Segment, SegmentEntry } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import type { Context } from '../core/ports.ts'
import type { PredictionStore, Session, Window } from '../core/predictions.ts'
import { foldSegments, NO_SEGMENTS, type SegmentState, segmentLog, segmentsIn } from '../core/segments.ts'
import { newest } from './logs.ts'

/** A session over the app's predictions in a window, and what it reads. */
export interface Opened extends Session {
  readonly segments: readonly Segment[]
  /** Of these, those that are gone from the registry: what it answers leaves them out. A warning says so. */
  readonly missing: readonly Digest[]
}

/**
 * Opens the app's predictions for queries. In: the window, which chooses the segments and is the view's condition too. Errors: ENGINE_MISSING where
 * DuckDB is not installed; CORRUPT, CHAIN_BROKEN for a damaged log or segment.
 */
export async function openPredictions(
  ctx: Context,
  window: Window = {},
  options: { readonly sealed?: boolean } = {},
): Promise<Opened> {
  const store = await predictionStore(ctx)
  const segments = segmentsIn((await readSegments(ctx)).state.segments, window)
  const digests = segments.map(({ digest }) => digest)
  const { session, missing } = await store.open(ctx.registry.objects, digests, window, options)
  if (missing.length > 0) warnOfMissing(ctx, segments, missing)
  return { ...session, segments, missing }
}

export async function predictionStore(ctx: Context): Promise<PredictionStore> {
  if (ctx.predictions === undefined) throw new AishipError('INTERNAL', 'there is nothing to read predictions with')
  return ctx.predictions()
}

/** Says how many predictions are listed and not there. */
export function warnOfMissing(ctx: Context, segments: readonly Segment[], missing: readonly Digest[]): void {
  const lost = segments.filter(({ digest }) => missing.includes(digest))
  const rows = lost.reduce((sum, one) => sum + one.rows, 0)
  const what = lost.length === 1 ? 'a segment' : `${lost.length} segments`
  const message = `${what} of ${rows} predictions (${lost[0]?.digest}) is listed and gone from the registry: they are in no answer`
  ctx.emit({ type: 'warning', code: 'SEGMENT_MISSING', message })
}

const WIDTH = 16

/** What the app's segment log says, and its newest entry; null where it has none. */
export interface SegmentsNow {
  readonly state: SegmentState
  readonly tip: Read<SegmentEntry> | null
}

/**
 * What the app's segment log says now. What was read before is remembered, so that only newer entries are read. Errors: CHAIN_BROKEN, CORRUPT.
 */
export async function readSegments(ctx: Context): Promise<SegmentsNow> {
  const log = segmentLog(ctx.app)
  const tip = await newest(ctx, log)
  if (tip === null) return { state: NO_SEGMENTS, tip }
  const key = `segments/${ctx.registry.id}/${ctx.app}.json`
  const known = await remembered(ctx, key)
  const state = known !== null && known.seq <= tip.entry.seq ? await readOn(ctx, log, known, tip).catch(ifBroken) : null
  const all = state ?? (await readOn(ctx, log, NO_SEGMENTS, tip))
  if (known === null || all.digest !== known.digest) await ctx.memory.set(key, Buffer.from(JSON.stringify(all)))
  return { state: all, tip }
}

/** What is remembered may be of a log that was restored since: then all of it is read again, and told apart from damage by that. */
function ifBroken(error: unknown): null {
  if (error instanceof AishipError && error.code === 'CHAIN_BROKEN') return null
  throw error
}

async function remembered(ctx: Context, key: string): Promise<SegmentState | null> {
  try {
    const bytes = await ctx.memory.get(key)
    return bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as SegmentState)
  } catch {
    return null
  }
}

async function readOn(
  ctx: Context,
  log: `segments/${string}`,
  from: SegmentState,
  tip: Read<SegmentEntry>,
): Promise<SegmentState> {
  const count = tip.entry.seq - from.seq
  const reads: Read<SegmentEntry>[] = Array.from({ length: count }, () => tip)
  await inPool([...reads.keys()].slice(0, -1), WIDTH, async (i) => {
    ctx.signal.throwIfAborted()
    const record = await ctx.registry.logs.read(log, from.seq + 1 + i)
    if (record === null) throw broken(`${log} has no entry ${from.seq + 1 + i}`)
    reads[i] = readEntry('segments', log, record, ctx.registry.id)
  })
  let before = from.digest
  for (const { entry, digest } of reads) {
    if (entry.prev !== before) throw broken(`entry ${entry.seq} of ${log} does not follow from the one before it`)
    before = digest
  }
  if (before !== tip.digest) throw broken(`${log} is not what it was at entry ${from.seq}`)
  return foldSegments(
    from,
    reads.map(({ entry }) => entry),
    tip.digest,
  )
}

const broken = (message: string): AishipError =>
  new AishipError('CHAIN_BROKEN', message, {
    hint: 'an entry was changed or lost behind aiship',
    next: ['aiship fsck'],
  })
