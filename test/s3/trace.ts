/** One request as the server saw it. Times are in ms, of a clock that does not jump. */
export interface Seen {
  readonly method: string
  readonly bucket: string
  readonly key: string
  readonly query: Readonly<Record<string, string>>
  readonly status: number
  /** Of the API's error, or ''. */
  readonly code: string
  readonly start: number
  readonly end: number
}

/**
 * How many requests came one after the other, at least: the longest chain in which each began after the one before it had ended. With
 * `latency`, requests that a client sends at once overlap, and only those that wait for another stand in a chain.
 */
export function roundTrips(seen: readonly Seen[]): number {
  let [count, end] = [0, Number.NEGATIVE_INFINITY]
  for (const one of [...seen].sort((a, b) => a.end - b.end)) {
    if (one.start < end) continue
    count += 1
    end = one.end
  }
  return count
}

/** The most requests that were under way at once. */
export function atOnce(seen: readonly Seen[]): number {
  const changes = seen.flatMap(({ start, end }) => [[start, 1] as const, [end, -1] as const])
  let [now, most] = [0, 0]
  for (const [, change] of changes.sort(([a, x], [b, y]) => a - b || x - y)) {
    now += change
    most = Math.max(most, now)
  }
  return most
}
