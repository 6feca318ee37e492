import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { Arm, Route } from '../../src/core/model.gen.ts'
import {
  armOf,
  FULL_WEIGHT,
  isPlain,
  leftArms,
  mainArm,
  plainRoute,
  sameRoute,
  servedArms,
  withMain,
} from '../../src/core/route.ts'

// One value says who is served what (DESIGN §6). What it serves decides what a move leaves, and so what gets marked.

const arm = (letter: string): Arm => ({
  bundle: `sha256:${letter.repeat(64)}` as Digest,
  version: `v${letter.charCodeAt(0)}`,
})
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(arm) as [Arm, Arm, Arm, Arm]

const route = (change: Partial<Route> = {}): Route => ({
  arms: { stable: A, candidate: B, control: A },
  serve: [{ to: { candidate: 5000, control: 5000, stable: 90_000 } }],
  fallback: 'stable',
  ...change,
})
const versions = (arms: readonly Arm[]): readonly string[] => arms.map((one) => one.version).sort()

test('a plain route is one arm that gets everything', () => {
  expect(plainRoute(A)).toEqual({ arms: { stable: A }, serve: [{ to: { stable: FULL_WEIGHT } }], fallback: 'stable' })
  expect(isPlain(plainRoute(A))).toBe(true)
})

test.each<[string, Route]>([
  ['several arms', route()],
  [
    'several rules',
    {
      ...plainRoute(A),
      serve: [{ when: { '==': [1, 1] }, to: { stable: FULL_WEIGHT } }, { to: { stable: FULL_WEIGHT } }],
    },
  ],
  ['a mirror', { ...plainRoute(A), mirror: [{ to: 'stable', per100k: 10, effects: 'stub' }] }],
])('a route with %s is not plain', (_, value) => {
  expect(isPlain(value)).toBe(false)
})

describe("the main bundle is the fallback arm's", () => {
  test('whatever the weights', () => {
    expect(mainArm(route())).toEqual(A)
    expect(mainArm(route({ fallback: 'candidate' }))).toEqual(B)
  })

  test.each(['absent', 'constructor', '__proto__', 'toString'])(
    'a fallback that is not there, %s, is damage (7)',
    (fallback) => {
      expect(() => mainArm(route({ fallback }))).toThrow(AishipError)
      expect(() => armOf(route(), fallback)).toThrow(expect.objectContaining({ code: 'CORRUPT', exit: 7 }))
    },
  )
})

describe('what is served or mirrored', () => {
  test.each<[string, Route | null, readonly Arm[]]>([
    ['nothing, when retired', null, []],
    ['the one arm of a plain route', plainRoute(A), [A]],
    ['each bundle once', route(), [A, B]],
    ['no arm of weight 0', route({ serve: [{ to: { candidate: 0, stable: FULL_WEIGHT } }] }), [A]],
    ['no arm that no rule names', route({ serve: [{ to: { stable: FULL_WEIGHT } }] }), [A]],
    [
      'the arm of any rule, not only of the last',
      route({
        arms: { stable: A, candidate: B, german: C },
        serve: [{ when: {}, to: { german: FULL_WEIGHT } }, { to: { stable: FULL_WEIGHT } }],
      }),
      [A, C],
    ],
    ['the fallback, which gets what fails', route({ serve: [{ to: { candidate: FULL_WEIGHT } }] }), [A, B]],
    [
      'what is mirrored',
      { ...plainRoute(A), arms: { stable: A, shadow: D }, mirror: [{ to: 'shadow', per100k: 1, effects: 'stub' }] },
      [A, D],
    ],
    [
      'not a mirror of nothing',
      { ...plainRoute(A), arms: { stable: A, shadow: D }, mirror: [{ to: 'shadow', per100k: 0, effects: 'stub' }] },
      [A],
    ],
    [
      'the arm that requests without a key get',
      {
        ...plainRoute(A),
        arms: { stable: A, keyless: D },
        bucket: { by: 'targetingKey', salt: 's:', hash: 'murmur3-32/utf8/0', map: 'mul-shift-32', missing: 'keyless' },
      },
      [A, D],
    ],
  ])('%s', (_, value, expected) => {
    expect(versions(servedArms(value))).toEqual(versions(expected))
  })
})

describe('what a move leaves', () => {
  test.each<[string, Route | null, Route | null, readonly Arm[]]>([
    ['a plain move leaves the bundle before', plainRoute(A), plainRoute(B), [A]],
    ['a move to the same leaves nothing', plainRoute(A), plainRoute(A), []],
    ['a first move leaves nothing', null, plainRoute(A), []],
    ['retiring leaves everything', route(), null, [A, B]],
    ['ending a canary leaves the candidate alone', route(), plainRoute(A), [B]],
    ['finishing it leaves stable', route(), plainRoute(B), [A]],
    ['the same bundle in another arm is kept', route(), route({ arms: { stable: B, candidate: A, control: B } }), []],
    [
      'a mirror that ends leaves what it mirrored to',
      { ...plainRoute(A), arms: { stable: A, shadow: D }, mirror: [{ to: 'shadow', per100k: 1, effects: 'stub' }] },
      plainRoute(A),
      [D],
    ],
    [
      'a change of weights leaves nothing',
      route(),
      route({ serve: [{ to: { candidate: 50_000, stable: 50_000 } }] }),
      [],
    ],
    ['a weight that falls to 0 leaves that arm', route(), route({ serve: [{ to: { stable: FULL_WEIGHT } }] }), [B]],
  ])('%s', (_, before, after, expected) => {
    expect(versions(leftArms(before, after))).toEqual(versions(expected))
  })
})

test('another main bundle replaces the fallback arm and keeps rules, mirror, bucket and the other arms', () => {
  const before = route({ mirror: [{ to: 'candidate', per100k: 7, effects: 'stub' }] })
  expect(withMain(before, C)).toEqual({ ...before, arms: { ...before.arms, stable: C } })
  expect(before.arms.stable).toEqual(A)
})

test('two routes are the same by their canonical bytes', () => {
  const { arms, serve, fallback } = route()
  expect(sameRoute(route(), { fallback, serve, arms } as Route)).toBe(true)
  expect(sameRoute(route(), route({ fallback: 'control' }))).toBe(false)
  expect(sameRoute(null, null)).toBe(true)
  expect(sameRoute(null, route())).toBe(false)
})
