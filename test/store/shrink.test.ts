import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import type { ChunkTable } from '../../src/core/model.gen.ts'
import type { Extent } from '../../src/store/places.ts'
import { type ShrinkInput, type Shrunk, shrink } from '../../src/store/shrink.ts'
import { partsOf } from '../../src/store/shrink-parts.ts'
import { startSignals } from '../../src/store/signals.ts'
import { cutChunks } from '../../src/store/signature.ts'
import { parseTable, tableBytes } from '../../src/store/table.ts'
import { type Edit, edited, noise } from '../core/edits.ts'
import { freshDir } from './place.ts'

const MIB = 1024 * 1024

/** A file of its own, in pieces of other files, or both. */
interface Stored {
  readonly bytes: Buffer
  readonly extents: readonly Extent[]
}

let files = 0
function store(dir: string, bytes: Buffer): Stored {
  const file = join(dir, `file-${files++}`)
  writeFileSync(file, bytes)
  return { bytes, extents: [{ file, offset: 0, length: bytes.length }] }
}

type How = 'lines' | 'chunks'

const inputOf = (
  dir: string,
  file: Stored,
  olds: readonly (Stored & { table?: ChunkTable })[],
  how: How,
): ShrinkInput => ({
  extents: file.extents,
  olds: olds.map(({ bytes, extents, table = null }) => ({ digest: digestOf(bytes), extents, table })),
  chunks: how === 'lines' ? null : { fresh: cutChunks(file), olds: olds.map((old) => cutChunks(old)) },
  into: join(dir, `into-${files++}`),
})

/** Every object that lies whole, by name. */
type Objects = ReadonlyMap<Digest, Buffer>
const objectsOf = (...all: readonly Buffer[]): Map<Digest, Buffer> =>
  new Map(all.map((bytes) => [digestOf(bytes), bytes]))

/** The table of a file, after reading it back and putting the file together from it. */
function tableOf(bytes: Buffer, { sources, rows, fresh }: Shrunk, into: string, objects: Objects): ChunkTable {
  const digest = digestOf(bytes)
  const written = tableBytes({ format: 1, digest, size: bytes.length, sources, rows })
  const table = parseTable(written, digest)
  const all = new Map(objects)
  if (fresh !== null) {
    const freshBytes = readFileSync(into)
    expect(fresh).toEqual({ digest: digestOf(freshBytes), size: freshBytes.length })
    all.set(fresh.digest, freshBytes)
  } else {
    expect(existsSync(into)).toBe(false)
  }
  const parts = table.rows.map(([source, offset, length]) => {
    const part = all.get(table.sources[source] as Digest)?.subarray(offset, offset + length)
    expect(part?.length).toBe(length)
    return part as Buffer
  })
  expect(Buffer.concat(parts).equals(bytes)).toBe(true)
  return table
}

/** Bytes stored for `after`; null where it is not worth it, or not clear. */
function stored(before: Buffer, after: Buffer, how: How): { readonly fresh: number; readonly table: number } | null {
  const dir = freshDir()
  const [old, file] = [store(dir, before), store(dir, after)]
  const input = inputOf(dir, file, [old], how)
  const got = shrink(input)
  const result =
    typeof got === 'string'
      ? null
      : {
          fresh: got.fresh?.size ?? 0,
          table: tableBytes(tableOf(after, got, input.into, objectsOf(before))).length,
        }
  if (result === null) expect(existsSync(input.into)).toBe(false)
  rmSync(dir, { recursive: true })
  return result
}

test('random edits: the table gives back the bytes', () => {
  const before = noise(1, 2 * MIB)
  const edit: fc.Arbitrary<Edit> = fc
    .record({ at: fc.nat(2 * MIB), removed: fc.nat(MIB / 4), added: fc.nat(MIB / 4), seed: fc.nat() })
    .map(({ at, removed, added, seed }) => ({ at, removed, bytes: noise(seed, added) }))
  let worth = 0
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 4 }), fc.constantFrom<How>('lines', 'chunks'), (edits, how) => {
      if (stored(before, edited(before, edits), how) !== null) worth++
    }),
    { numRuns: 60 },
  )
  expect(worth).toBeGreaterThan(8)
})

describe('32 MiB, changed', () => {
  const size = 32 * MIB
  const before = noise(2, size)
  const runs = (count: number, length: number): Buffer => {
    const after = Buffer.from(before)
    const places = size / length
    for (let i = 0; i < count; i++) noise(50 + i, length).copy(after, ((i * 7919 + 13) % places) * length)
    return after
  }

  test.each<readonly [string, Buffer, number]>([
    [
      '1 % inserted in the middle',
      edited(before, [{ at: size / 2, removed: 0, bytes: noise(3, size / 100) }]),
      size / 100,
    ],
    ['8 bytes inserted in the header', edited(before, [{ at: 8, removed: 0, bytes: noise(4, 8) }]), 16],
    ['1 % of its pages written again', runs(Math.floor(size / 100 / 4096), 4096), size / 100],
    ['10 runs of 32 KiB written again', runs(10, 32 * 1024), 10 * 32 * 1024],
    ['8 MiB appended', Buffer.concat([before, noise(5, 8 * MIB)]), 8 * MIB],
    ['cut off', before.subarray(0, 20 * MIB + 3), 0],
  ])('%s', (_what, after, put) => {
    for (const how of ['lines', 'chunks'] as const) {
      const got = stored(before, after, how)
      expect(got?.fresh).toBeLessThanOrEqual(put * 1.1)
      expect(got?.table).toBeLessThan(8 * 1024)
    }
  })

  test('many small inserts: clear by chunks only', () => {
    const edits = Array.from({ length: 20 }, (_, i) => ({ at: (i + 1) * 1.5 * MIB, removed: 0, bytes: noise(i, 1000) }))
    const after = edited(before, edits)
    expect(stored(before, after, 'lines')).toBeNull()
    expect(stored(before, after, 'chunks')?.fresh).toBeLessThan(20 * 1000 * 1.1)
  })
})

describe('is not worth it, or not clear', () => {
  const before = noise(6, 2 * MIB)
  const outcome = (after: Buffer, how: How, olds: readonly Buffer[] = [before]): unknown => {
    const dir = freshDir()
    const input = inputOf(
      dir,
      store(dir, after),
      olds.map((old) => store(dir, old)),
      how,
    )
    const got = shrink(input)
    expect(existsSync(input.into)).toBe(typeof got !== 'string' && got.fresh !== null)
    return got
  }

  test.each<readonly [string, How, string, Buffer]>([
    ['another file', 'chunks', 'unlike', noise(7, 2 * MIB)],
    ['another file', 'lines', 'unclear', noise(7, 2 * MIB)],
    ['a fifth of it', 'chunks', 'unlike', Buffer.concat([before.subarray(0, MIB / 2), noise(8, 2 * MIB)])],
    ['nothing', 'chunks', 'unlike', Buffer.alloc(0)],
    ['the same file', 'chunks', 'unlike', before],
    ['the same file', 'lines', 'unlike', before],
  ])('%s, by %s: %s', (_what, how, expected, after) => {
    expect(outcome(after, how)).toBe(expected)
  })

  test('a third of it is worth it', () => {
    expect(outcome(Buffer.concat([before.subarray(0, MIB), noise(8, 2 * MIB)]), 'chunks')).toHaveProperty('fresh')
  })

  test('no old object', () => {
    expect(outcome(before, 'chunks', [])).toBe('unlike')
    expect(outcome(before, 'lines', [])).toBe('unclear')
  })
})

describe('old objects', () => {
  const [a, b] = [noise(10, 2 * MIB), noise(11, 2 * MIB)]

  test('two of them, one after the other', () => {
    const dir = freshDir()
    const file = store(dir, Buffer.concat([b.subarray(MIB), noise(12, 5000), a.subarray(0, MIB)]))
    const input = inputOf(dir, file, [store(dir, a), store(dir, b)], 'chunks')
    const got = shrink(input) as Shrunk
    expect(got.fresh?.size).toBe(5000)
    const table = tableOf(file.bytes, got, input.into, objectsOf(a, b))
    expect(table.rows).toHaveLength(3)
  })

  test('one that lies as a table: its sources are named, and never it', () => {
    const dir = freshDir()
    const first = store(dir, a)
    const second = store(dir, edited(a, [{ at: MIB, removed: 100, bytes: noise(13, 70_000) }]))
    const one = inputOf(dir, second, [first], 'lines')
    const shrunk = shrink(one) as Shrunk
    const objects = objectsOf(a, readFileSync(one.into))
    const table = tableOf(second.bytes, shrunk, one.into, objects)

    // As `Places` gives it: ranges of the files of its sources.
    const sources = [first.extents[0]?.file as string, one.into]
    const extents = table.rows.map(([source, offset, length]) => ({ file: sources[source] as string, offset, length }))
    const third = store(dir, edited(second.bytes, [{ at: MIB + 30_000, removed: 5, bytes: noise(14, 40_000) }]))
    const two = inputOf(dir, third, [{ bytes: second.bytes, extents, table }], 'lines')
    const again = tableOf(third.bytes, shrink(two) as Shrunk, two.into, objects)
    expect(again.sources).toEqual(expect.arrayContaining([...objects.keys()]))
    expect(again.sources).not.toContain(digestOf(second.bytes))
    expect(again.sources).toHaveLength(3)
    expect(readFileSync(two.into)).toHaveLength(40_000)
  })

  test('one that was changed since its chunks were known gives only what is the same', () => {
    const dir = freshDir()
    const [old, file] = [store(dir, a), store(dir, edited(a, [{ at: 100, removed: 0, bytes: noise(15, 99) }]))]
    const input = inputOf(dir, file, [old], 'chunks')
    const broken = edited(a, [{ at: MIB, removed: 10_000, bytes: noise(16, 10_000) }])
    writeFileSync(old.extents[0]?.file as string, broken)
    const got = shrink(input) as Shrunk
    expect(got.fresh?.size).toBeGreaterThanOrEqual(10_000)
    tableOf(file.bytes, got, input.into, new Map([[digestOf(a), broken]]))
  })

  test.each<readonly [string, (file: string) => void]>([
    ['is gone', (file) => rmSync(file)],
    ['is cut off', (file) => truncateSync(file, 5)],
  ])('one that %s has nothing in common', (_what, damage) => {
    for (const how of ['lines', 'chunks'] as const) {
      const dir = freshDir()
      const [old, file] = [store(dir, a), store(dir, edited(a, [{ at: 9, removed: 0, bytes: Buffer.of(1) }]))]
      const input = inputOf(dir, file, [old], how)
      damage(old.extents[0]?.file as string)
      expect(shrink(input)).toBe(how === 'lines' ? 'unclear' : 'unlike')
    }
  })

  test('chunks of another file lead nowhere', () => {
    const dir = freshDir()
    const [old, file, other] = [store(dir, a), store(dir, a.subarray(0, MIB)), store(dir, Buffer.concat([a, b]))]
    const input = inputOf(dir, file, [old], 'chunks')
    const got = shrink({ ...input, chunks: { fresh: cutChunks(other), olds: [cutChunks(other)] } })
    if (typeof got !== 'string') tableOf(file.bytes, got, input.into, objectsOf(a))
  })
})

test('more parts than a table may have: the short ones become new bytes', () => {
  const [source, other] = [digestOf('a'), digestOf('b')]
  const olds = [{ digest: source, extents: [], table: null }]
  const lengths = [5000, 20_000, 6000, 9000, 70_000]
  let at = 0
  const shared = lengths.map((length) => {
    at += length + 10
    return { old: 0, shift: 0, at: at - length, end: at }
  })
  const shapes = (most: number): string[] =>
    partsOf(at, shared, olds, most).map(({ source: from, length }) => `${from === null ? 'new' : 'old'} ${length}`)
  expect(shapes(10)).toHaveLength(10)
  expect(shapes(9)).toEqual(['new 5020', 'old 20000', 'new 6020', 'old 9000', 'new 10', 'old 70000'])
  expect(shapes(3)).toEqual(['new 40050', 'old 70000'])
  expect(shapes(1)).toEqual([`new ${at}`])

  // One stretch of an object that lies in many pieces is many parts.
  const rows = Array.from({ length: 100 }, (_, i) => [i % 2, i * 1000, 1000] as const)
  const table: ChunkTable = { format: 1, digest: other, size: 100_000, sources: [source, digestOf('c')], rows }
  const whole = [{ old: 0, shift: 0, at: 0, end: 100_000 }]
  const pieces = [{ digest: other, extents: [], table }]
  expect(partsOf(100_000, whole, pieces, 100)).toHaveLength(100)
  expect(partsOf(100_000, whole, pieces, 99)).toEqual([{ source: null, offset: 0, length: 100_000 }])
})

describe('a failure', () => {
  const a = noise(20, 2 * MIB)
  const blocked = (input: ShrinkInput): ShrinkInput => {
    writeFileSync(input.into, 'x')
    return input
  }

  test.each<readonly [string, (input: ShrinkInput) => ShrinkInput, string]>([
    [
      'the new file ends early',
      (input) => ({ ...input, extents: input.extents.map((one) => ({ ...one, length: 3 * MIB })) }),
      'CORRUPT',
    ],
    ['something is at `into`', blocked, 'REGISTRY_UNREACHABLE'],
  ])('%s', (_what, change, code) => {
    const dir = freshDir()
    const file = store(dir, edited(a, [{ at: 9, removed: 0, bytes: noise(21, 2000) }]))
    const input = change(inputOf(dir, file, [store(dir, a)], 'chunks'))
    expect(() => shrink(input)).toThrowError(expect.objectContaining({ code }))
  })

  test('a stop leaves nothing', () => {
    const dir = freshDir()
    const file = store(dir, edited(a, [{ at: 9, removed: 0, bytes: noise(21, 2000) }]))
    const input = inputOf(dir, file, [store(dir, a)], 'chunks')
    const signals = startSignals()
    signals.stop()
    expect(() => shrink(input, signals)).toThrowError('stopped')
    expect(existsSync(input.into)).toBe(false)
    expect(() => cutChunks(file, signals)).toThrowError('stopped')
  })
})

test('what repeats an old object more often than a table may is stored whole', () => {
  const before = noise(7, 4 * MIB)
  const times = (n: number): Buffer => Buffer.concat(Array.from({ length: n }, () => before))
  expect(stored(before, times(16), 'chunks')?.fresh).toBe(0)
  expect(stored(before, times(17), 'chunks')).toBeNull()
})
