import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Chunks, startChunker } from '../../src/core/chunks.ts'
import { digestOf, hexOf } from '../../src/core/digest.ts'
import { cutChunks, keepSignature, readSignature } from '../../src/store/signature.ts'
import { noise } from '../core/edits.ts'
import { freshDir } from './place.ts'

const DIGEST = digestOf('an object')
const BYTES = noise(1, 9_000_003)

function cutInMemory(bytes: Buffer): Chunks {
  const chunker = startChunker()
  for (let at = 0; at < bytes.length; ) {
    const room = chunker.room()
    const piece = bytes.subarray(at, at + room.length)
    room.set(piece)
    chunker.took(piece.length)
    at += piece.length
  }
  return chunker.end()
}

const keep = (root: string, chunks: Chunks): void => keepSignature(root, DIGEST, chunks, join(root, 'draft'))
const fileOf = (root: string): string => join(root, 'cache/chunks', hexOf(DIGEST))

describe('cutting', () => {
  test('a file', () => {
    const file = join(freshDir(), 'file')
    writeFileSync(file, BYTES)
    expect(cutChunks({ extents: [{ file, offset: 0, length: BYTES.length }] })).toEqual(cutInMemory(BYTES))
  })

  test('an object in pieces of others, as if it lay in one', () => {
    const dir = freshDir()
    const [a, b] = [join(dir, 'a'), join(dir, 'b')]
    writeFileSync(a, Buffer.concat([noise(2, 77), BYTES.subarray(0, 5_000_000), noise(3, 9)]))
    writeFileSync(b, Buffer.concat([BYTES.subarray(5_000_001), BYTES.subarray(5_000_000, 5_000_001)]))
    const extents = [
      { file: a, offset: 77, length: 5_000_000 },
      { file: b, offset: 4_000_002, length: 1 },
      { file: b, offset: 0, length: 4_000_002 },
    ]
    expect(cutChunks({ extents })).toEqual(cutInMemory(BYTES))
  })

  test('nothing', () => {
    expect(cutChunks({ extents: [] }).lengths).toHaveLength(0)
  })

  test('a file that ends early is refused, and one that is gone', () => {
    const file = join(freshDir(), 'file')
    writeFileSync(file, BYTES.subarray(0, 1000))
    const extents = [{ file, offset: 0, length: 1001 }]
    expect(() => cutChunks({ extents })).toThrowError(expect.objectContaining({ code: 'CORRUPT' }))
    rmSync(file)
    expect(() => cutChunks({ extents })).toThrowError(expect.objectContaining({ code: 'REGISTRY_UNREACHABLE' }))
  })

  test('more files than may be open', () => {
    const dir = freshDir()
    const extents = Array.from({ length: 200 }, (_, i) => {
      const file = join(dir, String(i % 100))
      writeFileSync(file, BYTES.subarray((i % 100) * 1000, (i % 100) * 1000 + 1000))
      return { file, offset: 0, length: 1000 }
    })
    const twice = Buffer.concat([BYTES.subarray(0, 100_000), BYTES.subarray(0, 100_000)])
    expect(cutChunks({ extents })).toEqual(cutInMemory(twice))
  })
})

describe('what is kept', () => {
  const chunks = cutInMemory(BYTES.subarray(0, 300_000))

  test('comes back as it was, and leaves no draft', () => {
    const root = freshDir()
    expect(readSignature(root, DIGEST)).toBeNull()
    keep(root, chunks)
    expect(readSignature(root, DIGEST)).toEqual(chunks)
    expect(readdirSync(root)).toEqual(['cache'])
    keep(root, cutInMemory(BYTES.subarray(0, 5)))
    expect(readSignature(root, DIGEST)?.lengths).toEqual(Uint32Array.of(5))
  })

  test('damaged anywhere or cut off anywhere, it is absent', () => {
    const root = freshDir()
    keep(root, chunks)
    const good = readFileSync(fileOf(root))
    rmSync(fileOf(root))
    for (let i = 0; i < good.length; i++) {
      const flipped = Buffer.from(good)
      flipped[i] = (flipped[i] as number) ^ 1
      for (const bytes of [flipped, good.subarray(0, i)]) {
        writeFileSync(fileOf(root), bytes)
        expect(readSignature(root, DIGEST)).toBeNull()
      }
    }
  })

  test('is small: under 250 bytes a MiB', () => {
    const root = freshDir()
    keep(root, cutInMemory(BYTES))
    expect(readFileSync(fileOf(root)).length).toBeLessThan((BYTES.length / 2 ** 20) * 250)
  })

  test('a folder in its place, or no place at all: it is not kept, and nothing fails', () => {
    const root = freshDir()
    mkdirSync(fileOf(root), { recursive: true })
    keep(root, chunks)
    expect(readSignature(root, DIGEST)).toBeNull()
    writeFileSync(join(root, 'file'), '')
    keepSignature(join(root, 'file'), DIGEST, chunks, join(root, 'draft'))
    expect(existsSync(join(root, 'draft'))).toBe(false)
  })
})
