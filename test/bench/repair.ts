import fs from 'node:fs'
import path from 'node:path'
import type { Digest } from '../../src/core/digest.ts'
import { type Command, median, type Ran, run } from './measure.ts'
import { writeLines } from './prediction-lines.ts'
import { table } from './report.ts'

const BIN = path.resolve('bin/aiship.js')
const MOST_BLAST_MS = 2000
const LEAST_A_SECOND = 50_000
const MOST_MEMORY = 500e6

/** A model that costs nothing: what is left is aiship's own. */
const PREDICT = `
import { readFileSync } from 'node:fs'
const { most } = JSON.parse(readFileSync('p.json', 'utf8'))
let rest = ''
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n')
  rest = lines.pop()
  let out = ''
  for (const line of lines) {
    const { id, amount } = JSON.parse(line)
    out += '{"id":"' + id + '","label":"' + (amount > most ? 'block' : 'allow') + '","score":' + amount / 1000 + '}\\n'
  }
  process.stdout.write(out)
})
`

/** W12: what a bad bundle did, found, decided again and compared: whole processes. */
export async function repairReport(
  folder: string,
  { count, rounds, say }: { count: number; rounds: number; say(line: string): void },
): Promise<string> {
  const work = fs.mkdtempSync(path.join(folder, 'repair-'))
  try {
    const env = { HOME: work, AISHIP_ACTOR: 'bench', AISHIP_ACTOR_KIND: 'human' }
    const aiship = (...args: readonly string[]): Command => ({ argv: [process.execPath, BIN, ...args], cwd: work, env })
    const write = (name: string, text: string): void => fs.writeFileSync(path.join(work, name), text)
    write('aiship.yaml', YAML)
    write('predict.mjs', PREDICT)
    const bundles: Digest[] = []
    for (const most of [940, 500, 930]) {
      write('p.json', JSON.stringify({ most }))
      await run(aiship('bundle'))
      bundles.push((await run(aiship('resolve', '@last'))).stdout.trim() as Digest)
    }
    await run(aiship('promote', 'v1', 'prod', '--create'))
    say(`writing and reading ${count} predictions`)
    const log = path.join(work, 'log.jsonl')
    writeLines(log, count, bundles as [Digest, Digest, Digest], true)
    await run(aiship('predictions', 'ingest', 'log.jsonl', '--keep-payloads'))
    fs.rmSync(log)

    const rows: string[][] = [['command', 's', 'figure', 'at most', 'peak MB']]
    const ok = (isOk: boolean): string => (isOk ? 'ok' : 'MISS')
    const timed = async (words: readonly string[]): Promise<readonly Ran[]> => {
      say(words.join(' '))
      const ran: Ran[] = []
      for (let i = 0; i < rounds; i++) ran.push(await run(aiship(...words, '--json')))
      return ran
    }
    const row = (name: string, ran: readonly Ran[], figure = '', judged = ''): void => {
      const peak = Math.max(...ran.map((one) => one.peak ?? 0))
      const memory = `${Math.round(peak / 1e6)} (${MOST_MEMORY / 1e6}: ${ok(peak <= MOST_MEMORY)})`
      rows.push([name, (median(ran.map(({ ms }) => ms)) / 1000).toFixed(2), figure, judged, memory])
    }
    const data = <T>(ran: readonly Ran[]): T => (JSON.parse(ran.at(-1)?.stdout ?? '') as { data: T }).data

    const blast = await timed(['blast', 'v2', '--by', 'segment.region'])
    const isFast = median(blast.map(({ ms }) => ms)) <= MOST_BLAST_MS
    row(
      'blast',
      blast,
      `${data<{ in_force: number }>(blast).in_force} in force`,
      `${MOST_BLAST_MS / 1000}: ${ok(isFast)}`,
    )
    const plan = await timed(['remediate', 'plan', '--bad', 'v2', '--good', 'v1', '--select', 'all'])
    const { items } = data<{ items: number }>(plan)
    row('remediate plan', plan, `${items} items`)
    const replay = await timed(['remediate', 'replay', '@last', '--again'])
    const rate = items / (median(replay.map(({ ms }) => ms)) / 1000)
    row(
      'remediate replay',
      replay,
      `${Math.round(rate)}/s`,
      `at least ${LEAST_A_SECOND}: ${ok(rate >= LEAST_A_SECOND)}`,
    )
    const diff = await timed(['remediate', 'diff', '@last', '--by', 'segment.region'])
    row('remediate diff', diff, `${data<{ work: number }>(diff).work} to be done`)
    return `### W12: repair\n\n${count} records, of which a bad bundle made ${items}; its own and a good bundle's predict cost next to nothing.\n\n${table(rows)}\n`
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

const YAML = `version: 1
app: bench
components:
  p: {role: hyperparameters, path: p.json}
  service: {role: inference-code, path: predict.mjs}
commands: {predict: [node, predict.mjs]}
`
