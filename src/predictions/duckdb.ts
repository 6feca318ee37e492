import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'
import { AishipError } from '../core/errors.ts'
import { type Cell, MOST_ROWS, type Param, type Row } from '../core/predictions.ts'
import { ENGINE } from './version.ts'

/** The one place that knows DuckDB. It is an optional package of 70 MB, loaded when a command first needs it. */
type DuckDb = typeof import('@duckdb/node-api')

/** One in-memory database with one connection. There is never a database file: two processes could not open it at once. */
export interface Engine {
  /** Runs statements whose result nobody reads. Errors: DISK_FULL; else whatever DuckDB says. */
  run(sql: string): Promise<void>
  rows(sql: string, params?: Readonly<Record<string, Param>>): Promise<readonly Row[]>
  /** Like `rows`, for SQL of somebody else: one statement, and one that only reads; at most MOST_ROWS and one more. Errors: USAGE. */
  select(sql: string): Promise<readonly Row[]>
  /** What still runs is interrupted, and its memory freed when it has ended. Safe to call twice. */
  close(): void
}

/** In: where what does not fit into memory is put; how much memory it may use, in MiB. Errors: ENGINE_MISSING. */
export async function openEngine(spill: string, memoryMb: number, signal: AbortSignal): Promise<Engine> {
  const duckdb = await load()
  const instance: DuckDBInstance = await duckdb.DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryMb}MiB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
  })
  const connection = await instance.connect()
  const interrupt = (): void => connection.interrupt()
  signal.addEventListener('abort', interrupt)
  let [isOpen, running] = [true, 0]
  // While a statement runs, to close its connection would wait for ever.
  const end = (): void => {
    connection.closeSync()
    instance.closeSync()
  }
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    running++
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      throw fullDisk(error) ?? error
    } finally {
      running--
      if (!isOpen && running === 0) end()
    }
  }
  const engine: Engine = {
    run: (sql) => guarded(async () => void (await connection.run(sql))),
    rows: (sql, params) =>
      guarded(async () => read(duckdb, await connection.runAndReadAll(sql, params as Record<string, DuckDBValue>))),
    select: (sql) => guarded(() => selectOnly(duckdb, connection, sql)),
    close() {
      if (!isOpen) return
      isOpen = false
      signal.removeEventListener('abort', interrupt)
      if (running === 0) end()
      else connection.interrupt()
    },
  }
  await engine.run("SET TimeZone = 'UTC'")
  return engine
}

function fullDisk(error: unknown): AishipError | null {
  if (!(error instanceof Error) || !/No space left|disk.*full/i.test(error.message)) return null
  const [message] = error.message.split('\n')
  return new AishipError('DISK_FULL', `the disk is full: ${message}`, { next: ['aiship doctor'], cause: error })
}

async function load(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new AishipError('ENGINE_MISSING', `predictions are read with DuckDB, which cannot be loaded here: ${why}`, {
      hint: 'it is an optional package; leave out -g where aiship is a dependency of your project',
      next: [`npm install -g ${ENGINE}`],
      cause: error,
    })
  }
}

async function selectOnly(duckdb: DuckDb, connection: DuckDBConnection, sql: string): Promise<readonly Row[]> {
  const all = await connection.extractStatements(sql)
  const statement = all.count === 1 ? await all.prepare(0) : null
  // No EXPLAIN either: with ANALYZE it runs what it explains, such as a COPY to one of the files that may be read.
  if (statement?.statementType !== duckdb.StatementType.SELECT) {
    statement?.destroySync()
    throw new AishipError('USAGE', 'one SELECT statement at a time, and nothing that changes anything', {
      next: ['aiship help predictions sql'],
    })
  }
  // As it comes: an answer of millions of rows must not be held.
  return read(duckdb, await statement.streamAndReadUntil(MOST_ROWS + 1)).slice(0, MOST_ROWS + 1)
}

type Reader = Awaited<ReturnType<DuckDBConnection['runAndReadAll']>>

function read(duckdb: DuckDb, reader: Reader): readonly Row[] {
  const names = reader.deduplicatedColumnNames()
  return reader
    .getRows()
    .map((row) => Object.fromEntries(row.map((value, i) => [names[i] as string, cellOf(duckdb, value)])))
}

/** A value as JSON has it. Integers beyond 2^53 and decimals become the nearest number, bytes and what else there is become text. */
function cellOf(duckdb: DuckDb, value: DuckDBValue): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return Number(value)
  const of = (inner: DuckDBValue): Cell => cellOf(duckdb, inner)
  if (value instanceof duckdb.DuckDBTimestampTZValue || value instanceof duckdb.DuckDBTimestampValue)
    return timeOf(value.micros)
  if (value instanceof duckdb.DuckDBMapValue)
    return Object.fromEntries(value.entries.map((entry) => [String(entry.key), of(entry.value)]))
  if (value instanceof duckdb.DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, inner]) => [key, of(inner)]))
  if (value instanceof duckdb.DuckDBListValue || value instanceof duckdb.DuckDBArrayValue) return value.items.map(of)
  if (value instanceof duckdb.DuckDBDecimalValue) return value.toDouble()
  return String(value)
}

/** Microseconds since 1970 as RFC 3339, with as many digits as they need: 3 or 6. */
function timeOf(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n
  const text = new Date(Number((micros - rest) / 1000n)).toISOString()
  return rest === 0n ? text : text.replace('Z', `${String(rest).padStart(3, '0')}Z`)
}
