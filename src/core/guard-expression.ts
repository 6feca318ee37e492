import { type Condition, readCondition } from './condition.ts'
import { answered, type Finding, type Heard } from './guard-heard.ts'
import { judgeLooks, judgeSeries, judgeValue, type Limits, USUAL_LIMITS } from './measurements.ts'
import type { Guard } from './model.gen.ts'

/** A series of numbers with conditions, as in an analysis of Argo Rollouts; what can't be told is never a success. */
export function judgeExpression(guard: Guard, heard: readonly Heard<'value'>[]): Finding {
  const success = conditionOf(guard.successCondition)
  // With no condition nothing can be told, and least of all that it is well.
  const failure = conditionOf(guard.failureCondition) ?? (success === undefined ? () => null : undefined)
  // A window without an answer is a measurement that went wrong.
  const series = heard.map(({ reading }) =>
    reading === null ? 'error' : judgeValue(reading.value, { success, failure }),
  )
  const limits = limitsOf(guard)
  const verdict = judgeLooks(series, limits)
  const measured = answered(heard)
  const last = measured.at(-1)?.reading.value ?? null
  const of = (outcome: string): number => series.filter((one) => one === outcome).length
  const failed = verdict === 'failure'
  // Failures that are allowed are no successes: a pass ends with one.
  const isOver = verdict === 'success' || (verdict === 'running' && limits.count === null)
  const isGood = isOver && series.at(-1) === 'success'
  const failedAt = failed
    ? (heard.find((_, i) => series[i] === 'failure' && judgeSeries(series.slice(0, i + 1), limits) === 'failure')
        ?.window.until ?? heard.at(-1)?.window.until)
    : null
  return {
    ...{ failed, failedAt: failedAt ?? null, lnE: null, lnMax: null, candidate: null, reference: null },
    ...{
      seen: series.length - of('error'),
      needed: 1,
      threshold: last !== null && Number.isFinite(last) ? last : null,
    },
    lastSeen: heard.findLast((_, i) => series[i] !== 'error')?.window.until ?? null,
    unsure:
      failed || isGood ? null : `the series is ${verdict}, and its last measurement ${series.at(-1) ?? 'is missing'}`,
    says: `of ${series.length} measurements ${of('failure')} failed, ${of('inconclusive')} could not be told and ${of('error')} went wrong; the last value is ${last}`,
  }
}

function conditionOf(text: string | undefined): Condition | undefined {
  if (text === undefined) return undefined
  const read = readCondition(text)
  // Whoever wrote it has been told so; what is stored must not pass by it.
  return typeof read === 'function' ? read : () => null
}

const limitsOf = (guard: Guard): Limits => ({
  failures: guard.failureLimit ?? USUAL_LIMITS.failures,
  inconclusive: guard.inconclusiveLimit ?? USUAL_LIMITS.inconclusive,
  errorsInARow: guard.consecutiveErrorLimit ?? USUAL_LIMITS.errorsInARow,
  successesInARow: guard.consecutiveSuccessLimit ?? USUAL_LIMITS.successesInARow,
  count: guard.count ?? null,
})
