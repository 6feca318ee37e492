import type { Digest } from '../../src/core/digest.ts'
import type { Served, Situation } from '../../src/core/guard.ts'
import { judgeGuard } from '../../src/core/guard-judge.ts'
import { guardsOf, questionsOf, type WholeGuard, windowsFrom } from '../../src/core/guard-plan.ts'
import type { Answer, Count, Reading, Unavailable } from '../../src/core/metric-source.ts'
import type { Guard, GuardVerdict, Watch } from '../../src/core/model.gen.ts'

/** Situations that guards are judged in, and answers of a source: readings, one a minute. */

export const START = Date.parse('2026-11-27T12:00:00.000Z')
const MINUTE = 60_000
const CANDIDATE: Digest = `sha256:${'b'.repeat(64)}`
const STABLE: Digest = `sha256:${'a'.repeat(64)}`
export const CANARY: Served = { candidate: 5000, control: 5000, stable: 90_000, mirror: 0 }
export const ALONE: Served = { candidate: 100_000, control: 0, stable: 0, mirror: 0 }
export const SHADOW: Served = { candidate: 0, control: 0, stable: 100_000, mirror: 10_000 }

export interface Setting extends Partial<Omit<Situation, 'watch' | 'windows'>> {
  readonly minutes?: number
  readonly watch?: Partial<Watch>
}

export function situationOf(guards: readonly Guard[], setting: Setting = {}): Situation {
  const { minutes = 1, served = CANARY, watch, ...rest } = setting
  const now = START + minutes * MINUTE + 10_000
  return {
    watch: { guards, ...watch },
    sides: {
      pointer: 'prod',
      candidate: { bundle: CANDIDATE, arms: ['candidate'] },
      reference: served === ALONE ? null : { bundle: STABLE, arms: ['control', 'stable'] },
    },
    ...{ start: START, now, served, mode: 'rollout', deadline: null, profile: null, frozen: {} },
    ...rest,
    windows: windowsFrom(START, rest.now ?? now, MINUTE, () => served),
  }
}

export const answerOf = (readings: readonly (Reading | Unavailable)[]): Answer => ({
  ...{ readings, query: 'asked', overdispersion: null, notes: [] },
})
export const silent: Unavailable = { kind: 'unavailable', why: 'timeout after 5 s', next: 'aiship doctor' }

const count = ([events, exposures]: readonly [number, number]): Count => ({ events, exposures })
/** (events, exposures) of the candidate, and of the reference. */
export const events = (x: number, n: number, beside: readonly [number, number] | null): Reading => ({
  kind: 'events',
  counts: { candidate: count([x, n]), reference: beside === null ? null : count(beside) },
})
export const value = (one: number | null): Reading => ({ kind: 'value', value: one })

/** What a guard says of these readings. */
export function judge(guard: Guard, readings: readonly (Reading | Unavailable)[], setting: Setting = {}): GuardVerdict {
  const situation = situationOf([guard], { minutes: readings.length, ...setting })
  const whole = wholeOf(guard, situation.watch)
  return judgeGuard(whole, situation, questionsOf(whole, situation).length === 0 ? [] : [answerOf(readings)])
}

const wholeOf = (guard: Guard, watch: Watch): WholeGuard => {
  const found = guardsOf(watch).find(({ name }) => name === guard.name)
  if (found === undefined) throw new Error(`no guard ${guard.name}`)
  return found
}
