import fs from 'node:fs'
import { type Digest, digestOf, finishDigest, startDigest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { Descriptor, ObjectStore } from '../core/ports.ts'
import { corrupt, MISMATCH, storeError } from './errno.ts'
import type { Others } from './folder-others.ts'
import { objectDigest, objectFile, type Place } from './layout.ts'
import { CHUNK_BYTES, readChunk, sizeOf } from './stream.ts'

/**
 * Objects in a folder. What a move needs lies in files of its own, `objects/<2 hex>/<62 hex>`; the code for all other forms (`places.ts`) is
 * loaded when an object is not found so.
 */
export function folderObjects(place: Place): ObjectStore {
  const { root } = place
  let others: Promise<Others> | null = null
  const elsewhere = (): Promise<Others> => {
    others ??= import('./folder-others.ts').then(({ openOthers }) => openOthers(root))
    return others
  }
  const hasPlaces = (): boolean =>
    ['objects/packs', 'objects/tables', 'trash'].some((folder) => fs.existsSync(`${root}/${folder}`))
  return {
    folder: root,
    async has(digests) {
      const here = new Set(digests.filter((digest) => sizeOf(objectFile(root, digest)) !== null))
      if (here.size < digests.length && hasPlaces()) {
        const { has } = await elsewhere()
        for (const digest of has(digests.filter((one) => !here.has(one)))) here.add(digest)
      }
      return here
    },
    size: async (digest) => sizeOf(objectFile(root, digest)) ?? (hasPlaces() ? (await elsewhere()).size(digest) : null),
    async *get(digest, maxBytes = Number.POSITIVE_INFINITY) {
      // Whoever reads much reads packs: to be told by an error that there is no such file takes ten times as long as to look.
      if (others !== null && !fs.existsSync(objectFile(root, digest))) yield* (await others).get(digest, maxBytes)
      else yield* readObject(root, digest, maxBytes, elsewhere)
    },
    // Most commands store no object, and start without the code for it.
    batch: async () => (await import('./folder-batch.ts')).openBatch(place),
    sizes: async () => (await import('./folder-sizes.ts')).folderSizes(root),
    async *list() {
      yield* listObjects(root)
      if (hasPlaces()) yield* (await elsewhere()).list()
    },
  }
}

async function* readObject(
  root: string,
  digest: Digest,
  maxBytes: number,
  elsewhere: () => Promise<Others>,
): AsyncGenerator<Uint8Array> {
  const file = objectFile(root, digest)
  let fd: number
  try {
    // Opening a pipe that nobody writes to would wait for ever.
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw storeError(error, 'read', file)
    yield* (await elsewhere()).get(digest, maxBytes)
    return
  }
  try {
    const stat = fs.fstatSync(fd)
    const { size } = stat
    if (!stat.isFile()) {
      const others = await elsewhere()
      if (others.size(digest) === null) throw corrupt(digest, `is no file in ${root}`)
      yield* others.get(digest, maxBytes)
      return
    }
    if (size > maxBytes) throw corrupt(digest, `has ${size} bytes in ${root}, more than the ${maxBytes} allowed`)
    if (size > CHUNK_BYTES) yield* readLarge(fd, file, digest)
    else {
      const bytes = readSmall(fd, size, digest)
      if (bytes === null) yield* (await elsewhere()).get(digest, maxBytes)
      else if (size > 0) yield bytes
    }
  } catch (error) {
    throw storeError(error, 'read', file)
  } finally {
    fs.closeSync(fd)
  }
}

/** Null where they are not its bytes. */
function readSmall(fd: number, size: number, digest: Digest): Uint8Array | null {
  const bytes = Buffer.allocUnsafe(size)
  let done = 0
  for (let got = 1; done < size && got > 0; done += got) got = fs.readSync(fd, bytes, done, size - done, null)
  return done === size && digestOf(bytes) === digest ? bytes : null
}

/** One chunk behind: what is held back when the end is reached goes out only if the whole has matched. */
async function* readLarge(fd: number, file: string, digest: Digest): AsyncGenerator<Uint8Array> {
  const hash = startDigest()
  let held: Uint8Array | null = null
  let reading = readChunk(fd, Buffer.allocUnsafeSlow(CHUNK_BYTES))
  try {
    for (let chunk = await reading; chunk.length > 0; chunk = await reading) {
      reading = readChunk(fd, Buffer.allocUnsafeSlow(CHUNK_BYTES))
      hash.update(chunk)
      if (held !== null) yield held
      held = chunk
    }
  } catch (error) {
    throw storeError(error, 'read', file)
  } finally {
    // The reader may stop early; the file is closed only after the read that is under way.
    await reading.catch(() => undefined)
  }
  if (finishDigest(hash) !== digest || held === null) throw corrupt(digest, MISMATCH)
  yield held
}

async function* listObjects(root: string): AsyncGenerator<Descriptor> {
  for (const folder of namesOf(`${root}/objects`)) {
    for (const name of namesOf(`${root}/objects/${folder}`)) {
      const digest = objectDigest(folder, name)
      const size = digest === null ? null : sizeOf(`${root}/objects/${folder}/${name}`)
      if (digest !== null && size !== null) yield { digest, size }
    }
  }
}

function namesOf(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw storeError(error, 'read', folder)
  }
}
