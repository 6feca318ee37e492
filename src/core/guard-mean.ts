import type { Served } from './guard.ts'
import { answered, type Finding, type Heard } from './guard-heard.ts'
import type { Settings } from './guard-settings.ts'
import type { Moments } from './metric-source.ts'
import type { Guard } from './model.gen.ts'

/**
 * Means, by the one-sided asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, 2021, as GrowthBook has it). It holds for
 * many units and arms of the same size: with 19 times as many units beside it, skewed values are called worse twenty times as often as they should.
 */

/** For so many units the sequence is narrowest. */
const NARROWEST_AT = 5000
const BURN_IN = 500

/** Half the width after `n` units of both arms together. In: `error`, the standard error of the difference; alpha under 0.5. */
export function halfWidth(error: number, n: number, alpha: number): number {
  const bend = -2 * Math.log(2 * alpha)
  const rho2 = (bend + Math.log(bend + 1)) / NARROWEST_AT
  const spread = (2 * (n * rho2 + 1)) / (n * n * rho2)
  return error * Math.sqrt(n * spread * Math.log(1 + Math.sqrt(n * rho2 + 1) / (2 * alpha)))
}

/** Both arms are drawn alike, and as large. */
const isMatched = (served: Served | null): boolean =>
  served !== null && served.candidate > 0 && served.candidate === served.control

const EMPTY: Moments = { n: 0, sum: 0, squares: 0 }
const plus = (a: Moments, b: Moments): Moments => ({ n: a.n + b.n, sum: a.sum + b.sum, squares: a.squares + b.squares })
const meanOf = ({ n, sum }: Moments): number => sum / Math.max(1, n)
const varianceOf = ({ n, sum, squares }: Moments): number => Math.max(0, (squares - (sum * sum) / n) / (n - 1))

export function judgeMean(
  { burnIn = BURN_IN }: Guard,
  settings: Settings,
  heard: readonly Heard<'moments'>[],
): Finding {
  const least = Math.max(BURN_IN, burnIn)
  let [candidate, reference] = [EMPTY, EMPTY]
  let [bound, widest]: [number | null, number] = [null, Number.POSITIVE_INFINITY]
  let [failedAt, lastSeen]: [number | null, number | null] = [null, null]
  for (const { window, reading } of answered(heard)) {
    if (!isMatched(window.served) || reading.moments.reference === null) continue
    candidate = plus(candidate, reading.moments.candidate)
    reference = plus(reference, reading.moments.reference)
    if (reading.moments.candidate.n > 0) lastSeen = window.until
    if (Math.min(candidate.n, reference.n) < least) continue
    const look = beyond(candidate, reference, settings)
    ;[bound, widest] = [look.bound, look.half]
    if (bound > 0) failedAt ??= window.until
  }
  const [a, b] = [meanOf(candidate), meanOf(reference)]
  const { n } = candidate
  return {
    ...{
      failed: failedAt !== null,
      failedAt,
      lastSeen,
      lnE: null,
      lnMax: null,
      seen: Math.min(n, reference.n),
      needed: least,
    },
    // A fifth or five times as much must be far outside of what cannot be told.
    unsure:
      bound === null || widest < 0.8 * Math.abs(b) || (a === b && widest === 0)
        ? null
        : 'it spreads too wide to see even five times as much',
    ...{ candidate: { exposures: n, events: 0 }, reference: { exposures: reference.n, events: 0 } },
    means: { candidate: a, reference: b, bound },
    says: `the mean is ${short(a)} of ${n} against ${short(b)} of ${reference.n}${bound === null ? '' : `, by ${short(Math.max(0, bound))} more than is tolerated at least`}`,
  }
}

const short = (value: number): string => String(Number(value.toPrecision(4)))

/** How much worse the candidate is at least, beyond the margin. */
function beyond(
  candidate: Moments,
  reference: Moments,
  { alpha, direction, margin }: Settings,
): { readonly bound: number; readonly half: number } {
  const ways = direction === 'either' ? [1, -1] : [direction === 'increase' ? 1 : -1]
  const mean = meanOf(reference)
  const looks = ways.map((way) => {
    const tolerated = 1 + way * margin * Math.sign(mean)
    const difference = way * (meanOf(candidate) - tolerated * mean)
    const error = Math.sqrt(
      varianceOf(candidate) / candidate.n + (tolerated ** 2 * varianceOf(reference)) / reference.n,
    )
    const half = halfWidth(error, candidate.n + reference.n, alpha / ways.length)
    return { bound: difference - half, half }
  })
  return looks.reduce((one, other) => (other.bound > one.bound ? other : one))
}
