import type { Span } from './metric-source.ts'

/** Batches, the same for whoever watches: the k-th lies from start + k × interval on. Everything is in ms, since 1970 where it is a moment. */

/** More of them say nothing more, and would have to be read again at each look. */
const MOST = 20_000

export interface Course {
  readonly start: number
  /** Where it ended; null: it goes on. */
  readonly until: number | null
  readonly interval: number
}

/**
 * Where what is watched begins and how long its batches are. In: `horizon`, by when it ends at the latest; null: it has no end. With one the batches
 * grow where there would be too many, without one it begins anew after so many. Both follow from what is written, so that everybody gets the same.
 */
export function courseOf(start: number, interval: number, horizon: number | null, now: number): Course {
  const whole = interval * MOST
  if (horizon !== null)
    return { start, until: null, interval: interval * Math.max(1, Math.ceil((horizon - start) / whole)) }
  const begun = Math.max(0, Math.floor((now - start) / whole))
  return { start: start + begun * whole, until: null, interval }
}

/** Those that are over. What is left of a course that ended within one is not read: all are of one width, as sources count them. */
export function batches({ start, until, interval }: Course, now: number): readonly Span[] {
  const count = Math.max(0, Math.floor((Math.min(now, until ?? now) - start) / interval))
  return Array.from({ length: count }, (_, k) => {
    const from = start + k * interval
    return { from, until: from + interval }
  })
}

/** When the next one can be read that can't be read now. In: `lag`, how long after its end that is. Null: none. */
export function nextClose({ start, until, interval }: Course, lag: number, now: number): number | null {
  const read = Math.max(0, Math.floor((now - lag - start) / interval))
  const next = start + (read + 1) * interval
  return next > (until ?? next) ? null : next + lag
}
