import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../src/core/digest.ts'
import { pathProblem } from '../../src/core/paths.ts'
import { isOwnPath, readEarlier, stampOf } from '../../src/store/checkout-earlier.ts'
import { openFolders } from '../../src/store/checkout-folders.ts'
import { incompleteText, recordText } from '../../src/store/checkout-record.ts'
import { ROW_BYTES, WORDS } from '../../src/store/stat-rows.ts'
import { freshDir } from './place.ts'

const seed = Number(process.env.AISHIP_SEED ?? Date.now())

let dir: string
beforeEach(() => {
  dir = freshDir()
})
const RECORD = '.aiship-checkout.json'
const MARK = '.aiship-incomplete'
const put = (name: string, text: string): void => fs.writeFileSync(join(dir, name), text)

function inFolder<T>(act: (folders: ReturnType<typeof openFolders>) => T): T {
  const folders = openFolders(dir)
  try {
    return act(folders)
  } finally {
    folders.close()
  }
}
const earlier = () => inFolder(readEarlier)

const fileOf = (path: string) => ({ path, digest: digestOf(path), size: path.length, exec: false })
const hex = (path: string): string => digestOf(path).slice(7)

test('a record comes back as it was written', () => {
  const paths = fc.uniqueArray(fc.string({ minLength: 1 }).filter((path) => pathProblem(path) === null))
  fc.assert(
    fc.property(paths, fc.infiniteStream(fc.bigInt(0n, 2n ** 64n - 1n)), (names, numbers) => {
      const rows = BigUint64Array.from({ length: names.length * WORDS }, () => numbers.next().value as bigint)
      put(RECORD, recordText(names.map(fileOf), rows))
      const found = earlier()
      expect([found.paths, found.digests, [...found.rows]]).toEqual([names, names.map(hex).join(''), [...rows]])
      expect([found.isRead, found.isWhole, found.pending.size]).toEqual([true, true, 0])
      expect(found.paths.every(isOwnPath)).toBe(true)
    }),
    { seed },
  )
})

test('a mark adds to those of updates that did not end before it', () => {
  put(
    MARK,
    incompleteText(
      [fileOf('b'), fileOf('c')],
      new Map([
        ['a', [hex('a')]],
        ['b', [hex('old')]],
        ['c', [hex('c')]],
      ]),
    ),
  )
  const { pending, isWhole, isRead } = earlier()
  expect([...pending]).toEqual([
    ['a', [hex('a')]],
    ['b', [hex('old'), hex('b')]],
    ['c', [hex('c')]],
  ])
  expect([isWhole, isRead]).toEqual([false, true])
})

const row = Buffer.alloc(ROW_BYTES).toString('base64')
describe('what is no record', () => {
  test.each([
    ['text', 'text'],
    ['nothing', ''],
    ['a list', '[]'],
    ['the first format', JSON.stringify({ format: 1, files: {}, pending: {} })],
    ['a path without a digest', JSON.stringify({ format: 2, paths: 'a|b', digests: hex('a'), stats: row })],
    ['a path without a stat', JSON.stringify({ format: 2, paths: 'a', digests: hex('a'), stats: '' })],
    ['half a digest', JSON.stringify({ format: 2, paths: 'a', digests: 'ab', stats: row })],
    ['a field more', JSON.stringify({ format: 2, paths: 'a', digests: hex('a'), stats: row, more: 1 })],
  ])('%s', (_, text) => {
    put(RECORD, text)
    put(MARK, text)
    const found = earlier()
    expect([found.isRead, found.isWhole, found.paths, found.pending.size]).toEqual([false, false, [], 0])
  })

  test.skipIf(process.platform === 'win32')('a link, a pipe and a folder', () => {
    put('elsewhere', recordText([fileOf('a')], new BigUint64Array(WORDS)))
    const kinds = [
      () => fs.symlinkSync('elsewhere', join(dir, RECORD)),
      () => execFileSync('mkfifo', [join(dir, RECORD)]),
      () => fs.mkdirSync(join(dir, RECORD)),
    ]
    for (const make of kinds) {
      make()
      expect(earlier().isRead).toBe(false)
      fs.rmSync(join(dir, RECORD), { recursive: true })
    }
  })
})

test('paths that lead elsewhere are not ours', () => {
  expect(['../x', '/etc/passwd', 'a/../b', '.git/config', ''].map(isOwnPath)).toEqual([
    ...[false, false, false, false, false],
  ])
})

test('the stamp is another one after each update, and the same until then', () => {
  const stamps = new Set<string>()
  const look = (): void => {
    const { stamp } = earlier()
    expect(inFolder(stampOf)).toBe(stamp)
    stamps.add(stamp)
  }
  look()
  put(MARK, incompleteText([], new Map()))
  look()
  put(RECORD, recordText([], new BigUint64Array(0)))
  look()
  look()
  fs.rmSync(join(dir, MARK))
  look()
  expect(stamps.size).toBe(4)
})
