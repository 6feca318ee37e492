import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { causeOf, type Evidence, movesInside } from '../../src/core/cause.ts'
import { compareTallies, judgeMeans, judgeRates } from '../../src/core/compared.ts'
import { chooseBasis, type Piece, stepFor, strataOf } from '../../src/core/concurrent.ts'
import { alignedShares, errorShare, NO_RECORDS, restOf, sumOf, type Tally } from '../../src/core/tally.ts'

const HOUR = 3_600_000

/** So many answers, so many of them errors, scores of 0.5 ± 0.1. */
const tally = (n: number, errors: number, more: Partial<Tally> = {}): Tally => ({
  ...{ n, weight: n, square: n, errors, timed: n, timed_square: n, slow: n * 0.05 },
  ...{ scored: n, scored_square: n, score_sum: n * 0.5, score_squares: n * 0.26 },
  ...more,
})

const piece = (side: 'a' | 'b', hour: number, n: number, errors: number, more: Partial<Piece> = {}): Piece => ({
  ...{ side, at: hour * HOUR, split: true, slice: '[]', first: hour * HOUR, last: (hour + 1) * HOUR - 1 },
  ...{ tally: tally(n, errors), ...more },
})

describe('equal hours', () => {
  test('who served more of the bad hours is not blamed for them', () => {
    // Errors are 1 % in the first hour and 20 % in the second, for both; B came late.
    const strata = [
      { a: tally(9000, 90), b: tally(1000, 10) },
      { a: tally(1000, 200), b: tally(9000, 1800) },
    ]
    const [plainA, plainB] = [290 / 10_000, 1810 / 10_000]
    expect(plainB / plainA).toBeGreaterThan(6)
    const [errors] = compareTallies(strata, 0.95)
    expect(errors).toMatchObject({
      a: { value: plainA },
      b: { value: plainB },
      difference: { value: 0 },
      outcome: 'same',
    })
  })

  test('one step gives the plain rates', () => {
    const { a, b } = alignedShares([{ a: tally(500, 12), b: tally(80, 3) }], errorShare)
    expect(a.n).toBeCloseTo(500, 9)
    expect(a.hits).toBeCloseTo(12, 9)
    expect([b.n, b.hits].map((one) => Math.round(one * 1e6) / 1e6)).toEqual([80, 3])
  })

  test('a total less a part is the rest', () => {
    const some = fc.record({ n: fc.nat(1e6), errors: fc.nat(1000) }).map(({ n, errors }) => tally(n, errors))
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(restOf(sumOf([a, b]), b).n).toBe(a.n)
        expect(sumOf([a, NO_RECORDS])).toEqual(a)
      }),
    )
  })

  test('records that stand for more requests weigh more, and are worth fewer', () => {
    // 100 errors, all logged; 100 others, one in ten.
    const { n, hits } = errorShare(tally(200, 100, { weight: 1100, square: 10_100 }))
    expect(hits / n).toBeCloseTo(100 / 1100, 12)
    expect(n).toBeCloseTo(1100 ** 2 / 10_100, 9)
  })
})

describe('what is compared', () => {
  const both = [0, 1, 2].flatMap((hour) => [piece('a', hour, 900, 18), piece('b', hour, 100, 2)])

  test('what a split drew while both served', () => {
    const alone = piece('a', 5, 700, 7)
    const sent = piece('b', 1, 50, 40, { split: false })
    expect(chooseBasis([...both, alone, sent])).toMatchObject({
      ...{ basis: 'randomised', steps: [0, HOUR, 2 * HOUR], splitOnly: true },
      ...{ left_out: { not_split: 50, other_hours: 700 }, window: { from: 0, to: 3 * HOUR - 1 } },
    })
  })

  test('without a split, the same hours', () => {
    const pieces = both.map((one) => ({ ...one, split: false }))
    expect(chooseBasis(pieces)).toMatchObject({ basis: 'concurrent', splitOnly: false, left_out: { not_split: 0 } })
  })

  test('one after the other, though a straggler came late', () => {
    const straggler = piece('a', 3, 1, 0)
    const pieces = [piece('a', 0, 900, 18), piece('a', 1, 900, 18), straggler, piece('b', 3, 900, 18)]
    const chosen = chooseBasis(pieces)
    expect(chosen).toMatchObject({ basis: 'sequential', window: null, steps: null })
    expect(strataOf(chosen.pieces, chosen.basis)).toHaveLength(1)
  })

  test('one after the other within a single step', () => {
    const morning = piece('a', 0, 900, 18, { last: HOUR / 2 })
    const evening = piece('b', 0, 900, 18, { first: HOUR / 2 + 1 })
    expect(chooseBasis([morning, evening]).basis).toBe('sequential')
  })

  test('nothing on one side', () => {
    expect(chooseBasis([piece('a', 0, 900, 18)])).toMatchObject({ basis: 'none', pieces: [] })
    expect(chooseBasis([])).toMatchObject({ basis: 'none' })
  })

  test.each([
    [0, 60_000, 1000],
    [0, 10 * 60_000, 10_000],
    [0, 4 * HOUR, 5 * 60_000],
    [0, 30 * 24 * HOUR, 12 * HOUR],
    [0, 3650 * 24 * HOUR, 55_000_000_000],
  ])('from %d to %d, in steps of at most %d ms', (first, last, most) => {
    const step = stepFor(first, last)
    expect(step).toBeLessThanOrEqual(most)
    expect((last - first) / step).toBeLessThan(96)
  })
})

describe('a difference', () => {
  test.each([
    [{ n: 10_000, hits: 200 }, { n: 1000, hits: 60 }, 'worse'],
    [{ n: 10_000, hits: 600 }, { n: 1000, hits: 20 }, 'better'],
    [{ n: 10_000, hits: 200 }, { n: 10_000, hits: 205 }, 'same'],
    [{ n: 10_000, hits: 200 }, { n: 30, hits: 1 }, 'unknown'],
    [{ n: 10_000, hits: 0 }, { n: 30, hits: 0 }, 'unknown'],
    [{ n: 10_000, hits: 0 }, { n: 3, hits: 3 }, 'worse'],
    [{ n: 0, hits: 0 }, { n: 30, hits: 0 }, 'unknown'],
  ])('%o to %o is %s', (a, b, outcome) => {
    expect(judgeRates(a, b, 0.95, 'up').outcome).toBe(outcome)
  })

  test.each([
    [{ n: 5000, mean: 0.5, variance: 0.01 }, { n: 5000, mean: 0.55, variance: 0.01 }, 'shifted'],
    [{ n: 5e6, mean: 0.5, variance: 0.01 }, { n: 5e6, mean: 0.502, variance: 0.01 }, 'same'],
    [{ n: 5000, mean: 0.5, variance: 0.01 }, { n: 5000, mean: 0.5, variance: 0.01 }, 'same'],
    [{ n: 5000, mean: 0.5, variance: 0.01 }, { n: 20, mean: 0.51, variance: 0.01 }, 'unknown'],
    [{ n: 5000, mean: 0.5, variance: 0.01 }, { n: 1, mean: 0.5, variance: 0 }, 'unknown'],
  ])('%o to %o is %s', (a, b, outcome) => {
    expect(judgeMeans(a, b, 0.95).outcome).toBe(outcome)
  })
})

describe('world or release', () => {
  /** A and B over six hours, by error rates before and after B's first hour; B comes in the fourth. */
  const evidence = (
    rates: { before: number; a: number; b: number; late?: number },
    n = 20_000,
    basis?: Evidence['basis'],
  ) => {
    const steps = (side: 'a' | 'b', from: number, rate: (hour: number) => number) =>
      Array.from({ length: 6 - from }, (_, i) => piece(side, from + i, n, Math.round(n * rate(from + i))))
    const pieces = [
      ...steps('a', 0, (hour) => (hour < 3 ? rates.before : rates.a)),
      ...steps('b', 3, (hour) => (hour === 5 ? (rates.late ?? rates.b) : rates.b)),
    ]
    const chosen = chooseBasis(pieces)
    const metrics = compareTallies(strataOf(chosen.pieces, chosen.basis), 0.99)
    const course = (side: 'a' | 'b') => pieces.filter((one) => one.side === side)
    const inside = [
      movesInside({ name: 'A', steps: course('a') }, 3 * HOUR, 0.99),
      movesInside({ name: 'B', steps: course('b') }, null, 0.99),
    ]
    return causeOf({
      ...{ basis: basis ?? chosen.basis, metrics: metrics.map((metric) => ({ where: null, metric })), inside },
      models: [],
    })
  }

  test.each([
    ['B alone is worse, while both serve', { before: 0.02, a: 0.02, b: 0.08 }, 'release'],
    ['both are worse since B came', { before: 0.02, a: 0.08, b: 0.08 }, 'world'],
    ['both are worse, and B more so', { before: 0.02, a: 0.08, b: 0.2 }, 'both'],
    ['B became worse later: no release does that alone', { before: 0.02, a: 0.02, b: 0.02, late: 0.3 }, 'both'],
    ['nothing moved', { before: 0.02, a: 0.02, b: 0.02 }, 'none'],
  ])('%s: %o is %s', (_, rates, cause) => {
    expect(evidence(rates).cause).toBe(cause)
  })

  test('too little to tell is unknown, never none', () => {
    expect(evidence({ before: 0.02, a: 0.02, b: 0.02 }, 20)).toMatchObject({ cause: 'unknown' })
  })

  test('one after the other, a difference is no proof', () => {
    const { cause, why } = evidence({ before: 0.02, a: 0.02, b: 0.08 }, 20_000, 'sequential')
    expect(cause).toBe('unknown')
    expect(why.at(-1)).toMatch(/did not run at the same time/)
    expect(evidence({ before: 0.02, a: 0.08, b: 0.08 }, 20_000, 'sequential').cause).toBe('world')
    expect(evidence({ before: 0.02, a: 0.02, b: 0.02 }, 20_000, 'none').cause).toBe('unknown')
  })

  test('a provider that changed its model inside one digest is named with the shift', () => {
    const [first, last] = ['2026-09-30T08:00:00.000Z', '2026-09-30T12:00:00.000Z']
    const models = ['m-1', 'm-2'].map((model) => ({ side: 'a' as const, model, count: 9, first, last }))
    const moved = { moved: ['inside A, error_rate went from 2.00 % to 8.00 %'], isSteady: false }
    const metrics = compareTallies([{ a: tally(9000, 90), b: tally(9000, 90) }], 0.95)
    const { cause, why } = causeOf({
      ...{ basis: 'randomised', metrics: metrics.map((metric) => ({ where: null, metric })), inside: [moved], models },
    })
    expect(cause).toBe('world')
    expect(why).toContain(`inside A, the provider served m-2 9 times, from ${first} on`)
  })

  test('a metric that nobody logs keeps nothing open', () => {
    const bare = (n: number, errors: number) =>
      tally(n, errors, { timed: 0, timed_square: 0, slow: 0, scored: 0, scored_square: 0 })
    const metrics = compareTallies([{ a: bare(20_000, 400), b: bare(20_000, 400) }], 0.95)
    const steps = [0, 1].map((hour) => ({ at: hour * HOUR, tally: bare(20_000, 400) }))
    const inside = [movesInside({ name: 'A', steps }, null, 0.95)]
    const all = metrics.map((metric) => ({ where: null, metric }))
    expect(causeOf({ basis: 'randomised', metrics: all, inside, models: [] }).cause).toBe('none')
  })
})
