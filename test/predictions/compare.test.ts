import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle, type CompareData, compare, type Digest, type SliceData, slice } from '../../src/index.ts'
import { makePlace, type Place } from './place.ts'
import { type Answer, traffic } from './traffic.ts'

// Everything here is counted again in plain JavaScript, from the records as they were made.

let place: Place
let A: Digest
let B: Digest
let live: readonly Answer[] = []
let shadows: readonly Answer[] = []
let came: readonly { readonly id: string; readonly bundle: Digest; readonly value: boolean }[] = []

const BY = 'segment.region,segment.device'
const WINDOW = '2026-09-30T09:00:00.000Z'
const NOBODY = { since: null, until: null, html: null }
const compared = async (more: object = {}): Promise<CompareData> =>
  (await compare(await place.context(), { a: 'v1', b: 'v2', by: BY, ...NOBODY, ...more })).data
const sliced = async (more: object = {}): Promise<SliceData> => {
  const all = { metric: 'error_rate,latency_p95,score_mean', since: null, until: null, bundle: null, limit: 1000 }
  return (await slice(await place.context(), { by: BY, ...all, ...more })).data
}

beforeAll(async () => {
  place = await makePlace()
  A = place.bundle
  place.file('params.json', '{"seed":2}')
  B = (await bundle(await place.context(), { message: null, labels: [], allowSecrets: null })).data.bundle as Digest
  live = traffic(A, B)
  // B answered in A's shadow: every 20th request under its own id, every 30th under another one, with the same input.
  shadows = live
    .filter((one, i) => one.bundle === A && (i % 20 === 0 || i % 30 === 1))
    .map((one, i) => ({
      ...{ ...one, bundle: B, mode: 'shadow' as const, label: i % 4 === 0 ? 'review' : one.label },
      request_id: Number(one.request_id.slice(1)) % 20 === 0 ? one.request_id : `shadow-${i}`,
    }))
  came = live
    .filter((_, i) => i % 3 === 0)
    .map((one, i) => ({ id: one.request_id, bundle: one.bundle, value: i % (one.bundle === A ? 10 : 5) === 0 }))
  const outcomes = came.map(({ id, bundle, value }) => ({
    ...{ event: 'outcome', ts: '2026-09-30T12:00:00.000Z', request_id: id, bundle },
    outcome: { name: 'chargeback', value },
  }))
  // An outcome that names the other bundle is none of this answer's.
  const stray = { ...outcomes[0], bundle: B, outcome: { name: 'chargeback', value: true } }
  const lines = [...live, ...shadows, ...outcomes, stray].map((one) => JSON.stringify(one))
  await place.ingest(place.file('log.jsonl', `${lines.join('\n')}\n`))
}, 60_000)
afterAll(() => place.end())

const rateOf = (some: readonly Answer[]): number => some.filter(({ status }) => status === 'error').length / some.length
const meanOf = (some: readonly Answer[]): number => some.reduce((sum, { score }) => sum + score, 0) / some.length
/** The value that at least this share lies at or below. */
function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((x, y) => x - y)
  return sorted[Math.ceil(p * sorted.length - 1e-9) - 1] as number
}

describe('slice', () => {
  test('counts, rates, quantiles and means of each group', async () => {
    const { rows, rows_total, total } = await sliced()
    expect([rows.length, rows_total, total]).toEqual([12, 12, live.length])
    for (const row of rows) {
      const mine = live.filter(
        ({ segment, bundle }) =>
          segment.region === row['segment.region'] && segment.device === row['segment.device'] && bundle === row.bundle,
      )
      expect(row).toMatchObject({
        ...{ count: mine.length, requests: mine.length, error_rate: rateOf(mine), small: false },
        latency_p95: quantile(
          mine.map(({ latency_ms }) => latency_ms),
          0.95,
        ),
        score_mean: expect.closeTo(meanOf(mine), 10),
      })
    }
  })

  test('the group that is worse than the rest stands first, and is the only one', async () => {
    const { rows } = await sliced()
    expect(rows[0]).toMatchObject({ 'segment.region': 'eu', 'segment.device': 'android', bundle: B, outcome: 'worse' })
    expect(rows.filter(({ outcome }) => outcome === 'worse')).toHaveLength(1)
    expect((await sliced({ metric: 'latency_p50' })).rows[0]).toMatchObject({ bundle: B, 'segment.region': 'eu' })
  })

  test('the interval of a quantile has it, and is of values that occurred', async () => {
    const times = new Set(live.map(({ latency_ms }) => latency_ms))
    for (const row of (await sliced()).rows) {
      const { low, high } = row.intervals.latency_p95 as { low: number; high: number }
      expect(low).toBeLessThan(row.latency_p95 as number)
      expect(high).toBeGreaterThan(row.latency_p95 as number)
      expect([times.has(low), times.has(high)]).toEqual([true, true])
    }
  })

  test('by a component, bundles that share it are one group', async () => {
    const rows = (await sliced({ by: 'component:params' })).rows
    expect(rows.map(({ versions, count }) => [versions, count]).sort()).toEqual([
      [['v1'], live.filter(({ bundle }) => bundle === A).length],
      [['v2'], live.filter(({ bundle }) => bundle === B).length],
    ])
    const none = (await sliced({ by: 'component:index' })).rows
    expect(none).toMatchObject([{ 'component:index': null, bundle: null, versions: ['v1', 'v2'], count: live.length }])
  })

  test('in a time, of one bundle, by a field', async () => {
    const [since, until] = ['2026-09-30T09:30:00.000Z', '2026-09-30T10:00:00.000Z']
    const { rows } = await sliced({ by: 'label', since, until: '2026-09-30T10:00Z', bundle: 'v2' })
    for (const { label, count } of rows) {
      const mine = live.filter((one) => one.bundle === B && one.ts >= since && one.ts < until && one.label === label)
      expect([label, count]).toEqual([label, mine.length])
    }
    expect(rows).toHaveLength(3)
  })

  test.each([
    [{ by: 'regoin' }, 'USAGE'],
    [{ by: 'segment.REGION' }, 'USAGE'],
    [{ by: 'stats' }, 'USAGE'],
    [{ metric: 'p95' }, 'USAGE'],
    [{ metric: 'latency_mean' }, 'USAGE'],
    [{ since: 'yesterday' }, 'USAGE'],
    [{ since: '2027-01-01' }, 'NOT_FOUND'],
    [{ bundle: 'v9' }, 'NOT_FOUND'],
  ])('%j is refused', async (more, code) => {
    await expect(sliced(more)).rejects.toMatchObject({ code })
  })
})

describe('compare', () => {
  /** What a split drew while both served. */
  const drawn = (bundle: Digest): readonly Answer[] =>
    live.filter((one) => one.bundle === bundle && one.reason === 'SPLIT' && one.ts >= WINDOW)
  const metric = (data: CompareData, name: string) => data.metrics.find((one) => one.name === name)

  test('only what a split drew while both served is compared, and the rest is counted', async () => {
    const { basis, window, left_out, a, b } = await compared()
    expect(basis).toBe('randomised')
    expect([a.count, b.count]).toEqual([A, B].map((one) => live.filter(({ bundle }) => bundle === one).length))
    const both = [...drawn(A), ...drawn(B)].map(({ ts }) => ts).sort()
    expect(window).toEqual({ from: both[0], to: both.at(-1) })
    const notSplit = live.filter(({ reason }) => reason !== 'SPLIT').length
    expect(left_out).toEqual({ not_split: notSplit, other_hours: live.length - notSplit - both.length })
  })

  test('rates and means, and their differences at equal hours', async () => {
    const data = await compared()
    const [a, b] = [drawn(A), drawn(B)]
    expect(metric(data, 'error_rate')).toMatchObject({
      ...{ a: { n: a.length, value: expect.closeTo(rateOf(a), 12) }, outcome: 'worse' },
      b: { n: b.length, value: expect.closeTo(rateOf(b), 12) },
    })
    // Mantel and Haenszel's risk difference over steps of five minutes.
    let [above, below] = [0, 0]
    for (const slot of new Set(a.map(({ ts }) => Math.floor(Date.parse(ts) / 300_000)))) {
      const of = (some: readonly Answer[]) => some.filter(({ ts }) => Math.floor(Date.parse(ts) / 300_000) === slot)
      const [x, y] = [of(a), of(b)]
      const weight = (x.length * y.length) / (x.length + y.length)
      above += weight * (rateOf(y) - rateOf(x))
      below += weight
    }
    expect(data.step_ms).toBe(300_000)
    expect(metric(data, 'error_rate')?.difference?.value).toBeCloseTo(above / below, 10)
    expect(metric(data, 'score_mean')).toMatchObject({
      ...{
        a: { value: expect.closeTo(meanOf(a), 10) },
        b: { value: expect.closeTo(meanOf(b), 10) },
        outcome: 'shifted',
      },
    })
    for (const [side, some] of [
      ['a', a],
      ['b', b],
    ] as const) {
      const p95 = metric(data, 'latency_p95')?.[side]
      expect(p95?.value).toBe(
        quantile(
          some.map(({ latency_ms }) => latency_ms),
          0.95,
        ),
      )
      expect(p95?.low).toBeLessThan(p95?.value as number)
      expect(p95?.high).toBeGreaterThan(p95?.value as number)
    }
  })

  test('PSI, JS and KS of scores, PSI of classes', async () => {
    const data = await compared()
    const [a, b] = [drawn(A), drawn(B)].map((some) => some.map(({ score }) => score)) as [number[], number[]]
    const everyA = live.filter(({ bundle }) => bundle === A).map(({ score }) => score)
    const edges = [...new Set([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((p) => quantile(everyA, p)))]
    const bin = (some: readonly number[]) => {
      const counts = new Array<number>(edges.length + 1).fill(0)
      for (const score of some)
        counts[edges.filter((edge) => score > edge).length] =
          (counts[edges.filter((edge) => score > edge).length] ?? 0) + 1
      return counts
    }
    const [p, q] = [bin(a), bin(b)]
    const smooth = (counts: readonly number[], n: number) => counts.map((one) => (one + 0.5) / (n + counts.length / 2))
    const [r, s] = [smooth(p, a.length), smooth(q, b.length)]
    const psi = r.reduce((sum, one, i) => sum + ((s[i] as number) - one) * Math.log((s[i] as number) / one), 0)
    const kl = (x: number, middle: number) => (x === 0 ? 0 : x * Math.log2(x / middle))
    const js = p.reduce((sum, one, i) => {
      const [x, y] = [one / a.length, (q[i] as number) / b.length]
      return sum + (kl(x, (x + y) / 2) + kl(y, (x + y) / 2)) / 2
    }, 0)
    const all = [...new Set([...a, ...b])]
    const below = (some: readonly number[], at: number) => some.filter((one) => one <= at).length / some.length
    const d = Math.max(...all.map((at) => Math.abs(below(a, at) - below(b, at))))
    expect(metric(data, 'score')?.drift).toMatchObject({
      ...{ psi: expect.closeTo(psi, 10), js: expect.closeTo(Math.sqrt(js), 10), bins: edges.length + 1 },
      floor: expect.closeTo(edges.length * (1 / a.length + 1 / b.length), 12),
      ks: { d: expect.closeTo(d, 10) },
    })
    const classes = data.distributions.find(({ name }) => name === 'label')?.bins
    const counted = ['allow', 'review', 'block'].map((label) => ({
      label,
      a: drawn(A).filter((one) => one.label === label).length,
      b: drawn(B).filter((one) => one.label === label).length,
    }))
    expect([...(classes ?? [])].sort((x, y) => y.a - x.a)).toEqual(counted.sort((x, y) => y.a - x.a))
    expect(metric(data, 'class_mix')).toMatchObject({ a: { n: a.length }, b: { n: b.length } })
  }, 20_000)

  test('the same input under both, its first answers', async () => {
    const first = (bundle: Digest) => {
      const found = new Map<string, Answer>()
      for (const one of live) if (one.bundle === bundle && !found.has(one.input_hash)) found.set(one.input_hash, one)
      return found
    }
    const [a, b] = [first(A), first(B)]
    const pairs = [...a].flatMap(([hash, one]) => (b.has(hash) ? [[one, b.get(hash) as Answer] as const] : []))
    const flipped = pairs.filter(([x, y]) => x.label !== y.label)
    const { flips } = await compared()
    expect(flips).toMatchObject({ pairs: pairs.length, by_input: pairs.length, by_request: 0 })
    expect(flips.flipped.value).toBeCloseTo(flipped.length / pairs.length, 12)
    const told = new Map<string, number>()
    for (const [x, y] of flipped) told.set(`${x.label} ${y.label}`, (told.get(`${x.label} ${y.label}`) ?? 0) + 1)
    expect(new Map(flips.changes.map(({ from, to, count }) => [`${from} ${to}`, count]))).toEqual(told)
    const mean = pairs.reduce((sum, [x, y]) => sum + y.score - x.score, 0) / pairs.length
    expect(flips.score_difference?.value).toBeCloseTo(mean, 10)
  })

  test("answers in the other's shadow: by request, else by input", async () => {
    const { shadow } = await compared()
    const byRequest = shadows.filter(({ request_id }) => !request_id.startsWith('shadow-'))
    expect(shadow).toMatchObject({ by_request: byRequest.length, by_input: shadows.length - byRequest.length })
    const firstOf = new Map<string, Answer>()
    for (const one of live) if (one.bundle === A && !firstOf.has(one.input_hash)) firstOf.set(one.input_hash, one)
    const byId = new Map(live.map((one) => [one.request_id, one]))
    const flipped = shadows.filter(
      (one) => (byId.get(one.request_id) ?? firstOf.get(one.input_hash))?.label !== one.label,
    )
    expect(shadow.flipped.value).toBeCloseTo(flipped.length / shadows.length, 12)
  })

  test('what came of them counts for the bundle that it names', async () => {
    const data = await compared()
    for (const [side, bundle] of [
      ['a', A],
      ['b', B],
    ] as const) {
      const ids = new Set(drawn(bundle).map(({ request_id }) => request_id))
      const mine = came.filter(({ id }) => ids.has(id))
      const share = mine.filter(({ value }) => value).length / mine.length
      expect(metric(data, 'outcome.chargeback')?.[side]).toMatchObject({
        n: mine.length,
        value: expect.closeTo(share, 12),
      })
    }
  })

  test('the worst slice stands first, and the verdict names it', async () => {
    const { slices, verdict, looks } = await compared()
    expect(slices).toHaveLength(6)
    // Three metrics over all and of each slice, three inside each side, and one outcome.
    expect(looks).toBe(3 * 7 + 6 + 1)
    expect(slices[0]).toMatchObject({ by: { 'segment.region': 'eu', 'segment.device': 'android' }, outcome: 'worse' })
    const worse = slices.filter((one) =>
      one.metrics.some(({ name, outcome }) => name === 'error_rate' && outcome === 'worse'),
    )
    expect(worse).toHaveLength(1)
    expect(verdict.cause).toBe('release')
    expect(verdict.why.join('\n')).toMatch(/eu android: error_rate: B 2\d\.\d\d % against A/)
    const [mine] = slices
    const of = (bundle: Digest) =>
      drawn(bundle).filter(({ segment }) => segment.region === 'eu' && segment.device === 'android')
    expect([mine?.a, mine?.b]).toEqual([of(A).length, of(B).length])
  })

  test('of two that never served at the same time, nothing is proved', async () => {
    const [early, late] = ['2026-09-29T08:00:00.000Z', '2026-09-30T08:00:00.000Z']
    const other = await makePlace()
    try {
      const first = other.bundle
      other.file('params.json', '{"seed":3}')
      const { data } = await bundle(await other.context(), { message: null, labels: [], allowSecrets: null })
      const lines = traffic(first, data.bundle as Digest, 3000).map((one) => {
        const at = new Date(Date.parse(one.ts) + (one.bundle === first ? Date.parse(early) - Date.parse(late) : 0))
        return JSON.stringify({ ...one, ts: at.toISOString() })
      })
      await other.ingest(other.file('log.jsonl', `${lines.join('\n')}\n`))
      const answer = (await compare(await other.context(), { a: 'v1', b: 'v2', by: '', ...NOBODY })).data
      expect(answer).toMatchObject({ basis: 'sequential', window: null, verdict: { cause: 'unknown' } })
      expect(answer.verdict.why.at(-1)).toMatch(/they did not run at the same time/)
    } finally {
      other.end()
    }
  }, 30_000)

  test('with mixed sample rates, rates are weighted, and shapes unknown', async () => {
    const other = await makePlace()
    try {
      other.file('params.json', '{"seed":4}')
      const { data } = await bundle(await other.context(), { message: null, labels: [], allowSecrets: null })
      // Every error is logged, and one in five of the rest.
      const all = traffic(other.bundle, data.bundle as Digest, 4000).map((one, i) => ({
        ...one,
        sample_rate: one.status === 'error' ? 1 : 0.2,
        isKept: one.status === 'error' || i % 5 === 0,
      }))
      const kept = all.filter(({ isKept }) => isKept)
      const lines = kept.map(({ isKept, ...one }) => JSON.stringify(one))
      await other.ingest(other.file('log.jsonl', `${lines.join('\n')}\n`))
      const answer = (
        await slice(await other.context(), {
          ...{ by: '', metric: 'error_rate,latency_p95', limit: 9 },
          ...NOBODY,
          bundle: 'v1',
        })
      ).data
      const mine = kept.filter(({ bundle }) => bundle === other.bundle)
      const requests = mine.reduce((sum, { sample_rate }) => sum + 1 / sample_rate, 0)
      const errors = mine.filter(({ status }) => status === 'error').length
      expect(answer.sample_rates).toEqual([0.2, 1])
      expect(answer.rows[0]).toMatchObject({
        ...{ count: mine.length, requests: expect.closeTo(requests, 6), latency_p95: null },
        error_rate: expect.closeTo(errors / requests, 10),
      })
      const both = (await compare(await other.context(), { a: 'v1', b: 'v2', by: '', ...NOBODY })).data
      expect(both.metrics.find(({ name }) => name === 'score')).toMatchObject({ drift: null, outcome: 'unknown' })
      expect(both.metrics.some(({ name }) => name === 'latency_p95')).toBe(false)
    } finally {
      other.end()
    }
  }, 30_000)

  test('of many classes and slices, the largest and the rest', async () => {
    const other = await makePlace()
    try {
      other.file('params.json', '{"seed":5}')
      const { data } = await bundle(await other.context(), { message: null, labels: [], allowSecrets: null })
      const lines = traffic(other.bundle, data.bundle as Digest, 3000).map((one, i) =>
        JSON.stringify({ ...one, label: `class ${i % 30}`, segment: { user: `u${i % 1500}` } }),
      )
      await other.ingest(other.file('log.jsonl', `${lines.join('\n')}\n`))
      const both = { a: 'v1', b: 'v2', ...NOBODY }
      const { distributions } = (await compare(await other.context(), { ...both, by: '' })).data
      // Every tenth answer was sent by a rule, and with these go three of the thirty classes.
      const bins = distributions.find(({ name }) => name === 'label')?.bins ?? []
      expect([bins.length, bins.at(-1)?.label]).toEqual([21, '7 others'])
      const tooMany = compare(await other.context(), { ...both, by: 'segment.user' })
      await expect(tooMany).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringMatching(/^segment.user make 1\d\d\d slices/),
      })
      const few = await slice(await other.context(), {
        ...{ by: 'segment.user', metric: 'error_rate', limit: 7 },
        ...NOBODY,
        bundle: null,
      })
      expect(few.data.rows).toHaveLength(7)
      expect(few.data.rows_total).toBeGreaterThan(1500)
    } finally {
      other.end()
    }
  }, 30_000)

  test('what nobody logged is said, with what there is', async () => {
    const said = async (work: Promise<unknown>): Promise<readonly string[]> => {
      place.warnings()
      await work
      return place.warnings()
    }
    expect(await said(sliced({ by: 'segment.regoin,component:index' }))).toEqual(['KEY_UNKNOWN', 'KEY_UNKNOWN'])
    expect(await said(compared({ by: 'segment.regoin' }))).toEqual(['KEY_UNKNOWN'])
    expect(await said(sliced({ by: `${BY},label,component:params` }))).toEqual([])
    await expect(compared({ since: '2027-01-01' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('a bundle is not compared with itself, nor a component', async () => {
    await expect(compared({ b: 'v1' })).rejects.toMatchObject({ code: 'USAGE' })
    await expect(compared({ by: 'component:params' })).rejects.toMatchObject({ code: 'USAGE' })
  })
})

// Last, because it adds to the log.
/** Numbers are added in whichever order they come: the last digits differ. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(12)) : one)))

test('an answer of a clock that was never set changes nothing of when the two ran', async () => {
  const before = await compared()
  const unset = { ...live[0], ts: '1970-01-01T00:00:07.000Z', request_id: 'unset', bundle: A }
  await place.ingest(place.file('unset.jsonl', `${JSON.stringify(unset)}\n`))
  const after = await compared()
  expect(after.a.count).toBe(before.a.count + 1)
  for (const of of ['basis', 'window', 'step_ms', 'series'] as const)
    expect(rounded(after[of])).toEqual(rounded(before[of]))
  expect(after.left_out).toEqual({ ...before.left_out, other_hours: before.left_out.other_hours + 1 })
})
