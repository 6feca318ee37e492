import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from '../../src/cli/program.ts'
import { type BlastData, blast, bundle, type Digest, promote, rollback, show } from '../../src/index.ts'
import { drawer } from '../draw.ts'
import { codeOf, line, makePlace, type Place, textOf } from './place.ts'

// What a bad bundle did: against a count made here, record by record, without SQL.

interface Record_ {
  readonly ts: string
  readonly request_id: string
  readonly bundle: Digest
  readonly mode: string
  readonly pointer: string | null
  readonly entity: string | null
  readonly action: string | null
  readonly label: string
  readonly applied: boolean
  readonly segment: { readonly region: string }
}

const MOVE = { reason: null, override: null, create: true, resetRoute: false, leavingBad: null }
const DARK = `sha256:${'d'.repeat(64)}` as Digest
let place: Place
let A: Digest
let B: Digest
let records: readonly Record_[]
let answered: ReadonlySet<string>

const look = async (more: Partial<Parameters<typeof blast>[1]> = {}): Promise<BlastData> => {
  const none = { ref: 'v2', pointer: null, since: null, until: null, where: [], by: null, skewMs: 1000 }
  return (await blast(await place.context(), { ...none, ...more })).data
}

function drawn(count: number): readonly Record_[] {
  const next = drawer(10)
  const start = Date.parse('2026-10-01T00:00:00.000Z')
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T
  return Array.from({ length: count }, (_, i) => {
    const mode = pick(['live', 'live', 'live', 'live', 'shadow', 'holdout', 'replay'])
    return {
      // Some at the same moment.
      ts: new Date(start + Math.floor((i + next() * 300) / 4) * 1000).toISOString(),
      ...{ request_id: `r${i}`, bundle: pick([A, A, B, B, DARK]), mode, pointer: pick(['prod', 'prod-eu', null]) },
      entity: next() < 0.05 ? null : `order:${Math.floor(next() * 400)}`,
      action: next() < 0.2 ? null : pick(['block', 'release']),
      ...{ label: pick(['bad', 'fine']), applied: mode === 'live' && next() < 0.9 },
      segment: { region: pick(['eu', 'us']) },
    }
  })
}

beforeAll(async () => {
  place = await makePlace()
  A = place.bundle
  place.file('params.json', '{"seed":2}')
  B = (await bundle(await place.context(), { message: 'bad', labels: [], allowSecrets: null })).data.bundle as Digest
  records = drawn(3000)
  answered = new Set(records.filter((_, i) => i % 7 === 0).map(({ request_id }) => request_id))
  const outcomes = records
    .filter(({ request_id }) => answered.has(request_id))
    .map((one) =>
      line(one.bundle, one.request_id, {
        ...{ event: 'outcome', ts: '2026-10-02T00:00:00Z', outcome: { name: 'paid', value: true } },
      }),
    )
  await place.ingest(place.file('log.jsonl', textOf([...records.map((one) => JSON.stringify(one)), ...outcomes])))
}, 30_000)
afterAll(() => place.end())

/** How each entity stands that `bad` decided about, among the records that `isMeant`. */
function standing(bad: Digest, isMeant: (one: Record_) => boolean = () => true) {
  const who = ({ entity, request_id }: Record_): string => entity ?? request_id
  const acted = records.filter(({ mode, applied }) => mode === 'live' && applied)
  const latest = new Map<string, Record_>()
  for (const one of acted.filter((record) => record.bundle === bad && isMeant(record))) {
    const other = latest.get(who(one))
    if (other === undefined || one.ts >= other.ts) latest.set(who(one), one)
  }
  const tied = (one: Record_): readonly Record_[] =>
    acted.filter((other) => other.bundle === bad && isMeant(other) && who(other) === who(one) && other.ts === one.ts)
  return [...latest.values()].map((one) => {
    const isSuperseded = acted.some((o) => o.bundle !== bad && who(o) === who(one) && o.ts > one.ts)
    return {
      ...one,
      tied: tied(one),
      state: isSuperseded ? 'superseded' : answered.has(one.request_id) ? 'resolved' : 'in_force',
    }
  })
}

function counts(bad: Digest, isMeant?: (one: Record_) => boolean) {
  const all = standing(bad, isMeant)
  const of = (state: string): number => all.filter((one) => one.state === state).length
  return { entities: all.length, superseded: of('superseded'), open: of('in_force') + of('resolved') }
}

describe('the same as counted by hand', () => {
  const compared = (data: BlastData) => ({
    ...{ entities: data.entities, superseded: data.superseded, open: data.in_force + data.resolved },
  })
  test('of a bundle', async () => {
    const data = await look()
    const live = records.filter((one) => one.bundle === B && one.mode === 'live')
    expect(data).toMatchObject({ records: live.length, decisions: live.filter(({ applied }) => applied).length })
    expect(compared(data)).toEqual(counts(B))
    // Where several were decided at one moment, either may be the latest: its outcome decides.
    const sure = standing(B).filter(({ tied }) => tied.length === 1)
    const resolved = sure.filter(({ state }) => state === 'resolved').length
    expect(Math.abs(data.resolved - resolved)).toBeLessThanOrEqual(standing(B).length - sure.length)
    expect(data.resolved).toBeGreaterThan(0)
  })
  test('in a segment, a time, by a pointer', async () => {
    const eu = await look({ where: ['segment.region=eu'] })
    expect(compared(eu)).toEqual(counts(B, ({ segment }) => segment.region === 'eu'))
    const until = '2026-10-01T00:05:00.000Z'
    expect(compared(await look({ until }))).toEqual(counts(B, ({ ts }) => ts < until))
    expect(compared(await look({ pointer: 'prod-eu' }))).toEqual(counts(B, ({ pointer }) => pointer === 'prod-eu'))
  })
  test('by action, pointer and segment', async () => {
    const data = await look({ by: 'segment.region' })
    const acted = records.filter((one) => one.bundle === B && one.mode === 'live' && one.applied)
    const count = (value: string, of: (one: Record_) => string): number =>
      acted.filter((one) => of(one) === value).length
    const by = (groups: BlastData['actions']) =>
      Object.fromEntries(groups.map(({ value, records }) => [value, records]))
    const did = (one: Record_): string => one.action ?? one.label
    const names = ['bad', 'block', 'fine', 'release']
    expect(by(data.actions)).toEqual(Object.fromEntries(names.map((name) => [name, count(name, did)])))
    expect(by(data.parts[0]?.groups ?? [])).toEqual(
      Object.fromEntries(['eu', 'us'].map((name) => [name, count(name, ({ segment }) => segment.region)])),
    )
    const sum = (groups: BlastData['actions']): number => groups.reduce((total, { in_force }) => total + in_force, 0)
    expect([data.actions, data.pointers, data.parts[0]?.groups ?? []].map(sum)).toEqual(Array(3).fill(data.in_force))
  })
  test('of a digest that no registry knows, whole or its start; and of a component', async () => {
    expect(await look({ ref: DARK })).toMatchObject({
      bundles: [{ bundle: DARK, version: null }],
      ...{ entities: counts(DARK).entities },
    })
    expect((await look({ ref: 'ddddddddddddd' })).bundles[0]?.bundle).toBe(DARK)
    expect(await codeOf(look({ ref: 'eeeeeeeeeeeee' }))).toBe('NOT_FOUND')
    const { data } = await show(await place.context(), { ref: 'v2' } as Parameters<typeof show>[1])
    const digest = data.components[0]?.digest
    const hex = digest?.slice('sha256:'.length)
    for (const ref of [digest, hex, hex?.slice(0, 12), `sha256:${hex?.slice(0, 7)}`])
      expect((await look({ ref: `component:${ref}` })).bundles).toEqual([{ bundle: B, version: 'v2' }])
    for (const [ref, code] of [
      ['abcdefabcdef', 'NOT_FOUND'],
      [A, 'NOT_FOUND'],
      ['abcdef', 'USAGE'],
      ['params', 'USAGE'],
    ])
      expect(await codeOf(look({ ref: `component:${ref}` }))).toBe(code)
  })
})

test('shadow, hold-out and replayed answers decided nothing, and are told apart', async () => {
  const { modes } = await look()
  expect(modes.map(({ mode }) => mode).sort()).toEqual(['holdout', 'live', 'replay', 'shadow'])
  for (const { mode, applied } of modes) if (mode !== 'live') expect(applied).toBe(0)
})

describe('held against what pointers said', () => {
  beforeAll(async () => {
    await promote(await place.context(), { ref: 'v1', pointer: 'web', ...MOVE })
    await promote(await place.context(), { ref: 'v2', pointer: 'web', ...MOVE })
    await rollback(await place.context(), { pointer: 'web', to: null, reason: null, hold: false, mark: false })
    const soon = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()
    const late = { pointer: 'web', segment: { kind: 'web' } }
    const lines = [
      line(B, 'w1', { ...late, ts: soon(60), x: { host: 'pod-7' } }),
      line(B, 'w2', { ...late, ts: soon(90), host: 'pod-9' }),
      line(B, 'w3', { ...late, ts: soon(30), service: 'batch' }),
      line(B, 'w4', { ...late, ts: soon(-3600), service: 'batch' }),
    ]
    await place.ingest(place.file('web.jsonl', textOf(lines)))
  })
  test('slow replicas are named, with the last that they answered; a wrong clock is told from them', async () => {
    const { stays, outside } = await look({ pointer: 'web' })
    expect(stays).toMatchObject([{ pointer: 'web', seq: 2, as: 'main' }])
    expect(outside.map(({ host, why, records: n }) => [host, why, n])).toEqual([
      ['pod-9', 'late', 1],
      ['pod-7', 'late', 1],
      ['batch', 'late', 1],
      ['batch', 'early', 1],
    ])
  })
  test('no skew at all may be granted, and no time that is none', async () => {
    const skewOf = async (time: string): Promise<unknown> => {
      const parsed = await parse(['blast', 'v2', '--skew', time])
      return 'print' in parsed ? null : (parsed.command.input(parsed.words) as { skewMs: number }).skewMs
    }
    expect([await skewOf('0s'), await skewOf('500ms')]).toEqual([0, 500])
    await expect(skewOf('2d')).rejects.toThrow('from 0ms to a day, not "2d"')
  })
  test('within the skew that is granted, a record belongs to its stay', async () => {
    const { outside } = await look({ pointer: 'web', skewMs: 45_000 })
    expect(outside.map(({ host, why }) => [host, why])).toEqual([
      ['pod-9', 'late'],
      ['pod-7', 'late'],
      ['batch', 'early'],
    ])
  })
})

test('of a sampled log the figures are bounds', async () => {
  const sampled = [0.1, 0.1, 0.5].map((sample_rate, i) => line(B, `s${i}`, { sample_rate, pointer: 'lab' }))
  await place.ingest(place.file('sampled.jsonl', textOf(sampled)))
  const { records: seen, bounds, sample_rates } = await look({ pointer: 'lab' })
  expect([seen, sample_rates]).toEqual([3, [0.1, 0.5]])
  expect(bounds.records[0]).toBe(3)
  expect(bounds.records[1]).toBeGreaterThanOrEqual(22)
})
