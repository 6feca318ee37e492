import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Finding } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { packFiles } from '../../src/store/merge.ts'
import { mergePacks } from '../../src/store/pack-merge.ts'
import { startSignals } from '../../src/store/signals.ts'
import { collect, sha256 } from '../contracts/object-store.ts'
import { open } from './place.ts'

/** Every batch waits for the disk several times: in memory, where the system has such a folder. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})
function freshRoot(): string {
  made.push(mkdtempSync(join(BASE, 'aiship-merge-')))
  return join(made.at(-1) as string, 'registry')
}

async function findings(root: string): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const finding of checkFolder(root).check({ readData: true, repair: false })) found.push(finding)
  return found
}

/** One batch of small objects. */
async function store(root: string, texts: readonly string[]): Promise<void> {
  const batch = await open(root).objects.batch()
  for (const text of texts) await batch.bytes(Buffer.from(text))
  await batch.flush()
  await batch.close()
}

const packs = (root: string): readonly string[] => packFiles(root).map(({ name }) => name)

test('ten thousand small batches leave few packs, and everything can be read', { timeout: 300_000 }, async () => {
  const root = freshRoot()
  const registry = open(root)
  let most = 0
  const texts = Array.from({ length: 10_000 }, (_, n) => `object ${n} ${'x'.repeat(n % 700)}`)
  for (const [n, text] of texts.entries()) {
    const batch = await registry.objects.batch()
    await batch.bytes(Buffer.from(text))
    await batch.flush()
    await batch.close()
    if (n % 100 === 0) most = Math.max(most, packs(root).length)
  }
  expect(most).toBeLessThanOrEqual(40)
  expect(packs(root).length).toBeLessThanOrEqual(40)
  const digests = texts.map(sha256)
  expect((await open(root).objects.has(digests)).size).toBe(10_000)
  for (const [n, text] of texts.entries())
    if (n % 97 === 0) expect((await collect(registry.objects.get(sha256(text)))).toString()).toBe(text)
  expect(await findings(root)).toEqual([])
})

test('a reader that has opened packs before they were merged finds everything', async () => {
  const root = freshRoot()
  await store(root, ['first'])
  const reader = open(root).objects
  expect((await collect(reader.get(sha256('first')))).toString()).toBe('first')
  for (let n = 0; n < 9; n++) await store(root, [`${n}`])
  const names = packs(root)
  const { gone } = mergePacks({ root, names }, startSignals())
  expect(gone).toEqual(names)
  expect(packs(root)).toHaveLength(1)
  expect((await collect(reader.get(sha256('first')))).toString()).toBe('first')
  expect(await reader.size(sha256('8'))).toBe(1)
})

test('what two merge at once is in both results, and again in what is made of these', async () => {
  const root = freshRoot()
  for (let n = 0; n < 6; n++) await store(root, [`${n}`, `both ${n}`])
  const names = packs(root)
  mergePacks({ root, names: names.slice(0, 4) }, startSignals())
  // As one that has listed the folder before the other was done.
  mergePacks({ root, names: names.slice(2) }, startSignals())
  mergePacks({ root, names: packs(root) }, startSignals())
  expect(packs(root)).toHaveLength(1)
  for (let n = 0; n < 6; n++) expect(await open(root).objects.size(sha256(`both ${n}`))).toBe(6)
  expect(await findings(root)).toEqual([])
})

test('merging one pack gives the same one again, and keeps it', async () => {
  const root = freshRoot()
  await store(root, ['a', 'b'])
  const names = packs(root)
  expect(mergePacks({ root, names }, startSignals())).toEqual({ name: names[0], gone: [] })
  expect(packs(root)).toEqual(names)
})

test('a damaged pack stays, and what is sound in it can be read', async () => {
  const root = freshRoot()
  for (let n = 0; n < 8; n++) await store(root, [`${n}`, `more ${n}`])
  const [name] = packs(root)
  const file = join(root, 'objects', 'packs', `${name}.pack`)
  const bytes = Buffer.from(readFileSync(file))
  // The first byte of the first object.
  bytes[8] = (bytes[8] as number) ^ 1
  rmSync(file)
  writeFileSync(file, bytes)
  await store(root, ['one more than there may be'])
  expect(packs(root)).toHaveLength(2)
  expect(packs(root)).toContain(name)
  expect((await findings(root)).map(({ id, severity }) => `${severity} ${id}`)).toEqual(['error objDigestMismatch'])
})

test('one that is stopped leaves everything as it was', async () => {
  const root = freshRoot()
  for (let n = 0; n < 3; n++) await store(root, [`${n}`])
  const names = packs(root)
  const signals = startSignals()
  signals.stop()
  expect(() => mergePacks({ root, names }, signals)).toThrow('stopped')
  expect(packs(root)).toEqual(names)
  expect(readdirSync(join(root, 'tmp'))).toEqual([])
})
