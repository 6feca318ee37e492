import { AISHIP } from './aiship.ts'
import { PEAK_BYTES, storedFigure, TASKS, type Task, taskId, timeFigures, WORKS, type Work } from './figures.ts'
import { lackOf, type Program, titleOf } from './program.ts'
import { middle, type Record, type Row } from './record.ts'

const MiB = 2 ** 20
const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 1000 ? 3 : 2)
const mib = (bytes: number): string =>
  Math.abs(bytes) < 100 * MiB ? (bytes / MiB).toFixed(1) : (bytes / MiB).toFixed(0)
const judge = (value: number, most: number): string => (value <= most ? 'ok' : 'MISS')
const timeOf = (row: Row | undefined): number | null => (row === undefined ? null : middle(row.samples, ({ ms }) => ms))

/** The programs that this machine has, with the version of each; null: not installed. */
export type Versions = ReadonlyMap<Program, string | null>

const HEAD = [
  'work',
  'program',
  's',
  'runs',
  'CPU s',
  'aiship ÷ it',
  'at most',
  'stored MiB',
  'peak MB',
  'what it does not do',
]

/** One work as a table in Markdown: a row for each task and program, aiship first, the figures of the issue beside them. */
export function reportWork(record: Record, work: Work, versions: Versions): string {
  const rows: string[][] = [HEAD]
  for (const task of TASKS.filter((one) => one.work === work)) rows.push(...taskRows(record, task, versions))
  for (const [program, version] of versions)
    if (version === null) rows.push([work, program.name, 'not installed', '', '', '', '', '', '', ''])
  return `### ${work}: ${WORKS[work]}\n\n${table(rows)}\n`
}

function taskRows(record: Record, task: Task, versions: Versions): string[][] {
  const rows = record.rows.get(taskId(task)) ?? []
  const ours = rows.find(({ program }) => program === AISHIP)
  const most = limits(record, task, rows)
  const lines = [...versions].flatMap(([program, version]) => {
    const row = rows.find((one) => one.program === program.name)
    if (row === undefined || version === null) return []
    const name = titleOf(program, version, task.step)
    const isOurs = row === ours
    const bytes = isOurs ? ourBytes(record, task, rows, row) : storedOf(row, (stored) => mib(stored))
    const line = [task.name, name, ...timeCells(row, ours, isOurs ? undefined : most.get(program.name))]
    return [[...line, bytes, peakOf(row, isOurs), isOurs ? ourNote(row) : lackOf(program, task.step)]]
  })
  const figure = timeFigures(task).find(({ of }) => of !== undefined)
  const other = TASKS.find(({ set, step, work }) => step === figure?.of && set === task.set && work === task.work)
  const full = other && record.rows.get(taskId(other))?.find(({ program }) => program === AISHIP)
  if (figure === undefined || full === undefined || ours === undefined) return lines
  return [...lines, [task.name, `${AISHIP}: ${other?.name}`, ...timeCells(full, ours, figure.atMost), '', '', '']]
}

/** The limit beside each program that a figure names; of several, beside the slowest. */
function limits(record: Record, task: Task, rows: readonly Row[]): ReadonlyMap<string, number> {
  void record
  const found = new Map<string, number>()
  for (const { atMost, against, of } of timeFigures(task)) {
    if (of !== undefined) continue
    const timed = rows.filter(({ program }) => against.includes(program))
    const slowest = timed.sort((a, b) => (timeOf(b) ?? 0) - (timeOf(a) ?? 0))[0]
    if (slowest !== undefined) found.set(slowest.program, atMost)
  }
  return found
}

function timeCells(row: Row, ours: Row | undefined, atMost: number | undefined): string[] {
  const ms = timeOf(row)
  if (ms === null) return [row.failure ?? 'not run', '', '', '', atMost === undefined ? '' : `${atMost}: not measured`]
  const runs = spread(row)
  const our = timeOf(ours)
  const used = middle(row.samples, (sample) => sample.cpu)
  const cpu = used === null ? '' : (used / 1000).toFixed(2)
  if (our === null) return [seconds(ms), runs, cpu, '', atMost === undefined ? '' : `${atMost}: not measured`]
  const ratio = our / ms
  return [seconds(ms), runs, cpu, ratio.toFixed(2), atMost === undefined ? '' : `${atMost}: ${judge(ratio, atMost)}`]
}

/** How many runs, and from the shortest to the longest. */
function spread({ samples, failure }: Row): string {
  const all = samples.map(({ ms }) => ms)
  const range = all.length > 1 ? `: ${seconds(Math.min(...all))}–${seconds(Math.max(...all))}` : ''
  return `${all.length}${range}${failure === null ? '' : `, then ${failure}`}`
}

function peakOf(row: Row, isOurs: boolean): string {
  const peak = middle(row.samples, (sample) => sample.peak)
  if (peak === null) return ''
  const worst = Math.max(...row.samples.map((sample) => sample.peak ?? 0))
  return isOurs
    ? `${(worst / 1e6).toFixed(0)} (${PEAK_BYTES / 1e6}: ${judge(worst, PEAK_BYTES)})`
    : (peak / 1e6).toFixed(0)
}

function storedOf(row: Row, cell: (bytes: number) => string): string {
  const stored = middle(row.samples, (sample) => sample.stored)
  return stored === null ? '' : cell(stored)
}

function ourBytes(record: Record, task: Task, rows: readonly Row[], row: Row): string {
  return storedOf(row, (stored) => {
    const facts = record.facts.get(taskId(task)) ?? { size: 0, changed: 0 }
    const figure = storedFigure(task, facts)
    const restic = rows.find(({ program }) => program === 'restic')
    const most = figure.files === 'restic' ? restic && middle(restic.samples, (sample) => sample.stored) : figure.files
    const trees = figure.trees === undefined ? 0 : (middle(row.samples, (sample) => sample.trees) ?? 0)
    const files = stored - trees
    const judged = most === undefined || most === null ? '' : ` (${mib(most)}: ${judge(files, most)})`
    if (figure.trees === undefined) return mib(files) + judged
    return `${mib(files)}${judged} + trees ${mib(trees)} (${mib(figure.trees)}: ${judge(trees, figure.trees)})`
  })
}

function ourNote(row: Row): string {
  const cache = middle(row.samples, (sample) => sample.cache) ?? 0
  return cache > 0 ? `and ${mib(cache)} MiB in cache/, safe to delete` : ''
}

/** How many figures a report met and missed. */
export function tally(report: string): string {
  const count = (word: string) => report.split(`: ${word}`).length - 1
  const [met, missed] = [count('ok'), count('MISS')]
  return `${met} of ${met + missed} figures met${missed === 0 ? '' : `, ${missed} missed`}`
}

/** A table in Markdown, columns padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] as readonly string[]).map((_, i) => Math.max(...rows.map((row) => (row[i] as string).length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.replaceAll('|', '\\|').padEnd(widths[i] as number)).join(' | ')} |`
  const [head, ...body] = rows
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(head as readonly string[]), rule, ...body.map(line)].join('\n')
}
