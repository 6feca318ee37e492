import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { NEWEST, type Said, stayingEntries, wayBack, whyVersionStays } from '../../src/core/retention.ts'

const DAY = 24 * 60 * 60 * 1000
const NOW = Date.parse('2026-10-01T00:00:00.000Z')
const retention = { nowMs: NOW, keepMs: 90 * DAY }
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString()
const digest = (n: number): Digest => `sha256:${String(n).padStart(64, '0')}`

/** Promoted so many days ago, each after the one before. */
const promoted = (days: readonly number[]): readonly Said[] =>
  days.map((day, i) => ({
    ...{ seq: i + 1, at: ago(day), back: i === 0 ? null : { seq: i, bundle: digest(i) } },
    ...{ serves: [digest(i + 1)], named: [digest(i + 1)] },
  }))

test.each([
  ['a young one', 1, 10, 'made less than 90 days ago'],
  ['an old one among the newest', 51, 200, `one of the newest ${NEWEST}`],
  ['an old one', 50, 200, null],
])('of versions %s', (_, seq, days, why) => {
  expect(whyVersionStays({ seq, at: ago(days) }, 100, retention)).toBe(why)
})

describe('of a pointer', () => {
  const stay = (entries: readonly Said[]): readonly string[] =>
    stayingEntries(entries, retention)
      .map(({ entry, why }) => `${entry.seq} ${why}`)
      .sort()

  test('what it serves stays however old, and what a rollback restores', () => {
    expect(stay(promoted([500, 400]))).toEqual(['1 back', '2 serving'])
  })

  test('what was in force within the retention stays, though it was promoted before', () => {
    expect(stay(promoted([500, 80]))).toEqual(['1 served', '2 serving'])
  })

  test('twenty steps back stay', () => {
    const entries = promoted(Array.from({ length: 30 }, (_, i) => 500 - i))
    expect(wayBack(entries)).toHaveLength(29)
    expect(stayingEntries(entries, retention)).toHaveLength(21)
  })
})
