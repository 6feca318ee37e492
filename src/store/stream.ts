import fs from 'node:fs'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { Descriptor } from '../core/ports.ts'
import { openNew, remove } from './durable.ts'
import { storeError } from './errno.ts'

export const CHUNK_BYTES = 1024 * 1024

/** What stands under an object's name: nothing, its bytes, or others. */
export type Was = 'absent' | 'good' | 'bad'

/** One read in a thread; empty at the end of the file. Its failure may be awaited late. */
export function readChunk(fd: number, buffer: Buffer): Promise<Uint8Array> {
  const reading = new Promise<Uint8Array>((resolve, reject) => {
    fs.read(fd, buffer, 0, buffer.length, null, (error, got) =>
      error === null ? resolve(buffer.subarray(0, got)) : reject(error),
    )
  })
  reading.catch(() => undefined)
  return reading
}

/** The digest of a file's bytes now; null where there is none. */
export async function hashFile(file: string): Promise<Digest | null> {
  let fd: number
  try {
    fd = fs.openSync(file, 'r')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw storeError(error, 'read', file)
  }
  const hash = startDigest()
  let [ahead, behind] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)]
  try {
    for (let chunk = await readChunk(fd, ahead); chunk.length > 0; ) {
      const reading = readChunk(fd, behind)
      hash.update(chunk)
      chunk = await reading
      ;[ahead, behind] = [behind, ahead]
    }
    return finishDigest(hash)
  } catch (error) {
    throw storeError(error, 'read', file)
  } finally {
    fs.closeSync(fd)
  }
}

/** Compares a small object with the bytes that it must have. */
export function compareFile(file: string, bytes: Uint8Array): Was {
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return 'absent'
    return stat.isFile() && stat.size === bytes.length && Buffer.compare(fs.readFileSync(file), bytes) === 0
      ? 'good'
      : 'bad'
  } catch (error) {
    throw storeError(error, 'read', file)
  }
}

/** Reads an object to see whether it is what its name says. */
export async function checkFile(file: string, { digest, size }: Descriptor): Promise<Was> {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return 'absent'
  return stat.isFile() && stat.size === size && (await hashFile(file)) === digest ? 'good' : 'bad'
}

/** A file that is written chunk by chunk. */
export interface GrowingFile {
  readonly path: string
  write(chunk: Uint8Array): Promise<void>
  /** Makes it durable and closes it. */
  finish(): Promise<void>
  drop(): void
}

export function startFile(path: string): GrowingFile {
  const attempt = <T>(act: () => T): T => {
    try {
      return act()
    } catch (error) {
      throw storeError(error, 'write', path)
    }
  }
  const fd = attempt(() => openNew(path))
  let isOpen = true
  const close = (): void => {
    if (isOpen) fs.closeSync(fd)
    isOpen = false
  }
  return {
    path,
    write: async (chunk) => {
      for (let done = 0; done < chunk.length; ) {
        done += await new Promise<number>((resolve, reject) => {
          fs.write(fd, chunk, done, chunk.length - done, null, (error, n) =>
            error === null ? resolve(n) : reject(storeError(error, 'write', path)),
          )
        })
      }
    },
    finish: async () => {
      await new Promise<void>((resolve, reject) => {
        fs.fsync(fd, (error) => (error === null ? resolve() : reject(storeError(error, 'write', path))))
      })
      close()
    },
    drop: () => {
      close()
      remove(path)
    },
  }
}

/** How many files wait for the disk at once: it commits those together that come together. */
const SYNC_WIDTH = 32

/** Makes many files or folders durable, with callbacks: a promise for each would cost more than the call. */
export function syncFiles(paths: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0
    let running = 0
    let failure: unknown = null
    const done = (fd: number, path: string, error: NodeJS.ErrnoException | null): void => {
      running--
      fs.closeSync(fd)
      if (error !== null) failure ??= storeError(error, 'write', path)
      step()
    }
    const step = (): void => {
      while (failure === null && running < SYNC_WIDTH && next < paths.length) {
        const path = paths[next++] as string
        try {
          const fd = fs.openSync(path, 'r')
          running++
          fs.fsync(fd, (error) => done(fd, path, error))
        } catch (error) {
          failure ??= storeError(error, 'write', path)
        }
      }
      if (running > 0) return
      if (failure !== null) reject(failure)
      else if (next >= paths.length) resolve()
    }
    step()
  })
}
