import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileStat, Trail } from '../../src/core/workspace.ts'
import { openWorkspace } from '../../src/store/workspace.ts'

let root: string
let cache: string
beforeEach(async () => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'aiship-trail-')))
  cache = join(root, '.aiship/cache')
  fs.mkdirSync(join(root, '.aiship'))
  for (const folder of ['up/data/deep', 'other']) fs.mkdirSync(at(folder), { recursive: true })
  for (const file of ['up/data/a', 'up/data/deep/größe', 'up/data/z', 'other/a', 'single'])
    fs.writeFileSync(at(file), 'one')
  await tick()
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

/** Until a change to a file shows in its times. */
const tick = (): Promise<void> => delay(25)
const at = (path: string): string => join(root, path)
const open = (version = '1', dryRun = false) => openWorkspace(root, cache, { version, dryRun })
const statOf = (path: string): FileStat => fs.lstatSync(at(path), { bigint: true })
const trail = (): Trail => ({
  files: ['up/data/a', 'up/data/deep/größe', 'up/data/z', 'single'].map(at),
  folders: new Map(['up/data', 'up/data/deep'].map((folder) => [at(folder), statOf(folder)])),
  above: new Set([at('up')]),
})
const file = (): string => join(cache, 'trail', fs.readdirSync(join(cache, 'trail'))[0] as string)

/** As a bundle does: looks first, lists and looks at each file, and keeps what it was. */
async function keep(workspace = open(), looked = trail()): Promise<void> {
  expect(workspace.unchanged('k')).toBeNull()
  for (const path of looked.files) workspace.look(path)
  await workspace.keep('k', looked, Buffer.from('v7'))
}
const kept = (workspace = open(), key = 'k'): string | null => {
  const summary = workspace.unchanged(key)
  return summary === null ? null : Buffer.from(summary).toString()
}

describe('what was kept', () => {
  test('comes back while nothing has changed, and again', async () => {
    await keep()
    expect([kept(), kept()]).toEqual(['v7', 'v7'])
  })

  test('comes back though nothing of it may be read', async () => {
    await keep()
    const { openSync, readdirSync } = fs
    const opened: string[] = []
    fs.openSync = (path, ...rest) => opened.push(String(path)) && openSync(path, ...rest)
    fs.readdirSync = (() => expect.unreachable()) as typeof readdirSync
    try {
      expect(kept()).toBe('v7')
    } finally {
      Object.assign(fs, { openSync, readdirSync })
    }
    expect(opened).toEqual([file()])
  })

  test('also of a trail whose files nobody looked at before', async () => {
    const workspace = open()
    workspace.unchanged('k')
    await workspace.keep('k', trail(), Buffer.from('v7'))
    expect(kept()).toBe('v7')
  })

  test('also where nothing was looked at, and where there is nothing to say', async () => {
    const nothing = { files: [], folders: new Map(), above: new Set<string>() }
    await open().keep('k', nothing, Buffer.alloc(0))
    expect(kept()).toBe('')
  })

  test('takes the place of what was kept before', async () => {
    await keep()
    await open().keep('k', trail(), Buffer.from('v8'))
    expect(kept()).toBe('v8')
  })

  test('what changes beside it does not matter', async () => {
    await keep()
    await tick()
    fs.writeFileSync(at('up/new'), '')
    fs.writeFileSync(at('other/a'), 'two')
    fs.mkdirSync(at('up/folder'))
    expect(kept()).toBe('v7')
  })
})

describe('is not what it was any more', () => {
  test.each<[string, () => void]>([
    ['other bytes of the same size', () => fs.writeFileSync(at('up/data/deep/größe'), 'two')],
    ['other bytes of the same size in the last file', () => fs.writeFileSync(at('single'), 'two')],
    [
      'other bytes, and the time of before put back',
      () => {
        const { atime, mtime } = fs.statSync(at('up/data/a'))
        fs.writeFileSync(at('up/data/a'), 'two')
        fs.utimesSync(at('up/data/a'), atime, mtime)
      },
    ],
    ['the same bytes in another file', () => fs.copyFileSync(at('up/data/a'), at('x'))],
    ['a file more', () => fs.writeFileSync(at('up/data/deep/new'), '')],
    ['a file less', () => fs.rmSync(at('up/data/z'))],
    ['another name', () => fs.renameSync(at('up/data/z'), at('up/data/y'))],
    ['two files that changed places', () => swap('up/data/a', 'up/data/z')],
    ['an empty folder more', () => fs.mkdirSync(at('up/data/empty'))],
    ['a folder less', () => fs.renameSync(at('up/data/deep'), at('other/deep'))],
    ['another time of a file', () => fs.utimesSync(at('up/data/a'), 5, 5)],
    ['another time of a folder', () => fs.utimesSync(at('up/data'), 5, 5)],
    ['a permission', () => fs.chmodSync(at('up/data/a'), 0o755)],
    ['a link to a file in its place', () => replaceByLink('up/data/a')],
    ['a link to a folder in its place', () => replaceByLink('up/data/deep')],
    ['a link to the folder above', () => replaceByLink('up')],
    [
      'a file in place of the folder above',
      () => {
        fs.rmSync(at('up'), { recursive: true })
        fs.writeFileSync(at('up'), '')
      },
    ],
  ])('%s', async (name, change) => {
    await keep()
    await tick()
    change()
    if (name === 'the same bytes in another file') fs.renameSync(at('x'), at('up/data/a'))
    expect(kept()).toBeNull()
  })

  test('another folder of the same name', async () => {
    await keep()
    fs.renameSync(at('up/data'), at('up/old'))
    fs.cpSync(at('up/old'), at('up/data'), { recursive: true, preserveTimestamps: true })
    expect(kept()).toBeNull()
  })

  test('under another key, or of another aiship', async () => {
    await keep()
    expect([kept(open(), 'other'), kept(open('2')), kept()]).toEqual([null, null, 'v7'])
  })

  test('of another working folder, with the cache that was copied along', async () => {
    await keep()
    const copy = `${root}-copy`
    try {
      fs.cpSync(root, copy, { recursive: true, preserveTimestamps: true })
      expect(openWorkspace(copy, join(copy, '.aiship/cache'), { version: '1' }).unchanged('k')).toBeNull()
      fs.renameSync(root, `${root}-away`)
      fs.renameSync(copy, root)
      expect(kept()).toBeNull()
    } finally {
      for (const folder of [copy, `${root}-away`]) fs.rmSync(folder, { recursive: true, force: true })
    }
  })

  test('behind a link that was switched to another folder', async () => {
    const [link, copy] = [`${root}-link`, `${root}-copy`]
    const through = () => openWorkspace(link, cache, { version: '1' })
    try {
      fs.symlinkSync(root, link)
      await keep(through())
      expect(kept(through())).toBe('v7')
      fs.cpSync(root, copy, { recursive: true })
      fs.unlinkSync(link)
      fs.symlinkSync(copy, link)
      expect(kept(through())).toBeNull()
    } finally {
      for (const folder of [link, copy]) fs.rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('is not kept', () => {
  test.each<[string, () => void]>([
    ['a file that was written just now', () => fs.writeFileSync(at('up/data/a'), 'two')],
    ['a folder in which something was made just now', () => fs.writeFileSync(at('up/data/new'), '')],
  ])('%s: a change could look the same', async (_name, change) => {
    change()
    await keep()
    expect(kept()).toBeNull()
    await tick()
    await keep()
    expect(kept()).toBe('v7')
  })

  test('what changed after the first look, before or after it was looked at', async () => {
    const [early, late] = [open(), open()]
    expect([early.unchanged('k'), late.unchanged('k')]).toEqual([null, null])
    const looked = trail()
    for (const path of looked.files) late.look(path)
    await tick()
    fs.writeFileSync(at('single'), 'two')
    for (const path of looked.files) early.look(path)
    await early.keep('k', looked, Buffer.from('v7'))
    expect(kept()).toBeNull()
    await late.keep('k', looked, Buffer.from('v7'))
    expect(kept()).toBeNull()
  })

  test('a file that went away meanwhile', async () => {
    const workspace = open()
    workspace.unchanged('k')
    fs.rmSync(at('single'))
    await workspace.keep('k', trail(), Buffer.from('v7'))
    expect(kept()).toBeNull()
  })

  test('in a dry run', async () => {
    await keep(open('1', true))
    expect(fs.existsSync(cache) && fs.existsSync(join(cache, 'trail'))).toBe(false)
  })

  test('where there is no registry: looking leaves nothing behind', async () => {
    fs.rmSync(at('.aiship'), { recursive: true })
    await keep()
    expect(fs.existsSync(at('.aiship'))).toBe(false)
  })
})

describe('its file', () => {
  test('damaged anywhere or cut off anywhere, says nothing', async () => {
    await keep()
    const good = fs.readFileSync(file())
    for (let i = 0; i < good.length; i++) {
      const flipped = Buffer.from(good)
      flipped[i] = (flipped[i] as number) ^ 1
      for (const bytes of [flipped, good.subarray(0, i), Buffer.concat([good, good.subarray(0, 1)])]) {
        fs.writeFileSync(file(), bytes)
        expect(kept()).toBeNull()
      }
    }
    fs.writeFileSync(file(), good)
    expect(kept()).toBe('v7')
  })

  test('older than what it speaks of, says nothing: the clock went back', async () => {
    await keep()
    fs.utimesSync(file(), 5, 5)
    expect(kept()).toBeNull()
  })

  test('that is a folder, a link to nowhere or a device says nothing', async () => {
    await keep()
    const path = file()
    for (const put of [
      () => fs.mkdirSync(path),
      () => fs.symlinkSync('nowhere', path),
      () => fs.symlinkSync('/dev/zero', path),
    ]) {
      fs.rmSync(path, { recursive: true, force: true })
      put()
      expect(kept()).toBeNull()
    }
  })
})

function swap(a: string, b: string): void {
  fs.renameSync(at(a), at('swap'))
  fs.renameSync(at(b), at(a))
  fs.renameSync(at('swap'), at(b))
}

/** The way leads where it led, by a link. */
function replaceByLink(path: string): void {
  fs.renameSync(at(path), at('moved'))
  fs.symlinkSync(at('moved'), at(path))
}
