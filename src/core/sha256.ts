import { SHA256_WASM } from './sha256.gen.ts'
import { instantiate } from './wasm.ts'

/** The most bytes that `sha256` takes. */
export const MAX_SHA256 = 16 * 1024

interface Machine {
  readonly bytes: Buffer
  mix(blocks: number): void
}

let made: Machine | null | 'not tried' = 'not tried'
const STATE = 512
const INPUT = 1024

/**
 * SHA-256 of a few kilobytes as 64 hex digits, in WebAssembly (scripts/generate/sha256.wat): what a move hashes is not worth the two
 * milliseconds that Node's own takes to load. Null where there is no WebAssembly.
 */
export function sha256(input: Uint8Array): string | null {
  if (made === 'not tried') made = make()
  if (made === null) return null
  const { bytes, mix } = made
  bytes.set(START, STATE)
  bytes.set(input, INPUT)
  const blocks = (input.length + 72) >> 6
  const end = INPUT + blocks * 64
  bytes.fill(0, INPUT + input.length, end)
  bytes[INPUT + input.length] = 0x80
  bytes.writeUInt32BE(input.length * 8, end - 4)
  mix(blocks)
  // The words are little-endian there, and big-endian in a digest.
  return bytes
    .subarray(STATE, STATE + 32)
    .swap32()
    .toString('hex')
}

let START: Uint8Array = new Uint8Array(0)

function make(): Machine | null {
  const machine = instantiate(SHA256_WASM) as
    | (Pick<Machine, 'mix'> & { readonly memory: { readonly buffer: ArrayBuffer } })
    | null
  if (machine === null) return null
  const bytes = Buffer.from(machine.memory.buffer)
  START = Uint8Array.from(bytes.subarray(STATE, STATE + 32))
  return { bytes, mix: machine.mix }
}
