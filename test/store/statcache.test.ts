import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import type { FileStat } from '../../src/core/workspace.ts'
import { type Inside, isRacy, openStatCache, type StatCache } from '../../src/store/statcache.ts'

const NOW = 1_790_000_000_000_000_000n
const SECOND = 1_000_000_000n
const HOUR = 3600n * SECOND
const LONG_AGO = NOW - 60n * SECOND - 1n
const OLD: FileStat = { size: 3n, mtimeNs: LONG_AGO, ctimeNs: LONG_AGO, ino: 7n, dev: 1n }
const [A, B] = [digestOf('a'), digestOf('b')]
const KEYS: Inside = { scan: 'names-and-keys', format: 'npy' }
const TOKENS: Inside = { scan: 'tokens', format: 'npy' }

const open = (bytes: Uint8Array | null = null, version = '1') => openStatCache(bytes, version)
/** What a command does with a file that it doesn't know: looks, reads, remembers. */
function learn(
  cache: StatCache,
  path: string,
  digest: Digest,
  { stat = OLD, inside = null as Inside | null } = {},
): void {
  cache.look(path, stat)
  cache.set(path, { digest, size: Number(stat.size) }, inside, NOW)
}
const digest = (cache: StatCache, path: string, stat = OLD) => cache.look(path, stat)?.digest ?? null

describe('what it knows', () => {
  test('the digest, while size, times and inode are the same', () => {
    const first = open()
    learn(first, 'a', A)
    const bytes = first.changed() as Uint8Array
    expect(digest(open(bytes), 'a')).toBe(A)
    expect(digest(open(bytes), 'b')).toBeNull()
    for (const key of ['size', 'mtimeNs', 'ctimeNs', 'ino'] as const)
      expect(digest(open(bytes), 'a', { ...OLD, [key]: OLD[key] + 1n }), key).toBeNull()
  })

  test('also where the device has another number: some have one for each mount', () => {
    const cache = open()
    learn(cache, 'a', A)
    expect(digest(cache, 'a', { ...OLD, dev: 2n })).toBe(A)
  })

  test('a newer digest takes the place of the older', () => {
    const cache = open()
    learn(cache, 'a', A)
    learn(cache, 'a', B, { stat: { ...OLD, size: 4n } })
    expect(digest(cache, 'a', { ...OLD, size: 4n })).toBe(B)
    expect(digest(cache, 'a')).toBeNull()
  })

  test('nothing of a file that was never looked at', () => {
    const cache = open()
    cache.set('a', { digest: A, size: 3 }, null, NOW)
    expect(digest(cache, 'a')).toBeNull()
    const again = open(written(['a']))
    again.set('a', { digest: B, size: 3 }, null, NOW)
    expect(digest(again, 'a')).toBe(digestOf('a'))
  })

  test('what was looked for in a file, and its format', () => {
    const cache = open()
    learn(cache, 'a', A, { inside: TOKENS })
    learn(cache, 'b', A, { inside: { scan: 'names-and-keys', format: null } })
    learn(cache, 'c', A)
    const again = open(cache.changed())
    expect(again.look('a', OLD)).toEqual({ digest: A, inside: TOKENS })
    expect(again.look('b', OLD)).toEqual({ digest: A, inside: { scan: 'names-and-keys', format: null } })
    expect(again.look('c', OLD)).toEqual({ digest: A, inside: null })
  })

  test.each<[string, Inside | null, Inside | null, Inside | null]>([
    ['more than before', KEYS, TOKENS, TOKENS],
    ['less than before', TOKENS, KEYS, TOKENS],
    ['nothing, after something', KEYS, null, KEYS],
    ['something, after nothing', null, KEYS, KEYS],
  ])('the same bytes looked into for %s', (_name, first, second, expected) => {
    const cache = open()
    learn(cache, 'a', A, { inside: first })
    learn(cache, 'a', A, { inside: second })
    expect(cache.look('a', OLD)?.inside).toEqual(expected)
    learn(cache, 'a', B, { inside: null })
    expect(cache.look('a', OLD)).toEqual({ digest: B, inside: null })
  })

  test('another version knows the digests, and looks into the files itself', () => {
    const cache = open()
    learn(cache, 'a', A, { inside: TOKENS })
    expect(open(cache.changed(), '2').look('a', OLD)).toEqual({ digest: A, inside: null })
  })

  test('as many formats as fit a byte; a file of one more is looked into again', () => {
    const cache = open()
    for (let i = 0; i < 256; i++) learn(cache, `${i}`, A, { inside: { scan: 'tokens', format: `f${i}` } })
    expect(cache.look('254', OLD)?.inside).toEqual({ scan: 'tokens', format: 'f254' })
    expect(cache.look('255', OLD)).toEqual({ digest: A, inside: null })
  })

  test('the stat of the last look, known or not', () => {
    const cache = open(written(['a']))
    const rows = new BigUint64Array(10)
    expect(cache.stat('a', rows, 0)).toBe(false)
    cache.look('a', { ...OLD, dev: 9n })
    cache.look('b', { ...OLD, ino: 8n })
    expect([cache.stat('a', rows, 1), cache.stat('b', rows, 0), cache.stat('c', rows, 0)]).toEqual([true, true, false])
    expect([...rows]).toEqual([3n, LONG_AGO, LONG_AGO, 8n, 1n, 3n, LONG_AGO, LONG_AGO, 7n, 9n])
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

  test.each([
    ['an old mtime with a fresh ctime is fresh: times can be set, that of the change cannot', LONG_AGO, NOW - 1n, true],
    ['an mtime that is just ahead, where no ctime tells', NOW + SECOND + 1n, LONG_AGO, true],
    ['an mtime far ahead is one that somebody set', NOW + 2n * HOUR + 1n, LONG_AGO, false],
    ['a ctime far ahead is a clock that went back', LONG_AGO, NOW + 2n * HOUR + 1n, true],
  ])('%s', (_name, mtimeNs, ctimeNs, expected) => {
    expect(isRacy({ mtimeNs, ctimeNs }, NOW)).toBe(expected)
  })

  test('are not remembered, and what was known of them goes', () => {
    const cache = open()
    learn(cache, 'a', A)
    learn(cache, 'a', B, { stat: at(NOW - 1n) })
    expect([digest(cache, 'a', at(NOW - 1n)), digest(cache, 'a')]).toEqual([null, null])
    expect(digest(open(cache.changed()), 'a', at(NOW - 1n))).toBeNull()
  })

  test('a file that has not the bytes that its stat says is read each time', () => {
    const cache = open()
    cache.look('version', { ...OLD, size: 0n })
    cache.set('version', { digest: A, size: 190 }, null, NOW)
    expect(digest(cache, 'version', { ...OLD, size: 0n })).toBeNull()
  })

  test('a file from before 1970 is old', () => {
    const cache = open()
    learn(cache, 'a', A, { stat: { ...OLD, mtimeNs: -5n } })
    expect(digest(cache, 'a', { ...OLD, mtimeNs: -5n })).toBe(A)
  })
})

/** The cache's bytes after files of these names were learnt, each with its name's digest. */
function written(paths: readonly string[]): Buffer {
  const cache = open()
  for (const path of paths) learn(cache, path, digestOf(path))
  return Buffer.from(cache.changed() ?? [])
}

describe('its file', () => {
  const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `data/größe-${i}.json`)

  test('comes back as it was, in whatever order', () => {
    const property = fc.property(fc.shuffledSubarray([...names(100)]), (order) => {
      const cache = open(written(names(100)))
      for (const path of order) expect(digest(cache, path)).toBe(digestOf(path))
    })
    fc.assert(property, { numRuns: 20, ...(process.env.AISHIP_SEED ? { seed: Number(process.env.AISHIP_SEED) } : {}) })
  })

  test('of which nothing changed is not written again', () => {
    const cache = open(written(names(3)))
    expect(names(3).map((path) => digest(cache, path))).not.toContain(null)
    cache.set(names(3)[1] as string, { digest: digestOf(names(3)[1] as string), size: 3 }, null, NOW)
    expect(cache.changed()).toBeNull()
  })

  test('has only what was looked at, and changes when something goes', () => {
    const cache = open(written(names(3)))
    digest(cache, names(3)[2] as string)
    digest(cache, 'unknown')
    expect(cache.changed()).toEqual(written(names(3).slice(2)))
  })

  test('knows next time what was added, changed and kept', () => {
    const cache = open(written(names(2000)))
    for (const path of names(4000)) {
      const stat = path.endsWith('7.json') ? { ...OLD, size: 4n } : OLD
      if (cache.look(path, stat) === null)
        cache.set(path, { digest: digestOf(`new ${path}`), size: Number(stat.size) }, null, NOW)
    }
    const again = open(cache.changed())
    for (const [i, path] of names(4000).entries()) {
      const isChanged = path.endsWith('7.json')
      const expected = isChanged || i >= 2000 ? digestOf(`new ${path}`) : digestOf(path)
      expect(digest(again, path, isChanged ? { ...OLD, size: 4n } : OLD)).toBe(expected)
    }
    expect(again.changed()).toBeNull()
  })

  test('damaged anywhere or cut off anywhere, it is empty', () => {
    const good = written(names(3))
    for (let i = 0; i < good.length; i++) {
      const flipped = Buffer.from(good)
      flipped[i] = (flipped[i] as number) ^ 1
      for (const bytes of [flipped, good.subarray(0, i)]) {
        const cache = open(bytes)
        for (const path of names(3)) expect(digest(cache, path)).toBeNull()
      }
    }
  })

  test('is read wherever it lies in memory', () => {
    const good = written(names(3))
    for (let i = 1; i < 9; i++) {
      const moved = Buffer.concat([Buffer.alloc(i), good]).subarray(i)
      expect(digest(open(moved), names(3)[0] as string)).toBe(digestOf(names(3)[0] as string))
    }
  })

  test('of a machine that writes numbers the other way round, it is empty', () => {
    const good = written(names(3))
    good.subarray(32, 36).reverse()
    expect(digest(open(good), names(3)[0] as string)).toBeNull()
  })

  test('is compact: 74 bytes a file and its path', () => {
    const paths = names(1000)
    expect(written(paths).length).toBe(80 + paths.reduce((sum, path) => sum + 74 + Buffer.byteLength(path) + 1, 0))
  })
})
