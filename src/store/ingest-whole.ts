import fs from 'node:fs'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import { type Inspector, type Seen, startInspector, type Watch } from '../core/inspect.ts'
import { openNew, remove } from './durable.ts'
import { sourceError, storeError } from './errno.ts'
import type { Signals } from './signals.ts'
import { fillFrom, isEmpty, readSteadily, sleep } from './source.ts'

const CHUNK_BYTES = 1024 * 1024
/** What is copied at a time: a core's own cache holds it while it is looked through and written. */
const PIECE_BYTES = 256 * 1024

/** `seen` is null where it was not looked through. */
export interface Copied {
  readonly size: number
  readonly seen: Seen | null
}

/**
 * The job: copies a file of this machine to `to`, where nothing is; what is named by a digest later is this copy, whatever becomes of the
 * file. What is to be watched is looked through in passing, unless the copy takes no time. Raises the sign once the copy is whole. A failure
 * leaves nothing. Errors: those of `readSteadily`, DISK_FULL, READ_ONLY.
 */
export function copySource(
  { from, to, watch }: { readonly from: string; readonly to: string; readonly watch: Watch | null },
  signals: Signals,
): Copied {
  try {
    const copied = readSteadily(from, (fd, { size }) => {
      remove(to)
      if (size === 0n && !isEmpty(fd, from)) return null
      return copyTo({ fd, size: Number(size), from, to }, watch, signals)
    })
    signals.raise()
    return copied
  } catch (error) {
    signals.stop()
    remove(to)
    throw error
  }
}

/** A file that is open, and where its copy goes. */
interface Copying {
  readonly fd: number
  readonly size: number
  readonly from: string
  readonly to: string
}

/** Null where the file ended early. */
function copyTo(copying: Copying, watch: Watch | null, signals: Signals): Copied | null {
  const { size, to } = copying
  if (cloneTo(copying)) return { size, seen: null }
  remove(to)
  const inspector = watch === null ? null : startInspector(watch)
  try {
    return copyBytes(copying, inspector, signals) ? { size, seen: inspector?.end() ?? null } : null
  } catch (error) {
    throw storeError(error, 'write', to)
  }
}

/** Shares the bytes with the source where the file system can, which takes no time. False where that is not to be had, whatever the reason. */
function cloneTo({ fd, size, from, to }: Copying): boolean {
  const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = fs.constants
  try {
    // The open file itself, whatever has its name by now.
    const opened = `/proc/self/fd/${fd}`
    fs.copyFileSync(fs.existsSync(opened) ? opened : from, to, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE)
    fs.chmodSync(to, 0o444)
    return fs.statSync(to).size === size
  } catch {
    return false
  }
}

/**
 * Piece by piece, so that it can be stopped: a copy in the kernel cannot, and costs no less. Holes stay holes: a sparse file of a terabyte
 * does not fill the disk.
 */
function copyBytes({ fd, size, from, to }: Copying, inspector: Inspector | null, signals: Signals): boolean {
  const out = openNew(to)
  try {
    const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES)
    for (let done = 0; done < size; ) {
      if (signals.isStopped) throw new Error('stopped')
      const chunk = readNext(fd, buffer.subarray(0, Math.min(PIECE_BYTES, size - done)), from)
      if (chunk.length === 0) return false
      inspector?.chunk(chunk)
      if (isZero(chunk)) fs.ftruncateSync(out, done + chunk.length)
      else writeAt(out, chunk, done)
      done += chunk.length
    }
    return true
  } finally {
    fs.closeSync(out)
  }
}

function readNext(fd: number, buffer: Buffer, from: string): Buffer {
  try {
    return buffer.subarray(0, fillFrom(fd, buffer))
  } catch (error) {
    throw sourceError(error, from)
  }
}

const ZEROS = Buffer.alloc(PIECE_BYTES)
const isZero = (chunk: Buffer): boolean => chunk.compare(ZEROS, 0, chunk.length) === 0

function writeAt(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done, at + done)
}

/** The job: the digest of a file that is being copied in another thread, right behind the copy. Null if that was given up. */
export function hashCopy({ file }: { readonly file: string }, signals: Signals): Digest | null {
  for (;;) {
    const found = hashBehind(file, signals)
    if (found !== 'replaced') return found
  }
}

/** A copy that begins again begins another file: 'replaced'. */
function hashBehind(file: string, signals: Signals): Digest | null | 'replaced' {
  const fd = openWhenThere(file, signals)
  if (fd === null) return null
  const hash = startDigest()
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  try {
    for (let at = 0; ; ) {
      // Asked before the read: what is read after the sign is all there is.
      const isWhole = signals.isRaised
      const got = fs.readSync(fd, buffer, 0, buffer.length, at)
      if (signals.isStopped) return null
      if (got > 0) {
        hash.update(got === buffer.length ? buffer : buffer.subarray(0, got))
        signals.advance(got)
        at += got
      } else if (fs.fstatSync(fd).nlink === 0) {
        signals.advance(-at)
        return 'replaced'
      } else if (isWhole) {
        return finishDigest(hash)
      } else {
        signals.wait(1)
      }
    }
  } catch (error) {
    throw storeError(error, 'read', file)
  } finally {
    fs.closeSync(fd)
  }
}

function openWhenThere(file: string, signals: Signals): number | null {
  while (!signals.isStopped) {
    try {
      return fs.openSync(file, 'r')
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw storeError(error, 'read', file)
      signals.wait(1)
      if (signals.isRaised) sleep(1)
    }
  }
  return null
}

/** What a whole copy is. */
export interface Whole {
  readonly digest: Digest
  readonly size: number
  readonly seen: Seen | null
}

/** The job: copies one file, then hashes and inspects the copy. Without `to` it is only read. Errors: those of `copySource`. */
export function storeWhole(
  { from, to, watch }: { readonly from: string; readonly to: string | null; readonly watch: Watch | null },
  signals: Signals,
): Whole {
  if (to === null) {
    return readSteadily(from, (fd, { size }) => {
      return size > 0n || isEmpty(fd, from) ? readThrough(fd, Number(size), watch, signals) : null
    })
  }
  const { size } = copySource({ from, to, watch: null }, signals)
  const fd = fs.openSync(to, 'r')
  try {
    const read = readThrough(fd, size, watch, signals)
    if (read === null) throw new Error(`${to} ended early`)
    return read
  } catch (error) {
    throw storeError(error, 'read', to)
  } finally {
    fs.closeSync(fd)
  }
}

/** Null where it ends early. */
function readThrough(fd: number, size: number, watch: Watch | null, signals: Signals): Whole | null {
  const hash = startDigest()
  const inspector = watch === null ? null : startInspector(watch)
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let done = 0
  while (done < size) {
    const got = fs.readSync(fd, buffer, 0, buffer.length, done)
    if (signals.isStopped) throw new Error('stopped')
    if (got === 0) return null
    const chunk = buffer.subarray(0, got)
    hash.update(chunk)
    inspector?.chunk(chunk)
    signals.advance(got)
    done += got
  }
  return { digest: finishDigest(hash), size, seen: inspector?.end() ?? null }
}

/** The job: looks through a whole copy, while others hash it. */
export function inspectCopy({ file, watch }: { readonly file: string; readonly watch: Watch }, signals: Signals): Seen {
  const inspector = startInspector(watch)
  const fd = fs.openSync(file, 'r')
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    for (let got = fillFrom(fd, buffer); got > 0 && !signals.isStopped; got = fillFrom(fd, buffer))
      inspector.chunk(buffer.subarray(0, got))
    return inspector.end()
  } catch (error) {
    throw storeError(error, 'read', file)
  } finally {
    fs.closeSync(fd)
  }
}
