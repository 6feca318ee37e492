import type { Duplex } from 'node:stream'
import type { Client, FieldDef, QueryConfig } from 'pg'
import type { MetricDriver, MetricPlace, Question, Said, Sides, Span } from '../core/metric-source.ts'
import { namedSides, replaced, variablesIn } from '../core/metric-template.ts'
import { failed, timeoutOf, withEnv } from './_http.ts'
import { readingsOf, type SqlRow } from './_sql-rows.ts'

const VARIABLES = ['from', 'until', 'interval', 'arm', 'bundle', 'threshold'] as const
const TYPES: Readonly<Record<string, string>> = {
  ...{ from: 'timestamptz', until: 'timestamptz', interval: 'interval', arm: 'text', bundle: 'text' },
  threshold: 'double precision',
}
/** Types of PostgreSQL by their numbers: whole, fixed and floating numbers, and times. */
const NUMBERS = new Set([20, 21, 23, 700, 701, 1700])
const TIMES = new Set([1082, 1114, 1184])
const MOST_ROWS = 500_000

/** A database that speaks PostgreSQL's protocol: one SELECT over all windows for each arm, or each bundle, in a transaction that can't write. */
export const driver: MetricDriver = {
  open: (place) => ({
    describe: ({ guard }) => `${place.options.connection}: ${guard.query ?? 'nothing'}`,
    ask: (question, sides, windows) => ask(place, question, sides, windows),
    close: async () => undefined,
  }),
}

async function ask(place: MetricPlace, question: Question, sides: Sides, windows: readonly Span[]): Promise<Said> {
  const { guard, kind } = question
  const text = guard.query
  if (text === undefined) throw failed(`${guard.name}: there is no query`)
  const used = variablesIn(text, VARIABLES)
  const isOneSided = kind === 'value' || kind === 'pairs'
  const named = namedSides(used, isOneSided ? { ...sides, reference: null } : sides)
  const [first, last] = [windows[0] as Span, windows.at(-1) as Span]
  const time = (ms: number): string => new Date(ms).toISOString()
  const shared = {
    ...{ from: time(first.from), until: time(last.until), interval: `${first.until - first.from} milliseconds` },
    threshold: question.kind === 'events' ? question.threshold : null,
  }
  const sql = replaced(text, (name) => `($${used.indexOf(name) + 1}::${TYPES[name]})`)
  const valuesOf = (one: object): readonly unknown[] =>
    used.map((name) => ({ ...shared, ...one })[name as keyof typeof shared] ?? null)
  return inTransaction(place, async (rows) => {
    const each = async (all: typeof named.candidate): Promise<readonly (readonly SqlRow[])[]> => {
      const heard: (readonly SqlRow[])[] = []
      for (const one of all) heard.push(await rows(sql, valuesOf(one)))
      return heard
    }
    const candidate = await each(named.candidate)
    const reference = named.reference === null ? null : await each(named.reference)
    return { readings: readingsOf(kind, windows, candidate, reference) }
  })
}

type Rows = (sql: string, values: readonly unknown[]) => Promise<readonly SqlRow[]>

/** Errors: SOURCE_FAILED with what the database says. Nothing that it does not say in time is waited for. */
async function inTransaction<T>(place: MetricPlace, work: (rows: Rows) => Promise<T>): Promise<T> {
  const ms = timeoutOf(place)
  const { default: pg } = await import('pg')
  const connectionString = withEnv(String(place.options.connection), place)
  let client: Client
  try {
    client = new pg.Client({
      ...{ connectionString, application_name: 'aiship' },
      ...{ connectionTimeoutMillis: ms, keepAlive: true },
    })
  } catch (error) {
    throw failed(`${place.options.connection} is no connection string: ${(error as Error).name}`)
  }
  const late = AbortSignal.any([AbortSignal.timeout(ms), place.signal])
  const { connection } = client as unknown as { readonly connection: Connection }
  surviveNonsense(connection)
  // The socket goes: a database that hangs hears no request to end.
  const cut = (): void => void connection.stream.destroy()
  late.addEventListener('abort', cut)
  client.on('error', () => undefined)
  try {
    return await unlessLate(late, async () => {
      await client.connect()
      await client.query('BEGIN TRANSACTION READ ONLY')
      await client.query(`SET LOCAL statement_timeout = ${ms}`)
      await client.query("SET LOCAL TimeZone = 'UTC'")
      const answer = await work((sql, values) => rowsOf(pg, client, sql, values))
      await client.query('ROLLBACK')
      return answer
    })
  } catch (error) {
    place.signal.throwIfAborted()
    if (late.aborted) throw failed(`the database did not answer within ${ms / 1000} s`)
    const { message, code } = error as { readonly message?: string; readonly code?: string }
    throw failed(`the database says: ${String(message || code || error).split('\n')[0]}`)
  } finally {
    late.removeEventListener('abort', cut)
    // It says good-bye, and does not wait for an answer.
    client.end().catch(() => undefined)
    setTimeout(cut, 500).unref()
  }
}

/** What lies below a client of `pg`. */
interface Connection {
  readonly stream: Duplex
  attachListeners(stream: Duplex): void
}

type Hearing = (...args: unknown[]) => void

/** What a server says that cannot be read is thrown where the socket is read, and nobody could catch it there. */
function surviveNonsense(connection: Connection): void {
  const attach = connection.attachListeners.bind(connection)
  connection.attachListeners = (stream) => {
    const on = stream.on.bind(stream) as (event: string, hear: Hearing) => Duplex
    const careful = (event: string, hear: Hearing): Duplex =>
      on(event, (...args) => {
        try {
          hear(...args)
        } catch (error) {
          stream.destroy(error as Error)
        }
      })
    stream.on = careful as Duplex['on']
    attach(stream)
  }
}

function unlessLate<T>(late: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    late.addEventListener('abort', () => reject(late.reason))
    work().then(resolve, reject)
  })
}

/** Rows as they come, and not more than anybody asked for. A parameter makes it one statement. */
function rowsOf(
  pg: typeof import('pg').default,
  client: Client,
  text: string,
  values: readonly unknown[],
): Promise<readonly SqlRow[]> {
  return new Promise((resolve, reject) => {
    const rows: SqlRow[] = []
    const config: QueryConfig & { readonly queryMode: string } = {
      ...{ text, values: [...values], queryMode: 'extended' },
      types: { getTypeParser: (oid: number) => (raw: string) => readValue(oid, raw) } as QueryConfig['types'],
    }
    const query = new pg.Query(config)
    query.on('row', (row: SqlRow) => {
      if (rows.length < MOST_ROWS) rows.push(row)
      else reject(failed(`it gives more than ${MOST_ROWS} rows`))
    })
    query.on('error', reject)
    query.on('end', () => resolve(rows))
    client.query(query)
  })
}

/** A value as the protocol writes it. What is neither number nor time stays text. */
function readValue(oid: FieldDef['dataTypeID'], raw: string): number | string | Date {
  if (NUMBERS.has(oid)) return Number(raw)
  if (!TIMES.has(oid)) return raw
  const zoned = /[+-]\d{2}(?::?\d{2})*$/.test(raw.slice(10)) ? raw.replace(/([+-]\d{2})$/, '$1:00') : `${raw}Z`
  return new Date(oid === 1082 ? raw : zoned.replace(' ', 'T'))
}
