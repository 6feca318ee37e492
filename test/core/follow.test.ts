import { expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import {
  bundleOf,
  type Failure,
  failedAgain,
  freshName,
  goingReleases,
  nextStep,
  type Situation,
  servedNow,
  type Wanted,
  wantedIn,
  wordsOf,
} from '../../src/core/follow.ts'
import type { PointerEntry } from '../../src/core/model.gen.ts'

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(digest) as [
  Wanted['bundle'],
  Wanted['bundle'],
  Wanted['bundle'],
  Wanted['bundle'],
]
const want = (bundle: Wanted['bundle'], seq: number | null = 1): Wanted => ({
  bundle,
  version: 'v1',
  seq,
  arm: 'stable',
})
const failure = (what: Failure['what'], wanted: Wanted, attempts: number): Failure => ({
  ...{ what, wanted, attempts, atMs: 0 },
  error: new AishipError('HEALTH_FAILED', 'no'),
})

const still: Situation = { nowMs: 0, wanted: want(A), current: A, isTold: true, failure: null }

test.each<[string, Partial<Situation>, string, number | null]>([
  ['nobody knows yet', { wanted: null, current: null }, 'rest', 1000],
  ['nobody knows yet, and something is served', { wanted: null }, 'rest', 1000],
  ['it serves what it should', {}, 'rest', 1000],
  ['it serves something else', { wanted: want(B) }, 'bring', null],
  ['what it serves is not whole', { current: null }, 'bring', null],
  ['the process was not told', { isTold: false }, 'tell', null],
  ['to serve comes before to tell', { wanted: want(B), isTold: false }, 'bring', null],
  ['it has just failed', { wanted: want(B), failure: failure('bring', want(B), 1) }, 'rest', 1000],
  ['it failed 5 s ago', { nowMs: 5000, wanted: want(B), failure: failure('bring', want(B), 1) }, 'bring', null],
  ['it failed twice', { nowMs: 5000, wanted: want(B), failure: failure('bring', want(B), 2) }, 'rest', 1000],
  ['the wait is almost over', { nowMs: 4700, wanted: want(B), failure: failure('bring', want(B), 1) }, 'rest', 300],
  ['the pointer has moved to another', { wanted: want(B, 2), failure: failure('bring', want(C), 9) }, 'bring', null],
  ['the pointer has moved to the same', { wanted: want(B, 2), failure: failure('bring', want(B), 9) }, 'bring', null],
  ['it fails for ever', { nowMs: 299_999, wanted: want(B), failure: failure('bring', want(B), 5000) }, 'rest', 1],
  [
    'and is tried every 5 min',
    { nowMs: 300_000, wanted: want(B), failure: failure('bring', want(B), 5000) },
    'bring',
    null,
  ],
  ['telling has failed', { isTold: false, failure: failure('tell', want(A), 1) }, 'rest', 1000],
  [
    'bringing has failed, and now it is to tell',
    { isTold: false, failure: failure('bring', want(A), 1) },
    'tell',
    null,
  ],
  ['a pin', { wanted: want(B, null) }, 'bring', null],
])('%s', (_, change, act, ms) => {
  const step = nextStep({ ...still, ...change }, 1000)
  expect(step.do).toBe(act)
  if (step.do === 'rest') expect(step.ms).toBe(ms)
})

test('failures are counted while it is the same that fails', () => {
  const { error } = failure('bring', want(A), 1)
  const first = failedAgain(null, { what: 'bring', wanted: want(A), atMs: 1, error })
  const second = failedAgain(first, { what: 'bring', wanted: want(A), atMs: 2, error })
  expect([first.attempts, second.attempts]).toEqual([1, 2])
  expect(failedAgain(second, { what: 'bring', wanted: want(A, 2), atMs: 3, error }).attempts).toBe(1)
  expect(failedAgain(second, { what: 'tell', wanted: want(A), atMs: 3, error }).attempts).toBe(1)
})

const hex = (bundle: string): string => bundle.slice(7)
const served = (...bundles: Wanted['bundle'][]) =>
  bundles.map((bundle) => ({ bundle, version: 'v1', seq: 1, at: '2026-10-01T12:00:00.000Z' }))

test.each<[string, readonly string[], Parameters<typeof goingReleases>[1], readonly string[]]>([
  [
    'those served last stay',
    [A, B, C, D].map(hex),
    { current: hex(A), wanted: A, served: served(A, D, C, B), keep: 2 },
    [hex(B)],
  ],
  ['none but what is served', [A, B].map(hex), { current: hex(A), wanted: A, served: served(A, B), keep: 0 }, [hex(B)]],
  ['what is wanted stays', [A, B].map(hex), { current: hex(A), wanted: B, served: served(A), keep: 0 }, []],
  ['what was never served goes', [A, B].map(hex), { current: hex(A), wanted: A, served: served(A), keep: 2 }, [hex(B)]],
  [
    'of two copies that which is served',
    [hex(A), `${hex(A)}-2`],
    { current: `${hex(A)}-2`, wanted: A, served: served(A), keep: 2 },
    [hex(A)],
  ],
  [
    'of two warm copies one',
    [hex(A), hex(B), `${hex(B)}-2`],
    { current: hex(A), wanted: A, served: served(A, B), keep: 2 },
    [`${hex(B)}-2`],
  ],
  ['nothing is served yet', [hex(A)], { current: null, wanted: A, served: [], keep: 2 }, []],
])('%s', (_, releases, what, going) => {
  expect(goingReleases(releases, what)).toEqual(going)
})

test('a release is named for its bundle', () => {
  expect(freshName(A, [])).toBe(hex(A))
  expect(freshName(A, [hex(A), `${hex(A)}-3`])).toBe(`${hex(A)}-2`)
  for (const name of [hex(A), `${hex(A)}-2`, `${hex(A)}-19`]) expect(bundleOf(name)).toBe(A)
  for (const name of ['', 'x', hex(A).slice(1), `${hex(A)}-0`, `${hex(A)}-`, `.${hex(A)}`, `${hex(A)}/..`])
    expect(bundleOf(name)).toBeNull()
})

test('what is served now comes first, once', () => {
  const [one] = served(B)
  expect(servedNow(served(A, B), one as typeof one & object).map(({ bundle }) => bundle)).toEqual([B, A])
})

test('an arm is followed while there is one, else the main bundle', () => {
  const arm = (bundle: Wanted['bundle'], version: `v${number}`) => ({ bundle, version })
  const entry = {
    seq: 7,
    route: {
      arms: { candidate: arm(B, 'v2'), stable: arm(A, 'v1') },
      serve: [{ to: { stable: 100_000 } }],
      fallback: 'stable',
    },
  } as unknown as PointerEntry
  expect(wantedIn(entry, null)).toMatchObject({ bundle: A, version: 'v1', seq: 7, arm: 'stable' })
  expect(wantedIn(entry, 'candidate')).toMatchObject({ bundle: B, version: 'v2', seq: 7, arm: 'candidate' })
  expect(wantedIn(entry, 'toString')).toMatchObject({ bundle: A, arm: 'stable' })
  expect(wantedIn({ ...entry, route: null }, null)).toBeNull()
})

test.each<[string, readonly string[]]>([
  ['nginx -s reload', ['nginx', '-s', 'reload']],
  [`  node check.js 'a b' "c d"  `, ['node', 'check.js', 'a b', 'c d']],
  [`a'b'"c"\\ d ''`, ['abc d', '']],
  ['echo $HOME `x` *', ['echo', '$HOME', '`x`', '*']],
  [`"a\\"b" 'c\\d'`, ['a"b', 'c\\d']],
])('%s is the words %j', (line, words) => {
  expect(wordsOf(line, '--exec')).toEqual(words)
})

test.each(['', '  ', `''`, `node 'x`, `node "x`, 'node x\\'])('%j is no command', (line) => {
  expect(() => wordsOf(line, '--exec')).toThrow(expect.objectContaining({ code: 'USAGE' }))
})
