import type { FileStat } from '../core/workspace.ts'

/** Stats of many files in one array, as caches keep them: five numbers of 64 bits each, the device last. */
export const WORDS = 5
export const ROW_BYTES = WORDS * 8

/** What is kept of a stat where there are many. */
export const wholeStat = ({ size, mtimeNs, ctimeNs, ino, dev }: FileStat): FileStat => ({
  ...{ size, mtimeNs, ctimeNs, ino, dev },
})

const found = new BigUint64Array(WORDS)
const halves = new Int32Array(found.buffer)

function load({ size, mtimeNs, ctimeNs, ino, dev }: FileStat): void {
  found[0] = size
  found[1] = mtimeNs
  found[2] = ctimeNs
  found[3] = ino
  found[4] = dev
}

export function putStat(rows: BigUint64Array, row: number, stat: FileStat): void {
  load(stat)
  rows.set(found, row * WORDS)
}

/**
 * Compared by halves: to read a number of 64 bits out of an array makes an object each time. In: how many of the words count;
 * without the device it is four, because some file systems get another number at each mount.
 */
export function isSameStat(rows: Int32Array, row: number, stat: FileStat, words: number): boolean {
  load(stat)
  const from = row * WORDS * 2
  for (let i = 0; i < words * 2; i++) if (halves[i] !== rows[from + i]) return false
  return true
}

export const timesAt = (rows: BigUint64Array, row: number): Pick<FileStat, 'mtimeNs' | 'ctimeNs'> => ({
  mtimeNs: BigInt.asIntN(64, rows[row * WORDS + 1] as bigint),
  ctimeNs: BigInt.asIntN(64, rows[row * WORDS + 2] as bigint),
})
