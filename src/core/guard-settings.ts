import { ALPHA } from './guard-power.ts'
import type { Guard, GuardAction, Watch } from './model.gen.ts'
import { readSpan } from './rollout-words.ts'

/** A guard's keys with what holds where they say nothing. */
export interface Settings {
  readonly alpha: number
  /** 0.2 for 20 %. */
  readonly margin: number
  readonly direction: 'increase' | 'decrease' | 'either'
  /** Null: it compares. */
  readonly ceiling: number | null
  readonly overdispersion: number
  /** It counts requests, and nobody said how they clump. */
  readonly isClumped: boolean
  readonly delay: number
  readonly grace: number
  readonly interval: number
  readonly onFail: GuardAction
  /** For how long nothing may come in, and what to ask for then. */
  readonly silence: { readonly after: number; readonly asks: GuardAction }
  readonly deadline: number | null
}

const INTERVAL = '1m'
const GRACE = '5s'
const MARGIN = '20%'
/** A pair is compared with itself, and a mix has no worse. */
const NO_MARGIN: ReadonlySet<Guard['kind']> = new Set(['paired', 'distribution'])
const SILENCE = { after: '10m', asks: 'warn' } as const

/** "20%" as 0.2. */
export const shareOf = (text: string): number => Number((Number(text.slice(0, -1)) / 100).toPrecision(12))

/** From the least to the most. */
const ACTIONS = ['none', 'warn', 'hold', 'abort', 'rollback'] as const satisfies readonly GuardAction[]
export const mostOf = (actions: readonly GuardAction[]): GuardAction =>
  ACTIONS[Math.max(0, ...actions.map((one) => ACTIONS.indexOf(one)))] as GuardAction
export const atMost = (action: GuardAction, most: GuardAction): GuardAction =>
  ACTIONS.indexOf(action) > ACTIONS.indexOf(most) ? most : action

/** In: a guard that has been checked, and the watch that it belongs to. */
export function settingsOf(guard: Guard, watch: Watch): Settings {
  const { kind, direction = 'increase', ceiling, alpha = ALPHA, unit, overdispersion, onFail = 'hold' } = guard
  // What is read from counters are requests, whatever the guard says.
  const countsRequests = unit === 'request' || (guard.source ?? watch.source) === 'prometheus'
  const isCount = kind === 'rate' || kind === 'exceedance' || kind === 'distribution'
  const isClumped = isCount && countsRequests && overdispersion === undefined
  return {
    ...{ alpha, direction: kind === 'distribution' ? 'either' : direction },
    margin: ceiling === undefined ? shareOf(guard.margin ?? (NO_MARGIN.has(kind) ? '0%' : MARGIN)) : 0,
    ceiling: ceiling === undefined ? null : shareOf(ceiling),
    ...{ overdispersion: overdispersion ?? 1, isClumped, onFail: isClumped ? atMost(onFail, 'hold') : onFail },
    delay: guard.delay === undefined ? 0 : readSpan(guard.delay, 'delay'),
    grace: readSpan(watch.grace ?? GRACE, 'grace'),
    interval: readSpan(watch.interval ?? INTERVAL, 'interval'),
    silence: {
      after: readSpan(guard.noData?.after ?? SILENCE.after, 'noData.after'),
      asks: guard.noData?.then ?? SILENCE.asks,
    },
    deadline: guard.deadline === undefined ? null : readSpan(guard.deadline, 'deadline'),
  }
}
