import type { Count, Reading, Unavailable } from './metric-source.ts'

/** Fewer pairs of windows say nothing. */
const LEAST_PAIRS = 10

/**
 * How much more events vary than a coin's, from windows that follow each other: as if one rate ruled both, the events of the first are hypergeometric, and
 * what they differ from that is compared with what they should. Never below 1. What holds for longer than a window is not seen in it, so it is a least value.
 * Null where there are too few windows with events.
 */
export function overdispersionOf(readings: readonly (Reading | Unavailable)[]): number | null {
  let [seen, due, pairs] = [0, 0, 0]
  for (const side of ['candidate', 'reference'] as const) {
    for (let k = 0; k + 1 < readings.length; k++) {
      const [a, b] = [countOf(readings[k], side), countOf(readings[k + 1], side)]
      if (a === null || b === null) continue
      const [n, x] = [a.exposures + b.exposures, a.events + b.events]
      const variance = n < 2 ? 0 : (x * a.exposures * b.exposures * (n - x)) / (n * n * (n - 1))
      if (variance <= 0) continue
      seen += (a.events - (x * a.exposures) / n) ** 2
      due += variance
      pairs++
    }
  }
  return pairs < LEAST_PAIRS ? null : Math.max(1, seen / due)
}

const countOf = (reading: Reading | Unavailable | undefined, side: 'candidate' | 'reference'): Count | null =>
  reading?.kind === 'events' ? reading.counts[side] : null
