import { type Digest, digestOf, finishDigest, startDigest } from '../core/digest.ts'
import type { Range } from '../core/segments.ts'
import type { LogFile } from './sources.ts'

/** The id of a file is made of so much of its first line at most. */
const MOST_ID = 64 * 1024
const READ = 1024 * 1024

/** In: the start of a log. */
export function firstLineId(start: Buffer): Digest {
  const head = start.subarray(0, MOST_ID)
  const end = head.indexOf(10)
  return digestOf(end === -1 ? head : head.subarray(0, end))
}

/**
 * The id of a log: the digest of its first line, so that it stays the same when the file grows, is renamed or is compressed. Null while the first
 * line has no end yet.
 */
export async function idOf(file: LogFile): Promise<Digest | null> {
  const source = await file.read(0)
  const head = Buffer.allocUnsafe(MOST_ID)
  let filled = 0
  try {
    for (;;) {
      const end = head.subarray(0, filled).indexOf(10)
      if (end !== -1 || filled === MOST_ID) return firstLineId(head.subarray(0, filled))
      const got = await source.fill(head, filled)
      if (got === 0) return file.isWhole && filled > 0 ? firstLineId(head.subarray(0, filled)) : null
      filled += got
    }
  } finally {
    source.close()
  }
}

/** How far a file was read already: through ranges that follow each other from its start, and whose bytes are the same now. */
export async function settledEnd(file: LogFile, ranges: readonly Range[], signal: AbortSignal): Promise<number> {
  if (!ranges.some(({ offset }) => offset === 0)) return 0
  const source = await file.read(0)
  const buffer = Buffer.allocUnsafe(READ)
  let end = 0
  try {
    for (;;) {
      const next = await matchingEnd(end)
      if (next === null) return end
      end = next
    }
  } finally {
    source.close()
  }

  async function matchingEnd(start: number): Promise<number | null> {
    const hash = startDigest()
    let at = start
    // The shorter first, so that the source stands at the end of the one that matches.
    for (const range of ranges.filter(({ offset }) => offset === start).sort((a, b) => a.end - b.end)) {
      while (at < range.end) {
        signal.throwIfAborted()
        const got = await source.fill(buffer.subarray(0, Math.min(READ, range.end - at)), 0)
        if (got === 0) return null
        hash.update(buffer.subarray(0, got))
        at += got
      }
      if (finishDigest(hash.copy()) === range.digest) return range.end
    }
    return null
  }
}
