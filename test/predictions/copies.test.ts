import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import { makeOwnFolder } from '../../src/predictions/own-folder.ts'
import { openCopies } from '../../src/predictions/segment-copies.ts'
import { openMemory } from '../../src/store/memory.ts'

let cache: string
beforeEach(() => {
  cache = fs.mkdtempSync(join(tmpdir(), 'aiship-copies-'))
})
afterEach(() => fs.rmSync(cache, { recursive: true, force: true }))

const DAY = 86_400_000
const { objects } = openMemory({ id: 'x' })
const put = async (text: string): Promise<Digest> => {
  const batch = await objects.batch()
  const { digest } = await batch.bytes(Buffer.from(text))
  await batch.flush()
  await batch.close()
  return digest
}
const reader = () => openCopies(objects, cache, makeOwnFolder(join(cache, 'reading')))
const kept = (): readonly string[] => fs.readdirSync(join(cache, 'segments')).sort()
const nameOf = (digest: Digest): string => `${digest.slice(7)}.parquet`

test('copies that nobody has read for a month go, and no sooner; drafts that were left after a day', async () => {
  const [one, two, three] = [await put('one'), await put('two'), await put('three')]
  const first = reader()
  const mine = await first.take(one)
  fs.writeFileSync(join(cache, 'segments/left.tmp'), 'x')
  fs.writeFileSync(join(cache, 'segments/verified.json'), '{}')
  const second = reader()
  await second.take(two)
  second.prune(new Date())
  expect(kept()).toEqual([nameOf(one), nameOf(two), 'left.tmp', 'verified.json'].sort())
  const third = reader()
  await third.take(three)
  third.prune(new Date(Date.now() + 2 * DAY))
  expect(kept()).toEqual([nameOf(one), nameOf(two), nameOf(three), 'verified.json'].sort())
  // Nothing new came, so nothing is looked for.
  third.prune(new Date(Date.now() + 40 * DAY))
  const fourth = reader()
  await fourth.take(await put('four'))
  fourth.prune(new Date(Date.now() + 31 * DAY))
  expect(kept()).toEqual([nameOf(digestOf('four')), 'verified.json'].sort())
  // Whoever reads one that went reads on.
  expect(fs.readFileSync(String(mine), 'utf8')).toBe('one')
  expect(fs.readFileSync(String(await reader().take(one)), 'utf8')).toBe('one')
})

test('what is gone everywhere is null, and what is here needs no registry', async () => {
  expect(await reader().take(digestOf('nobody has it'))).toBe(null)
  const five = await put('five')
  await reader().take(five)
  const away = { ...objects, size: () => Promise.reject(new Error('away')) }
  const own = makeOwnFolder(join(cache, 'reading'))
  expect(await openCopies(away, cache, own).take(five)).toBe(join(own, nameOf(five)))
})
