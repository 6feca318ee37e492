import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCondition } from '../../src/core/condition.ts'

/** What a condition says of a result, or why it is none. */
function say(text: string, result: number | null): boolean | null | string {
  const read = readCondition(text)
  return typeof read === 'function' ? read(result) : read.problem
}

test.each<[string, number | null, boolean | null]>([
  ['result < 0.9', 0.5, true],
  ['result < 0.9', 0.9, false],
  ['result[0] >= 0.95', 0.95, true],
  ['result[1] >= 0.95', 0.95, null],
  ['result == 3', 3, true],
  ['result != 3', 3, false],
  ['result >= 1 && result <= 2', 1.5, true],
  ['result < 1 || result > 2', 1.5, false],
  ['result < 1 or not (result > 2)', 1.5, true],
  ['-result + 2 * (result - 1) > 3 / 2', 4, true],
  ['1e3 <= result', 1000, true],
  ['asInt(result) == 3', 3.9, true],
  ['asFloat(result) > 3.5', 3.9, true],
  // What is not there, or no number, can't be compared.
  ['result < 0.9', null, null],
  ['result < 0.9', Number.NaN, null],
  ['!(result < 0.9)', Number.NaN, null],
  ['result > 0.9', Number.POSITIVE_INFINITY, null],
  ['1 / result > 0.9', 0, null],
  ['result < 0.9 || true', Number.NaN, true],
  ['result < 0.9 && false', Number.NaN, false],
  ['result < 0.9 && true', null, null],
  // Unless somebody has thought of it.
  ['isNaN(result) || result > 0.9', Number.NaN, true],
  ['isInf(result)', Number.NEGATIVE_INFINITY, true],
  ['isNil(result)', null, true],
  ['isNaN(result)', null, null],
  ['default(result, 0) < 1', null, true],
  ['default(result, 0) < 1', 5, false],
])('%s of %d is %s', (text, result, expected) => {
  expect(say(text, result)).toBe(expected)
})

describe('is refused, and never run:', () => {
  test.each([
    '',
    'result',
    '1 < ',
    'result < 1; result > 2',
    'result = 1',
    'result < "1"',
    'result ? true : false',
    'result in [1, 2]',
    'result.constructor',
    'result["constructor"] < 1',
    'result.constructor.constructor("return process")() < 1',
    'result[0].x < 1',
    'result[-1] < 1',
    'result[result] < 1',
    'result?.[0] < 1',
    'this < 1',
    'this.process.exit() < 1',
    'process.exit(1) < 1',
    'globalThis < 1',
    'eval("1") < 1',
    'require("fs") < 1',
    'toString(result) < 1',
    '__proto__(result) < 1',
    'constructor(result) < 1',
    'hasOwnProperty(result)',
    'isNaN()',
    'isNaN(result, 1)',
    'isNaN(result < 1)',
    'default(result) < 1',
    'default(result, eval("1")) < 1',
    '!result',
    '-(result < 1) < 2',
    'result < 1 < 2',
    'result < 1 == true',
    'result ** 2 < 1',
    'result >> 1 < 1',
    '~result < 1',
    'result === 1',
    '`result` < 1',
    '/a/.test(result)',
    '() => 1',
    'result < 1 // note',
    '((((result < 1',
    `${'!'.repeat(100)}true`,
    `${'result < 1 && '.repeat(100)}true`,
    'result < 1e999',
  ])('%s', (text) => {
    expect(typeof readCondition(text)).not.toBe('function')
  })
})

test('whatever is written is a condition or refused, and says yes, no or nothing', () => {
  const word = fc.constantFrom(
    ...['result', 'result[0]', '<', '>=', '==', '&&', '||', '!', '(', ')', '1', '0.5', '-', '+', '/', 'isNaN(result)'],
    ...['default(result, 1)', 'true', '[', ']', '.', ',', '"', 'and', 'not', '\u0000', 'é'],
  )
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
  )
  const result = fc.oneof(fc.double(), fc.constant(null))
  fc.assert(
    fc.property(text, result, (written, given) => {
      const said = say(written, given)
      expect(said === null || typeof said === 'boolean' || (typeof said === 'string' && said.length < 200)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
