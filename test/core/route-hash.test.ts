import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { bucketOf, isAscii, murmur3 } from '../../src/core/route-hash.ts'

interface Case {
  readonly key: string
  readonly hash: number
  readonly bucket100000: number
}

const { cases } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'vectors/bucketing.json'), 'utf8')) as {
  readonly cases: readonly Case[]
}

test.each(cases)('$key', ({ key, hash, bucket100000 }) => {
  expect(murmur3(key)).toBe(hash)
  expect(bucketOf(hash, 100_000)).toBe(bucket100000)
})

// The edges of the range, by keys of flagd's own test bed.
test.each([
  ['ejOoVL', 0, 0],
  ['bY9fO-', 1, 0],
  ['SI7p-', 0x7fffffff, 49_999],
  ['6LvT0', 0x80000000, 50_000],
  ['ceQdGm', 0xffffffff, 99_999],
])('%s: the edge %i', (key, hash, bucket) => {
  expect([murmur3(key), bucketOf(murmur3(key), 100_000)]).toEqual([hash, bucket])
})

test('half a character is hashed as U+FFFD is, whichever half', () => {
  for (const half of ['\ud83d', '\ude00']) expect(murmur3(`user-${half}`)).toBe(murmur3('user-\ufffd'))
})

test('a key of a megabyte is hashed like any other', () => {
  expect(murmur3('x'.repeat(2 ** 20))).toBe(murmur3('x'.repeat(2 ** 20)))
  expect(murmur3(`${'x'.repeat(2 ** 20)}y`)).not.toBe(murmur3('x'.repeat(2 ** 20)))
})

test.each([
  ['user-8', true],
  ['', true],
  ['\u007f', true],
  ['user-é', false],
  ['日本', false],
  ['emoji-😀', false],
])('%j is ASCII: %s', (text, expected) => {
  expect(isAscii(text)).toBe(expected)
})
