import fs from 'node:fs'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import { isSameStat, ROW_BYTES, timesAt, WORDS } from './stat-rows.ts'
import { isRacy } from './statcache.ts'

/**
 * What a command looked at, each with its stat, and a summary of what it found: while nothing of it has changed, the summary still holds.
 * A cache: it may be deleted at any time, and a damaged one counts as absent.
 *
 * The file: 32 bytes SHA-256 of the rest; 32 bytes of the key; the magic, the number of stats, of the folders above, the bytes of the paths
 * and of the summary, a zero (u32 each); the newest time of all (u64, ns); the stats of 40 bytes; the paths, UTF-8, NUL after each: those that
 * have a stat, and the folders above; the summary. Numbers as this machine has them: where they are the other way round, the magic does not fit.
 */
const MAGIC = 0x316c7274
const SUM = 32
const HEAD = 2 * SUM + 6 * 4 + 8
/** A hundred times what is usual. */
const MAX_BYTES = 512 * 1024 * 1024
const LOOK = { bigint: true, throwIfNoEntry: false } as const

export interface TrailRows {
  /** WORDS numbers for each of `paths`. */
  readonly rows: BigUint64Array
  /** Absolute. Their whole stat counts, their own, not that of what a link leads to. */
  readonly paths: readonly string[]
  /** Absolute. Of these it counts that they are folders, and no links to folders. */
  readonly above: readonly string[]
}

/** The bytes to keep; null where something is racy. In: `before`, ns of the file system's clock, from before the first look. */
export function trailBytes(key: Digest, trail: TrailRows, summary: Uint8Array, before: bigint): Uint8Array | null {
  const count = trail.paths.length
  let newest = 0n
  for (let row = 0; row < count; row++) {
    const times = timesAt(trail.rows, row)
    if (isRacy(times, before)) return null
    if (times.ctimeNs > newest) newest = times.ctimeNs
  }
  const paths = Buffer.from([...trail.paths, ...trail.above].map((path) => `${path}\0`).join(''))
  const rest = HEAD + count * ROW_BYTES
  const out = Buffer.alloc(rest + paths.length + summary.length)
  out.set(bytesOf(key), SUM)
  const numbers = new Uint32Array([MAGIC, count, trail.above.length, paths.length, summary.length, 0])
  out.set(new Uint8Array(numbers.buffer), 2 * SUM)
  out.set(new Uint8Array(new BigUint64Array([newest]).buffer), HEAD - 8)
  out.set(new Uint8Array(trail.rows.buffer, trail.rows.byteOffset, count * ROW_BYTES), HEAD)
  out.set(paths, rest)
  out.set(summary, rest + paths.length)
  out.set(bytesOf(digestOf(out.subarray(SUM))), 0)
  return out
}

/** The summary that `file` has under `key`, if everything looks as it did. */
export function summaryIn(file: string, key: Digest): Uint8Array | null {
  const bytes = readAligned(file)
  if (bytes === null) return null
  const { buffer, byteOffset, length } = bytes
  const [magic, count = 0, above = 0, pathBytes = 0, summaryBytes = 0] = new Uint32Array(
    buffer,
    byteOffset + 2 * SUM,
    5,
  )
  const rest = HEAD + count * ROW_BYTES
  if (magic !== MAGIC || length !== rest + pathBytes + summaryBytes) return null
  if (!bytesOf(key).equals(bytes.subarray(SUM, 2 * SUM))) return null
  if (!bytesOf(digestOf(bytes.subarray(SUM))).equals(bytes.subarray(0, SUM))) return null
  const rows = new Int32Array(buffer, byteOffset + HEAD, count * WORDS * 2)
  const paths = bytes.toString('utf8', rest, rest + pathBytes)
  return isUnchanged(rows, count, above, paths) ? bytes.subarray(rest + pathBytes) : null
}

/** One stat for each, up to the first that differs. A path is cut out when its turn comes: an array of all would cost more than it is worth. */
function isUnchanged(rows: Int32Array, count: number, above: number, paths: string): boolean {
  let from = 0
  for (let row = 0; row < count + above; row++) {
    const end = paths.indexOf('\0', from)
    const stat = look(paths.slice(from, end))
    if (stat === undefined || (row < count ? !isSameStat(rows, row, stat, WORDS) : !stat.isDirectory())) return false
    from = end + 1
  }
  return true
}

function look(path: string): fs.BigIntStats | undefined {
  try {
    return fs.lstatSync(path, LOOK)
  } catch {
    return undefined
  }
}

/** Null also where it is not newer than everything that it speaks of: the clock went back, and a change could have the old times again. */
function readAligned(file: string): Buffer | null {
  let fd: number
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  } catch {
    return null
  }
  try {
    const stat = fs.fstatSync(fd, { bigint: true })
    if (!stat.isFile() || stat.size < HEAD || stat.size > MAX_BYTES) return null
    // Of its own, so that numbers of 64 bits stand at multiples of eight.
    const bytes = Buffer.from(new ArrayBuffer(Number(stat.size)))
    for (let done = 0; done < bytes.length; ) {
      const count = fs.readSync(fd, bytes, done, bytes.length - done, done)
      if (count === 0) return null
      done += count
    }
    const [newest] = new BigUint64Array(bytes.buffer, HEAD - 8, 1) as unknown as [bigint]
    return newest < stat.mtimeNs ? bytes : null
  } catch {
    return null
  } finally {
    fs.closeSync(fd)
  }
}

const bytesOf = (digest: Digest): Buffer => Buffer.from(hexOf(digest), 'hex')
