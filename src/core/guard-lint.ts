import { readCondition } from './condition.ts'
import type { Served } from './guard.ts'
import { firstWords, mutedBy } from './guard-idle.ts'
import { keysOf, kindsWith, neededBy } from './guard-keys.ts'
import { SAMPLE_RATIO, USUAL_SOURCE } from './guard-plan.ts'
import { settingsOf, shareOf } from './guard-settings.ts'
import type { Guard, RolloutPolicy, Watch } from './model.gen.ts'
import { nearest } from './names.ts'
import { readSpan } from './rollout-words.ts'
import { FULL_WEIGHT } from './route.ts'

/** What is wrong with a watch that has the right shape: guards that could never fail, or never pass, look as if somebody watched. */

/** `path`: the key, from the watch on. */
export interface Lint {
  readonly path: readonly string[]
  readonly problem: string
  readonly hint?: string
}

/** The first thing that is wrong; null: nothing is. */
export function watchProblem(watch: Watch): Lint | null {
  for (const key of ['interval', 'grace', 'keep_watching']) {
    const problem = spanProblem(watch[key], key === 'grace')
    if (problem !== null) return { path: [key], ...problem }
  }
  const names = watch.guards.map(({ name }) => name)
  for (const [i, guard] of watch.guards.entries()) {
    const found = guardProblem(guard, watch, names.slice(0, i))
    if (found !== null) return { ...found, path: ['guards', String(i), ...found.path] }
  }
  return dryRunProblem(watch, names) ?? notifyProblem(watch) ?? budgetProblem(watch)
}

/** What a watch can't do, and should be known to whoever writes it. */
export function watchWarnings(watch: Watch): readonly string[] {
  const acting = watch.guards.filter(({ name, onFail }) => !watch.dryRun?.includes(name) && onFail !== 'warn')
  // Whether the bundle has a profile is seen when it is there.
  const deciding = acting.filter((guard) => mutedBy(guard, ALONE, true) === null)
  return [
    ...(acting.length === 0 ? ['no guard acts: each is in dryRun, or only warns'] : []),
    ...(acting.length > 0 && deciding.length === 0
      ? ['at 100 % no guard can tell anything: there is no control then; a rate with a ceiling could']
      : []),
    ...acting
      .filter((guard) => settingsOf(guard, watch).isClumped && ['rollback', 'abort'].includes(guard.onFail ?? ''))
      .map(
        ({ name, onFail }) => `${name} counts requests and does not say how they clump: it will hold, not ${onFail}`,
      ),
  ]
}

const ALONE: Served = { candidate: FULL_WEIGHT, control: 0, stable: 0, mirror: 0 }

/** Why a rollout with these guards could never be completed, or a guard of it never heard; null: it can. */
export function analysisProblem({ analysis, steps, deadline }: RolloutPolicy): string | null {
  if (analysis === undefined) return null
  const acting = analysis.guards.filter(({ name, onFail }) => !analysis.dryRun?.includes(name) && onFail !== 'warn')
  const isInTime = (guard: Guard): boolean => firstWords(guard, analysis) < deadline
  const onwards = analysis.keep_watching === undefined ? 0 : readSpan(analysis.keep_watching, 'keep_watching')
  const late = analysis.guards.find((guard) => !isInTime(guard) && firstWords(guard, analysis) > onwards)
  if (late !== undefined)
    return `the guard ${late.name} can never fail: its data come after all is over; say keep_watching`
  for (const [i, { weight, control, mirror, approval }] of steps.entries()) {
    const served = { candidate: weight, control, stable: FULL_WEIGHT - weight - control, mirror }
    const muted = acting.filter(isInTime).map((guard) => mutedBy(guard, served, false))
    if (!approval && !muted.includes(null))
      return `step ${i + 1} can never end: no guard that acts can tell anything in it${muted[0] === undefined ? '' : ` (${muted[0]})`}; a person can, with a pause`
  }
  return null
}

function guardProblem(guard: Guard, watch: Watch, before: readonly string[]): Lint | null {
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

function dryRunProblem({ dryRun = [] }: Watch, names: readonly string[]): Lint | null {
  const i = dryRun.findIndex((name) => !names.includes(name))
  if (i === -1) return null
  const near = nearest((dryRun[i] as string).slice(0, 60), names)
  const hint = near === null ? `there is ${names.join(', ')}` : `did you mean ${near}?`
  return { path: ['dryRun', String(i)], problem: `names no guard: ${dryRun[i]}`, hint }
}

function notifyProblem({ notify = [] }: Watch): Lint | null {
  for (const [i, { command, webhook }] of notify.entries()) {
    const path = ['notify', String(i)]
    if ((command === undefined) === (webhook === undefined)) return { path, problem: 'is one of command and webhook' }
    if (webhook !== undefined && !/^(?:https?:\/\/[^\s/@]+(?:[/?#]\S*)?|env:[A-Za-z_][A-Za-z0-9_]*)$/.test(webhook))
      return { path: [...path, 'webhook'], problem: "must be a URL without a user's name, or env:NAME" }
  }
  return null
}

const USUAL_BUDGET = '5%'

/** By the union bound all guards together are wrong at most as often as the sum of their alpha. What only holds is lifted again. */
function budgetProblem(watch: Watch): Lint | null {
  const { guards, dryRun = [], budget = USUAL_BUDGET } = watch
  const asks = guards
    .filter(({ name, kind }) => !dryRun.includes(name) && kind !== 'expression')
    .map((guard) => settingsOf(guard, watch))
    .filter(({ onFail }) => onFail === 'rollback' || onFail === 'abort')
  const spent = Number(asks.reduce((sum, { alpha }) => sum + alpha, 0).toPrecision(6))
  const most = shareOf(budget)
  if (spent <= most) return null
  const each = Math.floor((most / asks.length) * 10_000) / 10_000
  return {
    path: watch.budget === undefined ? ['guards'] : ['budget'],
    problem: `is exceeded: together the guards call ${Number((spent * 100).toPrecision(4))}% of the healthy candidates worse, and ${budget} may be`,
    hint: `give each an alpha of ${each}, or say a higher budget`,
  }
}

function spanProblem(value: unknown, mayBeNothing: boolean): Omit<Lint, 'path'> | null {
  if (typeof value !== 'string') return null
  try {
    if (readSpan(value, '') > 0 || mayBeNothing) return null
    return { problem: `can't be ${value}: that is no time at all` }
  } catch {
    return { problem: `can't be ${value}: it is longer than a year` }
  }
}
