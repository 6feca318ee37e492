import fs from 'node:fs'
import { hasCode } from '../core/errors.ts'
import { isRefused } from './durable.ts'
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

/** Bytes of a file; null where there is none. */
export function sizeOf(file: string): number | null {
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    return stat?.isFile() ? stat.size : null
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return null
    throw storeError(error, 'look at', file)
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
      if (error !== null && !isRefused(fd, error)) failure ??= storeError(error, 'write', path)
      fs.closeSync(fd)
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
