import { describe, expect, test } from 'vitest'
import { digestOf } from '../../src/core/digest.ts'
import { type FileStat, isRacy, openStatCache } from '../../src/store/statcache.ts'

const NOW = 1_790_000_000_000_000_000n
const SECOND = 1_000_000_000n
const OLD: FileStat = { size: 3n, mtimeNs: NOW - 60n * SECOND - 1n, ctimeNs: NOW - 60n * SECOND - 1n, ino: 7n }
const [A, B] = [digestOf('a'), digestOf('b')]

describe('what it knows', () => {
  test('the digest, while size, times and inode are the same', () => {
    const cache = openStatCache(null)
    cache.set('a', OLD, A, NOW)
    expect(cache.digest('a', OLD)).toBe(A)
    expect(cache.digest('b', OLD)).toBeNull()
    for (const key of ['size', 'mtimeNs', 'ctimeNs', 'ino'] as const) {
      expect(cache.digest('a', { ...OLD, [key]: OLD[key] + 1n })).toBeNull()
    }
  })

  test('a newer digest takes the place of the older', () => {
    const cache = openStatCache(null)
    cache.set('a', OLD, A, NOW)
    cache.set('a', { ...OLD, size: 4n }, B, NOW)
    expect([cache.digest('a', OLD), cache.digest('a', { ...OLD, size: 4n })]).toEqual([null, B])
  })

  test('nothing of what is pruned', () => {
    const cache = openStatCache(null)
    for (const path of ['a', 'b']) cache.set(path, OLD, A, NOW)
    cache.prune((path) => path === 'a')
    expect([cache.digest('a', OLD), cache.digest('b', OLD)]).toEqual([A, null])
  })
})

describe('racy files', () => {
  const at = (ns: bigint): FileStat => ({ ...OLD, mtimeNs: ns, ctimeNs: ns })

  test.each([
    ['a minute before', NOW - 60n * SECOND - 1n, false],
    ['20 ms before', NOW - 20_000_001n, false],
    ['within a tick', NOW - 5_000_001n, true],
    ['at the same time', NOW + 1n, true],
    ['after: a clock that is behind', NOW + SECOND + 1n, true],
    ['whole seconds, 1 s before', NOW - SECOND, true],
    ['whole seconds, 3 s before', NOW - 3n * SECOND, false],
  ])('%s', (_name, ns, expected) => {
    expect(isRacy(at(ns), NOW)).toBe(expected)
  })

  test('an old mtime with a fresh ctime is fresh: times can be set, that of the change cannot', () => {
    expect(isRacy({ ...OLD, ctimeNs: NOW - 1n }, NOW)).toBe(true)
  })

  test('are not remembered, and what was known of them goes', () => {
    const cache = openStatCache(null)
    cache.set('a', OLD, A, NOW)
    cache.set('a', at(NOW - 1n), B, NOW)
    expect([cache.digest('a', OLD), cache.digest('a', at(NOW - 1n))]).toEqual([null, null])
  })
})

describe('its file', () => {
  const written = (count: number): Buffer => {
    const cache = openStatCache(null)
    for (let i = 0; i < count; i++)
      cache.set(`data/größe-${i}.json`, { ...OLD, ino: BigInt(i) }, digestOf(String(i)), NOW)
    return Buffer.from(cache.bytes())
  }

  test('comes back as it was', () => {
    const cache = openStatCache(written(100))
    for (let i = 0; i < 100; i++)
      expect(cache.digest(`data/größe-${i}.json`, { ...OLD, ino: BigInt(i) })).toBe(digestOf(String(i)))
    expect(cache.isChanged).toBe(false)
  })

  test('the same again changes nothing', () => {
    const cache = openStatCache(written(3))
    cache.set('data/größe-1.json', { ...OLD, ino: 1n }, digestOf('1'), NOW)
    expect(cache.isChanged).toBe(false)
  })

  test('damaged anywhere or cut off anywhere, it is empty', () => {
    const good = written(3)
    for (let i = 0; i < good.length; i++) {
      const flipped = Buffer.from(good)
      flipped[i] = (flipped[i] as number) ^ 1
      for (const bytes of [flipped, good.subarray(0, i)]) {
        const cache = openStatCache(bytes)
        for (let k = 0; k < 3; k++) expect(cache.digest(`data/größe-${k}.json`, { ...OLD, ino: BigInt(k) })).toBeNull()
      }
    }
  })

  test('is compact: under 100 bytes a file', () => {
    expect(written(1000).length).toBeLessThan(100_000)
  })
})
