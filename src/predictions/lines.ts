import type { Hash } from 'node:crypto'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'

/** Most bytes of one line. A longer one is not kept in memory and not read. */
export const MAX_LINE = 8 * 1024 * 1024
/** So much of a line that is too long is shown. */
export const HEAD = 4096
const READ = 4 * 1024 * 1024
const NEWLINE = 10

/** Where bytes come from, one after the other. */
export interface ByteSource {
  /** Fills `target` from `at` on. Out: how many bytes; 0 at the end, where more may come later. */
  fill(target: Buffer, at: number): Promise<number>
}

/** Whole lines, one after the other. The bytes are overwritten by the next read. */
export interface Block {
  /** Each line with its newline, save perhaps the last. Of a line that is too long only its start. */
  readonly bytes: Buffer
  /** Where the block begins in the source. */
  readonly offset: number
  /** How long a line that is too long really is; null for a block of lines. */
  readonly tooLong: number | null
}

export interface LineReader {
  /** The next block; null where the source has no more whole lines now. Errors: the source's, after all that came before. `isLast`: a line without its newline counts as whole. */
  next(isLast: boolean): Promise<Block | null>
  /** What was given out since the last call of this: the range, and its digest. */
  take(): { readonly offset: number; readonly end: number; readonly digest: Digest }
  /** Bytes behind the last whole line: a line that is being written. */
  torn(): number
}

/** A file that was cut to nothing while its writer stood at its old end begins with as many NULs as it had bytes. */
const isNothing = (buffer: Buffer, length: number): boolean =>
  buffer[0] === 0 && buffer.subarray(0, length).every((byte) => byte === 0)

/** Cuts a source into blocks of whole lines, in bounded memory whatever the lines are. In: `offset`, where the source begins to be read. */
export function readLines(source: ByteSource, offset: number): LineReader {
  const buffer = Buffer.allocUnsafe(MAX_LINE + READ)
  let filled = 0
  /** Where `buffer` begins in the source. */
  let base = offset
  /** So much of `buffer` was given out, and makes room with the next read. */
  let given = 0
  let rangeStart = offset
  let hash: Hash = startDigest()

  const makeRoom = (): void => {
    if (given === 0) return
    buffer.copyWithin(0, given, filled)
    filled -= given
    base += given
    given = 0
  }

  function give(length: number, tooLong: number | null = null): Block {
    const bytes = buffer.subarray(0, length)
    hash.update(bytes)
    given = length
    return { bytes, offset: base, tooLong }
  }

  /** Bytes of a line that is too long and has no end yet: the source is read no further. */
  let unfinished = 0

  /** Passes over the rest of a line of which the buffer is full. Null where its end has not come yet. */
  async function passOver(isLast: boolean): Promise<Block | null> {
    const [start, head, rest] = [base, Buffer.from(buffer.subarray(0, HEAD)), hash.copy()]
    let passed = 0
    for (;;) {
      const end = buffer.subarray(0, filled).indexOf(NEWLINE)
      given = end === -1 ? filled : end + 1
      rest.update(buffer.subarray(0, given))
      if (end !== -1) break
      passed += filled
      filled = await source.fill(buffer, 0)
      given = 0
      if (filled > 0) continue
      if (isLast) break
      unfinished = passed
      return null
    }
    hash = rest
    base = start + passed
    return { bytes: head, offset: start, tooLong: passed + given }
  }

  /** Why the source can't be read further: said when all whole lines before that were given. */
  let failure: unknown = null
  const fail = (error: unknown): number => {
    failure = error
    return 0
  }

  return {
    async next(isLast) {
      makeRoom()
      if (unfinished > 0) return null
      for (;;) {
        const isFull = filled === buffer.length
        const got = isFull || failure !== null ? 0 : await source.fill(buffer, filled).catch(fail)
        filled += got
        if (got > 0 && filled < READ) continue
        const end = buffer.subarray(0, filled).lastIndexOf(NEWLINE)
        if (end !== -1) return give(end + 1)
        if ((isFull || filled > MAX_LINE) && isNothing(buffer, filled)) {
          give(filled)
          makeRoom()
          continue
        }
        if (isFull || filled > MAX_LINE) return passOver(isLast)
        if (got > 0) continue
        if (failure !== null) throw failure
        return filled > 0 && isLast ? give(filled) : null
      }
    },
    take() {
      const range = { offset: rangeStart, end: base + given, digest: finishDigest(hash) }
      rangeStart = range.end
      hash = startDigest()
      return range
    },
    torn: () => filled - given + unfinished,
  }
}
