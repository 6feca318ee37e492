import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import type { CheckoutPlan, Registry } from '../../src/core/ports.ts'
import { checkoutInto } from '../../src/store/checkout.ts'
import { objectFile } from '../../src/store/layout.ts'
import { markVerified } from '../../src/store/verified.ts'
import { canMount } from '../hostile/outcome.ts'
import { type Content, damage, planOf, read, textOf } from './checkout-place.ts'
import { freshDir, open } from './place.ts'
import { onSmallDisk } from './small-disk.ts'

let home: string
let root: string
let dir: string
let registry: Registry
beforeEach(() => {
  home = freshDir()
  root = join(home, 'registry')
  dir = join(home, 'out')
  registry = open(root)
})
afterEach(() => void vi.restoreAllMocks())

const plan = (files: Content, options: Partial<Parameters<typeof planOf>[2]> = {}) =>
  planOf(registry, files, { scratch: join(home, 'scratch'), ...options })

const FILES: Content = { 'model.bin': randomBytes(2_000_000), 'small.txt': 'small', 'run.sh': '#!/bin/sh\n' }
const OPTIONS = { alone: ['small.txt', 'run.sh'], exec: ['run.sh'] }

const objectOf = (of: CheckoutPlan, path: string): string =>
  objectFile(root, of.files.find((file) => file.path === path)?.digest ?? 'sha256:')
const inode = (file: string): number => fs.statSync(file).ino
const codes = (of: Awaited<ReturnType<typeof plan>>): string[] =>
  of.events.flatMap((event) => (event.type === 'warning' ? [event.code] : []))

async function refusal(work: Promise<unknown>): Promise<AishipError> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (!(error instanceof AishipError)) throw new Error(`expected an AishipError, got ${String(error)}`)
  return error
}

describe('hard links', () => {
  test('are read-only, and the objects themselves; what is executable, or packed, is copied', async () => {
    const wanted = await plan({ ...FILES, packed: 'in a pack' }, { ...OPTIONS, link: true })
    expect(await checkoutInto(dir, wanted)).toMatchObject({ written: 4, linked: 2 })
    expect(read(dir)).toEqual(textOf({ ...FILES, packed: 'in a pack' }))
    for (const path of ['model.bin', 'small.txt']) {
      expect(inode(join(dir, path))).toBe(inode(objectOf(wanted, path)))
      expect(fs.statSync(join(dir, path)).mode & 0o777).toBe(0o444)
    }
    expect(inode(join(dir, 'run.sh'))).not.toBe(inode(objectOf(wanted, 'run.sh')))
    expect(fs.statSync(join(dir, 'run.sh')).mode & 0o100).toBe(0o100)
    expect(codes(wanted)).toEqual([])
  })

  test('stay unread by the next checkout, however many more links there are', async () => {
    const wanted = await plan(FILES, { ...OPTIONS, link: true })
    await checkoutInto(dir, wanted)
    await checkoutInto(join(home, 'more'), wanted)
    const opened = vi.spyOn(fs, 'openSync')
    expect(await checkoutInto(dir, wanted)).toMatchObject({ written: 0, unchanged: 3 })
    expect(opened.mock.calls.map(([path]) => String(path)).filter((path) => path.endsWith('model.bin'))).toEqual([])
  })

  test('are replaced by an update, never written through', async () => {
    const wanted = await plan(FILES, { ...OPTIONS, link: true })
    await checkoutInto(dir, wanted)
    const next = { ...FILES, 'model.bin': randomBytes(2_000_000) }
    for (const link of [false, true]) {
      expect(await checkoutInto(dir, await plan(next, { ...OPTIONS, link }))).toMatchObject({ written: 1 })
      expect(read(dir)).toEqual(textOf(next))
      expect(fs.readFileSync(objectOf(wanted, 'model.bin')).equals(FILES['model.bin'] as Buffer)).toBe(true)
      await checkoutInto(dir, wanted)
    }
  })

  test('one that was edited in place is seen', async () => {
    const wanted = await plan(FILES, { ...OPTIONS, link: true })
    await checkoutInto(dir, wanted)
    damage(join(dir, 'model.bin'), 5)
    expect((await refusal(checkoutInto(dir, wanted))).details.modified).toEqual(['model.bin'])
    expect((await refusal(checkoutInto(join(home, 'other'), wanted))).code).toBe('CORRUPT')
    expect(fs.readdirSync(home).sort()).toEqual(['out', 'registry'])
  })

  test.each([
    ['never verified', (): void => undefined, 1],
    ['verified since it was stored', (of: CheckoutPlan): void => markVerified(root, [digestOf(of)]), 0],
    [
      'verified, and touched since',
      (of: CheckoutPlan): void => {
        markVerified(root, [digestOf(of)])
        fs.utimesSync(objectOf(of, 'model.bin'), 5, 5)
      },
      1,
    ],
  ])('an object %s is read that often before it is linked', async (_, prepare, times) => {
    const wanted = await plan({ 'model.bin': FILES['model.bin'] as Buffer }, { link: true })
    fs.rmSync(join(root, 'cache'), { recursive: true, force: true })
    prepare(wanted)
    const opened = vi.spyOn(fs, 'openSync')
    const reads = (): number => opened.mock.calls.filter(([path]) => path === objectOf(wanted, 'model.bin')).length
    await checkoutInto(dir, wanted)
    expect(reads()).toBe(times)
    await checkoutInto(join(home, 'again'), wanted)
    expect(reads()).toBe(times)
    await checkoutInto(join(home, 'once more'), { ...wanted, verify: true })
    expect(reads()).toBe(times + 1)
  })

  test('what a record of verified objects hides, --verify finds', async () => {
    const wanted = await plan({ 'model.bin': FILES['model.bin'] as Buffer }, { link: true })
    const file = objectOf(wanted, 'model.bin')
    fs.utimesSync(file, 7, 7)
    markVerified(root, [digestOf(wanted)])
    damage(file, 5)
    fs.utimesSync(file, 7, 7)
    await checkoutInto(dir, wanted)
    expect((await refusal(checkoutInto(join(home, 'other'), { ...wanted, verify: true }))).code).toBe('CORRUPT')
    expect((await refusal(checkoutInto(dir, { ...wanted, verify: true }))).details.modified).toEqual(['model.bin'])
  })

  test.each([
    ['ENOTSUP', true],
    ['EPERM', true],
    ['EMLINK', false],
  ])('where link(2) says %s files are copied, and a warning says so: %s', async (code, warns) => {
    vi.spyOn(fs, 'linkSync').mockImplementation(() => {
      throw Object.assign(new Error(code), { code })
    })
    const wanted = await plan(FILES, { ...OPTIONS, link: true })
    const result = await checkoutInto(dir, wanted)
    expect([result.written, result.linked]).toEqual([3, undefined])
    expect(read(dir)).toEqual(textOf(FILES))
    expect(codes(wanted)).toEqual(warns ? ['NOT_LINKED'] : [])
  })

  test.skipIf(!canMount)('onto another file system files are copied, and a warning says so', async () => {
    const disk = onSmallDisk(20)
    const wanted = await plan(FILES, { ...OPTIONS, link: true })
    await checkoutInto(join(disk.dir, 'out'), wanted)
    expect(read(join(disk.dir, 'out'))).toEqual(textOf(FILES))
    expect(wanted.events).toContainEqual({
      ...{ type: 'warning', code: 'NOT_LINKED' },
      message: expect.stringContaining('another file system'),
    })
  })

  test('an object that others may write to is copied', async () => {
    const wanted = await plan({ 'model.bin': FILES['model.bin'] as Buffer }, { link: true })
    fs.chmodSync(objectOf(wanted, 'model.bin'), 0o644)
    expect((await checkoutInto(dir, wanted)).linked).toBeUndefined()
    expect(inode(join(dir, 'model.bin'))).not.toBe(inode(objectOf(wanted, 'model.bin')))
  })

  test('without a registry on this machine files are copied, and a warning says so', async () => {
    const wanted = await plan(FILES, { link: true })
    const { folder: _, ...source } = registry.objects
    await checkoutInto(dir, { ...wanted, source })
    expect(read(dir)).toEqual(textOf(FILES))
    expect(codes(wanted)).toEqual(['NOT_LINKED'])
  })
})

const digestOf = (of: CheckoutPlan) => (of.files[0] as CheckoutPlan['files'][number]).digest

/** Whether files can share their blocks here: on Btrfs and XFS, say. TMPDIR=... makes it another place. */
const canReflink = ((): boolean => {
  const place = fs.mkdtempSync(join(tmpdir(), 'aiship-reflink-'))
  try {
    fs.writeFileSync(join(place, 'a'), 'a')
    fs.copyFileSync(join(place, 'a'), join(place, 'b'), fs.constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  } finally {
    fs.rmSync(place, { recursive: true })
  }
})()

describe('blocks', () => {
  test(`are shared with objects where the file system can: ${canReflink} here`, async () => {
    const wanted = await plan(FILES, { exec: ['model.bin'] })
    const result = await checkoutInto(dir, wanted)
    expect(result.reflinked).toBe(canReflink ? 1 : undefined)
    expect(read(dir)).toEqual(textOf(FILES))
    expect(fs.statSync(join(dir, 'model.bin')).mode & 0o777).toBe(0o777 & ~process.umask())
    fs.writeFileSync(join(dir, 'model.bin'), 'mine')
    expect(fs.readFileSync(objectOf(wanted, 'model.bin')).equals(FILES['model.bin'] as Buffer)).toBe(true)
  })

  test('are not shared with an object that is damaged', async () => {
    const wanted = await plan(FILES)
    fs.rmSync(join(root, 'cache'), { recursive: true, force: true })
    damage(objectOf(wanted, 'model.bin'), 5)
    expect((await refusal(checkoutInto(dir, wanted))).code).toBe('CORRUPT')
    expect(fs.readdirSync(home)).toEqual(['registry'])
  })
})
