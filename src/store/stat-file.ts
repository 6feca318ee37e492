import { digestOf, hexOf } from '../core/digest.ts'
import { ROW_BYTES, WORDS } from './stat-rows.ts'

/**
 * The stat cache's file: 32 bytes SHA-256 of the rest; the magic, the number of files, the bytes of the formats and of the paths (u32 each);
 * 32 bytes that say who looked into the files; then for each file a stat of 40 bytes, a digest of 32, and two bytes, how it was looked into
 * and which format it had; at the end the formats and the paths, UTF-8, NUL after each. Numbers as this machine has them: where they are
 * the other way round, the magic does not fit.
 */
const MAGIC = 0x32746173
const DIGEST = 32
const HEAD = DIGEST + 4 * 4 + DIGEST
const INSIDE = 2

/** By file: `rows` has WORDS numbers, `digests` 32 bytes, `insides` two: how it was looked into and its format, from 1; 0 is none. */
export interface StatTable {
  readonly paths: string[]
  readonly formats: string[]
  readonly rows: BigUint64Array
  readonly digests: Uint8Array
  readonly insides: Uint8Array
}

const emptyTable = (): StatTable => ({
  ...{ paths: [], formats: [], rows: new BigUint64Array(0), digests: new Uint8Array(0), insides: new Uint8Array(0) },
})

/** The table views the bytes, and may be written to. In: `version`, of what looked into files; what another one saw is left out. */
export function readTable(found: Uint8Array | null, version: string): StatTable {
  if (found === null || found.length < HEAD) return emptyTable()
  // Numbers of 64 bits have to stand at multiples of eight.
  const { buffer, byteOffset, length } = found.byteOffset % 8 === 0 ? found : new Uint8Array(found)
  const bytes = Buffer.from(buffer, byteOffset, length)
  const [magic, count = 0, formatBytes = 0, pathBytes = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset + DIGEST, 4)
  const fixed = HEAD + count * (ROW_BYTES + DIGEST + INSIDE)
  if (magic !== MAGIC || bytes.length !== fixed + formatBytes + pathBytes) return emptyTable()
  if (!sumOf(bytes.subarray(DIGEST)).equals(bytes.subarray(0, DIGEST))) return emptyTable()
  const at = (offset: number): number => bytes.byteOffset + HEAD + count * offset
  const insides = new Uint8Array(bytes.buffer, at(ROW_BYTES + DIGEST), count * INSIDE)
  if (!sumOf(version).equals(bytes.subarray(HEAD - DIGEST, HEAD))) insides.fill(0)
  return {
    paths: list(bytes.toString('utf8', fixed + formatBytes)),
    formats: list(bytes.toString('utf8', fixed, fixed + formatBytes)),
    rows: new BigUint64Array(bytes.buffer, at(0), count * WORDS),
    digests: new Uint8Array(bytes.buffer, at(ROW_BYTES), count * DIGEST),
    insides,
  }
}

/** In: which files to write, in order, by their number in the table. */
export function tableBytes(table: StatTable, slots: readonly number[], version: string): Uint8Array {
  const formats = Buffer.from(table.formats.map((format) => `${format}\0`).join(''))
  const paths = Buffer.from(slots.map((slot) => `${table.paths[slot]}\0`).join(''))
  const count = slots.length
  const fixed = HEAD + count * (ROW_BYTES + DIGEST + INSIDE)
  const out = Buffer.alloc(fixed + formats.length + paths.length)
  out.set(new Uint8Array(new Uint32Array([MAGIC, count, formats.length, paths.length]).buffer), DIGEST)
  out.set(sumOf(version), HEAD - DIGEST)
  const copy = (from: Uint8Array, size: number, offset: number): void => {
    for (const [i, slot] of slots.entries())
      out.set(from.subarray(slot * size, (slot + 1) * size), HEAD + count * offset + i * size)
  }
  copy(new Uint8Array(table.rows.buffer, table.rows.byteOffset), ROW_BYTES, 0)
  copy(table.digests, DIGEST, ROW_BYTES)
  copy(table.insides, INSIDE, ROW_BYTES + DIGEST)
  out.set(formats, fixed)
  out.set(paths, fixed + formats.length)
  out.set(sumOf(out.subarray(DIGEST)), 0)
  return out
}

const sumOf = (bytes: Uint8Array | string): Buffer => Buffer.from(hexOf(digestOf(bytes)), 'hex')

/** Each has a NUL after it. */
const list = (text: string): string[] => text.split('\0').slice(0, -1)
