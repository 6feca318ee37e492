import { once } from 'node:events'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { CheckoutFile, CheckoutPlan, Event, ObjectStore, Registry } from '../../src/core/ports.ts'
import { checkoutInto } from '../../src/store/checkout.ts'
import { openFolders } from '../../src/store/checkout-folders.ts'
import { openMemory } from '../../src/store/memory.ts'

let home: string
let registry: Registry
beforeEach(() => {
  home = fs.mkdtempSync(join(tmpdir(), 'aiship-checkout-'))
  registry = openMemory({ id: 'r' })
})
afterEach(() => {
  vi.restoreAllMocks()
  fs.chmodSync(home, 0o755)
  fs.rmSync(home, { recursive: true, force: true })
})

type Files = Readonly<Record<string, string>>

async function planOf(
  files: Files,
  { exec = [] as string[], source = registry.objects, release = '{}' } = {},
): Promise<CheckoutPlan> {
  const batch = await registry.objects.batch()
  const listed: CheckoutFile[] = []
  for (const [path, text] of Object.entries(files)) {
    const { digest, size } = await batch.bytes(Buffer.from(text))
    listed.push({ path, digest, size, exec: exec.includes(path) })
  }
  await batch.flush()
  const signal = new AbortController().signal
  return { files: listed, release: Buffer.from(release), source, emit: () => undefined, signal }
}

/** Everything below a folder but aiship's own files: path to text. */
function read(dir: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of fs.readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    if (fs.statSync(join(dir, name)).isFile() && !name.startsWith('.aiship'))
      found[name] = fs.readFileSync(join(dir, name), 'utf8')
  }
  return found
}

const own = (dir: string): string[] =>
  fs
    .readdirSync(dir)
    .filter((name) => name.startsWith('.aiship'))
    .sort()
const WHOLE = ['.aiship-checkout.json', '.aiship-release.json']

async function refusal(work: Promise<unknown>): Promise<AishipError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AishipError)) throw new Error(`expected an AishipError, got ${String(error)}`)
  return error
}

/** A source whose object `bad` fails when it is read. */
function failing(bad: Digest, failure: () => void | Promise<void>): ObjectStore {
  return {
    ...registry.objects,
    get: async function* (digest, maxBytes) {
      if (digest === bad) await failure()
      yield* registry.objects.get(digest, maxBytes)
    },
  }
}

const V1: Files = { 'model.bin': 'weights', 'features/a.py': 'a', 'features/deep/b.py': 'b', 'serve/run.sh': 'run' }
const V2: Files = { 'model.bin': 'weights', 'features/a.py': 'A2', 'serve/run.sh': 'run', 'serve/new/c.py': 'c' }

describe('into an absent or empty folder', () => {
  test('writes everything, with the executable bit, and says what it wrote', async () => {
    const dir = join(home, 'deep/er/out')
    const result = await checkoutInto(dir, await planOf(V1, { exec: ['serve/run.sh'], release: '{"v":1}' }))
    expect(result).toEqual({ written: 4, unchanged: 0, removed: 0, bytes: 12 })
    expect(read(dir)).toEqual(V1)
    expect(own(dir)).toEqual(WHOLE)
    expect(fs.readFileSync(join(dir, '.aiship-release.json'), 'utf8')).toBe('{"v":1}')
    expect(fs.statSync(join(dir, 'serve/run.sh')).mode & 0o100).toBe(0o100)
    expect(fs.statSync(join(dir, 'model.bin')).mode & 0o111).toBe(0)
    expect(fs.statSync(dir).mode & 0o777).toBe(0o777 & ~process.umask())
  })

  test('keeps the permissions of an empty one', async () => {
    const dir = join(home, 'out')
    fs.mkdirSync(dir)
    fs.chmodSync(dir, 0o750)
    await checkoutInto(dir, await planOf(V1))
    expect(fs.statSync(dir).mode & 0o777).toBe(0o750)
    expect(read(dir)).toEqual(V1)
  })

  test.each(['CORRUPT', 'OBJECT_MISSING', 'stop'] as const)(
    'leaves nothing when it fails half-way: %s',
    async (code) => {
      const stop = new AbortController()
      const source = failing(digestOf('run'), () => {
        if (code === 'stop') stop.abort('SIGINT')
        else throw new AishipError(code, 'damaged')
      })
      const dir = join(home, 'out')
      const plan = { ...(await planOf({ ...V1, 'z/last': 'z' }, { source })), signal: stop.signal }
      await expect(checkoutInto(dir, plan)).rejects.toSatisfy(
        (error) => error === 'SIGINT' || (error as AishipError).code === code,
      )
      expect(fs.readdirSync(home)).toEqual([])
    },
  )

  test('a size that is not the declared one is refused', async () => {
    for (const wrong of [6, 8]) {
      const plan = await planOf({ m: 'weights' })
      const files = plan.files.map((file) => ({ ...file, size: wrong }))
      expect((await refusal(checkoutInto(join(home, 'out'), { ...plan, files }))).code).toBe('CORRUPT')
    }
    expect(fs.readdirSync(home)).toEqual([])
  })

  test('more than fits is refused before anything is written', async () => {
    const plan = await planOf({ m: 'weights' })
    const files = plan.files.map((file) => ({ ...file, size: 1e18 }))
    expect((await refusal(checkoutInto(join(home, 'out'), { ...plan, files }))).code).toBe('DISK_FULL')
    expect(fs.readdirSync(home)).toEqual([])
  })

  test('sweeps what a killed process left a day ago, and nothing else', async () => {
    const [old, young] = [join(home, '.out.aiship-checkout-old'), join(home, '.out.aiship-checkout-new')]
    for (const draft of [old, young]) fs.mkdirSync(draft)
    fs.utimesSync(old, 1, 1)
    await checkoutInto(join(home, 'out'), await planOf(V1))
    expect(fs.readdirSync(home).sort()).toEqual(['.out.aiship-checkout-new', 'out'])
  })

  test('progress counts bytes to the total', async () => {
    const events: Event[] = []
    await checkoutInto(join(home, 'out'), { ...(await planOf(V1)), emit: (event) => void events.push(event) })
    expect(events.at(-1)).toEqual({ type: 'progress', what: 'checking out', done: 12, total: 12, unit: 'bytes' })
  })
})

describe('names', () => {
  test.each([
    '../out',
    '/etc/x',
    'a/../b',
    '.git/config',
    'a/.GIT/x',
    'nul.txt',
    'a\u202eb',
    'a\nb',
    'x.',
    '.aiship-release.json',
    '.aiship-checkout.json',
    '.AISHIP-Incomplete',
    '.aiship-incoming/0',
  ])('%j is refused and nothing is written', async (path) => {
    const plan = await planOf({ ok: 'ok', [path]: 'evil' })
    expect((await refusal(checkoutInto(join(home, 'out'), plan))).code).toBe('NAME_UNSAFE')
    expect(fs.readdirSync(home)).toEqual([])
  })

  test.each([
    ['README', 'readme'],
    ['straße/x', 'STRASSE/y'],
    ['a', 'a/b'],
  ])('%j beside %j is refused', async (a, b) => {
    const plan = await planOf({ [a]: '1', [b]: '2' })
    expect((await refusal(checkoutInto(join(home, 'out'), plan))).code).toBe('NAME_UNSAFE')
  })

  test('a file called __proto__ is a file', async () => {
    const files = Object.fromEntries([['__proto__', 'x'] as const])
    await checkoutInto(join(home, 'out'), await planOf(files))
    expect(fs.readFileSync(join(home, 'out/__proto__'), 'utf8')).toBe('x')
    expect(await checkoutInto(join(home, 'out'), await planOf(V1))).toMatchObject({ removed: 1, written: 4 })
  })
})

describe('over a checkout of ours', () => {
  let dir: string
  beforeEach(async () => {
    dir = join(home, 'out')
    await checkoutInto(dir, await planOf(V1))
  })

  test('writes what differs, removes what is gone, leaves the rest alone', async () => {
    const kept = fs.statSync(join(dir, 'model.bin'), { bigint: true })
    const result = await checkoutInto(dir, await planOf(V2, { release: '{"v":2}' }))
    expect(result).toEqual({ written: 2, unchanged: 2, removed: 1, bytes: 3 })
    expect(read(dir)).toEqual(V2)
    expect(fs.existsSync(join(dir, 'features/deep'))).toBe(false)
    expect(own(dir)).toEqual(WHOLE)
    expect(fs.readFileSync(join(dir, '.aiship-release.json'), 'utf8')).toBe('{"v":2}')
    const after = fs.statSync(join(dir, 'model.bin'), { bigint: true })
    expect([after.ino, after.ctimeNs]).toEqual([kept.ino, kept.ctimeNs])
  })

  test('the same again writes nothing; another release of the same files writes only that', async () => {
    expect(await checkoutInto(dir, await planOf(V1))).toMatchObject({ written: 0, unchanged: 4, removed: 0 })
    await checkoutInto(dir, await planOf(V1, { release: '{"v":9}' }))
    expect(fs.readFileSync(join(dir, '.aiship-release.json'), 'utf8')).toBe('{"v":9}')
  })

  test('only the executable bit differs', async () => {
    expect(await checkoutInto(dir, await planOf(V1, { exec: ['serve/run.sh'] }))).toMatchObject({ written: 1 })
    expect(fs.statSync(join(dir, 'serve/run.sh')).mode & 0o100).toBe(0o100)
  })

  test('a file becomes a folder, and a folder a file', async () => {
    await checkoutInto(dir, await planOf({ 'model.bin/x': '1', features: '2' }))
    expect(read(dir)).toEqual({ 'model.bin/x': '1', features: '2' })
  })

  test('other files there stay as they are', async () => {
    fs.writeFileSync(join(dir, 'features/deep/notes.txt'), 'mine')
    await checkoutInto(dir, await planOf(V2))
    expect(read(dir)).toEqual({ ...V2, 'features/deep/notes.txt': 'mine' })
  })

  test('a file of somebody else in the way is refused by name, before anything changes', async () => {
    fs.mkdirSync(join(dir, 'serve/new'))
    fs.writeFileSync(join(dir, 'serve/new/c.py'), 'mine')
    const error = await refusal(checkoutInto(dir, await planOf(V2)))
    expect([error.code, error.details.foreign, error.details.modified]).toEqual([
      'TARGET_NOT_EMPTY',
      ['serve/new/c.py'],
      [],
    ])
    expect(read(dir)).toEqual({ ...V1, 'serve/new/c.py': 'mine' })
    expect(own(dir)).toEqual(WHOLE)
  })

  test.each(['features/a.py', 'features/deep/b.py', 'model.bin'])(
    'a change to %s is refused by name, with its size and times kept',
    async (path) => {
      const before = fs.statSync(join(dir, path))
      fs.writeFileSync(join(dir, path), fs.readFileSync(join(dir, path), 'utf8').toUpperCase())
      fs.utimesSync(join(dir, path), before.atime, before.mtime)
      const error = await refusal(checkoutInto(dir, await planOf(V2)))
      expect([error.code, error.details.modified]).toEqual(['TARGET_NOT_EMPTY', [path]])
    },
  )

  test('a file that was touched, or rewritten with the same bytes, is still ours', async () => {
    fs.utimesSync(join(dir, 'features/a.py'), 5, 5)
    fs.writeFileSync(join(dir, 'features/deep/b.py'), 'b')
    await checkoutInto(dir, await planOf(V2))
    expect(read(dir)).toEqual(V2)
  })

  test('a missing file comes back', async () => {
    fs.rmSync(join(dir, 'features'), { recursive: true })
    await checkoutInto(dir, await planOf(V1))
    expect(read(dir)).toEqual(V1)
  })

  test.each(['CORRUPT', 'OBJECT_MISSING'] as const)(
    'an object that is %s leaves the old bundle whole',
    async (code) => {
      const source = failing(digestOf('c'), () => {
        throw new AishipError(code, 'damaged')
      })
      expect((await refusal(checkoutInto(dir, await planOf(V2, { source })))).code).toBe(code)
      expect(read(dir)).toEqual(V1)
      expect(own(dir)).toEqual(WHOLE)
    },
  )

  test('what was stopped while files moved says so, and is finished by running it again', async () => {
    // A folder in the way that appears after the look is what stops it here.
    const source = failing(digestOf('c'), () => void fs.mkdirSync(join(dir, 'serve/new/c.py/x'), { recursive: true }))
    fs.writeFileSync(join(home, 'sentinel'), '')
    const error = await refusal(
      checkoutInto(dir, {
        ...(await planOf(V2, { source })),
        emit: () => {
          if (fs.existsSync(join(dir, 'serve/new/c.py/x'))) fs.writeFileSync(join(dir, 'serve/new/c.py/x/y'), 'mine')
        },
      }),
    )
    expect(error.code).toBe('TARGET_NOT_EMPTY')
    expect(error.details.changed).toBe(true)
    expect(own(dir)).toEqual(['.aiship-checkout.json', '.aiship-incomplete'])
    fs.rmSync(join(dir, 'serve/new'), { recursive: true })
    await checkoutInto(dir, await planOf(V2))
    expect(read(dir)).toEqual(V2)
    expect(own(dir)).toEqual(WHOLE)
  })

  test('what was stopped can also be taken back to the old bundle', async () => {
    const { files } = await planOf(V2)
    const [paths, digests] = [
      files.map((file) => file.path).join('|'),
      files.map((file) => file.digest.slice(7)).join(''),
    ]
    fs.writeFileSync(join(dir, '.aiship-incomplete'), JSON.stringify({ note: '', paths, digests }))
    fs.writeFileSync(join(dir, 'features/a.py'), 'A2')
    fs.mkdirSync(join(dir, 'serve/new'))
    fs.writeFileSync(join(dir, 'serve/new/c.py'), 'c')
    await checkoutInto(dir, await planOf(V1))
    expect(read(dir)).toEqual(V1)
    expect(own(dir)).toEqual(WHOLE)
  })

  test('of two that were stopped, the second before it put what the first had put: a third one goes on', async () => {
    const rename = fs.renameSync
    const interrupt = async (text: string, isPut: boolean): Promise<void> => {
      const plan = await planOf({ ...V1, 'features/a.py': text })
      const spy = vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
        const isLast = String(to).endsWith('/a.py')
        if (!isLast || isPut) rename(from, to)
        if (isLast) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
      })
      expect((await refusal(checkoutInto(dir, plan))).details.changed).toBe(true)
      spy.mockRestore()
    }
    await interrupt('first', true)
    await interrupt('second', false)
    expect(fs.readFileSync(join(dir, 'features/a.py'), 'utf8')).toBe('first')
    await checkoutInto(dir, await planOf(V2))
    expect(read(dir)).toEqual(V2)
    expect(own(dir)).toEqual(WHOLE)
  })

  test('a file changed by somebody after it was looked at is theirs, and the next checkout says so', async () => {
    const source = failing(digestOf('c'), () => fs.writeFileSync(join(dir, 'model.bin'), 'WEIGHTS'))
    await checkoutInto(dir, await planOf(V2, { source }))
    expect(fs.readFileSync(join(dir, 'model.bin'), 'utf8')).toBe('WEIGHTS')
    const error = await refusal(checkoutInto(dir, await planOf(V2)))
    expect([error.code, error.details.modified]).toEqual(['TARGET_NOT_EMPTY', ['model.bin']])
  })

  test('a file that was put in place and changed at once keeps the folder incomplete', async () => {
    const plan = await planOf(V2)
    const rename = fs.renameSync
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      rename(from, to)
      if (String(to).endsWith('c.py')) fs.writeFileSync(to, 'C2')
    })
    const error = await refusal(checkoutInto(dir, plan))
    expect([error.code, error.details.files]).toEqual(['TARGET_NOT_EMPTY', ['serve/new/c.py']])
    expect(own(dir)).toContain('.aiship-incomplete')
  })
})

describe('links', () => {
  test('the target itself is not followed', async () => {
    fs.mkdirSync(join(home, 'real'))
    fs.symlinkSync(join(home, 'real'), join(home, 'out'))
    const error = await refusal(checkoutInto(join(home, 'out'), await planOf(V1)))
    expect(error.code).toBe('TARGET_NOT_EMPTY')
    expect(error.hint).toContain(join(home, 'real'))
    expect(fs.readdirSync(join(home, 'real'))).toEqual([])
  })

  test('a folder that was swapped for a link is refused, for writing and for removing', async () => {
    const dir = join(home, 'out')
    await checkoutInto(dir, await planOf(V1))
    fs.renameSync(join(dir, 'features'), join(home, 'elsewhere'))
    fs.symlinkSync(join(home, 'elsewhere'), join(dir, 'features'))
    expect((await refusal(checkoutInto(dir, await planOf(V2)))).code).toBe('TARGET_NOT_EMPTY')
    await checkoutInto(dir, await planOf({ 'model.bin': 'weights' }))
    expect(read(join(home, 'elsewhere'))).toEqual({ 'a.py': 'a', 'deep/b.py': 'b' })
  })

  test('a file that was swapped for a link is refused', async () => {
    const dir = join(home, 'out')
    await checkoutInto(dir, await planOf(V1))
    fs.writeFileSync(join(home, 'sentinel'), 'weights')
    fs.rmSync(join(dir, 'model.bin'))
    fs.symlinkSync(join(home, 'sentinel'), join(dir, 'model.bin'))
    expect((await refusal(checkoutInto(dir, await planOf({ 'model.bin': 'other' })))).details.foreign).toEqual([
      'model.bin',
    ])
    expect(fs.readFileSync(join(home, 'sentinel'), 'utf8')).toBe('weights')
  })

  test.runIf(fs.existsSync('/proc/self/fd'))(
    'a folder swapped for a link after it was entered is not written through',
    () => {
      const dir = join(home, 'out')
      fs.mkdirSync(join(dir, 'a'), { recursive: true })
      fs.mkdirSync(join(home, 'elsewhere'))
      const folders = openFolders(dir)
      const at = folders.reach('a/file') as string
      fs.renameSync(join(dir, 'a'), join(dir, 'moved'))
      fs.symlinkSync(join(home, 'elsewhere'), join(dir, 'a'))
      fs.writeFileSync(at, 'x')
      folders.close()
      expect(fs.readdirSync(join(home, 'elsewhere'))).toEqual([])
      expect(fs.readdirSync(join(dir, 'moved'))).toEqual(['file'])
    },
  )

  test('a record that names files outside is no record', async () => {
    const dir = join(home, 'out')
    fs.mkdirSync(dir)
    fs.writeFileSync(join(home, 'victim'), 'v')
    const files = { '../victim': { digest: digestOf('v'), stat: '' } }
    fs.writeFileSync(join(dir, '.aiship-checkout.json'), JSON.stringify({ format: 1, files, pending: {} }))
    await checkoutInto(dir, await planOf(V1)).catch(() => undefined)
    expect(fs.readFileSync(join(home, 'victim'), 'utf8')).toBe('v')
  })
})

describe('what is not a checkout', () => {
  test('a folder with files is refused, naming them', async () => {
    fs.writeFileSync(join(home, 'thesis.tex'), 'mine')
    const error = await refusal(checkoutInto(home, await planOf(V1)))
    expect(error.message).toContain('thesis.tex')
    expect(fs.readdirSync(home)).toEqual(['thesis.tex'])
  })

  test('a file is refused', async () => {
    fs.writeFileSync(join(home, 'out'), 'mine')
    expect((await refusal(checkoutInto(join(home, 'out'), await planOf(V1)))).code).toBe('TARGET_NOT_EMPTY')
  })
})

const FLIPPER = `
  const fs = require('node:fs')
  const { workerData: { real, aside, link, stop } } = require('node:worker_threads')
  const flag = new Int32Array(stop)
  while (Atomics.load(flag, 0) === 0) {
    try {
      fs.renameSync(real, aside)
      fs.renameSync(link, real)
      Atomics.add(flag, 1, 1)
      fs.renameSync(real, link)
      fs.renameSync(aside, real)
    } catch {
      // A checkout has made the folder anew meanwhile.
      if (fs.existsSync(link) && fs.existsSync(real)) fs.rmSync(aside, { recursive: true, force: true })
    }
  }
`

test.runIf(fs.existsSync('/proc/self/fd'))(
  'a folder that is swapped for a link again and again is never written through',
  { timeout: 60_000 },
  async () => {
    const dir = join(home, 'out')
    const outside = join(home, 'outside')
    fs.mkdirSync(outside)
    fs.writeFileSync(join(outside, 'a.py'), 'sentinel')
    fs.symlinkSync(outside, join(home, 'link'))
    await checkoutInto(dir, await planOf(V1))
    const stop = new SharedArrayBuffer(8)
    const paths = { real: join(dir, 'features'), aside: join(home, 'aside'), link: join(home, 'link') }
    const flipper = new Worker(FLIPPER, { eval: true, workerData: { ...paths, stop } })
    await once(flipper, 'online')
    for (let round = 0; round < 200; round++) {
      const plan = await planOf({ ...V1, 'features/a.py': String(round), [`features/new-${round % 7}`]: 'x' })
      await checkoutInto(dir, plan).catch((error: unknown) =>
        expect(error, String((error as Error).stack)).toBeInstanceOf(AishipError),
      )
      expect(fs.readdirSync(outside)).toEqual(['a.py'])
      expect(fs.readFileSync(join(outside, 'a.py'), 'utf8')).toBe('sentinel')
    }
    Atomics.store(new Int32Array(stop), 0, 1)
    await once(flipper, 'exit')
    expect(new Int32Array(stop)[1]).toBeGreaterThan(100)
  },
)
