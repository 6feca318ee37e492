import { spawnSync } from 'node:child_process'

export interface Candidate {
  readonly name: string
  /** Runs it once, whole process, and returns milliseconds; what prepares a run is not counted. */
  run(): number
}

/** Wall milliseconds of a whole process. Errors: when it does not end with `exit`. */
export function timeProcess(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; exit?: number } = {},
): number {
  const started = process.hrtime.bigint()
  const { status, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options })
  const took = Number(process.hrtime.bigint() - started) / 1e6
  if (status !== (options.exit ?? 0)) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`)
  return took
}

/** All candidates in turn, round after round, so that a drift of the machine meets each of them alike. Out: medians by name. */
export function alternate(candidates: readonly Candidate[], rounds: number): ReadonlyMap<string, number> {
  const times = new Map<string, number[]>(candidates.map(({ name }) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const { name, run } of candidates) {
      const took = run()
      // The first round only warms the page cache.
      if (round >= 0) times.get(name)?.push(took)
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** A table in Markdown, columns padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] as readonly string[]).map((_, i) => Math.max(...rows.map((row) => (row[i] as string).length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`
  const [head, ...body] = rows
  return [
    line(head as readonly string[]),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...body.map(line),
  ].join('\n')
}
