import fs from 'node:fs'
import { join } from 'node:path'
import { type Digest, hexOf } from '../core/digest.ts'
import { readCached, refuseLinks } from './cache.ts'
import { objectFile } from './layout.ts'

/**
 * Which objects that lie in files of their own were found to be what they are called, and what their files looked like then, in
 * `cache/verified`: rows of 64 bytes, one appended for each object, the newest last: digest (32) · size, mtime in ns, inode (u64,
 * little-endian each) · "verified". So that a large one can be linked without being read again. May be deleted at any time; says nothing of
 * what is stored. No ctime: each new link of a file changes it.
 */
const ROW = 64
const MARK = Buffer.from('verified')
/** More is not worth reading: it begins anew. */
const MAX_BYTES = 1024 * 1024
/** Smaller ones are hashed as fast as they are looked up. */
const LEAST_BYTES = 1024n * 1024n

/** What is compared of a file. */
type Stat = Pick<fs.BigIntStats, 'size' | 'mtimeNs' | 'ino'>

const verifiedFile = (root: string): string => join(root, 'cache', 'verified')

/** Remembers objects of a folder registry just stored or verified, as their files are now. Losing it costs time only. */
export function markVerified(root: string, digests: Iterable<Digest>): void {
  const rows: Buffer[] = []
  for (const digest of digests) {
    const stat = fs.lstatSync(objectFile(root, digest), { bigint: true, throwIfNoEntry: false })
    if (stat?.isFile() === true && stat.size >= LEAST_BYTES) rows.push(rowOf(digest, stat))
  }
  if (rows.length === 0) return
  try {
    const file = verifiedFile(root)
    refuseLinks([join(root, 'cache'), file])
    const { size = 0 } = fs.statSync(file, { throwIfNoEntry: false }) ?? {}
    // A row that was cut off would shift all that come after it.
    if (size % ROW !== 0 || size + rows.length * ROW > MAX_BYTES) fs.rmSync(file)
    fs.mkdirSync(join(root, 'cache'), { recursive: true })
    fs.appendFileSync(file, Buffer.concat(rows))
  } catch {
    // Read-only or full: they are read again.
  }
}

/** Out: whether an object's file looks as it did when it was verified last. */
export function readVerified(root: string): (digest: Digest, stat: Stat) => boolean {
  const bytes = readCached(verifiedFile(root), MAX_BYTES)
  const newest = new Map<string, Buffer>()
  if (bytes !== null && bytes.length % ROW === 0) {
    for (let at = 0; at < bytes.length; at += ROW)
      newest.set(bytes.toString('latin1', at, at + 32), bytes.subarray(at, at + ROW))
  }
  return (digest, stat) => {
    const wanted = rowOf(digest, stat)
    return newest.get(wanted.toString('latin1', 0, 32))?.equals(wanted) === true
  }
}

function rowOf(digest: Digest, { size, mtimeNs, ino }: Stat): Buffer {
  const row = Buffer.alloc(ROW)
  row.write(hexOf(digest), 'hex')
  row.writeBigUInt64LE(BigInt.asUintN(64, size), 32)
  row.writeBigUInt64LE(BigInt.asUintN(64, mtimeNs), 40)
  row.writeBigUInt64LE(BigInt.asUintN(64, ino), 48)
  MARK.copy(row, 56)
  return row
}
