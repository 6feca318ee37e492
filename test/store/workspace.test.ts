import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { openMemory } from '../../src/store/memory.ts'
import { openWorkspace } from '../../src/store/workspace.ts'

let root: string
let cache: string
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'aiship-workspace-'))
  cache = join(root, '.aiship/cache')
  fs.mkdirSync(join(root, '.aiship'))
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const open = (options?: { dryRun: boolean }) => openWorkspace(root, cache, options)
const put = (path: string, text: string): void => fs.writeFileSync(join(root, path), text)
/** The same path, another inode. */
function putAgain(path: string, text: string): void {
  put(`${path}.new`, text)
  fs.renameSync(join(root, `${path}.new`), join(root, path))
}
/** Until a change to a file shows in its times. */
const tick = (): Promise<void> => delay(25)

describe('a part of a file', () => {
  const statOf = (path: string) => fs.statSync(join(root, path), { bigint: true })
  const part = async (from: number, length: number): Promise<string | undefined> => {
    const bytes = await open().part('a', statOf('a'), from, length)
    return bytes === null ? undefined : Buffer.from(bytes).toString()
  }

  test('from its start, or from its end', async () => {
    put('a', '0123456789')
    expect(await part(0, 3)).toBe('012')
    expect(await part(4, 100)).toBe('456789')
    expect(await part(-3, 2)).toBe('78')
    expect(await part(-99, 2)).toBe('01')
    expect(await part(50, 2)).toBe('')
  })

  test('of one that is another by now there is none', async () => {
    put('a', 'before')
    const stat = statOf('a')
    putAgain('a', 'behind')
    expect(await open().part('a', stat, 0, 3)).toBeNull()
    fs.rmSync(join(root, 'a'))
    expect(await open().part('a', stat, 0, 3)).toBeNull()
    fs.mkdirSync(join(root, 'a'))
    expect(await open().part('a', stat, 0, 3)).toBeNull()
  })
})

describe('looking', () => {
  test('a file that was hashed is known to the next command', async () => {
    put('a', 'one')
    await tick()
    const first = open()
    expect(first.look('a')).toEqual({ size: 3, digest: null, cleared: null })
    expect(await first.hash('a')).toEqual({ digest: digestOf('one'), size: 3 })
    await first.saveKnown()
    expect(open().look('a')).toEqual({ size: 3, digest: digestOf('one'), cleared: null })
    expect(open().look(join(root, 'a'))).toEqual({ size: 3, digest: digestOf('one'), cleared: null })
  })

  test.each([
    ['other bytes of the same size', () => put('a', 'two')],
    ['the same bytes in another file', () => putAgain('a', 'one')],
    ['a touch', () => fs.utimesSync(join(root, 'a'), 5, 5)],
  ])('%s: known no more', async (_name, change) => {
    put('a', 'one')
    await tick()
    const first = open()
    await first.hash('a')
    await first.saveKnown()
    await tick()
    change()
    expect(open().look('a')).toEqual({ size: 3, digest: null, cleared: null })
  })

  test('what changed after the look is not remembered under the look', async () => {
    put('a', 'one')
    await tick()
    const first = open()
    first.look('a')
    await tick()
    put('a', 'two')
    first.remember('a', { digest: digestOf('one'), size: 3 })
    await first.saveKnown()
    expect(open().look('a')).toEqual({ size: 3, digest: null, cleared: null })
  })

  test('what was written just now is not trusted', async () => {
    const first = open()
    put('a', 'one')
    await first.hash('a')
    await first.saveKnown()
    expect(open().look('a')?.digest).toBeNull()
  })

  test('files that are gone are forgotten', async () => {
    put('a', 'one')
    put('b', 'two')
    await tick()
    const first = open()
    await first.hash('a')
    await first.hash('b')
    await first.saveKnown()
    const size = (): number => fs.statSync(join(cache, 'stat', fs.readdirSync(join(cache, 'stat'))[0] as string)).size
    const before = size()
    const second = open()
    second.look('a')
    await second.saveKnown()
    expect(size()).toBeLessThan(before)
  })

  test('no registry, no cache: looking leaves nothing behind', async () => {
    fs.rmSync(join(root, '.aiship'), { recursive: true })
    put('a', 'one')
    await tick()
    const first = open()
    await first.hash('a')
    await first.saveKnown()
    expect(fs.readdirSync(root)).toEqual(['a'])
  })

  test('what is no file is not there', () => {
    fs.mkdirSync(join(root, 'dir'))
    fs.symlinkSync('nowhere', join(root, 'dangling'))
    for (const path of ['dir', 'dangling', 'absent', 'a\0b']) expect(open().look(path)).toBeNull()
  })

  test('hashing what is not there says so', async () => {
    await expect(open().hash('absent')).rejects.toMatchObject({ code: 'FILE_MISSING' } satisfies Partial<AishipError>)
  })
})

describe('reading, listing, creating', () => {
  test('read gives the bytes, or the first of them, or null', async () => {
    put('a', 'hello')
    expect(Buffer.from((await open().read('a')) as Uint8Array).toString()).toBe('hello')
    expect(Buffer.from((await open().read('a', 2)) as Uint8Array).toString()).toBe('he')
    expect(await open().read('absent')).toBeNull()
    expect(await open().read('a/below')).toBeNull()
    expect(await open().read('.aiship')).toBeNull()
  })

  test('list tells files, folders and the rest, sorted, and nothing of what is not there', async () => {
    put('b.txt', 'xy')
    fs.mkdirSync(join(root, 'a'))
    fs.symlinkSync('b.txt', join(root, 'link'))
    expect(await open().list('')).toEqual([
      { path: '.aiship', kind: 'folder', size: 0 },
      { path: 'a', kind: 'folder', size: 0 },
      { path: 'b.txt', kind: 'file', size: 2 },
      { path: 'link', kind: 'other', size: 0 },
    ])
    put('a/c', 'z')
    expect(await open().list('a')).toEqual([{ path: 'a/c', kind: 'file', size: 1 }])
    expect(await open().list('absent')).toEqual([])
  })

  test('create never replaces', async () => {
    expect(await open().create('aiship.yaml', Buffer.from('1'))).toBe('won')
    expect(await open().create('aiship.yaml', Buffer.from('2'))).toBe('lost')
    expect(fs.readFileSync(join(root, 'aiship.yaml'), 'utf8')).toBe('1')
  })
})

describe('a dry run', () => {
  test('finds the same out and writes nothing', async () => {
    const registry = openMemory({ id: 'r' })
    const batch = await registry.objects.batch()
    const { digest, size } = await batch.bytes(Buffer.from('x'))
    await batch.flush()
    const plan = {
      ...{ files: [{ path: 'x', digest, size, exec: false }], release: Buffer.from('{}'), source: registry.objects },
      ...{ emit: () => undefined, signal: new AbortController().signal },
    }
    const dry = open({ dryRun: true })
    expect(await dry.checkout('out/deep', plan)).toEqual({ written: 1, unchanged: 0, removed: 0, bytes: 1 })
    expect(await dry.create('new', Buffer.from('1'))).toBe('won')
    expect(fs.readdirSync(root)).toEqual(['.aiship'])
    await open().checkout('out', plan)
    expect(await dry.checkout('out', { ...plan, files: [] })).toEqual({
      written: 0,
      unchanged: 0,
      removed: 1,
      bytes: 0,
    })
    expect(fs.readFileSync(join(root, 'out/x'), 'utf8')).toBe('x')
    put('mine', '')
    await expect(dry.checkout('.', plan)).rejects.toBeInstanceOf(AishipError)
  })
})

test('the folder of a checkout is relative to where it was typed', async () => {
  fs.mkdirSync(join(root, 'below'))
  const source = openMemory({ id: 'r' }).objects
  const plan = {
    files: [],
    release: Buffer.from('{}'),
    source,
    emit: () => undefined,
    signal: new AbortController().signal,
  }
  await openWorkspace(root, cache, { from: join(root, 'below') }).checkout('out', plan)
  expect(fs.existsSync(join(root, 'below/out'))).toBe(true)
})
