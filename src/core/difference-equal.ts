import type { Span } from './difference.ts'

/**
 * Whole blocks are compared first, then their parts: what is the same costs one comparison. The last ones are a quarter of a page, so that a page
 * between two others is found wherever it begins.
 */
const PARTS = [64 * 1024, 4 * 1024, 1024] as const
const LEAST = 1024

/** Collects what two sequences of bytes have in common, block by block. */
export interface Matcher {
  /** The next `length` bytes of both. Both buffers may be overwritten afterwards. */
  block(a: Buffer, b: Buffer, length: number): void
  /** Ranges of the new file, in order, exact to the byte; what is the same for less than 1 KiB may be missing. */
  readonly spans: readonly Span[]
}

/** In: where in the new file the first block begins. */
export function startMatcher(start: number): Matcher {
  const spans: { at: number; end: number }[] = []
  let at = start
  /** Where the last range that is the same ends. Before the first block there may be one. */
  let same = start
  const push = (from: number, to: number): void => {
    const last = spans.at(-1)
    if (last !== undefined && last.end === from) last.end = to
    else if (from < to) spans.push({ at: from, end: to })
    same = to
  }
  function compare(a: Buffer, b: Buffer, from: number, to: number, level: number): void {
    if (a.compare(b, from, to, from, to) === 0) {
      // What differs ends somewhere in the part before.
      const tail = same < at + from ? sameBefore(a, b, from) : 0
      push(at + from - tail, at + to)
      return
    }
    const part = PARTS[level]
    if (part === undefined) {
      if (same === at + from) push(at + from, at + from + sameAfter(a, b, from, to))
      return
    }
    for (let i = from; i < to; i += part) compare(a, b, i, Math.min(to, i + part), level + 1)
  }
  return {
    block(a, b, length) {
      compare(a, b, 0, length, 0)
      // Now or never: the next block may go on with it.
      if (same < at + length) push(at + length - sameBefore(a, b, length), at + length)
      at += length
    },
    spans,
  }
}

/** How many bytes from `from` on are the same. */
function sameAfter(a: Buffer, b: Buffer, from: number, to: number): number {
  let i = from
  while (i < to && a[i] === b[i]) i++
  return i - from
}

/** How many bytes before `from` are the same, within one part. */
function sameBefore(a: Buffer, b: Buffer, from: number): number {
  const least = Math.max(0, from - LEAST)
  let i = from
  while (i > least && a[i - 1] === b[i - 1]) i--
  return from - i
}
