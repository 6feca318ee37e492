import fs from 'node:fs'
import { type Digest, digestOf } from '../core/digest.ts'
import { setAside } from './leftovers.ts'
import { FANOUT, FOOTER, MAX_PACKED, PACK_MAGIC, ROW, readAt } from './pack.ts'
import { copyRows, makePack } from './pack-copy.ts'
import { digestIn, type Look, type PackRows } from './pack-rows.ts'
import type { PackWriter } from './pack-write.ts'
import { packFile } from './places.ts'

const EMPTY = digestOf('')

/** What became of a damaged pack. */
export interface Rescued {
  /** Objects in the new pack. */
  readonly kept: number
  /** Where the old one is kept. */
  readonly aside: string
}

/**
 * Writes what is sound in a damaged pack to a new one and moves the old one to quarantine/: in this order, so that an object that can be read
 * can be read at every moment. In: `bad`, rows that are known not to be sound. Errors: DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE.
 */
export function rescue(root: string, name: string, look: Look, bad: ReadonlySet<number>): Rescued {
  const file = packFile(root, name)
  const { ino } = fs.statSync(file)
  const aside = setAside(root, file, `sha256:${name}`, '.pack')
  const { rows } = look
  const made =
    rows === null
      ? null
      : makePack(root, (into) => {
          if (look.problem === null || look.isVouched) copyRows(file, rows, (i) => !bad.has(i), into)
          else salvageRows(file, rows, into)
        })
  // The same objects make a pack of the same name, whoever writes it.
  const isReplaced = made?.name === name || fs.statSync(file, { throwIfNoEntry: false })?.ino !== ino
  if (!isReplaced) fs.unlinkSync(file)
  return { kept: made?.count ?? 0, aside }
}

/**
 * Copies what is in a pack whose index is damaged itself. Objects lie one after the other, so what the rows that are right leave between them
 * belongs to those that are not: it is taken as it is, and cut where they say that one begins. What has no digest that the index names is taken
 * under its own, for it may be the digest that is wrong.
 */
function salvageRows(file: string, rows: PackRows, into: PackWriter): void {
  const { count, offsets, lengths } = rows
  const wanted = new Set(Array.from({ length: count }, (_, i) => digestIn(rows, i)))
  const fd = fs.openSync(file, 'r')
  const end = fs.fstatSync(fd).size - FOOTER - FANOUT - count * ROW
  const read = (from: number, to: number): { readonly digest: Digest; readonly bytes: Buffer } | null => {
    if (from < PACK_MAGIC.length || to > end || to - from > MAX_PACKED) return null
    const bytes = readAt(fd, from, to - from)
    return { digest: digestOf(bytes), bytes }
  }
  const take = (from: number, to: number): void => {
    const found = read(from, to)
    if (found !== null && !into.has(found.digest)) into.add(found.digest, found.bytes)
  }
  const takeHole = (from: number, to: number, starts: readonly number[]): void => {
    const inside = starts.filter((start) => start > from && start < to)
    const isOne = inside.length === 0 || wanted.has(read(from, to)?.digest ?? EMPTY)
    const ends = isOne ? [to] : [...inside, to]
    for (const [i, one] of ends.entries()) take(ends[i - 1] ?? from, one)
  }
  try {
    let done = PACK_MAGIC.length
    let wrong: number[] = []
    for (let i = 0; i < count; i++) {
      const [offset, length] = [offsets[i] as number, lengths[i] as number]
      if (read(offset, offset + length)?.digest !== digestIn(rows, i)) {
        wrong.push(offset)
        continue
      }
      if (done < offset) takeHole(done, offset, wrong)
      take(offset, offset + length)
      done = Math.max(done, offset + length)
      wrong = []
    }
    if (done < end) takeHole(done, end, wrong)
    // It lies nowhere, and its row may be wrong.
    if (wanted.has(EMPTY)) take(done, done)
  } finally {
    fs.closeSync(fd)
  }
}
