import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Chunks, startChunker } from '../../src/core/chunks.ts'
import {
  type Compare,
  findShared,
  holesOf,
  LEAST_TAKE,
  type Span,
  type Stretch,
  worthwhile,
} from '../../src/core/difference.ts'
import { commonChunks } from '../../src/core/difference-chunks.ts'
import { startMatcher } from '../../src/core/difference-equal.ts'
import { likelyStretches } from '../../src/core/difference-lines.ts'
import { computedMs } from '../stopwatch.ts'
import { type Edit, edited, noise } from './edits.ts'

const MIB = 1024 * 1024
const AVERAGE = 4096
/** What one edit costs, at most, beyond its own bytes. */
const LOST = 20 * AVERAGE

function cut(bytes: Uint8Array): Chunks {
  const chunker = startChunker(AVERAGE)
  for (let at = 0; at < bytes.length; ) {
    const room = chunker.room()
    const piece = bytes.subarray(at, at + room.length)
    room.set(piece)
    chunker.took(piece.length)
    at += piece.length
  }
  return chunker.end()
}

/** Compares in blocks of 64 KiB, counting the bytes. */
function comparer(file: Buffer, olds: readonly Buffer[]): Compare & { compared: number } {
  const compare = ({ old, shift, at, end }: Stretch): readonly Span[] => {
    const matcher = startMatcher(at)
    for (let done = at; done < end; done += 65536) {
      const to = Math.min(end, done + 65536)
      const [a, b] = [file.subarray(done, to), (olds[old] as Buffer).subarray(done + shift, to + shift)]
      expect(b.length).toBe(a.length)
      matcher.block(a, b, to - done)
    }
    result.compared += end - at
    return matcher.spans
  }
  const result = Object.assign(compare, { compared: 0 })
  return result
}

type Hints = 'chunks' | 'lines'

/** What is shared, after looking that it is: in order, apart, the same bytes. Null where the likely lines do not tell. */
function shared(file: Buffer, olds: readonly Buffer[], how: Hints): readonly Stretch[] | null {
  const compare = comparer(file, olds)
  const sizes = olds.map(({ length }) => length)
  const hints =
    how === 'chunks'
      ? commonChunks(cut(file), olds.map(cut))
      : likelyStretches(file.length, sizes, (stretch) => {
          const [span] = compare(stretch)
          return span?.at === stretch.at && span.end === stretch.end
        })
  if (hints === null) return null
  const found = worthwhile(findShared(file.length, sizes, hints, compare), LEAST_TAKE)
  let last = 0
  for (const { old, shift, at, end } of found) {
    expect(at).toBeGreaterThanOrEqual(last)
    expect(end).toBeGreaterThan(at)
    expect(file.subarray(at, end).equals((olds[old] as Buffer).subarray(at + shift, end + shift))).toBe(true)
    last = end
  }
  expect(last).toBeLessThanOrEqual(file.length)
  expect(compare.compared).toBeLessThanOrEqual(4 * file.length + 4 * MIB)
  return found
}

const freshBytes = (file: Buffer, found: readonly Stretch[]): number =>
  holesOf({ at: 0, end: file.length }, found).reduce((sum, { at, end }) => sum + end - at, 0)

const edit: fc.Arbitrary<Edit> = fc
  .record({ at: fc.nat(700_000), removed: fc.nat(20_000), added: fc.nat(20_000), seed: fc.nat() })
  .map(({ at, removed, added, seed }) => ({ at, removed, bytes: noise(seed, added) }))

describe('random edits', () => {
  const before = noise(1, 600_000)

  test('by chunks: little more is new than what was put in', () => {
    let [all, put] = [0, 0]
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const after = edited(before, edits)
        const added = edits.reduce((sum, { bytes }) => sum + bytes.length, 0)
        const fresh = freshBytes(after, shared(after, [before], 'chunks') ?? [])
        // Cuts find back to those of before only some chunks behind an edit; what lies between two edits may stay unseen.
        expect(fresh).toBeLessThanOrEqual(added + edits.length * LOST)
        all += fresh
        put += added
      }),
    )
    expect(all).toBeLessThan(put * 1.1)
  })

  test('by likely lines: one edit is found to the byte, or not at all', () => {
    let found = 0
    fc.assert(
      fc.property(edit, (one) => {
        const after = edited(before, [one])
        const got = shared(after, [before], 'lines')
        if (got === null) return
        found++
        // And a part before or behind it that is too short to be a row.
        expect(freshBytes(after, got)).toBeLessThanOrEqual(one.bytes.length + 2 * 4096)
      }),
    )
    expect(found).toBeGreaterThan(50)
  })

  test('parts that change places', () => {
    fc.assert(
      fc.property(fc.nat(290_000), fc.integer({ min: 300_000, max: 590_000 }), fc.nat(50_000), (a, b, length) => {
        const part = (at: number): Buffer => before.subarray(at, at + Math.min(length, 10_000))
        const after = edited(before, [
          { at: a, removed: part(a).length, bytes: part(b) },
          { at: b, removed: part(b).length, bytes: part(a) },
        ])
        expect(freshBytes(after, shared(after, [before], 'chunks') ?? [])).toBeLessThan(2 * part(a).length + LOST)
      }),
    )
    const moved = Buffer.concat([before.subarray(300_000), before.subarray(0, 300_000)])
    expect(freshBytes(moved, shared(moved, [before], 'chunks') ?? [])).toBe(0)
  })

  test('truncated and appended', () => {
    for (const how of ['chunks', 'lines'] as const) {
      const [short, long] = [before.subarray(0, 400_001), Buffer.concat([before, noise(2, 123_457)])]
      expect(freshBytes(short, shared(short, [before], how) ?? [])).toBe(0)
      expect(freshBytes(long, shared(long, [before], how) ?? [])).toBe(123_457)
    }
  })

  test('put together from two', () => {
    const other = noise(3, 500_000)
    const both = Buffer.concat([before.subarray(100_000, 300_000), noise(4, 1000), other.subarray(200_000)])
    const found = shared(both, [before, other], 'chunks') ?? []
    expect(freshBytes(both, found)).toBe(1000)
    expect(found.map(({ old, shift }) => [old, shift])).toEqual([
      [0, 100_000],
      [1, -1000],
    ])
  })
})

describe('pages that were written again', () => {
  const before = noise(5, 4 * MIB)
  const pages = (count: number, shift: number): Buffer => {
    const after = Buffer.from(before)
    for (let i = 0; i < count; i++) noise(100 + i, 4096).copy(after, shift + ((i * 7919) % 1023) * 4096)
    return after
  }

  test.each([
    ['chunks', 10, 0],
    ['chunks', 200, 0],
    ['chunks', 100, 1234],
    ['lines', 10, 0],
  ] as const)('by %s, %i of 1,024 at %i: they and nothing else', (how, count, shift) => {
    const after = pages(count, shift)
    const fresh = freshBytes(after, shared(after, [before], how) ?? [])
    // What lies before the first one may be too short to be a row.
    expect(fresh).toBeLessThanOrEqual(count * 4096 + shift)
    expect(fresh).toBeGreaterThan(count * 4096 * 0.98)
  })

  test('with a header of another length, too', () => {
    const after = Buffer.concat([noise(6, 1008), pages(12, 0).subarray(1000)])
    // Pages no longer stand where blocks begin: two blocks differ, and are trimmed to the byte.
    for (const how of ['chunks', 'lines'] as const)
      expect(freshBytes(after, shared(after, [before], how) ?? ([after].slice(1) as never))).toBeLessThanOrEqual(
        12 * 4096 + 1008,
      )
  })
})

describe('likely lines', () => {
  test('are not enough where many parts moved', () => {
    const before = noise(7, 2 * MIB)
    const edits = [1, 2, 3, 4, 5, 6].map((i) => ({ at: i * 300_000, removed: 0, bytes: noise(i, 100) }))
    expect(shared(edited(before, edits), [before], 'lines')).toBeNull()
  })

  test('nor for a file of its own', () => {
    expect(shared(noise(8, MIB), [noise(9, MIB)], 'lines')).toBeNull()
    expect(shared(noise(8, MIB), [], 'lines')).toBeNull()
    expect(shared(Buffer.alloc(0), [noise(9, MIB)], 'lines')).toBeNull()
  })
})

describe('what is made to take long', () => {
  const zeros = Buffer.alloc(3 * MIB)
  const pattern = Buffer.alloc(3 * MIB, noise(10, 5000))

  test.each([
    ['zeros and zeros', zeros, zeros],
    ['more zeros', Buffer.concat([zeros, zeros]), zeros],
    ['fewer zeros', zeros.subarray(0, MIB + 7), zeros],
    ['zeros, one byte set', edited(zeros, [{ at: MIB, removed: 1, bytes: Buffer.of(1) }]), zeros],
    ['a pattern and itself', pattern, pattern],
    ['a pattern, shifted', pattern.subarray(77), pattern],
    ['a pattern, one period', pattern, pattern.subarray(0, 5000)],
    ['zeros and a pattern', Buffer.concat([zeros, pattern]), Buffer.concat([pattern, zeros])],
  ])('%s', (_what, file, old) => {
    for (const how of ['chunks', 'lines'] as const) {
      const found = shared(file, [old], how)
      if (found !== null && old.length > MIB) expect(freshBytes(file, found)).toBeLessThan(file.length / 10 + 1)
    }
  })

  const chunksOf = (count: number, print: (i: number) => readonly [number, number]): Chunks => ({
    lengths: new Uint32Array(count).fill(65536),
    prints: Uint32Array.from({ length: 2 * count }, (_, i) => print(i >> 1)[i & 1] as number),
  })

  test.each<readonly [string, Chunks, Chunks]>([
    ['one chunk a million times', chunksOf(1e6, () => [1, 2]), chunksOf(1e6, () => [1, 2])],
    ['one chunk a million times, of one', chunksOf(1e6, () => [1, 2]), chunksOf(1, () => [1, 2])],
    ['fingerprints that all want one place', chunksOf(1e5, (i) => [0, 1e5 - i]), chunksOf(1e5, (i) => [0, i])],
    ['two chunks in turn', chunksOf(1e6, (i) => [i % 2, 0]), chunksOf(1e6, (i) => [(i >> 1) % 2, 0])],
  ])('%s', (_what, fresh, old) => {
    const started = computedMs()
    const found = commonChunks(fresh, [old])
    expect(computedMs() - started).toBeLessThan(5000)
    expect(found.length).toBeLessThanOrEqual(fresh.lengths.length)
  })

  test('a gap between two lines is looked at on both, and a long one is given up', () => {
    const [before, middle] = [noise(11, 12 * MIB), noise(12, 30 * MIB)]
    const after = edited(before, [{ at: 6 * MIB, removed: 0, bytes: middle }])
    const compare = comparer(after, [before])
    const hints: readonly Stretch[] = [
      { old: 0, shift: 0, at: 0, end: MIB },
      { old: 0, shift: -30 * MIB, at: 41 * MIB, end: 42 * MIB },
    ]
    const found = findShared(after.length, [before.length], hints, compare)
    expect(freshBytes(after, worthwhile(found, LEAST_TAKE))).toBe(30 * MIB)
    expect(compare.compared).toBeLessThan(12 * MIB + 2 * 5 * MIB)
  })
})
