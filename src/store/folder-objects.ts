import fs from 'node:fs'
import { type Digest, digestOf, finishDigest, startDigest } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import type { Descriptor, ObjectStore } from '../core/ports.ts'
import { storeError } from './errno.ts'
import { objectDigest, objectFile, type Place } from './layout.ts'
import { CHUNK_BYTES, readChunk } from './stream.ts'

/** Objects as one file each, `objects/<2 hex>/<62 hex>`. */
export function folderObjects(place: Place): ObjectStore {
  const { root } = place
  return {
    has: async (digests) => new Set(digests.filter((digest) => sizeOf(root, digest) !== null)),
    size: async (digest) => sizeOf(root, digest),
    get: (digest, maxBytes) => readObject(root, digest, maxBytes ?? Number.POSITIVE_INFINITY),
    // Most commands store no object, and start without the code for it.
    batch: async () => (await import('./folder-batch.ts')).openBatch(place),
    list: () => listObjects(root),
  }
}

function sizeOf(root: string, digest: Digest): number | null {
  const file = objectFile(root, digest)
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    return stat?.isFile() ? stat.size : null
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return null
    throw storeError(error, 'look at', file)
  }
}

async function* readObject(root: string, digest: Digest, maxBytes: number): AsyncGenerator<Uint8Array> {
  const file = objectFile(root, digest)
  let fd: number
  try {
    // Opening a pipe that nobody writes to would wait for ever.
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) throw missing(root, digest)
    throw storeError(error, 'read', file)
  }
  try {
    const stat = fs.fstatSync(fd)
    const { size } = stat
    if (!stat.isFile()) throw corrupt(digest, `is no file in ${root}`)
    if (size > maxBytes) throw corrupt(digest, `has ${size} bytes in ${root}, more than the ${maxBytes} allowed`)
    if (size > CHUNK_BYTES) yield* readLarge(fd, file, digest)
    else if (size > 0) yield readSmall(fd, size, digest)
    else if (digestOf('') !== digest) throw corrupt(digest, MISMATCH)
  } catch (error) {
    throw storeError(error, 'read', file)
  } finally {
    fs.closeSync(fd)
  }
}

function readSmall(fd: number, size: number, digest: Digest): Uint8Array {
  const bytes = Buffer.allocUnsafe(size)
  let done = 0
  for (let got = 1; done < size && got > 0; done += got) got = fs.readSync(fd, bytes, done, size - done, null)
  if (done !== size || digestOf(bytes) !== digest) throw corrupt(digest, MISMATCH)
  return bytes
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
      const size = digest === null ? null : sizeOf(root, digest)
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

const MISMATCH = 'does not match its bytes: they were changed or damaged on disk'

const missing = (root: string, digest: Digest): AishipError =>
  new AishipError('OBJECT_MISSING', `object ${digest} is not in ${root}`, {
    next: ['aiship fsck'],
    details: { digest },
  })

const corrupt = (digest: Digest, why: string): AishipError =>
  new AishipError('CORRUPT', `object ${digest} ${why}`, { next: ['aiship fsck --read-data'], details: { digest } })
