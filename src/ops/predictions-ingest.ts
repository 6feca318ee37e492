import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { PredictionsIngestData } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import type { Chunk, Draft, IntakeAsks } from '../core/predictions.ts'
import { stopped } from './follow-tell.ts'
import { resolveRef } from './refs.ts'
import { addSegment } from './segment-add.ts'
import { mergeSmall } from './segment-merge.ts'
import { predictionStore, readSegments } from './segments.ts'

export interface IngestInput {
  /** A file, a folder, or `-`. */
  readonly path: string
  readonly profile: string | null
  readonly keepPayloads: boolean
  /** A file with the key that payloads are hashed with. */
  readonly hashKey: string | null
  /** Of lines that name none. */
  readonly bundle: string | null
  /** Go on, and look so often. */
  readonly everyMs: number | null
}

const MOST_KEY = 4096
const MOST_SHOWN = 20

interface Totals {
  records: number
  duplicates: number
  quarantined: number
  segments: number
  bytes: number
  ahead: number
  dark: { records: number; readonly bundles: Set<Digest> }
  readonly refused: Map<string, { reason: string; count: number; readonly source: string; readonly offset: number }>
  readonly skipped: { readonly file: string; readonly why: string }[]
}

/**
 * Reads prediction logs into the app's segments. What was read before is nothing new; what can't be read is set aside and counted. Each segment is
 * durable before the log names it, so whoever is stopped goes on from there. Errors: ENGINE_MISSING; those of `PredictionStore.intake`; those of
 * `resolveRef`; DISK_FULL, READ_ONLY; INTERRUPTED.
 */
export const ingestPredictions: Operation<IngestInput, PredictionsIngestData> = async (ctx, input) => {
  const began = ctx.now().getTime()
  const totals: Totals = {
    ...{ records: 0, duplicates: 0, quarantined: 0, segments: 0, bytes: 0, ahead: 0 },
    ...{ dark: { records: 0, bundles: new Set() }, refused: new Map(), skipped: [] },
  }
  const known = new Map<Digest, boolean>()
  const bundle = input.bundle === null ? null : (await resolveRef(ctx, input.bundle, { mayBeGone: true })).bundle
  const hashKey = input.hashKey === null ? null : await readKey(ctx, input.hashKey)
  const { path, profile, keepPayloads, everyMs } = input
  const again = await isSomeLost(ctx)
  const intake = await (await predictionStore(ctx)).intake(
    ctx.registry.objects,
    { path, profile, keepPayloads, everyMs, hashKey, bundle },
    asksOf(ctx, totals, again),
  )
  let last = Promise.resolve()
  try {
    for await (const chunk of intake.chunks()) {
      // One is written while the next is read.
      await last
      last = settle(ctx, chunk, totals, known, again).finally(() => chunk.close())
      last.catch(() => undefined)
      if (everyMs === null) continue
      await last
      tell(ctx, totals)
      await mergeSmall(ctx)
    }
    await last
    await mergeSmall(ctx)
    if (ctx.signal.aborted) throw stopped(totals.segments > 0)
  } catch (error) {
    if (ctx.signal.aborted) throw stopped(totals.segments > 0)
    throw error
  } finally {
    // What was read before it failed is stored first: closing would interrupt that.
    await last.catch(() => undefined)
    intake.close()
  }
  const { torn, unpaired, looksLike } = intake.left()
  return {
    changed: totals.segments > 0 || totals.quarantined > 0,
    data: {
      ...{ app: ctx.app, path, ...counts(totals) },
      dark: { records: totals.dark.records, bundles: [...totals.dark.bundles].slice(0, MOST_SHOWN) },
      ...{ ahead: totals.ahead, torn, unpaired },
      refused: [...totals.refused.values()].sort((a, b) => b.count - a.count).slice(0, MOST_SHOWN),
      skipped: totals.skipped,
      looks_like: looksLike,
      duration_ms: ctx.now().getTime() - began,
    },
  }
}

const counts = ({ records, duplicates, quarantined, segments, bytes }: Totals) => ({
  ...{ records, duplicates, quarantined, segments, bytes },
})

function tell(ctx: Context, totals: Totals): void {
  const now = counts(totals)
  const message = `${now.records} predictions, ${now.duplicates} known, ${now.quarantined} set aside, ${now.segments} segments`
  ctx.emit({ type: 'line', data: { event: 'ingested', at: ctx.now().toISOString(), ...now }, message })
}

async function readKey(ctx: Context, file: string): Promise<Uint8Array> {
  const bytes = await ctx.input?.(file, MOST_KEY)
  if (bytes !== undefined && bytes.length >= 16) return bytes
  throw new AishipError('USAGE', `a key has 16 bytes or more, and ${file} has ${bytes?.length ?? 0}`)
}

/** What a segment had that is gone may be in any log: then all are read again, and give what is not there. */
async function isSomeLost(ctx: Context): Promise<boolean> {
  const digests = (await readSegments(ctx)).state.segments.map(({ digest }) => digest)
  return digests.length > 0 && (await ctx.registry.objects.has(digests)).size < new Set(digests).size
}

const asksOf = (ctx: Context, totals: Totals, again: boolean): IntakeAsks => ({
  ranges: async (id) => (again ? [] : ((await readSegments(ctx)).state.sources[id] ?? [])),
  bundle: (hex) => bundleOf(ctx, hex),
  now: () => ctx.now(),
  progress: (done, total) => ctx.emit({ type: 'progress', what: 'reading', done, total, unit: 'bytes' }),
  skipped(file, error) {
    if (totals.skipped.some((one) => one.file === file)) return
    totals.skipped.push({ file, why: error.message })
    ctx.emit({ type: 'warning', code: 'LOG_SKIPPED', message: error.message })
  },
})

async function bundleOf(ctx: Context, hex: string): Promise<Digest | { readonly why: string }> {
  try {
    return (await resolveRef(ctx, hex, { mayBeGone: true })).bundle
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    if (error.code === 'REF_AMBIGUOUS') return { why: `an abbreviated digest is ambiguous: ${hex}` }
    if (error.code === 'NOT_FOUND') return { why: `no bundle begins with an abbreviated digest: ${hex}` }
    throw error
  }
}

async function settle(
  ctx: Context,
  chunk: Chunk,
  totals: Totals,
  known: Map<Digest, boolean>,
  again: boolean,
): Promise<void> {
  const { draft, size, isOld } = await addSegment(ctx, chunk, { again })
  if (isOld) totals.duplicates += chunk.records
  else count(totals, chunk, draft, size)
  if (draft !== null) await countDark(ctx, draft, totals, known)
}

function count(totals: Totals, chunk: Chunk, draft: Draft | null, size: number): void {
  const rows = draft?.rows ?? 0
  totals.records += rows
  totals.duplicates += chunk.records - rows
  totals.ahead += draft?.ahead ?? 0
  if (draft !== null) totals.segments++
  totals.bytes += size
  for (const { reason, count: lines, offset } of chunk.refused) {
    totals.quarantined += lines
    const before = totals.refused.get(reason)
    if (before !== undefined) before.count += lines
    else totals.refused.set(reason, { reason, count: lines, source: chunk.source?.name ?? '', offset })
  }
}

/** Bundles that this registry does not have: whoever asks about these predictions gets no answer from it. */
async function countDark(
  ctx: Context,
  { bundles }: Draft,
  { dark }: Totals,
  known: Map<Digest, boolean>,
): Promise<void> {
  const asked = bundles.map(({ bundle }) => bundle).filter((bundle) => !known.has(bundle))
  const here = asked.length === 0 ? new Set<Digest>() : await ctx.registry.objects.has(asked)
  for (const bundle of asked) known.set(bundle, here.has(bundle))
  for (const { bundle, rows } of bundles) {
    if (known.get(bundle) === true) continue
    dark.records += rows
    dark.bundles.add(bundle)
  }
}
