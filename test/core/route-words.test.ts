import { expect, test } from 'vitest'
import type { Route } from '../../src/core/model.gen.ts'
import { splitWords } from '../../src/core/route-words.ts'
import { canary, GATED, NEW, OLD } from './routes.ts'

const internal = { when: { in: [{ var: 'group' }, ['internal']] }, to: { candidate: 100_000 } }

test.each<[string, Route, string | null]>([
  ['a plain pointer', { arms: { stable: OLD }, serve: [{ to: { stable: 100_000 } }], fallback: 'stable' }, null],
  ['a canary and its control', canary({ candidate: 5000, control: 5000 }), 'v42 95 % · v43 5 % candidate'],
  ['a canary of everybody', canary({ candidate: 100_000 }), 'v43 candidate'],
  ['an arm that is kept warm', canary({}), null],
  [
    'a mirror',
    canary({}, { mirror: [{ to: 'candidate', per100k: 10_000, effects: 'stub' }] }),
    'v42 · v43 10 % mirrored',
  ],
  ['some first', canary({}, { serve: [internal, { to: { stable: 100_000 } }] }), 'v42 · v43 candidate by rule'],
  ['some, and nothing said of the others', canary({}, { serve: [internal] }), 'v42 · v43 candidate by rule'],
  [
    'two arms with one bundle',
    canary({ b: 1000, a: 1000 }, { arms: { a: NEW, b: NEW, stable: OLD } }),
    'v42 98 % · v43 2 % a+b',
  ],
  ['several', GATED, 'v42 95 % · v43 5 % candidate · v44 eu by rule'],
])('%s: who gets which bundle', (_, route, words) => {
  expect(splitWords(route)).toBe(words)
})
