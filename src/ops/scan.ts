import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import type { Context } from '../core/ports.ts'
import type { Cell, Row, Session } from '../core/predictions.ts'
import type { SliceKey } from '../core/slice-keys.ts'
import { spanOf } from '../core/slice-keys.ts'
import { NO_RECORDS, TALLY_KEYS, type Tally } from '../core/tally.ts'
import { parseTime } from './log.ts'
import { manifestOf } from './plan.ts'
import type { Opened } from './segments.ts'

/** A live prediction, and not a step, an outcome or a shadow. */
export const LIVE = "event = 'prediction' AND mode = 'live'"

/** A bundle's live predictions in the window. */
export interface Served {
  readonly bundle: Digest
  readonly count: number
  /** Null: none. */
  readonly first: string | null
  readonly last: string | null
}

/** Which bundles answered, by what the segments say they have; where one has too many to say, by looking. */
export async function bundlesIn({ segments, query }: Opened): Promise<readonly Digest[]> {
  const listed = segments.map(({ bundles }) => bundles)
  if (listed.every((bundles) => bundles !== null))
    return [...new Set(listed.flatMap((bundles) => (bundles ?? []).map(({ bundle }) => bundle)))].sort()
  const rows = await query(`SELECT DISTINCT bundle FROM predictions WHERE ${LIVE} ORDER BY bundle`)
  return rows.map(({ bundle }) => bundle as Digest)
}

export interface Scanned {
  /** What each bundle did, in their order. */
  readonly served: readonly Served[]
  /** Least and greatest sample_rate. */
  readonly rates: readonly [number, number]
}

/**
 * Puts what statistics need of the live predictions of `bundles` into the table `scanned`, read once: `g` is the bundle's place in the list, `t` milliseconds since
 * 1970, `k0`, `k1`, … the keys, `w` the weight; where `split` says in SQL whether one drew the record, also that, `label` and `h`, 64 bits of the input's hash.
 */
export async function scan(
  ctx: Context,
  session: Session,
  bundles: readonly Digest[],
  by: readonly SliceKey[],
  split: string | null,
): Promise<Scanned> {
  const keys = await Promise.all(by.map((key) => keySql(ctx, key, bundles)))
  const columns = [
    ...keys.map((key, i) => `${key} AS k${i}`),
    // Few texts are compared faster than joined.
    `(list_position([${bundles.map(quoted).join(', ')}]::VARCHAR[], bundle) - 1)::SMALLINT AS g`,
    "epoch_ms(ts) AS t, status IN ('error', 'timeout') AS error, latency_ms AS latency, score, 1 / sample_rate AS w",
    ...(split === null
      ? []
      : [`${split} AS split, label, CASE WHEN input_hash IS NOT NULL THEN hash(input_hash) END AS h`]),
  ]
  await session.query(`CREATE TEMP TABLE scanned AS SELECT ${columns.join(', ')} FROM predictions WHERE ${LIVE}`)
  const rows = await session.query(
    'SELECT g, count(*) AS count, min(t) AS first, max(t) AS last, 1 / max(w) AS least, 1 / min(w) AS most FROM scanned GROUP BY g',
  )
  const served = bundles.map((bundle, i) => {
    const { count = 0, first = null, last = null } = rows.find(({ g }) => g === i) ?? {}
    const time = (ms: Cell): string | null => (ms === null ? null : new Date(Number(ms)).toISOString())
    return { bundle, count: Number(count), first: time(first), last: time(last) }
  })
  const [least, most] = [rows.map((row) => Number(row.least)), rows.map((row) => Number(row.most))]
  return { served, rates: rows.length === 0 ? [1, 1] : [Math.min(...least), Math.max(...most)] }
}

/** A key's value of a row in SQL. A component's is its digest, NULL where the bundle has none of that name. */
async function keySql(ctx: Context, { kind, key }: SliceKey, bundles: readonly Digest[]): Promise<string> {
  if (kind === 'segment') return `segment[${quoted(key)}]`
  if (kind === 'field') return key
  const digests = await Promise.all(bundles.map((bundle) => componentOf(ctx, bundle, key)))
  return `CASE bundle ${bundles.map((bundle, i) => `WHEN ${quoted(bundle)} THEN ${digests[i]}`).join(' ')} END`
}

async function componentOf(ctx: Context, bundle: Digest, key: string): Promise<string> {
  try {
    const found = (await manifestOf(ctx, { bundle })).components.find(({ name }) => name === key)
    return found === undefined ? 'NULL' : quoted(found.digest)
  } catch (error) {
    // What a bundle that is gone consisted of, nobody knows; its predictions count still.
    if (error instanceof AishipError && error.code === 'OBJECT_MISSING') return "'unknown'"
    throw error
  }
}

/** Warns of keys that none of the predictions has, with those that there are. In: the table `scanned`. */
export async function warnOfKeys(ctx: Context, session: Session, by: readonly SliceKey[]): Promise<void> {
  if (by.length === 0) return
  const [row] = await session.query(
    `SELECT ${names(by)
      .map((name) => `count(${name}) AS ${name}`)
      .join(', ')} FROM scanned`,
  )
  for (const [i, { name, kind, key }] of by.entries()) {
    if (row?.[`k${i}`] !== 0) continue
    const known = kind === 'segment' ? await segmentKeys(session) : []
    const near = nearest(key, known)
    const there = known.length === 0 ? '' : `; there are ${known.slice(0, MOST_NAMED).join(', ')}`
    const message = `none of the predictions has ${name}${there}${near === null ? '' : ` (did you mean segment.${near}?)`}`
    ctx.emit({ type: 'warning', code: 'KEY_UNKNOWN', message })
  }
}

const MOST_NAMED = 20

async function segmentKeys(session: Session): Promise<readonly string[]> {
  const rows = await session.query(
    `SELECT DISTINCT unnest(map_keys(segment)) AS key FROM predictions WHERE ${LIVE} ORDER BY key LIMIT 1000`,
  )
  return rows.map(({ key }) => String(key))
}

/** Each key's column of a table: k0, k1, … */
export const names = (by: readonly SliceKey[]): readonly string[] => by.map((_, i) => `k${i}`)

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The sums of a tally in SQL. In: the latency in ms over which a prediction is slow. */
export const tallySql = (slow: number | null): string => `count(*) AS n, sum(w) AS weight, sum(w * w) AS square,
  sum(w) FILTER (error) AS errors, sum(w) FILTER (latency IS NOT NULL) AS timed,
  sum(w * w) FILTER (latency IS NOT NULL) AS timed_square, ${slow === null ? '0' : `sum(w) FILTER (latency > ${slow})`} AS slow,
  sum(w) FILTER (score IS NOT NULL) AS scored, sum(w * w) FILTER (score IS NOT NULL) AS scored_square,
  sum(w * score) AS score_sum, sum(w * score * score) AS score_squares`

export const tallyOf = (row: Row): Tally =>
  Object.fromEntries(TALLY_KEYS.map((key) => [key, Number(row[key] ?? NO_RECORDS[key])])) as unknown as Tally

/** Of so many records, about 100,000 are drawn, by what they measured: the same ones in each run. For what any of many values would do. */
export const sampleOf = (count: number): string =>
  `hash(t, latency, score) % ${Math.max(1, Math.floor(count / 100_000))} = 0`

/** When `--since` begins: 2h or 30d ago, a day's start, or a time. Errors: USAGE. */
export const sinceOf = (ctx: Context, text: string | null): Date | undefined =>
  untilOf(ctx, text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00Z` : text)

/** When `--until` ends: the same, and the end of a day. Errors: USAGE. */
export function untilOf(ctx: Context, text: string | null): Date | undefined {
  if (text === null) return undefined
  const span = spanOf(text)
  return new Date(span === null ? parseTime(text) : ctx.now().getTime() - span)
}
