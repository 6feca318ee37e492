import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import type { Finding } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { writeNew } from '../../src/store/durable.ts'
import { packFiles } from '../../src/store/merge.ts'
import { FOOTER, ROW } from '../../src/store/pack.ts'
import { makePack } from '../../src/store/pack-copy.ts'
import { packFile } from '../../src/store/places.ts'
import { tableBytes, tableFile } from '../../src/store/table.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { SHARE } from '../share.ts'
import { freshDir, open } from './place.ts'

const TEXTS = ['first', 'second', 'third']
const FIRST_AT = 8

/** A registry with a pack of three objects. Out: its root, and the pack's file. */
async function registry(): Promise<{ readonly root: string; readonly pack: string }> {
  const root = join(freshDir(), 'registry')
  const batch = await open(root).objects.batch()
  for (const text of TEXTS) await batch.bytes(Buffer.from(text))
  await batch.flush()
  await batch.close()
  return { root, pack: packFile(root, packFiles(root)[0]?.name ?? '') }
}

async function findings(root: string, repair = false): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const finding of checkFolder(root).check({ readData: true, repair })) found.push(finding)
  return found
}
const brief = (found: readonly Finding[]): string[] =>
  found.map(({ severity, id, subject }) => `${severity} ${id} ${subject}`)

function change(file: string, edit: (bytes: Buffer) => Buffer): void {
  const bytes = edit(Buffer.from(readFileSync(file)))
  rmSync(file)
  writeFileSync(file, bytes)
}
const flip =
  (at: number) =>
  (bytes: Buffer): Buffer => {
    bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) as number) ^ 1
    return bytes
  }

/** Of the three texts, those that can be read. */
async function readable(root: string): Promise<readonly string[]> {
  const { objects } = open(root)
  const codes = await Promise.all(TEXTS.map((text) => codeOf(collect(objects.get(sha256(text))))))
  return TEXTS.filter((_, i) => codes[i] === 'no error')
}

const nameOf = (pack: string): string => `objects/packs/${pack.slice(-69)}`

describe('a pack', () => {
  test('with a damaged object is repaired: the others come into a new one, the old one is kept', async () => {
    const { root, pack } = await registry()
    change(pack, flip(FIRST_AT))
    const damaged = `error objDigestMismatch ${sha256('first')}`
    expect(brief(await findings(root))).toEqual([damaged])
    const [finding] = await findings(root, true)
    expect(finding?.message).toContain('; what is sound in it (2 of 3) was written to a new pack; moved to quarantine/')
    expect(await readable(root)).toEqual(['second', 'third'])
    expect(existsSync(pack)).toBe(false)
    expect(readdirSync(join(root, 'quarantine'))).toHaveLength(1)
    expect((await findings(root)).map(({ id }) => id)).toEqual(['quarantined'])
  })

  test('with a damaged object of which there is a sound copy is a warning', async () => {
    const { root, pack } = await registry()
    const batch = await open(root).objects.batch()
    await batch.bytes(Buffer.from('first'), { alone: true })
    await batch.flush()
    await batch.close()
    change(pack, flip(FIRST_AT))
    expect(brief(await findings(root))).toEqual([`warning objDigestMismatch ${sha256('first')}`])
    expect(await readable(root)).toEqual(TEXTS)
    await findings(root, true)
    expect(await readable(root)).toEqual(TEXTS)
  })

  test.each([
    ['a damaged end', flip(-1), 'has a damaged end'],
    ['a place of its index that is wrong', flip(-FOOTER), 'has a damaged end'],
    ['a number of objects that is wrong', flip(-FOOTER + 8), 'has a damaged end'],
    ['a damaged start', flip(0), 'has a damaged start'],
    ['a damaged row', flip(-FOOTER - 44), 'has another index than its name says'],
    ...[0, 1, 2].flatMap((row): [string, (bytes: Buffer) => Buffer, string][] => [
      [`a length that is wrong in row ${row}`, flip(-FOOTER - ROW * row - 4), 'has another index than its name says'],
      [`an offset that is wrong in row ${row}`, flip(-FOOTER - ROW * row - 12), 'has another index than its name says'],
      [`an offset far off in row ${row}`, flip(-FOOTER - ROW * row - 9), 'has another index than its name says'],
    ]),
  ])('with %s is broken, and all its objects are saved', async (_, damage, why) => {
    const { root, pack } = await registry()
    change(pack, damage)
    const [finding, ...more] = await findings(root)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ id: 'packBroken', severity: 'error', subject: nameOf(pack) })
    expect(finding?.message).toContain(why)
    await findings(root, true)
    expect(await readable(root)).toEqual(TEXTS)
    expect((await findings(root)).map(({ id }) => id)).toEqual(['quarantined'])
  })

  test('with two rows that are wrong, side by side, loses neither, nor the empty one', async () => {
    const { root, pack } = await registry()
    const made = makePack(root, (into) => {
      for (const text of ['', ...TEXTS]) into.add(sha256(text), Buffer.from(text))
    })
    rmSync(pack)
    const file = packFile(root, made?.name ?? '')
    // From the end: the empty one, third, first, second.
    for (const row of [0, 1, 3]) change(file, flip(-FOOTER - ROW * row - 4))
    expect((await findings(root, true)).map(({ id }) => id)).toEqual(['packBroken', 'quarantined'])
    expect(await readable(root)).toEqual(TEXTS)
    expect(await codeOf(collect(open(root).objects.get(sha256(''))))).toBe('no error')
  })

  test('that was cut off is broken, and kept', async () => {
    const { root, pack } = await registry()
    change(pack, (bytes) => bytes.subarray(0, bytes.length - 100))
    expect(brief(await findings(root, true))).toEqual([
      `error packBroken ${nameOf(pack)}`,
      expect.stringMatching(/^info quarantined quarantine\/[0-9a-f]{64}-1\.pack$/),
    ])
    expect(await readable(root)).toEqual([])
  })

  test('with bytes of no object, or an object twice, is broken', async () => {
    const { root } = await registry()
    const made = makePack(root, (into) => into.add(sha256('x'), Buffer.from('x')))
    const file = packFile(root, made?.name ?? '')
    change(file, (bytes) => Buffer.concat([bytes.subarray(0, 9), Buffer.from('?'), bytes.subarray(9)]))
    expect((await findings(root)).map(({ id }) => id)).toEqual(['packBroken'])
  })

  test('that is no pack, or not called as one, is not expected', async () => {
    const { root } = await registry()
    writeFileSync(join(root, 'objects', 'packs', 'x.pack'), '')
    writeFileSync(join(root, 'objects', 'packs', `${'a'.repeat(64)}.pack`), 'no pack')
    expect(brief(await findings(root))).toEqual([
      `error packBroken objects/packs/${'a'.repeat(64)}.pack`,
      'warning nameUnexpected objects/packs/x.pack',
    ])
  })
})

describe('a chunk table', () => {
  const whole = 'first and second'
  const rows = [[0, 0, 5] as const, [1, 0, 5] as const, [2, 0, 6] as const]
  const sources: Digest[] = ['first', ' and ', 'second'].map(sha256)
  const table = { format: 1, digest: sha256(whole), size: whole.length, sources, rows } as const

  async function withTable(bytes: Uint8Array = tableBytes(table)): Promise<string> {
    const { root } = await registry()
    makePack(root, (into) => into.add(sha256(' and '), Buffer.from(' and ')))
    writeNew(tableFile(root, sha256(whole)), bytes, true)
    return root
  }
  const subject = `objects/tables/${sha256(whole).slice(7)}.json`

  test('that is sound has no findings', async () => {
    const root = await withTable()
    expect(await findings(root)).toEqual([])
    expect((await collect(open(root).objects.get(sha256(whole)))).toString()).toBe(whole)
  })

  test('every flipped bit and every truncation of one is found', { timeout: 120_000 }, async () => {
    const root = await withTable()
    const file = tableFile(root, sha256(whole))
    const good = readFileSync(file)
    const missed: string[] = []
    const attempt = async (what: string, bad: Buffer): Promise<void> => {
      rmSync(file)
      writeFileSync(file, bad)
      const found = brief(await findings(root))
      const isFound = [`error tableBroken ${subject}`, `error objDigestMismatch ${sha256(whole)}`].some((one) =>
        found.includes(one),
      )
      if (!isFound) missed.push(`${what}: ${found}`)
    }
    for (let bit = 0; bit < good.length * 8; bit += SHARE) {
      const bad = Buffer.from(good)
      bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7))
      await attempt(`bit ${bit}`, bad)
    }
    for (let length = 0; length < good.length; length += SHARE)
      await attempt(`cut to ${length}`, good.subarray(0, length))
    expect(missed).toEqual([])
  })

  test.each([
    ['without a source', { ...table, sources: [sha256('gone'), ...sources.slice(1)] }, 'which is not here'],
    ['with a row beyond a source', { ...table, rows: [[0, 1, 5] as const, ...rows.slice(1)] }, 'beyond the end'],
    ['that is no JSON', null, "can't be followed"],
  ])('%s is broken, and a repair moves it away', async (_, bad, why) => {
    const root = await withTable(bad === null ? Buffer.from('{') : tableBytes(bad))
    const [finding, ...more] = await findings(root)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ id: 'tableBroken', severity: 'error', subject })
    expect(finding?.message).toContain(why)
    await findings(root, true)
    expect(readdirSync(join(root, 'quarantine'))).toEqual([`${sha256(whole).slice(7)}-1.table`])
    expect((await findings(root)).map(({ id }) => id)).toEqual(['quarantined'])
  })

  test('that says far more bytes than its sources have is broken, and is not read', async () => {
    const source = Buffer.alloc(6 * 1024 * 1024, 'large')
    const rows = Array.from({ length: 100_000 }, () => [0, 0, source.length] as const)
    const size = rows.length * source.length
    const root = await withTable(tableBytes({ ...table, size, sources: [sha256(source)], rows }))
    const batch = await open(root).objects.batch()
    await batch.bytes(source)
    await batch.flush()
    await batch.close()
    const [finding, ...more] = await findings(root)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ id: 'tableBroken', severity: 'error', subject })
    expect(finding?.message).toContain(`says ${size} bytes, more than 16 times what there is of its sources`)
    expect(await codeOf(collect(open(root).objects.get(sha256(whole))))).toBe('OBJECT_MISSING')
  })

  test('of other bytes, and a damaged source, are found by name', async () => {
    const other = await withTable(
      tableBytes({ ...table, rows: [[0, 0, 5] as const, [1, 0, 4] as const, [2, 0, 6] as const, [1, 4, 1] as const] }),
    )
    expect(brief(await findings(other))).toEqual([`error objDigestMismatch ${sha256(whole)}`])
    const root = await withTable()
    const [pack] = packFiles(root).filter(({ size }) => size > 1200)
    change(packFile(root, pack?.name ?? ''), flip(FIRST_AT))
    expect(brief(await findings(root))).toEqual([
      `error objDigestMismatch ${sha256('first')}`,
      `error objDigestMismatch ${sha256(whole)}`,
    ])
  })

  test('that is not called as one is not expected', async () => {
    const root = await withTable()
    writeFileSync(join(root, 'objects', 'tables', 'x.json'), '')
    expect(brief(await findings(root))).toEqual(['warning nameUnexpected objects/tables/x.json'])
  })
})
