import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundsOf, gapsOf, type Stay, staysOf } from '../../src/core/blast.ts'
import type { Digest } from '../../src/core/digest.ts'
import type { PointerEntry } from '../../src/core/model.gen.ts'

const [A, B, C] = ['a', 'b', 'c'].map((letter): Digest => `sha256:${letter.repeat(64)}`) as [Digest, Digest, Digest]

/** An entry at a minute, with weights by arm; the first arm is the fallback. */
const entry = (seq: number, minute: number, arms: Readonly<Record<string, readonly [Digest, number]>>): PointerEntry =>
  ({
    ...{ seq, at: new Date(minute * 60_000).toISOString() },
    route: {
      arms: Object.fromEntries(Object.entries(arms).map(([name, [bundle]]) => [name, { bundle, version: 'v1' }])),
      fallback: Object.keys(arms)[0],
      serve: [{ to: Object.fromEntries(Object.entries(arms).map(([name, [, weight]]) => [name, weight])) }],
    },
  }) as unknown as PointerEntry

const stay = (seq: number, as: Stay['as'], from: number, until: number | null) => ({
  ...{ pointer: 'prod', seq, as, from: from * 60_000, until: until === null ? null : until * 60_000 },
})

test('a canary, then everybody, then back: two stays, told apart', () => {
  const entries = [
    entry(1, 0, { main: [A, 100_000] }),
    entry(2, 10, { stable: [A, 95_000], candidate: [B, 5000] }),
    entry(3, 20, { stable: [A, 50_000], candidate: [B, 50_000] }),
    entry(4, 30, { main: [B, 100_000] }),
    entry(5, 40, { main: [A, 100_000] }),
    { ...entry(6, 50, { main: [B, 100_000] }), route: null },
    entry(7, 60, { main: [B, 100_000] }),
  ]
  expect(staysOf('prod', entries, new Set([B]))).toEqual([
    stay(2, 'arm', 10, 30),
    stay(4, 'main', 30, 40),
    stay(7, 'main', 60, null),
  ])
  expect(staysOf('prod', entries, new Set([C]))).toEqual([])
  expect(staysOf('prod', entries, new Set([A, B]))[0]).toEqual(stay(1, 'main', 0, 50))
})

test('silence is a gap where it cannot be chance; with no pace to go by, nobody knows how much is hidden', () => {
  const at = { ...stay(1, 'main', 0, 10), until: 600_000 }
  expect(gapsOf(at, [50, 50, 0, 0, 50])).toEqual([{ pointer: 'prod', from: 240_000, until: 480_000, most: 100 }])
  expect(gapsOf(at, [3, 2, 0, 0, 1])).toEqual([])
  expect(gapsOf(at, [0, 0, 0])).toEqual([{ pointer: 'prod', from: 0, until: 600_000, most: null }])
  expect(gapsOf(at, [30, 0])).toMatchObject([{ from: 300_000, until: 600_000, most: 30 }])
})

test('bounds hold what was drawn: a log that keeps each record with its rate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 20, max: 500 }), (tenths, kept) => {
      const rate = tenths / 10
      const requests = kept / rate
      const [least, most] = boundsOf(kept, { requests, variance: (kept * (1 - rate)) / rate ** 2 }, [])
      expect(least).toBe(kept)
      expect(most).toBeGreaterThanOrEqual(Math.floor(requests))
    }),
  )
  expect(boundsOf(10, { requests: 10, variance: 0 }, [])).toEqual([10, 10])
  const gap = { pointer: 'prod', from: 0, until: 1 }
  expect(boundsOf(10, { requests: 10, variance: 0 }, [{ ...gap, most: 7 }])).toEqual([10, 17])
  expect(boundsOf(10, { requests: 10, variance: 0 }, [{ ...gap, most: null }])).toEqual([10, null])
})
