import { judgeMeans, judgeRates } from './compared.ts'
import type { Basis, Cause, ComparedMetric, ServedModel } from './model.gen.ts'
import type { Share } from './stats.ts'
import { errorShare, restOf, scoreSample, slowShare, sumOf, type Tally } from './tally.ts'

/** What one side did, step by step, in order. */
export interface Course {
  readonly name: 'A' | 'B'
  readonly steps: readonly { readonly at: number; readonly tally: Tally }[]
}

/** How many metrics are looked at inside the two digests. */
export const LOOKS_INSIDE = 6

/** How one digest changed over time, or did not. */
export interface Inside {
  readonly moved: readonly string[]
  /** Every metric was seen not to move. */
  readonly isSteady: boolean
}

/** Before and after a shift inside one digest lie at least so many records. */
const LEAST_RECORDS = 50
/** What moves by less than a fifth is the world's everyday life. */
const LEAST_MOVE = 0.2

/**
 * Whether one digest did otherwise later than before: no release can do that. In: `from`, the time at which the later part begins; null: half of its
 * records lie before.
 */
export function movesInside({ name, steps }: Course, from: number | null, level: number): Inside {
  const total = sumOf(steps.map(({ tally }) => tally))
  const cut = from ?? middleOf(steps, total.n)
  const before = sumOf(steps.filter(({ at }) => at < cut).map(({ tally }) => tally))
  const after = restOf(total, before)
  if (Math.min(before.n, after.n) < LEAST_RECORDS) return { moved: [], isSteady: false }
  const moved: string[] = []
  let isSteady = true
  const note = (
    metric: string,
    from: number,
    to: number,
    isMove: boolean,
    isKnown: boolean,
    unit: 'share' | 'number',
  ): void => {
    if (isMove)
      moved.push(`inside ${name}, ${metric} went from ${shown(from, unit)} to ${shown(to, unit)} at ${timeOf(cut)}`)
    if (isMove || !isKnown) isSteady = false
  }
  const rate = (metric: string, of: (tally: Tally) => Share): void => {
    const [a, b] = [of(before), of(after)]
    if (of(total).n === 0) return
    const { difference, outcome } = judgeRates(a, b, level, 'either')
    const [p, q] = [a.hits / a.n, b.hits / b.n]
    note(
      metric,
      p,
      q,
      outcome === 'shifted' && Math.abs(difference?.value ?? 0) >= LEAST_MOVE * p,
      outcome !== 'unknown',
      'share',
    )
  }
  rate('error_rate', errorShare)
  rate('slow_rate', slowShare)
  const [a, b] = [scoreSample(before), scoreSample(after)]
  if (total.scored > 0) {
    const { difference, outcome } = judgeMeans(a, b, level)
    const isFar = Math.abs(difference?.value ?? 0) >= LEAST_MOVE * Math.sqrt(a.variance)
    note('score_mean', a.mean, b.mean, outcome === 'shifted' && isFar, outcome !== 'unknown', 'number')
  }
  return { moved, isSteady }
}

/** The step that begins after half of the records; the first one would leave nothing before. */
function middleOf(steps: Course['steps'], n: number): number {
  let seen = 0
  for (const { at, tally } of steps) {
    if (seen > 0 && 2 * seen >= n) return at
    seen += tally.n
  }
  return steps.at(-1)?.at ?? 0
}

const shown = (value: number, unit: 'share' | 'number'): string =>
  unit === 'share' ? `${(value * 100).toFixed(2)} %` : value.toPrecision(3)
const timeOf = (ms: number): string => new Date(ms).toISOString()

export interface Evidence {
  readonly basis: Basis
  /** Over all slices and of each. */
  readonly metrics: readonly { readonly where: string | null; readonly metric: ComparedMetric }[]
  readonly inside: readonly Inside[]
  readonly models: readonly ServedModel[]
}

/**
 * World or release? A shift inside one digest cannot be the release. A difference between two that served at the same time cannot be the world. One after
 * the other, what differs may be either. What was not seen for want of data is unknown, never none.
 */
export function causeOf({ basis, metrics, inside, models }: Evidence): Cause {
  const moved = inside.flatMap((one) => one.moved)
  const hosted = models.map(
    ({ side, model, count, first }) =>
      `inside ${side.toUpperCase()}, the provider served ${model} ${count} times, from ${first} on`,
  )
  const world = [...moved, ...(moved.length > 0 ? hosted : [])]
  const differ = metrics.filter(({ metric }) => ['worse', 'better', 'shifted'].includes(metric.outcome))
  const between = [
    ...differ.filter(({ where }) => where === null).slice(0, MOST),
    ...differ.filter(({ where }) => where !== null).slice(0, MOST_OF_SLICES),
  ].map(({ where, metric }) => `${where === null ? '' : `${where}: `}${difference(metric)}`)
  if (basis === 'none') return { cause: 'unknown', why: ['one of them answered nothing in this time'] }
  if (basis === 'sequential') {
    const apart = 'they did not run at the same time, so what differs between them may be time or the release'
    return { cause: world.length > 0 ? 'world' : 'unknown', why: [...world, ...between, apart] }
  }
  const how = basis === 'concurrent' ? ['they ran at the same time, but no split decided who got which'] : []
  if (between.length > 0) return { cause: world.length > 0 ? 'both' : 'release', why: [...between, ...world, ...how] }
  if (world.length > 0) return { cause: 'world', why: [...world, ...how] }
  const untold = metrics.filter(
    ({ where, metric }) => where === null && metric.outcome === 'unknown' && hasData(metric),
  )
  const told = metrics.filter(({ where, metric }) => where === null && metric.outcome === 'same')
  if (untold.length > 0 || told.length === 0 || inside.some((one) => !one.isSteady)) {
    const why = untold.map(({ metric }) => `${metric.name}: ${metric.why}`)
    return { cause: 'unknown', why: [...(why.length > 0 ? why : ['not enough data to tell']), ...how] }
  }
  return {
    cause: 'none',
    why: ['no difference between them, and none inside either, that is large enough to matter', ...how],
  }
}

/** How many differences a verdict names, over all and in slices. */
const [MOST, MOST_OF_SLICES] = [5, 4]

/** A metric that nobody logs is no gap in what is known. */
const hasData = ({ a, b }: ComparedMetric): boolean => a.n > 0 || b.n > 0

function difference({ name, unit, a, b, drift, why }: ComparedMetric): string {
  if (drift !== null) return `${name}: PSI ${drift.psi.toFixed(3)} (noise ${drift.floor.toFixed(3)})`
  const of = (value: number | null): string =>
    value === null
      ? '-'
      : unit === 'ms'
        ? `${value.toFixed(1)} ms`
        : shown(value, unit === 'share' ? 'share' : 'number')
  return `${name}: B ${of(b.value)} against A ${of(a.value)} (${why})`
}
