import fs from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type Digest, digestOf, finishDigest, startDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Descriptor, Stored } from '../core/ports.ts'
import { sourceError } from './errno.ts'

/** What a store does with the bytes of one file. */
export interface Sink {
  /** All of a small file. `bytes` may be kept only by copying them. */
  small(bytes: Uint8Array, digest: Digest): Stored
  /** Begins a large one. */
  large(): LargeSink
}

export interface LargeSink {
  /** The chunk stays as it is until the promise is settled. */
  write(chunk: Uint8Array): Promise<void>
  end(whole: Descriptor): Promise<Stored>
  /** Forgets what was written. */
  drop(): void
}

export type Tap = (chunk: Uint8Array) => void

/** Up to here a file is read in one synchronous go: a promise a file costs more than reading it. */
const SMALL_BYTES = 1024 * 1024
const CHUNK_BYTES = 2 * 1024 * 1024
const TRIES = 3
const RETRY_MS = [0, 30, 200]
/**
 * File systems stamp times by the kernel's tick. A file that was written in the same tick in which it is read could be written again
 * without a new time; so a file that young is left alone until its tick is over, and every later write shows.
 */
const TICK_MS = 20

const NOTHING = new Uint8Array(0)
const smallBuffer = { bytes: NOTHING }

/**
 * Reads one file of this machine into a sink in one pass: the bytes hashed are the bytes given. A file that changes meanwhile is read
 * again from its start; `tap` then sees an empty chunk first.
 * Errors: SOURCE_CHANGED after 3 tries, FILE_MISSING, NOT_PERMITTED, COMPONENT_INVALID for what is no file.
 */
export async function storeSource(path: string, sink: Sink, tap?: Tap): Promise<Stored> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (attempt > 0) {
      await delay(RETRY_MS[attempt])
      tap?.(NOTHING)
    }
    const fd = openSource(path)
    try {
      const before = await settled(fd, path)
      const read = before !== null && before.size <= SMALL_BYTES ? storeSmall : storeLarge
      const stored = before === null ? null : await read(fd, before, path, sink, tap)
      if (stored !== null) return stored
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
async function settled(fd: number, path: string): Promise<fs.BigIntStats | null> {
  const before = look(fd, path)
  const age = Date.now() - Number(before.ctimeNs / 1_000_000n)
  if (age < 0 || age >= TICK_MS) return before
  await delay(TICK_MS - age)
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

/** Synchronous from the first byte to the sink, so that one buffer serves all files. Null: the file changed. */
function storeSmall(fd: number, before: fs.BigIntStats, path: string, sink: Sink, tap?: Tap): Stored | null {
  if (smallBuffer.bytes.length === 0) smallBuffer.bytes = Buffer.allocUnsafeSlow(SMALL_BYTES)
  const size = Number(before.size)
  let done = 0
  try {
    while (done < size) {
      const got = fs.readSync(fd, smallBuffer.bytes, done, size - done, null)
      if (got === 0) return null
      done += got
    }
    // Files of the kernel's, and some of networks', are longer than they say.
    if (size === 0 && fs.readSync(fd, smallBuffer.bytes, 0, 1, null) > 0) throw hidesSize(path)
    if (!isUnchanged(fd, before)) return null
  } catch (error) {
    throw sourceError(error, path)
  }
  const bytes = smallBuffer.bytes.subarray(0, size)
  tap?.(bytes)
  return sink.small(bytes, digestOf(bytes))
}

const hidesSize = (path: string): AishipError =>
  new AishipError('COMPONENT_INVALID', `${path} says that it is empty, and has bytes: it is no ordinary file`, {
    hint: 'copy it to a file, and name that one',
    details: { path },
  })

/** Reading the next chunk, hashing this one and writing the one before it go on at the same time. Null: the file changed. */
async function storeLarge(
  fd: number,
  before: fs.BigIntStats,
  path: string,
  sink: Sink,
  tap?: Tap,
): Promise<Stored | null> {
  const hash = startDigest()
  const into = sink.large()
  const buffers = [takeBuffer(), takeBuffer(), takeBuffer()] as const
  let size = 0
  let reading = readChunk(fd, buffers[0], path)
  let writing = Promise.resolve()
  try {
    for (let turn = 0; ; turn++) {
      const buffer = buffers[turn % 3] as Buffer
      const got = await reading
      if (got === 0) break
      const chunk = buffer.subarray(0, got)
      // The buffer that this overwrites was written out before the last turn ended.
      reading = readChunk(fd, buffers[(turn + 1) % 3] as Buffer, path)
      hash.update(chunk)
      tap?.(chunk)
      size += got
      if (size > before.size) break
      await writing
      writing = heard(into.write(chunk))
    }
    await Promise.all([reading, writing])
    if (BigInt(size) === before.size && isUnchanged(fd, before))
      return await into.end({ digest: finishDigest(hash), size })
    into.drop()
    return null
  } catch (error) {
    await Promise.allSettled([reading, writing])
    into.drop()
    throw error
  } finally {
    spare.push(...buffers)
  }
}

const spare: Buffer[] = []
const takeBuffer = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES)

function readChunk(fd: number, buffer: Buffer, path: string): Promise<number> {
  return heard(
    new Promise((resolve, reject) => {
      fs.read(fd, buffer, 0, buffer.length, null, (error, got) =>
        error === null ? resolve(got) : reject(sourceError(error, path)),
      )
    }),
  )
}

/** A promise that fails while another one is awaited is not forgotten: it is awaited next. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
