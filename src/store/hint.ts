import fs from 'node:fs'
import { readCached } from './cache.ts'
import { remove, writeAll } from './durable.ts'
import { MAX_RECORD_BYTES } from './layout.ts'

/**
 * A log's hint: its newest entry's bytes again. A shortcut and never trusted, so it is written in place: a rename over a file makes ext4
 * write its data out at once, which costs half as much again as the whole append. A torn hint reads as none.
 */

const { O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants

/** The number that the hint speaks of; null where there is none to be had. */
export function hintedSeq(folder: string): number | null {
  const bytes = readCached(`${folder}/hint`, MAX_RECORD_BYTES)
  return bytes === null ? null : seqIn(bytes)
}

/** The number that stands in a hint; null where it is torn. */
export function seqIn(bytes: Buffer): number | null {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    const seq = typeof value === 'object' && value !== null && 'seq' in value ? value.seq : null
    return Number.isSafeInteger(seq) && (seq as number) > 0 && (seq as number) < 1e12 ? (seq as number) : null
  } catch {
    return null
  }
}

/** The entry is durable already: a hint that can't be written costs the next reader a listing. */
export function writeHint(folder: string, bytes: Uint8Array): void {
  const file = `${folder}/hint`
  try {
    overwrite(file, bytes)
  } catch {
    // Not there yet, somebody else's, or a link, which must not lead a write out of the registry.
    remove(file)
    try {
      fs.writeFileSync(file, bytes, { flag: 'wx' })
    } catch {
      // The next append writes it.
    }
  }
}

function overwrite(file: string, bytes: Uint8Array): void {
  const fd = fs.openSync(file, O_WRONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    writeAll(fd, bytes)
    if (fs.fstatSync(fd).size > bytes.length) fs.ftruncateSync(fd, bytes.length)
  } finally {
    fs.closeSync(fd)
  }
}
