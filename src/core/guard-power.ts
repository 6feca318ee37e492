/** How often a healthy candidate may be called worse, where nobody says. */
export const ALPHA = 0.01
/** The grid of the two-arm count e-process has so many ratios. */
const GRID = 8

/** What a guard is set to, as far as it decides how much it must see. */
export interface Power {
  readonly alpha?: number
  /** The tolerated ratio. */
  readonly margin?: number
  readonly overdispersion?: number
  /** Tests that are averaged: the classes of a distribution. */
  readonly tests?: number
}

/** Of a coin with the share `p`, seen against `q`. */
const divergence = (p: number, q: number): number =>
  (p > 0 ? p * Math.log(p / q) : 0) + (p < 1 ? (1 - p) * Math.log((1 - p) / (1 - q)) : 0)

/** Evidence of 1/alpha from the mean over a grid. */
const wanted = ({ alpha = ALPHA, overdispersion = 1, tests = 1 }: Power): number =>
  overdispersion * (Math.log(1 / alpha) + Math.log(GRID * tests))

/**
 * Requests to the candidate until a regression of `ratio` times the base rate is seen, on average: events = (ln(1/alpha) + ln(grid)) / KL, where KL
 * is the divergence of the candidate's share of all events from the share that is tolerated (research: two-arm count e-process).
 * In: both shares of the requests; at 5 % against 95 %, a rate of 1 % and no margin, 1.5 times takes 6554 requests, twice 1848, 5 times 182.
 * Out: Infinity for what is tolerated, and where nothing happens.
 */
export function requestsToSee(
  ratio: number,
  baseRate: number,
  candidate: number,
  reference: number,
  power: Power = {},
): number {
  const { margin = 1 } = power
  if (ratio >= Math.min(margin, 1 / margin) && (margin < 1 || ratio <= margin)) return Number.POSITIVE_INFINITY
  const tolerated = ratio < 1 && margin > 1 ? 1 / margin : margin
  const allowed = (candidate * tolerated) / (candidate * tolerated + reference)
  const worse = (candidate * ratio) / (candidate * ratio + reference)
  return Math.round(wanted(power) / divergence(worse, allowed) / (baseRate * (ratio + reference / candidate)))
}

/** The same of a share that may be at most `ceiling`, and is `share`. */
export const requestsToPass = (share: number, ceiling: number, power: Power = {}): number =>
  share === ceiling ? Number.POSITIVE_INFINITY : Math.ceil(wanted(power) / divergence(share, ceiling))
