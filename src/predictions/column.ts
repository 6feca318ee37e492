import fs from 'node:fs'
import path from 'node:path'
import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { ColumnRead } from '../core/predictions.ts'
import type { ObjectStore } from '../core/registry.ts'
import { type Engine, openEngine } from './duckdb.ts'
import { segmentFiles } from './segment-files.ts'
import { quoted } from './sql.ts'
import { folderOf, memoryMb, type PredictionPlace } from './store.ts'

/** So many parts are read one after the other, so that millions of values are never held at once. */
const PARTS = 16

/** One column of a Parquet object. Errors: ENGINE_MISSING; COMPONENT_INVALID for what is none; OBJECT_MISSING, CORRUPT. */
export async function readColumn(
  place: PredictionPlace,
  objects: ObjectStore,
  digest: Digest,
  name: string,
): Promise<ColumnRead> {
  const own = folderOf(place)
  let engine: Engine | null = null
  const end = (): void => {
    engine?.close()
    fs.rmSync(own, { recursive: true, force: true })
  }
  const rows = async (sql: string) =>
    (engine as Engine).rows(sql).catch((error) => {
      if (error instanceof AishipError || !(error instanceof Error)) throw error
      throw new AishipError('COMPONENT_INVALID', `it is no Parquet file: ${error.message.split('\n')[0]}`, {
        cause: error,
      })
    })
  try {
    const { files } = await segmentFiles(objects, place, own, [digest])
    const [file] = files
    if (file === undefined)
      throw new AishipError('OBJECT_MISSING', `object ${digest} is missing`, { next: ['aiship fsck'] })
    engine = await openEngine(path.join(own, 'spill'), memoryMb(), place.signal)
    const source = `read_parquet(${quoted(file)}, hive_partitioning = false)`
    const columns = (await rows(`SELECT column_name FROM (DESCRIBE SELECT * FROM ${source})`)).map((row) =>
      String(row.column_name),
    )
    const [counted] = columns.includes('mode')
      ? await rows(`SELECT count(*) AS rows FROM ${source} WHERE mode = 'replay'`)
      : []
    return { columns, replayed: Number(counted?.rows ?? 0), values: () => valuesIn(columns.includes(name)) }

    async function* valuesIn(isThere: boolean): ReturnType<ColumnRead['values']> {
      try {
        // A name in double quotes is a name, whatever it is.
        const value = isThere ? `CAST("${name.replaceAll('"', '""')}" AS VARCHAR)` : 'CAST(NULL AS VARCHAR)'
        for (let part = 0; part < PARTS; part++) {
          const where = `coalesce(hash(${value}), 0) % ${PARTS} = ${part}`
          const found = await rows(
            `SELECT ${value} AS value, count(*) AS rows FROM ${source} WHERE ${where} GROUP BY 1`,
          )
          for (const row of found)
            yield { value: row.value === null ? null : String(row.value), rows: Number(row.rows) }
        }
      } finally {
        end()
      }
    }
  } catch (error) {
    end()
    throw error
  }
}
