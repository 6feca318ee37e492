import { type Digest, hexOf } from '../core/digest.ts'
import type { CheckoutFile } from '../core/ports.ts'
import type { FileStat } from '../core/workspace.ts'
import { WORDS, wholeStat } from './stat-rows.ts'

/** Between paths that are kept or sent as one text; no path has it. */
const SEPARATOR = '|'
const HEX = 64

/** Many paths as one text, which is copied to a thread at once. */
export const joinPaths = (paths: readonly string[]): string => paths.join(SEPARATOR)
export const splitPaths = (text: string): string[] => (text === '' ? [] : text.split(SEPARATOR))

/** Many digests as one text, of their hex digits. */
export const joinDigests = (files: readonly { readonly digest: Digest }[]): string =>
  files.map(({ digest }) => hexOf(digest)).join('')
export const hexAt = (digests: string, index: number): string => digests.slice(index * HEX, (index + 1) * HEX)
export const digestsIn = (digests: string): number => digests.length / HEX

/** Files to be written, as columns that are copied to each thread; `rows` is shared, and what they write into it is seen by all. */
export interface Columns {
  readonly count: number
  /** Below the folder that they go into; joined. */
  readonly names: string
  /** Joined. */
  readonly digests: string
  readonly sizes: Float64Array
  /** 1: executable. */
  readonly execs: Uint8Array
  /** Out: the stat of each as it was written. */
  readonly rows: BigUint64Array
}

export function columnsOf(files: readonly CheckoutFile[], names: readonly string[]): Columns {
  return {
    count: files.length,
    names: joinPaths(names),
    digests: joinDigests(files),
    sizes: Float64Array.from(files, ({ size }) => size),
    execs: Uint8Array.from(files, ({ exec }) => (exec ? 1 : 0)),
    rows: sharedRows(files.length),
  }
}

export const sharedRows = (count: number): BigUint64Array =>
  new BigUint64Array(new SharedArrayBuffer(count * WORDS * BigUint64Array.BYTES_PER_ELEMENT))

/** Copies a row of one array of stats to a row of another. */
export const copyRow = (from: BigUint64Array, fromRow: number, to: BigUint64Array, toRow: number): void =>
  to.set(from.subarray(fromRow * WORDS, (fromRow + 1) * WORDS), toRow * WORDS)

/** What is kept of the stat of a hard link: its ctime changes with each further link. */
export const linkStat = (stat: FileStat): FileStat => ({ ...wholeStat(stat), ctimeNs: 0n })
export const isLinkRow = (rows: BigUint64Array, row: number): boolean => rows[row * WORDS + 2] === 0n

/** True if it is the file of that row, whatever its ctime: moving a file gives it a new one. */
export const isFileOfRow = (rows: BigUint64Array, row: number, { size, mtimeNs, ino }: FileStat): boolean =>
  rows[row * WORDS] === size && rows[row * WORDS + 1] === mtimeNs && rows[row * WORDS + 3] === ino
