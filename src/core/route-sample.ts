import type { Route } from './model.gen.ts'
import { DEFAULT_BY, type Router } from './route-decide.ts'

/** One arm of a sampled route. */
export interface SampledArm {
  readonly arm: string
  readonly count: number
  /** How many the weights say. */
  readonly expected: number
  /** How far apart the two are, in standard deviations of a draw; null where nothing was drawn. */
  readonly deviations: number | null
}

export interface Sample {
  readonly size: number
  /** How many were drawn by the hash; the others were sent by a rule, or had no key. */
  readonly drawn: number
  readonly failed: number
  readonly arms: readonly SampledArm[]
}

/** Puts `key` where the route looks for it, in a copy of the context. */
export function withKey(
  context: Readonly<Record<string, unknown>>,
  route: Route,
  key: string,
): Readonly<Record<string, unknown>> {
  const steps = (route.bucket?.by ?? DEFAULT_BY).split('.')
  const put = (value: unknown, at: number): unknown => {
    const step = steps[at]
    if (step === undefined) return key
    const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
    return { ...object, [step]: put((object as Readonly<Record<string, unknown>>)[step], at + 1) }
  }
  return put(context, 0) as Readonly<Record<string, unknown>>
}

/** Decides for `size` made-up keys, `sample-1` and so on, in this context, and compares with what the weights say. */
export function sampleRoute(
  route: Route,
  router: Router,
  context: Readonly<Record<string, unknown>>,
  size: number,
): Sample {
  const counts = new Map(Object.keys(route.arms).map((arm) => [arm, { count: 0, expected: 0, variance: 0 }]))
  const tally = (arm: string) => counts.get(arm) as { count: number; expected: number; variance: number }
  const drawnBy = new Map<number, number>()
  let failed = 0
  for (let i = 1; i <= size; i++) {
    const { arm, reason, rule, failed: rules } = router.decide(withKey(context, route, `sample-${i}`))
    tally(arm).count++
    if (rules > 0) failed++
    if (reason === 'SPLIT' && rule !== null) drawnBy.set(rule, (drawnBy.get(rule) ?? 0) + 1)
    else tally(arm).expected++
  }
  let drawn = 0
  for (const [rule, count] of drawnBy) {
    drawn += count
    const to = route.serve[rule - 1]?.to ?? {}
    const total = Object.values(to).reduce((sum, weight) => sum + weight, 0)
    for (const [arm, weight] of Object.entries(to)) {
      const share = weight / total
      const one = tally(arm)
      one.expected += count * share
      one.variance += count * share * (1 - share)
    }
  }
  const arms = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([arm, { count, expected, variance }]) => ({
      ...{ arm, count, expected },
      deviations: variance === 0 ? null : (count - expected) / Math.sqrt(variance),
    }))
  return { size, drawn, failed, arms }
}
