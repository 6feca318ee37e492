import type { ComparedMetric, ComparedOutcome, Estimate } from './model.gen.ts'
import {
  chanceOf,
  type Interval,
  meanDifference,
  meanInterval,
  rateDifference,
  rateInterval,
  type Sample,
  type Share,
} from './stats.ts'
import type { Drift, Ks } from './stats-drift.ts'
import {
  type Aligned,
  alignedSamples,
  alignedShares,
  errorShare,
  type Stratum,
  scoreSample,
  slowShare,
  sumOf,
  type Tally,
} from './tally.ts'

/** Which way is worse; `either`: neither is known to be. */
type Direction = 'up' | 'either'

/** A rate that is compared has to be told from twice itself, or from a point more. */
const LEAST_RATE = 0.01
/** A mean, from a fifth of a standard deviation; and what is less than a tenth is no shift. */
const [TELLABLE, SHIFT] = [0.2, 0.1]

/** Of fewer values on a side, the normal distribution says too little of their mean. */
const LEAST_VALUES = 100

export const estimateOf = (n: number, value: number | null, interval: Interval | null): Estimate => ({
  n,
  value: n > 0 ? value : null,
  low: interval?.low ?? null,
  high: interval?.high ?? null,
})

export const rateEstimate = (share: Share, level: number): Estimate =>
  estimateOf(share.n, share.hits / share.n, rateInterval(share, level))
export const meanEstimate = (sample: Sample, level: number): Estimate =>
  estimateOf(sample.n, sample.mean, meanInterval(sample, level))

export interface Judged {
  readonly difference: ComparedMetric['difference']
  readonly outcome: ComparedOutcome
  readonly why: string
}

const NO_DATA: Judged = { difference: null, outcome: 'unknown', why: 'not enough data: one side has none' }

/** Whether b's rate is another than a's. Where it is not seen to be, and might yet be twice as much, the answer is unknown. */
export function judgeRates(a: Share, b: Share, level: number, direction: Direction): Judged {
  const interval = rateDifference(a, b, level)
  if (interval === null) return NO_DATA
  const [p, q] = [a.hits / a.n, b.hits / b.n]
  const difference = { value: q - p, ...interval }
  const range = `${points(interval.low)} to ${points(interval.high)} points`
  if ((interval.low > 0 || interval.high < 0) && chanceOf(a, b) > 1 - level)
    return { difference, outcome: 'unknown', why: 'not enough data: chance can do as much' }
  if (interval.low > 0) return { difference, outcome: direction === 'up' ? 'worse' : 'shifted', why: range }
  if (interval.high < 0) return { difference, outcome: direction === 'up' ? 'better' : 'shifted', why: range }
  const most = direction === 'up' ? interval.high : Math.max(interval.high, -interval.low)
  if (most > Math.max(p, LEAST_RATE))
    return { difference, outcome: 'unknown', why: `not enough data: ${range} are possible` }
  return { difference, outcome: 'same', why: range }
}

const points = (share: number): string => `${share < 0 ? '' : '+'}${(share * 100).toFixed(2)}`

/** Whether b's mean is another than a's, in standard deviations of a. */
export function judgeMeans(a: Sample, b: Sample, level: number): Judged {
  const interval = meanDifference(a, b, level)
  if (interval === null) return NO_DATA
  const least = Math.floor(Math.min(a.n, b.n))
  if (least < LEAST_VALUES)
    return { difference: null, outcome: 'unknown', why: `not enough data: ${least} of ${LEAST_VALUES} a side` }
  const difference = { value: b.mean - a.mean, ...interval }
  const spread = Math.sqrt(a.variance)
  const range = `${figure(interval.low)} to ${figure(interval.high)}`
  if (interval.low > 0 || interval.high < 0) {
    const isShift = Math.abs(difference.value) >= SHIFT * spread
    return {
      difference,
      outcome: isShift ? 'shifted' : 'same',
      why: isShift ? range : `${range}: less than a tenth of a standard deviation`,
    }
  }
  if (Math.max(interval.high, -interval.low) > TELLABLE * spread)
    return { difference, outcome: 'unknown', why: `not enough data: ${range} are possible` }
  return { difference, outcome: 'same', why: range }
}

const figure = (value: number): string => `${value < 0 ? '' : '+'}${value.toPrecision(3)}`

/** What is compared of every slice: rates and means, their differences with equal shares of each step of time. */
export function compareTallies(strata: readonly Stratum[], level: number): readonly ComparedMetric[] {
  const all = { a: sumOf(strata.map(({ a }) => a)), b: sumOf(strata.map(({ b }) => b)) }
  const rate = (name: string, of: (tally: Tally) => Share): ComparedMetric => {
    const { a, b } = alignedShares(strata, of)
    const estimates = { a: rateEstimate(of(all.a), level), b: rateEstimate(of(all.b), level) }
    return { name, unit: 'share', ...estimates, drift: null, ...judgeRates(a, b, level, 'up') }
  }
  const { a, b } = alignedSamples(strata, scoreSample)
  const means = { a: meanEstimate(scoreSample(all.a), level), b: meanEstimate(scoreSample(all.b), level) }
  return [
    rate('error_rate', errorShare),
    rate('slow_rate', slowShare),
    { name: 'score_mean', unit: 'number', ...means, drift: null, ...judgeMeans(a, b, level) },
  ]
}

/** How many of them each slice has. */
export const METRICS_OF_EACH = 3

/**
 * A quantile of latency on both sides. Whether it differs, the share over a's own says (`slow`): that needs no shape. The difference's interval
 * is the widest that the two allow; null where one has no end.
 */
export function compareQuantiles(name: string, { a, b }: Aligned<Estimate>, slow: ComparedMetric): ComparedMetric {
  const isKnown = [a, b].every(({ value, low, high }) => value !== null && low !== null && high !== null)
  const of = (one: number | null): number => one ?? 0
  const difference = isKnown
    ? { value: of(b.value) - of(a.value), low: of(b.low) - of(a.high), high: of(b.high) - of(a.low) }
    : null
  const { outcome, why } = slow
  return { name, unit: 'ms', a, b, difference, drift: null, outcome, why: `share over A's: ${why}` }
}

/** Two distributions. In: null where they can't be compared, and why. */
export function compareDrift(
  name: string,
  n: { readonly a: number; readonly b: number },
  drift: Drift | string,
  ks: Ks | null,
): ComparedMetric {
  const side = (count: number): Estimate => ({ n: count, value: null, low: null, high: null })
  const head = { name, unit: 'distribution', a: side(n.a), b: side(n.b), difference: null } as const
  if (typeof drift === 'string') return { ...head, drift: null, outcome: 'unknown', why: drift }
  const { outcome, why, ...figures } = drift
  return { ...head, drift: { ...figures, ks, smoothing: '(count + 1/2) / (n + bins / 2)' }, outcome, why }
}
