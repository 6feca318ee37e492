import jsep from 'jsep'

/**
 * Conditions over one measured number, in the words of Argo Rollouts: `result < 0.9 && !isNaN(result)`. They are parsed and then walked, never run as
 * code: there is nothing in them but the number, arithmetic, comparisons and the functions below.
 */

/** Null: it can't be told. In: null where the source had no value. */
export type Condition = (result: number | null) => boolean | null

const MAX_LENGTH = 500
const MAX_DEPTH = 50

// The other spellings that templates have.
jsep.addBinaryOp('and', 2)
jsep.addBinaryOp('or', 1)
jsep.addUnaryOp('not')

/** What a part of a condition comes to. A number may be none that is there (null), a truth may be untold (null). */
type Part =
  | { readonly type: 'number'; readonly of: (result: number | null) => number | null }
  | { readonly type: 'truth'; readonly of: Condition }

class Refused extends Error {}

/** The condition as a function, or why it is none. */
export function readCondition(text: string): Condition | { readonly problem: string } {
  if (text.length > MAX_LENGTH) return { problem: `it has ${text.length} characters, more than ${MAX_LENGTH}` }
  try {
    const part = read(jsep(text), 0)
    return part.type === 'truth' ? part.of : { problem: 'it is a number, and not true or false: compare it with one' }
  } catch (error) {
    return { problem: error instanceof Refused ? error.message : 'it is no expression' }
  }
}

function read(node: jsep.Expression, depth: number): Part {
  if (depth > MAX_DEPTH) throw new Refused(`it is nested deeper than ${MAX_DEPTH}`)
  const inner = (one: unknown): Part => read(one as jsep.Expression, depth + 1)
  switch (node.type) {
    case 'Literal':
      return literal(node.value)
    case 'Identifier':
      if (node.name === 'result') return { type: 'number', of: (result) => result }
      throw new Refused(`there is no ${String(node.name)}: only result`)
    case 'MemberExpression':
      return member(node)
    case 'CallExpression':
      return call(node as jsep.CallExpression, inner)
    case 'UnaryExpression':
      return unary(String(node.operator), inner(node.argument))
    case 'BinaryExpression':
      return binary(String(node.operator), inner(node.left), inner(node.right))
    default:
      throw new Refused('only result, numbers, comparisons, &&, ||, ! and functions of result can stand in it')
  }
}

function literal(value: unknown): Part {
  if (typeof value === 'number' && Number.isFinite(value)) return { type: 'number', of: () => value }
  if (typeof value === 'boolean') return { type: 'truth', of: () => value }
  throw new Refused(`${String(value).slice(0, 40)} is neither a number nor true or false`)
}

/** A source's answer is one number: `result[0]`, of an answer with one row, is the same. */
function member({ computed, object, property, optional }: jsep.Expression): Part {
  const [of, index] = [object as jsep.Expression, property as jsep.Expression]
  if (computed && !optional && of.type === 'Identifier' && of.name === 'result' && index.type === 'Literal') {
    const row = index.value
    if (Number.isSafeInteger(row)) return { type: 'number', of: (result) => (row === 0 ? result : null) }
  }
  throw new Refused('of result there is result[0] alone')
}

function call({ callee, arguments: given }: jsep.CallExpression, inner: (node: unknown) => Part): Part {
  const name = callee.type === 'Identifier' ? String(callee.name) : ''
  const [first, second] = given.map((one) => numberOf(inner(one), name))
  if (first === undefined || given.length !== (name === 'default' ? 2 : 1))
    throw new Refused(`${name || 'what is called'} takes ${name === 'default' ? 'result and a number' : 'result'}`)
  switch (name) {
    case 'isNaN':
      return { type: 'truth', of: lift(first, Number.isNaN) }
    case 'isInf':
      return { type: 'truth', of: lift(first, (value) => Math.abs(value) === Number.POSITIVE_INFINITY) }
    case 'isNil':
      return { type: 'truth', of: (result) => first(result) === null }
    case 'asInt':
      return { type: 'number', of: lift(first, Math.trunc) }
    case 'asFloat':
      return { type: 'number', of: first }
    case 'default':
      return { type: 'number', of: (result) => first(result) ?? second?.(result) ?? null }
    default:
      throw new Refused(`there is no function ${name}: only isNaN, isInf, isNil, default, asInt and asFloat`)
  }
}

const lift =
  <T>(value: (result: number | null) => number | null, then: (value: number) => T) =>
  (result: number | null): T | null => {
    const found = value(result)
    return found === null ? null : then(found)
  }

function unary(operator: string, part: Part): Part {
  if (operator === '!' || operator === 'not') {
    const of = truthOf(part, operator)
    return { type: 'truth', of: (result) => not(of(result)) }
  }
  const of = numberOf(part, operator)
  if (operator === '-') return { type: 'number', of: lift(of, (value) => -value) }
  if (operator === '+') return { type: 'number', of }
  throw new Refused(`${operator} can't stand in it`)
}

const not = (truth: boolean | null): boolean | null => (truth === null ? null : !truth)
const and = (a: boolean | null, b: boolean | null): boolean | null =>
  a === false || b === false ? false : a === null || b === null ? null : true

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}
const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}

/** Of what is no number a comparison can't be told: otherwise NaN would never be over any limit. */
function binary(operator: string, left: Part, right: Part): Part {
  if (['&&', 'and', '||', 'or'].includes(operator)) {
    const [a, b] = [truthOf(left, operator), truthOf(right, operator)]
    if (operator === '&&' || operator === 'and') return { type: 'truth', of: (result) => and(a(result), b(result)) }
    return { type: 'truth', of: (result) => not(and(not(a(result)), not(b(result)))) }
  }
  const [a, b] = [numberOf(left, operator), numberOf(right, operator)]
  const [count, compare] = [ofTable(ARITHMETIC, operator), ofTable(COMPARISONS, operator)]
  const both =
    <T>(then: (a: number, b: number) => T) =>
    (result: number | null): T | null => {
      const [one, other] = [a(result), b(result)]
      return one === null || other === null ? null : then(one, other)
    }
  if (count !== undefined) return { type: 'number', of: both(count) }
  if (compare === undefined) throw new Refused(`${operator} can't stand in it`)
  return {
    type: 'truth',
    of: both((one, other) => (Number.isFinite(one) && Number.isFinite(other) ? compare(one, other) : null)),
  }
}

const ofTable = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

function numberOf(part: Part, where: string): (result: number | null) => number | null {
  if (part.type === 'number') return part.of
  throw new Refused(`${where} needs a number, not true or false`)
}

function truthOf(part: Part, where: string): Condition {
  if (part.type === 'truth') return part.of
  throw new Refused(`${where} needs true or false, not a number`)
}
