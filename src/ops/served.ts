import { canonicalBytes, type Digest, digestOf, isDigest, parseCanonical } from '../core/digest.ts'
import { readEntry } from '../core/entry.ts'
import type { PointerEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { servedArms } from '../core/route.ts'
import { newest } from './logs.ts'
import { settleMarksSeen } from './marks.ts'
import { logOf } from './refs.ts'

/** The newest entry that put a bundle there. */
export interface Put {
  readonly seq: number
  readonly at: string
}

/** What a pointer serves and has served. */
export interface Served {
  readonly pointer: string
  /** The newest entry. */
  readonly entry: PointerEntry
  readonly now: ReadonlySet<Digest>
  readonly ever: ReadonlyMap<Digest, Put>
}

/** Kept from the last look, so that a history of 10,000 entries is read once and not at each look. Believed only for the entry it was made of. */
interface Kept {
  readonly registry: string
  readonly seq: number
  readonly tip: Digest
  readonly ever: Readonly<Record<string, readonly [number, string]>>
}

const MAX_KEPT = 64 * 1024 * 1024
const WORTH_KEEPING = 100

/** Null where the pointer has no entry. Errors: CORRUPT. */
export async function servedBy(ctx: Context, pointer: string): Promise<Served | null> {
  const log = logOf(ctx, pointer)
  const tip = await newest(ctx, log)
  if (tip === null) return null
  await settleMarksSeen(ctx, tip.entry, { app: ctx.app, pointer })
  const key = `served/${ctx.app}/${pointer}`
  const kept = await readKept(ctx, log, key)
  const ever = new Map<Digest, Put>(
    Object.entries(kept?.ever ?? {}).map(([bundle, [seq, at]]) => [bundle as Digest, { seq, at }]),
  )
  const from = kept?.seq ?? 0
  for (let seq = from + 1; seq <= tip.entry.seq; seq++) {
    const entry = seq === tip.entry.seq ? tip.entry : await readOne(ctx, log, seq)
    // A gap is fsck's to report; what the other entries say still holds.
    // A candidate is served by its first step: the ones after it put nothing there.
    const candidate = entry?.rollout?.candidate.bundle
    if (entry !== null && candidate !== undefined && !ever.has(candidate)) ever.set(candidate, { seq, at: entry.at })
    if (entry?.settled !== seq) continue
    for (const arm of servedArms(entry.route)) ever.set(arm.bundle, { seq, at: entry.at })
  }
  if (tip.entry.seq - from >= WORTH_KEEPING) {
    const rows = Object.fromEntries([...ever].map(([bundle, put]) => [bundle, [put.seq, put.at]]))
    await ctx.memory.set(
      key,
      canonicalBytes({ registry: ctx.registry.id, seq: tip.entry.seq, tip: tip.digest, ever: rows }),
    )
  }
  return { pointer, entry: tip.entry, now: new Set(servedArms(tip.entry.route).map((arm) => arm.bundle)), ever }
}

async function readOne(ctx: Context, log: string, seq: number): Promise<PointerEntry | null> {
  const record = await ctx.registry.logs.read(log, seq)
  return record === null ? null : readEntry('pointers', log, record, ctx.registry.id).entry
}

async function readKept(ctx: Context, log: string, key: string): Promise<Kept | null> {
  const bytes = await ctx.memory.get(key)
  if (bytes === null) return null
  try {
    const kept = parseCanonical(bytes, key, MAX_KEPT) as Kept
    const isWhole = kept.registry === ctx.registry.id && Object.keys(kept.ever).every(isDigest)
    const record = isWhole ? await ctx.registry.logs.read(log, kept.seq) : null
    return record !== null && digestOf(record.bytes) === kept.tip ? kept : null
  } catch {
    return null
  }
}
