import { digestOf, hexOf } from './digest.ts'
import { AishipError } from './errors.ts'
import type { JournalLine, JournalOpen, ProcessName, ReceiptStatus, StatusCounts } from './model.gen.ts'

/** What the journal can say of an item. The first three are open: another run sends the item again. */
export const STATUSES = [
  ...['not_sent', 'in_doubt', 'failed'],
  ...['applied', 'already_applied', 'conflict', 'irreversible'],
] as const satisfies readonly ReceiptStatus[]
const OPEN = 3

/** How many items a hook says it has done, now or before. */
export const doneIn = ({ applied = 0, already_applied = 0 }: StatusCounts): number => applied + already_applied

/** No line before. */
export const FIRST_SUM = '0'.repeat(16)

/** A line as it stands in the file: a sum over the sum before and the line, which tells a torn or changed one. */
export function journalText(line: JournalLine, before: string): { readonly text: string; readonly sum: string } {
  const json = JSON.stringify(line)
  const sum = sumOf(before, json)
  return { text: `${sum} ${json}\n`, sum }
}

const sumOf = (before: string, json: string): string => hexOf(digestOf(before + json)).slice(0, 16)

/** A line that was read, and where it begins, in bytes. */
export interface ReadLine {
  readonly line: JournalLine
  readonly at: number
}

/** Where a journal's last whole line ends, in bytes, and its sum: what comes after is torn, and cut. */
export interface JournalEnd {
  readonly end: number
  readonly sum: string
  /** A line before that is damaged. */
  readonly isDamaged: boolean
}

/**
 * The whole lines of a journal, in order. A tail that is torn or filled with zeros is what a power cut leaves of a line that nobody relied on.
 * In: `isTolerant`, to leave out damaged lines. Errors: CORRUPT where a whole line follows on a damaged one, and that is not tolerated.
 */
export function* readJournal(chunks: Iterable<Uint8Array>, isTolerant = false): Generator<ReadLine, JournalEnd> {
  let end = 0
  let sum = FIRST_SUM
  /** Of the line before, damaged or not. */
  let before = FIRST_SUM
  let isDamaged = false
  for (const { bytes, at, isWhole } of linesOf(chunks)) {
    const text = bytes.toString('utf8')
    const json = text.slice(17)
    const isGood = isWhole && text[16] === ' ' && text.slice(0, 16) === sumOf(before, json)
    if (isGood && end < at) isDamaged = true
    if (isDamaged && !isTolerant)
      throw new AishipError('CORRUPT', `the journal is damaged at byte ${end}, and goes on after that`, {
        hint: 'the disk has changed it; `aiship remediate abort` closes the repair with what is known',
      })
    before = text.slice(0, 16)
    if (!isGood) continue
    sum = before
    end = at + bytes.length + 1
    yield { line: JSON.parse(json) as JournalLine, at }
  }
  return { end, sum, isDamaged }
}

function* linesOf(chunks: Iterable<Uint8Array>): Generator<{ bytes: Buffer; at: number; isWhole: boolean }> {
  let parts: Uint8Array[] = []
  let at = 0
  for (const chunk of chunks) {
    let from = 0
    for (let to = chunk.indexOf(10); to !== -1; to = chunk.indexOf(10, from)) {
      const bytes = Buffer.concat([...parts, chunk.subarray(from, to)])
      yield { bytes, at, isWhole: true }
      at += bytes.length + 1
      parts = []
      from = to + 1
    }
    if (from < chunk.length) parts.push(Uint8Array.from(chunk.subarray(from)))
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts), at, isWhole: false }
}

/** What a journal says, item by item. Of two million items it takes 20 MB. */
export interface JournalState {
  /** The newest run; null where none has begun. */
  readonly open: JournalOpen | null
  readonly hook: ProcessName | null
  /** Items done at the last stage's end. */
  readonly stage: number
  statusOf(item: number): ReceiptStatus
  /** How often it was sent, or may have been. */
  triesOf(item: number): number
  /** Where the line begins that has what was said of it last; null where that was no more than the status. */
  saidAt(item: number): number | null
  isOpen(item: number): boolean
  counts(): Readonly<Record<ReceiptStatus, number>>
  /** All hosts that it ran on, and when the first run began. */
  readonly hosts: readonly string[]
  readonly started: string | null
  /** True where the run of this operation is in here. */
  hasRun(op: string): boolean
  /** The next line. */
  add(line: JournalLine, at: number): void
  /** Lines are lost: what is not known to have been sent may have been. */
  doubt(): void
}

/** The state of a repair of so many items before the first line. */
export function emptyJournal(items: number): JournalState {
  const status = new Uint8Array(items)
  const tries = new Uint8Array(items)
  const said = new Float64Array(items).fill(-1)
  const counts = STATUSES.map((_, i) => (i === 0 ? items : 0))
  const runs = new Map<string, JournalOpen>()
  const set = (item: number, code: number): void => {
    counts[status[item] as number] = (counts[status[item] as number] as number) - 1
    counts[code] = (counts[code] as number) + 1
    status[item] = code
  }
  const isOpen = (item: number): boolean => (status[item] as number) < OPEN
  let [open, hook, stage] = [null as JournalOpen | null, null as ProcessName | null, 0]
  return {
    get open() {
      return open
    },
    get hook() {
      return hook
    },
    get stage() {
      return stage
    },
    get hosts() {
      return [...new Set([...runs.values()].map(({ host }) => host))]
    },
    get started() {
      return [...runs.values()][0]?.at ?? null
    },
    hasRun: (op) => runs.has(op),
    statusOf: (item) => STATUSES[status[item] as number] as ReceiptStatus,
    triesOf: (item) => tries[item] as number,
    saidAt: (item) => ((said[item] as number) < 0 ? null : (said[item] as number)),
    isOpen,
    counts: () => Object.fromEntries(STATUSES.map((name, i) => [name, counts[i]])) as Record<ReceiptStatus, number>,
    doubt() {
      for (let item = 0; item < items; item++) if (status[item] === 0) set(item, 1)
    },
    add(line, at) {
      if (line.t === 'open') {
        open = line
        runs.set(line.op, line)
      } else if (line.t === 'hook') hook = line.process
      else if (line.t === 'stage') stage = line.done
      else {
        for (const { i, s, undo, note } of line.acks) {
          set(i, STATUSES.indexOf(s))
          if (undo !== undefined || note !== undefined) said[i] = at
          // What is open as it was before is so for the reason that was given then.
          else if (!isOpen(i)) said[i] = -1
        }
        for (const item of line.sent) {
          set(item, 1)
          tries[item] = Math.min(255, (tries[item] as number) + 1)
        }
      }
    },
  }
}

/** The journal of one repair on this machine's disk, for one process at a time. */
export interface JournalFile {
  /** Absolute. */
  readonly path: string
  readonly exists: boolean
  /** Puts down durably that a run of this name is begun here, before the registry hears of it. */
  claim(op: string): void
  hasClaim(op: string): boolean
  /** Bytes of whole lines, once it was read. */
  readonly end: number
  /**
   * Gives each whole line; the first that is appended then takes the place of what a power cut has torn. In: `isTolerant`, to leave out damaged lines. Out:
   * whether there were any. Errors: CORRUPT.
   */
  read(add: (line: JournalLine, at: number) => void, isTolerant?: boolean): boolean
  /** One write, durable when it returns. Out: where each line begins. Errors: DISK_FULL, after which what was there is there still. */
  append(lines: readonly JournalLine[]): readonly number[]
  lineAt(at: number): JournalLine
  /** Puts a journal of another machine in its place, durably. */
  replace(bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Ends writing; `remove` takes it away too. */
  close(remove?: boolean): void
}
