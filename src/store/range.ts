import fs from 'node:fs'
import { AishipError } from '../core/errors.ts'
import { storeError } from './errno.ts'
import type { Extent } from './places.ts'

/** Bytes that lie in parts of files, read as one. Synchronous, for one thread. */
export interface Range {
  /** Bytes. */
  readonly size: number
  /** Reads from `at` until `into` is full. Errors: those of reading; CORRUPT where a file ends too early. */
  fill(at: number, into: Uint8Array): void
  close(): void
}

/** A table may name more files than a process may open. */
const MOST_OPEN = 64

/** Opens nothing until it is read. */
export function openRange(extents: readonly Extent[]): Range {
  const starts = new Float64Array(extents.length)
  let size = 0
  for (const [i, { length }] of extents.entries()) {
    starts[i] = size
    size += length
  }
  const open = new Map<string, number>()
  const close = (): void => {
    for (const fd of open.values()) fs.closeSync(fd)
    open.clear()
  }
  const fdOf = (file: string): number => {
    const known = open.get(file)
    if (known !== undefined) return known
    if (open.size === MOST_OPEN) close()
    const fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
    open.set(file, fd)
    return fd
  }
  return {
    size,
    fill(at, into) {
      let i = extentAt(starts, at)
      for (let done = 0; done < into.length; i++) {
        const extent = extents[i]
        if (extent === undefined) throw early(extents.at(-1)?.file ?? 'nothing', at)
        const skip = at + done - (starts[i] as number)
        const wanted = Math.min(extent.length - skip, into.length - done)
        try {
          readFully(fdOf(extent.file), extent.file, extent.offset + skip, into.subarray(done, done + wanted))
        } catch (error) {
          throw storeError(error, 'read', extent.file)
        }
        done += wanted
      }
    },
    close,
  }
}

/** The number of the extent that has the byte at `at`. */
function extentAt(starts: Float64Array, at: number): number {
  let [low, high] = [0, starts.length]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((starts[middle] as number) <= at) low = middle
    else high = middle
  }
  return low
}

function readFully(fd: number, file: string, at: number, into: Uint8Array): void {
  for (let done = 0; done < into.length; ) {
    const got = fs.readSync(fd, into, done, into.length - done, at + done)
    if (got === 0) throw early(file, at + done)
    done += got
  }
}

const early = (file: string, at: number): AishipError =>
  new AishipError('CORRUPT', `${file} ends at byte ${at}, before what is to be read of it does`, {
    next: ['aiship fsck'],
    details: { path: file },
  })
