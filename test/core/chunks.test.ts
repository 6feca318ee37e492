import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { type Chunks, startChunker } from '../../src/core/chunks.ts'
import { openPlainScanner } from '../../src/core/chunks-plain.ts'
import { openWasmScanner } from '../../src/core/chunks-wasm.ts'
import { edited, noise } from './edits.ts'

const AVERAGE = 256

const ENGINES = { plain: openPlainScanner, wasm: openWasmScanner }

/** In pieces of so many bytes, over and over. */
function cut(bytes: Uint8Array, open = openWasmScanner as typeof openPlainScanner, pieces = [1 << 22]): Chunks {
  const chunker = startChunker(AVERAGE, open)
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const room = chunker.room()
    const piece = bytes.subarray(at, at + Math.min(room.length, pieces[turn % pieces.length] as number))
    room.set(piece)
    chunker.took(piece.length)
    at += piece.length
  }
  return chunker.end()
}

const sum = (lengths: Uint32Array): number => lengths.reduce((total, length) => total + length, 0)
const printsOf = ({ lengths, prints }: Chunks): string[] =>
  [...lengths].map((length, i) => `${length} ${prints[2 * i]} ${prints[2 * i + 1]}`)

/** Bytes of many kinds: without a pattern, of one value, periodic. */
const content: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.tuple(fc.nat(), fc.nat(9000)).map(([seed, size]) => noise(seed, size)),
      fc.tuple(fc.nat(255), fc.nat(5000)).map(([value, size]) => Buffer.alloc(size, value)),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(5000)).map(([pattern, size]) => {
        return Buffer.alloc(size, pattern)
      }),
    ),
    { maxLength: 4 },
  )
  .map((parts) => Buffer.concat(parts))

test('WebAssembly is what runs here', () => {
  expect(openWasmScanner({ min: 64, average: 256, max: 1024 }, 4096)).not.toBeNull()
})

test('both cut alike, and give the same fingerprints, however the bytes come', () => {
  fc.assert(
    fc.property(content, fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (bytes, pieces) => {
      const chunks = cut(bytes, openPlainScanner)
      expect(cut(bytes, openWasmScanner as typeof openPlainScanner)).toEqual(chunks)
      expect(cut(bytes, openWasmScanner as typeof openPlainScanner, pieces)).toEqual(chunks)
      expect(sum(chunks.lengths)).toBe(bytes.length)
    }),
  )
})

test('both cut alike at the size that is used, past the end of their room', () => {
  const bytes = Buffer.concat([noise(1, 9_000_001), Buffer.alloc(1_000_000), noise(2, 77)])
  const [plain, wasm] = [openPlainScanner, openWasmScanner].map((open) => {
    const chunker = startChunker(undefined, open)
    for (let at = 0; at < bytes.length; ) {
      const room = chunker.room()
      const piece = bytes.subarray(at, at + room.length)
      room.set(piece)
      chunker.took(piece.length)
      at += piece.length
    }
    return chunker.end()
  })
  expect(wasm).toEqual(plain)
  expect(sum(wasm?.lengths ?? new Uint32Array())).toBe(bytes.length)
})

/** What is written down of an object must be found again by the next release. */
test('the cuts and fingerprints are always these', () => {
  const { lengths, prints } = cut(noise(7, 100_000))
  const hash = createHash('sha256').update(new Uint8Array(lengths.buffer)).update(new Uint8Array(prints.buffer))
  expect([lengths.length, hash.digest('hex').slice(0, 16)]).toEqual([334, '6d35599cc248071d'])
})

describe.each(Object.entries(ENGINES))('%s', (_name, open) => {
  const scan = (bytes: Uint8Array): Chunks => cut(bytes, open as typeof openPlainScanner)

  test('nothing has no chunks', () => {
    expect(scan(new Uint8Array()).lengths).toEqual(new Uint32Array())
  })

  test('chunks have the average size, none is smaller than a quarter of it or larger than four times it', () => {
    const { lengths } = scan(noise(3, 500_000))
    expect(Math.min(...lengths.subarray(0, -1))).toBeGreaterThanOrEqual(AVERAGE / 4)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(AVERAGE * 4)
    expect(500_000 / lengths.length / AVERAGE).toBeGreaterThan(0.9)
    expect(500_000 / lengths.length / AVERAGE).toBeLessThan(1.5)
  })

  test.each([
    ['zeros', Buffer.alloc(50_000)],
    ['one value', Buffer.alloc(50_000, 0xff)],
    ['a pattern', Buffer.alloc(50_000, 'ab')],
  ])('%s are a few chunks, again and again', (_what, bytes) => {
    const prints = printsOf(scan(bytes))
    expect(prints.length).toBeLessThanOrEqual((50_000 / AVERAGE) * 4 + 1)
    expect(new Set(prints).size).toBeLessThanOrEqual(3)
  })

  test('an edit changes the chunks around it and no others', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(90_000), fc.nat(50), fc.nat(50), (seed, at, removed, added) => {
        const before = noise(seed, 100_000)
        const after = edited(before, [{ at, removed, bytes: noise(seed + 1, added) }])
        const known = new Set(printsOf(scan(before)))
        const fresh = printsOf(scan(after)).filter((print) => !known.has(print))
        expect(fresh.length).toBeLessThan(30)
      }),
    )
  })

  test('one bit anywhere in a chunk is another fingerprint', () => {
    const bytes = noise(5, 123)
    const print = printsOf(scan(bytes)).join()
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(printsOf(scan(flipped)).join()).not.toBe(print)
    }
  })
})

test('without WebAssembly it cuts all the same', () => {
  const bytes = noise(9, 20_000)
  const expected = cut(bytes)
  vi.stubGlobal('WebAssembly', undefined)
  try {
    expect(openWasmScanner({ min: 64, average: 256, max: 1024 }, 4096)).toBeNull()
    expect(cut(bytes)).toEqual(expected)
  } finally {
    vi.unstubAllGlobals()
  }
})
