import type { Span } from './metric-source.ts'

/**
 * Batches, the same for whoever watches: the k-th lies from start + k × interval on, and is looked at when it is closed, which is when nothing more
 * can come in for it.
 */

/** More of them say nothing more, and would have to be read again at each look. */
const MOST = 20_000

export interface Course {
  /** All in ms since 1970. */
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
  if (horizon !== null) return { start, until: null, interval: interval * Math.max(1, Math.ceil((horizon - start) / whole)) }
  const begun = Math.max(0, Math.floor((now - start) / whole))
  return { start: start + begun * whole, until: null, interval }
}

/** How many batches are closed. In: `lag`, how long after its end one is. */
export function closedBy({ start, until, interval }: Course, lag: number, now: number): number {
  const last = until === null ? Number.POSITIVE_INFINITY : Math.ceil((until - start) / interval)
  return Math.max(0, Math.min(last, Math.floor((now - lag - start) / interval)))
}

/** The first `count` batches. The last one of a course that ended is cut there. */
export const batches = ({ start, until, interval }: Course, count: number): readonly Span[] =>
  Array.from({ length: count }, (_, k) => {
    const from = start + k * interval
    return { from, until: Math.min(from + interval, until ?? Number.POSITIVE_INFINITY) }
  })

/** When the next one will be closed; null: none will. */
export function nextClose(course: Course, lag: number, now: number): number | null {
  const { start, until, interval } = course
  const next = start + (closedBy(course, lag, now) + 1) * interval
  return until !== null && next >= until + interval ? null : next + lag
}
