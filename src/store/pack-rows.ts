import fs from 'node:fs'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import { FANOUT, FOOTER, MAX_PACK, MAX_PACKED, PACK_MAGIC, ROW, readAt } from './pack.ts'

/** All rows of a pack as columns, in the order in which the objects lie in it. */
export interface PackRows {
  readonly count: number
  /** 32 bytes each. */
  readonly digests: Uint8Array
  readonly offsets: Float64Array
  readonly lengths: Float64Array
}

/** A pack read with care: its rows, or what is wrong with it beyond its objects' bytes. */
export type Look =
  | { readonly problem: null; readonly rows: PackRows }
  | { readonly problem: string; readonly rows: PackRows | null; readonly isVouched: boolean }

/**
 * Looks at everything in a pack but the objects' bytes: that its ends, its index and its name fit together, and that each byte between
 * belongs to one object. Of a broken one `rows` are those of an index that was found nevertheless, and may be wrong unless the name vouches
 * for it. Null where it is gone.
 */
export function lookAtPack(file: string, name: string): Look | null {
  const fd = openOrNull(file)
  if (fd === null) return null
  try {
    const stat = fs.fstatSync(fd)
    if (!stat.isFile()) return { problem: 'is not a file', rows: null, isVouched: false }
    const found = findIndex(fd, stat.size, name)
    if (found === null) return { problem: 'is cut off, or its end is damaged', rows: null, isVouched: false }
    const { index, at, isVouched } = found
    const rows = rowsOf(index)
    const problem =
      footerProblem(fd, stat.size, found, name) ??
      (isVouched ? indexProblem(index) : 'has another index than its name says') ??
      rowsProblem(rows, at)
    return problem === null ? { problem, rows } : { problem, rows, isVouched }
  } finally {
    fs.closeSync(fd)
  }
}

/** Opens a file for reading; null where it is gone. Errors: those of the system. */
export function openOrNull(file: string): number | null {
  try {
    return fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

interface Found {
  readonly index: Buffer
  /** Where it begins. */
  readonly at: number
  /** True if its digest is the pack's name. */
  readonly isVouched: boolean
}

/** Rows that are looked for where the footer does not say how many there are. */
const MOST_SOUGHT = 1_000_000

/** Where the footer says; if that is wrong, wherever bytes stand before it that the name vouches for. */
function findIndex(fd: number, size: number, name: string): Found | null {
  if (size < PACK_MAGIC.length + FANOUT + FOOTER) return null
  const end = size - FOOTER
  const isName = (index: Buffer): boolean => hexOf(digestOf(index)) === name
  const at = Number(readAt(fd, end, 8).readBigUInt64LE(0))
  const isPossible = at >= PACK_MAGIC.length && end - at >= FANOUT && (end - at - FANOUT) % ROW === 0
  const said = isPossible ? readAt(fd, at, end - at) : null
  if (said !== null && isName(said)) return { index: said, at, isVouched: true }
  for (let count = 0; count <= MOST_SOUGHT; count++) {
    const start = end - FANOUT - count * ROW
    if (start < PACK_MAGIC.length) break
    if (readAt(fd, start + FANOUT - 4, 4).readUInt32LE(0) !== count) continue
    const index = readAt(fd, start, end - start)
    if (isName(index)) return { index, at: start, isVouched: true }
  }
  return said === null ? null : { index: said, at, isVouched: false }
}

function footerProblem(fd: number, size: number, { index, at }: Found, name: string): string | null {
  const footer = Buffer.alloc(FOOTER)
  footer.writeBigUInt64LE(BigInt(at), 0)
  footer.writeUInt32LE((index.length - FANOUT) / ROW, 8)
  footer.write(name, 16, 'hex')
  PACK_MAGIC.copy(footer, 48)
  if (!readAt(fd, size - FOOTER, FOOTER).equals(footer)) return 'has a damaged end'
  return readAt(fd, 0, PACK_MAGIC.length).equals(PACK_MAGIC) ? null : 'has a damaged start'
}

function indexProblem(index: Buffer): string | null {
  const counts = new Uint32Array(256)
  for (let i = FANOUT; i < index.length; i += ROW) {
    counts[index[i] as number] = (counts[index[i] as number] as number) + 1
    if (i > FANOUT && index.compare(index, i - ROW, i - ROW + 32, i, i + 32) <= 0)
      return 'has an index that is not sorted'
  }
  let total = 0
  for (let i = 0; i < 256; i++) {
    total += counts[i] as number
    if (index.readUInt32LE(i * 4) !== total) return 'has an index that does not count its rows'
  }
  return null
}

function rowsProblem({ count, offsets, lengths }: PackRows, at: number): string | null {
  let end = PACK_MAGIC.length
  for (let i = 0; i < count; i++) {
    const length = lengths[i] as number
    if (length > MAX_PACKED) return 'has an object that is too large for a pack'
    // An empty one lies wherever the next one begins.
    if (length > 0 && offsets[i] !== end) return 'has objects that overlap, or bytes between them'
    end += length
  }
  return end === at ? null : 'has objects that do not end where its index begins'
}

/** Rows up to here are sorted by offset and number in one double, which is ten times as fast as with a function that compares. */
const FEW = 2 ** 22

function rowsOf(index: Buffer): PackRows {
  const count = (index.length - FANOUT) / ROW
  const view = new DataView(index.buffer, index.byteOffset, index.length)
  const at = new Float64Array(count)
  for (let i = 0, row = FANOUT + 32; i < count; i++, row += ROW)
    at[i] = view.getUint32(row, true) + view.getUint32(row + 4, true) * 2 ** 32
  const isSmall = count <= FEW && at.every((offset) => offset <= MAX_PACK)
  const order = isSmall
    ? at
        .map((offset, i) => offset * FEW + i)
        .sort()
        .map((both) => both % FEW)
    : at.map((_, i) => i).sort((a, b) => (at[a] as number) - (at[b] as number))
  const rows = {
    digests: new Uint8Array(count * 32),
    offsets: new Float64Array(count),
    lengths: new Float64Array(count),
  }
  for (let i = 0; i < count; i++) {
    const row = FANOUT + (order[i] as number) * ROW
    for (let word = 0; word < 32; word++) rows.digests[i * 32 + word] = index[row + word] as number
    rows.offsets[i] = at[order[i] as number] as number
    rows.lengths[i] = view.getUint32(row + 40, true)
  }
  return { count, ...rows }
}

/** Tells of every object in a pack, by the 32 bytes of its digest. Nothing of what is no pack; a damaged one may tell what is not so. */
export function eachRow(file: string, tell: (bytes: DataView, at: number, length: number) => void): void {
  const fd = openOrNull(file)
  if (fd === null) return
  try {
    const { size } = fs.fstatSync(fd)
    const at = size < FOOTER ? 0 : Number(readAt(fd, size - FOOTER, 8).readBigUInt64LE(0))
    const length = size - FOOTER - at
    if (at < PACK_MAGIC.length || length < FANOUT || (length - FANOUT) % ROW !== 0) return
    const index = readAt(fd, at, length)
    const view = new DataView(index.buffer, index.byteOffset, length)
    for (let row = FANOUT; row < length; row += ROW) tell(view, row, view.getUint32(row + 40, true))
  } finally {
    fs.closeSync(fd)
  }
}

/** The digest of one row. */
export const digestIn = ({ digests }: Pick<PackRows, 'digests'>, i: number): Digest =>
  `sha256:${Buffer.from(digests.buffer, digests.byteOffset + i * 32, 32).toString('hex')}`

/** Some rows, in memory of their own. */
export const someRows = ({ digests, offsets, lengths }: PackRows, first: number, end: number): PackRows => ({
  ...{ count: end - first, digests: digests.slice(first * 32, end * 32) },
  ...{ offsets: offsets.slice(first, end), lengths: lengths.slice(first, end) },
})

/** Bytes of a pack that are read at once. */
const BLOCK = 1024 * 1024
/** Memory that is used for the first time costs as much as the read. */
let spare: Buffer | null = null

/** The bytes of each object, read in blocks; null where they are not to be had. What comes is overwritten by what comes after it. */
export function* readRows(
  fd: number,
  { count, offsets, lengths }: Omit<PackRows, 'digests'>,
): Generator<readonly [i: number, bytes: Buffer | null]> {
  const buffer = spare ?? Buffer.allocUnsafeSlow(BLOCK + MAX_PACKED)
  spare = null
  try {
    for (let first = 0; first < count; ) {
      const start = offsets[first] as number
      let [end, length] = [first, 0]
      for (; end < count && length < BLOCK; end++) length = (offsets[end] as number) + (lengths[end] as number) - start
      const block = length > buffer.length ? null : fillAt(fd, buffer.subarray(0, length), start)
      for (; first < end; first++) {
        const at = (offsets[first] as number) - start
        yield [first, block?.subarray(at, at + (lengths[first] as number)) ?? null]
      }
    }
  } finally {
    spare = buffer
  }
}

/** Null where they can't be read, or end early. */
function fillAt(fd: number, bytes: Buffer, offset: number): Buffer | null {
  try {
    for (let done = 0; done < bytes.length; ) {
      const got = fs.readSync(fd, bytes, done, bytes.length - done, offset + done)
      if (got === 0) return null
      done += got
    }
    return bytes
  } catch {
    return null
  }
}
