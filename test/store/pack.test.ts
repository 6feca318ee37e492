import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { startPacks } from '../../src/store/ingest-small.ts'
import { MAX_ROWS, openPack, type Pack, type PackRow } from '../../src/store/pack.ts'
import { startPack } from '../../src/store/pack-write.ts'
import { openPlaces, type Places } from '../../src/store/places.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { freshDir, open } from './place.ts'

const seed = Number(process.env.AISHIP_SEED ?? Date.now())
const MAGIC = Buffer.from('aipack1\n')
const [FANOUT, ROW, FOOTER] = [1024, 44, 56]

afterEach(() => vi.restoreAllMocks())

/** Writes a pack of these objects. Out: its file, called by its name. */
function packOf(objects: readonly Uint8Array[], dir = freshDir()): { file: string; name: string } {
  const tmp = join(dir, `tmp-${randomBytes(4).toString('hex')}`)
  const writer = startPack(tmp)
  for (const bytes of objects) if (!writer.has(sha256(bytes))) writer.add(sha256(bytes), bytes)
  const name = writer.finish()
  const file = join(dir, `${name}.pack`)
  fs.renameSync(tmp, file)
  return { file, name }
}

function bytesAt(file: string, { offset, length }: PackRow): Buffer {
  const bytes = Buffer.alloc(length)
  const fd = fs.openSync(file, 'r')
  fs.readSync(fd, bytes, 0, length, offset)
  fs.closeSync(fd)
  return bytes
}

/** What is wrong with a pack: it is none, or it says so itself. */
function problemOf(file: string, name: string): string | null {
  const pack = openPack(file, name)
  if (pack === null) return 'is no pack'
  return pack.problem()
}

/** The format as the comment in src/store/pack.ts has it, read and written without the code that is tested. */
function indexOf(rows: readonly PackRow[]): Buffer {
  const index = Buffer.alloc(FANOUT + rows.length * ROW)
  for (const [i, { digest, offset, length }] of rows.entries()) {
    const at = FANOUT + i * ROW
    index.write(digest.slice(7), at, 'hex')
    index.writeBigUInt64LE(BigInt(offset), at + 32)
    index.writeUInt32LE(length, at + 40)
  }
  for (let first = 0; first < 256; first++) {
    const count = rows.filter(({ digest }) => Number.parseInt(digest.slice(7, 9), 16) <= first).length
    index.writeUInt32LE(count, first * 4)
  }
  return index
}

function footerOf(at: number, count: number, name: string): Buffer {
  const footer = Buffer.alloc(FOOTER)
  footer.writeBigUInt64LE(BigInt(at), 0)
  footer.writeUInt32LE(count, 8)
  footer.write(name, 16, 'hex')
  MAGIC.copy(footer, 48)
  return footer
}

const byDigest = (a: { readonly digest: Digest }, b: { readonly digest: Digest }): number =>
  a.digest < b.digest ? -1 : 1

/** Writes a pack by hand: bytes, then these rows as they are. */
function forge(
  rows: readonly PackRow[],
  at: number,
  write: (fd: number) => void = () => undefined,
): { file: string; name: string } {
  const index = indexOf(rows)
  const name = createHash('sha256').update(index).digest('hex')
  const file = join(freshDir(), `${name}.pack`)
  const fd = fs.openSync(file, 'wx')
  fs.writeSync(fd, MAGIC, 0, 8, 0)
  write(fd)
  fs.writeSync(fd, index, 0, index.length, at)
  fs.writeSync(fd, footerOf(at, rows.length, name), 0, FOOTER, at + index.length)
  fs.closeSync(fd)
  return { file, name }
}

const used = <T>(file: string, name: string, act: (pack: Pack) => T): T => {
  const pack = openPack(file, name)
  if (pack === null) throw new Error(`${file} is no pack`)
  return act(pack)
}

describe('a pack', () => {
  test('gives back what was put into it, in any number, size and order', () => {
    const dir = freshDir()
    const object = fc.oneof(
      { weight: 8, arbitrary: fc.uint8Array({ maxLength: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 1024 * 1024 }).map((size) => randomBytes(size)) },
    )
    const property = fc.property(fc.array(object, { maxLength: 60 }), (objects) => {
      const { file, name } = packOf(objects, dir)
      const digests = [...new Set(objects.map((bytes) => sha256(bytes)))]
      used(file, name, (pack) => {
        expect([pack.count, pack.name, pack.file, pack.problem()]).toEqual([digests.length, name, file, null])
        expect([...pack.rows()].map(({ digest }) => digest)).toEqual([...digests].sort())
        for (const bytes of objects) {
          const row = pack.find(sha256(bytes)) as PackRow
          expect(row.digest).toBe(sha256(bytes))
          expect(bytesAt(file, row).equals(bytes)).toBe(true)
        }
        expect(pack.find(sha256(`not there ${objects.length}`))).toBeNull()
      })
      fs.rmSync(file)
    })
    fc.assert(property, { seed, numRuns: 60 })
  })

  test('is to the byte what its format says', () => {
    const objects = ['', 'a', 'bb', 'ccc'].map((text) => Buffer.from(text))
    const { file, name } = packOf(objects)
    const rows: PackRow[] = []
    let at = MAGIC.length
    for (const bytes of objects) {
      rows.push({ digest: sha256(bytes), offset: at, length: bytes.length })
      at += bytes.length
    }
    const index = indexOf(rows.sort(byDigest))
    expect(name).toBe(createHash('sha256').update(index).digest('hex'))
    const expected = Buffer.concat([MAGIC, ...objects, index, footerOf(at, 4, name)])
    expect(fs.readFileSync(file).equals(expected)).toBe(true)
    expect(fs.statSync(file).mode & 0o222).toBe(0)
  })

  test('may be empty', () => {
    const { file, name } = packOf([])
    used(file, name, (pack) => {
      expect([pack.count, [...pack.rows()], pack.find(sha256('')), pack.problem()]).toEqual([0, [], null, null])
    })
  })

  test.each([4 * 1024 * 1024 - 8, 4 * 1024 * 1024 - 7, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 9_000_000])(
    'takes an object of %i bytes, around what its writer gathers',
    (size) => {
      const objects = [Buffer.from('before'), randomBytes(size), Buffer.from('after')]
      const { file, name } = packOf(objects)
      used(file, name, (pack) => {
        for (const bytes of objects) expect(bytesAt(file, pack.find(sha256(bytes)) as PackRow).equals(bytes)).toBe(true)
        expect(pack.problem()).toBeNull()
      })
    },
  )

  test('of objects of 1 MiB each', () => {
    const objects = Array.from({ length: 20 }, () => randomBytes(1024 * 1024))
    const { file, name } = packOf(objects)
    used(file, name, (pack) => {
      for (const bytes of objects)
        expect(sha256(bytesAt(file, pack.find(sha256(bytes)) as PackRow))).toBe(sha256(bytes))
    })
  })

  test('keeps its bytes from a buffer that is used again', () => {
    const dir = freshDir()
    const writer = startPack(join(dir, 'tmp'))
    const buffer = Buffer.alloc(100)
    for (let n = 0; n < 50; n++) writer.add(sha256(buffer.fill(n)), buffer)
    buffer.fill(200)
    const name = writer.finish()
    used(join(dir, 'tmp'), name, (pack) => {
      for (const row of pack.rows()) expect(sha256(bytesAt(join(dir, 'tmp'), row))).toBe(row.digest)
    })
  })

  test('reaches beyond 4 GiB', () => {
    const bytes = Buffer.from('far away')
    const offset = 5 * 1024 ** 3 + 3
    const row = { digest: sha256(bytes), offset, length: bytes.length }
    const { file, name } = forge(
      [row],
      offset + bytes.length,
      (fd) => void fs.writeSync(fd, bytes, 0, bytes.length, offset),
    )
    used(file, name, (pack) => {
      expect([pack.find(row.digest), pack.problem()]).toEqual([row, null])
      expect(bytesAt(file, row).equals(bytes)).toBe(true)
    })
    expect(fs.statSync(file).blocks * 512).toBeLessThan(1024 * 1024)
  })

  test('has nothing, and says that it is gone, when its name was taken away before it was asked', () => {
    const { file, name } = packOf([Buffer.from('x')])
    const pack = openPack(file, name) as Pack
    fs.rmSync(file)
    expect(pack.find(sha256('x'))).toBeNull()
    expect([...pack.rows()]).toEqual([])
    expect(pack.problem()).toBe('is gone')
  })

  test('holds no file open', () => {
    const { file, name } = packOf([Buffer.from('x')])
    const pack = openPack(file, name) as Pack
    expect(pack.find(sha256('x'))?.length).toBe(1)
    const open = fs.readdirSync('/proc/self/fd').filter((fd) => {
      const path = `/proc/self/fd/${fd}`
      return fs.existsSync(path) && fs.readlinkSync(path) === file
    })
    expect(open).toEqual([])
  })
})

describe('damage', () => {
  const objects = ['', 'one', 'two', 'three'].map((text) => Buffer.from(text))
  const size = MAGIC.length + objects.reduce((sum, bytes) => sum + bytes.length, 0)

  test('every bit that is flipped outside of the objects is seen', () => {
    const { file, name } = packOf(objects)
    fs.chmodSync(file, 0o644)
    const whole = fs.readFileSync(file)
    const missed: string[] = []
    for (let at = 0; at < whole.length; at++) {
      if (at >= MAGIC.length && at < size) continue
      for (const bit of [0, 3, 7]) {
        const damaged = Buffer.from(whole)
        damaged[at] = (damaged[at] as number) ^ (1 << bit)
        fs.writeFileSync(file, damaged)
        if (problemOf(file, name) === null) missed.push(`bit ${bit} of byte ${at}`)
      }
    }
    expect(missed).toEqual([])
    fs.writeFileSync(file, whole)
    expect(problemOf(file, name)).toBeNull()
  })

  test('no part of a pack is one, and no pack that goes on after its end', () => {
    const { file, name } = packOf(objects)
    fs.chmodSync(file, 0o644)
    const whole = fs.readFileSync(file)
    for (let length = 0; length < whole.length; length++) {
      fs.writeFileSync(file, whole.subarray(0, length))
      expect(openPack(file, name)).toBeNull()
    }
    for (let from = 1; from <= MAGIC.length + 5; from++) {
      fs.writeFileSync(file, whole.subarray(from))
      expect(openPack(file, name)).toBeNull()
    }
    fs.writeFileSync(file, Buffer.concat([whole, whole.subarray(-FOOTER)]))
    expect(openPack(file, name)).toBeNull()
  })

  test('another name', () => {
    const { file, name } = packOf(objects)
    expect(openPack(file, 'f'.repeat(64))).toBeNull()
    const other = packOf([Buffer.from('other')])
    expect(openPack(file, other.name)).toBeNull()
    expect(openPack(file, name.toUpperCase())).toBeNull()
  })

  test.each(['a folder', 'a pipe', 'a loop of links', 'nothing', 'a file in its way'])('%s is no pack', (what) => {
    const dir = freshDir()
    const file = join(dir, `${'0'.repeat(64)}.pack`)
    if (what === 'a folder') fs.mkdirSync(file)
    if (what === 'a pipe') execFileSync('mkfifo', [file])
    if (what === 'a loop of links') fs.symlinkSync(file, file)
    if (what === 'a file in its way') fs.writeFileSync(join(dir, 'way'), '')
    expect(openPack(what === 'a file in its way' ? join(dir, 'way', 'x.pack') : file, '0'.repeat(64))).toBeNull()
  })

  test.each([
    ['EMFILE', 'REGISTRY_UNREACHABLE'],
    ['EACCES', 'NOT_PERMITTED'],
  ])('one that cannot be opened now (%s) is not taken for one that is not there', (errno, code) => {
    const { file, name } = packOf(objects)
    vi.spyOn(fs, 'openSync').mockImplementation(() => {
      throw Object.assign(new Error(errno), { code: errno })
    })
    expect(() => openPack(file, name)).toThrowError(expect.objectContaining({ code }))
  })

  const forged: readonly (readonly [string, () => readonly PackRow[], RegExp])[] = [
    ['before the objects', () => [{ digest: sha256('a'), offset: 7, length: 1 }], /outside/],
    ['into the index', () => [{ digest: sha256('a'), offset: 40, length: 61 }], /outside/],
    ['far beyond the end', () => [{ digest: sha256('a'), offset: 2 ** 52, length: 1 }], /outside/],
    [
      'unsorted',
      () =>
        [
          { digest: sha256('a'), offset: 8, length: 1 },
          { digest: sha256('b'), offset: 9, length: 1 },
        ]
          .sort(byDigest)
          .reverse(),
      /sorted|no pack/,
    ],
    [
      'twice the same',
      () => Array.from({ length: 2 }, () => ({ digest: sha256('a'), offset: 8, length: 1 })),
      /sorted/,
    ],
  ]

  test.each(forged)('an index that was made to mislead: rows %s', (_, rows, problem) => {
    const { file, name } = forge(rows(), 100)
    expect(problemOf(file, name)).toMatch(problem)
  })

  test('counts that a footer only claims are not believed', () => {
    for (const count of [1, 1000, 2 ** 32 - 1]) {
      const { file, name } = packOf([])
      fs.chmodSync(file, 0o644)
      const at = fs.statSync(file).size - FOOTER
      const fd = fs.openSync(file, 'r+')
      fs.writeSync(fd, footerOf(8, count, name), 0, FOOTER, at)
      fs.closeSync(fd)
      expect(openPack(file, name)).toBeNull()
      // As long as it would have to be, and empty.
      fs.truncateSync(file, 8 + FANOUT + count * ROW)
      fs.appendFileSync(file, footerOf(8, count, name))
      expect(problemOf(file, name)).not.toBeNull()
      fs.rmSync(file)
    }
  })

  test('damage to the bytes of an object never reaches a reader, and its neighbours are read', async () => {
    const root = join(freshDir(), 'registry')
    const { objects: store } = open(root)
    const batch = await store.batch()
    const digests: Digest[] = []
    for (const text of ['left', 'middle', 'right']) digests.push((await batch.bytes(Buffer.from(text))).digest)
    await batch.flush()
    await batch.close()
    const [left, middle, right] = digests as [Digest, Digest, Digest]
    const places = openPlaces(root)
    const extent = places.find(middle)?.extents[0]
    places.close()
    if (extent === undefined) throw new Error('it is not packed')
    fs.chmodSync(extent.file, 0o644)
    for (let at = 0; at < extent.length; at++) {
      const fd = fs.openSync(extent.file, 'r+')
      fs.writeSync(fd, '#', extent.offset + at)
      expect(await codeOf(collect(store.get(middle)))).toBe('CORRUPT')
      fs.writeSync(fd, 'middle'.charAt(at), extent.offset + at)
      fs.closeSync(fd)
    }
    for (const [digest, text] of [
      [left, 'left'],
      [middle, 'middle'],
      [right, 'right'],
    ] as const)
      expect((await collect(store.get(digest))).toString()).toBe(text)
  })
})

describe('writing', () => {
  test('a disk that is full once ends the pack: nothing may be added or finished any more', () => {
    const dir = freshDir()
    const tmp = join(dir, 'tmp')
    const writer = startPack(tmp)
    writer.add(sha256('first'), Buffer.from('first'))
    const write = vi.spyOn(fs, 'writeSync').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    })
    const large = randomBytes(5 * 1024 * 1024)
    expect(() => writer.add(sha256(large), large)).toThrowError(expect.objectContaining({ code: 'DISK_FULL' }))
    write.mockRestore()
    expect(writer.has(sha256(large))).toBe(false)
    expect(() => writer.add(sha256('x'), Buffer.from('x'))).toThrowError(expect.objectContaining({ code: 'DISK_FULL' }))
    expect(() => writer.finish()).toThrowError(expect.objectContaining({ code: 'DISK_FULL' }))
    writer.drop()
    expect(fs.readdirSync(dir)).toEqual([])
  })

  test('a disk that takes a few bytes at a time', () => {
    const real = fs.writeSync
    vi.spyOn(fs, 'writeSync').mockImplementation(((fd: number, bytes: Buffer, from: number, length: number, at: null) =>
      real(fd, bytes, from, Math.min(length, 1000), at)) as typeof real)
    const objects = Array.from({ length: 30 }, (_, n) => randomBytes(n * 100))
    const { file, name } = packOf(objects)
    used(file, name, (pack) => {
      expect(pack.problem()).toBeNull()
      for (const bytes of objects) expect(bytesAt(file, pack.find(sha256(bytes)) as PackRow).equals(bytes)).toBe(true)
    })
  })

  test('bytes that the disk does not confirm are no pack', () => {
    const dir = freshDir()
    const writer = startPack(join(dir, 'tmp'))
    writer.add(sha256('a'), Buffer.from('a'))
    vi.spyOn(fs, 'fsyncSync').mockImplementation(() => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' })
    })
    expect(() => writer.finish()).toThrowError(expect.objectContaining({ code: 'REGISTRY_UNREACHABLE' }))
    expect(() => writer.finish()).toThrow(AishipError)
    writer.drop()
    expect(fs.readdirSync(dir)).toEqual([])
  })

  test('dropping it removes it: before it is finished, after, and twice', () => {
    const dir = freshDir()
    for (const isFinished of [true, false]) {
      const writer = startPack(join(dir, 'tmp'))
      writer.add(sha256('a'), Buffer.from('a'))
      if (isFinished) writer.finish()
      writer.drop()
      writer.drop()
      expect(fs.readdirSync(dir)).toEqual([])
    }
  })

  test('what is there already is not written over', () => {
    const dir = freshDir()
    fs.writeFileSync(join(dir, 'tmp'), 'mine')
    expect(() => startPack(join(dir, 'tmp'))).toThrow(AishipError)
    expect(fs.readFileSync(join(dir, 'tmp'), 'utf8')).toBe('mine')
  })
})

describe('the packs of one thread', () => {
  const nowhere = { find: () => null, all: () => [] } as unknown as Places

  test('hold each object once', () => {
    const dir = freshDir()
    const packs = startPacks(() => join(dir, 'tmp'))
    const bytes = Buffer.from('twice')
    expect(packs.take(sha256(bytes), bytes, nowhere)).toBe('packed')
    expect(packs.take(sha256(bytes), bytes, nowhere)).toBe('packed')
    const [made] = packs.finish()
    used(made?.tmp as string, made?.name as string, (pack) => expect(pack.count).toBe(1))
  })

  test('are none where nothing was packed', () => {
    const dir = freshDir()
    const packs = startPacks(() => join(dir, 'tmp'))
    expect(packs.finish()).toEqual([])
    packs.drop()
    expect(fs.readdirSync(dir)).toEqual([])
  })

  test('are ended when they have many objects, and the next is begun', () => {
    const dir = freshDir()
    let count = 0
    const packs = startPacks(() => join(dir, `tmp-${count++}`))
    const bytes = Buffer.alloc(4)
    for (let n = 0; n < MAX_ROWS + 10; n++) {
      bytes.writeUInt32LE(n)
      packs.take(sha256(bytes), bytes, nowhere)
    }
    const made = packs.finish()
    expect(made.map(({ tmp, name }) => used(tmp, name, (pack) => pack.count))).toEqual([MAX_ROWS, 10])
    packs.drop()
    expect(fs.readdirSync(dir)).toHaveLength(2)
  })

  test('know what is stored, and what is damaged there', async () => {
    const root = join(freshDir(), 'registry')
    const batch = await open(root).objects.batch()
    const packed = await batch.bytes(Buffer.from('packed'))
    const alone = await batch.bytes(Buffer.from('alone'), { alone: true })
    await batch.flush()
    await batch.close()
    const places = openPlaces(root)
    const packs = startPacks(() => join(root, 'tmp', 'x'))
    const take = (text: string): string => packs.take(sha256(text), Buffer.from(text), places)
    expect([take('packed'), take('alone'), take('new')]).toEqual(['known', 'known', 'packed'])
    for (const { digest } of [packed, alone]) {
      const extent = places.find(digest)?.extents[0]
      if (extent === undefined) throw new Error(`${digest} is not there`)
      fs.chmodSync(extent.file, 0o644)
      const fd = fs.openSync(extent.file, 'r+')
      fs.writeSync(fd, '#', extent.offset)
      fs.closeSync(fd)
    }
    expect([take('packed'), take('alone'), take('new')]).toEqual(['packed', 'alone', 'packed'])
    packs.drop()
    places.close()
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
  })
})
