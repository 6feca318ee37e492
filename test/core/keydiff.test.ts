import { expect, test } from 'vitest'
import { diffKeys } from '../../src/core/keydiff.ts'

test.each<[string, unknown, unknown, readonly (readonly unknown[])[]]>([
  ['the same', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  ['another order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ['a number', { temperature: 0.2 }, { temperature: 0.7 }, [['temperature', 'changed', 0.2, 0.7]]],
  [
    'a key more and a key less',
    { a: 1 },
    { b: 1 },
    [
      ['a', 'removed', 1, undefined],
      ['b', 'added', undefined, 1],
    ],
  ],
  ['null is a value', { a: null }, {}, [['a', 'removed', null, undefined]]],
  ['deep', { a: { b: [{ c: 1 }, 2] } }, { a: { b: [{ c: 3 }, 2] } }, [['a.b.0.c', 'changed', 1, 3]]],
  ['an array of another length', { a: [1, 2] }, { a: [0, 1, 2] }, [['a', 'changed', [1, 2], [0, 1, 2]]]],
  ['another kind of value', { a: { b: 1 } }, { a: [1] }, [['a', 'changed', { b: 1 }, [1]]]],
  ['1 and "1"', { a: 1 }, { a: '1' }, [['a', 'changed', 1, '1']]],
  ['keys that need quotes', { 'a.b': { 'c d': 1 } }, { 'a.b': { 'c d': 2 } }, [['"a.b"."c d"', 'changed', 1, 2]]],
  ['no object at all', 1, 2, [['', 'changed', 1, 2]]],
  ['inherited names', {}, { constructor: 1 }, [['constructor', 'added', undefined, 1]]],
])('%s', (_name, from, to, expected) => {
  const found = diffKeys(from, to).map((change) => [change.key, change.state, change.from, change.to])
  expect(found).toEqual(expected)
})
