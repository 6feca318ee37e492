import type { Route } from './model.gen.ts'
import { armOf, everybodysWeights, FULL_WEIGHT, mainArm } from './route.ts'
import { percent } from './route-check.ts'
import { DEFAULT_BY } from './route-decide.ts'

/** A route in the words that people read: its rules, in order. */

type Rule = Route['serve'][number]

const COMPARISONS: ReadonlySet<string> = new Set(['==', '===', '!=', '!==', '<', '<=', '>', '>='])
const MOST_SHOWN = 4

/** "geo.country in DE, FR and app.version >= 4.2.0"; JSON where there are no words for it. */
export function conditionWords(when: unknown): string {
  const [name, args] = operationOf(when) ?? []
  if (name === undefined || args === undefined) return JSON.stringify(when)
  const [left, right, third] = args
  if (name === 'and' || name === 'or')
    return args.map((one) => bracketed(conditionWords(one), one, name)).join(` ${name} `)
  if (name === '!' || name === '!!') return `${name === '!' ? 'no ' : 'any '}${operand(left)}`
  if (name === 'in') return `${operand(left)} in ${operand(right)}`
  if (name === 'starts_with' || name === 'ends_with')
    return `${operand(left)} ${name.replace('_', ' ')} ${operand(right)}`
  if (name === 'sem_ver') return `${operand(left)} ${String(right)} ${operand(third)}`
  if (COMPARISONS.has(name) && args.length === 2) return `${operand(left)} ${name} ${operand(right)}`
  return JSON.stringify(when)
}

function bracketed(words: string, when: unknown, outer: string): string {
  const [name] = operationOf(when) ?? []
  return (name === 'and' || name === 'or') && name !== outer ? `(${words})` : words
}

function operationOf(value: unknown): readonly [string, readonly unknown[]] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const [entry] = Object.entries(value)
  return entry === undefined ? null : [entry[0], Array.isArray(entry[1]) ? entry[1] : [entry[1]]]
}

function operand(value: unknown): string {
  const [name, args] = operationOf(value) ?? []
  if (name === 'var' && typeof args?.[0] === 'string') return args[0]
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return JSON.stringify(value)
  const more = value.length - MOST_SHOWN
  return value.slice(0, MOST_SHOWN).map(operand).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Who a rule is for. */
export function whoWords({ when }: Rule, { serve }: Route): string {
  if (when !== undefined) return conditionWords(when)
  return serve.length === 1 ? 'everybody' : 'everybody else'
}

/** "candidate 5 %, stable 95 %", in the order in which they are drawn; one arm that gets everything is its name alone. */
export function weightWords(to: Rule['to']): string {
  const arms = Object.keys(to).sort()
  const [only] = arms
  if (arms.length === 1 && only !== undefined) return only
  return arms.map((arm) => `${arm} ${percent(to[arm] as number)}`).join(', ')
}

/** The rules as lines: "1. geo.country in DE -> candidate". */
export const ruleLines = (route: Route): readonly string[] =>
  route.serve.map((rule, i) => `${i + 1}. ${whoWords(rule, route)} -> ${weightWords(rule.to)}`)

/** "v42 95 % · v43 5 % candidate": who gets which bundle, the main one first. Null where everybody gets that one. */
export function splitWords(route: Route): string | null {
  const { fallback, serve, mirror = [] } = route
  const main = mainArm(route)
  const weights = everybodysWeights(route)
  const others = Object.keys(route.arms).filter((arm) => arm !== fallback)
  const served = [fallback, ...others.sort()].filter(
    (arm) => (weights[arm] ?? 0) > 0 || serve.some(({ to }) => (to[arm] ?? 0) > 0),
  )
  const parts = [...new Set(served.map((arm) => armOf(route, arm).bundle))].map((bundle) => {
    const arms = served.filter((arm) => armOf(route, arm).bundle === bundle)
    const weight = arms.reduce((sum, arm) => sum + (weights[arm] ?? 0), 0)
    const { version } = armOf(route, arms[0] as string)
    const share = weight === FULL_WEIGHT || weight === 0 ? '' : ` ${percent(weight)}`
    const name = bundle === main.bundle ? '' : ` ${arms.join('+')}`
    return `${version}${share}${name}${weight === 0 ? ' by rule' : ''}`
  })
  for (const { to, per100k } of mirror)
    if (per100k > 0) parts.push(`${armOf(route, to).version} ${percent(per100k)} mirrored`)
  return parts.length === 1 && parts[0] === main.version ? null : parts.join(' · ')
}

/** Where the key stands, and who is served without one. */
export const keyWords = ({ bucket, fallback }: Route): string =>
  `drawn by ${bucket?.by ?? DEFAULT_BY}; without it ${bucket?.missing ?? fallback}`

/** "10 % of the requests to candidate too, effects stub". */
export const mirrorWords = ({ mirror = [] }: Route): readonly string[] =>
  mirror.map(({ to, per100k, effects }) => `${percent(per100k)} of the requests to ${to} too, effects ${effects}`)
