import { canonicalBytes, type Digest, digestOf, hexOf, parseCanonical } from '../core/digest.ts'
import type { DigestMap } from '../core/digest-map.ts'
import { MAX_ENTRY, type Read, readEntry } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { Arm, MarkEntry, PointerEntry, VersionEntry } from '../core/model.gen.ts'
import { nameProblem } from '../core/names.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context, LogRecord } from '../core/ports.ts'
import { type Report, reasonOf } from './fsck-report.ts'

type Kind = Parameters<typeof readEntry>[0]

/** Versions of every app: `v3` to its bundle. */
export type Versions = ReadonlyMap<string, ReadonlyMap<string, Digest>>

/**
 * The sound entries of one log, oldest first, after a look at each: its bytes, its own id, its place, its link to the one before.
 * The newest one has nobody who vouches for it but its id.
 */
async function* soundEntries<K extends Kind>(ctx: Context, kind: K, log: string, report: Report) {
  const numbers = await ctx.registry.logs.numbers(log)
  let before: LogRecord | null = null
  let last = ''
  for (const [index, seq] of numbers.entries()) {
    const expected = index === 0 ? 1 : (numbers[index - 1] as number) + 1
    if (seq !== expected) reportGap(report, log, expected, seq)
    const record = await ctx.registry.logs.read(log, seq)
    if (record === null) continue
    report.entries++
    const read = soundEntry(ctx, kind, record, log, report)
    if (read !== null) {
      const { prev, at } = read.entry
      const follows = seq === 1 ? prev === null : before?.seq !== seq - 1 || prev === digestOf(before.bytes)
      const isKnownBad = before !== null && report.has('entryIdMismatch', `${log}@${before.seq}`)
      if (!follows && !isKnownBad) {
        report.error(
          'entryChainBroken',
          `${log}@${seq}`,
          `entry ${seq} of ${log} does not follow from entry ${seq - 1} as it is now`,
        )
      }
      if (at < last)
        report.warning('entryTimeWentBack', `${log}@${seq}`, `entry ${seq} of ${log} is older than the one before it`)
      last = at
      yield read
    }
    before = record
  }
}

function reportGap(report: Report, log: string, from: number, next: number): void {
  const which = next - from === 1 ? `entry ${from}` : `entries ${from} to ${next - 1}`
  report.error('entryGap', `${log}@${from}`, `${which} of ${log} missing, and entry ${next} is there`)
}

function soundEntry<K extends Kind>(ctx: Context, kind: K, record: LogRecord, log: string, report: Report) {
  const subject = `${log}@${record.seq}`
  const problem = idProblem(record)
  if (problem !== null) {
    report.error('entryIdMismatch', subject, `entry ${subject} ${problem}`)
    return null
  }
  try {
    return readEntry(kind, log, record, ctx.registry.id)
  } catch (error) {
    const fields = JSON.parse(Buffer.from(record.bytes).toString('utf8')) as Record<string, unknown>
    const isForeign = fields.registry !== ctx.registry.id
    const isNewer = error instanceof AishipError && error.code === 'FORMAT_NEWER'
    const isElsewhere = fields.log !== log || fields.seq !== record.seq
    const id = isNewer
      ? 'entryNewer'
      : isElsewhere
        ? 'entryMisplaced'
        : isForeign
          ? 'entryWrongRegistry'
          : 'entryInvalid'
    report.error(id, subject, reasonOf(error))
    return null
  }
}

/** Why the bytes are not those that were written: every change to them is one to the id, or to what it is the digest of. */
function idProblem(record: LogRecord): string | null {
  try {
    const { id, ...rest } = (parseCanonical(record.bytes, 'it', MAX_ENTRY) ?? {}) as Record<string, unknown>
    return id === digestOf(canonicalBytes(rest)) ? null : 'does not match its own id'
  } catch (error) {
    return `is damaged: ${reasonOf(error)}`
  }
}

/** Every version of every app, in order. Out: the entries by app. */
export async function checkVersionLogs(
  ctx: Context,
  report: Report,
): Promise<ReadonlyMap<string, readonly VersionEntry[]>> {
  const apps = new Map<string, VersionEntry[]>()
  for (const log of await ctx.registry.logs.list('versions/')) {
    const app = checkLogName(report, log, 2)
    const entries: VersionEntry[] = []
    const seen = new Map<Digest, number>()
    for await (const { entry } of soundEntries(ctx, 'versions', log, report)) {
      const earlier = seen.get(entry.bundle)
      if (earlier !== undefined)
        report.warning(
          'versionRepeated',
          `${log}@${entry.seq}`,
          `v${entry.seq} of ${app} is the bundle that v${earlier} is`,
        )
      else seen.set(entry.bundle, entry.seq)
      entries.push(entry)
    }
    apps.set(app, entries)
  }
  return apps
}

/** A mark that a pointer's entry implies. */
interface Implied {
  readonly digest: Digest
  readonly op: string
  readonly verdict: string
  readonly from: string
}

/** Every entry of every pointer, and that what it names is there. Out: the marks that the entries imply. */
export async function checkPointerLogs(
  ctx: Context,
  versions: Versions,
  sizes: Pick<DigestMap, 'has'>,
  report: Report,
): Promise<readonly Implied[]> {
  const implied: Implied[] = []
  for (const log of await ctx.registry.logs.list('pointers/')) {
    checkLogName(report, log, 3)
    const app = versions.get(log.split('/')[1] as string) ?? new Map()
    const mains = new Map<number, Digest | null>()
    let rules: Digest | undefined
    for await (const read of soundEntries(ctx, 'pointers', log, report)) {
      const { entry } = read
      const subject = `${log}@${entry.seq}`
      mains.set(entry.seq, checkPointerEntry(read, app, mains, subject, report))
      for (const { digest, verdict } of entry.marks) implied.push({ digest, op: entry.op, verdict, from: subject })
      rules = entry.policy?.rules
    }
    // Of earlier entries nobody asks any more.
    if (rules !== undefined && !sizes.has(rules))
      report.warning(
        'rulesMissing',
        log,
        `the rules that ${log} is judged by without an aiship.yaml are missing: ${rules}`,
      )
  }
  return implied
}

function checkPointerEntry(
  { entry }: Read<PointerEntry>,
  versions: ReadonlyMap<string, Digest>,
  mains: ReadonlyMap<number, Digest | null>,
  subject: string,
  report: Report,
): Digest | null {
  for (const { bundle, version } of Object.values(entry.route?.arms ?? {}) as readonly Arm[]) {
    if (versions.get(version) !== bundle)
      report.error(
        'targetMissing',
        subject,
        `${subject} serves ${version} (${bundle}), which is not a sound version here`,
      )
  }
  const { back, settled, seq } = entry
  if (back !== null && mains.get(back.seq) !== back.bundle) {
    report.error(
      'backMissing',
      subject,
      `${subject} goes back to entry ${back.seq}, which does not serve ${back.bundle}`,
    )
  }
  if (settled > seq) report.error('entryInvalid', subject, `${subject} says that entry ${settled} settled it`)
  try {
    const main = mainOf(entry)?.bundle ?? null
    if (main !== entry.to)
      report.error('entryInvalid', subject, `${subject} says that it moved to another bundle than its route serves`)
    return main
  } catch (error) {
    report.error('entryInvalid', subject, reasonOf(error))
    return null
  }
}

/** Every mark, and that those which pointers' entries imply are there. */
export async function checkMarkLogs(ctx: Context, implied: readonly Implied[], report: Report): Promise<void> {
  const there = new Set<string>()
  const keyOf = (mark: Pick<MarkEntry, 'digest' | 'op' | 'verdict'>): string =>
    `${mark.digest} ${mark.op} ${mark.verdict}`
  for (const log of await ctx.registry.logs.list('marks/')) {
    for await (const { entry } of soundEntries(ctx, 'marks', log, report)) {
      there.add(keyOf(entry))
      if (log !== `marks/${hexOf(entry.digest)}`)
        report.error('entryMisplaced', `${log}@${entry.seq}`, `${log}@${entry.seq} marks ${entry.digest}`)
    }
  }
  for (const mark of implied) {
    if (there.has(keyOf(mark as Pick<MarkEntry, 'digest' | 'op' | 'verdict'>))) continue
    report.warning(
      'markMissing',
      mark.from,
      `${mark.from} marks ${mark.digest} ${mark.verdict}, and the mark is not there: the next command on the pointer writes it`,
    )
  }
}

/** Every entry of the prediction logs, and that the segments which they list are there. */
export async function checkSegmentLogs(ctx: Context, sizes: DigestMap, report: Report): Promise<void> {
  for (const log of await ctx.registry.logs.list('segments/')) {
    checkLogName(report, log, 2)
    const listed = new Map<Digest, { readonly subject: string; readonly rows: number }>()
    for await (const { entry } of soundEntries(ctx, 'segments', log, report)) {
      const { seq, segment, drops } = entry
      if (segment !== null) listed.set(segment.digest, { subject: `${log}@${seq}`, rows: segment.rows })
      for (const digest of drops) listed.delete(digest)
    }
    for (const [digest, { subject, rows }] of listed)
      if (!sizes.has(digest))
        report.error('segmentMissing', subject, `${subject} lists ${digest} (${rows} predictions), which is not there`)
  }
}

/** Every fact that was put down about a bundle, and every step of a repair. */
export async function checkOtherLogs(ctx: Context, report: Report): Promise<void> {
  for (const kind of ['evidence', 'remediations'] as const)
    for (const log of await ctx.registry.logs.list(`${kind}/`))
      for await (const { entry } of soundEntries(ctx, kind, log, report)) {
        const about = 'plan' in entry ? entry.plan : entry.bundle
        if (!log.endsWith(`/${hexOf(about)}`))
          report.error('entryMisplaced', `${log}@${entry.seq}`, `${log}@${entry.seq} is about ${about}`)
      }
}

/** Out: the app. */
function checkLogName(report: Report, log: string, parts: number): string {
  const [, ...names] = log.split('/')
  const bad = names.find((name) => nameProblem(name) !== null)
  if (bad !== undefined || names.length !== parts - 1)
    report.error('nameUnsafe', log, `${log} is not the name of a log that aiship makes`)
  return names[0] ?? ''
}
