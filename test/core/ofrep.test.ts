import { expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { metricsText } from '../../src/core/metrics-text.ts'
import type { Route } from '../../src/core/model.gen.ts'
import { etagOf, evaluation, type Flag, flagsVersion, matchesEtag } from '../../src/core/ofrep.ts'
import { compileRoute } from '../../src/core/route-decide.ts'
import { canary, GATED, NEW, OLD } from './routes.ts'

const digest = `sha256:${'f'.repeat(64)}` as Digest
const flag = async (route: Route | null, more: Partial<Flag> = {}): Promise<Flag> => ({
  ...{ key: 'prod', seq: 42, serving: route && { digest, router: await compileRoute(route) }, staleMs: null },
  ...more,
})
const split = canary({ candidate: 5000, control: 5000 })

// rk1:user-8 falls at 3571, rk1:user-1 at 62335 of 100000.
test.each<[string, Route, object, string, string, object]>([
  ['a draw', split, { targetingKey: 'user-8' }, 'candidate', 'SPLIT', {}],
  ['a draw for another', split, { targetingKey: 'user-1' }, 'stable', 'SPLIT', {}],
  ['no key to draw with', split, {}, 'stable', 'TARGETING_MATCH', { 'aiship.unassigned': true }],
  ['a key that is empty', split, { targetingKey: '' }, 'stable', 'TARGETING_MATCH', { 'aiship.unassigned': true }],
  ['a rule', GATED, { targetingKey: 'user-1', group: 'beta' }, 'candidate', 'TARGETING_MATCH', {}],
  [
    'a mirror',
    canary({}, { mirror: [{ to: 'candidate', per100k: 100_000, effects: 'stub' }] }),
    { targetingKey: 'user-8' },
    'stable',
    'STATIC',
    { 'aiship.mirror': JSON.stringify([{ arm: 'candidate', bundle: NEW.bundle, effects: 'stub' }]) },
  ],
])('%s', async (_, route, context, arm, reason, more) => {
  const { bundle, version } = arm === 'candidate' ? NEW : OLD
  expect(evaluation(await flag(route), context as never).body).toEqual({
    ...{ key: 'prod', reason, variant: arm, value: { bundle, arm } },
    metadata: { 'aiship.route': digest, 'aiship.seq': 42, 'aiship.version': version, ...more },
  })
})

test('an answer that is older than it should be says so; a pointer that is retired has no value', async () => {
  const { body } = evaluation(await flag(split, { staleMs: 61_000 }), {})
  expect(body).toMatchObject({ variant: 'stable', metadata: { 'aiship.stale': true, 'aiship.age_ms': 61_000 } })
  expect(evaluation(await flag(null), {})).toEqual({
    decision: null,
    body: { key: 'prod', reason: 'DISABLED', metadata: { 'aiship.seq': 42 } },
  })
})

test('a tag is another one for another route or context, whatever stands in it', async () => {
  const flags = [await flag(split)]
  const version = flagsVersion(flags)
  expect(flagsVersion([await flag(split, { seq: 43, staleMs: 1 })])).toBe(version)
  expect(flagsVersion([])).not.toBe(version)
  expect(flagsVersion([await flag(null)])).not.toBe(version)
  const [one, two] = ['{"id":12345678901234567890}', '{"id":12345678901234567891}'] as const
  const tags = [
    ...[etagOf(version, {}, ''), etagOf('other', {}, ''), etagOf(version, { plan: 'pro' }, '')],
    // Rounded to the same number, and no canonical JSON.
    ...[etagOf(version, JSON.parse(one), one), etagOf(version, JSON.parse(two), two)],
  ]
  expect(new Set(tags).size).toBe(tags.length)
  expect(etagOf(version, { a: 1, b: 2 }, '1')).toBe(etagOf(version, { b: 2, a: 1 }, '2'))
})

test.each([
  [null, false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
])('If-None-Match %s', (header, is) => {
  expect(matchesEtag(header, '"a"')).toBe(is)
})

test('labels of metrics are escaped, and what has no sample is left out', () => {
  const text = metricsText([
    { name: 'a', type: 'gauge', help: 'one\nline \\', samples: [[{ x: 'say "no"\\\n' }, 1.5]] },
    { name: 'b', type: 'counter', help: 'nothing', samples: [] },
  ])
  expect(text).toBe('# HELP a one\\nline \\\\\n# TYPE a gauge\na{x="say \\"no\\"\\\\\\n"} 1.5\n')
})
