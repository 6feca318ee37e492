import fs from 'node:fs'
import { AishipError } from '../core/errors.ts'
import { sourceError } from './errno.ts'

const TRIES = 3
const RETRY_MS = [0, 30, 200]
/**
 * File systems stamp times by the kernel's tick. A file that was written in the same tick in which it is read could be written again
 * without a new time; so a file that young is left alone until its tick is over, and every later write shows.
 */
const TICK_MS = 20

/** Blocks the thread. */
export const sleep = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/**
 * Reads one file of this machine with `read`, again from its start if it changed meanwhile: what comes back is what stood in it at one time.
 * `read` gets it open at its start, and what it looked like then; null from it says that the file ended early. Synchronous.
 * Errors: SOURCE_CHANGED after 3 tries, FILE_MISSING, NOT_PERMITTED, COMPONENT_INVALID for what is no file.
 */
export function readSteadily<T>(path: string, read: (fd: number, stat: fs.BigIntStats) => T | null): T {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (attempt > 0) sleep(RETRY_MS[attempt] as number)
    const fd = openSource(path)
    try {
      const before = settled(fd, path)
      const got = before === null ? null : read(fd, before)
      if (before !== null && got !== null && isUnchanged(fd, before)) return got
    } catch (error) {
      throw sourceError(error, path)
    } finally {
      fs.closeSync(fd)
    }
  }
  throw new AishipError('SOURCE_CHANGED', `${path} changed while it was read, ${TRIES} times`, {
    hint: 'wait until whatever writes it is done, or ignore it in aiship.yaml',
    next: ['aiship bundle'],
    details: { path },
  })
}

/** Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever. */
function openSource(path: string): number {
  try {
    return fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw sourceError(error, path)
  }
}

function look(fd: number, path: string): fs.BigIntStats {
  const stat = fs.fstatSync(fd, { bigint: true })
  if (!stat.isFile()) throw new AishipError('COMPONENT_INVALID', `${path} is not a file`, { details: { path } })
  return stat
}

/** What the file is once its newest time is older than a tick; null where it was written again meanwhile. */
function settled(fd: number, path: string): fs.BigIntStats | null {
  const before = look(fd, path)
  const age = Date.now() - Number(before.ctimeNs / 1_000_000n)
  if (age < 0 || age >= TICK_MS) return before
  sleep(TICK_MS - age)
  return isUnchanged(fd, before) ? before : null
}

function isUnchanged(fd: number, before: fs.BigIntStats): boolean {
  const after = fs.fstatSync(fd, { bigint: true })
  return (
    after.size === before.size &&
    after.mtimeNs === before.mtimeNs &&
    after.ctimeNs === before.ctimeNs &&
    after.ino === before.ino
  )
}

/**
 * All bytes of a small file, in `buffer`; null where it has more than fit. Errors: those of `readSteadily`.
 */
export function readSmall(path: string, buffer: Buffer): Buffer | null {
  const got = readSteadily(path, (fd, { size }) => {
    if (size > BigInt(buffer.length)) return 'large'
    const bytes = buffer.subarray(0, Number(size))
    if (fillFrom(fd, bytes) < bytes.length) return null
    return size > 0n || isEmpty(fd, path) ? bytes : null
  })
  return got === 'large' ? null : got
}

/** Reads until `bytes` is full or the file ends. Out: how many were read. */
export function fillFrom(fd: number, bytes: Uint8Array): number {
  let done = 0
  for (let got = 1; done < bytes.length && got > 0; done += got)
    got = fs.readSync(fd, bytes, done, bytes.length - done, null)
  return done
}

/**
 * Files of the kernel's, and some of networks', are longer than they say. Out: false where it was empty, and is not any more.
 * Errors: COMPONENT_INVALID.
 */
export function isEmpty(fd: number, path: string): boolean {
  if (fs.readSync(fd, Buffer.alloc(1), 0, 1, null) === 0) return true
  if (fs.fstatSync(fd).size > 0) return false
  throw new AishipError('COMPONENT_INVALID', `${path} says that it is empty, and has bytes: it is no ordinary file`, {
    hint: 'copy it to a file, and name that one',
    details: { path },
  })
}
