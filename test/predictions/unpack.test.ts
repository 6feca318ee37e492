import { Readable } from 'node:stream'
import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fromStream } from '../../src/predictions/sources.ts'
import { contentOf, unpackingOf } from '../../src/predictions/unpack.ts'
import { drawer } from '../draw.ts'

/** As from a file that is read in pieces of so many bytes. */
async function unpack(packed: Buffer, open: Parameters<typeof contentOf>[2], piece = 64 * 1024): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(packed.length / piece) }, (_, i) =>
    packed.subarray(i * piece, (i + 1) * piece),
  )
  const out: Buffer[] = []
  for await (const chunk of contentOf('x', fromStream(Readable.from(pieces)), open)) out.push(chunk)
  return Buffer.concat(out)
}

const next = drawer(3)
const text = Buffer.from(Array.from({ length: 40_000 }, () => `${next()}\n`).join(''))
const parts = [text.subarray(0, 10), text.subarray(10, 400_000), text.subarray(400_000)]

describe.each([
  // Inflate, like zstd, ends with the first part.
  ['deflate', zlib.deflateSync, zlib.createInflate],
  ['gzip', zlib.gzipSync, zlib.createGunzip],
])('%s', (_, pack, open) => {
  const packed = Buffer.concat(parts.map((part) => pack(part)))

  test.each([1 << 20, 64 * 1024, 4099])('several parts, one after the other, in pieces of %d', async (piece) => {
    expect((await unpack(packed, open, piece)).equals(text)).toBe(true)
  })

  test('nothing of it', async () => {
    expect((await unpack(pack(Buffer.alloc(0)), open)).length).toBe(0)
  })

  test.each([
    ['cut short', packed.subarray(0, -20)],
    ['followed by something else', Buffer.concat([packed, Buffer.from('something else')])],
  ])('%s: what came before, then the error', async (_, bytes) => {
    let length = 0
    const reading = (async () => {
      for await (const chunk of contentOf('x', fromStream(Readable.from([bytes])), open)) length += chunk.length
    })()
    await expect(reading).rejects.toMatchObject({ code: 'CORRUPT', next: ['gzip -t x'] })
    expect(length).toBeGreaterThan(text.length - 300_000)
  })
})

const { zstdCompressSync } = zlib as unknown as { zstdCompressSync?: (bytes: Buffer) => Buffer }
const head = (hex: string): Buffer => Buffer.from(hex, 'hex')

test('zstd is read where Node has it, and else the next step is to unpack it', async () => {
  const open = () => unpackingOf(head('28b52ffd'), '/logs/a b.zst')
  if (zstdCompressSync === undefined) {
    const { message, next } = (() => {
      try {
        return { message: '', next: [String(open())] }
      } catch (error) {
        return error as { message: string; next: readonly string[] }
      }
    })()
    expect(message).toMatch(/zstd, and this Node has no zstd/)
    expect(next).toEqual(["zstd -dc '/logs/a b.zst' | aiship predictions ingest -"])
    return
  }
  const packed = Buffer.concat(parts.map(zstdCompressSync))
  expect((await unpack(packed, open() as NonNullable<ReturnType<typeof open>>)).equals(text)).toBe(true)
})

test.each(['425a6839', 'fd377a58', '504b0304'])('%s is refused, and what is no compression is not', (magic) => {
  expect(() => unpackingOf(head(magic), 'x')).toThrow(/only gzip and zstd are read/)
  expect(unpackingOf(head('7b227473'), 'x')).toBe(null)
})
