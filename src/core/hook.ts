import { canonicalBytes } from './digest.ts'
import type { Program } from './followed.ts'
import type { JournalFile } from './journal.ts'
import type { HookAnswer, HookRequest, ProcessName, RemediationWork } from './model.gen.ts'

/** A program of the user's that does what it is sent, and answers: JSON lines both ways. */
export interface Hook {
  /** It and what it starts, as one group. */
  readonly process: ProcessName
  send(lines: string): void
  /** What it said since; waits for that, at most `ms`, and ends early with the command. `ended`: why nothing more comes. */
  next(ms: number): Promise<{ readonly lines: readonly string[]; readonly ended: string | null }>
  /** Closes its input, so that it ends, and ends its whole group if it does not. Out: the last lines that it printed on standard error. */
  end(graceMs: number): Promise<string>
}

/** What there is on this machine to run a repair with. */
export interface Hooks {
  /** This process. */
  readonly own: ProcessName
  start(program: Program): Hook
  /** Runs a program to its end. Out: what went wrong; null if it ended with 0. */
  run(program: Program): Promise<string | null>
  /** Whether a process is this machine's and runs now; null where that can't be told. */
  isAlive(process: ProcessName): boolean | null
  /** Waits for the group of a process to end, so long at most, then ends it. Out: false where it cannot be told whether that number is still its own. */
  endGroup(process: ProcessName, graceMs: number): Promise<boolean>
}

/** What this machine has to run a repair with. */
export interface Workshop {
  readonly hooks: Hooks
  /** In: a path of names below the working folder's own files. */
  journal(name: string): JournalFile
}

/** What is asked of a hook. */
export function requestLine(work: RemediationWork, attempt: number, deadlineMs: number, isDry: boolean): string {
  const { key, entity, expected, target, undo } = work
  const ask = { key, entity, expected, target, undo, dry_run: isDry, attempt, deadline_ms: deadlineMs }
  return `${JSON.stringify(ask satisfies HookRequest)}\n`
}

export interface Answer {
  readonly key: string
  readonly status: HookAnswer['status']
  readonly undo?: unknown
  readonly note?: string
  /** Ms. */
  readonly retryAfter?: number
}

const STATUSES: readonly string[] = ['applied', 'already_applied', 'conflict', 'irreversible', 'retry', 'failed']
/** Noted of an item whose undo could not be kept. */
export const UNDO_LOST = 'its undo cannot be kept: too long, or no plain JSON'
const MAX_UNDO = 64 * 1024
const MAX_NOTE = 500
const DAY_MS = 24 * 3_600_000

/** What a hook has answered; null for a line that is no answer. A status that there is not is a failure: nobody knows what was meant. */
export function readAnswer(line: string): Answer | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || !('key' in value) || typeof value.key !== 'string') return null
  const { key, status, undo, note, retry_after_ms: after } = value as Record<string, unknown> & { key: string }
  const said = typeof note === 'string' ? Buffer.from(note.slice(0, MAX_NOTE)).toString('utf8') : undefined
  if (!STATUSES.includes(String(status)))
    return { key, status: 'failed', note: `it answered the status ${JSON.stringify(status)?.slice(0, 40)}` }
  const kept = keptUndo(undo)
  const lost = kept === null ? UNDO_LOST : undefined
  const words = [said, lost].filter((one) => one !== undefined).join('; ')
  const isTime = typeof after === 'number' && after >= 0
  return {
    ...{ key, status: status as Answer['status'] },
    ...(kept === null || kept === undefined ? {} : { undo: kept }),
    ...(words === '' ? {} : { note: words }),
    ...(isTime ? { retryAfter: Math.min(after, DAY_MS) } : {}),
  }
}

/** Null for what a receipt could not hold. */
function keptUndo(undo: unknown): unknown {
  if (undo === undefined || undo === null) return undefined
  try {
    return canonicalBytes(undo).length <= MAX_UNDO ? undo : null
  } catch {
    return null
  }
}
