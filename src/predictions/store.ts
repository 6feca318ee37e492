import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AishipError } from '../core/errors.ts'
import { COLUMNS, type PredictionStore, type Session, type Window } from '../core/predictions.ts'
import { type Engine, openEngine } from './duckdb.ts'
import { makeOwnFolder, ownName } from './own-folder.ts'
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
      const own = folderOf(place)
      const drop = (): void => fs.rmSync(own, { recursive: true, force: true })
      try {
        const { files, missing } = await segmentFiles(objects, place, own, segments)
        const engine = await openEngine(path.join(own, 'spill'), memoryMb(), place.signal)
        const session = sessionOn(engine, files, sealed, drop)
        try {
          await engine.run(viewOf(files, window))
          if (sealed) await seal(engine, files)
        } catch (error) {
          session.close()
          throw unreadable(error, segments.length)
        }
        return { session, missing }
      } catch (error) {
        drop()
        throw error
      }
    },
    column: async (objects, file, name) => (await import('./column.ts')).readColumn(place, objects, file, name),
    intake: async (objects, request, asks) => (await import('./intake.ts')).openIntake(place, objects, request, asks),
    copying: async (from, to) => (await import('./draft.ts')).openCopying(place, from, to),
  }
}

/** What DuckDB may use, in MiB: 512, or a quarter of a small machine. */
export const memoryMb = (): number => Math.min(512, Math.floor(os.totalmem() / 4 / 2 ** 20))

/** A folder for one reader. Where nothing can be written, what lies in files of its own can be read all the same. */
export function folderOf({ cache }: PredictionPlace): string {
  try {
    return makeOwnFolder(path.join(cache, 'reading'))
  } catch {
    return path.join(cache, 'reading', ownName())
  }
}

const sessionOn = (engine: Engine, files: readonly string[], sealed: boolean, drop: () => void): Session => ({
  async query(sql, params) {
    try {
      return await (sealed ? engine.select(sql) : engine.rows(sql, params))
    } catch (error) {
      throw lost(error, files) ?? (sealed ? refused(error, files.length) : error)
    }
  },
  close() {
    engine.close()
    drop()
  },
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

/** A segment may be taken out while it is read: nothing is wrong then with what was asked. */
function lost(error: unknown, files: readonly string[]): AishipError | null {
  const gone = error instanceof AishipError ? undefined : files.find((file) => !fs.existsSync(file))
  if (gone === undefined) return null
  return new AishipError('OBJECT_MISSING', `a segment went away while it was read: ${gone}`, {
    hint: 'predictions were dropped or merged meanwhile, or something else took it; the same question again has what is there now',
    next: ['aiship fsck'],
    details: { path: gone },
    cause: error,
  })
}

/** What DuckDB can't help is not the fault of whoever asks. */
const OURS = /^(?:INTERNAL|FATAL|Serialization)( Error)?:/
const OF_DISK = /^IO Error:/
const OF_MEMORY = /^Out of Memory Error:/

/** What DuckDB says of somebody's SQL. */
function refused(error: unknown, count: number): unknown {
  if (error instanceof AishipError || !(error instanceof Error) || OURS.test(error.message)) return error
  if (OF_DISK.test(error.message)) return unreadable(error, count)
  const [message = ''] = error.message.split(/\n\n(?:LINE |Possible solutions)/)
  return new AishipError('USAGE', message.replaceAll('\n', ' '), {
    hint: OF_MEMORY.test(message)
      ? 'ask about less: with --since 1h, with --bundle REF, or for fewer columns'
      : undefined,
    next: ['aiship help predictions sql'],
    cause: error,
  })
}

function unreadable(error: unknown, count: number): unknown {
  if (error instanceof AishipError || !(error instanceof Error)) return error
  const [message] = error.message.split('\n')
  return new AishipError('CORRUPT', `the ${count} segments could not be read: ${message}`, {
    next: ['aiship fsck --read-data'],
    cause: error,
  })
}
