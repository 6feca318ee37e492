import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { addressOf, at, BIN, project } from './live.ts'
import { startLoad } from './load.ts'

interface Options {
  readonly env: Readonly<Record<string, string>>
  /** How often the registry is looked at, ms; null: a folder, which is watched. */
  readonly everyMs: number | null
  /** What 95 of 100 may take at most. */
  readonly mostMs: number
  readonly moves: number
  say(line: string): void
}

/** A service behind `follow`, told by a signal: from the end of a rollback to the last answer of what it left. Out: a row of W10. */
export async function followRow(name: string, dir: string, options: Options): Promise<readonly string[]> {
  const { env, everyMs, mostMs, moves, say } = options
  const { aiship, start } = await project(dir, env)
  const [served, pidFile] = [path.join(dir, 'served'), path.join(dir, 'pid')]
  await aiship('follow', 'prod', served, '--once')
  const service = start([path.resolve('test/bench/service.mjs'), path.join(served, 'current'), pidFile])
  const url = await addressOf(service)
  const every = everyMs === null ? [] : ['--interval', `${everyMs}ms`]
  const follower = start([BIN, 'follow', 'prod', served, '--signal', 'HUP', '--pid-file', pidFile, '-q', ...every])
  follower.stderr?.resume()
  let lastMs = 0
  const load = startLoad({
    ...{ url, bodies: ['{}'], connections: 8 },
    onAnswer(body, _, hereMs) {
      if (body === 'bad') lastMs = hereMs
    },
  })
  try {
    const late: number[] = []
    for (let move = 0; move < moves; move++) {
      say(`W10: ${name}, behind follow, rollback ${move + 1} of ${moves}`)
      while (lastMs < performance.now() - 50) await delay(5)
      // At any moment between two looks.
      await delay(Math.random() * (everyMs ?? 100))
      const doneMs = await aiship('rollback', 'prod', '--no-mark', '--no-hold')
      await delay(mostMs + 400)
      late.push(Math.max(0, lastMs - doneMs))
      await aiship('promote', 'v2', 'prod')
    }
    const { requests, failed } = await load.stop()
    const sorted = Float64Array.from(late).sort()
    const p95 = at(sorted, 0.95)
    return [
      `${name}: a service behind follow`,
      ...[at(sorted, 0.5), p95].map((ms) => ms.toFixed(0)),
      `${mostMs}: ${p95 <= mostMs && failed === 0 ? 'ok' : 'MISS'}`,
      ...[requests, failed].map(String),
    ]
  } finally {
    for (const child of [follower, service]) {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
  }
}
