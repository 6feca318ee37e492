import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import type { Finding, Repacked } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { writeNew } from '../../src/store/durable.ts'
import { beginCollection } from '../../src/store/gc.ts'
import { objectFile } from '../../src/store/layout.ts'
import { packFiles } from '../../src/store/merge.ts'
import { openPlaces } from '../../src/store/places.ts'
import { planRepack, repackFolder } from '../../src/store/repack.ts'
import { tableBytes, tableFile } from '../../src/store/table.ts'
import { trashFolders } from '../../src/store/trash.ts'
import { collect, sha256 } from '../contracts/object-store.ts'
import { freshDir, open } from './place.ts'

const MIB = 1024 * 1024
const fresh = (): string => join(freshDir(), 'registry')

async function store(root: string, all: readonly (Uint8Array | string)[], alone = true): Promise<Digest[]> {
  const batch = await open(root).objects.batch()
  const digests: Digest[] = []
  for (const bytes of all) digests.push((await batch.bytes(Buffer.from(bytes), { alone })).digest)
  await batch.flush()
  await batch.close()
  return digests
}

type Options = Parameters<typeof repackFolder>[1]
const options = (more: Partial<Options> = {}): Options => ({
  ...{ mayPack: () => false, alone: [], pairs: [], signal: new AbortController().signal, ...more },
})
const repack = (root: string, more: Partial<Options>): Promise<Repacked> => repackFolder(root, options(more))

async function findings(root: string): Promise<string[]> {
  const found: Finding[] = []
  for await (const finding of checkFolder(root).check({ readData: true, repair: false })) found.push(finding)
  return found.map(({ severity, id }) => `${severity} ${id}`)
}

const read = (root: string, digest: Digest): Promise<Buffer> => collect(open(root).objects.get(digest))

function formOf(root: string, digest: Digest): string | undefined {
  const places = openPlaces(root)
  const form = places.find(digest)?.form
  places.close()
  return form
}

describe('small objects', () => {
  const texts = Array.from({ length: 50 }, (_, n) => `object ${n}`)

  test('that lie alone go into packs, if they may', async () => {
    const root = fresh()
    const digests = await store(root, texts)
    const [bundle] = digests as [Digest]
    const done = await repack(root, { mayPack: (digest) => digest !== bundle })
    expect(done).toMatchObject({ packed: { objects: 49 }, packs: { before: 0, after: 1 } })
    expect(formOf(root, bundle)).toBe('whole')
    expect(digests.slice(1).map((digest) => formOf(root, digest))).toEqual(Array(49).fill('packed'))
    for (const [i, digest] of digests.entries()) expect((await read(root, digest)).toString()).toBe(texts[i])
    expect(await findings(root)).toEqual([])
    expect(await repack(root, { mayPack: (digest) => digest !== bundle })).toMatchObject({ packed: { objects: 0 } })
  })

  test('that are damaged stay where they are', async () => {
    const root = fresh()
    const [bad, good] = (await store(root, ['bad', 'good'])) as [Digest, Digest]
    rmSync(objectFile(root, bad))
    writeFileSync(objectFile(root, bad), 'baD')
    expect(await repack(root, { mayPack: () => true })).toMatchObject({ packed: { objects: 1 } })
    expect([formOf(root, bad), formOf(root, good)]).toEqual(['whole', 'packed'])
  })

  test('that must lie alone come out of packs', async () => {
    const root = fresh()
    const [root1] = (await store(root, ['the root of a component', 'a file'], false)) as [Digest]
    expect(formOf(root, root1)).toBe('packed')
    expect(await repack(root, { alone: [root1, sha256('not here')] })).toMatchObject({ unpacked: 1 })
    expect(formOf(root, root1)).toBe('whole')
    expect(await findings(root)).toEqual([])
  })

  test('packs become one', async () => {
    const root = fresh()
    for (const text of texts.slice(0, 6)) await store(root, [text], false)
    expect(planRepack(root, options())).toMatchObject({ packs: { before: 6, after: 1 } })
    expect(await repack(root, {})).toMatchObject({ packs: { before: 6, after: 1 } })
    expect(packFiles(root)).toHaveLength(1)
    expect(await findings(root)).toEqual([])
  })
})

describe('a large file that is a new version of another', () => {
  const old = randomBytes(5 * MIB)
  const inserted = Buffer.concat([old.subarray(0, 2 * MIB), randomBytes(100_000), old.subarray(2 * MIB)])

  test('is stored as the difference, and the whole goes to the trash', async () => {
    const root = fresh()
    const [like, digest] = (await store(root, [old, inserted])) as [Digest, Digest]
    const done = await repack(root, { pairs: [{ digest, like }] })
    expect(done.shrunk.objects).toBe(1)
    expect(done.shrunk.bytes).toBeGreaterThan(4.5 * MIB)
    // The new bytes lie in a pack, which has an index.
    expect(Math.abs(done.bytes.before - done.bytes.after - done.shrunk.bytes)).toBeLessThan(4096)
    expect([formOf(root, like), formOf(root, digest)]).toEqual(['whole', 'chunked'])
    expect((await read(root, digest)).equals(inserted)).toBe(true)
    expect(await findings(root)).toEqual([])
    expect(trashFolders(root)).toHaveLength(1)
    expect(await repack(root, { pairs: [{ digest, like }] })).toMatchObject({ shrunk: { objects: 0 } })
    expect(trashFolders(root)).toHaveLength(1)
  })

  test('a gc leaves it so, and brings the whole back where a part is missing', async () => {
    const root = fresh()
    const [like, digest] = (await store(root, [old, inserted])) as [Digest, Digest]
    await repack(root, { pairs: [{ digest, like }] })
    const sweep = () =>
      beginCollection(root, false).sweep((one) => one === digest || one === like, {
        ...{ olderThanMs: 0, first: new Set<Digest>(), signal: new AbortController().signal },
      })
    expect(await sweep()).toMatchObject({ objects: 0, restored: 0 })
    rmSync(objectFile(root, like))
    expect(await sweep()).toMatchObject({ restored: 1 })
    expect((await read(root, digest)).equals(inserted)).toBe(true)
  })

  test('stays whole while others are put together from it', async () => {
    const root = fresh()
    const [like, digest] = (await store(root, [old, inserted])) as [Digest, Digest]
    const third = Buffer.concat([inserted, inserted])
    const rows = [[0, 0, inserted.length] as const, [0, 0, inserted.length] as const]
    const table = { format: 1, digest: sha256(third), size: third.length, sources: [digest], rows } as const
    writeNew(tableFile(root, sha256(third)), tableBytes(table), true)
    expect(await repack(root, { pairs: [{ digest, like }] })).toMatchObject({ shrunk: { objects: 0 } })
    expect(formOf(root, digest)).toBe('whole')
    expect((await read(root, sha256(third))).equals(third)).toBe(true)
    expect(await findings(root)).toEqual([])
  })

  test('comes back whole for a batch that makes it a part of another', async () => {
    const root = fresh()
    const [like, digest] = (await store(root, [old, inserted])) as [Digest, Digest]
    const source = join(freshDir(), 'third')
    const third = Buffer.concat([inserted.subarray(0, 3 * MIB), randomBytes(1000), inserted.subarray(3 * MIB)])
    writeFileSync(source, third)
    const batch = await open(root).objects.batch()
    const request = { path: source, size: third.length, watch: null, alone: true, like: [digest] }
    await batch.files([request])
    await repack(root, { pairs: [{ digest, like }] })
    expect(existsSync(objectFile(root, digest))).toBe(false)
    await batch.flush()
    await batch.close()
    expect(existsSync(objectFile(root, digest))).toBe(true)
    expect((await read(root, sha256(third))).equals(third)).toBe(true)
    expect(await findings(root)).toEqual([])
  })

  test('that is not like it after all stays as it is', async () => {
    const root = fresh()
    const [like, digest] = (await store(root, [old, randomBytes(5 * MIB)])) as [Digest, Digest]
    expect(await repack(root, { pairs: [{ digest, like }] })).toMatchObject({ shrunk: { objects: 0 } })
    expect(formOf(root, digest)).toBe('whole')
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
    expect(existsSync(join(root, 'trash'))).toBe(false)
  })
})

test('one that is interrupted leaves a sound registry, and the next one goes on', async () => {
  const root = fresh()
  const digests = await store(root, ['a', 'b', randomBytes(5 * MIB)])
  const [, , like] = digests as [Digest, Digest, Digest]
  const [digest] = (await store(root, [
    Buffer.concat([readFileSync(objectFile(root, like)), Buffer.from('more')]),
  ])) as [Digest]
  const abort = new AbortController()
  const interrupted = repack(root, {
    ...{ mayPack: (one) => one !== like && one !== digest, pairs: [{ digest, like }], signal: abort.signal },
    progress: (what) => {
      if (what === 'comparing') abort.abort(new Error('interrupted'))
    },
  })
  await expect(interrupted).rejects.toThrow('interrupted')
  expect(await findings(root)).toEqual([])
  expect(await repack(root, { mayPack: () => true, pairs: [{ digest, like }] })).toMatchObject({
    ...{ packed: { objects: 0 }, shrunk: { objects: 1 } },
  })
  for (const one of [...digests, digest]) expect(sha256(await read(root, one))).toBe(one)
  expect(await findings(root)).toEqual([])
})
