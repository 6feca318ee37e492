import { type ChunkSizes, openPlainScanner, type Scanner } from './chunks-plain.ts'
import { openWasmScanner } from './chunks-wasm.ts'

/**
 * Bytes cut where their content says so, so that what two versions share is cut alike in both, wherever it stands: the gear hash of FastCDC
 * (Xia et al., 2016), normalised, none smaller than a quarter of the average nor larger than four times it.
 */
export interface Chunks {
  /** In order, bytes. */
  readonly lengths: Uint32Array
  /** Two for each chunk: its content's fingerprint. Chunks that differ may have the same one. */
  readonly prints: Uint32Array
}

/** Smaller ones find more, and cost more to keep: at 64 KiB, 170 bytes for each MiB. */
const AVERAGE = 64 * 1024
const ROOM = 4 * 1024 * 1024

/** Cuts what passes by. */
export interface Chunker {
  /** Where the next bytes are to be written, so that they need not be copied; never empty. Another after each `took`. */
  room(): Uint8Array
  /** So many bytes have been written there. */
  took(count: number): void
  /** Once, after the last. */
  end(): Chunks
}

/** In: the average size, a power of two from 128 up; what scans, the fastest there is by default. */
export function startChunker(
  average = AVERAGE,
  open: (sizes: ChunkSizes, room: number) => Scanner | null = openWasmScanner,
): Chunker {
  const sizes: ChunkSizes = { min: average / 4, average, max: average * 4 }
  const room = ROOM + sizes.max
  const scanner = open(sizes, room) ?? openPlainScanner(sizes, room)
  const { bytes } = scanner
  const found: Uint32Array[] = []
  let filled = 0
  function cut(isLast: boolean): void {
    const rows = scanner.scan(filled, isLast).slice()
    found.push(rows)
    let done = 0
    for (let i = 0; i < rows.length; i += 3) done += rows[i] as number
    bytes.copyWithin(0, done, filled)
    filled -= done
  }
  return {
    room: () => bytes.subarray(filled),
    took(count) {
      filled += count
      if (filled === bytes.length) cut(false)
    },
    end() {
      cut(true)
      return columns(found)
    },
  }
}

function columns(parts: readonly Uint32Array[]): Chunks {
  const count = parts.reduce((sum, part) => sum + part.length / 3, 0)
  const [lengths, prints] = [new Uint32Array(count), new Uint32Array(2 * count)]
  let at = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 3, at++) {
      lengths[at] = part[i] as number
      prints[2 * at] = part[i + 1] as number
      prints[2 * at + 1] = part[i + 2] as number
    }
  }
  return { lengths, prints }
}
