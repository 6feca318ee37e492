import { type Digest, parseCanonical } from '../core/digest.ts'
import { MAX_ENTRY, readEntry } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { collectedIn } from '../core/marks.ts'
import type { MarkEntry, PointerEntry, SegmentEntry, VersionEntry } from '../core/model.gen.ts'
import type { Context, LogRecord } from '../core/ports.ts'
import {
  type Retention,
  type Said,
  type StayingEntry,
  stayingEntries,
  wayBack,
  whyVersionStays,
} from '../core/retention.ts'
import { keptOfSegments } from '../core/segments.ts'
import { reports } from './gc-presence.ts'
import { digestsIn, needsOf } from './needs.ts'

const KINDS = ['versions', 'pointers', 'marks', 'segments', 'remediations'] as const

type Made = Pick<VersionEntry, 'seq' | 'at' | 'bundle'>

/** A version, and why it stays; null if nothing keeps it. */
export interface Kept {
  readonly app: string
  readonly seq: number
  readonly at: string
  readonly bundle: Digest
  readonly why: string | null
}

/** Where repeated rollbacks of a pointer lead. */
export interface WayBack {
  readonly app: string
  readonly pointer: string
  /** The nearest first. */
  readonly steps: readonly Said[]
}

/** What the registry needs, by what its entries and labels say. */
export interface Roots {
  /** Bundles, and why each stays. */
  readonly bundles: ReadonlyMap<Digest, string>
  /** Whatever else is named: files, trees, bundles too. */
  readonly named: ReadonlySet<Digest>
  /** Segments of predictions and what could not be read of their logs: read as files where they lie, so never packed. */
  readonly files: ReadonlySet<Digest>
  readonly versions: readonly Kept[]
  /** Bundles that a gc has taken out, and nobody has brought back. */
  readonly collected: ReadonlySet<Digest>
  readonly ways: readonly WayBack[]
  /** Keys of what followers reported too long ago to tell anything. */
  readonly oldReports: readonly string[]
}

/**
 * Reads every entry and label of the registry, of whatever app. In: `retention`, null to keep everything that was ever said. Errors: CORRUPT,
 * CHAIN_BROKEN, FORMAT_NEWER where one can't be read.
 */
export async function findRoots(ctx: Context, retention: Retention | null): Promise<Roots> {
  const [bundles, named] = [new Map<Digest, string>(), new Set<Digest>()]
  const versions: Kept[] = []
  const collected = new Set<Digest>()
  // Marks are read before versions: when a bundle was brought back that was collected. Another lift is none, and does no harm.
  const backAt = new Map<Digest, string>()
  const ways: WayBack[] = []
  const files = new Set<Digest>()
  const predicted: { readonly app: string; readonly bundles: ReadonlySet<Digest> | null }[] = []
  const keep = (bundle: Digest, why: string): void => {
    if (!bundles.has(bundle)) bundles.set(bundle, why)
  }

  function takePointer(log: string, entries: readonly Said[]): void {
    const [, app = '', pointer = ''] = log.split('/')
    const every = (entry: Said): StayingEntry => ({ entry, why: 'served' })
    const staying = retention === null ? entries.map(every) : stayingEntries(entries, retention)
    for (const { entry, why } of staying)
      for (const digest of entry.named) {
        named.add(digest)
        if (entry.serves.includes(digest)) keep(digest, describePointer(why, app, pointer))
      }
    ways.push({ app, pointer, steps: wayBack(entries) })
  }

  function takeVersions(log: string, entries: readonly Made[]): void {
    const app = log.slice('versions/'.length)
    const last = entries.at(-1)?.seq ?? 0
    for (const { seq, at, bundle } of entries) {
      const since = backAt.get(bundle) ?? at
      const why = retention === null ? 'a version' : whyVersionStays({ seq, at: since }, last, retention)
      if (why !== null) keep(bundle, why)
      versions.push({ app, seq, at, bundle, why })
    }
  }

  function takeMarks(marks: readonly MarkEntry[]): void {
    for (const mark of marks) if (isVerdict(mark)) named.add(mark.digest)
    const back = marks.findLast(({ verdict }) => verdict === 'lifted')
    if (back !== undefined) backAt.set(back.digest, back.at)
    const gone = collectedIn(marks)
    if (gone !== null) collected.add(gone.digest)
  }

  /** Nobody could say any more what made a prediction whose bundle is gone. */
  function takeSegments(log: string, entries: readonly SegmentEntry[]): void {
    const kept = keptOfSegments(entries)
    for (const digest of kept.files) files.add(digest)
    predicted.push({ app: log.slice('segments/'.length), bundles: kept.bundles })
  }

  for (const log of await ctx.registry.logs.list('')) {
    ctx.signal.throwIfAborted()
    const read: { said: Said[]; made: Made[]; marks: MarkEntry[]; segments: SegmentEntry[]; others: unknown[] } = {
      ...{ said: [], made: [], marks: [], segments: [], others: [] },
    }
    for await (const record of recordsOf(ctx, log)) {
      const value = readRecord(ctx, log, record)
      if (log.startsWith('pointers/')) read.said.push(summary(value as PointerEntry))
      else if (log.startsWith('versions/')) read.made.push(made(value as VersionEntry))
      else if (log.startsWith('marks/')) read.marks.push(value as MarkEntry)
      else if (log.startsWith('segments/')) read.segments.push(value as SegmentEntry)
      else read.others.push(value)
    }
    if (read.said.length > 0) takePointer(log, read.said)
    if (read.made.length > 0) takeVersions(log, read.made)
    takeMarks(read.marks)
    if (read.segments.length > 0) takeSegments(log, read.segments)
    for await (const digest of needsOf(ctx, log, read.others)) named.add(digest)
  }
  for (const key of await ctx.registry.names.list('labels/')) {
    const bytes = await ctx.registry.names.read(key)
    if (bytes === null) continue
    for (const digest of digestsIn(parseCanonical(bytes, key, MAX_ENTRY))) {
      named.add(digest)
      keepLabelled(digest, key)
    }
  }
  for (const { app, bundle } of versions)
    if (predicted.some((one) => one.app === app && (one.bundles?.has(bundle) ?? true)))
      keep(bundle, `predictions of ${app} name it`)
  const { served, old } = retention === null ? { served: [], old: [] } : await reports(ctx, retention)
  for (const { bundle, why } of served) keepReported(bundle, why)
  const known = versions.map((one) => withWhy(one, bundles, named))
  return { bundles, named, files, collected, versions: known, ways, oldReports: old }

  /** A report can be written by many: what it names stays only if it is a version here. */
  function keepReported(bundle: Digest, why: string): void {
    if (versions.some((one) => one.bundle === bundle)) keep(bundle, why)
  }

  /** Labels name bundles only; another digest in one is kept with what is named. */
  function keepLabelled(digest: Digest, key: string): void {
    if (versions.some(({ bundle }) => bundle === digest))
      keep(digest, `labelled ${key.slice(key.lastIndexOf('/') + 1)}`)
  }
}

function withWhy(version: Kept, bundles: ReadonlyMap<Digest, string>, named: ReadonlySet<Digest>): Kept {
  const other = named.has(version.bundle) ? 'a mark, evidence or an entry that stays names it' : null
  return { ...version, why: bundles.get(version.bundle) ?? other }
}

const describePointer = (why: StayingEntry['why'], app: string, pointer: string): string =>
  ({
    serving: `${pointer} of ${app} serves it`,
    served: `${pointer} of ${app} served it lately`,
    back: `a rollback of ${pointer} of ${app} leads to it`,
  })[why]

const made = ({ seq, at, bundle }: VersionEntry): Made => ({ seq, at, bundle })

const isVerdict = ({ verdict }: MarkEntry): boolean => verdict === 'bad' || verdict === 'good'

const summary = (entry: PointerEntry): Said => ({
  ...{
    seq: entry.seq,
    at: entry.at,
    back: entry.back,
    serves: Object.values(entry.route?.arms ?? {}).map(({ bundle }) => bundle),
  },
  named: [...new Set(digestsIn(entry))],
})

/** Every record of a log. Errors: CHAIN_BROKEN for a gap. */
async function* recordsOf(ctx: Context, log: string): AsyncGenerator<LogRecord> {
  for (const [i, seq] of (await ctx.registry.logs.numbers(log)).entries()) {
    const record = seq === i + 1 ? await ctx.registry.logs.read(log, seq) : null
    if (record === null)
      throw new AishipError('CHAIN_BROKEN', `${log} has no entry ${i + 1}: what it needs can't be told`, {
        next: ['aiship fsck'],
      })
    yield record
  }
}

function readRecord(ctx: Context, log: string, record: LogRecord): unknown {
  const kind = KINDS.find((one) => log.startsWith(`${one}/`))
  if (kind === undefined) return parseCanonical(record.bytes, `${log}@${record.seq}`, MAX_ENTRY)
  return readEntry(kind, log, record, ctx.registry.id).entry
}
