import { canonicalBytes, isDigest, PROTOTYPE_KEYS } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Route } from './model.gen.ts'
import { nearest } from './names.ts'
import { FULL_WEIGHT } from './route.ts'
import { HASH, MAPPING } from './route-decide.ts'
import { pathProblem, whenProblem } from './route-when.ts'

const MAX_RULES = 100
const MAX_ARMS = 32
const MAX_ROUTE = 256 * 1024
const ARM = /^[a-z][a-z0-9-]{0,31}$/
/** So that every language hashes the same bytes, whatever it takes for a character. */
const SALT = /^[!-~]{0,64}$/
const EFFECTS: readonly string[] = ['deny', 'stub', 'allow']

export const invalid = (message: string, hint?: string): AishipError =>
  new AishipError('ROUTE_INVALID', message, { hint, next: ['aiship help route set'] })

export const armNameProblem = (name: string): string | null =>
  ARM.test(name) && !PROTOTYPE_KEYS.has(name)
    ? null
    : `${JSON.stringify(name)} can't be an arm: use 1 to 32 of a-z, 0-9 and "-", starting with a letter`

/** 5000 as "5 %". */
export const percent = (weight: number): string => `${Number((weight / (FULL_WEIGHT / 100)).toFixed(3))} %`

/**
 * What must hold of a route that is written; what is read may be older. Out: the same route.
 * Errors: ROUTE_INVALID, naming the first thing that is wrong and where.
 */
export function checkRoute(route: Route): Route {
  const problem =
    armsProblem(route) ??
    bucketProblem(route) ??
    rulesProblem(route) ??
    mirrorProblem(route) ??
    unusedProblem(route) ??
    sizeProblem(route)
  if (problem !== null) throw invalid(problem)
  return route
}

function armsProblem({ arms, fallback }: Route): string | null {
  const names = Object.keys(arms)
  if (names.length > MAX_ARMS) return `the route has ${names.length} arms, more than the ${MAX_ARMS} allowed`
  for (const name of names) {
    const problem = armNameProblem(name)
    if (problem !== null) return problem
    if (!isDigest(arms[name]?.bundle)) return `the arm ${name} has no bundle`
  }
  return unknownArm(arms, fallback, 'the fallback')
}

/** Also for `constructor` and its like: what is inherited is no arm. */
function unknownArm(arms: Route['arms'], name: string, where: string): string | null {
  if (Object.hasOwn(arms, name)) return null
  const near = nearest(name, Object.keys(arms))
  const known = near === null ? `the arms are ${Object.keys(arms).join(', ')}` : `did you mean ${near}?`
  return `${where} names the arm ${JSON.stringify(name)}, which the route does not have (${known})`
}

function bucketProblem({ arms, bucket }: Route): string | null {
  if (bucket === undefined) return null
  if (bucket.hash !== HASH || bucket.map !== MAPPING) return `a bucket's hash is ${HASH}, and its map ${MAPPING}`
  if (bucket.by === '') return 'the bucket needs `by`: where the key stands in a context'
  const problem = pathProblem(bucket.by)
  if (problem !== null) return `the bucket ${problem}`
  if (!SALT.test(bucket.salt)) return 'a salt is at most 64 printable ASCII characters, without spaces'
  return unknownArm(arms, bucket.missing, '`missing`, which serves requests without a key,')
}

function rulesProblem(route: Route): string | null {
  const { serve, bucket } = route
  if (serve.length === 0) return 'the route has no rule'
  if (serve.length > MAX_RULES) return `the route has ${serve.length} rules, more than the ${MAX_RULES} allowed`
  const seen = new Map<string, number>()
  for (const [i, { when, to }] of serve.entries()) {
    const rule = i + 1
    const problem = weightsProblem(route, rule, to)
    if (problem !== null) return problem
    if (Object.values(to).filter((weight) => weight > 0).length > 1 && bucket === undefined)
      return `rule ${rule} draws between arms, and the route has no bucket to draw with`
    if (when === undefined) {
      if (i < serve.length - 1)
        return `rule ${rule + 1} can never match: rule ${rule} has no condition and takes everything`
      continue
    }
    const wrong = whenProblem(when)
    if (wrong !== null) return `the condition of rule ${rule} ${wrong}`
    const text = Buffer.from(canonicalBytes(when)).toString()
    const same = seen.get(text)
    if (same !== undefined) return `rule ${rule} can never match: its condition is that of rule ${same}`
    seen.set(text, rule)
  }
  return null
}

function weightsProblem({ arms }: Route, rule: number, to: Readonly<Record<string, number>>): string | null {
  let sum = 0
  for (const [arm, weight] of Object.entries(to)) {
    const problem = unknownArm(arms, arm, `rule ${rule}`)
    if (problem !== null) return problem
    if (!Number.isInteger(weight) || weight < 0)
      return `rule ${rule} gives ${arm} the weight ${weight}: weights are whole numbers from 0 to ${FULL_WEIGHT}`
    sum += weight
  }
  if (sum === FULL_WEIGHT) return null
  return `the weights of rule ${rule} sum to ${sum} (${percent(sum)}), not to ${FULL_WEIGHT} (100 %)`
}

function mirrorProblem({ arms, bucket, mirror }: Route): string | null {
  for (const { to, per100k, effects } of mirror ?? []) {
    const problem = unknownArm(arms, to, 'the mirror')
    if (problem !== null) return problem
    if (!Number.isInteger(per100k) || per100k < 0 || per100k > FULL_WEIGHT)
      return `the mirror to ${to} takes ${per100k} of ${FULL_WEIGHT}: that is a whole number from 0 to ${FULL_WEIGHT}`
    if (!EFFECTS.includes(effects))
      return `the effects of a mirror are ${EFFECTS.join(', ')}, not ${JSON.stringify(effects)}`
    if (per100k > 0 && per100k < FULL_WEIGHT && bucket === undefined)
      return `the mirror to ${to} draws requests, and the route has no bucket to draw with`
  }
  const names = (mirror ?? []).map(({ to }) => to)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  return twice === undefined ? null : `the mirror to ${twice} is there twice`
}

/** An arm that nothing names is a name mistyped somewhere. */
function unusedProblem({ arms, serve, bucket, mirror, fallback }: Route): string | null {
  const used = new Set([
    ...[fallback, ...(bucket === undefined ? [] : [bucket.missing])],
    ...[...serve.flatMap(({ to }) => Object.keys(to)), ...(mirror ?? []).map(({ to }) => to)],
  ])
  const unused = Object.keys(arms).find((name) => !used.has(name))
  return unused === undefined ? null : `the arm ${unused} is named by no rule, no mirror and no fallback`
}

function sizeProblem(route: Route): string | null {
  const { length } = canonicalBytes(route)
  return length > MAX_ROUTE ? `the route has ${length} bytes, more than the ${MAX_ROUTE} allowed` : null
}
