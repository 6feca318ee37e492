import { lnGamma, twoSided } from './stats-curves.ts'

/** A range that the true value lies in, with the level that was asked for. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** Of `n` things, so many had something: errors of requests. `n` may be an effective number, not whole, where records have weights. */
export interface Share {
  readonly n: number
  readonly hits: number
}

/** Count, mean and sample variance of a measured thing. */
export interface Sample {
  readonly n: number
  readonly mean: number
  readonly variance: number
}

/** Bonferroni: the level of each of `looks` intervals, so that with a chance of `level` all of them hold at once. */
export const levelOfEach = (level: number, looks: number): number => 1 - (1 - level) / Math.max(1, looks)

/** Wilson's score interval of a rate. Null of nothing. */
export function rateInterval({ n, hits }: Share, level: number): Interval | null {
  if (n <= 0) return null
  const z = twoSided(level)
  const p = hits / n
  const scale = 1 + (z * z) / n
  const middle = (p + (z * z) / (2 * n)) / scale
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / scale
  return { low: hits === 0 ? 0 : middle - half, high: hits === n ? 1 : middle + half }
}

/** Newcombe's hybrid score interval of b's rate less a's. Null where either has nothing. */
export function rateDifference(a: Share, b: Share, level: number): Interval | null {
  const [one, other] = [rateInterval(a, level), rateInterval(b, level)]
  if (one === null || other === null) return null
  const [p, q] = [a.hits / a.n, b.hits / b.n]
  return {
    low: q - p - Math.hypot(q - other.low, one.high - p),
    high: q - p + Math.hypot(other.high - q, p - one.low),
  }
}

/** A mean's interval by the normal distribution: for hundreds of values, not for five. Null for fewer than two. */
export function meanInterval({ n, mean, variance }: Sample, level: number): Interval | null {
  if (n < 2) return null
  const half = twoSided(level) * Math.sqrt(variance / n)
  return { low: mean - half, high: mean + half }
}

/** Of b's mean less a's, their variances apart (Welch). */
export function meanDifference(a: Sample, b: Sample, level: number): Interval | null {
  if (a.n < 2 || b.n < 2) return null
  const half = twoSided(level) * Math.sqrt(a.variance / a.n + b.variance / b.n)
  return { low: b.mean - a.mean - half, high: b.mean - a.mean + half }
}

/**
 * Which of n values in order (from 1) bound the quantile `p`, whatever their distribution: by the binomial distribution, exact. An end is null
 * where no value can bound it: the 95 % interval of p95 has no upper end below 72 values.
 */
export function quantileRanks(
  n: number,
  p: number,
  level: number,
): { readonly low: number | null; readonly high: number | null } {
  const tail = (1 - level) / 2
  const low = binomialQuantile(n, p, tail)
  const high = binomialQuantile(n, p, 1 - tail) + 1
  return { low: low < 1 ? null : low, high: high > n ? null : high }
}

/**
 * The same as shares of n, for all n from 2^size up to twice that: those of 2^size, which are a little wider than need be. So a few fractions serve
 * groups of any size in one query. A share of n that is no whole number is rounded up by who asks, so the lower end is one value further out: nothing
 * is rounded into the interval.
 */
export function quantileBounds(
  size: number,
  p: number,
  level: number,
): { readonly low: number | null; readonly high: number | null } {
  const n = 2 ** size
  const { low, high } = quantileRanks(n, p, level)
  return { low: low === null ? null : (low - 1) / n, high: high === null ? null : high / n }
}

/**
 * Fisher's exact test: the chance, doubled, of hits at least as unlike on the two sides where both have the same rate. It holds for few hits too, where
 * score intervals are too narrow. Numbers that are not whole are rounded.
 */
export function chanceOf(a: Share, b: Share): number {
  const [n, m] = [Math.round(a.n), Math.round(b.n)]
  const [x, y] = [Math.min(n, Math.round(a.hits)), Math.min(m, Math.round(b.hits))]
  const up = y * n >= x * m
  // The tail in which the one with the higher rate has yet more.
  return Math.min(1, 2 * (up ? hypergeometricTail(y, m, n, x + y) : hypergeometricTail(x, n, m, x + y)))
}

/** P(X >= k) where `hits` are dealt at random to m and n, and m gets X. */
function hypergeometricTail(k: number, m: number, n: number, hits: number): number {
  const choose = (all: number, some: number): number => lnGamma(all + 1) - lnGamma(some + 1) - lnGamma(all - some + 1)
  let mass = Math.exp(choose(m, k) + choose(n, hits - k) - choose(m + n, hits))
  let sum = 0
  for (let i = k; mass > sum * Number.EPSILON; i++) {
    sum += mass
    mass *= ((m - i) * (hits - i)) / ((i + 1) * (n - hits + i + 1))
  }
  return sum
}

/** The least k that P(X <= k) >= q holds for, of a binomial X. Sums from where less than 1e-20 lies below. */
function binomialQuantile(n: number, p: number, q: number): number {
  const spread = Math.sqrt(n * p * (1 - p))
  let k = Math.max(0, Math.floor(n * p - 12 * spread - 12))
  let mass = Math.exp(
    lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log(1 - p),
  )
  for (let sum = mass; sum < q && k < n; sum += mass) {
    mass *= ((n - k) / (k + 1)) * (p / (1 - p))
    k++
  }
  return k
}
