import { hash } from 'node:crypto'
import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import { type Columns, hexAt, splitPaths } from './checkout-columns.ts'
import { copiesOf, openTarget, type Wanted, writeVerified } from './checkout-copy.ts'
import { type Folders, openFolders } from './checkout-folders.ts'
import { reachNew, targetError } from './checkout-receive.ts'
import { writeAll } from './durable.ts'
import { storeError } from './errno.ts'
import { MAX_PACKED } from './pack.ts'
import { openPlaces, type Places } from './places.ts'
import type { Signals } from './signals.ts'
import { putStat } from './stat-rows.ts'

export interface Filling extends Columns {
  /** The registry's folder. */
  readonly root: string
  /** The folder that the names are below. */
  readonly into: string
  /** Files that a thread takes at a time. */
  readonly block: number
}

/** Bytes of a pack that are read at once: mostly objects lie in it side by side as their files do. */
const READ_BYTES = MAX_PACKED
/** Between two objects, what is read and not wanted costs less than another read. */
const MOST_BETWEEN = 64 * 1024

/**
 * The job: writes files, each verified, until no thread has any left to take. A failure leaves files; what fails verification never stays.
 * Errors: CORRUPT, OBJECT_MISSING, those of `targetError` and `storeError`.
 */
export function fillFiles(filling: Filling, signals: Signals): void {
  const { root, into, count, block } = filling
  const places = openPlaces(root)
  const packs = openPackReader(places)
  const folders = openFolders(into)
  try {
    const target = openTargets(filling, folders, signals)
    for (let first = signals.take(block); first < count && !signals.isStopped; first = signals.take(block)) {
      const alone: number[] = []
      const packed: Row[] = []
      for (let i = first; i < Math.min(first + block, count); i++) {
        const row = packs.find(`sha256:${hexAt(filling.digests, i)}`, i)
        if (row === null || row.length !== filling.sizes[i]) alone.push(i)
        else packed.push(row)
      }
      for (const [i, bytes] of packs.read(packed)) {
        if (hash('sha256', bytes, 'hex') !== hexAt(filling.digests, i)) alone.push(i)
        else if (!signals.isStopped) target.write(i, bytes)
      }
      for (const i of alone) if (!signals.isStopped) target.copy(i, places)
    }
  } finally {
    folders.close()
    packs.close()
    places.close()
  }
}

/** The files that are to be, by number. */
function openTargets(filling: Filling, folders: Folders, signals: Signals) {
  const names = splitPaths(filling.names)
  let buffer: Buffer | null = null
  const open = (i: number): { at: string; fd: number; wanted: Wanted } => {
    const [path, exec] = [names[i] as string, filling.execs[i] === 1]
    const wanted: Wanted = {
      ...{ path, exec, size: filling.sizes[i] as number },
      digest: `sha256:${hexAt(filling.digests, i)}`,
    }
    const at = reachNew(folders, path)
    return { at, wanted, fd: openTarget(at, wanted) }
  }
  const seal = (i: number, fd: number): void => putStat(filling.rows, i, fs.fstatSync(fd, { bigint: true }))
  return {
    write(i: number, bytes: Buffer): void {
      const { fd, wanted } = open(i)
      try {
        writeAll(fd, bytes)
        seal(i, fd)
      } catch (error) {
        throw targetError(error, wanted.path)
      } finally {
        fs.closeSync(fd)
      }
      signals.advance(bytes.length)
    },
    copy(i: number, places: Places): void {
      const { at, fd, wanted } = open(i)
      buffer ??= Buffer.allocUnsafeSlow(READ_BYTES)
      let isGood = false
      try {
        for (const place of copiesOf(places, filling.root, wanted)) {
          fs.ftruncateSync(fd)
          isGood = writeVerified(fd, place, wanted, buffer, signals)
          if (isGood || signals.isStopped) break
        }
        seal(i, fd)
      } finally {
        fs.closeSync(fd)
        if (!isGood) fs.rmSync(at, { force: true })
      }
    },
  }
}

/** Where an object lies in a pack that was read. */
interface Row {
  readonly i: number
  readonly file: string
  readonly offset: number
  readonly length: number
}

/** Reads objects that lie side by side at once. */
interface PackReader {
  /** Null where it is in no pack. */
  find(digest: Digest, i: number): Row | null
  /** In the order of the packs. What comes is overwritten by what comes later, and not verified. Leaves out what is not to be read. */
  read(rows: Row[]): Generator<readonly [i: number, bytes: Buffer]>
  close(): void
}

function openPackReader(places: Places): PackReader {
  const fds = new Map<string, number | null>()
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  return {
    find(digest, i) {
      for (const pack of places.packs()) {
        const row = pack.find(digest)
        if (row !== null) return { i, file: pack.file, offset: row.offset, length: row.length }
      }
      return null
    },
    *read(rows) {
      rows.sort((a, b) => (a.file === b.file ? a.offset - b.offset : a.file < b.file ? -1 : 1))
      for (let first = 0; first < rows.length; ) {
        const { file, offset } = rows[first] as Row
        let last = first
        for (let end = endOf(rows[last] as Row); last + 1 < rows.length; last++) {
          const next = rows[last + 1] as Row
          if (next.file !== file || next.offset > end + MOST_BETWEEN || endOf(next) - offset > READ_BYTES) break
          end = Math.max(end, endOf(next))
        }
        const bytes = buffer.subarray(0, Math.max(...rows.slice(first, last + 1).map(endOf)) - offset)
        const got = readPack(fds, file, bytes, offset)
        for (; first <= last; first++) {
          const { i, length, offset: own } = rows[first] as Row
          // What is cut off is not the object, and fails its verification.
          yield [i, bytes.subarray(own - offset, Math.min(own - offset + length, got))]
        }
      }
    },
    close() {
      for (const fd of fds.values()) if (fd !== null) fs.closeSync(fd)
    },
  }
}

const endOf = ({ offset, length }: Row): number => offset + length

/** Out: how many bytes were read. */
function readPack(fds: Map<string, number | null>, file: string, bytes: Buffer, offset: number): number {
  try {
    const known = fds.get(file)
    const fd = known === undefined ? fs.openSync(file, 'r') : known
    fds.set(file, fd)
    let done = 0
    for (let got = 1; fd !== null && done < bytes.length && got > 0; done += got)
      got = fs.readSync(fd, bytes, done, bytes.length - done, offset + done)
    return done
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw storeError(error, 'read', file)
    // Merged into another one: whoever looks again finds it there.
    fds.set(file, null)
    return 0
  }
}
