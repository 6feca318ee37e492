import { LEAST_TAKE, type Stretch, worthwhile } from '../core/difference.ts'
import type { Digest } from '../core/digest.ts'
import type { ChunkTable } from '../core/model.gen.ts'
import type { Extent } from './places.ts'
import { MAX_ROWS } from './table.ts'

/** An object that a new file may resemble. */
export interface Old {
  readonly digest: Digest
  readonly extents: readonly Extent[]
  /** Its table, where it lies as one: then its sources are named in its place. */
  readonly table: ChunkTable | null
}

/** A part of the new file. */
export interface Part {
  /** Null: new bytes, which are at `offset` of the new file. */
  readonly source: Digest | null
  /** In the source. */
  readonly offset: number
  readonly length: number
}

/**
 * All of a new file, in order: what of it is taken from where, and what is new. No source has a table of its own. At most `most` parts: short
 * ones are left out, and are new, until no more are left.
 */
export function partsOf(
  size: number,
  shared: readonly Stretch[],
  olds: readonly Old[],
  most = MAX_ROWS,
): readonly Part[] {
  const resolvers = olds.map(resolverOf)
  for (let least = LEAST_TAKE; ; least *= 2) {
    const parts = resolve(size, worthwhile(shared, least), resolvers)
    if (parts.length <= most) return parts
  }
}

function resolve(size: number, taken: readonly Stretch[], resolvers: readonly Resolver[]): readonly Part[] {
  const parts: Part[] = []
  const add = (part: Part): void => {
    const last = parts.at(-1)
    if (last !== undefined && last.source === part.source && last.offset + last.length === part.offset)
      parts[parts.length - 1] = { ...last, length: last.length + part.length }
    else parts.push(part)
  }
  let done = 0
  const addFresh = (to: number): void => {
    if (to > done) add({ source: null, offset: done, length: to - done })
    done = to
  }
  for (const { old, shift, at, end } of taken) {
    addFresh(at)
    for (const part of resolvers[old]?.(at + shift, end - at) ?? []) add(part)
    done = end
  }
  addFresh(size)
  return parts
}

type Resolver = (offset: number, length: number) => Iterable<Part>

function resolverOf({ digest, table }: Old): Resolver {
  if (table === null) return (offset, length) => [{ source: digest, offset, length }]
  const { rows, sources } = table
  const starts = new Float64Array(rows.length)
  let size = 0
  for (const [i, row] of rows.entries()) {
    starts[i] = size
    size += row[2]
  }
  return function* (offset, length) {
    let [low, high] = [0, rows.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle
    }
    for (let done = 0, i = low; done < length; i++) {
      const [source, from, whole] = rows[i] as ChunkTable['rows'][number]
      const skip = offset + done - (starts[i] as number)
      const part = Math.min(whole - skip, length - done)
      yield { source: sources[source] as Digest, offset: from + skip, length: part }
      done += part
    }
  }
}
