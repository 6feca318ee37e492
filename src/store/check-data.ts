import { hash } from 'node:crypto'
import fs from 'node:fs'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'
import { digestIn, openOrNull, type PackRows, readRows } from './pack-rows.ts'
import type { Extent } from './places.ts'
import type { Signals } from './signals.ts'

/** Bytes are read in blocks of so many. */
const BLOCK = 1024 * 1024

/** An object, and the ranges that have its bytes. */
export interface Copy {
  readonly digest: Digest
  readonly extents: readonly Extent[]
}

/** Objects in one pack. */
export interface Ranges extends Omit<PackRows, 'count'> {
  readonly file: string
}

/** Which of those asked about is not what its digest says, and why. */
export type Bad = readonly [index: number, why: string]

/**
 * The job: reads objects and hashes them. One bad read is not damage: it is read once more before it is reported. What is gone by now was
 * merged into another file, or deleted, and is not reported.
 */
export function checkCopies({ copies }: { readonly copies: readonly Copy[] }, signals: Signals): readonly Bad[] {
  const buffer = Buffer.allocUnsafeSlow(BLOCK)
  const bad: Bad[] = []
  for (const [i, { digest, extents }] of copies.entries()) {
    const why = problemOf(() => hashExtents(extents, buffer, signals), digest)
    if (signals.isStopped) return []
    if (why !== null) bad.push([i, why])
  }
  return bad
}

/** The job: the same for many small objects in one file, which is read in blocks. */
export function checkRanges({ file, digests, offsets, lengths }: Ranges, signals: Signals): readonly Bad[] {
  const wanted = Buffer.from(digests.buffer, digests.byteOffset, digests.length)
  const fd = openOrNull(file)
  if (fd === null) return []
  const bad: Bad[] = []
  const again = Buffer.allocUnsafeSlow(BLOCK)
  try {
    for (const [i, bytes] of readRows(fd, { count: offsets.length, offsets, lengths })) {
      if (signals.isStopped) return []
      const length = lengths[i] as number
      signals.advance(length)
      const found = bytes === null ? null : hash('sha256', bytes, 'buffer')
      if (found !== null && wanted.compare(found, 0, 32, i * 32, i * 32 + 32) === 0) continue
      const why = problemOf(
        () => hashExtents([{ file, offset: offsets[i] as number, length }], again, null),
        digestIn({ digests }, i),
      )
      if (why !== null) bad.push([i, why])
    }
    return bad
  } finally {
    fs.closeSync(fd)
  }
}

/** Null where the bytes are the digest's, or are gone. */
function problemOf(read: () => Digest | null, digest: Digest): string | null {
  const attempt = (): Digest | null | Error => {
    try {
      return read()
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
  const first = attempt()
  const found = first === digest || first === null ? first : attempt()
  if (found === digest || found === null) return null
  return found instanceof Error ? `can't be read: ${found.message}` : `has other bytes, whose digest is ${found}`
}

/** Null where a file is gone, or the work was stopped. */
function hashExtents(extents: readonly Extent[], buffer: Buffer, signals: Signals | null): Digest | null {
  const digest = startDigest()
  for (const { file, offset, length } of extents) {
    const fd = openOrNull(file)
    if (fd === null) return null
    try {
      for (let done = 0; done < length; ) {
        const got = fs.readSync(fd, buffer, 0, Math.min(buffer.length, length - done), offset + done)
        if (signals?.isStopped === true) return null
        if (got === 0) break
        digest.update(got === buffer.length ? buffer : buffer.subarray(0, got))
        signals?.advance(got)
        done += got
      }
    } finally {
      fs.closeSync(fd)
    }
  }
  return finishDigest(digest)
}
