import type { BigIntStats } from 'node:fs'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'

/**
 * What a file looked like when its digest was last known: looking at a folder of 50,000 files then costs one stat each instead of one read.
 * A cache: it may be deleted at any time, and a damaged one counts as empty. It never decides what is stored.
 *
 * The file: 32 bytes SHA-256 of the rest; 8 bytes magic; the number of records (u32); the bytes of the paths (u32); a record of 64 bytes each
 * (size, mtime ns, ctime ns, inode as u64, then the digest); the paths, UTF-8, NUL after each. Little-endian.
 */
const MAGIC = Buffer.from('aistat1\n')
const HEAD = 32 + 8 + 4 + 4
const RECORD = 64

export type FileStat = Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'ino'>

/** The little of a stat that is kept for each of many files. */
export const fileStat = ({ size, mtimeNs, ctimeNs, ino }: FileStat): FileStat => ({ size, mtimeNs, ctimeNs, ino })

/** What is compared: the size in bytes, the times in nanoseconds, the inode. */
interface Row extends FileStat {
  readonly digest: Digest
}

export interface StatCache {
  /** The digest of `path` if a file with this stat had it. */
  digest(path: string, stat: FileStat): Digest | null
  /**
   * Remembers it, unless the file is *racy*: changed so lately that a later change could leave the same stat. `before` is a time of the file
   * system's clock, in ns, from before the file was read; a file changed after that may not be what was read.
   */
  set(path: string, stat: FileStat, digest: Digest, before: bigint): void
  /** Drops what `keep` refuses. */
  prune(keep: (path: string) => boolean): void
  readonly isChanged: boolean
  bytes(): Uint8Array
}

/** In: the bytes of the cache's file, or null where there is none. */
export function openStatCache(bytes: Uint8Array | null): StatCache {
  const rows =
    bytes === null ? new Map<string, Row>() : parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  let isChanged = false
  return {
    digest(path, stat) {
      const row = rows.get(path)
      return row !== undefined && sameStat(row, stat) ? row.digest : null
    },
    set(path, stat, digest, before) {
      const row = rows.get(path)
      if (row !== undefined && sameStat(row, stat) && row.digest === digest) return
      isChanged = true
      if (isRacy(stat, before)) rows.delete(path)
      else rows.set(path, { ...fileStat(stat), digest })
    },
    prune(keep) {
      for (const path of rows.keys()) if (!keep(path) && rows.delete(path)) isChanged = true
    },
    get isChanged() {
      return isChanged
    },
    bytes: () => format(rows),
  }
}

const SECOND = 1_000_000_000n
/** The kernel's file clock ticks at least every 10 ms. */
const TICK = 10_000_000n

/**
 * True where a file last changed so close to `before` that a change after it could carry the same times: within a tick of the kernel's
 * file clock, or within 2 s on a file system that keeps whole seconds only.
 */
export function isRacy(stat: FileStat, before: bigint): boolean {
  const isCoarse = stat.mtimeNs % SECOND === 0n && stat.ctimeNs % SECOND === 0n
  const young = before - (isCoarse ? 2n * SECOND : TICK)
  return stat.mtimeNs >= young || stat.ctimeNs >= young
}

const sameStat = (a: FileStat, b: FileStat): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino

function format(rows: ReadonlyMap<string, Row>): Uint8Array {
  const paths = Buffer.from([...rows.keys()].map((path) => `${path}\0`).join(''), 'utf8')
  const out = Buffer.allocUnsafe(HEAD + rows.size * RECORD + paths.length)
  MAGIC.copy(out, 32)
  out.writeUInt32LE(rows.size, 40)
  out.writeUInt32LE(paths.length, 44)
  let at = HEAD
  for (const row of rows.values()) {
    out.writeBigUInt64LE(BigInt.asUintN(64, row.size), at)
    out.writeBigUInt64LE(BigInt.asUintN(64, row.mtimeNs), at + 8)
    out.writeBigUInt64LE(BigInt.asUintN(64, row.ctimeNs), at + 16)
    out.writeBigUInt64LE(BigInt.asUintN(64, row.ino), at + 24)
    out.write(hexOf(row.digest), at + 32, 'hex')
    at += RECORD
  }
  paths.copy(out, at)
  out.write(hexOf(digestOf(out.subarray(32))), 0, 'hex')
  return out
}

function parse(bytes: Buffer): Map<string, Row> {
  const rows = new Map<string, Row>()
  if (bytes.length < HEAD || !bytes.subarray(32, 40).equals(MAGIC)) return rows
  const [count, pathBytes] = [bytes.readUInt32LE(40), bytes.readUInt32LE(44)]
  if (bytes.length !== HEAD + count * RECORD + pathBytes) return rows
  if (hexOf(digestOf(bytes.subarray(32))) !== bytes.toString('hex', 0, 32)) return rows
  const paths = bytes.toString('utf8', HEAD + count * RECORD).split('\0')
  for (let i = 0, at = HEAD; i < count; i++, at += RECORD) {
    rows.set(paths[i] as string, {
      size: bytes.readBigUInt64LE(at),
      mtimeNs: bytes.readBigUInt64LE(at + 8),
      ctimeNs: bytes.readBigUInt64LE(at + 16),
      ino: bytes.readBigUInt64LE(at + 24),
      digest: `sha256:${bytes.toString('hex', at + 32, at + 64)}`,
    })
  }
  return rows
}
