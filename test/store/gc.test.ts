import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import type { Finding, Garbage, ObjectBatch, Swept } from '../../src/core/ports.ts'
import { checkFolder } from '../../src/store/check.ts'
import { copiesOf } from '../../src/store/checkout-copy.ts'
import { writeNew } from '../../src/store/durable.ts'
import { beginCollection } from '../../src/store/gc.ts'
import { objectFile } from '../../src/store/layout.ts'
import { packFiles } from '../../src/store/merge.ts'
import { openPlaces } from '../../src/store/places.ts'
import { tableBytes, tableFile } from '../../src/store/table.ts'
import { trashFolders } from '../../src/store/trash.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { freshDir, open } from './place.ts'

const DAY = 24 * 60 * 60 * 1000
const fresh = (): string => join(freshDir(), 'registry')

/** Stores texts: small ones together, those that start with "alone" in files of their own. */
async function store(root: string, texts: readonly string[]): Promise<void> {
  const batch = await open(root).objects.batch()
  await put(batch, texts)
  await batch.flush()
  await batch.close()
}

async function put(batch: ObjectBatch, texts: readonly string[]): Promise<void> {
  for (const text of texts) await batch.bytes(Buffer.from(text), { alone: text.startsWith('alone') })
}

/** Lets so much time pass for everything below a folder. */
function age(folder: string, ms: number): void {
  if (!existsSync(folder)) return
  // What is in a folder first: to touch it is no change of the folder.
  for (const name of [...readdirSync(folder, { recursive: true, encoding: 'utf8' }), '']) {
    const time = (statSync(join(folder, name)).mtimeMs - ms) / 1000
    utimesSync(join(folder, name), time, time)
  }
}
const ageObjects = (root: string): void => age(join(root, 'objects'), 2 * DAY)
const ageTrash = (root: string): void => age(join(root, 'trash'), 8 * DAY)

/** A gc that has begun, for which only these are needed, and that sweeps when it is told to. */
function begin(root: string, needed: readonly string[], signal = new AbortController().signal) {
  const live = new Set<Digest>(needed.map(sha256))
  const collection = beginCollection(root, false)
  return (progress?: (done: number) => void): Promise<Swept> =>
    collection.sweep((digest) => live.has(digest), {
      ...{ olderThanMs: DAY, first: new Set<Digest>(), signal },
      ...(progress === undefined ? {} : { progress }),
    })
}
const sweep = (root: string, needed: readonly string[]): Promise<Swept> => begin(root, needed)()

async function garbage(root: string, needed: readonly string[]): Promise<Garbage[]> {
  const live = new Set<Digest>(needed.map(sha256))
  const found: Garbage[] = []
  for await (const one of beginCollection(root, true).garbage((digest) => live.has(digest), DAY)) found.push(one)
  return found
}

async function findings(root: string): Promise<string[]> {
  const found: Finding[] = []
  for await (const finding of checkFolder(root).check({ readData: true, repair: false })) found.push(finding)
  return found.map(({ severity, id }) => `${severity} ${id}`)
}

const read = async (root: string, text: string): Promise<string> =>
  (await collect(open(root).objects.get(sha256(text)))).toString()

/** Of these, those that lie where they belong, and not only in the trash. */
const inPlace = (root: string, texts: readonly string[]): readonly string[] => {
  const places = openPlaces(root)
  const found = texts.filter((text) => places.find(sha256(text)) !== null)
  places.close()
  return found
}

describe('what nothing needs', () => {
  test('is moved to the trash, can be read there, and is deleted by a gc a week later', async () => {
    const root = fresh()
    await store(root, ['alone needed', 'alone garbage'])
    ageObjects(root)
    expect(await sweep(root, ['alone needed'])).toMatchObject({ objects: 1, bytes: 13, restored: 0 })
    expect(inPlace(root, ['alone needed', 'alone garbage'])).toEqual(['alone needed'])
    expect(await read(root, 'alone garbage')).toBe('alone garbage')
    expect(await open(root).objects.has([sha256('alone garbage')])).toHaveProperty('size', 1)
    expect(await sweep(root, ['alone needed'])).toMatchObject({ objects: 0, purged: { objects: 0 } })
    ageTrash(root)
    expect(await sweep(root, ['alone needed'])).toMatchObject({ objects: 0, purged: { objects: 1, bytes: 13 } })
    expect(readdirSync(join(root, 'trash'))).toEqual([])
    expect(await codeOf(collect(open(root).objects.get(sha256('alone garbage'))))).toBe('OBJECT_MISSING')
    expect(await read(root, 'alone needed')).toBe('alone needed')
    expect(await findings(root)).toEqual([])
  })

  test('stays while it is young', async () => {
    const root = fresh()
    await store(root, ['alone garbage', 'packed garbage'])
    expect((await garbage(root, [])).map(({ stays }) => stays)).toEqual(['young', 'young'])
    expect(await sweep(root, [])).toMatchObject({ objects: 0 })
    expect(existsSync(join(root, 'trash'))).toBe(false)
  })

  test('in a pack stays while it is little, else the rest is written anew', async () => {
    const root = fresh()
    const texts = Array.from({ length: 8 }, (_, n) => `packed ${n}`)
    await store(root, texts)
    ageObjects(root)
    const [before] = packFiles(root)
    expect((await garbage(root, texts.slice(2))).map(({ stays }) => stays)).toEqual(['packed', 'packed'])
    expect(await sweep(root, texts.slice(2))).toMatchObject({ objects: 0 })
    expect(packFiles(root)).toEqual([before])
    expect(await sweep(root, texts.slice(3))).toMatchObject({ objects: 3, bytes: 24 })
    const [after, ...more] = packFiles(root)
    expect(more).toEqual([])
    // As old as it was: what is in it was not stored today.
    expect(Math.abs((after?.mtimeMs ?? 0) - (before?.mtimeMs ?? 0))).toBeLessThan(5)
    expect(inPlace(root, texts)).toEqual(texts.slice(3))
    for (const text of texts) expect(await read(root, text)).toBe(text)
    expect(await findings(root)).toEqual([])
  })

  test('takes a pack with it in which nothing is needed', async () => {
    const root = fresh()
    await store(root, ['a', 'b'])
    ageObjects(root)
    expect(await sweep(root, [])).toMatchObject({ objects: 2 })
    expect(packFiles(root)).toEqual([])
    ageTrash(root)
    expect(await sweep(root, [])).toMatchObject({ purged: { objects: 2, bytes: 2 } })
  })

  test('is found among many, in bounded steps', async () => {
    const root = fresh()
    const texts = Array.from({ length: 300 }, (_, n) => `alone ${n}`)
    await store(root, texts)
    ageObjects(root)
    const told: number[] = []
    const swept = await begin(root, texts.slice(0, 100))((done) => told.push(done))
    expect(swept.objects).toBe(200)
    expect(told.at(-1)).toBe(200)
    expect(inPlace(root, texts)).toEqual(texts.slice(0, 100))
  })
})

describe('a chunk table', () => {
  const [old, whole] = ['alone old '.repeat(10), `${'alone old '.repeat(10)}and new`]

  /** An object that is the old one and something more. */
  async function withTable(): Promise<string> {
    const root = fresh()
    await store(root, [old, 'and new'])
    const rows = [[0, 0, old.length] as const, [1, 0, 'and new'.length] as const]
    const sources = [sha256(old), sha256('and new')]
    const table = { format: 1, digest: sha256(whole), size: whole.length, sources, rows } as const
    writeNew(tableFile(root, sha256(whole)), tableBytes(table), true)
    ageObjects(root)
    expect(await read(root, whole)).toBe(whole)
    return root
  }

  test('keeps what it is made of', async () => {
    const root = await withTable()
    expect(await garbage(root, [whole])).toEqual([])
    expect(await sweep(root, [whole])).toMatchObject({ objects: 0 })
    expect(await findings(root)).toEqual([])
  })

  test('that nothing needs goes, with that; and all comes back where it is needed', async () => {
    const root = await withTable()
    expect(await sweep(root, [])).toMatchObject({ objects: 3 })
    expect(inPlace(root, [old, whole, 'and new'])).toEqual([])
    expect(await read(root, whole)).toBe(whole)
    expect(await open(root).objects.size(sha256(whole))).toBe(whole.length)
    expect(await sweep(root, [whole])).toMatchObject({ restored: 3, objects: 0 })
    expect(inPlace(root, [old, whole, 'and new'])).toEqual([old, whole, 'and new'])
    expect(await findings(root)).toEqual([])
  })

  test('whose parts went is readable, and they come back', async () => {
    const root = await withTable()
    const table = tableFile(root, sha256(whole))
    // As if it were written just after the gc has looked for tables.
    const later = join(root, 'later')
    rmSync(later, { force: true })
    const bytes = readdirSync(join(root, 'objects', 'tables')).length
    expect(bytes).toBe(1)
    renameSync(table, later)
    expect(await sweep(root, [])).toMatchObject({ objects: 2 })
    renameSync(later, table)
    expect(await read(root, whole)).toBe(whole)
    expect(await sweep(root, [whole])).toMatchObject({ restored: 2 })
    expect(inPlace(root, [whole])).toEqual([whole])
  })

  test('that is needed and damaged keeps a gc from taking anything', async () => {
    const root = await withTable()
    rmSync(tableFile(root, sha256(whole)))
    writeNew(tableFile(root, sha256(whole)), Buffer.from('{}'), false)
    expect(await codeOf(sweep(root, [whole]))).toBe('CORRUPT')
    expect(inPlace(root, [old])).toEqual([old])
  })
})

describe('beside writers', () => {
  test('what a batch relies on comes back before the batch says that it is stored', async () => {
    const root = fresh()
    await store(root, ['alone old', 'packed old', 'packed beside'])
    ageObjects(root)
    const { objects } = open(root)
    const batch = await objects.batch()
    await put(batch, ['alone old', 'new'])
    expect(await batch.reuse([sha256('packed old')])).toHaveProperty('size', 1)
    expect(await sweep(root, [])).toMatchObject({ objects: 3 })
    expect(inPlace(root, ['alone old', 'packed old'])).toEqual([])
    await batch.flush()
    expect(inPlace(root, ['alone old', 'packed old', 'packed beside', 'new'])).toEqual([
      ...['alone old', 'packed old', 'new'],
    ])
    await batch.close()
    expect(await findings(root)).toEqual([])
  })

  test('what is in the trash is not relied on: it is stored again', async () => {
    const root = fresh()
    await store(root, ['alone old', 'packed old'])
    ageObjects(root)
    await sweep(root, [])
    const batch = await open(root).objects.batch()
    expect(await batch.reuse([sha256('alone old')])).toHaveProperty('size', 0)
    expect(await batch.bytes(Buffer.from('packed old'))).toMatchObject({ isNew: true })
    await batch.flush()
    await batch.close()
    expect(inPlace(root, ['packed old'])).toEqual(['packed old'])
  })

  test('a batch that relied on what was deleted for good is refused', async () => {
    const root = fresh()
    await store(root, ['alone old'])
    ageObjects(root)
    const batch = await open(root).objects.batch()
    await put(batch, ['alone old'])
    await sweep(root, [])
    ageTrash(root)
    await sweep(root, [])
    expect(await codeOf(batch.flush())).toBe('GC_SWEEPING')
  })

  test('what a slow writer has named meanwhile is brought back, not deleted', async () => {
    const root = fresh()
    await store(root, ['alone slow', 'packed slow'])
    ageObjects(root)
    await sweep(root, [])
    ageTrash(root)
    const again = await sweep(root, ['alone slow', 'packed slow'])
    expect(again).toMatchObject({ restored: 2 })
    expect(inPlace(root, ['alone slow', 'packed slow'])).toEqual(['alone slow', 'packed slow'])
    expect(await findings(root)).toEqual([])
  })

  test('of two gcs at once the slower one finds nothing left to take', async () => {
    const root = fresh()
    await store(root, ['alone a', 'b', 'alone needed'])
    ageObjects(root)
    const [one, other] = [begin(root, ['alone needed']), begin(root, ['alone needed'])]
    const swept = await Promise.all([one(), other()])
    expect(swept.reduce((sum, { objects }) => sum + objects, 0)).toBe(2)
    expect(inPlace(root, ['alone a', 'b', 'alone needed'])).toEqual(['alone needed'])
  })

  test('a gc deletes nothing that came into the trash after it had begun', async () => {
    const root = fresh()
    await store(root, ['alone a', 'alone b'])
    ageObjects(root)
    await sweep(root, ['alone b'])
    ageTrash(root)
    // It sleeps; another one goes on with the same folder of the trash.
    const sleeper = begin(root, [])
    const [folder] = trashFolders(root)
    const file = objectFile(root, sha256('alone b'))
    const to = file.replace(root, folder?.path ?? '')
    mkdirSync(join(to, '..'), { recursive: true })
    renameSync(file, to)
    expect(await sleeper()).toMatchObject({ purged: { objects: 0 } })
    expect(await read(root, 'alone b')).toBe('alone b')
  })
})

test('one that is interrupted leaves a sound registry, and the next one goes on', async () => {
  const root = fresh()
  const texts = Array.from({ length: 40 }, (_, n) => `alone ${n}`)
  await store(root, texts)
  ageObjects(root)
  const abort = new AbortController()
  const interrupted = begin(
    root,
    ['alone 39'],
    abort.signal,
  )((done) => {
    if (done === 10) abort.abort(new Error('interrupted'))
  })
  await expect(interrupted).rejects.toThrow('interrupted')
  for (const text of texts) expect(await read(root, text)).toBe(text)
  expect(await findings(root)).toEqual([])
  expect(await sweep(root, ['alone 39'])).toMatchObject({ objects: 29 })
  expect(inPlace(root, texts)).toEqual(['alone 39'])
})

test('a folder that a killed gc was deleting gets its name back', async () => {
  const root = fresh()
  await store(root, ['alone a'])
  ageObjects(root)
  await sweep(root, [])
  const [folder] = trashFolders(root)
  renameSync(folder?.path ?? '', join(root, 'trash', `gone-${folder?.name}`))
  expect(trashFolders(root)).toEqual([])
  expect(await sweep(root, ['alone a'])).toMatchObject({ restored: 1 })
  expect(trashFolders(root)).toEqual([folder])
  expect(inPlace(root, ['alone a'])).toEqual(['alone a'])
})

test('unfinished files of interrupted commands go, those of running ones stay', async () => {
  const root = fresh()
  await store(root, ['a'])
  for (const name of ['old', 'new']) writeNew(join(root, 'tmp', name), Buffer.from('x'), false)
  const time = (Date.now() - 2 * DAY) / 1000
  utimesSync(join(root, 'tmp', 'old'), time, time)
  expect(await sweep(root, ['a'])).toMatchObject({ leftovers: 1 })
  expect(readdirSync(join(root, 'tmp'))).toEqual(['new'])
})

test('a checkout finds in the trash what a slow writer has named', async () => {
  const root = fresh()
  const texts = ['alone file', 'packed file', 'packed beside']
  await store(root, texts)
  ageObjects(root)
  await sweep(root, ['packed beside'])
  const places = openPlaces(root)
  for (const text of texts.slice(0, 2)) {
    const wanted = { path: 'a', digest: sha256(text), size: text.length, exec: false }
    const [place] = copiesOf(places, root, wanted)
    expect(place?.size).toBe(text.length)
  }
  places.close()
})
