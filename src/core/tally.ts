import type { Sample, Share } from './stats.ts'

/**
 * Sums over some records, each weighted by 1 / sample_rate: what rates and means are made of. Tallies add up, so a total less a part is the rest.
 * `square` is the sum of squared weights, which says how many records of weight 1 they are worth.
 */
export interface Tally {
  /** Records, unweighted. */
  readonly n: number
  readonly weight: number
  readonly square: number
  readonly errors: number
  /** Those with a latency, and of these the ones over the threshold. */
  readonly timed: number
  readonly timed_square: number
  readonly slow: number
  /** Those with a score, the sum of scores and of their squares. */
  readonly scored: number
  readonly scored_square: number
  readonly score_sum: number
  readonly score_squares: number
}

export const TALLY_KEYS = [
  'n',
  'weight',
  'square',
  'errors',
  'timed',
  'timed_square',
  'slow',
  'scored',
  'scored_square',
  'score_sum',
  'score_squares',
] as const satisfies readonly (keyof Tally)[]

export const NO_RECORDS = Object.fromEntries(TALLY_KEYS.map((key) => [key, 0])) as unknown as Tally
export function sumOf(tallies: Iterable<Tally>): Tally {
  const sum = { ...NO_RECORDS } as Record<keyof Tally, number>
  for (const one of tallies) for (const key of TALLY_KEYS) sum[key] += one[key]
  return sum
}
/** Sums of fractions leave crumbs, which are no records. */
export const restOf = (total: Tally, part: Tally): Tally =>
  total.n === part.n
    ? NO_RECORDS
    : (Object.fromEntries(TALLY_KEYS.map((key) => [key, total[key] - part[key]])) as unknown as Tally)

/** Kish's effective number: of records that weigh the same it is their number. */
const shareOf = (weight: number, square: number, hits: number): Share => {
  const n = square > 0 ? (weight * weight) / square : 0
  return { n, hits: weight > 0 ? Math.min(n, (n * hits) / weight) : 0 }
}

export const errorShare = (t: Tally): Share => shareOf(t.weight, t.square, t.errors)
export const slowShare = (t: Tally): Share => shareOf(t.timed, t.timed_square, t.slow)

export function scoreSample(t: Tally): Sample {
  const { n } = shareOf(t.scored, t.scored_square, 0)
  if (n === 0) return { n: 0, mean: 0, variance: 0 }
  const mean = t.score_sum / t.scored
  const spread = Math.max(0, t.score_squares / t.scored - mean * mean)
  return { n, mean, variance: n > 1 ? (spread * n) / (n - 1) : 0 }
}

/** What both sides did in one step of time. */
export interface Stratum {
  readonly a: Tally
  readonly b: Tally
}

/** Two sides made comparable. */
export interface Aligned<T> {
  readonly a: T
  readonly b: T
}

/**
 * Both sides' rates with the same share of each step of time (the weights of Mantel and Haenszel), so that a side that served more of the bad hours is not
 * blamed for them. Their `n` is what such a rate is worth. With one step, the plain rates.
 */
export function alignedShares(strata: readonly Stratum[], of: (tally: Tally) => Share): Aligned<Share> {
  const means = alignedSamples(strata, (tally) => {
    const { n, hits } = of(tally)
    return { n, mean: n > 0 ? hits / n : 0, variance: 0 }
  })
  const share = ({ n, mean }: Sample): Share => ({ n, hits: n * Math.min(1, mean) })
  return { a: share(means.a), b: share(means.b) }
}

/** The same of means. */
export function alignedSamples(strata: readonly Stratum[], of: (tally: Tally) => Sample): Aligned<Sample> {
  const pairs = strata
    .map(({ a, b }) => ({ a: of(a), b: of(b) }))
    .filter(({ a, b }) => a.n > 0 && b.n > 0)
    .map((pair) => ({ ...pair, w: (pair.a.n * pair.b.n) / (pair.a.n + pair.b.n) }))
  // One value has no variance of its own: that of all others of its side stands in.
  const pooled = (pick: 'a' | 'b'): number => {
    const freedom = pairs.reduce((sum, { [pick]: { n } }) => sum + Math.max(0, n - 1), 0)
    return pairs.reduce((sum, { [pick]: { n, variance } }) => sum + (Math.max(0, n - 1) * variance) / (freedom || 1), 0)
  }
  const total = pairs.reduce((sum, { w }) => sum + w, 0)
  const side = (pick: 'a' | 'b'): Sample => {
    if (total === 0) return { n: 0, mean: 0, variance: 0 }
    const usual = pooled(pick)
    let [mean, spread, inverse] = [0, 0, 0]
    for (const { w, [pick]: one } of pairs) {
      mean += (w / total) * one.mean
      spread += (w / total) ** 2 * ((one.n < 2 ? usual : one.variance) / one.n)
      inverse += (w / total) ** 2 / one.n
    }
    return { n: 1 / inverse, mean, variance: spread / inverse }
  }
  return { a: side('a'), b: side('b') }
}
