import { type ChunkSizes, cutMasks, GEAR, type Scanner } from './chunks-plain.ts'
import { GEAR_WASM } from './gear.gen.ts'
import { instantiate } from './wasm.ts'

interface Gear {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  scan(
    ...given: [
      ...[at: number, end: number, isLast: number],
      ...[min: number, average: number, max: number, hard: number, easy: number, out: number],
    ]
  ): number
}

const PAGE = 65536
/** Where the rows begin; before them lie the tables. */
const ROWS_AT = 4096

/** Three times as fast as plain code. Null where WebAssembly, or its vectors, are not to be had. */
export function openWasmScanner(sizes: ChunkSizes, room: number): Scanner | null {
  const gear = instantiate(GEAR_WASM) as Gear | null
  if (gear === null) return null
  const at = ROWS_AT + 12 * (Math.ceil(room / sizes.min) + 1)
  gear.memory.grow(Math.max(0, Math.ceil((at + room - gear.memory.buffer.byteLength) / PAGE)))
  const { buffer } = gear.memory
  new Int32Array(buffer, 0, 256).set(GEAR)
  new Int32Array(buffer, 1024, 256).set(GEAR.map((value) => value << 1))
  const { min, average, max } = sizes
  const { hard, easy } = cutMasks(sizes)
  return {
    bytes: new Uint8Array(buffer, at, room),
    scan(length, isLast) {
      const count = gear.scan(at, at + length, isLast ? 1 : 0, min, average, max, hard, easy, ROWS_AT)
      return new Uint32Array(buffer, ROWS_AT, 3 * count)
    },
  }
}
