import fs from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import { objectFile } from '../../src/store/layout.ts'
import { markVerified, readVerified } from '../../src/store/verified.ts'
import { freshDir } from './place.ts'

let root: string
beforeEach(() => {
  root = freshDir()
})
const record = (): string => join(root, 'cache/verified')

function put(text: string, size = 1024 * 1024): Digest {
  const digest = digestOf(text)
  const file = objectFile(root, digest)
  fs.mkdirSync(join(file, '..'), { recursive: true })
  fs.writeFileSync(file, Buffer.alloc(size, text))
  return digest
}
const statOf = (digest: Digest): fs.BigIntStats => fs.statSync(objectFile(root, digest), { bigint: true })
const isVerified = (digest: Digest): boolean => readVerified(root)(digest, statOf(digest))

test('an object is verified as long as its file looks the same, whatever other links it has', () => {
  const [a, b] = [put('a'), put('b')]
  expect(isVerified(a)).toBe(false)
  markVerified(root, [a])
  expect([isVerified(a), isVerified(b)]).toEqual([true, false])
  fs.linkSync(objectFile(root, a), join(root, 'link'))
  expect(isVerified(a)).toBe(true)
  fs.utimesSync(objectFile(root, a), 7, 7)
  expect(isVerified(a)).toBe(false)
  markVerified(root, [a, b])
  expect([isVerified(a), isVerified(b)]).toEqual([true, true])
  fs.copyFileSync(objectFile(root, a), join(root, 'copy'))
  fs.utimesSync(join(root, 'copy'), 7, 7)
  fs.renameSync(join(root, 'copy'), objectFile(root, a))
  expect(isVerified(a)).toBe(false)
})

test('small and missing ones are not written down', () => {
  markVerified(root, [put('small', 1024 * 1024 - 1), digestOf('missing')])
  expect(fs.existsSync(record())).toBe(false)
})

test.each([
  ['is deleted', () => fs.rmSync(record())],
  ['is cut off', () => fs.truncateSync(record(), 100)],
  ['has a row that was cut off', () => fs.appendFileSync(record(), 'x')],
  [
    'is no file',
    () => {
      fs.rmSync(record())
      fs.mkdirSync(record())
    },
  ],
  ['has other bytes', () => fs.writeFileSync(record(), Buffer.alloc(640, 1))],
])('a record that %s verifies nothing, and begins anew', (what, harm) => {
  const [a, b] = [put('a'), put('b')]
  markVerified(root, [a, b])
  harm()
  expect([isVerified(a), isVerified(b)]).toEqual([false, false])
  markVerified(root, [a])
  expect(isVerified(a)).toBe(what !== 'is no file')
})

test('it does not grow for ever', () => {
  const a = put('a')
  for (let i = 0; i < 20; i++)
    markVerified(
      root,
      Array.from({ length: 1000 }, () => a),
    )
  expect(fs.statSync(record()).size).toBeLessThanOrEqual(1024 * 1024)
  expect(isVerified(a)).toBe(true)
})

test('a registry that cannot be written is no failure', () => {
  const a = put('a')
  fs.writeFileSync(join(root, 'cache'), 'a file')
  markVerified(root, [a])
  expect(isVerified(a)).toBe(false)
})
