import fs from 'node:fs'
import path from 'node:path'
import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import { type ArtifactSource, MAX_OCI_MANIFEST, type OciBlob, readOci } from '../core/oci.ts'
import type { Bytes } from '../core/ports.ts'
import { readTar, type TarSource, tarStream } from '../core/tar-read.ts'
import { verified } from '../core/verify.ts'
import { makePath } from './durable.ts'
import { sourceError, storeError } from './errno.ts'

/**
 * An OCI image layout in one tar archive, as a file. It is looked through once, from header to header, before anything of it is used:
 * whatever is wrong with its form is known then, and nothing was written. Its blobs are read where they lie; no path of it is ever made.
 */

const CHUNK_BYTES = 1024 * 1024
/** More than any bundle that is exported here has: the manifest that would name them is too long for registries. */
const MAX_ENTRIES = 100_000
const MAX_LAYOUT = 4096
/** Other tools list them, and `oras` its empty `ingest`; none is ever made. */
const FOLDERS = new Set(['blobs', 'blobs/sha256', 'ingest'])

interface Place {
  readonly at: number
  readonly size: number
}

/** In: a path, or `-` for standard input, which is kept in `folder` while it is read. Errors: FILE_MISSING, ARCHIVE_INVALID, CORRUPT, DISK_FULL. */
export async function openArchive(given: string, folder: string, signal: AbortSignal): Promise<ArtifactSource> {
  const name = given === '-' ? 'standard input' : given
  const fd = given === '-' ? openSpool(folder) : openFile(given)
  try {
    const places = await survey(given === '-' ? tarStream(spooled(fd, folder, signal)) : fileSource(fd), signal)
    return sourceOf(fd, name, places)
  } catch (error) {
    fs.closeSync(fd)
    throw error instanceof AishipError ? named(error, name) : sourceError(error, name)
  }
}

/** What is said of "the archive", said with its name. */
function named({ code, message, hint, details, cause }: AishipError, name: string): AishipError {
  const said = message.replace(/^the archive /, () => `${name} `)
  return new AishipError(code, said, {
    hint: hint ?? 'import reads what export writes',
    next: ['aiship help import'],
    details,
    cause,
  })
}

function openFile(file: string): number {
  try {
    const fd = fs.openSync(file, 'r')
    if (fs.fstatSync(fd).isFile()) return fd
    fs.closeSync(fd)
  } catch (error) {
    throw sourceError(error, file)
  }
  throw new AishipError('ARCHIVE_INVALID', `${file} is no file`, { hint: 'to read from a pipe, give - as the file' })
}

/** Standard input can't be looked through twice. The file has no name any more when its bytes come. */
function openSpool(folder: string): number {
  const file = path.join(folder, `import.${process.pid}.${Date.now()}`)
  try {
    makePath(folder)
    const fd = fs.openSync(file, 'wx+', 0o600)
    fs.unlinkSync(file)
    return fd
  } catch (error) {
    throw storeError(error, 'keep standard input in', folder)
  }
}

/** Looked through as it comes: what has no end is refused before the disk is full. */
async function* spooled(fd: number, folder: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of process.stdin) {
      signal.throwIfAborted()
      for (let done = 0; done < chunk.length; ) done += fs.writeSync(fd, chunk, done)
      yield chunk
    }
  } catch (error) {
    throw storeError(error, 'keep standard input in', folder)
  }
}

/** Where each blob lies. Errors: ARCHIVE_INVALID for any other entry, and for one that is there twice; CORRUPT. */
async function survey(source: TarSource, signal: AbortSignal): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  const refuse = (why: string): AishipError => new AishipError('ARCHIVE_INVALID', `the archive ${why}`)
  let entries = 0
  for await (const { name, size, isFolder, at } of readTar(source)) {
    signal.throwIfAborted()
    if (++entries > MAX_ENTRIES) throw refuse(`has more than ${MAX_ENTRIES} entries`)
    if (isFolder && size === 0 && FOLDERS.has(name.replace(/\/$/, ''))) continue
    const isKnown = name === 'oci-layout' || name === 'index.json' || /^blobs\/sha256\/[0-9a-f]{64}$/.test(name)
    if (isFolder || !isKnown) throw refuse(`has ${JSON.stringify(name)}, which is no part of an OCI image layout`)
    if (places.has(name)) throw refuse(`has ${name} twice`)
    places.set(name, { at, size })
  }
  for (const [name, most] of [
    ['oci-layout', MAX_LAYOUT],
    ['index.json', MAX_OCI_MANIFEST],
  ] as const) {
    const place = places.get(name)
    if (place === undefined) throw refuse(`has no ${name}, so it is no OCI image layout`)
    if (place.size > most) throw refuse(`has ${name} with ${place.size} bytes, more than the ${most} allowed`)
  }
  return places
}

function sourceOf(fd: number, name: string, places: ReadonlyMap<string, Place>): ArtifactSource {
  const place = (file: string): Place => places.get(file) as Place
  async function manifests(): Promise<readonly OciBlob[]> {
    const layout = Buffer.from(await collectBytes(range(fd, place('oci-layout')))).toString('utf8')
    if (!/"imageLayoutVersion"\s*:\s*"1\.\d+\.\d+"/.test(layout))
      throw new AishipError(
        'ARCHIVE_INVALID',
        `${name} has an image layout of another version: ${JSON.stringify(layout.slice(0, 80))}`,
      )
    return readOci(await collectBytes(range(fd, place('index.json'))), `index.json of ${name}`).manifests
  }
  function read(blob: OciBlob): Bytes {
    const found = places.get(`blobs/sha256/${blob.digest.slice(7)}`)
    if (found === undefined)
      throw new AishipError('OBJECT_MISSING', `${name} lacks ${blob.digest}`, { details: { digest: blob.digest } })
    return verified(blob, range(fd, found), name)
  }
  const hexes = [...places.keys()].filter((file) => file.startsWith('blobs/'))
  const blobs = new Set(hexes.map((file): Digest => `sha256:${file.slice(file.lastIndexOf('/') + 1)}`))
  return { name, manifests, read, blobs, close: async () => fs.closeSync(fd) }
}

async function* range(fd: number, { at, size }: Place): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < size; ) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - done))
    const got = fs.readSync(fd, chunk, 0, chunk.length, at + done)
    if (got === 0) return
    done += got
    yield chunk.subarray(0, got)
  }
}

/** Passing over bytes of a file reads none of them; headers are read many at a time where they lie close together. */
function fileSource(fd: number): TarSource {
  const { size } = fs.fstatSync(fd)
  const window = Buffer.allocUnsafe(64 * 1024)
  let [at, start, length] = [0, 0, 0]
  return {
    async next(most) {
      if (at < start || at >= start + length) {
        start = at
        length = fs.readSync(fd, window, 0, window.length, at)
        if (length === 0) return window.subarray(0, 0)
      }
      const taken = Uint8Array.from(window.subarray(at - start, Math.min(length, at - start + most)))
      at += taken.length
      return taken
    },
    async skip(bytes) {
      at = Math.min(at + bytes, size)
    },
    get at() {
      return at
    },
    size,
  }
}
