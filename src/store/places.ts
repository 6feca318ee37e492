import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import type { ChunkTable } from '../core/model.gen.ts'
import { storeError } from './errno.ts'
import { objectFile } from './layout.ts'
import { openPack, type Pack } from './pack.ts'
import { sizeOf } from './stream.ts'
import { readTable } from './table.ts'

/** A range of a file. */
export interface Extent {
  readonly file: string
  readonly offset: number
  /** Bytes. */
  readonly length: number
}

/** One copy of an object: its bytes are those of its extents, in order. */
export interface Place {
  /** A file of its own, a range of a pack, or ranges of other objects. */
  readonly form: 'whole' | 'packed' | 'chunked'
  readonly size: number
  readonly extents: readonly Extent[]
}

/** Where the objects of a folder registry lie. Synchronous; each thread has its own. */
export interface Places {
  /** Looks whether packs have come or gone since. Costs one stat if not. */
  refresh(): void
  /** The first copy; null where the object is not here. Says nothing of its bytes. Errors: CORRUPT for a chunk table that can't be read. */
  find(digest: Digest): Place | null
  /** Every copy: where one is damaged, another may not be. */
  all(digest: Digest): readonly Place[]
  /** The same, each looked for when it is asked for: mostly the first is good. */
  each(digest: Digest): Generator<Place>
  /** The packs there are, by name. */
  packs(): readonly Pack[]
  close(): void
}

export const packsFolder = (root: string): string => `${root}/objects/packs`
export const packFile = (root: string, name: string): string => `${packsFolder(root)}/${name}.pack`

const PACK_FILE = /^([0-9a-f]{64})\.pack$/

/** The name of a pack's file without its ending; null where the name is not a pack's. */
export const packName = (file: string): string | null => PACK_FILE.exec(file)?.[1] ?? null

export function openPlaces(root: string): Places {
  let packs = new Map<string, Pack>()
  let seen = ''

  function refresh(): void {
    const stat = lookAt(packsFolder(root))
    const now = stat === undefined ? 'none' : `${stat.mtimeNs} ${stat.ino}`
    // A folder that changed in this very tick may change once more without another time.
    if (now === seen && (stat === undefined || isOld(stat.mtimeNs))) return
    seen = now
    const names = stat === undefined ? [] : listPacks(root)
    const fresh = new Map<string, Pack>()
    for (const name of names) {
      const pack = packs.get(name) ?? openPack(packFile(root, name), name)
      if (pack !== null) fresh.set(name, pack)
    }
    packs = fresh
  }

  function whole(digest: Digest): Place | null {
    const file = objectFile(root, digest)
    const size = sizeOf(file)
    return size === null ? null : { form: 'whole', size, extents: [{ file, offset: 0, length: size }] }
  }

  function* packed(digest: Digest): Generator<Place> {
    if (seen === '') refresh()
    for (const pack of packs.values()) {
      const row = pack.find(digest)
      if (row === null) continue
      const { offset, length } = row
      yield { form: 'packed', size: length, extents: [{ file: pack.file, offset, length }] }
    }
  }

  function chunked(digest: Digest): Place | null {
    const table = readOrNull(root, digest)
    if (table === null) return null
    return assemble(table, (source) => {
      const place = whole(source) ?? (packed(source).next().value as Place | undefined)
      return place?.extents[0] ?? null
    })
  }

  function* copies(digest: Digest): Generator<Place> {
    const alone = whole(digest)
    if (alone !== null) yield alone
    yield* packed(digest)
    const table = chunked(digest)
    if (table !== null) yield table
  }

  return {
    refresh,
    find: (digest) => copies(digest).next().value ?? null,
    all: (digest) => [...copies(digest)],
    each: copies,
    packs: () => {
      if (seen === '') refresh()
      return [...packs.values()]
    },
    close() {
      packs = new Map()
      seen = ''
    },
  }
}

/** Where the bytes of a table's object lie, if those of its sources lie where `find` says; null where one is missing. */
export function assemble(table: ChunkTable, find: (source: Digest) => Extent | null): Place | null {
  const sources = table.sources.map((source) => find(source))
  const extents: Extent[] = []
  for (const [source, offset, length] of table.rows) {
    const from = sources[source] ?? null
    if (from === null || offset + length > from.length) return null
    extents.push({ file: from.file, offset: from.offset + offset, length })
  }
  return { form: 'chunked', size: table.size, extents }
}

/** One that says nothing is none: whoever has the bytes stores them again, and fsck tells of it. */
function readOrNull(root: string, digest: Digest): ChunkTable | null {
  try {
    return readTable(root, digest)
  } catch (error) {
    if (error instanceof AishipError && error.code === 'CORRUPT') return null
    throw error
  }
}

const TICK_NS = 20_000_000n
const isOld = (mtimeNs: bigint): boolean => BigInt(Date.now()) * 1_000_000n - mtimeNs > TICK_NS

function lookAt(folder: string): fs.BigIntStats | undefined {
  try {
    return fs.statSync(folder, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return undefined
    throw storeError(error, 'look at', folder)
  }
}

function listPacks(root: string): readonly string[] {
  try {
    return fs.readdirSync(packsFolder(root)).flatMap((file) => packName(file) ?? [])
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw storeError(error, 'read', packsFolder(root))
  }
}
