import { canonicalBytes, PROTOTYPE_KEYS } from './digest.ts'
import { nearest } from './names.ts'
import { isVersion, SEMVER_OPERATORS } from './semver.ts'

/** Most bytes of one rule's condition: a list of 2,000 customers fits. */
const MAX_WHEN = 64 * 1024
/** The condition lies five levels deep in an entry, and 32 are allowed there. */
const MAX_DEPTH = 20
const MAX_PATH = 8

/**
 * The operators of flagd's targeting that say whether a request matches, each with how many arguments it takes. Not here: `fractional`, since a
 * rule's weights draw; `$ref`, for a route is whole; `all`, of which evaluators do not agree when the list is missing.
 */
const OPERATORS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  var: [1, 2],
  missing: [0, 64],
  missing_some: [2, 2],
  if: [2, 64],
  '==': [2, 2],
  '===': [2, 2],
  '!=': [2, 2],
  '!==': [2, 2],
  '!': [1, 1],
  '!!': [1, 1],
  or: [1, 64],
  and: [1, 64],
  '>': [2, 2],
  '>=': [2, 2],
  '<': [2, 3],
  '<=': [2, 3],
  max: [1, 64],
  min: [1, 64],
  '+': [1, 64],
  '-': [1, 2],
  '*': [1, 64],
  '/': [2, 2],
  '%': [2, 2],
  map: [2, 2],
  reduce: [3, 3],
  filter: [2, 2],
  none: [2, 2],
  some: [2, 2],
  merge: [0, 64],
  in: [2, 2],
  cat: [1, 64],
  substr: [2, 3],
  starts_with: [2, 2],
  ends_with: [2, 2],
  sem_ver: [3, 3],
}

/** They go through a list that the caller gives: one in another would take its length squared. */
const ITERATORS: ReadonlySet<string> = new Set(['map', 'reduce', 'filter', 'none', 'some'])
const READERS: ReadonlySet<string> = new Set(['var', 'missing', 'missing_some'])

/** What is wrong with a rule's condition; null if nothing is. */
export function whenProblem(when: unknown): string | null {
  const found = problem(when, 1, false)
  if (found !== null) return found
  if (!isOperation(when)) return 'is no condition: it looks like {"==": [{"var": "plan"}, "pro"]}'
  if (!readsContext(when)) return 'reads nothing of the request, so it matches always or never'
  const { length } = canonicalBytes(when)
  return length > MAX_WHEN ? `has ${length} bytes, more than the ${MAX_WHEN} allowed` : null
}

const isOperation = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readsContext(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(readsContext)
  return isOperation(value) && Object.entries(value).some(([name, args]) => READERS.has(name) || readsContext(args))
}

function problem(value: unknown, depth: number, isInside: boolean): string | null {
  if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`
  if (Array.isArray(value)) return firstProblem(value, depth, isInside)
  if (isOperation(value)) return operationProblem(value, depth, isInside)
  if (typeof value === 'number') return Number.isFinite(value) ? null : `has the number ${value}`
  return value === null || typeof value === 'string' || typeof value === 'boolean' ? null : 'has what is no JSON'
}

function firstProblem(values: readonly unknown[], depth: number, isInside: boolean): string | null {
  for (const value of values) {
    const found = problem(value, depth + 1, isInside)
    if (found !== null) return found
  }
  return null
}

function operationProblem(value: Readonly<Record<string, unknown>>, depth: number, isInside: boolean): string | null {
  const [name, ...others] = Object.keys(value)
  if (name === undefined) return 'has an empty {}'
  if (others.length > 0)
    return `has one object with the operators ${[name, ...others].join(', ')}: one object, one operator`
  const arity = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (arity === undefined) return unknownOperator(name)
  const args: readonly unknown[] = Array.isArray(value[name]) ? value[name] : [value[name]]
  const [least, most] = arity
  if (args.length < least || args.length > most) {
    const wanted = least === most ? `${least}` : most === 64 ? `${least} or more` : `${least} or ${most}`
    return `gives ${args.length} arguments to ${name}, which takes ${wanted}`
  }
  const isIterator = ITERATORS.has(name)
  if (isIterator && isInside) return `has ${name} inside another operator that goes through a list`
  const own = name === 'var' ? varProblem(args) : name === 'sem_ver' ? semverProblem(args) : null
  return own ?? firstProblem(args, depth + 1, isInside || isIterator)
}

function unknownOperator(name: string): string {
  if (name === 'fractional') return 'has fractional: the weights of the rule draw'
  if (name === 'all')
    return 'has all, which is true of a missing list for some evaluators: write {"!": [{"some": [LIST, {"!": [TEST]}]}]}'
  if (name === '$ref') return 'has $ref: a route is whole, so write out what it stands for'
  const near = nearest(name, Object.keys(OPERATORS))
  return `has the unknown operator ${JSON.stringify(name)}${near === null ? '' : ` (did you mean ${near}?)`}`
}

function varProblem([path]: readonly unknown[]): string | null {
  if (path === '' || Number.isInteger(path)) return null
  return typeof path === 'string' ? pathProblem(path) : 'has a var whose path is no text: what a rule reads is fixed'
}

/** Why nothing can be read at this dotted path of a context; null if it can. */
export function pathProblem(path: string): string | null {
  const steps = path.split('.')
  if (steps.length > MAX_PATH) return `reads ${JSON.stringify(path)}, which has more than ${MAX_PATH} steps`
  if (steps.includes('')) return `reads ${JSON.stringify(path)}, which has an empty step`
  if (path.startsWith('$flagd')) return `reads ${path}: a route has no clock, so that it decides alike at any time`
  const bad = steps.find((step) => PROTOTYPE_KEYS.has(step))
  return bad === undefined ? null : `reads ${JSON.stringify(path)}: ${bad} is no property of a request`
}

function semverProblem([, operator, target]: readonly unknown[]): string | null {
  if (!SEMVER_OPERATORS.includes(String(operator)))
    return `has sem_ver with ${JSON.stringify(operator)}, which is none of ${SEMVER_OPERATORS.join(' ')}`
  if (typeof target === 'string' && !isVersion(target))
    return `can never match: sem_ver compares with ${JSON.stringify(target)}, which is no version`
  return null
}
