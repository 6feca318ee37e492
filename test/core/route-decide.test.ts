import { describe, expect, test } from 'vitest'
import type { Route } from '../../src/core/model.gen.ts'
import { plainRoute } from '../../src/core/route.ts'
import { compileRoute, mirrorSalt } from '../../src/core/route-decide.ts'
import { bucketOf, murmur3 } from '../../src/core/route-hash.ts'
import { BUCKET, canary, EU, GATED, NEW, OLD } from './routes.ts'

// Which bundle serves a request (DESIGN §6), to the bit.

const decide = async (route: Route, context: unknown) => (await compileRoute(route)).decide(context)
const user = (key: unknown, rest: object = {}) => ({ targetingKey: key, ...rest })

describe('one arm', () => {
  test('STATIC, whatever the context', async () => {
    for (const context of [{}, user('user-8'), null, 'text', 7, [], undefined])
      expect(await decide(plainRoute(NEW), context)).toEqual({
        ...{ arm: 'stable', ...NEW, reason: 'STATIC', mirror: [], rule: 1, bucket: null, unassigned: false, failed: 0 },
      })
  })

  test('a single arm with weight is no draw, though others have weight 0', async () => {
    expect(await decide(canary({}), user('user-8'))).toMatchObject({ arm: 'stable', reason: 'STATIC', bucket: null })
  })

  test('a rule of nothing but zeros falls back', async () => {
    const route = { ...canary({}), serve: [{ to: { candidate: 0 } }] }
    expect(await decide(route, user('user-8'))).toMatchObject({ arm: 'stable', reason: 'STATIC' })
  })
})

describe('a draw', () => {
  // `rk1:` + user-8 falls at 3571, alice at 8046, user-42 at 21908, user-1 at 62335, user-0 at 92934.
  test.each([
    [5000, 5000, 'user-8', 'candidate', 3571],
    [5000, 5000, 'alice', 'control', 8046],
    [5000, 5000, 'user-42', 'stable', 21_908],
    [3571, 0, 'user-8', 'stable', 3571],
    [3572, 0, 'user-8', 'candidate', 3571],
    [0, 3572, 'user-8', 'control', 3571],
    [92_934, 0, 'user-0', 'stable', 92_934],
    [92_935, 0, 'user-0', 'candidate', 92_934],
  ])('candidate %i, control %i: %s gets %s, at %i', async (candidate, control, key, arm, bucket) => {
    const route = canary({ candidate, control })
    expect(await decide(route, user(key))).toMatchObject({ arm, bucket, reason: 'SPLIT', unassigned: false })
  })

  test('arms fill the range in ascending order of their names, however the route is written', async () => {
    const [first, second] = [
      { stable: 95_000, candidate: 5000 },
      { candidate: 5000, stable: 95_000 },
    ]
    for (const to of [first, second])
      expect((await decide({ ...canary({}), serve: [{ to }] }, user('user-8'))).arm).toBe('candidate')
  })

  test.each(['', 42, 0, true, null, undefined, ['user-8'], { id: 'user-8' }, Number.NaN])(
    'the key %j is missing: `missing` serves, and nothing is drawn',
    async (key) => {
      const decision = await decide(canary({ candidate: 100_000 - 1 }), user(key))
      expect(decision).toMatchObject({ arm: 'stable', reason: 'TARGETING_MATCH', unassigned: true, bucket: null })
    },
  )

  test('by another place of the context, down into it, and only by what the caller put there', async () => {
    const route = canary({ candidate: 5000 }, { bucket: { ...BUCKET, by: 'user.id' } })
    expect(await decide(route, { user: { id: 'user-8' } })).toMatchObject({ arm: 'candidate', bucket: 3571 })
    expect(await decide(route, { 'user.id': 'user-8' })).toMatchObject({ unassigned: true })
    const inherited = Object.create({ user: { id: 'user-8' } })
    expect(await decide(route, inherited)).toMatchObject({ unassigned: true })
  })

  test('without a bucket nobody can be drawn, and the fallback serves', async () => {
    const { bucket: _, ...route } = canary({ candidate: 99_999 })
    expect(await decide(route, {})).toMatchObject({ arm: 'stable', unassigned: true })
  })
})

describe('rules', () => {
  test.each([
    ['the first that matches wins', { group: 'beta', geo: { country: 'DE' } }, 'candidate', 1, 'TARGETING_MATCH'],
    ['a rule may draw', user('user-8', { geo: { country: 'FR' }, app: { version: '4.10.0' } }), 'eu', 2, 'SPLIT'],
    ['and needs a key then', { geo: { country: 'FR' }, app: { version: 'v4.2' } }, 'stable', 2, 'TARGETING_MATCH'],
    ['one that does not match is passed', user('user-8', { geo: { country: 'US' } }), 'candidate', 4, 'SPLIT'],
    [
      'an older version',
      user('user-8', { geo: { country: 'FR' }, app: { version: '4.2.0-rc.1' } }),
      'candidate',
      4,
      'SPLIT',
    ],
    ['a number', user('user-8', { age: 70 }), 'stable', 3, 'TARGETING_MATCH'],
  ])('%s', async (_, context, arm, rule, reason) => {
    expect(await decide(GATED, context)).toMatchObject({ arm, rule, reason, failed: 0 })
  })

  test('none matches: the fallback serves, and not as STATIC, for another request may match', async () => {
    const route = { ...GATED, serve: GATED.serve.slice(0, 1) }
    expect(await decide(route, {})).toMatchObject({ arm: 'stable', rule: null, reason: 'TARGETING_MATCH' })
  })

  test('behind a condition, one arm for everybody else is TARGETING_MATCH too', async () => {
    const route = { ...GATED, serve: [...GATED.serve.slice(0, 1), { to: { stable: 100_000 } }] }
    expect(await decide(route, {})).toMatchObject({ arm: 'stable', rule: 2, reason: 'TARGETING_MATCH' })
  })

  test('one that cannot be evaluated does not match, is counted, and the explanation says why', async () => {
    const context = user('user-8', { age: { years: 70 }, group: 7 })
    const { decide, explain } = await compileRoute(GATED)
    expect(decide(context)).toMatchObject({ arm: 'candidate', rule: 4, failed: 1 })
    expect(explain(context)).toMatchObject({
      ...{ arm: 'candidate', rule: 4, failed: 1, hashed: 'rk1:user-8', hash: 153_403_142, bucket: 3571 },
      rules: [
        { rule: 1, matched: false, error: null },
        { rule: 2, matched: false, error: null },
        { rule: 3, matched: false, error: expect.stringContaining('type') },
        { rule: 4, matched: true, error: null },
      ],
    })
  })

  test('a route that is changed after it was made ready decides as before', async () => {
    const route = structuredClone(GATED)
    const { decide } = await compileRoute(route)
    const { when } = route.serve[0] as unknown as { readonly when: { readonly in: [unknown, string[]] } }
    const values = when.in[1]
    values.length = 0
    expect(decide({ group: 'beta' })).toMatchObject({ rule: 1 })
  })
})

describe('a mirror', () => {
  const mirrored = (per100k: number, to = 'candidate') => canary({}, { mirror: [{ to, per100k, effects: 'stub' }] })

  test('gets the request too, and the arm stays who it was', async () => {
    const decision = await decide(mirrored(100_000), {})
    expect(decision).toMatchObject({ arm: 'stable', reason: 'STATIC' })
    expect(decision.mirror).toEqual([{ arm: 'candidate', bundle: NEW.bundle, effects: 'stub' }])
  })

  test('of some requests is drawn by its own hash, and needs a key', async () => {
    const { decide } = await compileRoute(mirrored(10_000))
    expect(decide({}).mirror).toEqual([])
    for (let i = 0; i < 2000; i++) {
      const isDrawn = bucketOf(murmur3(`${mirrorSalt('rk1:', 'candidate')}user-${i}`), 100_000) < 10_000
      expect(decide(user(`user-${i}`)).mirror).toHaveLength(isDrawn ? 1 : 0)
    }
  })

  test('is independent of the draw: as many of an arm are mirrored as of all', async () => {
    const route = canary({ control: 50_000 }, { mirror: [{ to: 'candidate', per100k: 10_000, effects: 'deny' }] })
    const { decide } = await compileRoute(route)
    const all = Array.from({ length: 50_000 }, (_, i) => decide(user(`user-${i}`)))
    const rate = (arm: string) => {
      const own = all.filter((one) => one.arm === arm)
      return own.filter((one) => one.mirror.length > 0).length / own.length
    }
    expect(rate('control')).toBeCloseTo(0.1, 2)
    expect(rate('stable')).toBeCloseTo(0.1, 2)
  })

  test('never repeats the arm that answers', async () => {
    expect((await decide(mirrored(100_000, 'stable'), {})).mirror).toEqual([])
  })
})

describe('damage is found when a route is made ready, not in a request', () => {
  test.each<[string, Route]>([
    ['a fallback', { ...canary({}), fallback: 'absent' }],
    ['an arm of a rule', { ...canary({}), serve: [{ to: { ghost: 100_000 } }] }],
    ['an inherited arm', { ...canary({}), serve: [{ to: { constructor: 100_000 } }] }],
    ['the arm without a key', { ...canary({}), bucket: { ...BUCKET, missing: 'ghost' } }],
    ['a mirror', { ...canary({}), mirror: [{ to: 'ghost', per100k: 5, effects: 'stub' }] }],
  ])('%s that is not there', async (_, route) => {
    await expect(compileRoute(route)).rejects.toMatchObject({ code: 'CORRUPT' })
  })

  test('another hash is a later format', async () => {
    const route = { ...canary({}), bucket: { ...BUCKET, hash: 'xxh3' } }
    await expect(compileRoute(route)).rejects.toMatchObject({ code: 'FORMAT_NEWER' })
  })
})

test('arms of one bundle are told apart', async () => {
  const { decide } = await compileRoute(canary({ candidate: 5000, control: 5000 }))
  expect(decide(user('alice'))).toMatchObject({ arm: 'control', bundle: OLD.bundle })
  expect(decide(user('user-42'))).toMatchObject({ arm: 'stable', bundle: OLD.bundle })
  expect((await decideEu()).bundle).toBe(EU.bundle)
})
const decideEu = () => decide(GATED, user('user-8', { geo: { country: 'DE' }, app: { version: '5.0.0' } }))
