import { canonicalBytes, digestOf, parseCanonical } from '../core/digest.ts'
import { MAX_ENTRY, readEntry } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { nameProblem } from '../core/names.ts'
import type { Context, LogRecord } from '../core/ports.ts'
import { type Report, reasonOf } from './fsck-report.ts'

type Kind = Parameters<typeof readEntry>[0]

/**
 * The sound entries of one log, oldest first, after a look at each: its bytes, its own id, its place, its link to the one before.
 * The newest one has nobody who vouches for it but its id.
 */
export async function* soundEntries<K extends Kind>(ctx: Context, kind: K, log: string, report: Report) {
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

/** In: how many words its name has. Out: the app. */
export function checkLogName(report: Report, log: string, parts: number): string {
  const [, ...names] = log.split('/')
  const bad = names.find((name) => nameProblem(name) !== null)
  if (bad !== undefined || names.length !== parts - 1)
    report.error('nameUnsafe', log, `${log} is not the name of a log that aiship makes`)
  return names[0] ?? ''
}
