import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import type { Crew } from './crew.ts'
import { remove, writeNew } from './durable.ts'
import type { Bin } from './gc-take.ts'
import { type Difference, findDifference } from './ingest-like.ts'
import type { Run } from './ingest-run.ts'
import { objectFile } from './layout.ts'
import { tablesIn } from './listing.ts'
import { MAX_PACKED } from './pack.ts'
import { freshTmp, makePack } from './pack-copy.ts'
import { openPlaces } from './places.ts'
import { publish } from './publish.ts'
import { readTable, tableBytes, tableFile } from './table.ts'
import { restore } from './trash.ts'

export interface ShrinkPlace {
  readonly root: string
  readonly crew: Crew
  readonly run: Run
  /** Where what is replaced lies until a gc deletes it. */
  readonly bin: Bin
}

/** The objects of which others are put together. */
function partsIn(root: string): ReadonlySet<Digest> {
  const parts = new Set<Digest>()
  for (const digest of tablesIn(root)) {
    try {
      for (const source of readTable(root, digest)?.sources ?? []) parts.add(source)
    } catch {
      // It says of nothing that it is a part; fsck tells of it.
    }
  }
  return parts
}

/**
 * Stores an object that lies whole as its difference from an older one, if that saves enough. Out: bytes saved; 0 where nothing was changed.
 *
 * The whole goes into the trash: another process may be making a chunk table that names it as a part, or take out what this one's names. Whoever
 * finds a part missing brings it back from there (`restore`), and a gc deletes nothing of which the only other copy can't be put together.
 */
export async function shrinkStored(digest: Digest, like: Digest, place: ShrinkPlace): Promise<number> {
  const { root, crew, run, bin } = place
  const file = objectFile(root, digest)
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size
  if (size === undefined || partsIn(root).has(digest)) return 0
  const found = await findDifference({ file, offset: 0, length: size }, [like], {
    ...{ root, crew, run, tmp: () => freshTmp(root) },
  })
  if (found === null) return 0
  const added = await store(root, digest, size, found)
  if (!(await isSound(digest, place)) || partsIn(root).has(digest)) {
    bin.take(tableFile(root, digest))
    bin.sync()
    return 0
  }
  run.check()
  bin.take(file)
  bin.sync()
  // Somebody may have made it a part of another meanwhile.
  if (partsIn(root).has(digest)) restore(root, [digest], () => true)
  return fs.existsSync(file) ? 0 : size - added
}

/** Reads the object as its chunk table has it. */
async function isSound(digest: Digest, { root, crew, run }: ShrinkPlace): Promise<boolean> {
  const places = openPlaces(root)
  const chunked = places.all(digest).find(({ form }) => form === 'chunked')
  places.close()
  if (chunked === undefined) return false
  const copies = [{ digest, extents: chunked.extents }]
  return (await run.watch(crew.run('checkCopies', { copies }, run.signals()))).length === 0
}

/** Out: bytes that this took. */
async function store(root: string, digest: Digest, size: number, found: Difference): Promise<number> {
  const { sources, rows, fresh, into } = found
  const isSmall = fresh !== null && fresh.size <= MAX_PACKED
  if (isSmall) {
    const bytes = fs.readFileSync(into)
    makePack(root, (pack) => pack.add(fresh.digest, bytes))
    remove(into)
  }
  const table = tableBytes({ format: 1, digest, size, sources, rows })
  const tmp = freshTmp(root)
  writeNew(tmp, table, false)
  const named = { isDurable: false, replaces: false }
  await publish(root, {
    objects: new Map(fresh === null || isSmall ? [] : [[fresh.digest, { tmp: into, ...named }]]),
    ...{ packs: [], tables: new Map([[digest, { tmp, ...named }]]), relied: new Set<string>() },
  })
  return (fresh?.size ?? 0) + table.length
}
