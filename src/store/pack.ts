import fs from 'node:fs'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import { storeError } from './errno.ts'

/**
 * Many small objects in one file, so that they become durable together and lie side by side. The file, integers little-endian:
 *
 *     "aipack1\n" · the objects' bytes, one after the other · the index · the footer
 *     index   256 counts (u32): objects whose digest's first byte is at most i; then a row for each object, by digest:
 *             digest (32 bytes) · offset in the file (u64) · length (u32)
 *     footer  offset of the index (u64) · objects (u32) · 0 (u32) · SHA-256 of the index (32 bytes) · "aipack1\n"
 *
 * It is called by the SHA-256 of its index: the name vouches for the index, and the index for every byte of the objects.
 */
export const PACK_MAGIC = Buffer.from('aipack1\n')
/** What is larger lies in a file of its own. */
export const MAX_PACKED = 1024 * 1024
/** A pack that has grown so far, in bytes or in objects, is closed, and the next one begun. */
export const MAX_PACK = 1024 ** 3
export const MAX_ROWS = 256 * 1024
/** So many may be in one that another wrote: its index is still read at once. */
const MOST_ROWS = 16 * MAX_ROWS

export const FANOUT = 256 * 4
export const ROW = 32 + 8 + 4
export const FOOTER = 8 + 4 + 4 + 32 + 8

/** Where a packed object lies. */
export interface PackRow {
  readonly digest: Digest
  readonly offset: number
  readonly length: number
}

/** A pack as it was when it was looked at. It holds no file open: a registry may be looked at for as long as a service runs. */
export interface Pack {
  readonly file: string
  readonly name: string
  readonly count: number
  /** Null also where the pack is gone by now: its objects are in another. */
  find(digest: Digest): PackRow | null
  /** Every row, by digest. */
  rows(): Generator<PackRow>
  /** What is wrong with it beyond its objects' bytes: null if its name, its index and its rows fit together. */
  problem(): string | null
}

/**
 * Null where `file` is gone, or is no whole pack. Reads nothing but the footer and the counts; rows are read as they are asked for.
 * Errors (also of what it returns): NOT_PERMITTED, REGISTRY_UNREACHABLE. One that can't be opened now is not one that is not there.
 */
export function openPack(file: string, name: string): Pack | null {
  const head = withFile(file, (fd) => readHead(fd, name))
  if (head === null) return null
  const { at, count, counts } = head
  const slices = new Map<number, Buffer>()
  const startOf = (first: number): number => (first === 0 ? 0 : (counts[first - 1] as number))
  const readSlice = (fd: number, first: number): Buffer =>
    readAt(fd, at + FANOUT + startOf(first) * ROW, ((counts[first] as number) - startOf(first)) * ROW)
  const slice = (first: number): Buffer => {
    const known = slices.get(first)
    if (known !== undefined) return known
    const bytes = withFile(file, (fd) => readSlice(fd, first))
    if (bytes === null) return NOTHING
    slices.set(first, bytes)
    return bytes
  }
  return {
    file,
    name,
    count,
    find(digest) {
      const wanted = Buffer.from(hexOf(digest), 'hex')
      const bytes = slice(wanted[0] as number)
      // All begin with the same byte; the next four nearly always tell.
      const key = wanted.readUInt32BE(1)
      let [low, high] = [0, bytes.length / ROW]
      while (low < high) {
        const middle = (low + high) >> 1
        const at = middle * ROW
        const order = bytes.readUInt32BE(at + 1) - key || bytes.compare(wanted, 0, 32, at, at + 32)
        if (order === 0) return rowAt(bytes, at)
        if (order < 0) low = middle + 1
        else high = middle
      }
      return null
    },
    *rows() {
      for (let first = 0; first < 256; first++) {
        const bytes = slices.get(first) ?? withFile(file, (fd) => readSlice(fd, first)) ?? NOTHING
        for (let i = 0; i < bytes.length; i += ROW) yield rowAt(bytes, i)
      }
    },
    problem() {
      const start = withFile(file, (fd) => readAt(fd, 0, PACK_MAGIC.length))
      const index = withFile(file, (fd) => readAt(fd, at, FANOUT + count * ROW))
      if (start === null || index === null) return 'is gone'
      if (!PACK_MAGIC.equals(start)) return 'does not begin as a pack does'
      if (hexOf(digestOf(index)) !== name) return 'has another index than its name says'
      for (let i = FANOUT; i < index.length; i += ROW) {
        const { offset, length } = rowAt(index, i)
        if (offset < PACK_MAGIC.length || offset + length > at) return 'has an index that points outside of its objects'
        if (i > FANOUT && index.compare(index, i - ROW, i - ROW + 32, i, i + 32) <= 0)
          return 'has an index that is not sorted'
      }
      return null
    },
  }
}

const NOTHING = Buffer.alloc(0)

/** Null where the file is gone. Errors: NOT_PERMITTED, REGISTRY_UNREACHABLE. */
function withFile<T>(file: string, act: (fd: number) => T): T | null {
  let fd: number | null = null
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
    return act(fd)
  } catch (error) {
    if (fd === null && hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return null
    throw storeError(error, 'read', file)
  } finally {
    if (fd !== null) fs.closeSync(fd)
  }
}

function readHead(fd: number, name: string): { at: number; count: number; counts: Uint32Array } | null {
  try {
    const stat = fs.fstatSync(fd)
    if (!stat.isFile() || stat.size < PACK_MAGIC.length + FANOUT + FOOTER) return null
    const footer = readAt(fd, stat.size - FOOTER, FOOTER)
    const at = Number(footer.readBigUInt64LE(0))
    const count = footer.readUInt32LE(8)
    const isWhole = PACK_MAGIC.equals(footer.subarray(48)) && footer.toString('hex', 16, 48) === name
    if (!isWhole || footer.readUInt32LE(12) !== 0 || count > MOST_ROWS) return null
    if (at + FANOUT + count * ROW + FOOTER !== stat.size) return null
    const counts = Uint32Array.from({ length: 256 }, () => 0)
    const bytes = readAt(fd, at, FANOUT)
    for (let i = 0; i < 256; i++) {
      counts[i] = bytes.readUInt32LE(i * 4)
      if ((counts[i] as number) < (i === 0 ? 0 : (counts[i - 1] as number))) return null
    }
    return counts[255] === count ? { at, count, counts } : null
  } catch {
    return null
  }
}

/** Errors: those of the system; a file that ends too early gives zeros, which are no digest of anything. */
export function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length; ) {
    const got = fs.readSync(fd, bytes, done, length - done, offset + done)
    if (got === 0) break
    done += got
  }
  return bytes
}

const rowAt = (bytes: Buffer, at: number): PackRow => ({
  digest: `sha256:${bytes.toString('hex', at, at + 32)}`,
  offset: bytes.readUInt32LE(at + 32) + bytes.readUInt32LE(at + 36) * 2 ** 32,
  length: bytes.readUInt32LE(at + 40),
})
