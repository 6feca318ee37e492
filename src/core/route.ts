import { canonicalBytes, type Digest } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Arm, Route } from './model.gen.ts'

/** The weights of a rule sum to this. */
export const FULL_WEIGHT = 100_000

/** The route of a plain pointer: everything goes to one bundle. */
export const plainRoute = (arm: Arm): Route => ({
  arms: { stable: arm },
  serve: [{ to: { stable: FULL_WEIGHT } }],
  fallback: 'stable',
})

/** The arm that a pointer's main bundle is read from. Errors: CORRUPT where the route names an arm that it lacks. */
export function mainArm(route: Route): Arm {
  return armOf(route, route.fallback)
}

export function armOf(route: Route, name: string): Arm {
  const arm = Object.hasOwn(route.arms, name) ? route.arms[name] : undefined
  if (arm === undefined)
    throw new AishipError('CORRUPT', `the route names the arm ${name} and does not have it`, { next: ['aiship fsck'] })
  return arm
}

export const isPlain = (route: Route): boolean =>
  route.serve.length === 1 && Object.keys(route.arms).length === 1 && !route.mirror?.length

/** The last rule's weights: whom a place that knows no conditions sends where. No such rule: the fallback gets everybody. */
export function everybodysWeights({ serve, fallback }: Route): Readonly<Record<string, number>> {
  const last = serve.at(-1)
  return last?.when === undefined && last !== undefined ? last.to : { [fallback]: FULL_WEIGHT }
}

/** Every arm that gets weight or a mirror, is the fallback, or takes requests without a key; each bundle once. */
export function servedArms(route: Route | null): readonly Arm[] {
  if (route === null) return []
  const names = new Set<string>([route.fallback])
  for (const rule of route.serve) for (const [name, weight] of Object.entries(rule.to)) if (weight > 0) names.add(name)
  if (route.bucket !== undefined) names.add(route.bucket.missing)
  for (const mirror of route.mirror ?? []) if (mirror.per100k > 0) names.add(mirror.to)
  const byBundle = new Map<Digest, Arm>()
  for (const name of names) {
    const arm = armOf(route, name)
    byBundle.set(arm.bundle, arm)
  }
  return [...byBundle.values()]
}

/** What `before` served or mirrored and `after` does not. */
export function leftArms(before: Route | null, after: Route | null): readonly Arm[] {
  const kept = new Set(servedArms(after).map((arm) => arm.bundle))
  return servedArms(before).filter((arm) => !kept.has(arm.bundle))
}

/** The same route with another bundle in its fallback arm; its rules stay. */
export const withMain = (route: Route, arm: Arm): Route => ({
  ...route,
  arms: { ...route.arms, [route.fallback]: arm },
})

export const sameRoute = (a: Route | null, b: Route | null): boolean =>
  Buffer.compare(canonicalBytes(a ?? null), canonicalBytes(b ?? null)) === 0
