import fs from 'node:fs'
import type { Chunks } from '../core/chunks.ts'
import { findShared, type Span, type Stretch } from '../core/difference.ts'
import { commonChunks } from '../core/difference-chunks.ts'
import { startMatcher } from '../core/difference-equal.ts'
import { likelyStretches } from '../core/difference-lines.ts'
import { type Digest, finishDigest, startDigest } from '../core/digest.ts'
import type { ChunkTable } from '../core/model.gen.ts'
import type { Descriptor } from '../core/ports.ts'
import { openNew, remove, writeAll } from './durable.ts'
import { storeError } from './errno.ts'
import type { Extent } from './places.ts'
import { openRange, type Range } from './range.ts'
import { type Old, type Part, partsOf } from './shrink-parts.ts'
import type { Signals } from './signals.ts'
import { isBounded } from './table.ts'

export interface ShrinkInput {
  /** The new file, wherever it lies. */
  readonly extents: readonly Extent[]
  /** What it may resemble, the likeliest first. */
  readonly olds: readonly Old[]
  /** Null: only what lies as far from the start, or from the end, as it did is found, and nothing need be cut. */
  readonly chunks: { readonly fresh: Chunks; readonly olds: readonly Chunks[] } | null
  /** A path where nothing is: for the bytes that no old object has. */
  readonly into: string
}

/** What a chunk table of the new file says, and the object to be stored with it. */
export interface Shrunk extends Pick<ChunkTable, 'sources' | 'rows'> {
  /** The bytes that no old object has: they are at `into`, not durable yet. Null where there are none. */
  readonly fresh: Descriptor | null
}

const BLOCK = 1024 * 1024
/** What a row takes in the table, at most. */
const ROW_BYTES = 30

/**
 * The job: what of a new file need not be stored again. Every byte that is taken from an old object has been compared with it. 'unlike' where less than a
 * quarter would be saved, where it repeats them more often than a table may, or where it is one of them; 'unclear' where only chunks could tell: cut the files, and ask again. Then nothing is at `into`. An old object that can't be read has nothing
 * in common. Errors: those of reading the new file; DISK_FULL, READ_ONLY.
 */
export function shrink(input: ShrinkInput, signals?: Signals): Shrunk | 'unlike' | 'unclear' {
  const ranges = [input.extents, ...input.olds.map(({ extents }) => extents)].map(openRange)
  try {
    const [file, ...olds] = ranges as [Range, ...Range[]]
    const { size } = file
    const sizes = olds.map((old) => old.size)
    const compare = comparer(file, olds, signals)
    const hints =
      input.chunks === null
        ? likelyStretches(size, sizes, (stretch) => isAll(compare(stretch), stretch))
        : commonChunks(input.chunks.fresh, input.chunks.olds)
    if (hints === null) return 'unclear'
    // Chunks come out of a cache: those of another file are hints that lead nowhere, or beyond the end.
    const inside = hints.filter(({ end }) => end <= size)
    const parts = partsOf(size, findShared(size, sizes, inside, compare), input.olds)
    const freshBytes = parts.reduce((sum, { source, length }) => sum + (source === null ? length : 0), 0)
    if (freshBytes + parts.length * ROW_BYTES > size * 0.75 || size === 0 || isOne(parts, input.olds, sizes))
      return 'unlike'
    const fresh = freshBytes === 0 ? null : writeFresh(file, parts, input.into, signals)
    const table = numbered(parts, fresh?.digest ?? null)
    if (isBounded({ ...table, size })) return { ...table, fresh }
    remove(input.into)
    return 'unlike'
  } finally {
    for (const range of ranges) range.close()
  }
}

/** True where the new file is an old one. */
const isOne = ([part, ...more]: readonly Part[], olds: readonly Old[], sizes: readonly number[]): boolean =>
  more.length === 0 && olds.some(({ digest }, i) => digest === part?.source && sizes[i] === part.length)

const isAll = ([span]: readonly Span[], { at, end }: Stretch): boolean => span?.at === at && span.end === end

/** Compares the bytes of a stretch, large blocks first. */
function comparer(file: Range, olds: readonly Range[], signals?: Signals): (stretch: Stretch) => readonly Span[] {
  const [a, b] = [Buffer.allocUnsafeSlow(BLOCK), Buffer.allocUnsafeSlow(BLOCK)]
  return ({ old, shift, at, end }) => {
    const matcher = startMatcher(at)
    for (let done = at; done < end; done += BLOCK) {
      if (signals?.isStopped) throw new Error('stopped')
      const length = Math.min(BLOCK, end - done)
      file.fill(done, a.subarray(0, length))
      try {
        ;(olds[old] as Range).fill(done + shift, b.subarray(0, length))
      } catch {
        break
      }
      matcher.block(a, b, length)
    }
    return matcher.spans
  }
}

/** Errors: as `shrink`; then nothing is left. */
function writeFresh(file: Range, parts: readonly Part[], into: string, signals?: Signals): Descriptor {
  const hash = startDigest()
  const buffer = Buffer.allocUnsafeSlow(BLOCK)
  let size = 0
  let fd: number | null = null
  try {
    fd = openNew(into)
    for (const { source, offset, length } of parts) {
      if (source !== null) continue
      for (let done = 0; done < length; done += BLOCK) {
        if (signals?.isStopped) throw new Error('stopped')
        const block = buffer.subarray(0, Math.min(BLOCK, length - done))
        file.fill(offset + done, block)
        hash.update(block)
        writeAll(fd, block)
      }
      size += length
    }
    return { digest: finishDigest(hash), size }
  } catch (error) {
    remove(into)
    throw storeError(error, 'write', into)
  } finally {
    if (fd !== null) fs.closeSync(fd)
  }
}

/** As a table names them: sources in the order of their first row, and new bytes by where they lie among the new ones. */
function numbered(parts: readonly Part[], fresh: Digest | null): Pick<ChunkTable, 'sources' | 'rows'> {
  const numbers = new Map<Digest, number>()
  let written = 0
  const rows = parts.map(({ source, offset, length }): ChunkTable['rows'][number] => {
    const digest = (source ?? fresh) as Digest
    const number = numbers.get(digest) ?? numbers.size
    numbers.set(digest, number)
    if (source !== null) return [number, offset, length]
    written += length
    return [number, written - length, length]
  })
  return { sources: [...numbers.keys()], rows }
}
