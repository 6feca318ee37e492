import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, MetricSource, Question, Sides } from '../../src/core/metric-source.ts'
import { drawer } from '../draw.ts'
import { makePlace, type Place, textOf } from '../predictions/place.ts'
import { share } from '../share.ts'
import { CANDIDATE, events, guardOf, SIDES, STABLE, START, windowsOf } from './question.ts'

const WIDTH = 60_000
const WORLDS = share(12)
const WINDOWS = 6

interface Row {
  readonly ts: string
  readonly request_id: string
  readonly bundle: string
  readonly [key: string]: unknown
}

const next = drawer(Number(process.env.AISHIP_SEED ?? 11))
const below = (n: number): number => Math.floor(next() * n)
const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T

/** A pointer of its own for each: a handful of users who come back, move between arms, and sometimes have no key. */
function world(pointer: string): readonly Row[] {
  const users = 1 + below(12)
  return Array.from({ length: below(160) }, (_, i): Row => {
    const arm = pick(['candidate', 'control', 'stable', 'stable', 'other'])
    const user = `u${below(users)}`
    return {
      ts: new Date(START - 30_000 + below((WINDOWS + 1) * WIDTH)).toISOString(),
      request_id: `${pointer}-r${i}`,
      bundle: arm === 'candidate' ? CANDIDATE : STABLE,
      pointer,
      arm,
      reason: pick(['SPLIT', 'SPLIT', 'SPLIT', 'SPLIT', 'TARGETING_MATCH']),
      ...pick([{ targeting_key: user }, { targeting_key: user, session_id: 's' }, { session_id: user }, {}]),
      status: next() < 0.2 ? 'error' : 'ok',
      label: pick(['allow', 'block', 'review']),
      latency_ms: below(1000),
      ...(next() < 0.8 ? { score: below(100) / 100 } : {}),
    }
  })
}

let place: Place
let source: MetricSource
const worlds = Array.from({ length: WORLDS }, (_, i) => world(`w${i}`))
beforeAll(async () => {
  place = await makePlace()
  // What ends the log for all of them, so that no window is beyond it.
  const last = { ts: new Date(START + 20 * WIDTH).toISOString(), request_id: 'last', bundle: STABLE, pointer: 'none' }
  place.file('all.jsonl', textOf([...worlds.flat(), last].map((row) => JSON.stringify(row))))
  await place.ingest('all.jsonl')
  source = (await (await place.context()).source?.('predictions', {})) as MetricSource
})
afterAll(() => place.end())

const sidesOf = (i: number): Sides => ({ ...SIDES, pointer: `w${i}` })
const ask = (question: Question, i: number): Promise<Answer> => source.read(question, sidesOf(i), windowsOf(WINDOWS))

/** The same, counted by hand. */
interface Taken {
  readonly row: Row
  readonly w: number
  readonly side: 0 | 1
  readonly unit: string
}

function taken(rows: readonly Row[]): readonly Taken[] {
  return rows
    .flatMap((row): Taken[] => {
      const w = Math.floor((Date.parse(row.ts) - START) / WIDTH)
      if (row.reason !== 'SPLIT' || row.arm === 'other' || w < 0 || w >= WINDOWS) return []
      const unit = String(row.targeting_key ?? row.session_id ?? row.request_id)
      return [{ row, w, side: row.arm === 'candidate' ? 0 : 1, unit }]
    })
    .sort((a, b) => (a.row.ts < b.row.ts ? -1 : a.row.ts > b.row.ts ? 1 : a.row.request_id < b.row.request_id ? -1 : 1))
}

function logRank(rows: readonly Row[], isEvent: (row: Row) => boolean | null): unknown {
  const counts = Array.from({ length: WINDOWS }, () => [
    { exposures: 0, events: 0 },
    { exposures: 0, events: 0 },
  ])
  const over = new Set<string>()
  for (let w = 0; w < WINDOWS; w++) {
    const here = new Map<string, Taken[]>()
    for (const one of taken(rows))
      if (one.w === w && isEvent(one.row) !== null) here.set(one.unit, [...(here.get(one.unit) ?? []), one])
    for (const [unit, all] of here) {
      if (over.has(unit)) continue
      const happened = all.some(({ row }) => isEvent(row))
      if (happened) over.add(unit)
      if (all.some(({ side }) => side !== all[0]?.side)) continue
      const count = counts[w]?.[all[0]?.side ?? 0]
      if (count === undefined) continue
      count.exposures++
      if (happened) count.events++
    }
  }
  return counts.map(([candidate, reference]) => ({ kind: 'events', counts: { candidate, reference } }))
}

describe('what is counted is what a few lines of JavaScript count', () => {
  const each = Array.from({ length: WORLDS }, (_, i) => i)

  test('units, as in a log-rank test', async () => {
    for (const i of each)
      expect((await ask(events(), i)).readings).toEqual(logRank(worlds[i] ?? [], ({ status }) => status === 'error'))
  })

  test('units over a threshold, among those that were measured', async () => {
    const over = events({ kind: 'exceedance', field: 'score' }, 0.7)
    for (const i of each)
      expect((await ask(over, i)).readings).toEqual(
        logRank(worlds[i] ?? [], ({ score }) => (score === undefined ? null : Number(score) > 0.7)),
      )
  })

  test('requests, and how those of a user clump', async () => {
    for (const i of each) {
      const { readings, overdispersion } = await ask(events({ unit: 'request' }), i)
      const all = taken(worlds[i] ?? [])
      const count = (w: number, side: number): unknown => {
        const here = all.filter((one) => one.w === w && one.side === side)
        return { exposures: here.length, events: here.filter(({ row }) => row.status === 'error').length }
      }
      expect(readings).toEqual(
        windowsOf(WINDOWS).map((_, w) => ({
          kind: 'events',
          counts: { candidate: count(w, 0), reference: count(w, 1) },
        })),
      )
      expect(overdispersion === null || overdispersion >= 1).toBe(true)
    }
  })

  test('classes and bins: a unit by its first answer', async () => {
    for (const i of each) {
      const first = [...new Map([...taken(worlds[i] ?? [])].reverse().map((one) => [one.unit, one])).values()]
      const of = (name: (row: Row) => string) =>
        windowsOf(WINDOWS).map((_, w) => {
          const side = (s: number): Record<string, number> => {
            const counts: Record<string, number> = {}
            for (const one of first)
              if (one.w === w && one.side === s) counts[name(one.row)] = (counts[name(one.row)] ?? 0) + 1
            return counts
          }
          return { kind: 'classes', classes: { candidate: side(0), reference: side(1) } }
        })
      const labels = await ask({ kind: 'classes', guard: guardOf({ field: 'label' }), edges: null }, i)
      expect(labels.readings).toEqual(of(({ label }) => String(label)))
      const bins = await ask({ kind: 'classes', guard: guardOf({ field: 'latency_ms' }), edges: [200, 500] }, i)
      expect(bins.readings).toEqual(
        of(({ latency_ms: ms }) => (Number(ms) >= 500 ? '2' : Number(ms) >= 200 ? '1' : '0')),
      )
    }
  })

  test('means: a unit by its first window, cut', async () => {
    for (const i of each) {
      const { readings } = await ask({ kind: 'moments', guard: guardOf({ field: 'latency_ms' }), cap: 700 }, i)
      const firstOf = new Map<string, number>()
      for (const { unit, w } of taken(worlds[i] ?? [])) firstOf.set(unit, Math.min(w, firstOf.get(unit) ?? w))
      const units = [...firstOf].map(([unit, w]) => {
        const mine = taken(worlds[i] ?? []).filter((one) => one.unit === unit && one.w === w)
        const mean = mine.reduce((sum, { row }) => sum + Number(row.latency_ms), 0) / mine.length
        const sides = new Set(mine.map(({ side }) => side))
        return { w, side: sides.size === 1 ? mine[0]?.side : null, mean: Math.min(700, mean) }
      })
      for (const [w, reading] of readings.entries()) {
        const moments = reading.kind === 'moments' ? reading.moments : null
        for (const [s, got] of [moments?.candidate, moments?.reference].entries()) {
          const here = units.filter((one) => one.w === w && one.side === s).map(({ mean }) => mean)
          expect(got?.n).toBe(here.length)
          expect(got?.sum).toBeCloseTo(
            here.reduce((sum, mean) => sum + mean, 0),
            6,
          )
          expect(got?.squares).toBeCloseTo(
            here.reduce((sum, mean) => sum + mean * mean, 0),
            3,
          )
        }
      }
    }
  })

  test('a quantile of all that the reference answered, and a value of the candidate', async () => {
    for (const i of each) {
      const rows = (worlds[i] ?? []).filter(
        ({ ts }) => Date.parse(ts) >= START && Date.parse(ts) < START + WINDOWS * WIDTH,
      )
      const all = rows.filter(({ bundle }) => bundle === STABLE)
      const values = all.map(({ latency_ms: ms }) => Number(ms)).sort((a, b) => a - b)
      const { readings } = await ask({ kind: 'quantile', guard: guardOf({ field: 'latency_ms' }), quantile: 0.95 }, i)
      const n = new Set(all.map((row) => row.targeting_key ?? row.session_id ?? row.request_id)).size
      const at = Math.max(0, Math.ceil(values.length * 0.95) - 1)
      expect(readings).toEqual([{ kind: 'quantile', value: values[at] ?? null, n }])
      const value = await ask({ kind: 'value', guard: guardOf({ query: 'max(latency_ms)' }) }, i)
      const mine = taken(worlds[i] ?? []).filter(({ side }) => side === 0)
      expect(value.readings).toEqual(
        windowsOf(WINDOWS).map((_, w) => {
          const here = mine.filter((one) => one.w === w).map(({ row }) => Number(row.latency_ms))
          return { kind: 'value', value: here.length === 0 ? null : Math.max(...here) }
        }),
      )
    }
  })
})
