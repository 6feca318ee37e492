import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dryOpened, dryRun } from '../../src/store/dry.ts'
import { folderParts } from '../../src/store/opened.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { freshDir, open, storeFile } from './place.ts'

const LOG = 'pointers/app/prod'
const entry = (text: string): Uint8Array => Buffer.from(text)
const textOf = (record: { readonly bytes: Uint8Array } | null): string | null =>
  record === null ? null : Buffer.from(record.bytes).toString()

/** Everything below a folder: names, bytes and times. */
function picture(root: string): string {
  const hash = createHash('sha256')
  for (const name of (readdirSync(root, { recursive: true }) as string[]).sort()) {
    const stat = statSync(join(root, name))
    hash.update(`${name} ${stat.mode} ${stat.mtimeMs}`)
    if (stat.isFile()) hash.update(readFileSync(join(root, name)))
  }
  return hash.digest('hex')
}

test('the check of a dry run finds and does not mend', async () => {
  const root = join(freshDir(), 'registry')
  const registry = open(root)
  await registry.logs.append(LOG, 1, entry('{"seq":1}'))
  writeFileSync(join(root, 'logs', LOG, 'hint'), 'damaged')
  const before = picture(root)
  const { selfCheck } = dryOpened({ registry, ...folderParts(root) })
  const found: string[] = []
  for await (const { id } of selfCheck().check({ readData: true, repair: true })) found.push(id)
  expect(found).toContain('hintStale')
  expect(picture(root)).toBe(before)
})

test('nothing of a dry run touches the registry', async () => {
  const dir = freshDir()
  const real = open(join(dir, 'registry'))
  await real.logs.append(LOG, 1, entry('real'))
  const source = join(dir, 'source')
  writeFileSync(source, randomBytes(3_000_000))
  const before = picture(join(dir, 'registry'))
  const dry = dryRun(real)
  const batch = await dry.objects.batch()
  await storeFile(batch, source)
  await batch.bytes(entry('x'))
  await batch.flush()
  await batch.close()
  expect(await dry.logs.append(LOG, 2, entry('dry'))).toBe('won')
  expect(await dry.names.create('labels/app/x', entry('x'))).toBe('won')
  await dry.names.replace('index/app/x', entry('x'))
  expect(picture(join(dir, 'registry'))).toBe(before)
})

test('reads pass through, and what the run has put lies on top', async () => {
  const dir = freshDir()
  const real = open(join(dir, 'registry'))
  const batch = await real.objects.batch()
  const kept = await batch.bytes(entry('kept'))
  await batch.flush()
  await real.logs.append(LOG, 1, entry('one'))
  await real.names.create('labels/app/a', entry('a'))
  const dry = dryRun(real)
  expect((await collect(dry.objects.get(kept.digest))).toString()).toBe('kept')
  const dryBatch = await dry.objects.batch()
  expect((await dryBatch.bytes(entry('kept'))).isNew).toBe(false)
  const added = await dryBatch.bytes(entry('added'))
  await dryBatch.flush()
  expect((await collect(dry.objects.get(added.digest))).toString()).toBe('added')
  expect(await dry.objects.has([kept.digest, added.digest])).toEqual(new Set([kept.digest, added.digest]))

  expect(await dry.logs.append(LOG, 1, entry('other'))).toBe('lost')
  expect(await dry.logs.append(LOG, 2, entry('two'))).toBe('won')
  expect(textOf(await dry.logs.tip(LOG))).toBe('two')
  expect(textOf(await dry.logs.read(LOG, 1))).toBe('one')
  expect(await dry.logs.numbers(LOG)).toEqual([1, 2])
  await real.logs.append(LOG, 2, entry('rival'))
  expect(await dry.logs.append(LOG, 2, entry('two'))).toBe('lost')

  expect(await dry.names.create('labels/app/a', entry('b'))).toBe('lost')
  expect(await dry.names.create('labels/app/b', entry('b'))).toBe('won')
  expect(await dry.names.list('labels/app/')).toEqual(['labels/app/a', 'labels/app/b'])
})

test('a file is hashed, is there, and is not kept', async () => {
  const dir = freshDir()
  const dry = dryRun(open(join(dir, 'registry')))
  const source = join(dir, 'source')
  writeFileSync(source, 'weights')
  const batch = await dry.objects.batch()
  const { digest, isNew } = await storeFile(batch, source)
  await batch.flush()
  expect([digest, isNew]).toEqual([sha256('weights'), true])
  expect((await dry.objects.has([digest])).has(digest)).toBe(true)
  expect(await codeOf(collect(dry.objects.get(digest)))).toBe('OBJECT_MISSING')
})
