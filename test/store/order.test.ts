import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import type { ObjectBatch } from '../../src/core/ports.ts'
import { type SmallFiles, shareTexts, storeSmall } from '../../src/store/ingest-small.ts'
import { openPack } from '../../src/store/pack.ts'
import { startSignals } from '../../src/store/signals.ts'
import { codeOf } from '../contracts/object-store.ts'
import { freshDir, open, requestOf, storeFile } from './place.ts'

/**
 * A killed process proves nothing about the order in which bytes reach the disk: the kernel keeps what was written. So here every call
 * to the system is listed, and the order itself is checked: what is not durable has no name, what is acknowledged is durable.
 */

const LOG = 'pointers/app/prod'
const entry = (seq: number): Uint8Array => Buffer.from(`{"seq":${seq}}`)

interface Call {
  readonly what: 'sync' | 'link' | 'rename'
  readonly path: string
}

let calls: Call[] = []
/** Syncs of paths that match fail as a broken disk does. */
let broken: RegExp | null = null

beforeEach(() => {
  calls = []
  broken = null
  const paths = new Map<number, string>()
  const real = {
    openSync: fs.openSync,
    fsyncSync: fs.fsyncSync,
    fsync: fs.fsync,
    linkSync: fs.linkSync,
    renameSync: fs.renameSync,
  }
  const synced = (fd: number): Error | null => {
    const path = paths.get(fd) ?? '?'
    if (broken?.test(path)) return Object.assign(new Error(`EIO: ${path}`), { code: 'EIO' })
    calls.push({ what: 'sync', path })
    return null
  }
  vi.spyOn(fs, 'openSync').mockImplementation((...args) => {
    const fd = real.openSync(...args)
    paths.set(fd, String(args[0]))
    return fd
  })
  vi.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
    const error = synced(fd)
    if (error !== null) throw error
    real.fsyncSync(fd)
  })
  vi.spyOn(fs, 'fsync').mockImplementation(((fd: number, done: (error: Error | null) => void) => {
    real.fsync(fd, (error) => done(error ?? synced(fd)))
  }) as typeof fs.fsync)
  vi.spyOn(fs, 'linkSync').mockImplementation((from, to) => {
    real.linkSync(from, to)
    calls.push({ what: 'link', path: String(to) })
  })
  vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
    calls.push({ what: 'rename', path: `${from} -> ${to}` })
    real.renameSync(from, to)
  })
})
afterEach(() => vi.restoreAllMocks())

const brief = (root: string): string[] =>
  calls.map(
    (call) =>
      `${call.what} ${call.path
        .replaceAll(`${root}/`, '')
        .replace(root, '.')
        .replace(/tmp\/\S+/, 'tmp/*')}`,
  )
const syncsBefore = (index: number): string[] =>
  calls
    .slice(0, index)
    .filter((call) => call.what === 'sync')
    .map((call) => call.path)

/** What a thread gets. */
const columnsOf = (paths: readonly string[], root: string, tmp: string): SmallFiles => ({
  ...{ root, tmp, app: 'app', count: paths.length, paths: shareTexts(paths), names: shareTexts(paths) },
  scans: new Uint8Array(paths.length),
  sizes: new Float64Array(paths.length),
  digests: new Uint8Array(paths.length * 32),
  states: new Uint8Array(paths.length),
})

describe('a move', () => {
  test('entry: bytes, then the name, then the folder', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, entry(1))
    calls = []
    await logs.append(LOG, 2, entry(2))
    expect(brief(root)).toEqual(['sync tmp/*', `link logs/${LOG}/000000000002.json`, `sync logs/${LOG}`])
  })

  const above = ['sync logs/pointers/app', 'sync logs/pointers', 'sync logs', 'sync .']
  const first = ['sync tmp/*', ...above].sort()
  const then = [`link logs/${LOG}/000000000001.json`, `sync logs/${LOG}`]

  test('the first entry of a log: the names above it and its bytes, in any order, before its own', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    calls = []
    await logs.append(LOG, 1, entry(1))
    const found = brief(root)
    expect([found.slice(0, 5).sort(), found.slice(5)]).toEqual([first, then])
  })

  test('the first entry, in a folder that a rival has just made: the same', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    fs.mkdirSync(join(root, 'logs', LOG), { recursive: true })
    calls = []
    await logs.append(LOG, 1, entry(1))
    const found = brief(root)
    expect([found.slice(0, 5).sort(), found.slice(5)]).toEqual([first, then])
  })

  test.each([/tmp/, /app$/, /pointers$/, /logs$/, /registry$/])(
    'a first entry has no name while the disk does not take what it stands on: %s',
    async (folder) => {
      const root = join(freshDir(), 'registry')
      const { logs } = open(root)
      broken = folder
      expect(await codeOf(logs.append(LOG, 1, entry(1)))).toBe('REGISTRY_UNREACHABLE')
      expect(await logs.numbers(LOG)).toEqual([])
      expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
      broken = null
      expect(await logs.append(LOG, 1, entry(1))).toBe('won')
    },
  )

  test('who loses the first entry makes its name durable; those above it were before it could be seen', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, entry(1))
    calls = []
    expect(await logs.append(LOG, 1, entry(1))).toBe('lost')
    expect(brief(root)).toEqual([`sync logs/${LOG}`])
  })

  test('the loser makes the winner durable before it says so', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    for (const seq of [1, 2]) await logs.append(LOG, seq, entry(seq))
    calls = []
    expect(await logs.append(LOG, 2, entry(2))).toBe('lost')
    expect(brief(root)).toEqual([`sync logs/${LOG}`])
  })

  test('bytes that the disk does not take get no name', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, entry(1))
    broken = /tmp/
    expect(await codeOf(logs.append(LOG, 2, entry(2)))).toBe('REGISTRY_UNREACHABLE')
    expect(await logs.numbers(LOG)).toEqual([1])
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('a name that the disk does not confirm is an unknown outcome, never a success', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, entry(1))
    broken = /prod$/
    const error = await logs.append(LOG, 2, entry(2)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AishipError)
    if (error instanceof AishipError) expect([error.code, error.exit]).toEqual(['OUTCOME_UNKNOWN', 9])
    expect(await codeOf(logs.append(LOG, 1, entry(1)))).toBe('REGISTRY_UNREACHABLE')
  })
})

const source = (size: number, fill: number): string => {
  const path = join(freshDir(), 'source')
  fs.writeFileSync(path, Buffer.alloc(size, fill))
  return path
}

/** 40 objects in a pack, 40 in files of their own, one of them a large file. */
async function fillBatch(batch: ObjectBatch, large: string): Promise<void> {
  for (let n = 0; n < 40; n++) await batch.bytes(Buffer.from(`packed ${n}`))
  for (let n = 0; n < 39; n++) await batch.bytes(Buffer.from(`alone ${n}`), { alone: true })
  await storeFile(batch, large)
}

interface Rename {
  readonly index: number
  readonly from: string
  readonly to: string
}

const renames = (): readonly Rename[] =>
  calls.flatMap((call, index) => {
    const [from = '', to = ''] = call.path.split(' -> ')
    return call.what === 'rename' ? [{ index, from, to }] : []
  })

describe('a batch', () => {
  test('every object: bytes, then the name, then its folder; the folders above last', async () => {
    const root = join(freshDir(), 'registry')
    const large = source(3_000_000, 7)
    const { objects } = open(root)
    const batch = await objects.batch()
    await fillBatch(batch, large)
    calls = []
    expect((await storeFile(batch, large)).isNew).toBe(false)
    await batch.flush()
    await batch.close()
    const named = renames()
    expect(named).toHaveLength(41)
    expect(named.filter(({ to }) => /\/objects\/packs\/[0-9a-f]{64}\.pack$/.test(to))).toHaveLength(1)
    const after = calls
      .slice(named.at(-1)?.index)
      .filter((call) => call.what === 'sync')
      .map((call) => call.path)
    for (const { to } of named) expect(after).toContain(join(to, '..'))
    expect(after.slice(-2)).toEqual([join(root, 'objects'), root])
  })

  test('the bytes of each are synced before any has its name', async () => {
    const root = join(freshDir(), 'registry')
    const batch = await open(root).objects.batch()
    const large = source(3_000_000, 8)
    calls = []
    await fillBatch(batch, large)
    await batch.flush()
    await batch.close()
    const named = renames()
    const synced = new Set(syncsBefore(named[0]?.index ?? 0))
    expect(named.filter(({ from }) => !synced.has(from))).toEqual([])
    expect(named).toHaveLength(41)
  })

  test('the packs that threads hand over are durable before they do, whole and with their index', () => {
    const root = join(freshDir(), 'registry')
    open(root)
    const path = source(100, 1)
    const tmp = join(root, 'tmp', 'thread')
    calls = []
    const columns = columnsOf([path, source(100, 2)], root, tmp)
    const { packs } = storeSmall(columns, startSignals())
    expect(calls.map(({ what, path: synced }) => [what, synced])).toEqual([['sync', `${tmp}-0`]])
    const pack = openPack(`${tmp}-0`, packs[0]?.name as string)
    expect([pack?.count, pack?.problem()]).toEqual([2, null])
  })

  test('packs that threads have made get their names only in the flush, and their folder is made durable after', async () => {
    const root = join(freshDir(), 'registry')
    const dir = freshDir()
    for (let n = 0; n < 600; n++) fs.writeFileSync(join(dir, String(n)), `file ${n}`)
    const { objects } = open(root)
    const batch = await objects.batch()
    calls = []
    await batch.files(fs.readdirSync(dir).map((name) => requestOf(join(dir, name))))
    expect(fs.existsSync(join(root, 'objects'))).toBe(false)
    await batch.flush()
    const named = renames()
    expect(named.length).toBeGreaterThan(0)
    expect(brief(root).slice(-3)).toEqual(['sync objects/packs', 'sync objects', 'sync .'])
    expect(named.at(-1)?.index).toBe(calls.length - 4)
    await batch.close()
    let count = 0
    for await (const _ of objects.list()) count++
    expect(count).toBe(600)
  })

  describe('what another has stored is made durable before this one relies on it:', () => {
    const last = ['sync objects', 'sync .']

    test('a file of its own', async () => {
      const root = join(freshDir(), 'registry')
      const first = await open(root).objects.batch()
      const { digest } = await first.bytes(Buffer.from('shared'), { alone: true })
      await first.flush()
      for (const alone of [true, false]) {
        calls = []
        const second = await open(root).objects.batch()
        expect((await second.bytes(Buffer.from('shared'), { alone })).isNew).toBe(false)
        await second.flush()
        expect(brief(root)).toEqual([`sync objects/${digest.slice(7, 9)}`, ...last])
      }
    })

    test('a packed one', async () => {
      const root = join(freshDir(), 'registry')
      const first = await open(root).objects.batch()
      await first.bytes(Buffer.from('shared'))
      await first.flush()
      calls = []
      const second = await open(root).objects.batch()
      expect((await second.bytes(Buffer.from('shared'))).isNew).toBe(false)
      await second.flush()
      expect(brief(root)).toEqual(['sync objects/packs', ...last])
      expect(fs.readdirSync(join(root, 'objects'))).toEqual(['packs'])
    })

    test.each([1, 600])('one of %i files, packed after this batch had looked', async (count) => {
      const root = join(freshDir(), 'registry')
      const dir = freshDir()
      for (let n = 0; n < count; n++) fs.writeFileSync(join(dir, String(n)), `file ${n}`)
      const requests = fs.readdirSync(dir).map((name) => requestOf(join(dir, name)))
      const second = await open(root).objects.batch()
      await second.bytes(Buffer.from('looks'))
      await second.flush()
      const first = await open(root).objects.batch()
      await first.files(requests)
      await first.flush()
      await first.close()
      calls = []
      expect((await second.files(requests)).filter(({ isNew }) => isNew)).toEqual([])
      await second.flush()
      await second.close()
      expect(brief(root)).toEqual(['sync objects/packs', ...last])
      expect(fs.readdirSync(join(root, 'objects'))).toEqual(['packs'])
    })

    test('a large file', async () => {
      const root = join(freshDir(), 'registry')
      const large = source(3_000_000, 5)
      const first = await open(root).objects.batch()
      const { digest } = await storeFile(first, large)
      await first.flush()
      calls = []
      const second = await open(root).objects.batch()
      expect((await storeFile(second, large)).isNew).toBe(false)
      await second.flush()
      expect(brief(root)).toEqual([`sync objects/${digest.slice(7, 9)}`, ...last])
    })
  })

  test.each([true, false])(
    'bytes that the disk does not take end the group: nothing has a name, and a second flush is no success (alone: %s)',
    async (alone) => {
      const root = join(freshDir(), 'registry')
      const { objects } = open(root)
      const batch = await objects.batch()
      const { digest } = await batch.bytes(Buffer.from('one'), { alone })
      broken = /tmp/
      expect(await codeOf(batch.flush())).toBe('REGISTRY_UNREACHABLE')
      broken = null
      await expect(batch.flush()).rejects.toThrow('closed')
      expect(await objects.has([digest])).toEqual(new Set())
      expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
    },
  )

  test.each([
    [true, /objects\/[0-9a-f]{2}$/],
    [false, /objects\/packs$/],
    [true, /objects$/],
    [false, /objects$/],
    [false, /registry$/],
  ])('a folder that the disk does not confirm fails the flush (alone: %s, %s)', async (alone, folder) => {
    const root = join(freshDir(), 'registry')
    const batch = await open(root).objects.batch()
    await batch.bytes(Buffer.from('one'), { alone })
    broken = folder
    expect(await codeOf(batch.flush())).toBe('REGISTRY_UNREACHABLE')
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('a file that the disk does not take: a very large one is refused at once, others in the flush; none has a name', async () => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const batch = await objects.batch()
    const [large, veryLarge] = [source(3_000_000, 9), source(33 * 1024 * 1024, 9)]
    broken = /tmp/
    expect(await codeOf(storeFile(batch, veryLarge))).toBe('REGISTRY_UNREACHABLE')
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
    const { digest } = await storeFile(batch, large)
    expect(await codeOf(batch.flush())).toBe('REGISTRY_UNREACHABLE')
    await batch.close()
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
    expect(await objects.has([digest])).toEqual(new Set())
  })
})

describe('a name', () => {
  test('created: as an entry', async () => {
    const root = join(freshDir(), 'registry')
    const { names } = open(root)
    await names.create('labels/app/a', entry(1))
    calls = []
    await names.create('labels/app/b', entry(1))
    expect(brief(root)).toEqual(['sync tmp/*', 'link labels/app/b.json', 'sync labels/app'])
  })
})

test('the registry: its format.json as an entry, and its own name above', () => {
  const dir = freshDir()
  const root = join(dir, 'a', 'registry')
  open(root)
  expect(brief(root).slice(-3)).toEqual(['sync tmp/*', 'link format.json', 'sync .'])
  const synced = calls.slice(0, -3).map((call) => call.path)
  expect(synced).toEqual(expect.arrayContaining([dir, join(dir, 'a'), root]))
})

test.each([
  ['ENOSPC', 'DISK_FULL'],
  ['EDQUOT', 'DISK_FULL'],
  ['EFBIG', 'DISK_FULL'],
  ['EROFS', 'READ_ONLY'],
  ['EACCES', 'NOT_PERMITTED'],
  ['EIO', 'REGISTRY_UNREACHABLE'],
  ['ESTALE', 'REGISTRY_UNREACHABLE'],
  ['EMFILE', 'REGISTRY_UNREACHABLE'],
])('%s while an entry gets its name is %s, with the path, and leaves nothing', async (errno, code) => {
  const root = join(freshDir(), 'registry')
  await open(root).logs.append(LOG, 1, entry(1))
  const { logs } = open(root, {
    link: () => {
      throw Object.assign(new Error(errno), { code: errno })
    },
  })
  const error = await logs.append(LOG, 2, entry(2)).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AishipError)
  if (!(error instanceof AishipError)) return
  expect(error.code).toBe(code)
  expect(error.message).toContain(`${root}/logs/${LOG}/000000000002.json`)
  expect(error.next).not.toEqual([])
  expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
})
