import type { Chunks } from './chunks.ts'
import type { Line, Stretch } from './difference.ts'

/** Stretches of chunks that the new file has in common with old ones, by length and fingerprint. Time and memory grow with the chunks only. */
export function commonChunks(fresh: Chunks, olds: readonly Chunks[]): readonly Stretch[] {
  const index = indexChunks(olds)
  const found: { old: number; shift: number; at: number; end: number }[] = []
  let last = found[0]
  let next = -1
  let at = 0
  for (let i = 0; i < fresh.lengths.length; i++) {
    const end = at + (fresh.lengths[i] as number)
    const chunk = index.find(fresh, i, next, last ?? null, at)
    if (chunk !== -1) {
      const { old, shift } = index.lineOf(chunk, at)
      if (last?.end === at && last.old === old && last.shift === shift) {
        last.end = end
      } else {
        last = { old, shift, at, end }
        found.push(last)
      }
    }
    next = chunk === -1 ? -1 : chunk + 1
    at = end
  }
  return found
}

interface ChunkIndex {
  /** The number of an old chunk like the new one number `i` at `at`: number `next` first, then the one on the line, then any; -1 where there is none. */
  find(fresh: Chunks, i: number, next: number, line: Line | null, at: number): number
  lineOf(chunk: number, at: number): Line
}

/** More slots are never looked at: whoever makes fingerprints collide gets fewer matches, not more work. */
const TRIES = 32

function indexChunks(olds: readonly Chunks[]): ChunkIndex {
  const lengths = olds.map((old) => old.lengths)
  const count = lengths.reduce((sum, { length }) => sum + length, 0)
  /** Of each chunk, over all old files: where it begins in its own. */
  const offsets = new Float64Array(count)
  const owners = new Uint32Array(count)
  const starts: number[] = []
  let filled = 0
  for (const [owner, own] of lengths.entries()) {
    starts.push(filled)
    let offset = 0
    for (const length of own) {
      offsets[filled] = offset
      owners[filled++] = owner
      offset += length
    }
  }
  starts.push(filled)

  const isLike = (a: Chunks, i: number, chunk: number): boolean => {
    const owner = owners[chunk] as number
    const [old, k] = [olds[owner] as Chunks, chunk - (starts[owner] as number)]
    return (
      a.lengths[i] === old.lengths[k] &&
      a.prints[2 * i] === old.prints[2 * k] &&
      a.prints[2 * i + 1] === old.prints[2 * k + 1]
    )
  }
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1
  const slots = new Int32Array(mask + 1).fill(-1)
  /** The slot with the first of the chunks like this one, or the free one for it; -1 where there is neither. */
  const slotOf = (a: Chunks, i: number): number => {
    for (let n = 0; n < TRIES; n++) {
      const slot = ((a.prints[2 * i] as number) + n) & mask
      const chunk = slots[slot] as number
      if (chunk === -1 || isLike(a, i, chunk)) return slot
    }
    return -1
  }
  for (const [owner, old] of olds.entries()) {
    for (let k = 0; k < old.lengths.length; k++) {
      const slot = slotOf(old, k)
      if (slot !== -1 && slots[slot] === -1) slots[slot] = (starts[owner] as number) + k
    }
  }

  const atOffset = ({ old, shift }: Line, at: number): number => {
    let [low, high] = [starts[old] as number, starts[old + 1] as number]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((offsets[middle] as number) < at + shift) low = middle + 1
      else high = middle
    }
    return low < (starts[old + 1] as number) && offsets[low] === at + shift ? low : -1
  }

  return {
    find(fresh, i, next, line, at) {
      // Neighbours stay neighbours, also where one content stands in many places.
      if (next > 0 && next < count && owners[next] === owners[next - 1] && isLike(fresh, i, next)) return next
      const beside = line === null ? -1 : atOffset(line, at)
      if (beside !== -1 && isLike(fresh, i, beside)) return beside
      return slots[slotOf(fresh, i)] ?? -1
    },
    lineOf: (chunk, at) => ({ old: owners[chunk] as number, shift: (offsets[chunk] as number) - at }),
  }
}
