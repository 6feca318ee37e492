import fs from 'node:fs'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import { targetError } from './checkout-receive.ts'
import { corrupt, MISMATCH, storeError } from './errno.ts'
import { type Extent, openPlaces, type Place, type Places } from './places.ts'
import type { Signals } from './signals.ts'
import { openTrash } from './trash.ts'

const CHUNK_BYTES = 1024 * 1024
const ZEROS = Buffer.alloc(CHUNK_BYTES)
const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants

/** What is written of an object, and as what. */
export interface Wanted {
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  /** What messages call it. */
  readonly path: string
  readonly exec: boolean
}

/** Opens the new file of `wanted` at `at`, where nothing may stand yet. Errors: those of `targetError`. */
export function openTarget(at: string, { exec, path }: Pick<Wanted, 'exec' | 'path'>): number {
  try {
    return fs.openSync(at, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, exec ? 0o777 : 0o666)
  } catch (error) {
    throw targetError(error, path)
  }
}

/**
 * The copies of an object that have the size it is listed with, one after the other: those known, then those that a second look finds, in
 * case packs were merged meanwhile, or a gc has put it into the trash. When none of them is good: CORRUPT or OBJECT_MISSING.
 */
export function* copiesOf(places: Places, root: string, { digest, size, path }: Wanted): Generator<Place> {
  let found: Place | null = null
  for (const look of ['as known', 'again']) {
    if (look === 'again') places.refresh()
    for (const place of places.all(digest)) {
      found = place
      if (place.size === size) yield place
    }
  }
  const trash = openTrash(root, places)
  const kept = found === null ? trash.find(digest) : null
  trash.close()
  found ??= kept
  if (kept?.size === size) yield kept
  if (found === null) throw missing(digest, root)
  if (found.size === size) throw corrupt(digest, MISMATCH)
  throw new AishipError('CORRUPT', `${path} is listed with ${size} bytes and has ${found.size}`, {
    next: ['aiship fsck'],
  })
}

const missing = (digest: Digest, root: string): AishipError =>
  new AishipError('OBJECT_MISSING', `object ${digest} is not in ${root}`, {
    next: ['aiship fsck'],
    details: { digest },
  })

/** Writes a copy into an empty file, hashing what it writes. Out: whether that is the object. Stopped: false. */
export function writeVerified(fd: number, place: Place, wanted: Wanted, buffer: Buffer, signals: Signals): boolean {
  const hash = startDigest()
  let done = 0
  const isWhole = copyExtents(fd, place, wanted, buffer, signals, (bytes) => {
    hash.update(bytes)
    signals.advance(bytes.length)
    done += bytes.length
  })
  const isGood = isWhole && finishDigest(hash) === wanted.digest
  if (!isGood) signals.advance(-done)
  return isGood
}

export interface Copying extends Wanted {
  /** The registry's folder. */
  readonly root: string
  /** Where nothing stands yet. */
  readonly at: string
  /** Which copy of the object, from 0: a later one where the bytes of those before were not its. */
  readonly nth: number
}

/**
 * The job: copies one object, while another thread hashes behind it, and raises the sign once the copy is whole; stops where it cannot be.
 * Errors: CORRUPT or OBJECT_MISSING where there is no such copy; those of `targetError` and `storeError`.
 */
export function copyObject(wanted: Copying, signals: Signals): void {
  const places = openPlaces(wanted.root)
  try {
    const copies = copiesOf(places, wanted.root, wanted)
    for (let i = 0; i < wanted.nth; i++) copies.next()
    const place = copies.next().value as Place
    const fd = openTarget(wanted.at, wanted)
    try {
      const isWhole =
        copyInKernel(fd, place) || copyExtents(fd, place, wanted, Buffer.allocUnsafeSlow(CHUNK_BYTES), signals)
      if (isWhole) signals.raise()
      else signals.stop()
    } finally {
      fs.closeSync(fd)
    }
  } catch (error) {
    signals.stop()
    throw error
  } finally {
    places.close()
  }
}

/** Nothing stops a copy in the kernel before its end: so much is a matter of seconds. */
const MOST_IN_KERNEL = 2 * 1024 * 1024 * 1024

/**
 * Fills an empty file with a whole object without its bytes passing through this process: a third of the system's time. False where that
 * is not to be had, whatever the reason: then the file is empty.
 */
function copyInKernel(fd: number, { form, size, extents }: Place): boolean {
  const [to, from] = [`/proc/self/fd/${fd}`, extents[0]?.file]
  if (form !== 'whole' || from === undefined || size > MOST_IN_KERNEL || process.platform !== 'linux') return false
  const { mode } = fs.fstatSync(fd)
  try {
    // Holes stay holes only piece by piece.
    if (fs.statSync(from).blocks * 512 < size) return false
    fs.copyFileSync(from, to)
    // It gives the copy the permissions of the object.
    fs.fchmodSync(fd, mode)
    if (fs.fstatSync(fd).size === size) return true
  } catch {
    // No /proc, or the object is gone, or the disk is full: piece by piece it shows which.
  }
  fs.fchmodSync(fd, mode)
  fs.ftruncateSync(fd)
  return false
}

/** Writes a copy into an empty file. False where it ends early or is gone, or the work was stopped. Errors: those of both sides. */
function copyExtents(
  fd: number,
  { extents, size }: Place,
  { path }: Pick<Wanted, 'path'>,
  buffer: Buffer,
  signals: Signals,
  passed: (bytes: Buffer) => void = () => undefined,
): boolean {
  let at = 0
  for (const extent of extents) {
    const from = openObject(extent)
    if (from === null) return false
    try {
      for (let done = 0; done < extent.length; ) {
        const room = buffer.subarray(0, Math.min(buffer.length, extent.length - done))
        const got = readFrom(from, room, extent, done)
        if (got === 0 || signals.isStopped) return false
        const bytes = got === buffer.length ? buffer : room.subarray(0, got)
        passed(bytes)
        putAt(fd, bytes, at, path)
        done += got
        at += got
      }
    } finally {
      fs.closeSync(from)
    }
  }
  // What ends in zeros was not written to its end.
  if (at > 0) fs.ftruncateSync(fd, at)
  return at === size
}

function openObject({ file }: Extent): number | null {
  try {
    return fs.openSync(file, O_RDONLY | O_NONBLOCK)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw storeError(error, 'read', file)
  }
}

function readFrom(fd: number, bytes: Buffer, { file, offset }: Extent, done: number): number {
  try {
    return fs.readSync(fd, bytes, 0, bytes.length, offset + done)
  } catch (error) {
    throw storeError(error, 'read', file)
  }
}

/** Zeros become holes. */
function putAt(fd: number, bytes: Buffer, at: number, path: string): void {
  if (bytes.length === CHUNK_BYTES && bytes.equals(ZEROS)) return
  try {
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done, at + done)
  } catch (error) {
    throw targetError(error, path)
  }
}
