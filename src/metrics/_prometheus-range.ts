import type { MetricPlace } from '../core/metric-source.ts'
import { askJson, failed, urlOf } from './_http.ts'

/** Points of time: `points` of them, `width` ms apart, from `from` on. */
export interface Grid {
  readonly from: number
  readonly width: number
  readonly points: number
}

export interface Series {
  /** What names it: its labels. */
  readonly key: string
  /** As it was scraped, and not computed from others. */
  readonly isRaw: boolean
  /** At each point; undefined where there is nothing. */
  readonly values: readonly (number | undefined)[]
  /** Of a raw one: when what is said at each point was scraped, in seconds. */
  readonly scraped: readonly (number | undefined)[] | null
}

/** Of one series, a server gives 11,000 at a time. */
const POINTS_AT_ONCE = 10_000

/** A query at each point of the grid. In: `timed`, whether it must be known when values were scraped. Errors: SOURCE_FAILED. */
export async function rangeOf(
  place: MetricPlace,
  query: string,
  grid: Grid,
  timed: boolean,
): Promise<readonly Series[]> {
  const found = await valuesOf(place, query, grid)
  const isRaw = (labels: Labels): boolean => labels.__name__ !== undefined
  const needsTimes = timed && found.some(({ labels }) => isRaw(labels))
  // An old value is given for five minutes after the last scrape: only its time tells that it is old.
  const times = new Map(
    (needsTimes ? await valuesOf(place, `timestamp(${query})`, grid) : []).map((one) => [
      nameless(one.labels),
      one.values,
    ]),
  )
  return found.map(({ labels, values }) => ({
    ...{ key: keyOf(labels), isRaw: isRaw(labels), values },
    scraped: isRaw(labels) ? (times.get(nameless(labels)) ?? null) : null,
  }))
}

type Labels = Readonly<Record<string, string>>

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
const nameless = ({ __name__: _, ...labels }: Labels): string => keyOf(labels)

interface Found {
  readonly labels: Labels
  readonly values: (number | undefined)[]
}

async function valuesOf(place: MetricPlace, query: string, grid: Grid): Promise<readonly Found[]> {
  const url = urlOf(place)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query_range`
  const all = new Map<string, Found>()
  for (let first = 0; first < grid.points; first += POINTS_AT_ONCE) {
    const last = Math.min(grid.points, first + POINTS_AT_ONCE) - 1
    const second = (k: number): string => String((grid.from + k * grid.width) / 1000)
    const body = new URLSearchParams({
      query,
      start: second(first),
      end: second(last),
      step: String(grid.width / 1000),
    })
    const init = { method: 'POST', type: 'application/x-www-form-urlencoded', body: body.toString() } as const
    for (const { metric, values } of matrixIn(await askJson(place, url, init, errorIn))) {
      const key = keyOf(metric)
      const found = all.get(key) ?? { labels: metric, values: Array.from<undefined>({ length: grid.points }) }
      all.set(key, found)
      for (const [at, text] of values) {
        const k = (at * 1000 - grid.from) / grid.width
        if (!(Math.abs(k - Math.round(k)) < 1e-3 && Math.round(k) >= first && Math.round(k) <= last))
          throw failed('prometheus answers for other times than it was asked for')
        found.values[Math.round(k)] = numberOf(text)
      }
    }
  }
  return [...all.values()]
}

function errorIn(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown }
    return typeof error === 'string' ? error : null
  } catch {
    return null
  }
}

interface Matrix {
  readonly metric: Labels
  readonly values: readonly (readonly [number, string])[]
}

function matrixIn(answer: unknown): readonly Matrix[] {
  const { status, data, warnings } = (answer ?? {}) as {
    readonly status?: unknown
    readonly data?: { readonly resultType?: unknown; readonly result?: unknown }
    readonly warnings?: readonly unknown[]
  }
  const result = data?.result
  const isMatrix =
    status === 'success' &&
    data?.resultType === 'matrix' &&
    Array.isArray(result) &&
    result.every(
      ({ metric, values }) =>
        typeof metric === 'object' && metric !== null && Array.isArray(values) && values.every(isPoint),
    )
  if (!isMatrix) throw failed('what answers is no prometheus: it gives no matrix')
  // A part that could not be read is missing without a trace.
  if (Array.isArray(warnings) && warnings.length > 0)
    throw failed(`prometheus warns: ${String(warnings[0]).slice(0, 200)}`)
  return result
}

const isPoint = (point: unknown): boolean =>
  Array.isArray(point) && typeof point[0] === 'number' && typeof point[1] === 'string'

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  return text.trim() === '' ? Number.NaN : Number(text)
}
