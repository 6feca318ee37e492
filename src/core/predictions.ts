import type { Digest } from './digest.ts'
import type { Prediction } from './model.gen.ts'

/**
 * The columns of a segment, in this order, and of the view `predictions` that queries read. `x`, `input` and `output` are JSON text; `label` and
 * `outcome_value` are the text of a string, number or boolean; `seq` is the pointer's entry. Null: absent from the record.
 */
export const COLUMNS = {
  ts: 'TIMESTAMPTZ',
  request_id: 'VARCHAR',
  event: 'VARCHAR',
  bundle: 'VARCHAR',
  mode: 'VARCHAR',
  pointer: 'VARCHAR',
  seq: 'BIGINT',
  arm: 'VARCHAR',
  reason: 'VARCHAR',
  targeting_key: 'VARCHAR',
  service: 'VARCHAR',
  entity: 'VARCHAR',
  trace_id: 'VARCHAR',
  span_id: 'VARCHAR',
  parent_span_id: 'VARCHAR',
  session_id: 'VARCHAR',
  op: 'VARCHAR',
  input_hash: 'VARCHAR',
  input: 'VARCHAR',
  input_ref: 'VARCHAR',
  output_hash: 'VARCHAR',
  output: 'VARCHAR',
  output_ref: 'VARCHAR',
  features_ts: 'TIMESTAMPTZ',
  label: 'VARCHAR',
  score: 'DOUBLE',
  scores: 'MAP(VARCHAR, DOUBLE)',
  action: 'VARCHAR',
  applied: 'BOOLEAN',
  latency_ms: 'DOUBLE',
  ttft_ms: 'DOUBLE',
  status: 'VARCHAR',
  error_type: 'VARCHAR',
  finish_reason: 'VARCHAR',
  model_served: 'VARCHAR',
  system_fingerprint: 'VARCHAR',
  usage: 'MAP(VARCHAR, DOUBLE)',
  segment: 'MAP(VARCHAR, VARCHAR)',
  sample_rate: 'DOUBLE',
  outcome_name: 'VARCHAR',
  outcome_value: 'VARCHAR',
  outcome_ts: 'TIMESTAMPTZ',
  x: 'VARCHAR',
} as const

export type Column = keyof typeof COLUMNS

/**
 * What names a record: of two that agree in all of it the first one counts. An outcome or a judgement has no span, and there may be several of one
 * answer, so its own name stands in the span's place.
 */
export const identityOf = (record: Prediction, bundle: Digest): readonly [string, string, string, Digest, string] => [
  record.request_id,
  record.event ?? 'prediction',
  record.span_id ?? record.outcome?.name ?? '',
  bundle,
  record.mode ?? 'live',
]

/** The same in SQL, of a segment's columns. */
export const IDENTITY_SQL: readonly string[] = [
  'request_id',
  'event',
  "coalesce(span_id, outcome_name, '')",
  'bundle',
  'mode',
]

/** Which records are asked for. */
export interface Window {
  /** From this moment on. */
  readonly since?: Date | undefined
  /** Before this moment. */
  readonly until?: Date | undefined
  /** Of these bundles. */
  readonly bundles?: readonly Digest[] | undefined
}

/** A value in a row: JSON. Times are RFC 3339 in UTC with milliseconds, or microseconds where they have them; maps are objects. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell }
export type Row = Readonly<Record<string, Cell>>
export type Param = string | number | boolean | null

/** An engine over some segments: the view `predictions`, with the columns above, has what is in the window. */
export interface Session {
  /**
   * Rows of one SQL statement of DuckDB's dialect. In: `params` by name, for `$name`; times as text, cast in the statement (`$since::TIMESTAMPTZ`).
   * Errors: USAGE for what isn't SQL; CORRUPT for a segment that is none; the reason of the command's signal.
   */
  query(sql: string, params?: Readonly<Record<string, Param>>): Promise<readonly Row[]>
  /** Frees its memory. Safe to call twice. */
  close(): void
}

/** What holds and reads predictions on this machine. It is loaded by the first use, and not at all by commands that have none. */
export interface PredictionStore {
  /**
   * Opens a session. In: the segments to read; `sealed`: nothing but them can be reached from the SQL, and only SELECT statements run.
   * Out: the session, and the segments of these that are not there any more.
   * Errors: ENGINE_MISSING where DuckDB is not installed; CORRUPT for a segment with other bytes; those of reading objects.
   */
  open(
    segments: readonly Digest[],
    window: Window,
    options?: { readonly sealed?: boolean },
  ): Promise<{ readonly session: Session; readonly missing: readonly Digest[] }>
}
