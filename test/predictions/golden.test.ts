import { spawn } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { share } from '../share.ts'
import { makePlace, type Place, textOf } from './place.ts'

// What segments say is compared with what a few lines of JavaScript say of the same lines, never with the engine's own word.

const AISHIP = resolve(import.meta.dirname, '../../bin/aiship.js')
const ROWS = 60_000
/** Each is a segment of its own, and more than the kills can let pass. */
const FILES = 120
const seed = Number(process.env.AISHIP_SEED ?? 42)
let state = seed
/** xorshift32. */
function random(): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}
const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T

interface Made {
  readonly ts: string
  readonly request_id: string
  readonly bundle: string
  readonly segment: { readonly region: string; readonly device: string }
  readonly score: number
  readonly status: string
  readonly mode?: string
}

/** One in fifty has an id that was there; one in a hundred is a shadow's. */
function make(bundles: readonly string[], count: number): readonly Made[] {
  const made: Made[] = []
  for (let i = 0; i < count; i++) {
    const again = random() < 0.02 ? made[Math.floor(random() * made.length)] : undefined
    made.push({
      ts: new Date(Date.UTC(2026, 2, 1) + i * 10 + Math.floor(random() * 5000)).toISOString(),
      request_id: again?.request_id ?? `r${i}-${Math.floor(random() * 2 ** 32).toString(16)}`,
      bundle: pick(bundles),
      segment: { region: pick(['eu', 'us', 'ap']), device: pick(['ios', 'web']) },
      score: Math.round(random() * 1e4) / 1e4,
      status: random() < 0.05 ? 'error' : 'ok',
      ...(random() < 0.01 ? { mode: 'shadow' } : {}),
    })
  }
  return made
}

const identity = ({ request_id, bundle, mode }: Made): string => `${request_id} ${bundle} ${mode ?? 'live'}`

/** The first of each identity. */
function firsts(all: readonly Made[]): readonly Made[] {
  const seen = new Set<string>()
  return all.filter((one) => seen.size < seen.add(identity(one)).size)
}

let place: Place
let made: readonly Made[]
let text: string
beforeAll(async () => {
  place = await makePlace()
  made = make([place.bundle, `sha256:${'e'.repeat(64)}`], ROWS)
  text = textOf(made.map((one) => JSON.stringify(one)))
  writeFileSync(join(place.dir, 'all.jsonl'), text)
})
afterAll(() => place.end())

const SUMMARY = `SELECT bundle, segment['region'] AS region, mode, count(*) AS n, count(*) FILTER (status = 'error') AS errors,
  round(sum(score), 4) AS score, min(ts) AS first, max(ts) AS last FROM predictions GROUP BY ALL ORDER BY ALL`

function summaryOf(all: readonly Made[]): readonly unknown[] {
  const groups = new Map<string, Made[]>()
  for (const one of all) {
    const key = `${one.bundle} ${one.segment.region} ${one.mode ?? 'live'}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, rows]) => {
      const [bundle, region, mode] = key.split(' ')
      const times = rows.map(({ ts }) => ts).sort()
      const score = Math.round(rows.reduce((sum, one) => sum + one.score, 0) * 1e4) / 1e4
      const errors = rows.filter(({ status }) => status === 'error').length
      return { bundle, region, mode, n: rows.length, errors, score, first: times[0], last: times.at(-1) }
    })
}

test('the answers of a log are those of an independent reading', async () => {
  const expected = firsts(made)
  const data = await place.ingest('all.jsonl')
  expect(data).toMatchObject({ records: expected.length, duplicates: ROWS - expected.length, quarantined: 0 })
  expect(await place.rows(SUMMARY)).toEqual(summaryOf(expected))
})

interface Running {
  kill(): void
  readonly done: Promise<{ readonly code: number | null; readonly data: Record<string, unknown> | null }>
}

function ingesting(dir: string, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [AISHIP, 'predictions', 'ingest', ...args, '--json'], { cwd: dir })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const done = new Promise<Awaited<Running['done']>>((settle) =>
    child.once('close', (code) => settle({ code, data: out === '' ? null : JSON.parse(out).data })),
  )
  return { kill: () => void child.kill('SIGKILL'), done }
}

describe('with others at work', () => {
  test('two ingesters at once, of files that share half of their records, and a reader all the time', async () => {
    const fresh = await makePlace()
    try {
      const lines = text.split('\n')
      const parts = [lines.slice(0, 40_000), lines.slice(20_000, ROWS)]
      for (const [i, part] of parts.entries()) fresh.file(`part${i}.jsonl`, `${part.join('\n')}\n`)
      const running = parts.map((_, i) => ingesting(fresh.dir, `part${i}.jsonl`).done)
      let isOver = false
      const seen: number[] = []
      const reading = (async () => {
        while (!isOver) seen.push(Number((await fresh.rows('SELECT count(*) AS n FROM predictions'))[0]?.n))
      })()
      const ended = await Promise.all(running)
      isOver = true
      await reading
      expect(ended.map(({ code }) => code)).toEqual([0, 0])
      expect(seen.every((count, i) => count >= (seen[i - 1] ?? 0))).toBe(true)
      const expected = firsts(made)
      // Which of two that share an identity came first is the log's business; that there is one of each is not.
      const [counted] = await fresh.rows(
        'SELECT count(*) AS n, count(DISTINCT (request_id, bundle, mode)) AS d FROM predictions',
      )
      expect(counted).toEqual({ n: expected.length, d: expected.length })
      expect(ended.reduce((sum, { data }) => sum + Number(data?.records), 0)).toBe(expected.length)
    } finally {
      fresh.end()
    }
  })

  test('killed at any moment: what is listed can be read, and a second run ends with exactly the right records', async () => {
    const fresh = await makePlace()
    try {
      const expected = summaryOf(firsts(made))
      const lines = text.trimEnd().split('\n')
      for (let i = 0; i < FILES; i++) {
        const part = lines.slice((i * ROWS) / FILES, ((i + 1) * ROWS) / FILES)
        fresh.file(`logs/p${String(i).padStart(2, '0')}.jsonl`, textOf(part))
      }
      const folder = join(fresh.dir, '.aiship/logs/segments/scorer')
      const entries = (): number => (existsSync(folder) ? readdirSync(folder).length : 0)
      const codes: unknown[] = []
      for (let i = 0; i < share(20); i++) {
        const run = ingesting(fresh.dir, 'logs')
        // At any moment from its start to a little after it has written a segment, however fast this machine is.
        const before = entries()
        const began = Date.now()
        if (random() < 0.3) await delay(random() * 400)
        else while (entries() === before && Date.now() - began < 20_000) await delay(5)
        await delay(random() * 80)
        run.kill()
        codes.push((await run.done).code)
        const [rows] = await fresh.rows(
          'SELECT count(*) AS n, count(DISTINCT (request_id, bundle, mode)) AS d, count(ts) AS t FROM predictions',
        )
        expect(rows?.n).toBe(rows?.d)
        expect(rows?.n).toBe(rows?.t)
      }
      // It was killed each time, and never had all of it.
      expect(codes).toEqual(codes.map(() => null))
      const [left] = await fresh.rows('SELECT count(*) AS n FROM predictions')
      expect(left?.n).toBeLessThan(firsts(made).length)
      expect((await ingesting(fresh.dir, 'logs').done).code).toBe(0)
      expect(await fresh.rows(SUMMARY)).toEqual(expected)
      expect((await ingesting(fresh.dir, 'logs').done).data).toMatchObject({ records: 0, duplicates: 0, segments: 0 })
    } finally {
      fresh.end()
    }
  }, 240_000)
})
