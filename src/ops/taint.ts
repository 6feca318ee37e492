import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Arm, Component, Manifest, TaintFinding } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { isInForce, type Quarantines, sourceWords } from '../core/quarantine.ts'
import {
  type Graph,
  isLogOf,
  isTainted,
  MOST_PARTS,
  noSuchApp,
  type Part,
  type Scanned,
  taintOf,
  taintWords,
} from '../core/taint.ts'
import { appsOf } from './apps.ts'
import { contentsOf } from './contents.ts'
import { declaredParts, partsIn, withEarlier } from './declared.ts'
import { evidenceLog, evidenceOf } from './evidence.ts'
import { manifestOf } from './plan.ts'
import { allQuarantines, quarantineLogs } from './quarantine.ts'
import { versionEntry } from './versions.ts'

/** What is quarantined in the registry, and what bundles have to do with it. */
export interface TaintLook {
  readonly quarantines: Quarantines
  /** Errors: NOT_FOUND, OBJECT_MISSING, CORRUPT of the bundle. */
  of(arm: Arm): Promise<readonly TaintFinding[]>
}

/**
 * The same for a command that only looks: null where nothing ever was quarantined, which one listing tells. What can't be read is warned of, and hides
 * nothing else.
 */
export async function taintSeen(ctx: Context): Promise<TaintLook | null> {
  const told =
    <T>(nothing: T) =>
    (error: unknown): T => {
      if (!(error instanceof AishipError)) throw error
      const message = `nobody can tell what is tainted: ${error.message}`
      if (error.code !== 'NOT_FOUND') ctx.emit({ type: 'warning', code: error.code, message })
      return nothing
    }
  const look = (await quarantineLogs(ctx)).length === 0 ? null : await lookForTaint(ctx).catch(told(null))
  return look === null ? null : { ...look, of: (arm) => look.of(arm).catch(told([])) }
}

/** Logs that tell of an app whose predictions something can be said of. */
const KINDS = ['versions', 'pointers', 'segments', 'quarantine']

/** Errors: CHAIN_BROKEN, CORRUPT. */
export async function lookForTaint(ctx: Context): Promise<TaintLook> {
  const [quarantines, known, evidence, apps] = await Promise.all([
    allQuarantines(ctx),
    declaredParts(ctx),
    ctx.registry.logs.list('evidence/'),
    appsOf(ctx.registry, KINDS),
  ])
  const scanned = new Set(evidence)
  const scans = new Map<Digest, readonly Scanned[]>()
  const wanted = new Set(quarantines.all.filter(isInForce).flatMap(({ dataset }) => dataset ?? []))
  const inside = insideOf(ctx, wanted)
  return {
    quarantines,
    async of(arm) {
      const parts = await partsFor(ctx, arm, known, inside)
      for (const digest of reached(parts, arm.bundle))
        if (!scans.has(digest)) scans.set(digest, scanned.has(evidenceLog(digest)) ? await scansOf(ctx, digest) : [])
      const graph: Graph = { parts, quarantines, scans, apps }
      return taintOf(graph, arm.bundle)
    },
  }
}

/** What everybody says, with what the bundle itself says in front of that. */
async function partsFor(
  ctx: Context,
  arm: Arm,
  known: ReadonlyMap<Digest, readonly Part[]>,
  inside: (component: Component) => Promise<readonly Digest[]>,
): Promise<ReadonlyMap<Digest, readonly Part[]>> {
  const [manifest, entry] = await Promise.all([manifestOf(ctx, arm), versionEntry(ctx, arm.version)])
  const own = new Map<Digest, Part[]>()
  for (const [digest, part] of partsIn(ctx.app, { ...entry, bundle: arm.bundle }, manifest)) {
    const others = (known.get(digest) ?? []).filter(({ role }) => role === part.role)
    const mine = withEarlier(
      part,
      others.find(({ app }) => app === ctx.app),
    )
    const isSilent = mine.sources.length + mine.inputs.length === 0
    const elsewhere = isSilent ? others.filter(({ app }) => app !== ctx.app) : []
    own.set(digest, [...(own.get(digest) ?? []), mine, ...elsewhere])
  }
  for (const component of manifest.components) {
    const also = await inside(component)
    const parts = own.get(component.digest) ?? []
    if (also.length > 0)
      own.set(
        component.digest,
        parts.map((part) => ({ ...part, also: [...part.also, ...also] })),
      )
  }
  return new Map([...known, ...own])
}

/** The quarantined files and folders that lie in a component. Listings are read only where a dataset is quarantined, and once. */
function insideOf(ctx: Context, wanted: ReadonlySet<Digest>): (component: Component) => Promise<readonly Digest[]> {
  const known = new Map<Digest, readonly Digest[]>()
  return async (component) => {
    if (wanted.size === 0 || component.tree !== true) return []
    const before = known.get(component.digest)
    if (before !== undefined) return before
    const contents = await contentsOf(ctx.registry.objects, { components: [component] })
    const found = contents.flatMap(({ digest }) => (wanted.has(digest) ? digest : []))
    known.set(component.digest, found)
    return found
  }
}

function reached(parts: ReadonlyMap<Digest, readonly Part[]>, bundle: Digest): ReadonlySet<Digest> {
  const found = new Set([bundle])
  // A set goes on to what is added to it on the way.
  for (const digest of found)
    for (const input of (parts.get(digest) ?? []).flatMap(({ inputs }) => inputs))
      if (found.size <= MOST_PARTS) found.add(input)
  return found
}

const scansOf = async (ctx: Context, digest: Digest): Promise<readonly Scanned[]> =>
  (await evidenceOf(ctx, digest)).flatMap(({ scan, id }) => (scan === undefined ? [] : [{ ...scan, evidence: id }]))

/** Warns of each bundle that has learned from what is quarantined. */
export async function warnOfTaint(ctx: Context, arms: readonly Arm[]): Promise<void> {
  const look = await taintSeen(ctx)
  for (const arm of look === null ? [] : arms)
    for (const finding of (await look?.of(arm))?.filter(isTainted) ?? [])
      ctx.emit({ type: 'warning', code: 'TAINTED', message: `${arm.version} is tainted: ${taintWords(finding)}` })
}

/** Warns of each source whose log is of an app that the registry does not have: nobody can tell what of it is quarantined. */
export async function warnOfUnknownLogs(ctx: Context, { components }: Manifest): Promise<void> {
  const apps = await appsOf(ctx.registry, KINDS)
  for (const { name, sources = [] } of components)
    for (const source of sources.filter((one) => !isLogOf(one, apps)))
      ctx.emit({
        ...{ type: 'warning', code: 'APP_UNKNOWN' },
        message: `nobody can tell whether ${name} is tainted by its source ${sourceWords(source)}: ${noSuchApp(source, apps)}`,
      })
}
