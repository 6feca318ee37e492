import os from 'node:os'
import path from 'node:path'
import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { COLUMNS, type PredictionStore, type Session, type Window } from '../core/predictions.ts'
import { type Engine, openEngine } from './duckdb.ts'
import { segmentFiles } from './segment-files.ts'
import { quoted } from './sql.ts'

/** Where predictions are kept and read on this machine. */
export interface PredictionPlace {
  /** Absolute; safe to delete. */
  readonly cache: string
  readonly signal: AbortSignal
  /** Where a file is that was typed. */
  pathOf(typed: string): string
  now(): Date
}

export function predictionStore(place: PredictionPlace): PredictionStore {
  return {
    async open(objects, segments, window, { sealed = false } = {}) {
      const { files, missing } = await segmentFiles(objects, place.cache, segments, place.signal)
      const engine = await openEngine(spillOf(place.cache), memoryMb(), place.signal)
      try {
        await engine.run(viewOf(files, window))
        if (sealed) await seal(engine, files)
      } catch (error) {
        engine.close()
        throw unreadable(error, segments)
      }
      return { session: sessionOn(engine, sealed), missing }
    },
    column: async (objects, file, name) => (await import('./column.ts')).readColumn(place, objects, file, name),
    intake: async (objects, request, asks) => (await import('./intake.ts')).openIntake(place, objects, request, asks),
    copying: async (from, to) => (await import('./draft.ts')).openCopying(place, from, to),
  }
}

/** What DuckDB may use, in MiB: 512, or a quarter of a small machine. */
export const memoryMb = (): number => Math.min(512, Math.floor(os.totalmem() / 4 / 2 ** 20))

export const spillOf = (cache: string): string => path.join(cache, 'spill')

const sessionOn = (engine: Engine, sealed: boolean): Session => ({
  query: async (sql, params) => {
    if (!sealed) return engine.rows(sql, params)
    try {
      return await engine.select(sql)
    } catch (error) {
      throw refused(error)
    }
  },
  close: () => engine.close(),
})

function viewOf(files: readonly string[], { since, until, bundles }: Window): string {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `NULL::${type} AS ${name}`)
  const from =
    files.length === 0
      ? `(SELECT ${columns.join(', ')} WHERE false)`
      : `read_parquet([${files.map(quoted).join(', ')}], hive_partitioning = false, union_by_name = false)`
  const conditions = [
    ...(since === undefined ? [] : [`ts >= ${quoted(since.toISOString())}::TIMESTAMPTZ`]),
    ...(until === undefined ? [] : [`ts < ${quoted(until.toISOString())}::TIMESTAMPTZ`]),
    ...(bundles === undefined
      ? []
      : [bundles.length === 0 ? 'false' : `bundle IN (${bundles.map(quoted).join(', ')})`]),
  ]
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return `CREATE VIEW predictions AS SELECT ${Object.keys(COLUMNS).join(', ')} FROM ${from}${where}`
}

/** From here on nothing but these files can be reached, and no setting changes that. */
async function seal(engine: Engine, files: readonly string[]): Promise<void> {
  await engine.run(`SET allowed_paths = [${files.map(quoted).join(', ')}]`)
  await engine.run('SET enable_external_access = false')
  await engine.run('SET lock_configuration = true')
}

/** What DuckDB says of somebody's SQL. */
function refused(error: unknown): unknown {
  if (error instanceof AishipError || !(error instanceof Error)) return error
  const [message = ''] = error.message.split('\n\nLINE ')
  return new AishipError('USAGE', message.replaceAll('\n', ' '), {
    next: ['aiship help predictions sql'],
    cause: error,
  })
}

function unreadable(error: unknown, segments: readonly Digest[]): unknown {
  if (error instanceof AishipError || !(error instanceof Error)) return error
  return new AishipError(
    'CORRUPT',
    `the ${segments.length} segments could not be read: ${error.message.split('\n')[0]}`,
    {
      next: ['aiship fsck --read-data'],
      cause: error,
    },
  )
}
