import type { Question, Span } from '../core/metric-source.ts'
import { failed } from './_http.ts'

export type SqlRow = Readonly<Record<string, unknown>>

/**
 * Rows as readings. Each row names its window by `at`, any moment in it, and has the columns of its kind: `exposures` and `events`; `class` and `count`; `n`, `sum` and
 * `squares`; `worse`, `better` and `ties`; `value`. Of a quantile there is one row, with `value` and `n`. In: for each side the rows of each of its queries, which are
 * added up. Errors: SOURCE_FAILED for a row of another time than was asked for.
 */
export function readingsOf(
  kind: Question['kind'],
  windows: readonly Span[],
  candidate: readonly (readonly SqlRow[])[],
  reference: readonly (readonly SqlRow[])[] | null,
): readonly unknown[] {
  if (kind === 'quantile') return [oneOf(reference ?? [])]
  const sides = {
    candidate: candidate.map((rows) => byWindow(rows, windows)),
    reference: reference?.map((rows) => byWindow(rows, windows)) ?? null,
  }
  return windows.map((_, k) => {
    try {
      const own = joined(kind, sides.candidate, k)
      if (kind === 'value' || kind === 'pairs') return own
      return { candidate: own, reference: sides.reference === null ? null : joined(kind, sides.reference, k) }
    } catch (error) {
      return { unavailable: (error as Error).message }
    }
  })
}

function oneOf(queries: readonly (readonly SqlRow[])[]): unknown {
  const rows = queries.flat()
  if (rows.length === 1) return rows[0]
  throw failed(`a quantile is one row with value and n, of the bundle: there are ${rows.length}`)
}

function byWindow(rows: readonly SqlRow[], windows: readonly Span[]): ReadonlyMap<number, readonly SqlRow[]> {
  const [first] = windows as readonly [Span]
  const found = new Map<number, SqlRow[]>()
  for (const row of rows) {
    const { at } = row
    if (!(at instanceof Date)) throw failed('each row needs a column "at", a time in its window')
    const k = Math.floor((at.getTime() - first.from) / (first.until - first.from))
    if (!(k >= 0 && k < windows.length)) {
      const when = Number.isNaN(at.getTime()) ? 'no time' : at.toISOString()
      throw failed(`it gives a row of ${when}, which was not asked for: WHERE … >= $from AND … < $until`)
    }
    found.set(k, [...(found.get(k) ?? []), row])
  }
  return found
}

/** One window of one side. Silence is not zero: a query that gives no row for it says nothing. */
function joined(
  kind: Question['kind'],
  queries: readonly ReadonlyMap<number, readonly SqlRow[]>[],
  k: number,
): unknown {
  const each = queries.map((rows) => rows.get(k) ?? [])
  if (each.some((rows) => rows.length === 0)) throw failed('the query gives no row for this window')
  if (kind === 'classes') {
    const counts = new Map<string, number>()
    for (const row of each.flat()) {
      const name = String(row.class)
      if (!('class' in row) || !('count' in row)) throw failed('each row needs the columns class and count')
      counts.set(name, (counts.get(name) ?? 0) + number(row.count, 'count'))
    }
    return Object.fromEntries(counts)
  }
  if (each.some((rows) => rows.length > 1)) throw failed('the query gives several rows for this window')
  const rows = each.flat()
  if (rows.length === 1) return rows[0]
  const sums = Object.keys(rows[0] as SqlRow).filter((key) => key !== 'at')
  return Object.fromEntries(sums.map((key) => [key, rows.reduce((sum, row) => sum + number(row[key], key), 0)]))
}

function number(value: unknown, name: string): number {
  if (typeof value !== 'number') throw failed(`${name} is no number: ${JSON.stringify(value)}`)
  return value
}
