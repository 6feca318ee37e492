import type { Digest } from '../core/digest.ts'
import type { DigestMap } from '../core/digest-map.ts'
import { AishipError } from '../core/errors.ts'
import { MAX_MANIFEST } from '../core/manifest.ts'
import type { GcData } from '../core/model.gen.ts'
import type { Amount, Collection, Context, Garbage, Operation } from '../core/ports.ts'
import { DAY_MS, describeTime } from '../core/retention.ts'
import { liftCollected, writeCollected } from './collected.ts'
import { findRoots, type Roots } from './gc-entries.ts'
import { nameGarbage } from './gc-names.ts'
import { reach, reachOthers, refuseLostLogs } from './gc-roots.ts'
import { describeVersions } from './gc-versions.ts'

export interface GcInput {
  /** False: only say what would go. */
  readonly apply: boolean
  /** What was stored more lately stays: somebody may be about to name it. In ms. */
  readonly olderThanMs: number
  /** What was made a version, or served, within this time stays: 90 days by default. In ms. */
  readonly keepMs?: number | undefined
}

export const KEEP_MS = 90 * DAY_MS
/** Of more, the largest are named. */
const MOST_NAMED = 1000

/**
 * Takes out what nothing in the registry needs: into the trash, from which it goes for good with a gc seven days later. Needed is what a label, a
 * verdict, evidence, or what a pointer serves, served lately or can be rolled back to names; versions made lately; and an app's newest. Safe beside
 * everything else that runs. Errors: CORRUPT, CHAIN_BROKEN, OBJECT_MISSING, LOG_WENT_BACK where it can't be told what is needed;
 * CONFIRMATION_NEEDED; GC_SWEEPING; DISK_FULL, READ_ONLY, NOT_PERMITTED.
 */
export const gc: Operation<GcInput, GcData> = async (ctx, { apply, olderThanMs, keepMs = KEEP_MS }) => {
  const upkeep = ctx.upkeep?.()
  if (upkeep === undefined) throw new AishipError('INTERNAL', 'there is nothing to collect garbage with')
  const isReal = apply && !upkeep.isDry
  // Before the look at what is needed: what is stored from now on is not judged.
  const collection = await upkeep.collect(isReal)
  const roots = await findRoots(ctx, { nowMs: collection.nowMs, keepMs: Math.max(keepMs, olderThanMs) })
  const { live } = await reach(ctx, roots)
  if (isReal) await refuseLostLogs(ctx)
  const needed = (digest: Digest): boolean => live.has(digest)
  const found = await survey(collection, needed, olderThanMs)
  const { items, manifests } = await nameGarbage(ctx, found.listed, found.alone, roots.versions)
  const before = await collection.trash()
  const leftovers = await collection.leftovers(olderThanMs)
  const reports = roots.oldReports.length
  const isNothing = found.going.objects + before.ripe.objects + leftovers + reports === 0 && before.objects === 0
  const head = {
    registry: ctx.registry.url,
    ...{ older_than_ms: olderThanMs, keep_ms: keepMs },
    kept: { young: found.young, packed: found.packed },
    ...describeVersions(roots, manifests),
  }
  if (!isReal || isNothing) {
    const { ripe, objects, bytes } = before
    const planned = { garbage: found.going, purged: ripe, trash: { objects, bytes }, restored: 0, leftovers, reports }
    return { changed: false, data: { ...head, applied: isReal, ...planned, items } }
  }
  if (found.going.objects + before.ripe.objects > 0) await ask(ctx, found.going, before.ripe)
  const fresh = goingVersions(roots, live)
  const held = await reachOthers(ctx, fresh)
  const swept = await collection.sweep(needed, {
    ...{ olderThanMs, first: manifests, held: held.has, signal: ctx.signal },
    async announce() {
      await writeCollected(ctx, fresh, `nothing needed it, and it was older than ${describeTime(keepMs)}`)
      // Somebody came to need them while an earlier gc was at work.
      for (const digest of roots.collected) if (live.has(digest)) await liftCollected(ctx, digest)
    },
    progress: (done) =>
      ctx.emit({ type: 'progress', what: 'taking out', done, total: found.going.objects, unit: 'files' }),
  })
  for (const key of roots.oldReports) await ctx.registry.names.remove(key)
  const { objects, bytes, restored, purged } = swept
  const changed = objects + restored + purged.objects + swept.leftovers + reports > 0
  const { ripe: _, ...trash } = await collection.trash()
  const done = { garbage: { objects, bytes }, purged, trash, restored, leftovers: swept.leftovers, reports }
  return { changed, data: { ...head, applied: true, ...done, items } }
}

/** Bundles of versions that nothing needs, and of which no gc has said so yet: they go with this one. */
const goingVersions = ({ versions, collected }: Roots, live: DigestMap): ReadonlySet<Digest> =>
  new Set(versions.flatMap(({ bundle }) => (live.has(bundle) || collected.has(bundle) ? [] : [bundle])))

interface Found {
  readonly going: Amount
  readonly young: Amount
  readonly packed: Amount
  /** What goes, the largest first. */
  readonly listed: readonly Garbage[]
  /** What of it may be a bundle, or the root of a component. */
  readonly alone: readonly Digest[]
}

async function survey(
  collection: Collection,
  needed: (digest: Digest) => boolean,
  olderThanMs: number,
): Promise<Found> {
  const amounts = { going: nothing(), young: nothing(), packed: nothing() }
  let listed: Garbage[] = []
  const alone: Digest[] = []
  const cut = (): void => {
    listed = listed.sort((a, b) => b.size - a.size).slice(0, MOST_NAMED)
  }
  for await (const one of collection.garbage(needed, olderThanMs)) {
    const amount = amounts[one.stays ?? 'going']
    amount.objects++
    amount.bytes += one.size
    if (one.stays !== null) continue
    if (!one.isPacked && one.size <= MAX_MANIFEST) alone.push(one.digest)
    listed.push(one)
    if (listed.length > 2 * MOST_NAMED) cut()
  }
  cut()
  return { ...amounts, listed, alone }
}

const nothing = (): { objects: number; bytes: number } => ({ objects: 0, bytes: 0 })

async function ask(ctx: Context, going: Amount, ripe: Amount): Promise<void> {
  const deleted = ripe.objects === 0 ? '' : `, and delete ${ripe.objects} (${ripe.bytes} bytes) of the trash for good`
  const isYes = await ctx.confirm(
    `move ${going.objects} objects (${going.bytes} bytes) of ${ctx.registry.url} to its trash${deleted}?`,
  )
  if (!isYes) throw new AishipError('CONFIRMATION_NEEDED', 'nothing was taken out', { next: ['aiship gc'] })
}
