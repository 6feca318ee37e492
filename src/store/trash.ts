import fs from 'node:fs'
import path from 'node:path'
import { type Digest, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { entriesOf } from './check-parts.ts'
import { makePath, syncFolder } from './durable.ts'
import { storeError } from './errno.ts'
import { objectFile } from './layout.ts'
import { readAt } from './pack.ts'
import { makePack } from './pack-copy.ts'
import { openOrNull } from './pack-rows.ts'
import { assemble, type Extent, openPlaces, type Place, type Places } from './places.ts'
import { readTable, tableFile } from './table.ts'

/**
 * What a gc takes out is renamed into `trash/<time>-<random>/objects/…`, where it lies as it lay before, and goes for good with a gc at least
 * seven days later. Until then it is a part of the registry that readers still see and writers do not: whoever needs it brings it back.
 * That, and not a lock, is what keeps gc safe beside writers; `schemas/README.md` has the argument, test/store/gc-model.test.ts the proof.
 */
export interface TrashFolder {
  readonly path: string
  readonly name: string
}

const NAME = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/

/** Oldest first. */
export function trashFolders(root: string): readonly TrashFolder[] {
  const folder = `${root}/trash`
  const names = entriesOf(folder).filter(({ name }) => NAME.test(name))
  return names.map(({ name }) => ({ path: `${folder}/${name}`, name }))
}

/** When something was put in or taken out last, in ms; by the clock of whoever keeps the files. Each rename(2) stamps the folder it leads to. */
export function changedMs({ path: at }: Pick<TrashFolder, 'path'>): number {
  let newest = 0
  for (const folder of ['', ...entriesOf(`${at}/objects`).map(({ name }) => `/objects/${name}`), '/objects'])
    newest = Math.max(newest, fs.statSync(at + folder, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return newest
}

/** Objects in the trash, and those that are put together from parts in it. */
export interface Trash {
  find(digest: Digest): Place | null
  close(): void
}

/** In: `main`, where everything else is looked for. */
export function openTrash(root: string, main: Places): Trash {
  const opened = new Map<string, Places>()
  const placesOf = ({ path: at }: TrashFolder): Places => {
    const places = opened.get(at) ?? openPlaces(at)
    opened.set(at, places)
    places.refresh()
    return places
  }
  const plain = (places: Places, digest: Digest): Place | null =>
    placesIn(places, digest).find(({ form }) => form !== 'chunked') ?? null

  function find(digest: Digest): Place | null {
    const folders = trashFolders(root)
    const piece = (wanted: Digest): Place | null => {
      for (const places of [main, ...folders.map(placesOf)]) {
        const place = plain(places, wanted)
        if (place !== null) return place
      }
      return null
    }
    const extentOf = (source: Digest): Extent | null => piece(source)?.extents[0] ?? null
    const own = folders.length === 0 ? null : piece(digest)
    if (own !== null) return own
    for (const at of folders.length === 0 ? [] : [root, ...folders.map((folder) => folder.path)]) {
      const table = readTable(at, digest)
      const place = table === null ? null : assemble(table, extentOf)
      if (place !== null) return place
    }
    return null
  }

  return {
    find,
    close() {
      for (const places of opened.values()) places.close()
      opened.clear()
    },
  }
}

/** True if others can be put together from it: it lies in a file of its own, or in a pack. */
export const isPlain = (places: Places, digest: Digest): boolean =>
  placesIn(places, digest).some(({ form }) => form !== 'chunked')

/** A table that can't be read is no place. */
function placesIn(places: Places, digest: Digest): readonly Place[] {
  try {
    return places.all(digest)
  } catch (error) {
    if (error instanceof AishipError && error.code === 'CORRUPT') return []
    throw error
  }
}

/**
 * Brings objects back from the trash, durably, and the parts of those that are put together. Those that are where they belong stay. In: `isPart`,
 * of which others are put together, so that a chunk table of it is not enough. Out: how many were brought back, and those that are nowhere.
 * Errors: DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE.
 */
export function restore(
  root: string,
  digests: Iterable<Digest>,
  isPart: (digest: Digest) => boolean = () => false,
): { readonly restored: number; readonly lost: readonly Digest[] } {
  const places = openPlaces(root)
  const trash = openTrash(root, places)
  const folders = new Set<string>()
  const packed = new Map<Digest, Place>()
  let restored = 0

  const isBack = (digest: Digest, mustBePlain = isPart(digest)): boolean =>
    (mustBePlain ? isPlain(places, digest) : placesIn(places, digest).length > 0) ||
    takeFile(digest) ||
    takePacked(digest) ||
    (!mustBePlain && takeTable(digest))

  function takeFile(digest: Digest): boolean {
    return trashFolders(root).some((folder) => takeBack(objectFile(folder.path, digest), objectFile(root, digest)))
  }

  function takePacked(digest: Digest): boolean {
    const place = packed.get(digest) ?? trash.find(digest)
    if (place?.form !== 'packed') return false
    packed.set(digest, place)
    return true
  }

  function takeTable(digest: Digest): boolean {
    const file = tableFile(root, digest)
    const isHere =
      fs.existsSync(file) || trashFolders(root).some((folder) => takeBack(tableFile(folder.path, digest), file))
    return isHere && (readTable(root, digest)?.sources ?? []).every((source) => isBack(source, true))
  }

  /** False where it is not there. */
  function takeBack(from: string, to: string): boolean {
    if (!fs.existsSync(from)) return false
    makePath(path.dirname(to))
    try {
      fs.renameSync(from, to)
    } catch (error) {
      // Another one was faster, and has brought it back; or it went for good just now.
      if (!fs.existsSync(from)) return fs.existsSync(to)
      throw error
    }
    folders.add(path.dirname(to))
    restored++
    return true
  }

  try {
    const lost = [...digests].filter((digest) => !isBack(digest))
    if (packed.size > 0) lost.push(...unpack(root, packed))
    restored += packed.size
    for (const folder of folders) syncFolder(folder)
    if (folders.size > 0) syncFolder(`${root}/objects`)
    return { restored, lost }
  } catch (error) {
    throw storeError(error, 'bring back objects in', root)
  } finally {
    trash.close()
    places.close()
  }
}

/** Writes packed objects of the trash into a new pack. Out: those that are not there any more, or not what they are called. */
function unpack(root: string, packed: ReadonlyMap<Digest, Place>): readonly Digest[] {
  const lost: Digest[] = []
  makePack(root, (into) => {
    for (const [digest, { extents }] of packed) {
      const bytes = bytesAt(extents[0] as Extent)
      if (bytes !== null && digestOf(bytes) === digest) into.add(digest, bytes)
      else lost.push(digest)
    }
  })
  return lost
}

export function bytesAt({ file, offset, length }: Extent): Buffer | null {
  const fd = openOrNull(file)
  if (fd === null) return null
  try {
    return readAt(fd, offset, length)
  } finally {
    fs.closeSync(fd)
  }
}
