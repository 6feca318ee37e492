import type { Digest } from '../core/digest.ts'
import { COLUMNS, type Column, type Draft, IDENTITY_SQL, SAME_WITHIN_MS } from '../core/predictions.ts'
import type { Engine } from './duckdb.ts'
import { MAX_LINE } from './lines.ts'
import { quoted } from './sql.ts'

/** How a record's keys are read. Not by the engine's guesses: explicit types, and times as text that is cast in the statement. */
const READ: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.keys(COLUMNS)
      .filter((name) => !name.startsWith('outcome_'))
      .map((name) => [name, 'VARCHAR']),
  ),
  ...{
    seq: 'DOUBLE',
    score: 'DOUBLE',
    latency_ms: 'DOUBLE',
    ttft_ms: 'DOUBLE',
    sample_rate: 'DOUBLE',
    applied: 'BOOLEAN',
  },
  ...{
    scores: COLUMNS.scores,
    usage: COLUMNS.usage,
    segment: COLUMNS.segment,
    input: 'JSON',
    output: 'JSON',
    x: 'JSON',
  },
  outcome: 'STRUCT(name VARCHAR, "value" VARCHAR, observed_ts VARCHAR)',
}

/** What a column is made of, where it is not the key itself. */
const MADE: Partial<Record<Column, string>> = {
  ts: 'ts::TIMESTAMPTZ',
  event: "coalesce(event, 'prediction')",
  mode: "coalesce(mode, 'live')",
  seq: 'seq::BIGINT',
  features_ts: 'features_ts::TIMESTAMPTZ',
  applied: "coalesce(applied, coalesce(mode, 'live') = 'live')",
  status: "coalesce(status, 'ok')",
  sample_rate: 'coalesce(sample_rate, 1)',
  outcome_name: 'outcome.name',
  outcome_value: 'outcome."value"',
  outcome_ts: 'CASE WHEN outcome IS NULL THEN NULL ELSE coalesce(outcome.observed_ts, ts)::TIMESTAMPTZ END',
  input: 'input::VARCHAR',
  output: 'output::VARCHAR',
  x: 'x::VARCHAR',
}

const SELECTED = Object.keys(COLUMNS)
  .map((name) => `${MADE[name as Column] ?? name} AS ${name}`)
  .join(', ')
const PARQUET = '(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)'
const ID = IDENTITY_SQL.map((part, i) => `${part} AS i${i}`).join(', ')
const IDS = IDENTITY_SQL.map((_, i) => `i${i}`).join(', ')
const NEAR = `INTERVAL ${SAME_WITHIN_MS} MILLISECONDS`
/** `o` is the same record as `own`. */
const SAME = [
  ...IDENTITY_SQL.map((_, i) => `o.i${i} = own.i${i}`),
  `o.ts BETWEEN own.ts - ${NEAR} AND own.ts + ${NEAR}`,
].join(' AND ')

/**
 * Writes checked lines, in their order, as a segment with all of them. In: `keys`, those that the lines have, or more: to look for the others in
 * each line takes as long as to read these.
 */
export function writeAll(engine: Engine, lines: string, keys: ReadonlySet<string>, file: string): Promise<void> {
  const all = Object.entries(READ)
  const there = all.filter(([name]) => keys.has(name)).map(([name, type]) => `${name}: ${quoted(type)}`)
  const missing = all.filter(([name]) => !keys.has(name)).map(([name, type]) => `, NULL::${type} AS ${name}`)
  const json =
    `read_json(${quoted(lines)}, format = 'newline_delimited', columns = {${there.join(', ')}}, ` +
    `maximum_object_size = ${2 * MAX_LINE}, compression = 'uncompressed')`
  return engine.run(
    `COPY (SELECT ${SELECTED} FROM (SELECT *${missing.join('')} FROM ${json})) TO ${quoted(file)} ${PARQUET}`,
  )
}

/** Writes segments as one. */
export const writeTogether = (engine: Engine, files: readonly string[], to: string): Promise<void> =>
  engine.run(`COPY (FROM read_parquet([${files.map(quoted).join(', ')}])) TO ${quoted(to)} ${PARQUET}`)

/** How many of a segment's records are in others too; or, more or less, twice in itself. */
export async function countDuplicates(engine: Engine, file: string, others: readonly string[]): Promise<number> {
  const own = `SELECT ts, ${ID} FROM read_parquet(${quoted(file)})`
  const [twice] = await engine.rows(`SELECT count(*) - count(DISTINCT hash(${IDS})) AS n FROM (${own})`)
  const [there] =
    others.length === 0 ? [] : await engine.rows(`SELECT count(*) AS n FROM (${own}) AS own WHERE ${isIn(others)}`)
  return Number(twice?.n) + Number(there?.n ?? 0)
}

/** Writes what is new of a segment: the first of each identity, and none that another segment has. */
export async function writeNew(engine: Engine, file: string, others: readonly string[], to: string): Promise<void> {
  const all = `SELECT *, ${ID} FROM read_parquet(${quoted(file)}, file_row_number = true)`
  const earlier = `EXISTS (SELECT 1 FROM (${all}) AS o WHERE ${SAME} AND o.file_row_number < own.file_row_number)`
  const known = others.length === 0 ? '' : ` AND NOT ${isIn(others)}`
  const fresh = `SELECT * FROM (${all}) AS own WHERE NOT ${earlier}${known} ORDER BY file_row_number`
  await engine.run(`COPY (SELECT ${Object.keys(COLUMNS).join(', ')} FROM (${fresh})) TO ${quoted(to)} ${PARQUET}`)
}

const isIn = (others: readonly string[]): string =>
  `EXISTS (SELECT 1 FROM (SELECT ts, ${ID} FROM read_parquet([${others.map(quoted).join(', ')}])) AS o WHERE ${SAME})`

/** What the log says of a segment. Null for an empty one. In: `now`, RFC 3339. */
export async function describeDraft(engine: Engine, file: string, now: string): Promise<Draft | null> {
  const parquet = `read_parquet(${quoted(file)})`
  const [whole] = await engine.rows(
    `SELECT count(*) AS rows, date_trunc('millisecond', min(ts)) AS "from", ` +
      `date_trunc('millisecond', max(ts) + INTERVAL 999 MICROSECONDS) AS "to", count(*) FILTER (ts > ${quoted(now)}::TIMESTAMPTZ) AS ahead FROM ${parquet}`,
  )
  if (whole === undefined || whole.rows === 0) return null
  const bundles = await engine.rows(`SELECT bundle, count(*) AS rows FROM ${parquet} GROUP BY bundle ORDER BY bundle`)
  return {
    ...{ file, rows: Number(whole.rows), from: String(whole.from), to: String(whole.to), ahead: Number(whole.ahead) },
    bundles: bundles.map((row) => ({ bundle: row.bundle as Digest, rows: Number(row.rows) })),
  }
}
