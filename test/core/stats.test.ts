import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chanceOf,
  levelOfEach,
  meanDifference,
  meanInterval,
  quantileBounds,
  quantileRanks,
  rateDifference,
  rateInterval,
} from '../../src/core/stats.ts'
import { chiSquareTail, kolmogorovTail, lnGamma, normalTail, twoSided } from '../../src/core/stats-curves.ts'
import { driftOf, ksOf } from '../../src/core/stats-drift.ts'

// Facts: SciPy 1.17 unless another source stands beside them.

const near = (value: number, digits = 10) => ({
  asymmetricMatch: (got: number) => Math.abs(got - value) <= Math.abs(value) * 10 ** -digits + Number.MIN_VALUE,
})

test.each([
  [0.5, 0.5723649429247],
  [3.7, 1.428072326665388],
  [11, 15.104412573075516],
  [1000, 5905.220423209181],
  [2_000_001, 27017323.650315885],
])('ln Γ(%d)', (x, expected) => {
  expect(lnGamma(x)).toEqual(near(expected, 12))
})

test('ln Γ(1) is 0', () => {
  expect(lnGamma(1)).toBeCloseTo(0, 12)
})

test.each([
  [0, 0.5],
  [1, 0.15865525393145707],
  [1.959963984540054, 0.025],
  [3, 0.0013498980316300933],
  [6, 9.865876450376946e-10],
  [-2, 0.9772498680518208],
])('the normal tail at %d', (z, expected) => {
  expect(normalTail(z)).toEqual(near(expected))
})

test.each([
  [0, 0],
  [0.8, 1.2815515655446004],
  [0.95, 1.959963984540054],
  [0.99, 2.5758293035489004],
  [levelOfEach(0.95, 24), 3.078088072842161],
  [0.9998, 3.7190164854556804],
])('z for %d', (level, expected) => {
  expect(twoSided(level)).toBeCloseTo(expected, 9)
})

test.each([
  [3.84, 1, 0.05004352124870519],
  [10.8276, 1, 0.0009999817291816411],
  [27.877, 9, 0.001000063357757273],
  [0.5, 4, 0.9735009788392561],
  [100, 20, 1.2596084591660847e-12],
])('the tail of χ² at %d, df %d', (x, df, expected) => {
  expect(chiSquareTail(x, df)).toEqual(near(expected))
})

test.each([
  [0.01, 1],
  [0.3, 0.9999906941986655],
  [0.5, 0.9639452436648751],
  [1, 0.26999967167735456],
  [2, 0.0006709252557796953],
  [3, 3.045995948942526e-8],
])("Kolmogorov's tail at %d", (x, expected) => {
  expect(kolmogorovTail(x)).toEqual(near(expected))
})

describe('rates', () => {
  test.each([
    [0, 10, 0, 0.27753279986288926],
    [1, 10, 0.017876213095072896, 0.4041500267952385],
    [10, 10, 0.7224672001371109, 1],
    [12, 500, 0.013781314655496982, 0.04147705746390075],
    [3, 3_000_000, 3.400902997440441e-7, 2.9403917732083993e-6],
  ])('%d of %d', (hits, n, low, high) => {
    expect(rateInterval({ n, hits }, 0.95)).toEqual({ low: near(low), high: near(high) })
  })

  test('one of 24 that are looked at is wider', () => {
    const each = rateInterval({ n: 500, hits: 12 }, levelOfEach(0.95, 24))
    expect(each).toEqual({ low: near(0.010181142094919365, 9), high: near(0.05552306467763225, 9) })
  })

  // By hand: (16 + 1) / 70, 1 / 11 and 1 / (10,003 over 3), doubled; never over 1.
  test.each([
    [{ n: 4, hits: 3 }, { n: 4, hits: 1 }, 0.4857142857142857],
    [{ n: 10, hits: 0 }, { n: 1, hits: 1 }, 2 / 11],
    [{ n: 10_000, hits: 0 }, { n: 3, hits: 3 }, (2 * 6) / (10_003 * 10_002 * 10_001)],
    [{ n: 50, hits: 5 }, { n: 50, hits: 5 }, 1],
    [{ n: 50, hits: 0 }, { n: 9, hits: 0 }, 1],
  ])('chance makes %o of %o', (a, b, expected) => {
    expect(chanceOf(a, b)).toEqual(near(expected))
    expect(chanceOf(b, a)).toEqual(near(expected))
  })

  // The third row is in Newcombe's paper (Statistics in Medicine 17, 1998, table II, method 10): 0.0524 to 0.3339.
  test.each([
    [{ hits: 190, n: 9500 }, { hits: 12, n: 500 }, -0.006654291174052222, 0.02167343718209054],
    [{ hits: 190, n: 19_000 }, { hits: 30, n: 1000 }, 0.010965442430769067, 0.03257279846027026],
    [{ hits: 48, n: 80 }, { hits: 56, n: 70 }, 0.05243147240236498, 0.333872654036906],
    [{ hits: 0, n: 20 }, { hits: 0, n: 10 }, -0.16112515805281938, 0.2775327998628892],
  ])('%o and %o', (a, b, low, high) => {
    expect(rateDifference(a, b, 0.95)).toEqual({ low: near(low), high: near(high) })
  })

  test('nothing is unknown', () => {
    expect(rateInterval({ n: 0, hits: 0 }, 0.95)).toBeNull()
    expect(rateDifference({ n: 0, hits: 0 }, { n: 9, hits: 1 }, 0.95)).toBeNull()
  })

  test('an interval has the rate in it, and stays a rate', () => {
    const share = fc.nat(1000).chain((n) => fc.record({ n: fc.constant(n + 1), hits: fc.nat(n + 1) }))
    fc.assert(
      fc.property(share, share, (a, b) => {
        const one = rateInterval(a, 0.95)
        expect(one?.low).toBeGreaterThanOrEqual(0)
        expect(one?.low).toBeLessThanOrEqual(a.hits / a.n)
        expect(one?.high).toBeGreaterThanOrEqual(a.hits / a.n)
        expect(one?.high).toBeLessThanOrEqual(1)
        const [there, back] = [rateDifference(a, b, 0.95), rateDifference(b, a, 0.95)]
        expect(there?.low).toBeCloseTo(-(back?.high ?? 9), 12)
      }),
    )
  })
})

test('means', () => {
  expect(meanInterval({ n: 100, mean: 10, variance: 4 }, 0.95)).toEqual({
    low: near(9.60800720309199),
    high: near(10.39199279690801),
  })
  const [a, b] = [
    { n: 100, mean: 2.3, variance: 4 },
    { n: 225, mean: 2.5, variance: 9 },
  ]
  expect(meanDifference(a, b, 0.95)).toEqual({ low: near(-0.3543615297398709, 9), high: near(0.7543615297398713, 9) })
  expect(meanInterval({ n: 1, mean: 10, variance: 0 }, 0.95)).toBeNull()
  expect(meanDifference(a, { n: 1, mean: 10, variance: 0 }, 0.95)).toBeNull()
})

test.each([
  [100, 0.95, 90, 100],
  [1000, 0.95, 936, 964],
  [72, 0.95, 64, 72],
  [71, 0.95, 63, null],
  [10, 0.5, 2, 9],
  [500, 0.99, 490, 500],
  [2_000_000, 0.95, 1_899_395, 1_900_605],
  [2_000_000, 0.5, 998_614, 1_001_387],
  [3, 0.5, null, null],
])('of %d values, those that bound the quantile %d', (n, p, low, high) => {
  expect(quantileRanks(n, p, 0.95)).toEqual({ low, high })
})

test.each([0.01, 0.5, 0.9, 0.95, 0.99])('shares of n bound the quantile %d of any number of values', (p) => {
  for (const n of [...Array(600).keys(), 1024, 1030, 2047, 2062, 4095].slice(1)) {
    const mass = Array.from({ length: n + 1 }, (_, k) =>
      Math.exp(lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log(1 - p)),
    )
    const chance = (from: number, to: number): number => mass.slice(from, to).reduce((sum, one) => sum + one, 0)
    for (const level of [0.95, 0.998, 0.99995]) {
      const { low, high } = quantileBounds(Math.floor(Math.log2(n)), p, level)
      // The value of a share is the one that at least so many lie at or below.
      const most = ((1 - level) / 2) * (1 + 1e-9)
      if (low !== null) expect([n, level, chance(0, Math.max(1, Math.ceil(low * n))) <= most]).toEqual([n, level, true])
      if (high !== null) expect([n, level, chance(Math.ceil(high * n), n + 1) <= most]).toEqual([n, level, true])
    }
  }
})

describe('drift', () => {
  test.each([
    [[500, 300, 150, 50], [400, 350, 150, 100], 0.06426571897260085, 0.006, 4.906678533405695e-7, 0.10738791175505989],
    [[500, 300, 150, 50], [80, 70, 30, 20], 0.06601783231305479, 0.018, 0.011709815418467738, 0.10738791175505989],
    [[600, 400, 0], [500, 400, 100], 0.5477244084696793, 0.004, 3.400775392446035e-60, 0.23083193818809797],
  ])('%j and %j', (a, b, psi, floor, p, js) => {
    expect(driftOf({ a, b })).toMatchObject({ psi: near(psi), floor: near(floor), p: near(p, 8), js: near(js) })
  })

  test('no bin in common is a distance of 1', () => {
    expect(driftOf({ a: [1000, 0], b: [0, 1000] })).toMatchObject({ js: 1, outcome: 'shifted' })
  })

  test('bins that nobody hit are none', () => {
    expect(driftOf({ a: [0, 700, 300, 0], b: [0, 650, 350, 0] })).toEqual(driftOf({ a: [700, 300], b: [650, 350] }))
  })

  test.each([
    ['one side has nothing', [9, 9], [0, 0], 'unknown', 'not enough data: one side has none'],
    ['fewer than the noise allows', [70, 70], [8, 7], 'unknown', 'not enough data: 15 of 200 a side'],
    ['one bin, hit once', [1], [1], 'unknown', 'not enough data: 1 of 200 a side'],
    ['ten bins', Array(10).fill(20), Array(10).fill(20), 'unknown', 'not enough data: 200 of 360 a side'],
    ['the same', [700, 300], [700, 300], 'same', 'PSI is under 0.1'],
    ['what chance can do', [40, 40, 40, 40, 40], [28, 64, 33, 48, 27], 'unknown', 'chance can do as much'],
    ['another', [700, 300], [400, 600], 'shifted', 'PSI is over 0.1'],
  ])('%s', (_, a, b, outcome, why) => {
    expect(driftOf({ a, b })).toMatchObject({ outcome, why })
  })

  test('a shift that one look shows may be nothing among many', () => {
    const pair = { a: [150, 60], b: [110, 100] }
    expect(driftOf(pair).outcome).toBe('shifted')
    expect(driftOf(pair, 10_000).outcome).toBe('unknown')
  })
})

test('Kolmogorov and Smirnov', () => {
  expect(ksOf(0.07, 1000, 800)).toEqual({ d: 0.07, p: near(0.02437238969225213) })
  // Exactly 0.9944576 for ten values a side; the limit is this far off for so few.
  expect(ksOf(0.2, 10, 10)).toEqual({ d: 0.2, p: near(0.9747892465409951) })
  expect(ksOf(0, 0, 10)).toBeNull()
})
