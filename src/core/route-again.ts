import type { Digest } from './digest.ts'
import type { Route } from './model.gen.ts'
import type { Reason, Router } from './route-decide.ts'
import { withKey } from './route-sample.ts'

/** What a record says of the request that it answered. */
export interface Answered {
  readonly bundle: Digest
  readonly arm: string | null
  readonly key: string | null
  /** Its segment: all that is known of the context beside the key. */
  readonly segment: Readonly<Record<string, string>>
}

/**
 * Why the route gave this answer, found out later; null where nobody can tell: a condition reads what the record does not say, or the route says
 * another bundle than the one that answered.
 */
export function reasonAgain(route: Route, router: Router, answered: Answered): Reason | null {
  const [first, ...others] = contextsOf(route, answered).map((context) => {
    const { reason, bundle, arm, rule } = router.decide(context)
    const read = route.serve
      .slice(0, rule ?? undefined)
      .flatMap(({ when }) => (when === undefined ? [] : pathsIn(when)))
    const isKnown = read.every((path) => valueAt(context, path) !== undefined)
    const agrees = bundle === answered.bundle && (answered.arm === null || answered.arm === arm)
    return isKnown && agrees ? reason : null
  })
  return others.every((reason) => reason === first) ? (first ?? null) : null
}

type Values = Readonly<Record<string, unknown>>

/** A segment's values were stored as text: what a number or a truth value looks like may have been one. */
function contextsOf(route: Route, { key, segment }: Answered): readonly Values[] {
  const make = (read: (text: string) => unknown): Values => {
    const context: Record<string, unknown> = {}
    for (const [path, text] of Object.entries(segment)) put(context, path.split('.'), read(text))
    return key === null ? context : withKey(context, route, key)
  }
  const isPlain = Object.values(segment).every((text) => typeof readAgain(text) === 'string')
  return isPlain ? [make((text) => text)] : [make((text) => text), make(readAgain)]
}

function readAgain(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}

function put(into: Record<string, unknown>, [step = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    if (!Object.hasOwn(into, step)) define(into, step, value)
    return
  }
  if (!Object.hasOwn(into, step)) define(into, step, {})
  const inner = into[step]
  if (typeof inner === 'object' && inner !== null) put(inner as Record<string, unknown>, rest, value)
}

/** Also for names such as `__proto__`. */
const define = (into: object, name: string, value: unknown): void =>
  void Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true })

function valueAt(context: Values, path: string): unknown {
  let value: unknown = context
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Values)[step]
  }
  return value
}

/** What a condition reads; inside an operator that goes through a list, steps of its items, which no record says either. */
function pathsIn(when: unknown): readonly string[] {
  if (Array.isArray(when)) return when.flatMap(pathsIn)
  if (typeof when !== 'object' || when === null) return []
  return Object.entries(when).flatMap(([name, args]): readonly string[] => {
    const all: readonly unknown[] = Array.isArray(args) ? args : [args]
    if (name === 'var') return [String(all[0])]
    if (name === 'missing' || name === 'missing_some') return all.flat().map(String)
    return all.flatMap(pathsIn)
  })
}
