import fs from 'node:fs'
import { type Digest, digestOf, finishDigest, startDigest } from '../core/digest.ts'
import { makeDigestMap } from '../core/digest-map.ts'
import { AishipError } from '../core/errors.ts'
import type { Descriptor } from '../core/ports.ts'
import { corrupt, MISMATCH, storeError } from './errno.ts'
import { looseIn, tablesIn } from './listing.ts'
import { openPlaces, type Place, type Places } from './places.ts'
import { CHUNK_BYTES } from './stream.ts'
import { readTable } from './table.ts'
import { openTrash, type Trash } from './trash.ts'

/** The objects of a folder that do not lie in files of their own: in packs, put together from others, or taken out by a gc for now. */
export interface Others {
  has(digests: readonly Digest[]): readonly Digest[]
  size(digest: Digest): number | null
  /** As `ObjectStore.get`. */
  get(digest: Digest, maxBytes: number): AsyncGenerator<Uint8Array>
  list(): Generator<Descriptor>
}

export function openOthers(root: string): Others {
  const places = openPlaces(root)
  const trash = openTrash(root, places)
  const find = (digest: Digest): Place | null => {
    const place = places.find(digest)
    if (place !== null) return place
    places.refresh()
    return places.find(digest) ?? trash.find(digest)
  }
  return {
    has(digests) {
      places.refresh()
      return digests.filter((digest) => (places.find(digest) ?? trash.find(digest)) !== null)
    },
    size: (digest) => find(digest)?.size ?? null,
    get: (digest, maxBytes) => readOther(root, { places, trash }, digest, maxBytes),
    list: () => listOthers(root),
  }
}

/** A second look, in case packs were merged between finding an object and opening its file. */
async function* readOther(
  root: string,
  { places, trash }: { readonly places: Places; readonly trash: Trash },
  digest: Digest,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  for (const _ of ['as known', 'after a look']) {
    for (const place of copiesOf(places, trash, digest)) {
      if (place.size > maxBytes)
        throw corrupt(digest, `has ${place.size} bytes in ${root}, more than the ${maxBytes} allowed`)
      if (place.size > CHUNK_BYTES) {
        yield* readExtents(place, digest)
        return
      }
      const bytes = readWhole(place)
      if (bytes === null || digestOf(bytes) !== digest) continue
      if (bytes.length > 0) yield bytes
      return
    }
    places.refresh()
  }
  if (places.find(digest) !== null) throw corrupt(digest, MISMATCH)
  throw new AishipError('OBJECT_MISSING', `object ${digest} is not in ${root}`, {
    next: ['aiship fsck'],
    details: { digest },
  })
}

function* copiesOf(places: Places, trash: Trash, digest: Digest): Generator<Place> {
  let isHere = false
  for (const place of places.each(digest)) {
    isHere = true
    yield place
  }
  const kept = isHere ? null : trash.find(digest)
  if (kept !== null) yield kept
}

/** All bytes of a small place; null where they are not all there. */
export function readWhole({ size, extents }: Place): Buffer | null {
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  try {
    for (const extent of extents) {
      const fd = fs.openSync(extent.file, 'r')
      try {
        if (fs.readSync(fd, bytes, at, extent.length, extent.offset) !== extent.length) return null
      } finally {
        fs.closeSync(fd)
      }
      at += extent.length
    }
  } catch {
    return null
  }
  return at === size ? bytes : null
}

/** One chunk behind: what is held back when the end is reached goes out only if the whole has matched. */
async function* readExtents({ extents }: Place, digest: Digest): AsyncGenerator<Uint8Array> {
  const hash = startDigest()
  let held: Uint8Array | null = null
  for (const { file, offset, length } of extents) {
    const fd = open(file, digest)
    try {
      for (let done = 0; done < length; ) {
        const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, length - done))
        const got = fs.readSync(fd, chunk, 0, chunk.length, offset + done)
        if (got === 0) throw corrupt(digest, MISMATCH)
        const bytes = chunk.subarray(0, got)
        hash.update(bytes)
        if (held !== null) yield held
        held = bytes
        done += got
      }
    } catch (error) {
      throw storeError(error, 'read', file)
    } finally {
      fs.closeSync(fd)
    }
  }
  if (finishDigest(hash) !== digest || held === null) throw corrupt(digest, MISMATCH)
  yield held
}

function open(file: string, digest: Digest): number {
  try {
    return fs.openSync(file, 'r')
  } catch (error) {
    if (fs.existsSync(file)) throw storeError(error, 'read', file)
    throw corrupt(digest, `needs ${file}, which is gone`)
  }
}

/** Those that have no file of their own, each once. A table that can't be read has no object to list. */
function* listOthers(root: string): Generator<Descriptor> {
  // Its own: who reads on meanwhile may find that packs were merged, and close those that are listed here.
  const places = openPlaces(root)
  const listed = makeDigestMap()
  for (const { digest } of looseIn(root)) listed.set(digest, 0)
  function* once(digest: Digest, size: number | null): Generator<Descriptor> {
    if (size === null || listed.has(digest)) return
    listed.set(digest, 0)
    yield { digest, size }
  }
  try {
    for (const pack of places.packs()) for (const { digest, length } of pack.rows()) yield* once(digest, length)
    for (const digest of tablesIn(root)) yield* once(digest, tableSize(root, digest))
  } finally {
    places.close()
  }
}

function tableSize(root: string, digest: Digest): number | null {
  try {
    return readTable(root, digest)?.size ?? null
  } catch {
    return null
  }
}
