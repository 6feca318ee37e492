import { type Digest, hexOf } from '../core/digest.ts'
import { approvedBy } from '../core/gates.ts'
import type { EvidenceCount, LsData, VersionEntry, VersionState } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import type { Context, Operation } from '../core/ports.ts'
import { isTainted } from '../core/taint.ts'
import { evidenceLog, evidenceOf } from './evidence.ts'
import { history, newest } from './logs.ts'
import { manifestOf } from './plan.ts'
import { pointerNames, versionLog } from './refs.ts'
import { type Served, servedBy } from './served.ts'
import { taintSeen } from './taint.ts'
import { badMarks } from './verdicts.ts'
import { labelsByBundle } from './versions.ts'

export interface LsInput {
  readonly limit: number
}

const WIDTH = 8

/**
 * The newest versions of the app, and where each stands: bad (it, or something in it, is marked so), live (a pointer serves it), was live, never.
 * Errors: CORRUPT, CHAIN_BROKEN.
 */
export const ls: Operation<LsInput, LsData> = async (ctx, { limit }) => {
  const log = versionLog(ctx.app)
  const tip = await newest(ctx, log)
  const entries: VersionEntry[] = []
  for await (const entry of history(ctx, log, tip)) if (entries.push(entry) >= limit) break
  const served = await servedByAll(ctx)
  const labels = await labelsByBundle(ctx)
  const bad = await badOnes(ctx, entries)
  const tainted = await taintedOnes(ctx, entries)
  const evidence = await evidenceCounts(ctx, entries)
  const versions = entries.map((entry) => {
    const { bundle, seq, at, actor, message } = entry
    const now = served.filter((one) => one.now.has(bundle)).map((one) => one.pointer)
    const wasServed = served.some((one) => one.ever.has(bundle))
    const state: VersionState = bad.has(bundle) ? 'bad' : now.length > 0 ? 'live' : wasServed ? 'was live' : 'never'
    const row = {
      version: `v${seq}`,
      bundle,
      at,
      actor,
      message,
      labels: labels.get(bundle) ?? [],
      pointers: now,
      state,
      tainted: tainted.has(bundle),
    }
    return { ...row, evidence: evidence.get(bundle) ?? { evaluations: 0, approvals: 0 } }
  })
  return { changed: false, data: { registry: ctx.registry.url, app: ctx.app, total: tip?.entry.seq ?? 0, versions } }
}

/** Every pointer of the app that has an entry, with what it serves and has served. */
export async function servedByAll(ctx: Context): Promise<readonly Served[]> {
  const all: Served[] = []
  for (const pointer of await pointerNames(ctx)) {
    const one = await servedBy(ctx, pointer)
    if (one !== null) all.push(one)
  }
  return all
}

/** Reads a manifest only where something in the registry has a mark at all. */
async function badOnes(ctx: Context, entries: readonly VersionEntry[]): Promise<ReadonlySet<Digest>> {
  const marked = new Set((await ctx.registry.logs.list('marks/')).map((log) => log.slice('marks/'.length)))
  const bad = new Set<Digest>()
  if (marked.size === 0) return bad
  await inPool(entries, WIDTH, async ({ bundle, seq }) => {
    const manifest = await manifestOf(ctx, { bundle }).catch(() => null)
    const digests = [bundle, ...(manifest?.components ?? []).map((component) => component.digest)]
    for (const digest of digests.filter((one) => marked.has(hexOf(one)))) {
      if ((await badMarks(ctx, digest, `v${seq}`, null)).length > 0) bad.add(bundle)
    }
  })
  return bad
}

async function taintedOnes(ctx: Context, entries: readonly VersionEntry[]): Promise<ReadonlySet<Digest>> {
  const tainted = new Set<Digest>()
  const look = await taintSeen(ctx)
  if (look === null) return tainted
  await inPool(entries, WIDTH, async ({ bundle, seq }) => {
    const findings = await look.of({ bundle, version: `v${seq}` })
    if (findings.some(isTainted)) tainted.add(bundle)
  })
  return tainted
}

/** Reads what was put down only of versions of which something was. Whoever approves counts once, for however many pointers. */
async function evidenceCounts(
  ctx: Context,
  entries: readonly VersionEntry[],
): Promise<ReadonlyMap<Digest, EvidenceCount>> {
  const logs = new Set(await ctx.registry.logs.list('evidence/'))
  const counts = new Map<Digest, EvidenceCount>()
  const known = entries.filter(({ bundle }) => logs.has(evidenceLog(bundle)))
  await inPool(known, WIDTH, async ({ bundle }) => {
    const facts = await evidenceOf(ctx, bundle)
    const scopes = facts.flatMap(({ approval }) => approval?.scope ?? [])
    const people = new Set(scopes.flatMap((scope) => approvedBy(facts, scope).map(({ actor }) => actor.name)))
    const evaluations = facts.filter(({ type }) => type === 'evaluation').length
    counts.set(bundle, { evaluations, approvals: people.size })
  })
  return counts
}
