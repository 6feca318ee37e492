import { AishipError } from './errors.ts'
import { nearest } from './names.ts'

/** What predictions are grouped by: a key of `segment`, a component's digest in the bundle that answered, or a field. */
export interface SliceKey {
  /** As it was typed: `segment.region`, `component:prompt`, `arm`. */
  readonly name: string
  readonly kind: 'segment' | 'component' | 'field'
  readonly key: string
}

/** What is measured of each group. */
export interface SliceMetric {
  /** `error_rate`, `latency_p95`, `score_mean`, … */
  readonly name: string
  readonly of: 'errors' | 'latency' | 'score'
  /** Between 0 and 1; null: the mean, or the rate. */
  readonly quantile: number | null
}

const FIELDS = [
  'arm',
  'error_type',
  'finish_reason',
  'label',
  'model_served',
  'op',
  'pointer',
  'reason',
  'service',
  'status',
]
const MAX_KEYS = 4
const MAX_METRICS = 12

const words = (list: string): readonly string[] =>
  [...new Set(list.split(',').map((word) => word.trim()))].filter((word) => word !== '')

/** In: names with commas between them. Errors: USAGE. */
export function parseKeys(list: string): readonly SliceKey[] {
  const names = words(list)
  if (names.length > MAX_KEYS) throw usage(`--by takes at most ${MAX_KEYS} keys, not ${names.length}`)
  return names.map((name): SliceKey => {
    const segment = /^segment\.([a-z0-9_.-]{1,64})$/.exec(name)?.[1]
    if (segment !== undefined) return { name, kind: 'segment', key: segment }
    const component = /^component:([a-z0-9][a-z0-9._-]{0,62})$/.exec(name)?.[1]
    if (component !== undefined) return { name, kind: 'component', key: component }
    if (FIELDS.includes(name)) return { name, kind: 'field', key: name }
    const near = nearest(name, FIELDS)
    throw usage(`predictions are not grouped by ${JSON.stringify(name)}`, {
      hint: `segment.KEY, component:NAME, ${FIELDS.join(', ')}${near === null ? '' : `; did you mean ${near}?`}`,
    })
  })
}

/** The same of metrics. */
export function parseMetrics(list: string): readonly SliceMetric[] {
  const names = words(list)
  if (names.length === 0 || names.length > MAX_METRICS) throw usage(`--metric takes 1 to ${MAX_METRICS} names`)
  return names.map((name): SliceMetric => {
    if (name === 'error_rate') return { name, of: 'errors', quantile: null }
    const [, of, how] = /^(latency|score)_(p[1-9][0-9]?|(?<=score_)mean)$/.exec(name) ?? []
    if (of === undefined || how === undefined)
      throw usage(`there is no metric ${JSON.stringify(name)}`, {
        hint: 'error_rate, latency_p1 to latency_p99, score_mean, score_p1 to score_p99',
      })
    return { name, of: of as 'latency' | 'score', quantile: how === 'mean' ? null : Number(how.slice(1)) / 100 }
  })
}

const usage = (message: string, more: { readonly hint?: string } = {}): AishipError =>
  new AishipError('USAGE', message, { ...more, next: ['aiship help slice'] })

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds of a span of time before now such as 2h or 30d; null for what is none. */
export function spanOf(text: string): number | null {
  const [, count, unit = ''] = /^([0-9]{1,6})(s|m|min|h|d|w)$/.exec(text) ?? []
  return count === undefined ? null : Number(count) * (UNITS[unit] as number)
}
