import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Answer, Question, Sides } from '../../src/core/metric-source.ts'
import { makePlace, type Place, textOf } from '../predictions/place.ts'
import { CANDIDATE, events, guardOf, SIDES, STABLE, START, windowsOf } from './question.ts'

let place: Place
beforeEach(async () => {
  place = await makePlace()
})
afterEach(() => place.end())

let made = 0
/** A record: seconds after the start, and the rest. */
const row = (at: number, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ...{ ts: new Date(START + at * 1000).toISOString(), request_id: `r${made++}`, bundle: CANDIDATE, pointer: 'prod' },
    ...{ arm: 'candidate', reason: 'SPLIT', targeting_key: `u${made}` },
    ...more,
  })
const stable = { bundle: STABLE, arm: 'stable' }

async function log(rows: readonly string[]): Promise<void> {
  place.file('log.jsonl', textOf(rows))
  await place.ingest('log.jsonl')
}

async function ask(question: Question, count = 1, sides: Sides = SIDES): Promise<Answer> {
  const source = await (await place.context()).source?.('predictions', {})
  return (await source?.read(question, sides, windowsOf(count))) as Answer
}

const whyOf = async (question: Question): Promise<string | null> => {
  const [reading] = (await ask(question)).readings
  return reading?.kind === 'unavailable' ? reading.why : null
}

describe('a condition', () => {
  beforeEach(() => log([row(1), row(2, stable)]))

  test.each([
    ['true) FROM predictions --', 'must be one expression|syntax'],
    ['true), (false', 'must be one expression'],
    ['true; DROP VIEW predictions', 'syntax'],
    ['(SELECT true)', 'subquery'],
    ['request_id IN (SELECT request_id FROM predictions)', 'subquery'],
    ["EXISTS (FROM read_text('/etc/passwd'))", 'subquery'],
    ['random() < 0.5', 'something else each time'],
    ["ts > now() - INTERVAL '1 hour'", 'something else each time'],
    ['ts > current_timestamp', 'something else each time'],
    ['row_number() OVER () = 1', 'window function'],
    ['count(*) > 1', 'aggregate'],
    ['$1', 'parameter'],
    ['*', ''],
    ["statu = 'error'", 'statu'],
    ['latency_ms', ''],
    ['', 'syntax'],
    ['true) UNION ALL SELECT (true', 'must be one expression'],
    ['true) WHERE (true', 'must be one expression'],
    ["status = 'error", 'unterminated'],
    ['/* ', 'unterminated|syntax'],
  ])('%s is refused by name', async (sql, why) => {
    expect(await whyOf(events({ events: sql }))).toMatch(new RegExp(`^events can't be used: .*(?:${why})`, 'i'))
    expect(await whyOf(events({ exposures: sql }))).toMatch(/^exposures can't be used: /)
  })

  test.each([
    ["status = 'error' -- or not"],
    ["error_type = 'x' OR NULL"],
    ["segment['a)'] = ')' AND usage['cost_usd'] > 1"],
  ])('%s is taken', async (sql) => {
    expect((await ask(events({ events: sql }))).readings).toEqual([
      { kind: 'events', counts: { candidate: { exposures: 1, events: 0 }, reference: { exposures: 1, events: 0 } } },
    ])
  })

  test('that fails on what is in a record says so', async () => {
    expect(await whyOf(events({ events: 'arm::INTEGER = 1' }))).toMatch(/can't be asked that: .*candidate/)
  })

  test('a field that there is not', async () => {
    expect(await whyOf(events({ field: 'speed' }, 3))).toMatch(/no field "speed"/)
    expect(await whyOf({ kind: 'classes', guard: guardOf({ field: 'segment' }), edges: null })).toMatch(
      /no field "segment"/,
    )
    expect(await whyOf({ kind: 'value', guard: guardOf({ query: 'latency_ms' }) })).toMatch(
      /^query can't be used: .*GROUP BY/,
    )
    expect(await whyOf({ kind: 'pairs', guard: guardOf({ worse: 'true' }) })).toMatch(/worse and better/)
  })
})

const count = (exposures: number, happened: number): unknown => ({ exposures, events: happened })
const read = async (question: Question, windows = 1, sides = SIDES): Promise<unknown> =>
  (await ask(question, windows, sides)).readings.map((reading) =>
    reading.kind === 'events' ? [reading.counts.candidate, reading.counts.reference] : reading.kind,
  )

test('only what was drawn counts, of this pointer, live; the rest is told', async () => {
  const left = [
    { reason: 'TARGETING_MATCH' },
    { reason: null },
    { pointer: 'staging' },
    { mode: 'shadow' },
    { arm: 'x' },
  ]
  await log([
    row(1),
    row(2, { arm: null }),
    row(3, stable),
    row(4, { pointer: null }),
    ...left.map((one) => row(5, one)),
  ])
  const answer = await ask(events())
  expect(answer.readings).toEqual([{ kind: 'events', counts: { candidate: count(3, 0), reference: count(1, 0) } }])
  expect(answer.notes).toEqual([
    '1 records do not say how they were chosen (reason): left out',
    '1 records name no arm: taken by their bundle',
  ])
})

test('where one arm serves, all of its answers count', async () => {
  await log([
    row(1, { reason: 'STATIC' }),
    row(2, { reason: null }),
    row(3, { reason: null, arm: null, status: 'error' }),
  ])
  expect(await read(events(), 1, { ...SIDES, reference: null })).toEqual([[count(3, 1), null]])
})

test('a user whose event was in the other arm has left both', async () => {
  const user = { targeting_key: 'broken', status: 'error' }
  await log([row(1, { ...stable, ...user }), row(61, user), row(62), row(121, stable)])
  expect(await read(events(), 3)).toEqual([
    [count(0, 0), count(1, 1)],
    [count(1, 0), count(0, 0)],
    [count(0, 0), count(1, 0)],
  ])
})

test('a window beyond the end of the log is unavailable, one without requests is not', async () => {
  await log([row(1), row(130, stable)])
  expect(await read(events(), 5)).toEqual([
    [count(1, 0), count(0, 0)],
    [count(0, 0), count(0, 0)],
    [count(0, 0), count(1, 0)],
    'unavailable',
    'unavailable',
  ])
  expect((await ask(events(), 5)).readings[4]).toMatchObject({
    why: expect.stringMatching(/ends at 2026-09-30T08:02:10/),
  })
})

test('an empty log is unavailable', async () => {
  expect(await whyOf(events())).toMatch(/has nothing of these bundles yet/)
})

test('rates of sampling that differ are not counted together; one rate is told', async () => {
  await log([
    ...[row(1, { sample_rate: 0.5 }), row(2, { ...stable, sample_rate: 0.5 })],
    ...[row(61), row(62, { ...stable, sample_rate: 0.1 })],
  ])
  const { readings, notes } = await ask(events(), 2)
  expect(readings[0]).toMatchObject({ kind: 'events' })
  expect(readings[1]).toMatchObject({
    kind: 'unavailable',
    why: "records at rates from 0.1 to 1 can't be counted together",
  })
  expect(notes).toEqual(['a share of 0.1 of the requests is logged, and counted as it is'])
})

test('a label that comes later counts once it is there, and not one that comes after the delay', async () => {
  const outcome = (request: string, at: number, value: unknown, bundle = CANDIDATE): string =>
    row(at, { event: 'outcome', request_id: request, bundle, outcome: { name: 'chargeback', value } })
  const ids = ['a', 'b', 'c', 'd', 'e']
  await log([
    ...ids.map((id) => row(1, { request_id: id })),
    row(4000, stable),
    ...[
      outcome('a', 3000, true),
      outcome('b', 3000, false),
      outcome('c', 3700, true),
      outcome('d', 3000, true, STABLE),
    ],
    ...[outcome('e', 100, true), outcome('e', 200, false)],
  ])
  const late = events({ events: "outcome['chargeback'] = 'true'", delay: '1h' })
  expect(await read(late)).toEqual([[count(5, 2), count(0, 0)]])
  const known = events({
    events: "outcome['chargeback'] = 'true'",
    exposures: "outcome['chargeback'] IS NOT NULL",
    delay: '1h',
  })
  expect(await read(known)).toEqual([[count(3, 2), count(0, 0)]])
  expect(await read(events({ events: "outcome['chargeback'] = 'true'" }))).toEqual([[count(5, 0), count(0, 0)]])
})

test('pairs: by request, else by input; a user counts once', async () => {
  const hash = `sha256:${'1'.repeat(64)}`
  const shadow = (id: string, at: number, more: Readonly<Record<string, unknown>>): string =>
    row(at, { request_id: id, mode: 'shadow', arm: 'candidate', reason: null, targeting_key: null, ...more })
  const live = (id: string, at: number, more: Readonly<Record<string, unknown>>): string =>
    row(at, { ...stable, request_id: id, ...more })
  await log([
    ...[live('a', 1, { score: 0.9, targeting_key: 'ann' }), shadow('a', 2, { score: 0.1 })],
    ...[live('b', 3, { score: 0.9, targeting_key: 'ann' }), shadow('b', 4, { score: 0.1 })],
    ...[live('c', 5, { score: 0.5 }), shadow('c', 6, { score: 0.8 })],
    ...[live('d', 7, { score: 0.5 }), shadow('d', 8, { score: 0.5 })],
    ...[live('e', 9, { score: 0.5, input_hash: hash }), shadow('f', 61, { score: 0.4, input_hash: hash })],
    ...[live('g', 62, { score: 0.9, targeting_key: 'ann' }), shadow('g', 63, { score: 0.99 })],
    ...[row(64, { request_id: 'x', mode: 'shadow' }), row(130)],
  ])
  const guard = guardOf({ kind: 'paired', worse: 'shadow.score < live.score', better: 'shadow.score > live.score' })
  expect((await ask({ kind: 'pairs', guard }, 3)).readings).toEqual([
    { kind: 'pairs', worse: 1, better: 1, ties: 1 },
    { kind: 'pairs', worse: 1, better: 0, ties: 0 },
    { kind: 'pairs', worse: 0, better: 0, ties: 0 },
  ])
  const each = { ...guard, unit: 'request' as const }
  expect((await ask({ kind: 'pairs', guard: each }, 3)).readings).toMatchObject([
    { worse: 2, better: 1, ties: 1 },
    { worse: 1, better: 1, ties: 0 },
    { worse: 0 },
  ])
})

test('by another key, in which requests of users clump', async () => {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const user = i % 20
    return row(1, {
      ...(i % 40 < 20 ? stable : {}),
      segment: { account: `a${user}` },
      targeting_key: `k${user}`,
      status: user < 4 ? 'error' : 'ok',
    })
  })
  await log(rows)
  expect(await read(events({ by: 'segment.account' }))).toEqual([[count(0, 0), count(0, 0)]])
  const answer = await ask(events({ unit: 'request' }))
  expect(answer.readings).toEqual([
    { kind: 'events', counts: { candidate: count(200, 40), reference: count(200, 40) } },
  ])
  // Ten requests of each user, which all fail or none.
  expect(answer.overdispersion).toBeCloseTo((10 * 20) / 19, 6)
})

test('too many classes', async () => {
  await log(Array.from({ length: 1100 }, (_, i) => row(1, { label: `l${i}` })))
  expect(await whyOf({ kind: 'classes', guard: guardOf({ field: 'label' }), edges: null })).toMatch(
    /more than 1000 values: give bins/,
  )
})
