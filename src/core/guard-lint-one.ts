import { readCondition } from './condition.ts'
import { firstWords } from './guard-idle.ts'
import { keysOf, kindsWith, neededBy } from './guard-keys.ts'
import { SAMPLE_RATIO, USUAL_SOURCE } from './guard-plan.ts'
import { settingsOf, shareOf } from './guard-settings.ts'
import type { Guard, Watch } from './model.gen.ts'
import { readSpan } from './rollout-words.ts'

/** `path`: the key, from the guard or the watch on. */
export interface Lint {
  readonly path: readonly string[]
  readonly problem: string
  readonly hint?: string
}

/** What is wrong with one guard. In: the names before it. */
export function guardProblem(guard: Guard, watch: Watch, before: readonly string[]): Lint | null {
  const { name, kind } = guard
  const source = guard.source ?? watch.source ?? USUAL_SOURCE
  const at = (key: string, problem: string, hint?: string): Lint =>
    hint === undefined ? { path: [key], problem } : { path: [key], problem, hint }
  if (name === SAMPLE_RATIO) return at('name', `can't be ${name}: a guard of that name is in every split`)
  if (before.includes(name)) return at('name', `is there twice: ${name}`)
  const keys: readonly string[] = keysOf(kind)
  const stray = Object.keys(guard).find((key) => !keys.includes(key) && kindsWith(key).length > 0)
  if (stray !== undefined) return at(stray, `goes with ${kindsWith(stray).join(', ')}, not with ${kind}`)
  const missing = neededBy(guard, source).find((key) => guard[key] === undefined)
  if (missing !== undefined) return { path: [], problem: `can never fail: ${kind} needs ${missing}` }
  for (const key of ['delay', 'deadline']) {
    const problem = spanProblem(guard[key], key === 'delay')
    if (problem !== null) return { path: [key], ...problem }
  }
  const silence = spanProblem(guard.noData?.after, false)
  if (silence !== null) return { path: ['noData', 'after'], ...silence }
  const { deadline } = settingsOf(guard, watch)
  if (deadline !== null && deadline <= firstWords(guard, watch))
    return at('deadline', 'can never be met: it is over before the first window is closed')
  return countProblem(guard, source, at) ?? (kind === 'expression' ? expressionProblem(guard, at) : null)
}

type At = (key: string, problem: string, hint?: string) => Lint

/** Beyond the highest ratio that evidence is sought for, ten times over, hardly anything could ever be found. */
const MOST_MARGIN = 10

function countProblem(guard: Guard, source: string, at: At): Lint | null {
  const { kind, alpha, ceiling, margin, direction = 'increase', overdispersion, unit, bins, burnIn, of } = guard
  if (alpha !== undefined && alpha <= 0) return at('alpha', 'can never fail: no evidence is that sure', 'write 0.01')
  if (alpha !== undefined && alpha >= 0.5)
    return at('alpha', `can hardly ever pass: with ${alpha} it calls every other healthy candidate worse`, 'write 0.01')
  if (ceiling !== undefined) {
    const most = shareOf(ceiling)
    if (most === 0 || most >= 1)
      return at('ceiling', `can never ${most === 0 ? 'pass' : 'fail'}: it is ${most === 0 ? 'nothing' : 'everything'}`)
    for (const key of ['margin', 'direction'] as const)
      if (guard[key] !== undefined) return at(key, 'does not go with a ceiling: that is absolute')
  }
  if (margin !== undefined) {
    const tolerated = shareOf(margin)
    if (tolerated >= MOST_MARGIN) return at('margin', `can never fail: it tolerates ${margin} more`)
    if (tolerated >= 1 && (direction !== 'increase' || kind === 'distribution'))
      return at('margin', 'can never fail: nothing falls by more than 100%')
  }
  if (overdispersion !== undefined && unit !== 'request' && source !== 'prometheus')
    return at('overdispersion', 'goes with unit: request: users do not clump')
  if (kind === 'exceedance' && of === undefined)
    return { path: [], problem: 'can never fail: exceedance needs of', hint: 'write of: p95' }
  const floating = floatingWindow(guard, source)
  if (floating !== null) return at(floating.key, floating.problem)
  if (bins !== undefined && new Set<unknown>(bins).size < bins.length) return at('bins', 'has one twice')
  if (bins?.some((bin, i) => typeof bin === 'number' && i > 0 && bin <= (bins[i - 1] as number)) === true)
    return at('bins', 'must ascend: they are edges')
  if (burnIn !== undefined && burnIn < 500)
    return at('burnIn', `can't be ${burnIn}: of fewer than 500 units a mean says too little`)
  return null
}

const PROMETHEUS_RANGE = /\b(?:rate|irate|increase|delta|idelta)\s*\(/
const CLOCK = /\b(?:now\s*\(|current_timestamp\b|current_date\b|today\s*\()/i

/** Windows are aiship's: what moves with the moment of asking gives another answer to whoever judges again. */
function floatingWindow(guard: Guard, source: string): { readonly key: string; readonly problem: string } | null {
  for (const key of ['events', 'exposures', 'worse', 'better'] as const) {
    const text = guard[key]
    if (text === undefined) continue
    if (source === 'prometheus' && PROMETHEUS_RANGE.test(text))
      return { key, problem: 'must be a raw counter: windows are fixed, and the differences are taken here' }
    if (source === USUAL_SOURCE && CLOCK.test(text))
      return { key, problem: 'looks at the clock: it would say something else each time that it is asked' }
  }
  return null
}

function expressionProblem(guard: Guard, at: At): Lint | null {
  const { successCondition, failureCondition, failureLimit = 0, count, consecutiveSuccessLimit = 0 } = guard
  if (successCondition === undefined && failureCondition === undefined)
    return { path: [], problem: 'can never fail: it has no condition', hint: 'write successCondition: "result < 0.9"' }
  for (const key of ['successCondition', 'failureCondition'] as const) {
    const text = guard[key]
    if (text === undefined) continue
    const read = readCondition(text)
    if (typeof read !== 'function')
      return at(key, `can't be ${JSON.stringify(text.slice(0, 60))}: ${read.problem}`, 'write it as in result < 0.9')
    if (!/\bresult\b/.test(text)) return at(key, 'says the same of every result: it does not look at it')
  }
  if (failureLimit < 0 && !(count !== undefined && consecutiveSuccessLimit > 0))
    return at('failureLimit', 'can never fail: any number of failures is allowed')
  if (count !== undefined && failureLimit >= count)
    return at('failureLimit', `can never fail: there are ${count} measurements`)
  if (count !== undefined && consecutiveSuccessLimit > count)
    return at('consecutiveSuccessLimit', `can never pass: there are ${count} measurements`)
  return null
}

/** What is wrong with a time. */
export function spanProblem(value: unknown, mayBeNothing: boolean): Omit<Lint, 'path'> | null {
  if (typeof value !== 'string') return null
  try {
    if (readSpan(value, '') > 0 || mayBeNothing) return null
    return { problem: `can't be ${value}: that is no time at all` }
  } catch {
    return { problem: `can't be ${value}: it is longer than a year` }
  }
}
