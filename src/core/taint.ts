import type { Digest } from './digest.ts'
import type { DataSource, Role, RowScan, ShownQuarantine, TaintFinding } from './model.gen.ts'
import { nearest } from './names.ts'
import { isInForce, meets, type Quarantines, quarantineWords, sourceWords } from './quarantine.ts'

/** A bundle or a component, as far as anybody knows what it was made of. */
export interface Part {
  /** As messages call it. */
  readonly name: string
  readonly app: string
  /** Null: a bundle. */
  readonly role: Role | null
  /** Other digests that it has to answer for: of what a reference refers to, and of quarantined files and folders in it. */
  readonly also: readonly Digest[]
  readonly sources: readonly DataSource[]
  /** A bundle's components; what a component was derived or made from. */
  readonly inputs: readonly Digest[]
}

/** A look at the rows of a dataset, and the id of the evidence that it is. */
export interface Scanned extends RowScan {
  readonly evidence: Digest
}

/** Everything that is known. */
export interface Graph {
  readonly parts: ReadonlyMap<Digest, readonly Part[]>
  readonly quarantines: Quarantines
  readonly scans: ReadonlyMap<Digest, readonly Scanned[]>
  /** Those that the registry has anything of. */
  readonly apps: readonly string[]
}

/** So far back it is walked, and through so many things: what lies beyond is not known. */
export const MOST_STEPS = 64
export const MOST_PARTS = 10_000

/** Where a walk has come: digests and their names, from the bundle on. */
interface Way {
  readonly digests: readonly Digest[]
  readonly names: readonly string[]
}

/** What one way to one quarantine says. */
type Found = Omit<TaintFinding, 'waiver' | 'until'> & { readonly way: Way }

/**
 * How a bundle may have learned from something that is quarantined: one finding for each quarantine that taints it, by the shortest way that no waiver
 * covers, and one for each thing of which nobody can tell. What is known to be wrong comes first.
 */
export function taintOf(graph: Graph, bundle: Digest): readonly TaintFinding[] {
  const found = walk(graph, bundle)
  const settled = new Map<string, TaintFinding>()
  for (const { way, ...finding } of found) {
    const judged = withWaiver(graph, finding, way)
    const key = judged.state === 'tainted' || judged.state === 'waived' ? String(judged.quarantine) : judged.path.join()
    const before = settled.get(key)
    if (before === undefined || (before.state !== 'tainted' && judged.state === 'tainted')) settled.set(key, judged)
  }
  const order = ['tainted', 'unknown', 'claimed', 'waived']
  return [...settled.values()].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
}

function withWaiver({ quarantines }: Graph, finding: Omit<TaintFinding, 'waiver' | 'until'>, way: Way): TaintFinding {
  const waiver =
    finding.state === 'tainted'
      ? quarantines.waivers.find(
          (one) => one.active && one.quarantine === finding.quarantine && way.digests.includes(one.subject),
        )
      : undefined
  if (waiver === undefined) return { ...finding, waiver: null, until: null }
  return { ...finding, state: 'waived', waiver: waiver.id, until: waiver.until }
}

function walk(graph: Graph, bundle: Digest): readonly Found[] {
  const found: Found[] = []
  const seen = new Set<Digest>()
  const queue: { readonly digest: Digest; readonly way: Way; readonly fromBundle: boolean }[] = [
    { digest: bundle, way: { digests: [], names: [] }, fromBundle: false },
  ]
  // Nearest first, so that the first way to a thing is the shortest; a thing is looked at once, so that a circle ends.
  for (const { digest, way: before, fromBundle } of queue) {
    if (seen.has(digest)) continue
    const parts = graph.parts.get(digest) ?? []
    const way = {
      digests: [...before.digests, digest],
      names: [...before.names, parts[0]?.name ?? digest.slice(0, 19)],
    }
    found.push(...namedBy(graph, digest, parts, way))
    // What a bundle is measured on, it has not learned from.
    if (fromBundle && parts.length > 0 && parts.every(({ role }) => role === 'eval-set')) continue
    seen.add(digest)
    if (seen.size > MOST_PARTS || way.digests.length > MOST_STEPS) {
      found.push(unknown(way, `what lies behind it is not known: the way there is too long`))
      continue
    }
    found.push(...learnedBy(graph, digest, parts, way))
    const isBundle = parts.some(({ role }) => role === null)
    for (const input of parts.flatMap(({ inputs }) => inputs)) queue.push({ digest: input, way, fromBundle: isBundle })
  }
  return found
}

/** Quarantines of this very thing, and rows that were found in it. */
function namedBy({ quarantines, scans }: Graph, digest: Digest, parts: readonly Part[], way: Way): readonly Found[] {
  const names = new Set([digest, ...parts.flatMap(({ also }) => also)])
  return quarantines.all.filter(isInForce).flatMap((one): Found[] => {
    const own = one.kind === 'dataset' ? one.dataset : one.kind === 'bundle' ? one.bundle : null
    if (own !== null && names.has(own)) return [tainted(one, way, [], 'it is quarantined itself')]
    const hits = scansOf(scans, digest, one).filter(({ rows }) => rows > 0)
    if (hits.length === 0) return []
    const rows = Math.max(...hits.map((hit) => hit.rows))
    const why = `${rows} of its rows ${rows === 1 ? 'is' : 'are'} quarantined`
    return [
      tainted(
        one,
        way,
        [],
        why,
        hits.map(({ evidence }) => evidence),
      ),
    ]
  })
}

/** What its declared sources say, or that it has none. */
function learnedBy(graph: Graph, digest: Digest, parts: readonly Part[], way: Way): readonly Found[] {
  const { quarantines, scans } = graph
  if (parts.length === 0) return [unknown(way, 'nothing is known of it here')]
  const isDeclared = parts.some(({ sources, inputs }) => sources.length + inputs.length > 0)
  const isData = parts.some(({ role }) => role === 'dataset' || role === 'eval-set')
  if (isData && !isDeclared) return [unknown(way, 'nobody says where its records come from')]
  const silent = parts.flatMap((part) => (part.role === null ? silentWeights(graph, part) : []))
  if (silent.length > 0) return silent.map((name) => unknown(then(way, name), 'nobody says what it was made of'))
  return parts.flatMap(({ app, sources }) =>
    sources.flatMap((source) => [
      ...(isLogOf(source, graph.apps) ? [] : [unknown(way, noSuchApp(source, graph.apps), [sourceWords(source)])]),
      ...quarantines.all
        .filter((one) => isInForce(one) && meets(source, app, one))
        .flatMap((one) => sourceFinding(one, source, scansOf(scans, digest, one), way)),
    ]),
  )
}

/** False: its log is of an app that there is not, so what is quarantined can't meet it. */
export const isLogOf = ({ log }: DataSource, apps: readonly string[]): boolean =>
  log === undefined || apps.includes(log)

const MOST_APPS = 5

/** "log names an app, and this registry has no app prod: it has fraud, mail". */
export function noSuchApp({ log = '' }: DataSource, apps: readonly string[]): string {
  const near = nearest(log, apps)
  const there = `it has ${apps.slice(0, MOST_APPS).join(', ')}${apps.length > MOST_APPS ? ', …' : ''}`
  return `log names an app, and this registry has no app ${log}: ${near === null ? there : `did you mean ${near}?`}`
}

/** Weights in a bundle of which nothing is said, where no dataset lies beside them either. */
function silentWeights({ parts }: Graph, { inputs }: Part): readonly string[] {
  const inside = inputs.flatMap((digest) => parts.get(digest) ?? [])
  if (inside.some(({ role }) => role === 'dataset')) return []
  const isSilent = (part: Part): boolean => part.sources.length + part.inputs.length === 0
  return inside.filter((part) => part.role === 'model-weights' && isSilent(part)).map(({ name }) => name)
}

const then = ({ digests, names }: Way, name: string): Way => ({ digests, names: [...names, name] })

/** What `excludes` would answer. */
export const MEETS = 'its source meets it'

function sourceFinding(one: ShownQuarantine, source: DataSource, scans: readonly Looked[], way: Way): readonly Found[] {
  const proof = scans.filter((scan) => scan.unread === 0 && scan.rows === 0)
  const evidence = proof.map((scan) => scan.evidence)
  const isOut = source.excludes?.includes(one.id) === true
  // Where rows were found, that is told already.
  const isSettled = proof.length > 0 || scans.some((scan) => scan.rows > 0)
  if (isSettled && (isOut || one.kind === 'entity-set')) return []
  const says = sourceWords(source)
  if (isOut)
    return [
      {
        ...tainted(one, way, [says], 'it says that it leaves it out, and no scan of its rows shows it'),
        state: 'claimed',
      },
    ]
  if (one.kind === 'entity-set')
    return [{ ...tainted(one, way, [says], 'nobody has looked for them among its rows'), state: 'unknown' }]
  return [tainted(one, way, [says], MEETS, evidence)]
}

interface Looked {
  readonly evidence: Digest
  readonly unread: number
  readonly rows: number
}

const scansOf = (scans: Graph['scans'], digest: Digest, { id }: ShownQuarantine): readonly Looked[] =>
  (scans.get(digest) ?? []).flatMap(({ evidence, unread, quarantines }) =>
    quarantines.filter((one) => one.id === id).map(({ rows }) => ({ evidence, unread, rows })),
  )

const pathOf = ({ names }: Way): readonly string[] => [...names].reverse()

function tainted(
  one: ShownQuarantine,
  way: Way,
  between: readonly string[],
  why: string,
  evidence: readonly Digest[] = [],
): Found {
  const path = [quarantineWords(one), ...between, ...pathOf(way)]
  return { state: 'tainted', quarantine: one.id, path, why, evidence, way }
}

const unknown = (way: Way, why: string, between: readonly string[] = []): Found => ({
  ...{ state: 'unknown', quarantine: null, path: [...between, ...pathOf(way)], why },
  ...{ evidence: [], way },
})

/** "window 3fa9… -> log fraud, 2026-11-01… -> training-data -> v43". */
export const taintWords = ({ path, why, until }: TaintFinding): string =>
  `${path.join(' -> ')}: ${why}${until === null ? '' : ` (waived until ${until})`}`

/** What taints, and nobody has waived. */
export const isTainted = ({ state }: TaintFinding): boolean => state === 'tainted'
