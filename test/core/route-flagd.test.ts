import { FlagdCore } from '@openfeature/flagd-core'
import { describe, expect, test } from 'vitest'
import type { Route } from '../../src/core/model.gen.ts'
import { plainRoute } from '../../src/core/route.ts'
import { compileRoute } from '../../src/core/route-decide.ts'
import { flagdFile, looseRules } from '../../src/core/route-flagd.ts'
import { compareSemver, SEMVER_OPERATORS } from '../../src/core/semver.ts'
import { BUCKET, canary, EVERYTHING, GATED, NEW, OLD } from './routes.ts'

// The flag file decides as the route does, by the evaluator that flagd publishes for JavaScript.

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }

function evaluatorOf(route: Route): (context: unknown) => { arm: unknown; bundle: unknown; reason: unknown } {
  const core = new FlagdCore(undefined, silent)
  core.setConfigurations(JSON.stringify(flagdFile({ app: 'fraud', pointer: 'prod', seq: 7, route })))
  return (context) => {
    const { value, reason, errorMessage } = core.resolveObjectEvaluation('prod', { error: 'default' }, context as never)
    const { arm, bundle } = value as unknown as { readonly arm: string; readonly bundle: string }
    expect(errorMessage).toBeUndefined()
    return { arm, bundle, reason }
  }
}

const PLACES: readonly object[] = [
  {},
  { group: 'beta' },
  { geo: { country: 'DE' }, app: { version: '4.2.0' } },
  { geo: { country: 'FR' }, app: { version: 'v4.2' } },
  { geo: { country: 'FR' }, app: { version: '4.2.0-rc.1' } },
  { geo: { country: 'US' }, app: { version: 5 } },
  { age: 70 },
  { age: '71' },
  { group: 'other', age: 3, geo: null, app: null },
]
const alphabet = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
/** Keys of printable ASCII, of every length up to 40, without chance. */
const keyOf = (i: number): string => {
  let state = (i * 2_654_435_761) >>> 0
  return Array.from({ length: 1 + (i % 40) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return alphabet[state % alphabet.length]
  }).join('')
}

test.each<[string, Route]>([
  ['a canary with its control', canary({ candidate: 5000, control: 5000 })],
  ['a sliver', canary({ candidate: 100 })],
  ['rules before a draw', GATED],
  ['a key down in the context', canary({ candidate: 30_000 }, { bucket: { ...BUCKET, by: 'user.id', salt: '' } })],
])(
  '20,000 keys: %s',
  async (_, route) => {
    const { decide } = await compileRoute(route)
    const evaluate = evaluatorOf(route)
    const differing: unknown[] = []
    for (let i = 0; i < 20_000; i++) {
      const key = i < 10_000 ? `user-${i}` : keyOf(i)
      const context = { targetingKey: key, user: { id: key }, ...PLACES[i % PLACES.length] }
      const [ours, theirs] = [decide(context), evaluate(context)]
      if (ours.arm !== theirs.arm || ours.bundle !== theirs.bundle) differing.push({ context, ours, theirs })
    }
    expect(differing).toEqual([])
  },
  60_000,
)

describe('a request without a key', () => {
  const keyless: readonly unknown[] = [
    {},
    ...['', null, 0, 42, true, false, ['user-8'], { id: 'user-8' }, []].map((key) => ({ targetingKey: key })),
  ]

  test('never lands in a candidate by accident, under any salt', async () => {
    for (let salt = 0; salt < 200; salt++) {
      const route = canary({ candidate: 50_000 }, { bucket: { ...BUCKET, salt: `s${salt}:` } })
      const evaluate = evaluatorOf(route)
      for (const context of keyless) expect(evaluate(context), JSON.stringify(context)).toMatchObject({ arm: 'stable' })
    }
  })

  test('goes where `missing` says, as with us', async () => {
    const route = canary({ candidate: 50_000 }, { bucket: { ...BUCKET, missing: 'control' } })
    const { decide } = await compileRoute(route)
    const evaluate = evaluatorOf(route)
    for (const context of keyless) expect([decide(context).arm, evaluate(context).arm]).toEqual(['control', 'control'])
  })
})

test.each<[string, Route, string]>([
  ['one arm for everybody', plainRoute(NEW), 'STATIC'],
  ['another arm than the fallback for everybody', { ...canary({}), serve: [{ to: { candidate: 100_000 } }] }, 'STATIC'],
  ['conditions without a last rule', { ...GATED, serve: GATED.serve.slice(0, 1) }, 'TARGETING_MATCH'],
])('%s', async (_, route, reason) => {
  const { decide } = await compileRoute(route)
  const { arm, bundle } = decide({})
  expect(evaluatorOf(route)({})).toEqual({ arm, bundle, reason })
})

test('the file satisfies the schema that flagd publishes, with every operator', () => {
  const said: string[] = []
  const core = new FlagdCore(undefined, { ...silent, debug: (...words: unknown[]) => void said.push(words.join(' ')) })
  for (const route of [plainRoute(OLD), GATED, EVERYTHING, canary({ candidate: 5000, control: 5000 })])
    core.setConfigurations(JSON.stringify(flagdFile({ app: 'a', pointer: 'prod', seq: 1, route })))
  expect(said).toEqual([])
  core.setConfigurations(
    JSON.stringify({ flags: { prod: { state: 'ENABLED', variants: { on: true }, targeting: { '==': [1] } } } }),
  )
  expect(said.join(), 'the evaluator says what is wrong').toContain('invalid flagd flag configuration')
})

test('versions are compared as flagd compares them', () => {
  const versions = ['2.0.0', 'v2.0.0', '2', '2.1', '2.0.0-alpha', '2.0.0-alpha.1', '2.0.0-1', '2.0.0-rc.2+b7', '3.1.4']
  const odd = [
    '2.0.0.0',
    '',
    'x',
    '01.2.3',
    '2.0.0-01',
    '2.0.0-',
    ' 2.0.0',
    '9007199254740993.0.0',
    'latest',
    7,
    null,
    true,
  ]
  const route = (operator: string, right: string): Route => ({
    ...canary({}),
    serve: [
      { when: { sem_ver: [{ var: 'v' }, operator, right] }, to: { candidate: 100_000 } },
      { to: { stable: 100_000 } },
    ],
  })
  for (const operator of SEMVER_OPERATORS)
    for (const right of versions) {
      const evaluate = evaluatorOf(route(operator, right))
      for (const left of [...versions, ...odd]) {
        const expected = evaluate({ v: left }).arm === 'candidate'
        expect({ left, operator, right, is: compareSemver(left, operator, right) === true }).toEqual({
          left,
          operator,
          right,
          is: expected,
        })
      }
    }
}, 60_000)

test.each<[string, object, boolean]>([
  ['a number', { '==': [{ var: 'age' }, 0] }, true],
  ['not true', { and: [{ var: 'a' }, { '!=': [true, { var: 'b' }] }] }, true],
  ['text', { '==': [{ var: 'plan' }, 'pro'] }, false],
  ['a number, strictly', { '===': [{ var: 'age' }, 0] }, false],
])('a rule that compares with %s is one that evaluators take differently: %o, %s', (_, when, isLoose) => {
  const route = { ...GATED, serve: [{ when: when as Record<string, unknown>, to: { candidate: 100_000 } }] }
  expect(looseRules(route)).toEqual(isLoose ? [1] : [])
})
