import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import { codeOf } from '../contracts/object-store.ts'
import { freshDir, open } from './place.ts'

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

describe('a move', () => {
  test('entry: bytes, then the name, then the folder', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, entry(1))
    calls = []
    await logs.append(LOG, 2, entry(2))
    expect(brief(root)).toEqual(['sync tmp/*', `link logs/${LOG}/000000000002.json`, `sync logs/${LOG}`])
  })

  test('the first entry of a log: the names above it before its own', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    calls = []
    await logs.append(LOG, 1, entry(1))
    expect(brief(root)).toEqual([
      'sync logs/pointers/app',
      'sync logs/pointers',
      'sync logs',
      'sync .',
      'sync tmp/*',
      `link logs/${LOG}/000000000001.json`,
      `sync logs/${LOG}`,
    ])
  })

  test('the first entry, in a folder that a rival has just made: the same', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    fs.mkdirSync(join(root, 'logs', LOG), { recursive: true })
    calls = []
    await logs.append(LOG, 1, entry(1))
    expect(brief(root).slice(0, 4)).toEqual(['sync logs/pointers/app', 'sync logs/pointers', 'sync logs', 'sync .'])
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

describe('a batch', () => {
  test('every object: bytes, then the name, then its folder; the folders above last', async () => {
    const root = join(freshDir(), 'registry')
    const source = join(freshDir(), 'source')
    fs.writeFileSync(source, Buffer.alloc(3_000_000, 7))
    const { objects } = open(root)
    const batch = await objects.batch()
    for (let n = 0; n < 40; n++) await batch.bytes(Buffer.from(`object ${n}`))
    await batch.file(source)
    calls = []
    const large = await batch.file(source)
    expect(large.isNew).toBe(false)
    await batch.flush()
    await batch.close()
    const renames = calls.flatMap((call, index) =>
      call.what === 'rename'
        ? [{ index, from: call.path.split(' -> ')[0] ?? '', to: call.path.split(' -> ')[1] ?? '' }]
        : [],
    )
    expect(renames).toHaveLength(41)
    const last = renames.at(-1)?.index ?? 0
    const after = calls
      .slice(last)
      .filter((call) => call.what === 'sync')
      .map((call) => call.path)
    for (const { to } of renames) expect(after).toContain(join(to, '..'))
    expect(after.slice(-2)).toEqual([join(root, 'objects'), root])
  })

  test('the bytes of each are synced before any has its name', async () => {
    const root = join(freshDir(), 'registry')
    const source = join(freshDir(), 'source')
    fs.writeFileSync(source, Buffer.alloc(3_000_000, 8))
    const { objects } = open(root)
    const batch = await objects.batch()
    calls = []
    for (let n = 0; n < 40; n++) await batch.bytes(Buffer.from(`object ${n}`))
    await batch.file(source)
    await batch.flush()
    const first = calls.findIndex((call) => call.what === 'rename')
    const synced = new Set(syncsBefore(first))
    const renamed = calls.filter((call) => call.what === 'rename').map((call) => call.path.split(' -> ')[0])
    expect(renamed.filter((path) => !synced.has(path ?? ''))).toEqual([])
    expect(renamed).toHaveLength(41)
  })

  test('what another has stored is made durable before this one relies on it', async () => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const first = await objects.batch()
    const { digest } = await first.bytes(Buffer.from('shared'))
    await first.flush()
    calls = []
    const second = await open(root).objects.batch()
    expect((await second.bytes(Buffer.from('shared'))).isNew).toBe(false)
    await second.flush()
    expect(brief(root)).toEqual([`sync objects/${digest.slice(7, 9)}`, 'sync objects', 'sync .'])
  })

  test('bytes that the disk does not take end the group: nothing has a name, and a second flush is no success', async () => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const batch = await objects.batch()
    const { digest } = await batch.bytes(Buffer.from('one'))
    broken = /tmp/
    expect(await codeOf(batch.flush())).toBe('REGISTRY_UNREACHABLE')
    broken = null
    await expect(batch.flush()).rejects.toThrow('closed')
    expect(await objects.has([digest])).toEqual(new Set())
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('a folder that the disk does not confirm fails the flush', async () => {
    const root = join(freshDir(), 'registry')
    const batch = await open(root).objects.batch()
    await batch.bytes(Buffer.from('one'))
    broken = /objects\/[0-9a-f]{2}$/
    expect(await codeOf(batch.flush())).toBe('REGISTRY_UNREACHABLE')
  })

  test('a large file that the disk does not take is refused at once', async () => {
    const root = join(freshDir(), 'registry')
    const source = join(freshDir(), 'source')
    fs.writeFileSync(source, Buffer.alloc(3_000_000, 9))
    const batch = await open(root).objects.batch()
    broken = /tmp/
    expect(await codeOf(batch.file(source))).toBe('REGISTRY_UNREACHABLE')
    await batch.close()
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
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
