import type { Digest } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Arm, Route } from './model.gen.ts'
import { armOf, FULL_WEIGHT } from './route.ts'
import { bucketOf, murmur3 } from './route-hash.ts'

/** The only hash and the only mapping that there are: a route names both, so that a later one can be another. */
export const HASH = 'murmur3-32/utf8/0'
export const MAPPING = 'mul-shift-32'
/** Where a route without `bucket` would look for the key. */
export const DEFAULT_BY = 'targetingKey'

/**
 * Why this arm. STATIC: every context gets it. TARGETING_MATCH: a rule chose, or nobody could be drawn. SPLIT: drawn by the hash; only these are
 * randomised, so only these enter statistics.
 */
export type Reason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT'

/** An arm that gets the request too, and whose answer nobody is given. */
export interface Mirrored {
  readonly arm: string
  readonly bundle: Digest
  readonly effects: string
}

export interface Decision {
  readonly arm: string
  readonly bundle: Digest
  readonly version: Arm['version']
  readonly reason: Reason
  readonly mirror: readonly Mirrored[]
  /** The number of the rule that matched, from 1; null: none did, and the fallback serves. */
  readonly rule: number | null
  /** Of all the rule's weights, where the key fell; null where nothing was drawn. */
  readonly bucket: number | null
  /** True where the rule draws, and there was no key to draw with. */
  readonly unassigned: boolean
  /** How many rules could not be evaluated for this context, and so did not match. */
  readonly failed: number
}

/** How a rule fared. The ones behind the first that matches are not looked at. */
export interface RuleTrace {
  readonly rule: number
  readonly matched: boolean
  /** Why it could not be evaluated. */
  readonly error: string | null
}

export interface Explanation extends Decision {
  /** What was hashed: salt and key; null without a key. */
  readonly hashed: string | null
  readonly hash: number | null
  readonly rules: readonly RuleTrace[]
}

/** A route made ready to decide. Neither function ever throws, whatever the context is. */
export interface Router {
  decide(context: unknown): Decision
  /** The same decision, and how it came about. */
  explain(context: unknown): Explanation
}

interface Facts extends Pick<Decision, 'rule' | 'bucket' | 'unassigned' | 'failed'> {
  readonly key: string | null
}

type Key = (context: object) => string | null

interface Rule {
  readonly test: ((context: object) => boolean) | null
  /** The only arm with weight; null: it has to be drawn. */
  readonly only: string | null
  /** Arms with weight in ascending order of their names, each with the sum of the weights up to it. */
  readonly shares: readonly (readonly [upTo: number, arm: string])[]
  readonly total: number
}

const NOTHING: readonly Mirrored[] = []

/**
 * Makes a route ready: everything that can be done once is done here. The JsonLogic engine is loaded where a rule has a `when`.
 * Errors: CORRUPT for an arm that is named and is not there; FORMAT_NEWER for another hash or mapping.
 */
export async function compileRoute(route: Route): Promise<Router> {
  const { bucket, fallback } = route
  if (bucket !== undefined && (bucket.hash !== HASH || bucket.map !== MAPPING))
    throw new AishipError(
      'FORMAT_NEWER',
      `the route draws by ${bucket.hash} and ${bucket.map}, which this aiship does not know`,
    )
  const rules = await compileRules(route)
  const arms = new Map(Object.keys(route.arms).map((name) => [name, armOf(route, name)]))
  const missing = bucket?.missing ?? fallback
  for (const name of [fallback, missing, ...rules.flatMap(namesIn)]) armOf(route, name)
  const salt = bucket?.salt ?? ''
  const keyOf = keyAt((bucket?.by ?? DEFAULT_BY).split('.'))
  const mirrorsOf = compileMirrors(route, salt)
  const mirrors = route.mirror !== undefined
  const isStatic = rules[0] === undefined || rules[0].test === null

  function decide(given: unknown, traces: RuleTrace[] | null): Decision {
    const context = asObject(given)
    let failed = 0
    // Counted, and not iterated: this runs in every request.
    for (let rule = 1; rule <= rules.length; rule++) {
      const { test, only, shares, total } = rules[rule - 1] as Rule
      const outcome = test === null || attempt(test, context)
      const isError = typeof outcome === 'string'
      traces?.push({ rule, matched: outcome === true, error: isError ? outcome : null })
      if (isError) failed++
      if (outcome !== true) continue
      const key = only === null || mirrors ? keyOf(context) : null
      const facts = { key, rule, failed, bucket: null, unassigned: false }
      if (only !== null) return made(only, isStatic ? 'STATIC' : 'TARGETING_MATCH', facts)
      if (key === null) return made(missing, 'TARGETING_MATCH', { ...facts, unassigned: true })
      const bucket = bucketOf(murmur3(salt + key), total)
      return made(shares.find(([upTo]) => upTo > bucket)?.[1] ?? fallback, 'SPLIT', { ...facts, bucket })
    }
    const key = mirrors ? keyOf(context) : null
    const facts = { key, rule: null, failed, bucket: null, unassigned: false }
    return made(fallback, isStatic ? 'STATIC' : 'TARGETING_MATCH', facts)
  }

  function made(arm: string, reason: Reason, facts: Facts): Decision {
    const { bundle, version } = arms.get(arm) as Arm
    const { key, rule, bucket, unassigned, failed } = facts
    return { arm, bundle, version, reason, mirror: mirrorsOf(arm, key), rule, bucket, unassigned, failed }
  }

  return {
    decide: (context) => decide(context, null),
    explain(context) {
      const rules: RuleTrace[] = []
      const decision = decide(context, rules)
      const key = keyOf(asObject(context))
      const hashed = key === null ? null : salt + key
      return { ...decision, hashed, hash: hashed === null ? null : murmur3(hashed), rules }
    },
  }
}

const namesIn = ({ only, shares }: Rule): readonly string[] => (only === null ? shares.map(([, arm]) => arm) : [only])

async function compileRules({ serve, fallback }: Route): Promise<readonly Rule[]> {
  const whens = serve.flatMap(({ when }) => (when === undefined ? [] : [when]))
  const tests = whens.length === 0 ? [] : [...(await import('./logic.ts')).makeTests(whens)]
  return serve.map(({ when, to }) => {
    const shares: [number, string][] = []
    let total = 0
    for (const arm of Object.keys(to).sort()) {
      const weight = to[arm] as number
      if (weight <= 0) continue
      total += weight
      shares.push([total, arm])
    }
    const only = shares.length > 1 ? null : (shares[0]?.[1] ?? fallback)
    return { test: when === undefined ? null : (tests.shift() ?? null), only, shares, total }
  })
}

/**
 * What is mirrored is drawn apart from the split, by another salt: by the same one, the arm's own users would be the first to be mirrored to it.
 * Without a key there is nothing to draw with, and only what mirrors everything mirrors.
 */
function compileMirrors(route: Route, salt: string): (arm: string, key: string | null) => readonly Mirrored[] {
  const all = (route.mirror ?? [])
    .filter(({ per100k }) => per100k > 0)
    .map(({ to, per100k, effects }) => ({
      ...{ per100k, salt: mirrorSalt(salt, to) },
      mirrored: { arm: to, bundle: armOf(route, to).bundle, effects },
    }))
  if (all.length === 0) return () => NOTHING
  return (arm, key) =>
    all
      .filter(({ per100k, salt, mirrored }) => {
        if (mirrored.arm === arm) return false
        return per100k >= FULL_WEIGHT || (key !== null && bucketOf(murmur3(salt + key), FULL_WEIGHT) < per100k)
      })
      .map(({ mirrored }) => mirrored)
}

/** What stands before the key when it is drawn whether a request is mirrored to `arm`. */
export const mirrorSalt = (salt: string, arm: string): string => `${salt}mirror/${arm}/`

const EMPTY = {}
const asObject = (context: unknown): object =>
  typeof context === 'object' && context !== null && !Array.isArray(context) ? context : EMPTY

/** A key is a non-empty string at its place; whatever else stands there is no key. */
function keyAt(path: readonly string[]): Key {
  return (context) => {
    try {
      let value: unknown = context
      for (const step of path) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null
        value = (value as Readonly<Record<string, unknown>>)[step]
      }
      return typeof value === 'string' && value !== '' ? value : null
    } catch {
      return null
    }
  }
}

/** Whether it matches; a text where that cannot be told, and why. */
function attempt(test: (context: object) => boolean, context: object): boolean | string {
  try {
    return test(context)
  } catch (error) {
    return why(error)
  }
}

/** The engine throws NaN, and objects with a `type`; a context may have getters that throw anything. */
function why(error: unknown): string {
  try {
    if (error instanceof Error) return error.message || error.name
    const { type } = error as { readonly type?: unknown }
    return typeof type === 'string' ? type : 'a value has not the type that the rule needs'
  } catch {
    return 'a value has not the type that the rule needs'
  }
}
