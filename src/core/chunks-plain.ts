/** Sizes of chunks in bytes. All even; `min` is at least 32. */
export interface ChunkSizes {
  readonly min: number
  readonly average: number
  readonly max: number
}

/** Cuts what lies in `bytes`. */
export interface Scanner {
  /** Whoever scans writes here first. */
  readonly bytes: Uint8Array
  /**
   * The chunks of the first `length` bytes, three numbers each: length, two halves of the fingerprint. Stops where fewer than the largest
   * chunk's bytes are left, unless they are the last ones. The answer is overwritten by the next call.
   */
  scan(length: number, isLast: boolean): Uint32Array
}

/** Bytes that the rolling hash remembers. */
const WINDOW = 32

/** Any numbers without a pattern do, but always the same: other ones would find nothing in common with what was cut before. */
export const GEAR: Int32Array = Int32Array.from({ length: 256 }, (_, i) => {
  let mixed = Math.imul(i + 1, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
})

/**
 * The bits of the hash that are 0 at a cut: below the average size two more than it asks for, above it two fewer, so that most chunks are near
 * it (FastCDC's normalisation). High bits, which depend on most of the window; the highest is left to scripts/generate/gear.wat.
 */
export function cutMasks({ average }: ChunkSizes): { readonly hard: number; readonly easy: number } {
  const bits = Math.round(Math.log2(average))
  const mask = (count: number): number => ((1 << count) - 1) << (31 - count)
  return { hard: mask(bits + 2), easy: mask(bits - 2) }
}

/** In plain TypeScript: what the WebAssembly must do, and what does it where there is none. */
export function openPlainScanner(sizes: ChunkSizes, room: number): Scanner {
  const bytes = new Uint8Array(room)
  const view = new DataView(bytes.buffer)
  const rows = new Uint32Array(3 * (Math.ceil(room / sizes.min) + 1))
  return {
    bytes,
    scan(length, isLast) {
      let count = 0
      for (let at = 0; at < length && (isLast || length - at >= sizes.max); count++) {
        const cut = cutAfter(bytes, at, length, sizes)
        const print = fingerprint(view, at, cut)
        rows.set([cut - at, Number(print & 0xffffffffn), Number(print >> 32n)], 3 * count)
        at = cut
      }
      return rows.subarray(0, 3 * count)
    },
  }
}

/** The end of the chunk that starts at `at`. */
function cutAfter(bytes: Uint8Array, at: number, length: number, sizes: ChunkSizes): number {
  const { hard, easy } = cutMasks(sizes)
  const end = Math.min(length, at + sizes.max)
  const middle = Math.min(end, at + sizes.average)
  let i = at + sizes.min
  if (i >= end) return end
  let hash = 0
  for (let j = i - WINDOW; j < i; j++) hash = ((hash << 1) + (GEAR[bytes[j] as number] as number)) | 0
  for (; i < end; i++) {
    hash = ((hash << 1) + (GEAR[bytes[i] as number] as number)) | 0
    if ((hash & (i < middle ? hard : easy)) === 0) return i + 1
  }
  return end
}

const STRIPE = 32
const turn = (sum: number, word: number): number => Math.imul(((sum << 5) | (sum >>> 27)) ^ word, 0x9e3779b1)

/**
 * 64 bits of the bytes in [from, to): eight sums over words of four bytes, the last 32 bytes once more, folded into one. Nobody relies on it:
 * two chunks with one fingerprint are compared before they pass for the same.
 */
function fingerprint(view: DataView, from: number, to: number): bigint {
  const sums = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  const take = (at: number): void => {
    for (let lane = 0; lane < 8; lane++) sums[lane] = turn(sums[lane] as number, view.getInt32(at + 4 * lane, true))
  }
  if (to - from < STRIPE) {
    for (let i = from; i < to; i++)
      for (let lane = 0; lane < 4; lane++) sums[lane] = turn(sums[lane] as number, view.getUint8(i))
  } else {
    for (let i = from; i + STRIPE <= to; i += STRIPE) take(i)
    take(to - STRIPE)
  }
  let print = BigInt(to - from)
  for (const pair of new BigUint64Array(sums.buffer)) {
    print = BigInt.asUintN(64, (print ^ pair) * 0x9e3779b97f4a7c15n)
    print ^= print >> 29n
  }
  return print
}
