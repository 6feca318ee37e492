import type { Series } from './_prometheus-range.ts'

/** By how much counters rose in a window, together; or why nobody knows. */
export type Increase = number | string

/**
 * What series of one query rose by in each window, each by itself, and then summed. In: `what` they are, for messages; `isAlive`, whether anything at all was there at
 * a point. `told` counts what has to be said of it.
 */
export function increases(
  series: readonly Series[],
  what: string,
  isAlive: readonly boolean[],
  told: { resets: number; born: number },
): readonly Increase[] {
  const sums: Increase[] = Array.from({ length: isAlive.length - 1 }, (_, k) =>
    series.some(({ values }) => values[k + 1] !== undefined) ? 0 : `the query for ${what} gives nothing`,
  )
  for (const one of series) {
    const last = one.values.findLastIndex((value) => value !== undefined)
    let before: number | undefined
    for (let k = 0; k < sums.length; k++) {
      before = one.values[k] ?? before
      const sum = sums[k] as Increase
      if (typeof sum === 'string' || k + 1 > last) continue
      const rise = riseOf(one, k, before, isAlive[k] === true, told)
      sums[k] = typeof rise === 'number' ? sum + rise : `${what}: ${rise}`
    }
  }
  return sums
}

function riseOf(
  { values, scraped, isRaw }: Series,
  k: number,
  before: number | undefined,
  isAlive: boolean,
  told: { resets: number; born: number },
): Increase {
  const [from, to] = [values[k], values[k + 1]]
  // It is there later: nobody looked meanwhile.
  if (to === undefined) return before === undefined ? 0 : 'a series was not scraped, and came back'
  if (Number.isNaN(to) || Number.isNaN(before)) return 'a counter is NaN'
  if (before === undefined) {
    // What it counted while nothing was looked at is not of this window.
    if (!isAlive) return 'there was nothing before it to take the difference from'
    told.born++
    return to
  }
  if (
    from !== undefined &&
    isRaw &&
    (scraped === null || scraped[k + 1] === undefined || scraped[k + 1] === scraped[k])
  )
    return 'a series was not scraped in this window'
  if (to >= before) return to - before
  if (!isRaw)
    return 'a sum of counters went down, which hides what restarted: let the query give the counters themselves'
  told.resets++
  return to
}
