import type { Condition } from './condition.ts'

/**
 * Verdicts over a series of measurements with conditions and limits, as Argo Rollouts' analysis has them, so that its templates mean here what
 * they mean there; save that what cannot be told never counts as a success.
 */

export type Outcome = 'success' | 'failure' | 'inconclusive' | 'error'

/** Each says yes, no, or null: it can't be told of this value. */
export interface Conditions {
  readonly success?: Condition | undefined
  readonly failure?: Condition | undefined
}

/**
 * One measurement. In: null where the source had no value (an empty vector), which is an error unless a condition has a word for it. What can't be
 * told is inconclusive, also where a comparison with NaN would say no to "it fails". Errors: RangeError without a condition, which could never fail.
 */
export function judgeValue(value: number | null, { success, failure }: Conditions): Outcome {
  if (success === undefined && failure === undefined) throw new RangeError('a measurement needs a condition')
  const [fails, succeeds] = [failure?.(value), success?.(value)]
  if (fails === true) return 'failure'
  if (fails === null || succeeds === null) return value === null ? 'error' : 'inconclusive'
  if (succeeds !== false) return 'success'
  return failure === undefined ? 'failure' : 'inconclusive'
}

export interface Limits {
  /** More failures than that fail; -1: any number may. */
  readonly failures: number
  readonly inconclusive: number
  /** More errors in a row than that end it. */
  readonly errorsInARow: number
  /** So many successes in a row succeed; 0: never by that. */
  readonly successesInARow: number
  /** Measurements in all, errors aside; null: it goes on for ever. */
  readonly count: number | null
}

export const USUAL_LIMITS: Limits = { failures: 0, inconclusive: 0, errorsInARow: 4, successesInARow: 0, count: null }

/** What the series comes to; `running` where nothing has decided. Later rules win over earlier ones. */
export function judgeSeries(series: readonly Outcome[], limits: Limits): Outcome | 'running' {
  const { failures, inconclusive, errorsInARow, successesInARow, count } = limits
  const of = (outcome: Outcome): number => series.filter((one) => one === outcome).length
  const inARow = (outcome: Outcome): number => series.length - 1 - series.findLastIndex((one) => one !== outcome)
  let verdict: Outcome | 'running' = 'running'
  if (failures >= 0 && of('failure') > failures) verdict = 'failure'
  if (of('inconclusive') > inconclusive) verdict = 'inconclusive'
  if (inARow('error') > errorsInARow) verdict = 'error'
  if (verdict !== 'running') return verdict
  if (successesInARow > 0 && inARow('success') >= successesInARow) return 'success'
  if (count === null || series.length - of('error') < count) return 'running'
  if (successesInARow > 0) return failures >= 0 ? 'inconclusive' : 'failure'
  return 'success'
}

/**
 * The same of a series that goes on after it has decided: a failure at any look stays one, as in a run that ends with it. What else it comes to can
 * change.
 */
export function judgeLooks(series: readonly Outcome[], limits: Limits): Outcome | 'running' {
  const whole = judgeSeries(series, limits)
  if (limits.failures < 0) return whole
  // Only a failure can make it fail, and the first that is one too many.
  let failures = 0
  const last = series.findIndex((one) => one === 'failure' && ++failures > limits.failures)
  return last === -1 ? whole : judgeSeries(series.slice(0, last + 1), limits) === 'failure' ? 'failure' : whole
}
