import { describe, expect, test } from 'vitest'
import type { Route } from '../../src/core/model.gen.ts'
import { plainRoute } from '../../src/core/route.ts'
import { checkRoute, percent } from '../../src/core/route-check.ts'
import { whenProblem } from '../../src/core/route-when.ts'
import { BUCKET, canary, GATED, NEW, OLD } from './routes.ts'

// A route is looked at when it is written: what is wrong with it never reaches a request.

const everybody = { to: { stable: 100_000 } }
const rules = (...serve: Route['serve']): Route => ({ ...canary({}), arms: { candidate: NEW, stable: OLD }, serve })
const when = (condition: unknown): Route =>
  rules({ when: condition as Record<string, unknown>, to: { candidate: 100_000 } }, everybody)
const deep = (levels: number): unknown => (levels === 0 ? { var: 'a' } : { '!': [deep(levels - 1)] })

test.each<[string, Route]>([
  ['one arm', plainRoute(OLD)],
  ['a canary', canary({ candidate: 5000, control: 5000 })],
  ['weights below a percent', canary({ candidate: 1 })],
  ['rules', GATED],
  ['conditions and no last rule', { ...rules({ when: { var: 'beta' }, to: { candidate: 100_000 } }) }],
  [
    'a mirror of everything without a bucket',
    {
      ...plainRoute(OLD),
      arms: { stable: OLD, shadow: NEW },
      mirror: [{ to: 'shadow', per100k: 100_000, effects: 'deny' }],
    },
  ],
])('good: %s', (_, route) => {
  expect(checkRoute(route)).toBe(route)
})

test.each<[string, Route, RegExp]>([
  [
    'weights that do not sum',
    rules({ to: { candidate: 5000, stable: 90_000 } }),
    /the weights of rule 1 sum to 95000 \(95 %\), not to 100000/,
  ],
  ['no weights', rules({ to: {} }), /sum to 0/],
  ['a negative weight', rules({ to: { candidate: -1, stable: 100_001 } }), /rule 1 gives candidate the weight -1/],
  ['NaN', rules({ to: { candidate: Number.NaN, stable: 100_000 } }), /the weight NaN/],
  ['half a part', rules({ to: { candidate: 0.5, stable: 99_999.5 } }), /the weight 0\.5/],
  ['an unknown arm', rules({ to: { candidat: 100_000 } }), /rule 1 names the arm "candidat".*did you mean candidate\?/],
  ['an inherited arm', rules({ to: { constructor: 100_000 } }), /names the arm "constructor"/],
  ['an unknown fallback', { ...canary({}), fallback: 'ghost' }, /the fallback names the arm "ghost"/],
  [
    'an unknown arm for requests without a key',
    { ...canary({}), bucket: { ...BUCKET, missing: 'ghost' } },
    /`missing`.*"ghost"/,
  ],
  [
    'an unknown mirror',
    { ...canary({}), mirror: [{ to: 'ghost', per100k: 1, effects: 'stub' }] },
    /the mirror names the arm "ghost"/,
  ],
  [
    'an arm that nothing names',
    { ...plainRoute(OLD), arms: { stable: OLD, candidate: NEW } },
    /the arm candidate is named by no rule/,
  ],
  ['an arm with an odd name', { ...plainRoute(OLD), arms: { stable: OLD, Beta: NEW } }, /"Beta" can't be an arm/],
  ['no rule', rules(), /has no rule/],
  [
    '101 rules',
    rules(...Array.from({ length: 101 }, (_, i) => ({ when: { '==': [{ var: 'a' }, i] }, to: everybody.to }))),
    /101 rules/,
  ],
  [
    'a rule behind one for everybody',
    rules(everybody, { when: { var: 'beta' }, to: { candidate: 100_000 } }),
    /rule 2 can never match: rule 1 has no condition/,
  ],
  ['two rules for everybody', rules(everybody, everybody), /rule 2 can never match/],
  [
    'a condition that is there twice',
    rules(...[everybody.to, { candidate: 100_000 }].map((to) => ({ when: { var: 'beta' }, to })), everybody),
    /rule 2 can never match: its condition is that of rule 1/,
  ],
  [
    'a draw without a bucket',
    { ...rules({ to: { candidate: 5, stable: 99_995 } }), bucket: undefined as never },
    /no bucket to draw with/,
  ],
  ['another hash', { ...canary({}), bucket: { ...BUCKET, hash: 'crc32' } }, /hash is murmur3-32\/utf8\/0/],
  ['a salt that is not ASCII', { ...canary({}), bucket: { ...BUCKET, salt: 'sälz' } }, /a salt is/],
  ['a salt that is too long', { ...canary({}), bucket: { ...BUCKET, salt: 's'.repeat(65) } }, /a salt is/],
  ['a key at a prototype', { ...canary({}), bucket: { ...BUCKET, by: '__proto__.x' } }, /__proto__ is no property/],
  ['no key', { ...canary({}), bucket: { ...BUCKET, by: '' } }, /needs `by`/],
  [
    'a mirror of more than all',
    { ...canary({}), mirror: [{ to: 'candidate', per100k: 100_001, effects: 'stub' }] },
    /takes 100001/,
  ],
  [
    'a mirror with odd effects',
    { ...canary({}), mirror: [{ to: 'candidate', per100k: 1, effects: 'maybe' }] },
    /deny, stub, allow/,
  ],
  [
    'a mirror twice',
    { ...canary({}), mirror: [1, 2].map((per100k) => ({ to: 'candidate', per100k, effects: 'stub' })) },
    /is there twice/,
  ],
  [
    'an unknown operator',
    when({ matches: [{ var: 'a' }, '.*'] }),
    /the condition of rule 1 has the unknown operator "matches"/,
  ],
  ['an operator mistyped', when({ start_with: [{ var: 'a' }, 'x'] }), /did you mean starts_with\?/],
  ['an inherited operator', when({ constructor: [{ var: 'a' }] }), /unknown operator "constructor"/],
  ['a draw in a condition', when({ fractional: [['a', 50]] }), /the weights of the rule draw/],
  ['a reference', when({ $ref: 'internal' }), /\$ref/],
  ['an empty condition', when({}), /empty \{\}/],
  ['a list as condition', when([{ var: 'a' }]), /is no condition/],
  [
    'two operators in one object',
    when({ '==': [{ var: 'a' }, 1], '!=': [{ var: 'a' }, 2] }),
    /one object, one operator/,
  ],
  ['what is always the same', when({ '==': [1, 1] }), /reads nothing of the request/],
  ['a version that is none', when({ sem_ver: [{ var: 'v' }, '>=', 'latest'] }), /can never match.*"latest"/],
  ['a comparison that is none', when({ sem_ver: [{ var: 'v' }, '=>', '1.0.0'] }), /none of = != </],
  ['too few arguments', when({ '==': [{ var: 'a' }] }), /gives 1 arguments to ==, which takes 2/],
  ['NaN in a condition', when({ '==': [{ var: 'a' }, Number.NaN] }), /has the number NaN/],
  ['a path that is computed', when({ '==': [{ var: { var: 'a' } }, 1] }), /what a rule reads is fixed/],
  ['a prototype', when({ var: 'user.constructor.name' }), /constructor is no property/],
  ['a clock', when({ '>': [{ var: '$flagd.timestamp' }, 1] }), /a route has no clock/],
  ['lists in lists', when({ some: [{ var: 'a' }, { some: [{ var: '' }, { var: '' }] }] }), /inside another/],
  ['a deep condition', when(deep(40)), /nested deeper than 20/],
  ['a very deep condition', when(deep(5000)), /nested deeper than 20/],
  [
    'a long condition',
    when({ in: [{ var: 'a' }, Array.from({ length: 20_000 }, (_, i) => `user-${i}`)] }),
    /more than the 65536 allowed/,
  ],
])('bad: %s', (_, route, why) => {
  expect(() => checkRoute(route)).toThrow(
    expect.objectContaining({ code: 'ROUTE_INVALID', exit: 2, message: expect.stringMatching(why) }),
  )
})

test('what a function gives is no JSON', () => {
  expect(whenProblem({ '==': [{ var: 'a' }, () => 1] })).toBe('has what is no JSON')
})

describe('percent', () => {
  test.each([
    [5000, '5 %'],
    [1, '0.001 %'],
    [100_000, '100 %'],
    [33_333, '33.333 %'],
    [0, '0 %'],
  ])('%i is %s', (weight, expected) => {
    expect(percent(weight)).toBe(expected)
  })
})
