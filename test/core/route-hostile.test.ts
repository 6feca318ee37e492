import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseContext } from '../../src/core/route-context.ts'
import { compileRoute } from '../../src/core/route-decide.ts'
import { whenProblem } from '../../src/core/route-when.ts'
import { canary, EVERYTHING, GATED } from './routes.ts'

// Whatever a request carries, a decision comes out: an arm of the route, and never an error.

const deep = (levels: number): unknown => {
  let value: unknown = 'user-8'
  for (let i = 0; i < levels; i++) value = { geo: value, group: [value] }
  return value
}
const deepList = (levels: number): unknown => {
  let value: unknown = []
  for (let i = 0; i < levels; i++) value = [value]
  return value
}
const throwing = new Proxy(
  {},
  {
    get: () => {
      throw new Error('no')
    },
    has: () => true,
    getOwnPropertyDescriptor: () => {
      throw new Error('no')
    },
  },
)

const HOSTILE: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', Number.NaN],
  ['a list', ['targetingKey', 'user-8']],
  ['a function', () => 'user-8'],
  ['a symbol', Symbol('x')],
  ['a megabyte', { targetingKey: 'x'.repeat(2 ** 20), group: 'y'.repeat(2 ** 20) }],
  ['a deep object', deep(20)],
  ['a very deep list', { group: deepList(50_000), age: deepList(50_000), geo: { country: deepList(50_000) } }],
  [
    'prototype keys',
    JSON.parse('{"__proto__":{"targetingKey":"user-8","group":"beta"},"constructor":{"name":"Object"}}'),
  ],
  ['no prototype', Object.assign(Object.create(null), { group: Object.create(null), geo: Object.create(null) })],
  ['no numbers', { targetingKey: Number.NaN, age: Number.NaN, group: Infinity, app: { version: -0 } }],
  ['wrong types', { targetingKey: {}, geo: 'DE', app: { version: {} }, group: { includes: () => true }, age: [] }],
  ['getters that throw', throwing],
  ['a version of a megabyte', { geo: { country: 'DE' }, app: { version: '1'.repeat(2 ** 20) } }],
  [
    'an object that is no text',
    {
      geo: { country: 'DE' },
      app: {
        version: {
          toString: () => {
            throw new Error('no')
          },
        },
      },
    },
  ],
]

test.each(HOSTILE)('%s', async (_, context) => {
  for (const route of [GATED, canary({ candidate: 5000, control: 5000 }), EVERYTHING]) {
    const { decide, explain } = await compileRoute(route)
    const decision = decide(context)
    expect(Object.keys(route.arms)).toContain(decision.arm)
    expect(decision.bundle).toMatch(/^sha256:/)
    const { hash: _hash, hashed: _hashed, rules, ...same } = explain(context)
    expect(same).toEqual(decision)
    expect(rules.length).toBeGreaterThan(0)
  }
})

test('each of these rules is one that may be written', () => {
  for (const { when } of EVERYTHING.serve) expect({ when, problem: whenProblem(when) }).toEqual({ when, problem: null })
})

test('any JSON at all', async () => {
  const names = ['targetingKey', 'group', 'geo', 'country', 'app', 'version', 'age']
  const context = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.jsonValue({ maxDepth: 6 }))
  const routers = await Promise.all([GATED, EVERYTHING, canary({ candidate: 5000 })].map(compileRoute))
  fc.assert(
    fc.property(context, (value) => {
      for (const { decide } of routers) expect(decide(value).bundle).toMatch(/^sha256:/)
    }),
    { numRuns: 2000, seed: 7 },
  )
})

test.each([
  ['a path to a constructor', { var: 'constructor.constructor' }],
  ['an operator that there is not', { nothing: [{ var: 'a' }] }],
  ['an operator of the engine that no rule may have', { throw: [{ var: 'a' }] }],
])(
  '%s in a registry never becomes code: it does not match, is counted, and the explanation says why',
  async (_, when) => {
    const route = { ...GATED, serve: [{ when, to: { candidate: 100_000 } }, ...GATED.serve.slice(-1)] }
    const { decide, explain } = await compileRoute(route)
    expect(decide({ targetingKey: 'user-42' })).toMatchObject({ arm: 'stable', rule: 2, failed: 1 })
    expect(explain({}).rules[0]?.error).toMatch(/^the condition /)
  },
)

test.each([
  ['===', 0],
  ['===', false],
  ['==', ''],
  ['<', -1],
])('what is missing is %s %j for nobody', async (operator, value) => {
  const route = {
    ...GATED,
    serve: [
      { when: { [operator]: [{ var: 'nowhere' }, value] }, to: { candidate: 100_000 } },
      { to: { stable: 100_000 } },
    ],
  }
  expect((await compileRoute(route)).decide({}).arm).toBe('stable')
})

// Whoever answers for others says what is wrong with a context, before it is decided on.
test.each([
  ['text that is no JSON', '{"targetingKey":', /is no JSON/],
  ['NaN', '{"age":NaN}', /is no JSON/],
  ['a number beyond all numbers', '{"age":1e999}', /too large at "age"/],
  ['a list', '[]', /is no object/],
  ['null', 'null', /is no object/],
  ['a prototype key', '{"a":{"__proto__":{}}}', /has the key __proto__/],
  ['a key that is there twice', '{"geo":{"country":"DE","country":"FR"}}', /has a key twice/],
  ['a key that is there twice, written otherwise', '{"plan":1,"pl\\u0061n":2}', /has a key twice/],
  ['a constructor', '{"constructor":1}', /has the key constructor/],
  ['1 MB', JSON.stringify({ a: 'x'.repeat(2 ** 20) }), /has 1048584 bytes, more than the 262144/],
  ['deep JSON', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, /nested deeper than 32/],
  ['very deep JSON', `${'['.repeat(60_000)}${']'.repeat(60_000)}`, /is no object/],
  [
    'very deep JSON in an object',
    `{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`,
    /nested deeper than 32|is no JSON/,
  ],
])('%s is refused with a reason', (_, text, why) => {
  expect(() => parseContext(text)).toThrow(
    expect.objectContaining({ code: 'CONTEXT_INVALID', message: expect.stringMatching(why) }),
  )
})

test('what only looks like a key twice is a context', () => {
  const text = '{"a":":\\":{}","b":[{"a":1},{"a":"\\\\"}],"":{"":[":"]}, "c" : null}'
  expect(parseContext(text)).toEqual(JSON.parse(text))
})
