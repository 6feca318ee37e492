import { digestOf } from '../core/digest.ts'
import { matchesItself } from '../core/entry.ts'
import type { Finding, LogRecord } from '../core/ports.ts'
import { seqIn } from './hint.ts'

/** A log that ends before an entry that was there: a hint is written after its entry is durable. */
export interface LostTip {
  /** As in `pointers/app/prod`. */
  readonly log: string
  /** The newest entry that is there; null where none is. */
  readonly newest: LogRecord | null
  /** What the hint holds. */
  readonly last: LogRecord
}

/** Null unless the hint holds a whole entry that comes after `newest`. */
export function lostTip(log: string, newest: LogRecord | null, hint: Uint8Array): LostTip | null {
  const seq = matchesItself(hint) ? seqIn(Buffer.from(hint)) : null
  return seq !== null && seq > (newest?.seq ?? 0) ? { log, newest, last: { seq, bytes: hint } } : null
}

/** Whether an entry is the one that came next: then it can be put back as it was. */
export function follows({ seq, bytes }: LogRecord, before: LogRecord | null): boolean {
  if (!matchesItself(bytes) || seq !== (before?.seq ?? 0) + 1) return false
  const { prev } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { prev?: unknown }
  return prev === (before === null ? null : digestOf(before.bytes))
}

/** In: `isBack`, whether a repair has put the entry back. */
export function lostFinding({ log, newest, last }: LostTip, isBack: boolean): Finding {
  const ends = newest === null ? 'has no entry' : `ends at entry ${newest.seq}`
  const mends = !isBack && follows(last, newest)
  const way = mends
    ? '--repair puts it back from there'
    : `bring entries ${(newest?.seq ?? 0) + 1} to ${last.seq} back from a backup or another copy`
  const message = `${log} ${ends}, and its hint still holds entry ${last.seq}, which was there and is lost: ${isBack ? 'put back' : way}`
  return { id: 'tipWentBack', severity: isBack ? 'warning' : 'error', subject: log, message, mends }
}
