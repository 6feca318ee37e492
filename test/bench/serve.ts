import type { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { BUCKET, OWNER, startS3 } from '../s3/server.ts'
import { listenForChanges } from './events.ts'
import { followRow } from './follow.ts'
import { addressOf, at, BIN, project } from './live.ts'
import { type Loaded, startLoad } from './load.ts'
import { median, quiet } from './measure.ts'
import { table } from './report.ts'

/** Of the requests a second that the framework alone answers. */
const SHARE = 0.7
const CONNECTIONS = 32
/** From the end of `aiship rollback` to the last request that is served by what it left, 95 of 100 times. */
const LATE_MS = 300
const POLL_MS = 500
const FLAGS = '/ofrep/v1/evaluate/flags'

interface Options {
  /** Of each measurement of requests a second. */
  readonly seconds: number
  readonly rounds: number
  readonly moves: number
  readonly wait: number
  say(line: string): void
}

/** W10: what deciding costs beside the framework that answers; and how soon a rollback is what everybody gets, under load. */
export async function serveReport(folder: string, options: Options): Promise<string> {
  const work = fs.mkdtempSync(path.join(folder, 'serve-'))
  try {
    const cost = await throughput(path.join(work, 'cost'), options)
    const local = await everyone('a folder', work, {}, null, options)
    const server = await startS3({ keys: [OWNER] })
    const env = {
      ...{ AWS_ACCESS_KEY_ID: OWNER.id, AWS_SECRET_ACCESS_KEY: OWNER.secret, AWS_REGION: server.region },
      ...{ AWS_ENDPOINT_URL_S3: server.endpoint, NO_PROXY: '127.0.0.1' },
    }
    const name = `a bucket, asked every ${POLL_MS} ms`
    const bucket = await everyone(name, work, env, POLL_MS, options).finally(server.close)
    const head = ['registry, and who asks', 'p50 ms', 'p95 ms', 'at most', 'requests', 'failed']
    return [
      `### W10: a service that decides\n\nMedians of ${options.rounds} turns of ${options.seconds} s, ${CONNECTIONS} connections from another process.\n\n${cost}\n`,
      `From the end of \`aiship rollback\` to the last request that is served by what it left, ${options.moves} times, under load: 0 where there was none.\n\n${table([head, ...local, ...bucket])}\n`,
    ].join('\n')
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

/** Whoever is served, each in a project of its own. */
async function everyone(
  name: string,
  work: string,
  keys: Readonly<Record<string, string>>,
  everyMs: number | null,
  options: Options,
): Promise<readonly (readonly string[])[]> {
  const mostMs = LATE_MS + (everyMs ?? 0)
  const place = (who: string) => ({
    dir: path.join(work, `${who}-${everyMs}`),
    env: everyMs === null ? {} : { ...keys, AISHIP_REGISTRY: `s3://${BUCKET}/${who}` },
  })
  const [asking, following] = [place('asking'), place('following')]
  return [
    ...(await rollbacks(name, asking.dir, asking.env, mostMs, options)),
    await followRow(name, following.dir, { ...options, env: following.env, everyMs, mostMs }),
  ]
}

/** CPU time that a process has used, µs; NaN where the system does not say. It is the same on a busy machine. */
function cpuOf({ pid }: ChildProcess): number {
  try {
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return Number.NaN
  }
}

const bodies = Array.from({ length: 1000 }, (_, i) => {
  const user = { targetingKey: `user-${i * 7919}`, geo: { country: 'US' }, app: { version: `4.${i % 40}.1` } }
  return JSON.stringify({ context: { ...user, group: 'customers', plan: 'free' } })
})

async function throughput(dir: string, { seconds, rounds, wait, say }: Options): Promise<string> {
  const { aiship, start } = await project(dir, {})
  await aiship('route', 'set', 'prod', '--to', 'candidate=v1:5%,stable')
  await aiship('route', 'set', 'prod', '--group', 'internal,beta', '--to', 'candidate', '--first')
  await aiship('route', 'set', 'prod', '--country', 'DE', '--app-version', '>=4.2.0', '--to', 'candidate', '--first')
  const ours = start([BIN, 'serve', '--port', '0'])
  const children = [ours]
  try {
    const url = `${await addressOf(ours)}${FLAGS}/prod`
    const answer = await (await fetch(url, { method: 'POST', body: bodies[0] as string })).text()
    const alone = start([path.resolve('test/bench/constant.mjs'), answer])
    children.push(alone)
    const urls = { ours: url, alone: `${await addressOf(alone)}${FLAGS}/prod` }
    const processes = { ours, alone }
    const found: Record<keyof typeof urls, (Loaded & { readonly cpu: number })[]> = { ours: [], alone: [] }
    for (let round = 0; round < rounds; round++) {
      say(`W10: requests, round ${round + 1} of ${rounds}`)
      for (const name of ['alone', 'ours'] as const) {
        await quiet(wait)
        const load = startLoad({ url: urls[name], bodies, connections: CONNECTIONS })
        await delay(500)
        load.reset()
        const before = cpuOf(processes[name])
        await delay(seconds * 1000)
        const used = cpuOf(processes[name]) - before
        const seen = await load.stop()
        found[name].push({ ...seen, cpu: used / seen.requests })
      }
    }
    const middle = (name: keyof typeof urls, of: (one: Loaded & { readonly cpu: number }) => number): number =>
      median(found[name].map(of))
    const ratio = middle('ours', ({ perSecond }) => perSecond) / middle('alone', ({ perSecond }) => perSecond)
    const row = (name: keyof typeof urls, title: string, judged: readonly string[]): string[] => [
      ...[title, Math.round(middle(name, ({ perSecond }) => perSecond)).toString()],
      ...[0.5, 0.99].map((share) => middle(name, ({ taken }) => at(taken, share)).toFixed(2)),
      middle(name, ({ cpu }) => cpu).toFixed(1),
      ...judged,
      String(found[name].reduce((sum, { failed }) => sum + failed, 0)),
    ]
    return table([
      ['who answers', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs each', 'share', 'at least', 'failed'],
      row('alone', 'hono and @hono/node-server, a constant', ['', '']),
      row('ours', 'aiship serve: 3 rules and a draw', [
        ratio.toFixed(2),
        `${SHARE}: ${ratio >= SHARE ? 'ok' : 'MISS'}`,
      ]),
    ])
  } finally {
    for (const child of children) child.kill()
  }
}

/** Who asks for each request, and who keeps what he was told until an event tells him to ask again: a page does that. */
async function rollbacks(
  name: string,
  dir: string,
  env: Readonly<Record<string, string>>,
  mostMs: number,
  { moves, say }: Options,
): Promise<readonly string[][]> {
  const { aiship, start } = await project(dir, env)
  const child = start([BIN, 'serve', '--port', '0', '--interval', `${POLL_MS}ms`])
  try {
    const url = await addressOf(child)
    const bad = JSON.parse(await (await fetch(`${url}/v1/resolve/prod`)).text()).bundle as string
    const last = { asking: 0, listening: 0 }
    const load = startLoad({
      ...{ url: `${url}${FLAGS}/prod`, bodies, connections: 8 },
      onAnswer(body, _, hereMs) {
        if (body.includes(bad)) last.asking = hereMs
      },
    })
    const page = await listenForChanges(url, bodies[0] as string)
    // What the page was told serves its requests, one each millisecond.
    const using = setInterval(() => {
      if (page.told().includes(bad)) last.listening = performance.now()
    }, 1)
    const late: Record<keyof typeof last, number[]> = { asking: [], listening: [] }
    for (let move = 0; move < moves; move++) {
      say(`W10: ${name}, rollback ${move + 1} of ${moves}`)
      const doneMs = await aiship('rollback', 'prod', '--no-mark', '--no-hold')
      await delay(mostMs + 400)
      for (const who of ['asking', 'listening'] as const) late[who].push(Math.max(0, last[who] - doneMs))
      await aiship('promote', 'v2', 'prod')
      const isBack = (): boolean => page.told().includes(bad) && last.asking > performance.now() - 50
      while (!isBack()) await delay(5)
    }
    clearInterval(using)
    page.end()
    const { requests, failed } = await load.stop()
    const row = (who: keyof typeof last, title: string, seen: readonly number[]): string[] => {
      const sorted = Float64Array.from(late[who]).sort()
      const p95 = at(sorted, 0.95)
      return [
        `${name}: ${title}`,
        ...[at(sorted, 0.5), p95].map((ms) => ms.toFixed(0)),
        `${mostMs}: ${p95 <= mostMs && seen[1] === 0 ? 'ok' : 'MISS'}`,
        ...seen.map(String),
      ]
    }
    return [
      row('asking', 'asks each time', [requests, failed]),
      row('listening', 'listens for events', [page.asked(), page.failed()]),
    ]
  } finally {
    child.kill()
  }
}
