import type { Served } from './guard.ts'
import { firstWords, mutedBy } from './guard-idle.ts'
import { guardProblem, type Lint, spanProblem } from './guard-lint-one.ts'
import { settingsOf, shareOf } from './guard-settings.ts'
import type { Guard, RolloutPolicy, Watch } from './model.gen.ts'
import { nearest } from './names.ts'
import { readSpan } from './rollout-words.ts'
import { FULL_WEIGHT } from './route.ts'

/** What is wrong with a watch that has the right shape: guards that could never fail, or never pass, look as if somebody watched. */

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
