import fs from 'node:fs'
import path from 'node:path'
import type { Digest } from '../core/digest.ts'
import type { Segment, SegmentSource } from '../core/model.gen.ts'
import type { ObjectStore } from '../core/ports.ts'
import { type Chunk, type Copying, type Draft, SAME_WITHIN_MS } from '../core/predictions.ts'
import { segmentsIn } from '../core/segments.ts'
import type { ChunkBuilder } from './chunk.ts'
import { type Engine, openEngine } from './duckdb.ts'
import { makeOwnFolder } from './own-folder.ts'
import { segmentFiles } from './segment-files.ts'
import { countDuplicates, describeDraft, writeAll, writeNew, writeTogether } from './segment-write.ts'
import { memoryMb, type PredictionPlace } from './store.ts'

/** A folder in which chunks become segments, and the engine that makes them. */
export interface Drafting {
  readonly folder: string
  /** A name for the files of one more chunk, without its ending. */
  nextBase(): string
  /** A chunk of what was built. In: `keys`, those that its records have, or more. */
  chunk(built: ChunkBuilder, source: SegmentSource, isFile: boolean, keys: ReadonlySet<string>): Chunk
  /** A chunk of segments that lie in files. */
  copy(files: readonly string[], rows: number): Chunk
  close(): void
}

/** Records so far ahead of this machine's clock count as from the future. */
const AHEAD_MS = 5 * 60 * 1000

/** In: `objects`, where the segments lie that are added to. */
export async function openDrafting(place: PredictionPlace, objects: ObjectStore): Promise<Drafting> {
  const folder = makeOwnFolder(path.join(place.cache, 'ingest'))
  const engine = await openEngine(folder, memoryMb(), place.signal).catch((error) => {
    fs.rmSync(folder, { recursive: true, force: true })
    throw error
  })
  // Of two records with one identity the first counts, so the order of the lines must stay.
  await engine.run('SET preserve_insertion_order = true')
  // Beside the thread that checks lines, which is slower: more would wait for each other.
  await engine.run('SET threads = 1')
  const makes = draftsOn(place, objects, engine, folder)
  let count = 0
  const nextBase = (): string => path.join(folder, String(++count))
  return {
    folder,
    nextBase,
    chunk: (built, ...about) => builtChunk(makes, built, ...about),
    copy: (files, rows) => ({
      ...{ source: null, isFile: false, records: rows, refused: [], quarantine: null },
      ...makes.chunk(nextBase(), async (all) => {
        if (files.length === 1) return files[0] as string
        await writeTogether(engine, files, all)
        return all
      }),
    }),
    close() {
      engine.close()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function openCopying(place: PredictionPlace, from: ObjectStore, to: ObjectStore): Promise<Copying> {
  const drafting = await openDrafting(place, to)
  return {
    async chunk(segments) {
      const digests = segments.map(({ digest }) => digest)
      const { files, missing } = await segmentFiles(from, place, drafting.folder, digests)
      const rows = segments.reduce((sum, one) => sum + one.rows, 0)
      return missing.length > 0 ? null : drafting.copy(files, rows)
    },
    close: drafting.close,
  }
}

function builtChunk(
  makes: Drafts,
  built: ChunkBuilder,
  source: SegmentSource,
  isFile: boolean,
  keys: ReadonlySet<string>,
): Chunk {
  const { records, refused } = built.count()
  const made = makes.chunk(built.lines, async (all) => {
    if (records > 0) await makes.writeAll(built.lines, keys, all)
    return records > 0 ? all : null
  })
  return {
    ...{ source, isFile, records, quarantine: refused.size === 0 ? null : built.quarantine },
    refused: [...refused].map(([reason, { count, offset }]) => ({ reason, count, offset })),
    ...made,
    close() {
      made.close()
      built.remove()
    },
  }
}

interface Drafts {
  writeAll(lines: string, keys: ReadonlySet<string>, file: string): Promise<void>
  /** In: the name of its files without their endings; `make`, which gives the file with all records, once, or null for none. */
  chunk(base: string, make: (file: string) => Promise<string | null>): Pick<Chunk, 'write' | 'meets' | 'close'>
}

function draftsOn(place: PredictionPlace, objects: ObjectStore, engine: Engine, folder: string): Drafts {
  const describe = (file: string): Promise<Draft | null> =>
    describeDraft(engine, file, new Date(place.now().getTime() + AHEAD_MS).toISOString())

  /** Of the others, those that may have a record of it. */
  async function near(draft: Draft, others: readonly Segment[]): Promise<readonly string[]> {
    const bundles = draft.bundles.map(({ bundle }) => bundle)
    const since = new Date(Date.parse(draft.from) - SAME_WITHIN_MS)
    // The first moment that does not count.
    const until = new Date(Date.parse(draft.to) + SAME_WITHIN_MS + 1)
    const window = { since, until, bundles }
    const digests: Digest[] = segmentsIn(others, window).map(({ digest }) => digest)
    return (await segmentFiles(objects, place, folder, digests)).files
  }

  return {
    writeAll: (lines, keys, file) => writeAll(engine, lines, keys, file),
    chunk(base, make) {
      const all = `${base}.all`
      const made = [all]
      let whole: Promise<Draft | null> | null = null
      return {
        async write(others) {
          whole ??= make(all).then((file) => (file === null ? null : describe(file)))
          const draft = await whole
          if (draft === null) return null
          const files = await near(draft, others)
          if ((await countDuplicates(engine, draft.file, files)) === 0) return draft
          // A name that was not used before: the engine may remember what a file had.
          const fresh = `${base}.${made.length}`
          made.push(fresh)
          await writeNew(engine, draft.file, files, fresh)
          return describe(fresh)
        },
        async meets(draft, others) {
          const files = await near(draft, others)
          return files.length > 0 && (await countDuplicates(engine, draft.file, files)) > 0
        },
        close() {
          for (const file of made) fs.rmSync(file, { force: true })
        },
      }
    },
  }
}
