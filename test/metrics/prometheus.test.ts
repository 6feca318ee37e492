import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Question, Sides } from '../../src/core/metric-source.ts'
import { driver } from '../../src/metrics/prometheus.ts'
import { open } from './place.ts'
import { hasPrometheus, type Prometheus, startPrometheus } from './prometheus.ts'
import { events, guardOf, SIDES, START, windowsOf } from './question.ts'

const MINUTE = 60
const at = START / 1000

/** Samples each 15 s of a counter. In: its value, or null for none, by seconds from the start. */
function samples(
  labels: string,
  until: number,
  value: (second: number) => number | string | null,
): readonly (readonly [string, string, number])[] {
  return Array.from({ length: until / 15 + 1 }, (_, i) => [i * 15, value(i * 15)] as const).flatMap(([second, v]) =>
    v === null ? [] : [[labels, String(v), at + second] as const],
  )
}

const LONG = 1200 * MINUTE
const series: Readonly<Record<string, readonly (readonly [string, string, number])[]>> = {
  requests: [
    ...samples('arm="candidate",pod="a"', LONG, (s) => s),
    ...samples('arm="candidate",pod="b"', LONG, (s) => (s < 150 ? 1000 + s : s - 150)),
    ...samples('arm="control",pod="a"', LONG, (s) => 2 * s),
    ...samples('arm="stable",pod="a"', LONG, (s) => 10 * s),
    // Begins later.
    ...samples('arm="stable",pod="c"', LONG, (s) => (s < 200 ? null : s - 150)),
  ],
  errors: [
    ...samples('arm="candidate"', LONG, (s) => s / 15),
    ...samples('arm="control"', LONG, (s) => Math.floor(s / 60)),
    ...samples('arm="stable"', LONG, (s) => Math.floor(s / 30)),
  ],
  gap: samples('arm="candidate"', LONG, (s) => (s > 130 && s < 800 ? null : s)),
  odd: samples('arm="candidate"', LONG, (s) => (s === 120 ? 'NaN' : s)),
  seconds: samples('arm="candidate"', LONG, (s) => s * 0.0137),
  below: samples('arm="candidate"', LONG, (s) => -100 + s / 10),
  load: [
    ...samples('arm="candidate"', LONG, (s) => (s === 120 ? 'NaN' : s / 100)),
    ...samples('arm="stable"', LONG, () => 1),
  ],
}

const HISTORY = Object.entries(series)
  .map(([name, all]) => {
    const type = name === 'load' || name === 'odd' || name === 'below' ? 'gauge' : 'counter'
    const lines = all.map(
      ([labels, v, time]) => `${name}${type === 'counter' ? '_total' : ''}{${labels}} ${v} ${time}\n`,
    )
    return `# TYPE ${name} ${type}\n${lines.join('')}`
  })
  .join('')

const rates = (more: Parameters<typeof events>[0] = {}): Question =>
  events({ exposures: 'requests_total{arm="$arm"}', events: 'errors_total{arm="$arm"}', ...more })

const alone: Sides = { ...SIDES, reference: null }

describe.skipIf(!hasPrometheus)('a real Prometheus', () => {
  let prometheus: Prometheus
  beforeAll(async () => {
    prometheus = await startPrometheus({ history: HISTORY })
  }, 120_000)
  afterAll(() => prometheus.stop())

  const ask = (question: Question, count = 4, sides = SIDES, width = 60_000): Promise<Answer> =>
    open(driver, { url: prometheus.url }).read(question, sides, windowsOf(count, width))
  const whysOf = async (question: Question, count = 1): Promise<readonly (string | null)[]> =>
    (await ask(question, count, alone)).readings.map((one) => (one.kind === 'unavailable' ? one.why : null))

  test('raw counters become differences, each series by itself, restarts and new ones counted from zero', async () => {
    const answer = await ask(rates())
    const window = (candidate: number, reference: number): unknown => ({
      kind: 'events',
      counts: { candidate: { exposures: candidate, events: 4 }, reference: { exposures: reference, events: 3 } },
    })
    // Pod b restarts at 150 s: of the 30 s before, what it counted is lost, and its 30 s since are there. Pod c has 90 at 240 s.
    expect(answer.readings).toEqual([window(120, 720), window(120, 720), window(60 + 30, 720), window(120, 720 + 90)])
    expect(answer.notes).toEqual([
      '1 times a counter went down: taken for a restart, and counted from zero',
      '1 series began while others were there: counted from zero',
    ])
    expect(answer.query).toMatch(/^http:\/\/127.*; exposures: requests_total/)
  })

  test('more windows than one request gives', async () => {
    const { readings } = await ask(rates(), 10_500, alone, 5000)
    expect(readings).toHaveLength(10_500)
    // A scrape each 15 s, so two of three windows of 5 s have none.
    expect(readings.filter(({ kind }) => kind === 'events')).toHaveLength(3500)
    expect(readings.slice(10_000, 10_006).filter(({ kind }) => kind === 'events')).toHaveLength(2)
  })

  test('a bundle names a side as well, and one query for both is refused', async () => {
    const by = events({ exposures: 'requests_total{bundle="$bundle"}', events: 'errors_total{bundle="$bundle"}' })
    expect((await whysOf(by))[0]).toBe('the query for exposures of the candidate gives nothing')
    const both = await ask(rates({ exposures: 'requests_total' }))
    expect(both.readings[0]).toMatchObject({ why: expect.stringMatching(/needs \$arm or \$bundle/) })
    expect((await whysOf(rates({ events: 'errors_total{arm="$version"}' })))[0]).toMatch(/can't have \$version/)
  })

  test('silence is never zero', async () => {
    const gone = await whysOf(rates({ exposures: 'gap_total{arm="$arm"}' }), 15)
    expect(gone.slice(0, 2)).toEqual([null, null])
    // For five minutes the old value is still given.
    expect(gone.slice(3, 7)).toEqual(
      Array(4).fill('exposures of the candidate: a series was not scraped in this window'),
    )
    expect(gone.slice(8, 12)).toEqual(Array(4).fill('the query for exposures of the candidate gives nothing'))
    expect(gone.at(-1)).toBe(null)
    expect(await whysOf(rates({ events: 'nothing_total{arm="$arm"}' }))).toEqual([
      'the query for events of the candidate gives nothing',
    ])
    const zero = await ask(rates({ events: 'nothing_total{arm="$arm"} or vector(0)' }), 1, alone)
    expect(zero.readings[0]).toMatchObject({ counts: { candidate: { exposures: 120, events: 0 } } })
  })

  test.each([
    ['NaN', 'odd{arm="$arm"}', 1, /NaN/],
    ['seconds', 'seconds_total{arm="$arm"}', 0, /a count is a whole number/],
    ['a rate', 'rate(requests_total{arm="$arm",pod="a"}[5m])', 0, /nothing|whole number|went down/],
    ['a sum over a restart', 'sum(requests_total{arm="$arm"})', 2, /sum of counters went down/],
    [
      'less exposures than events',
      'errors_total{arm="$arm"} - errors_total{arm="$arm"}',
      0,
      /4 events among 0 exposures/,
    ],
    ['no PromQL', 'requests_total{', 0, /answers 400: .*parse error/],
    ['what is too much', 'sum(requests_total{arm="$arm"}) by (', 0, /answers 400/],
  ])('%s is unavailable', async (_, exposures, window, why) => {
    expect((await whysOf(rates({ exposures }), window + 1))[window]).toMatch(why)
  })

  test('one number at the end of each window', async () => {
    const value = (query: string): Promise<Answer> => ask({ kind: 'value', guard: guardOf({ query }) }, 3)
    expect((await value('load{arm="$arm"}')).readings).toEqual([
      { kind: 'value', value: 0.6 },
      { kind: 'value', value: Number.NaN },
      { kind: 'value', value: 1.8 },
    ])
    expect((await value('load{arm="x"}')).readings[0]).toEqual({ kind: 'value', value: null })
    expect((await value('load')).readings[0]).toMatchObject({ why: expect.stringMatching(/gives 2 series/) })
    expect((await value('scalar(load{arm="$arm"}) / 0')).readings[0]).toEqual({
      kind: 'value',
      value: Number.POSITIVE_INFINITY,
    })
  })

  test('what it has no numbers for', async () => {
    for (const question of [
      { kind: 'classes', guard: guardOf({ field: 'label' }), edges: null },
      { kind: 'quantile', guard: guardOf({ field: 'x' }), quantile: 0.9 },
    ] as const)
      expect((await ask(question, 1)).readings[0]).toMatchObject({ why: expect.stringMatching(/can't be asked for/) })
  })
})

describe.skipIf(!hasPrometheus)('a live one', () => {
  test('scrapes a service that restarts, is restarted itself, and counts each request once', {
    timeout: 120_000,
  }, async () => {
    const counts = { candidate: [0, 0], stable: [0, 0] }
    const exporter = createServer((_, response) => {
      const lines = Object.entries(counts).map(
        ([arm, [n, x]]) => `requests_total{arm="${arm}"} ${n}\nerrors_total{arm="${arm}"} ${x}\n`,
      )
      response.setHeader('content-type', 'text/plain; version=0.0.4')
      response.end(lines.sort().join(''))
    })
    await new Promise<void>((settle) => exporter.listen(0, '127.0.0.1', settle))
    const prometheus = await startPrometheus({ target: (exporter.address() as AddressInfo).port })
    try {
      const sides: Sides = {
        ...SIDES,
        reference: { ...SIDES.candidate, bundle: `sha256:${'a'.repeat(64)}`, arms: ['stable'] },
      }
      const seen = async (query: string): Promise<number> => {
        const url = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`
        const answer = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } }
        return Number(answer.data.result[0]?.value[1] ?? Number.NaN)
      }
      const scraped = async (query: string, value: number): Promise<void> => {
        while ((await seen(query)) !== value) await new Promise((settle) => setTimeout(settle, 50))
      }
      await scraped('requests_total{arm="stable"}', 0)
      await scraped('requests_total{arm="candidate"}', 0)
      const start = Date.now()
      const made = { candidate: [0, 0], stable: [0, 0] }
      const serve = async (arm: 'candidate' | 'stable', n: number, x: number): Promise<void> => {
        for (const of of [counts[arm], made[arm]]) {
          of[0] = Number(of[0]) + n
          of[1] = Number(of[1]) + x
        }
        await scraped(`requests_total{arm="${arm}"}`, Number(counts[arm][0]))
      }
      await serve('stable', 40, 1)
      await serve('candidate', 20, 5)
      counts.candidate = [0, 0]
      await scraped('requests_total{arm="candidate"}', 0)
      await serve('candidate', 7, 2)
      await prometheus.restart()
      await serve('stable', 13, 0)
      await serve('candidate', 3, 1)
      const width = Math.ceil((Date.now() - start) / 2) + 250
      await new Promise((settle) => setTimeout(settle, start + 2 * width - Date.now() + 250))
      const source = open(driver, { url: prometheus.url })
      const { readings } = await source.read(rates(), sides, windowsOf(2, width, start))
      const sum = (side: 'candidate' | 'reference', key: 'exposures' | 'events'): number =>
        readings.reduce(
          (total, one) => total + (one.kind === 'events' ? (one.counts[side]?.[key] ?? 0) : Number.NaN),
          0,
        )
      expect([sum('reference', 'exposures'), sum('reference', 'events')]).toEqual(made.stable)
      expect(sum('candidate', 'exposures')).toBeLessThanOrEqual(Number(made.candidate[0]))
      expect(sum('candidate', 'exposures')).toBeGreaterThanOrEqual(10)
      exporter.closeAllConnections()
      exporter.close()
      await prometheus.stop()
      const [away] = (await source.read(rates(), sides, windowsOf(1, width, start))).readings
      expect(away).toMatchObject({ kind: 'unavailable', why: expect.stringMatching(/can't be reached: ECONNREFUSED/) })
    } finally {
      exporter.close()
    }
  })
})
