import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes, type Digest, digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { ChunkTable } from '../../src/core/model.gen.ts'
import { parseTable, readTable, tableBytes, tableFile } from '../../src/store/table.ts'
import { freshDir } from './place.ts'

const [WHOLE, A, B] = [digestOf('whole'), digestOf('a'), digestOf('b')]
const TABLE: ChunkTable = {
  ...{ format: 1, digest: WHOLE, size: 60, sources: [A, B] },
  rows: [
    [0, 0, 10],
    [1, 5, 20],
    [0, 10, 30],
  ],
}

function codeOf(act: () => unknown): string {
  try {
    act()
    return 'read'
  } catch (error) {
    return error instanceof AishipError ? error.code : String(error)
  }
}

function written(text: Uint8Array | string, digest: Digest = WHOLE): string {
  const root = freshDir()
  const file = tableFile(root, digest)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return root
}

test('comes back as it was', () => {
  expect(readTable(written(tableBytes(TABLE)), WHOLE)).toEqual(TABLE)
})

test('may name a range many times', () => {
  const table = { ...TABLE, size: 16_000, sources: [A], rows: Array(16).fill([0, 0, 1000]) }
  expect(readTable(written(tableBytes(table)), WHOLE)).toEqual(table)
})

test('is absent where there is none', () => {
  expect(readTable(freshDir(), WHOLE)).toBeNull()
})

test('is written as all canonical JSON is', () => {
  const rows = fc.array(fc.tuple(fc.nat(), fc.maxSafeNat(), fc.maxSafeNat()))
  fc.assert(
    fc.property(rows, fc.maxSafeNat(), fc.array(fc.string().map(digestOf)), (some, size, sources) => {
      const table: ChunkTable = { rows: some, size, digest: WHOLE, sources, format: 1 }
      expect(Buffer.from(tableBytes(table)).equals(canonicalBytes(table))).toBe(true)
    }),
  )
})

describe('is refused', () => {
  const like = (change: object): Uint8Array => tableBytes({ ...TABLE, ...change })
  const text = Buffer.from(tableBytes(TABLE)).toString()

  test.each<readonly [string, Uint8Array | string]>([
    ['empty', ''],
    ['cut off', text.slice(0, -1)],
    ['with white space', `${text}\n`],
    ['with a mark', `\ufeff${text}`],
    ['with a key twice', text.replace('"size":60', '"size":60,"size":60')],
    ['with one more key', text.replace('"size":60', '"size":60,"z":1')],
    ['of another format', text.replace('"format":1', '"format":2')],
    ['of another spelling', text.replace('"size":60', '"size":6e1')],
    ['not UTF-8', Buffer.from([0xff, 0xfe])],
    ['deeply nested', '['.repeat(100_000)],
    ['of another object', like({ digest: digestOf('other') })],
    ['of nothing', like({ size: 0, rows: [], sources: [] })],
    ['of another size', like({ size: 61 })],
    ['of its own bytes', like({ sources: [A, WHOLE] })],
    ['with a source twice', like({ sources: [A, A] })],
    ['with a source too many', like({ sources: [A, B, digestOf('c')] })],
    ['with a source too few', like({ sources: [A] })],
    [
      'with sources in another order',
      like({
        size: 2,
        rows: [
          [1, 0, 1],
          [0, 0, 1],
        ],
      }),
    ],
    ['with a name that is no digest', like({ sources: [A, 'sha256:x'] })],
    ['with a row of nothing', like({ rows: [...TABLE.rows, [0, 1, 0]] })],
    ['with a row of two', like({ rows: [...TABLE.rows, [0, 1]] })],
    ['with a row of four', like({ rows: [[0, 0, 10, 0], ...TABLE.rows.slice(1)] })],
    ['with a row before the start', like({ rows: [[0, -1, 10], ...TABLE.rows.slice(1)] })],
    ['with a row of a fraction', like({ rows: [[0, 0.5, 10], ...TABLE.rows.slice(1)] })],
    [
      'with a row beyond what can be counted',
      like({ rows: [[0, Number.MAX_SAFE_INTEGER, 10], ...TABLE.rows.slice(1)] }),
    ],
    ['that says the same over and over', like({ size: 17_000, sources: [A], rows: Array(17).fill([0, 0, 1000]) })],
    ['with too many rows', like({ size: 1024 * 1024 + 1, sources: [A], rows: Array(1024 * 1024 + 1).fill([0, 0, 1]) })],
    ['too large', Buffer.alloc(32 * 1024 * 1024 + 1, ' ')],
  ])('%s', (_name, bytes) => {
    expect(codeOf(() => readTable(written(bytes), WHOLE))).toBe('CORRUPT')
  })

  test('with any one byte changed, it is another table or none', () => {
    const bytes = Buffer.from(text)
    for (let i = 0; i < bytes.length; i++) {
      const flipped = Buffer.from(bytes)
      flipped[i] = (flipped[i] as number) ^ 1
      let table: ChunkTable | null = null
      try {
        table = parseTable(flipped, WHOLE)
      } catch (error) {
        expect(error).toHaveProperty('code', 'CORRUPT')
      }
      if (table !== null) expect(Buffer.from(tableBytes(table)).equals(flipped)).toBe(true)
    }
  })
})
