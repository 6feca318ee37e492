import { canonicalBytes, digestOf } from './digest.ts'
import type { Route } from './model.gen.ts'
import { DEFAULT_BY } from './route-decide.ts'

type Logic = string | Readonly<Record<string, unknown>>

/** What an exported file says of where it came from. */
export interface Exported {
  readonly app: string
  readonly pointer: string
  readonly seq: number
  readonly route: Route
}

/**
 * A flagd flag file with one flag, called as the pointer is; a variant is an arm, its value `{arm, bundle}`. flagd 0.15 and its JavaScript core 3 are
 * the first to draw as a route does (their `fractional` multiplies and shifts); for a key that is not ASCII, the JavaScript core draws otherwise
 * than every other. Source: flagd-schemas, json/flags.json and json/targeting.json.
 */
export function flagdFile({ app, pointer, seq, route }: Exported): unknown {
  const variants = Object.entries(route.arms).map(([arm, { bundle }]) => [arm, { arm, bundle }])
  const targeting = targetingOf(route)
  // Without targeting, flagd says STATIC, as a route does of an arm that every request gets.
  const rest =
    typeof targeting === 'string' ? { defaultVariant: targeting } : { defaultVariant: route.fallback, targeting }
  return {
    $schema: 'https://flagd.dev/schema/v0/flags.json',
    metadata: { flagSetId: `${app}/${pointer}`, version: digestOf(canonicalBytes(route)), seq },
    flags: { [pointer]: { state: 'ENABLED', variants: Object.fromEntries(variants), ...rest } },
  }
}

/** One chain of conditions; an arm's name where there is nothing to ask. */
function targetingOf(route: Route): Logic {
  const chain: unknown[] = []
  for (const { when, to } of route.serve) {
    const outcome = outcomeOf(route, to)
    if (when === undefined) return chain.length === 0 ? outcome : { if: [...chain, outcome] }
    chain.push(when, outcome)
  }
  return chain.length === 0 ? route.fallback : { if: [...chain, route.fallback] }
}

/**
 * The draw, behind a test for a key that every evaluator answers alike: a non-empty string is what is the same as its own text. Without the test a
 * request without a key would be drawn by the salt alone, and so would all of them: into one arm.
 */
function outcomeOf({ bucket, fallback }: Route, to: Route['serve'][number]['to']): Logic {
  const weights = Object.entries(to)
    .filter(([, weight]) => weight > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const [only] = weights
  if (weights.length < 2) return only?.[0] ?? fallback
  const key = { var: bucket?.by ?? DEFAULT_BY }
  const isKey = { and: [{ '!!': [key] }, { '===': [key, { cat: [key] }] }] }
  return { if: [isKey, { fractional: [{ cat: [bucket?.salt ?? '', key] }, ...weights] }, bucket?.missing ?? fallback] }
}

/** Rules with `==` or `!=` beside a number, true, false or null: evaluators do not agree on what a missing value equals then. */
export const looseRules = ({ serve }: Route): readonly number[] =>
  serve.flatMap(({ when }, i) => (isLoose(when) ? [i + 1] : []))

function isLoose(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(isLoose)
  return Object.entries(value).some(([name, args]) => {
    const isPlainArg = (arg: unknown): boolean => arg === null || typeof arg === 'number' || typeof arg === 'boolean'
    return ((name === '==' || name === '!=') && Array.isArray(args) && args.some(isPlainArg)) || isLoose(args)
  })
}
