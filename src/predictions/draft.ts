import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Digest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { Segment, SegmentSource } from '../core/model.gen.ts'
import type { Chunk, Draft } from '../core/predictions.ts'
import { segmentsIn } from '../core/segments.ts'
import { storeError } from '../store/errno.ts'
import type { ChunkBuilder } from './chunk.ts'
import { type Engine, openEngine } from './duckdb.ts'
import { segmentFiles } from './segment-files.ts'
import { countDuplicates, describeDraft, writeAll, writeNew } from './segment-write.ts'
import { memoryMb, type PredictionPlace } from './store.ts'

/** A folder in which chunks become segments, and the engine that makes them. */
export interface Drafting {
  /** A name for the files of one more chunk, without its ending. */
  nextBase(): string
  /** A chunk of what was built. */
  chunk(built: ChunkBuilder, source: SegmentSource, isFile: boolean): Chunk
  close(): void
}

/** Records so far ahead of this machine's clock count as from the future. */
const AHEAD_MS = 5 * 60 * 1000

export async function openDrafting(place: PredictionPlace): Promise<Drafting> {
  const folder = makeFolder(path.join(place.cache, 'ingest'))
  const engine = await openEngine(folder, memoryMb(), place.signal).catch((error) => {
    fs.rmSync(folder, { recursive: true, force: true })
    throw error
  })
  // Of two records with one identity the first counts, so the order of the lines must stay.
  await engine.run('SET preserve_insertion_order = true')
  let count = 0
  return {
    nextBase: () => path.join(folder, String(++count)),
    chunk: (built, source, isFile) => chunkOf(place, engine, built, source, isFile),
    close() {
      engine.close()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

function chunkOf(
  place: PredictionPlace,
  engine: Engine,
  built: ChunkBuilder,
  source: SegmentSource,
  isFile: boolean,
): Chunk {
  const { records, refused } = built.count()
  const [all, fresh] = [`${built.lines}.all`, `${built.lines}.new`]
  const describe = async (file: string): Promise<Draft | null> => {
    const now = new Date(place.now().getTime() + AHEAD_MS).toISOString()
    return describeDraft(engine, file, now)
  }
  const filesOf = async (draft: Draft, others: readonly Segment[]): Promise<readonly string[]> => {
    const bundles = draft.bundles.map(({ bundle }) => bundle)
    // `until` is the first moment that does not count.
    const window = { since: new Date(draft.from), until: new Date(Date.parse(draft.to) + 1), bundles }
    const near: Digest[] = segmentsIn(others, window).map(({ digest }) => digest)
    return (await segmentFiles(place.registry().objects, place.cache, near, place.signal)).files
  }
  let whole: Draft | null | undefined
  return {
    ...{ source, isFile, records, quarantine: refused.size === 0 ? null : built.quarantine },
    refused: [...refused].map(([reason, { count, offset }]) => ({ reason, count, offset })),
    async write(others) {
      if (records === 0) return null
      if (whole === undefined) {
        await writeAll(engine, built.lines, all)
        whole = await describe(all)
      }
      if (whole === null) return null
      const files = await filesOf(whole, others)
      if ((await countDuplicates(engine, all, files)) === 0) return whole
      await writeNew(engine, all, files, fresh)
      return describe(fresh)
    },
    async meets(draft, others) {
      const files = await filesOf(draft, others)
      return files.length > 0 && (await countDuplicates(engine, draft.file, files)) > 0
    },
    close() {
      built.remove()
      for (const file of [all, fresh]) fs.rmSync(file, { force: true })
    },
  }
}

/** A folder of this process. Those of processes that ended without a word are taken away. */
function makeFolder(parent: string): string {
  const folder = path.join(parent, `${os.hostname()}.${process.pid}`)
  try {
    fs.mkdirSync(parent, { recursive: true })
    for (const name of fs.readdirSync(parent)) {
      const [, host, pid] = /^(.+)\.(\d+)$/.exec(name) ?? []
      if (host === os.hostname() && !isAlive(Number(pid)))
        fs.rmSync(path.join(parent, name), { recursive: true, force: true })
    }
    fs.rmSync(folder, { recursive: true, force: true })
    fs.mkdirSync(folder)
    return folder
  } catch (error) {
    throw storeError(error, 'write', folder)
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}
