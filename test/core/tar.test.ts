import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldersAbove, TAR_END, type TarFile, tarFolder, tarHeader, tarPadding } from '../../src/core/tar.ts'
import { readTar, tarStream } from '../../src/core/tar-read.ts'

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const archive = (files: readonly (Omit<TarFile, 'size'> & { readonly bytes: Uint8Array })[]): Uint8Array =>
  Buffer.concat([
    ...files.flatMap(({ name, exec, bytes }) => [
      tarHeader({ name, exec, size: bytes.length }),
      bytes,
      tarPadding(bytes.length),
    ]),
    TAR_END,
  ])

async function read(bytes: Uint8Array, chunk = 1000): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const entry of readTar(tarStream(inChunks(bytes, chunk)))) {
    const parts: Uint8Array[] = []
    for await (const part of entry.bytes()) parts.push(Buffer.from(part))
    found.push([entry.name, Buffer.concat(parts).toString('hex')])
  }
  return found
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 }).filter((text) => !text.includes('\0'))
const file = fc.record({ name, exec: fc.boolean(), bytes: fc.uint8Array({ maxLength: 1200 }) })

test('what is written is read back, however it comes', () =>
  fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 5 }), fc.integer({ min: 1, max: 3000 }), async (files, chunk) => {
      const expected = files.map((one) => [one.name, Buffer.from(one.bytes).toString('hex')])
      expect(await read(archive(files), chunk)).toEqual(expected)
    }),
    { numRuns: 60 },
  ))

test('what nobody reads is passed over', async () => {
  const bytes = archive(['a', 'b', 'c'].map((one) => ({ name: one, exec: false, bytes: Buffer.alloc(700, one) })))
  const names: string[] = []
  for await (const entry of readTar(tarStream(inChunks(bytes, 64)))) names.push(entry.name)
  expect(names).toEqual(['a', 'b', 'c'])
})

test('8 GiB and more are written down in full', async () => {
  const size = 9 * 1024 ** 3
  const entries = readTar(tarStream(inChunks(tarHeader({ name: 'big', size, exec: false }), 512)))
  expect((await entries.next()).value).toMatchObject({ name: 'big', size })
})

test('a header has no time, no owner, and one of two modes', () => {
  const header = Buffer.from(tarHeader({ name: 'x', size: 5, exec: true })).toString('latin1')
  expect(header.slice(100, 107)).toBe('0000755')
  expect(header.slice(108, 115)).toBe('0000000')
  expect(header.slice(136, 147)).toBe('00000000000')
})

test('a folder is named with a stroke at its end, long names too', async () => {
  for (const path of ['data', `${'é'.repeat(80)}/x`]) {
    const entries = readTar(tarStream(inChunks(Buffer.concat([tarFolder(path), TAR_END]), 512)))
    expect((await entries.next()).value).toMatchObject({ name: `${path}/`, size: 0, isFolder: true })
  }
  expect(Buffer.from(tarFolder('data')).toString('latin1', 100, 107)).toBe('0000755')
  expect(foldersAbove('a/b/c.txt')).toEqual(['a', 'a/b'])
  expect(foldersAbove('c.txt')).toEqual([])
})

describe('an archive that is cut anywhere is refused', () => {
  const whole = archive([
    { name: 'a', exec: false, bytes: Buffer.alloc(600, 1) },
    { name: 'é', exec: false, bytes: Buffer.alloc(10, 2) },
  ])
  test.each(Array.from({ length: whole.length / 512 }, (_, n) => n * 512))('after %i bytes', async (at) => {
    await expect(read(whole.subarray(0, at))).rejects.toMatchObject({ code: at === 0 ? 'ARCHIVE_INVALID' : 'CORRUPT' })
    await expect(read(whole.subarray(0, at + 100))).rejects.toMatchObject({ name: 'AishipError' })
  })
})
