import type { Digest } from './digest.ts'
import type { Segment, SegmentSource } from './model.gen.ts'
import type { ObjectStore } from './registry.ts'
import type { Range } from './segments.ts'

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

/** Two records of one identity are one if their times are at most so far apart: nobody could look through all that was ever logged. */
export const SAME_WITHIN_MS = 24 * 3_600_000

/**
 * What names a record, in SQL over a segment's columns: of two that agree in all of it the first one counts. An outcome or a judgement has no span,
 * and there may be several of one answer, so its own name stands in the span's place.
 */
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

/** So many rows a sealed session shows. It gives one more where there are more. */
export const MOST_ROWS = 10_000

/** An engine over some segments: the view `predictions`, with the columns above, has what is in the window. */
export interface Session {
  /**
   * Rows of one SQL statement of DuckDB's dialect. In: `params` by name, for `$name`; times as text, cast in the statement (`$since::TIMESTAMPTZ`).
   * Errors: USAGE for what isn't one SELECT statement, in a sealed session; the reason of the command's signal.
   */
  query(sql: string, params?: Readonly<Record<string, Param>>): Promise<readonly Row[]>
  /** Frees its memory. Safe to call twice. */
  close(): void
}

/** What holds and reads predictions on this machine. It is loaded by the first use, and not at all by commands that have none. */
export interface PredictionStore {
  /**
   * Opens a session. In: where the segments lie that are to be read; `sealed`: nothing but them can be reached from the SQL, and only SELECT statements run.
   * Out: the session, and the segments of these that are not there any more.
   * Errors: ENGINE_MISSING where DuckDB is not installed; CORRUPT for a segment with other bytes; those of reading objects.
   */
  open(
    objects: ObjectStore,
    segments: readonly Digest[],
    window: Window,
    options?: { readonly sealed?: boolean },
  ): Promise<{ readonly session: Session; readonly missing: readonly Digest[] }>
  /** Reads one column of any Parquet file. Errors: ENGINE_MISSING; COMPONENT_INVALID for what is none; CORRUPT, OBJECT_MISSING. */
  column(objects: ObjectStore, file: Digest, name: string): Promise<ColumnRead>
  /**
   * Opens what is to be read. Errors: ENGINE_MISSING; FILE_MISSING, NOT_PERMITTED; USAGE for a profile that there is not, and a compression that
   * can't be read; while it goes on also CORRUPT for a damaged gzip file, DISK_FULL.
   */
  intake(objects: ObjectStore, request: IntakeRequest, asks: IntakeAsks): Promise<Intake>
  /** Opens segments of one place to be added to another. Errors: ENGINE_MISSING. */
  copying(from: ObjectStore, to: ObjectStore): Promise<Copying>
}

/** One column of a Parquet file. */
export interface ColumnRead {
  /** All that it has. */
  readonly columns: readonly string[]
  /** Rows whose `mode` is `replay`. */
  readonly replayed: number
  /** Each value as text, and how many rows have it; null for rows without. To be read to its end. */
  values(): AsyncGenerator<{ readonly value: string | null; readonly rows: number }>
}

/** What is to be read into the log. */
export interface IntakeRequest {
  /** A file, a folder of files, or `-`. As typed. */
  readonly path: string
  /** The name of a profile that comes with aiship, or a file with one; null for aiship's own lines. */
  readonly profile: string | null
  readonly keepPayloads: boolean
  /** With it, payloads that are not kept are hashed. */
  readonly hashKey: Uint8Array | null
  /** Of lines that name none. */
  readonly bundle: Digest | null
  /** Go on for what comes later, and look so often; null to end when all is read. */
  readonly everyMs: number | null
}

/** What an intake has to ask. */
export interface IntakeAsks {
  /** Ranges of the file with this id that were read already. */
  ranges(id: Digest): Promise<readonly Range[]>
  /** The bundle that an abbreviated digest means, or why there is none. */
  bundle(hex: string): Promise<Digest | { readonly why: string }>
  now(): Date
  /** Told of bytes read of all that there are; null where that is not known. */
  progress(done: number, total: number | null): void
  /** Told of a file that can't be read, among others that can. */
  skipped(file: string, error: Error): void
}

/** A segment that lies in a file and is no object yet. */
export interface Draft extends Omit<Segment, 'digest' | 'size' | 'bundles'> {
  /** Absolute. */
  readonly file: string
  readonly bundles: NonNullable<Segment['bundles']>
  /** Records from the future, by this machine's clock. */
  readonly ahead: number
}

/** What becomes one segment: lines that were read and checked together, at most 64 MiB and a line beyond; or another place's segment. */
export interface Chunk {
  /** Null for a segment. */
  readonly source: SegmentSource | null
  /** Lines of a file, which can be read again. */
  readonly isFile: boolean
  /** Sound records in it. */
  readonly records: number
  /** Why lines were refused: how many, and where the first one begins. */
  readonly refused: readonly { readonly reason: string; readonly count: number; readonly offset: number }[]
  /** A file with what could not be read; null where all could. */
  readonly quarantine: string | null
  /** Makes a segment of what no other one has, and of two records with one identity the first. Null where nothing is left. */
  write(others: readonly Segment[]): Promise<Draft | null>
  /** Whether one of these has a record of the draft too. */
  meets(draft: Draft, others: readonly Segment[]): Promise<boolean>
  /** Takes its files away. */
  close(): void
}

/** Segments that are to be added elsewhere, or together. */
export interface Copying {
  /** One chunk of all of these, in this order. Null where one is gone. Errors: CORRUPT. */
  chunk(segments: readonly Segment[]): Promise<Chunk | null>
  close(): void
}

export interface Intake {
  /** Chunk after chunk; the next one is read while the last is written. Ends when all is read, or, where it goes on, when it is told to end. */
  chunks(): AsyncGenerator<Chunk>
  /** What is left at the end: bytes of lines without an end, and requests without an answer. */
  left(): { readonly torn: number; readonly unpaired: number; readonly looksLike: string | null }
  close(): void
}
