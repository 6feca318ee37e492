import { type Digest, hexOf } from '../core/digest.ts'
import type { DigestMap } from '../core/digest-map.ts'
import type { Read } from '../core/entry.ts'
import type { Arm, MarkEntry, PointerEntry, VersionEntry } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { checkLogName, soundEntries } from './fsck-entries.ts'
import { type Report, reasonOf } from './fsck-report.ts'

/** Versions of every app: `v3` to its bundle. */
export type Versions = ReadonlyMap<string, ReadonlyMap<string, Digest>>

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
