import { AISHIP, newBytesOf } from './aiship.ts'
import { type Facts, type Task, taskId, timeFigures } from './figures.ts'
import { type Command, CommandFailed, diskBytes, flush, median, quiet, run } from './measure.ts'
import { BARE } from './plain.ts'
import type { Place, Program } from './program.ts'

/** One timed run. Bytes: `stored` is what the store grew by on the disk without its caches, `cache` these, `trees` those of the objects that are no files. */
interface Sample {
  readonly ms: number
  readonly cpu: number | null
  readonly peak: number | null
  readonly stored: number | null
  readonly cache: number
  readonly trees: number
}

/** What is known of one program at one task: its runs, or why there are none. */
export interface Row {
  readonly program: string
  readonly samples: Sample[]
  failure: string | null
}

export interface Settings {
  readonly rounds: number
  /** Seconds that a program against which no figure is held may take in one part of the bench before it is not run again. */
  readonly patience: number
  /** Seconds to wait for an idle machine before a run. */
  readonly wait: number
  say(line: string): void
}

export interface Record {
  readonly settings: Settings
  readonly facts: Map<string, Facts>
  readonly rows: Map<string, Row[]>
  /** Runs, and how many of them began while the machine did something else. */
  readonly runs: { all: number; busy: number }
  /** Seconds by part and program, what was not timed included. */
  readonly spent: Map<string, number>
}

export function newRecord(settings: Settings): Record {
  return { settings, facts: new Map(), rows: new Map(), runs: { all: 0, busy: 0 }, spent: new Map() }
}

function rowOf(record: Record, task: Task, program: Program): Row {
  const id = taskId(task)
  const rows = record.rows.get(id) ?? []
  record.rows.set(id, rows)
  let row = rows.find((one) => one.program === program.name)
  if (row === undefined) {
    row = { program: program.name, samples: [], failure: null }
    rows.push(row)
  }
  return row
}

/** Whether the task needs another run of the program: all rounds where a figure needs it, else while patience lasts. */
export function wants(record: Record, task: Task, program: Program, part: string): boolean {
  const row = rowOf(record, task, program)
  const { rounds, patience } = record.settings
  if (row.failure !== null || row.samples.length >= rounds) return false
  const isNeeded = timeFigures(task).some(({ against }) => against.includes(program.name))
  if (isNeeded || program.name === AISHIP || program.name === BARE) return true
  const spent = record.spent.get(`${part}/${program.name}`) ?? 0
  if (row.samples.length > 0) return spent < patience
  if (spent < 3 * patience) return true
  row.failure = `left out: had taken ${Math.round(spent)} s before`
  return false
}

export function fail(record: Record, task: Task, program: Program, error: unknown): void {
  if (!(error instanceof CommandFailed)) throw error
  const row = rowOf(record, task, program)
  if (row.samples.length === 0) row.failure ??= `failed: ${error.message}`
  else row.failure ??= `failed in run ${row.samples.length + 1}: ${error.message}`
  record.settings.say(`${taskId(task)}  ${program.name}  ${row.failure}`)
}

/** Runs what is not timed, but counts against patience. */
export async function spend<T>(record: Record, part: string, program: Program, act: () => Promise<T>): Promise<T> {
  const started = Date.now()
  try {
    return await act()
  } finally {
    const key = `${part}/${program.name}`
    record.spent.set(key, (record.spent.get(key) ?? 0) + (Date.now() - started) / 1000)
  }
}

/** Times one run and keeps it. `place`: count what it stores there. Errors: CommandFailed. */
export async function time(
  record: Record,
  task: Task,
  program: Program,
  command: Command,
  place?: Place,
): Promise<void> {
  const isIdle = await quiet(record.settings.wait)
  record.runs.all++
  if (!isIdle) record.runs.busy++
  const size = () => {
    if (place === undefined) return null
    const { all, cache } = program.stored?.(place) ?? { all: [place.store], cache: [] }
    const cached = diskBytes(cache)
    return { stored: diskBytes(all) - cached, cache: cached }
  }
  const before = size()
  const { ms, cpu, peak, stdout } = await run(command)
  // Blocks that are only promised so far are counted when they are there.
  flush()
  const after = size()
  const stored = before === null || after === null ? null : after.stored - before.stored
  const changed = record.facts.get(taskId(task))?.changed ?? 0
  const trees = program.name === AISHIP && changed > 0 ? Math.max(0, newBytesOf(stdout) - changed) : 0
  const row = rowOf(record, task, program)
  row.samples.push({ ms, cpu, peak, stored, cache: (after?.cache ?? 0) - (before?.cache ?? 0), trees })
  const bytes = stored === null ? '' : `  ${(stored / 2 ** 20).toFixed(1)} MiB`
  record.settings.say(
    `${taskId(task)}  ${program.name}  ${(ms / 1000).toFixed(3)} s${bytes}${isIdle ? '' : '  (busy)'}`,
  )
}

export function middle(samples: readonly Sample[], of: (sample: Sample) => number | null): number | null {
  const values = samples.map(of).filter((value) => value !== null)
  return values.length === 0 ? null : median(values)
}
