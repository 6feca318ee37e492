import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hasPrometheus, startPrometheus } from '../metrics/prometheus.ts'
import { median } from './measure.ts'
import { table } from './report.ts'

/** G2: how long after a candidate begins to fail the pointer has moved, with a real watch beside a real source. */

const BIN = path.resolve('bin/aiship.js')
const INTERVAL_MS = 2000
/** What looking and moving may take beside the batch. */
const SLACK_MS = 1000
const TICK_MS = 50
/** Requests a second of each arm: so many that one batch tells. */
const ARMS = { candidate: 40, control: 40, stable: 720 } as const
type Arm = keyof typeof ARMS

interface Feed {
  /** What was answered in one tick. In: how many of each arm's requests, and whether the candidate's fail. */
  tick(counts: Readonly<Record<Arm, number>>, isBad: boolean): void
  stop(): Promise<void>
}

interface Place {
  readonly dir: string
  readonly bundles: Readonly<Record<Arm, string>>
  readonly env: NodeJS.ProcessEnv
}

interface Source {
  readonly name: string
  readonly guard: (url: string) => string
  /** Before the project is there: the address that its guard names. */
  open(dir: string): Promise<{ readonly url: string; feed(place: Place): Feed }>
}

const run = (dir: string, env: NodeJS.ProcessEnv, ...words: readonly string[]) =>
  JSON.parse(execFileSync(process.execPath, [BIN, ...words, '--json'], { cwd: dir, env, encoding: 'utf8' })).data

const PREDICTIONS: Source = {
  name: 'predictions',
  guard: () => `{name: errors, kind: rate, events: "status = 'error'", onFail: rollback}`,
  async open(dir) {
    return {
      url: '',
      feed({ bundles, env }) {
        const file = path.join(dir, 'predictions.jsonl')
        fs.writeFileSync(file, '')
        const argv = [BIN, 'predictions', 'ingest', file, '--follow', '--every', '100ms']
        const intake = spawn(process.execPath, argv, { cwd: dir, env, stdio: 'ignore' })
        let n = 0
        return {
          tick(counts, isBad) {
            const ts = new Date().toISOString()
            const line = (arm: Arm) =>
              JSON.stringify({
                ...{ ts, request_id: `r${n}`, targeting_key: `u${n++}`, bundle: bundles[arm], arm, reason: 'SPLIT' },
                status: isBad && arm === 'candidate' ? 'error' : 'ok',
              })
            const lines = (Object.keys(counts) as Arm[]).flatMap((arm) =>
              Array.from({ length: counts[arm] }, () => line(arm)),
            )
            fs.appendFileSync(file, `${lines.join('\n')}\n`)
          },
          stop: () => ended(intake),
        }
      },
    }
  },
}

const PROMETHEUS: Source = {
  name: 'prometheus',
  guard: (url) =>
    `{name: errors, kind: rate, source: prometheus, url: "${url}", unit: request, overdispersion: 1, onFail: rollback, exposures: 'sum(requests_total{arm="$arm"})', events: 'sum(errors_total{arm="$arm"})'}`,
  async open() {
    const totals = { candidate: [0, 0], control: [0, 0], stable: [0, 0] } as Record<Arm, [number, number]>
    const server = createServer((_, response) => {
      const rows = Object.entries(totals).flatMap(([arm, [requests, errors]]) => [
        `requests_total{arm="${arm}"} ${requests}`,
        `errors_total{arm="${arm}"} ${errors}`,
      ])
      response.setHeader('content-type', 'text/plain')
      response.end(`${rows.join('\n')}\n`)
    })
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
    const prometheus = await startPrometheus({ target: (server.address() as AddressInfo).port })
    return {
      url: prometheus.url,
      feed: () => ({
        tick(counts, isBad) {
          for (const arm of Object.keys(counts) as Arm[]) {
            totals[arm][0] += counts[arm]
            if (isBad && arm === 'candidate') totals[arm][1] += counts[arm]
          }
        },
        async stop() {
          server.close()
          await prometheus.stop()
        },
      }),
    }
  },
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = once(child, 'close')
  child.kill('SIGTERM')
  await gone
}

/** Ms from the candidate's first failure to the entry that takes it back. */
async function crossing(source: Source, folder: string, phase: number): Promise<number> {
  const dir = fs.mkdtempSync(path.join(folder, 'crossing-'))
  const env = { ...process.env, AISHIP_ACTOR: 'bench', AISHIP_ACTOR_KIND: 'automation', HOME: dir }
  const { url, feed } = await source.open(dir)
  const yaml = [
    'version: 1\napp: bench\ncomponents: {model: {role: model-weights, path: model.bin}}\npointers:',
    `  prod: {watch: {interval: ${INTERVAL_MS / 1000}s, grace: 0s, guards: [${source.guard(url)}]}}`,
  ]
  fs.writeFileSync(path.join(dir, 'aiship.yaml'), `${yaml.join('\n')}\n`)
  const made = ['one', 'two!'].map((text) => {
    fs.writeFileSync(path.join(dir, 'model.bin'), text)
    return run(dir, env, 'bundle', '-m', text).bundle as string
  })
  const [stable = '', candidate = ''] = made
  run(dir, env, 'promote', 'v1', 'prod')
  run(dir, env, 'rollout', 'start', 'v2', 'prod', '--steps', '5%,100%', '--hold', '1h', '--deadline', '2h')
  const fed = feed({ dir, env, bundles: { stable, control: stable, candidate } })
  let isBad = false
  const per = (arm: Arm): number => (ARMS[arm] * TICK_MS) / 1000
  const ticking = setInterval(
    () => fed.tick({ candidate: per('candidate'), control: per('control'), stable: per('stable') }, isBad),
    TICK_MS,
  )
  const watch = spawn(process.execPath, [BIN, 'watch', 'prod', '--for', '5m', '--json'], {
    ...{ cwd: dir, env, stdio: ['ignore', 'ignore', 'inherit'] },
  })
  try {
    await delay(3 * INTERVAL_MS + phase * INTERVAL_MS)
    const from = Date.now()
    isBad = true
    const [code] = await once(watch, 'close')
    if (code !== 12) throw new Error(`the watch ended with ${code}, and not with 12`)
    return Date.parse(run(dir, env, 'log', 'prod').entries[0].at) - from
  } finally {
    clearInterval(ticking)
    await ended(watch)
    await fed.stop()
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

interface Options {
  readonly rounds: number
  say(line: string): void
}

export async function crossingReport(folder: string, { rounds, say }: Options): Promise<string> {
  const rows: string[][] = [['source', 'median', 'slowest', 'limit']]
  for (const source of [PREDICTIONS, ...(hasPrometheus ? [PROMETHEUS] : [])]) {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      // Spread over the batch: what begins right after one was cut waits longest.
      times.push(await crossing(source, folder, (round + 0.5) / rounds))
      say(`G2 ${source.name}: ${times.at(-1)} ms`)
    }
    const [middle, most] = [median(times), Math.max(...times)]
    const limit = INTERVAL_MS + SLACK_MS
    rows.push([
      source.name,
      `${Math.round(middle)} ms`,
      `${most} ms`,
      `${limit} ms: ${most <= limit ? 'met' : 'NOT met'}`,
    ])
  }
  const words = `From the first failing answer of a candidate to the entry that takes it back, batches of ${INTERVAL_MS / 1000} s, ${rounds} rounds spread over the batch; the log is taken in every 100 ms, Prometheus scrapes every 200 ms.`
  return `### G2: from the crossing to the move\n\n${words}\n\n${table(rows)}\n`
}
