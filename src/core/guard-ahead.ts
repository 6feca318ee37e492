import { requestsToSee } from './guard-power.ts'
import { settingsOf } from './guard-settings.ts'
import type { Guard, PlannedGuard, RolloutPolicy, RolloutStep, Sees, Watch } from './model.gen.ts'
import { FULL_WEIGHT } from './route.ts'

/** How often what a guard counts happens now, and how many requests there are. */
export interface Traffic {
  /** Requests an hour, of all arms together; null: not known. */
  readonly perHour: number | null
  readonly baseRate: number
}

const RATIOS = [1.5, 2, 5] as const

/** What a step can see of a regression. One that serves the candidate to nobody, or to everybody, compares nothing. */
export function seenIn(
  { weight, mirror }: RolloutStep,
  { perHour, baseRate }: Traffic,
  power: Parameters<typeof requestsToSee>[4] = {},
): readonly Sees[] {
  const [candidate, reference] =
    weight > 0 ? [weight / FULL_WEIGHT, 1 - weight / FULL_WEIGHT] : [mirror / FULL_WEIGHT, 1]
  if (candidate === 0 || reference === 0) return []
  return RATIOS.map((ratio) => {
    const way = (power.margin ?? 1) < 1 ? 1 / ratio : ratio
    const requests = requestsToSee(way, baseRate, candidate, reference, power)
    if (!Number.isSafeInteger(requests)) return { ratio, requests: null, hours: null }
    const hours = perHour === null ? null : Number((requests / (perHour * candidate)).toPrecision(3))
    return { ratio, requests, hours }
  })
}

/** Guards that compare a rate with the reference's: what the others need hangs on more than a base rate. */
export const isForeseen = ({ kind, ceiling }: Guard): boolean =>
  (kind === 'rate' && ceiling === undefined) || kind === 'exceedance'

/** What each guard of a rollout can see in each of its steps, by its own alpha and margin. In: what is known of a guard; `measured`: from the log. */
export function plannedGuards(
  { analysis, steps }: RolloutPolicy,
  trafficOf: (guard: Guard) => Traffic & { readonly measured: boolean },
): readonly PlannedGuard[] {
  if (analysis === undefined) return []
  return analysis.guards.filter(isForeseen).map((guard) => {
    const { measured, ...traffic } = trafficOf(guard)
    const base = guard.of === undefined ? traffic.baseRate : 1 - Number(guard.of.slice(1)) / 100
    const baseRate = Number(base.toPrecision(6))
    return {
      ...{ name: guard.name, base_rate: baseRate, measured },
      steps: steps.map((step) => seenIn(step, { ...traffic, baseRate }, powerOf(guard, analysis))),
    }
  })
}

function powerOf(guard: Guard, watch: Watch): Parameters<typeof requestsToSee>[4] {
  const { alpha, direction, margin, overdispersion } = settingsOf(guard, watch)
  return { alpha, overdispersion, margin: direction === 'decrease' ? 1 - margin : 1 + margin }
}
