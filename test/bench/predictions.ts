import fs from 'node:fs'
import path from 'node:path'
import type { Digest } from '../../src/core/digest.ts'
import { type Command, CommandFailed, median, type Ran, run } from './measure.ts'
import { writeLines } from './prediction-lines.ts'
import { table } from './report.ts'

const BIN = path.resolve('bin/aiship.js')
/** DESIGN §10, and what a CI machine can spare. */
const LEAST_A_SECOND = 150_000
const MOST_MEMORY = 1e9
const MOST_DISK = 0.2
const MOST_MS = { one: 500, slice: 1000, compare: 1500 }

/** What one needs to do without: every line is parsed, one after the other. */
const PLAIN = (task: string): string => `
const seen = new Map()
let n = 0
require('readline').createInterface({ input: require('fs').createReadStream(process.argv[1], { highWaterMark: 1 << 20 }) })
  .on('line', (line) => { const r = JSON.parse(line); ${task} })
  .on('close', () => console.log(n, seen.size))`
const FIND = (id: string): string => `if (r.request_id === '${id}') n++`
const GROUP = `n++; const k = r.bundle + r.segment.region + r.segment.device; const g = seen.get(k) ?? []; g.push(r.latency_ms); seen.set(k, g)`

const SLICE = `SELECT bundle, segment['region'] AS region, segment['device'] AS device, count(*) AS n,
  avg((status = 'error')::INT) AS errors, quantile_cont(latency_ms, [0.5, 0.95]) AS latency FROM predictions GROUP BY ALL ORDER BY errors DESC`

/** W11: whole processes that read a log of predictions and answer from it, beside jq and a program that reads the lines. */
export async function predictionsReport(
  folder: string,
  { count, rounds, say }: { count: number; rounds: number; say(line: string): void },
): Promise<string> {
  const work = fs.mkdtempSync(path.join(folder, 'predictions-'))
  try {
    const env = { HOME: work, AISHIP_ACTOR: 'bench', AISHIP_ACTOR_KIND: 'human' }
    const aiship = (...args: readonly string[]): Command => ({ argv: [process.execPath, BIN, ...args], cwd: work, env })
    fs.writeFileSync(
      path.join(work, 'aiship.yaml'),
      'version: 1\napp: bench\ncomponents: {p: {role: hyperparameters, path: p.json}}\n',
    )
    const bundles: Digest[] = []
    for (const seed of [1, 2, 3]) {
      fs.writeFileSync(path.join(work, 'p.json'), JSON.stringify({ seed }))
      await run(aiship('bundle'))
      bundles.push((await run(aiship('resolve', '@last'))).stdout.trim() as Digest)
    }
    const log = path.join(work, 'log.jsonl')
    say(`writing ${count} predictions`)
    writeLines(log, count, bundles as [Digest, Digest, Digest])
    const id = idInTheMiddle(log)
    const rows: string[][] = [['program', 's', 'figure', 'at most', 'peak MB']]
    const row = (name: string, ran: readonly Ran[], figure = '', judged = ''): void => {
      const ms = median(ran.map((one) => one.ms))
      const peak = Math.max(...ran.map((one) => one.peak ?? 0))
      rows.push([name, (ms / 1000).toFixed(2), figure, judged, String(Math.round(peak / 1e6))])
    }
    const ok = (isOk: boolean): string => (isOk ? 'ok' : 'MISS')
    const times = async (command: Command, reset: () => void = () => undefined): Promise<readonly Ran[]> => {
      const ran: Ran[] = []
      for (let i = 0; i < rounds; i++) {
        reset()
        ran.push(await run(command))
      }
      return ran
    }

    say('ingest')
    const ingest = await times(aiship('predictions', 'ingest', 'log.jsonl', '--json'), () => forget(work))
    const rate = count / (median(ingest.map(({ ms }) => ms)) / 1000)
    row('ingest', ingest, `${Math.round(rate)}/s`, `at least ${LEAST_A_SECOND}: ${ok(rate >= LEAST_A_SECOND)}`)
    const peak = Math.max(...ingest.map((one) => one.peak ?? 0))
    rows.push(['', '', 'memory', `${MOST_MEMORY / 1e6} MB: ${ok(peak <= MOST_MEMORY)}`, ''])
    const { bytes } = (JSON.parse(ingest[0]?.stdout ?? '') as { data: { bytes: number } }).data
    const share = bytes / fs.statSync(log).size
    rows.push(['', '', `${share.toFixed(3)} of the lines`, `${MOST_DISK}: ${ok(share <= MOST_DISK)}`, ''])
    row('ingest again', await times(aiship('predictions', 'ingest', 'log.jsonl')))
    const timed = async (name: string, most: number, ...words: readonly string[]): Promise<void> => {
      const ran = await times(aiship(...words))
      row(name, ran, '', `${most / 1000}: ${ok(median(ran.map(({ ms }) => ms)) <= most)}`)
    }
    const find = `SELECT * FROM predictions WHERE request_id = '${id}'`
    await timed('SQL, one prediction by its id', MOST_MS.one, 'predictions', 'sql', find)
    await timed('SQL, errors and latency by bundle, region and device', MOST_MS.slice, 'predictions', 'sql', SLICE)
    await timed('why, of one prediction', MOST_MS.one, 'why', id)
    const by = ['--by', 'segment.region,segment.device'] as const
    await timed('slice, by bundle, region and device', MOST_MS.slice, 'slice', ...by)
    await timed('compare, 24 slices', MOST_MS.compare, 'compare', 'v1', 'v2', ...by)
    say('jq and plain Node')
    for (const [name, argv] of [
      ['jq, one prediction', ['jq', '-c', `select(.request_id == "${id}")`, log]],
      ['Node and readline, one prediction', [process.execPath, '-e', PLAIN(FIND(id)), log]],
      ['Node and readline, by bundle, region and device', [process.execPath, '-e', PLAIN(GROUP), log]],
    ] as const) {
      try {
        row(name, [await run({ argv })])
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error
        rows.push([name, '', error.message, '', ''])
      }
    }
    return `### W11: predictions\n\n${count} records of ${Math.round(fs.statSync(log).size / count)} bytes.\n\n${table(rows)}\n`
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

/** As if nothing had been read yet. */
function forget(work: string): void {
  for (const name of ['logs/segments', 'cache'])
    fs.rmSync(path.join(work, '.aiship', name), { recursive: true, force: true })
}

function idInTheMiddle(file: string): string {
  const fd = fs.openSync(file, 'r')
  const part = Buffer.alloc(4096)
  fs.readSync(fd, part, 0, part.length, Math.floor(fs.statSync(file).size / 2))
  fs.closeSync(fd)
  return /"request_id":"([0-9a-f]{32})"/.exec(part.toString())?.[1] ?? ''
}
