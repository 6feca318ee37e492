import { randomBytes, randomUUID } from 'node:crypto'
import fs, {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { canonicalBytes } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { openFolder } from '../../src/store/folder.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { freshDir, open, requestOf, storeFile } from './place.ts'

const LOG = 'pointers/app/prod'
const entry = (seq: number): Uint8Array => Buffer.from(`{"seq":${seq}}`)
const objectAt = (root: string, digest: string): string => join(root, 'objects', digest.slice(7, 9), digest.slice(9))

function failureOf(act: () => unknown): AishipError {
  try {
    act()
  } catch (error) {
    if (error instanceof AishipError) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** A link(2) as on a file system without hard links. */
const noLink =
  (errno: string) =>
  (from: string): never => {
    throw Object.assign(new Error(`${errno}: link '${from}'`), { code: errno })
  }

describe('opening', () => {
  test('makes the registry once, and opens the same one afterwards', () => {
    const root = join(freshDir(), 'deep', 'er', 'registry')
    const first = open(root)
    expect(first.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(open(root, { create: false }).id).toBe(first.id)
    expect(open(root).id).toBe(first.id)
    const expected = canonicalBytes({ format: 1, hash: 'sha256', id: first.id, layout: 1 })
    expect(readFileSync(join(root, 'format.json')).equals(expected)).toBe(true)
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('*\n')
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('goes by the name that it is given', () => {
    const root = join(freshDir(), 'registry')
    expect(open(root, { url: '.aiship' }).url).toBe('.aiship')
    expect(open(root).url).toBe(root)
  })

  test('without `create`, what is not there is REGISTRY_MISSING and stays so', () => {
    const root = join(freshDir(), 'registry')
    expect(failureOf(() => open(root, { create: false })).code).toBe('REGISTRY_MISSING')
    expect(existsSync(root)).toBe(false)
  })

  test('a creation that was interrupted before format.json is finished by the next', () => {
    const root = freshDir()
    mkdirSync(join(root, 'tmp'))
    writeFileSync(join(root, 'tmp', 'left'), '{')
    writeFileSync(join(root, '.gitignore'), '*\n')
    mkdirSync(join(root, 'cache'))
    expect(open(root).id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('does not settle in a folder that has something else in it', () => {
    const root = freshDir()
    writeFileSync(join(root, 'thesis.tex'), '')
    const error = failureOf(() => open(root))
    expect(error.code).toBe('REGISTRY_MISSING')
    expect(error.message).toContain('thesis.tex')
    expect(readdirSync(root)).toEqual(['thesis.tex'])
  })

  test('a file is not a registry', () => {
    const file = join(freshDir(), 'file')
    writeFileSync(file, 'x')
    expect(failureOf(() => open(file)).code).toBe('REGISTRY_MISSING')
    expect(failureOf(() => open(file, { create: false })).code).toBe('REGISTRY_MISSING')
  })

  test('a registry that lost its format.json does not get another id', () => {
    const root = join(freshDir(), 'registry')
    open(root)
    unlinkSync(join(root, 'format.json'))
    mkdirSync(join(root, 'logs'))
    expect(failureOf(() => open(root)).code).toBe('CORRUPT')
    expect(failureOf(() => open(root, { create: false })).code).toBe('CORRUPT')
  })

  test.each([
    { format: 2, hash: 'blake3', id: 'x', layout: 1 },
    { format: 1, hash: 'sha256', id: 'x', layout: 7 },
  ])('format $format, layout $layout is newer: says so, and changes nothing', (format) => {
    const root = freshDir()
    writeFileSync(join(root, 'format.json'), canonicalBytes(format))
    const error = failureOf(() => open(root))
    expect([error.code, error.exit]).toEqual(['FORMAT_NEWER', 2])
    expect(error.hint).toContain('newer aiship')
    expect(readdirSync(root)).toEqual(['format.json'])
  })

  test.each([
    '',
    '{}',
    'null',
    '[1]',
    '{"format":1}',
    '{"format":"1","hash":"sha256","id":"x","layout":1}',
    'x'.repeat(5000),
  ])('format.json with %j is CORRUPT', (text) => {
    const root = freshDir()
    writeFileSync(join(root, 'format.json'), text)
    expect(failureOf(() => open(root)).code).toBe('CORRUPT')
  })

  test('reads nothing but format.json, and writes nothing', () => {
    const root = join(freshDir(), 'registry')
    open(root)
    rmSync(join(root, 'tmp'), { recursive: true })
    open(root)
    expect(readdirSync(root).sort()).toEqual(['.gitignore', 'format.json'])
  })
})

describe('objects', () => {
  test('lie read-only at objects/<2 hex>/<62 hex>', async () => {
    const root = join(freshDir(), 'registry')
    const batch = await open(root).objects.batch()
    const { digest } = await batch.bytes(Buffer.from('hello'), { alone: true })
    await batch.flush()
    const file = objectAt(root, digest)
    expect(readFileSync(file, 'utf8')).toBe('hello')
    expect(statSync(file).mode & 0o222).toBe(0)
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('small ones lie together in a pack, read-only, called by its index', async () => {
    const root = join(freshDir(), 'registry')
    const batch = await open(root).objects.batch()
    for (const text of ['hello', 'world']) await batch.bytes(Buffer.from(text))
    await batch.flush()
    expect(readdirSync(join(root, 'objects'))).toEqual(['packs'])
    const names = readdirSync(join(root, 'objects', 'packs'))
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.pack$/)])
    const file = join(root, 'objects', 'packs', names[0] as string)
    expect(statSync(file).mode & 0o222).toBe(0)
    expect(readFileSync(file, 'latin1')).toMatch(/^aipack1\nhelloworld/)
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test.each([10, 3 * 1024 * 1024])('damage to one of %i bytes never reaches a reader', async (size) => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const bytes = randomBytes(size)
    const batch = await objects.batch()
    const { digest } = await batch.bytes(bytes, { alone: true })
    await batch.flush()
    const file = objectAt(root, digest)
    chmodSync(file, 0o644)
    const damaged: readonly (readonly [string, Buffer])[] = [
      ['last byte', Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) as number) ^ 1])])],
      ['first byte', Buffer.concat([Buffer.from([(bytes[0] as number) ^ 0x80]), bytes.subarray(1)])],
      ['truncated', bytes.subarray(0, -1)],
      ['empty', Buffer.alloc(0)],
      ['longer', Buffer.concat([bytes, Buffer.from('x')])],
    ]
    for (const [what, content] of damaged) {
      writeFileSync(file, content)
      let given = 0
      let code = 'no error'
      try {
        for await (const chunk of objects.get(digest)) given += chunk.length
      } catch (error) {
        code = error instanceof AishipError ? error.code : String(error)
      }
      expect([what, code]).toEqual([what, 'CORRUPT'])
      expect(given).toBeLessThan(Math.max(1, content.length))
    }
  })

  test.each([100, 2 * 1024 * 1024])(
    'storing %i bytes again heals a damaged object, and keeps the damaged bytes aside',
    async (size) => {
      const root = join(freshDir(), 'registry')
      const { objects } = open(root)
      const source = join(freshDir(), 'source')
      writeFileSync(source, randomBytes(size))
      const put = async (): Promise<{ digest: `sha256:${string}`; isNew: boolean }> => {
        const batch = await objects.batch()
        const stored = await storeFile(batch, source, { alone: true })
        await batch.flush()
        await batch.close()
        return stored
      }
      const { digest } = await put()
      const file = objectAt(root, digest)
      for (const damage of ['truncated', 'flipped']) {
        chmodSync(file, 0o644)
        const bytes = readFileSync(source)
        if (damage === 'flipped') bytes.writeUInt8(bytes.readUInt8(5) ^ 4, 5)
        writeFileSync(file, damage === 'truncated' ? bytes.subarray(0, 7) : bytes)
        expect((await put()).isNew).toBe(true)
        expect((await collect(objects.get(digest))).equals(readFileSync(source))).toBe(true)
      }
      expect(readdirSync(join(root, 'quarantine'))).toHaveLength(2)
      expect((await put()).isNew).toBe(false)
    },
  )

  test('leftovers of more than a day are swept when a batch opens; younger ones stay', async () => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const age = (name: string, hours: number): void => {
      writeFileSync(join(root, 'tmp', name), 'x')
      const time = Date.now() / 1000 - hours * 3600
      utimesSync(join(root, 'tmp', name), time, time)
    }
    age('yesterday', 25)
    age('today', 23)
    await objects.batch()
    expect(readdirSync(join(root, 'tmp'))).toEqual(['today'])
  })

  test('what fails and what is dropped leaves nothing in tmp', async () => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const batch = await objects.batch()
    const big = join(freshDir(), 'big')
    writeFileSync(big, randomBytes(3_000_000))
    await batch.bytes(Buffer.from('dropped'))
    await storeFile(batch, big)
    expect(await codeOf(storeFile(batch, join(root, 'nowhere')))).toBe('FILE_MISSING')
    const progress = (): never => {
      throw new Error('from the listener')
    }
    for (const size of [3_000_000, 300_000_000])
      await expect(batch.files([requestOf(big, { size })], { progress })).rejects.toThrow('from the listener')
    await batch.close()
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('a batch that is closed while a large file comes in stops, and leaves nothing', async () => {
    const root = join(freshDir(), 'registry')
    const batch = await open(root).objects.batch()
    const big = join(freshDir(), 'big')
    writeFileSync(big, randomBytes(20_000_000))
    const storing = storeFile(batch, big).then(
      () => 'stored',
      (error: Error) => error.message,
    )
    await batch.close()
    expect(await storing).toBe('the batch is closed')
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('strays beside the objects are not objects', async () => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const batch = await objects.batch()
    const { digest } = await batch.bytes(Buffer.from('a'), { alone: true })
    await batch.flush()
    writeFileSync(join(root, 'objects', digest.slice(7, 9), 'README'), 'x')
    mkdirSync(join(root, 'objects', 'zz'))
    mkdirSync(objectAt(root, `sha256:${digest.slice(7, 9)}${'0'.repeat(62)}`))
    const found: string[] = []
    for await (const object of objects.list()) found.push(object.digest)
    expect(found).toEqual([digest])
  })
})

describe('logs', () => {
  test('entry 42 lies at logs/<log>/000000000042.json, read-only, and the hint repeats it', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 42, entry(42))
    const file = join(root, 'logs', LOG, '000000000042.json')
    expect(readFileSync(file).equals(entry(42))).toBe(true)
    expect(statSync(file).mode & 0o222).toBe(0)
    expect(readFileSync(join(root, 'logs', LOG, 'hint')).equals(entry(42))).toBe(true)
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test.each([
    ['absent', null],
    ['empty', ''],
    ['garbage', '\0\u0001garbage'],
    ['of entry 1', '{"seq":1}'],
    ['of an entry that is not there', '{"seq":900}'],
    ['of entry 0', '{"seq":0}'],
    ['not an object', '7'],
    ['of a number that is none', '{"seq":"../../7"}'],
    ['a forged newest entry', '{"seq":60,"route":"evil"}'],
  ])('a hint that is %s is never trusted', async (_, hint) => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    for (let seq = 1; seq <= 60; seq++) await logs.append(LOG, seq, entry(seq))
    const file = join(root, 'logs', LOG, 'hint')
    if (hint === null) unlinkSync(file)
    else writeFileSync(file, hint)
    const tip = await logs.tip(LOG)
    expect([tip?.seq, Buffer.from(tip?.bytes ?? []).toString()]).toEqual([60, '{"seq":60}'])
    expect(await logs.append(LOG, 61, entry(61))).toBe('won')
    expect((await logs.tip(LOG))?.seq).toBe(61)
  })

  test('a shorter entry leaves nothing of a longer hint', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, Buffer.from(`{"pad":"${'x'.repeat(9000)}","seq":1}`))
    await logs.append(LOG, 2, entry(2))
    expect(readFileSync(join(root, 'logs', LOG, 'hint')).equals(entry(2))).toBe(true)
  })

  test('a hint that is a link leads no write out of the registry', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, entry(1))
    const outside = join(freshDir(), 'outside')
    writeFileSync(outside, 'mine, and longer than an entry')
    unlinkSync(join(root, 'logs', LOG, 'hint'))
    symlinkSync(outside, join(root, 'logs', LOG, 'hint'))
    expect(await logs.append(LOG, 2, entry(2))).toBe('won')
    expect(readFileSync(outside, 'utf8')).toBe('mine, and longer than an entry')
    expect(readFileSync(join(root, 'logs', LOG, 'hint')).equals(entry(2))).toBe(true)
  })

  test('the newest entry is the highest number of a listing, never the first gap', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    for (const seq of [1, 2, 3, 9]) await logs.append(LOG, seq, entry(seq))
    unlinkSync(join(root, 'logs', LOG, 'hint'))
    expect((await logs.tip(LOG))?.seq).toBe(9)
  })

  test('a tmp folder that somebody tidied away comes back', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    rmSync(join(root, 'tmp'), { recursive: true })
    expect(await logs.append(LOG, 1, entry(1))).toBe('won')
  })

  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])(
    'where link(2) says %s, objects and reads work and moves are refused',
    async (errno) => {
      const root = join(freshDir(), 'registry')
      await open(root).logs.append(LOG, 1, entry(1))
      const { objects, logs, names } = open(root, { link: noLink(errno) })
      const batch = await objects.batch()
      const { digest } = await batch.bytes(Buffer.from('works'))
      await batch.flush()
      expect((await collect(objects.get(digest))).toString()).toBe('works')
      expect((await logs.tip(LOG))?.seq).toBe(1)
      const error = await logs.append(LOG, 2, entry(2)).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(AishipError)
      if (error instanceof AishipError) {
        expect([error.code, error.exit]).toEqual(['LINK_UNSUPPORTED', 8])
        expect(error.message).toContain(root)
        expect(error.hint).toContain('hard links')
      }
      expect(await codeOf(names.create('labels/app/x', Buffer.from('x')))).toBe('LINK_UNSUPPORTED')
      expect(await logs.numbers(LOG)).toEqual([1])
      expect(readdirSync(join(root, 'tmp'))).toEqual([])
    },
  )

  test('without link(2) no registry is made', () => {
    const root = join(freshDir(), 'registry')
    expect(failureOf(() => open(root, { link: noLink('EPERM') })).code).toBe('LINK_UNSUPPORTED')
    expect(existsSync(join(root, 'format.json'))).toBe(false)
  })

  test('the link of a rival that comes between is a lost race', async () => {
    const root = join(freshDir(), 'registry')
    const rival = open(root)
    const { logs } = open(root, {
      link: (from, to) => {
        writeFileSync(to, '{"rival":true}', { flag: 'wx' })
        throw Object.assign(new Error('EEXIST'), { code: 'EEXIST', from })
      },
    })
    expect(await logs.append(LOG, 1, entry(1))).toBe('lost')
    expect(Buffer.from((await rival.logs.read(LOG, 1))?.bytes ?? []).toString()).toBe('{"rival":true}')
    expect(existsSync(join(root, 'logs', LOG, 'hint'))).toBe(false)
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test('an entry that is too large to be one is CORRUPT, and not read', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    mkdirSync(join(root, 'logs', LOG), { recursive: true })
    writeFileSync(join(root, 'logs', LOG, '000000000001.json'), '')
    appendFileSync(join(root, 'logs', LOG, '000000000001.json'), Buffer.alloc(9 * 1024 * 1024))
    expect(await codeOf(logs.read(LOG, 1))).toBe('CORRUPT')
  })

  test('strays in a log are not entries', async () => {
    const root = join(freshDir(), 'registry')
    const { logs } = open(root)
    await logs.append(LOG, 1, entry(1))
    const folder = join(root, 'logs', LOG)
    for (const name of ['2.json', '000000000002.json~', '000000000000.json', '.000000000003.json', 'notes.txt']) {
      writeFileSync(join(folder, name), '{}')
    }
    expect(await logs.numbers(LOG)).toEqual([1])
    expect((await logs.tip(LOG))?.seq).toBe(1)
    expect(await logs.list('pointers/')).toEqual([LOG])
  })
})

describe('names', () => {
  test('lie at labels/<app>/<label>.json', async () => {
    const root = join(freshDir(), 'registry')
    const { names } = open(root)
    await names.create('labels/app/v1.0', Buffer.from('x'))
    expect(readFileSync(join(root, 'labels', 'app', 'v1.0.json'), 'utf8')).toBe('x')
    writeFileSync(join(root, 'labels', 'app', 'notes.txt'), '')
    expect(await names.list('labels/app/')).toEqual(['labels/app/v1.0'])
  })

  test('a label may end in what looks like a file name', async () => {
    const { names } = open(join(freshDir(), 'registry'))
    await names.create('labels/app/model.json', Buffer.from('x'))
    expect(await names.list('labels/app/')).toEqual(['labels/app/model.json'])
  })
})

test('a registry behind a symbolic link works', async () => {
  const dir = freshDir()
  mkdirSync(join(dir, 'real'))
  symlinkSync(join(dir, 'real'), join(dir, 'alias'))
  const { id, logs } = open(join(dir, 'alias'))
  await logs.append(LOG, 1, entry(1))
  expect(open(join(dir, 'real')).id).toBe(id)
  expect(sha256((await open(join(dir, 'real')).logs.tip(LOG))?.bytes ?? '')).toBe(sha256(entry(1)))
})

// Between the look for format.json and the look at what else there is, another process makes the registry.
test.each([[true], ['late'], [false]] as const)('made by another meanwhile, it is opened (create: %s)', (create) => {
  const root = join(freshDir(), 'registry')
  const options = { now: () => new Date(), uuid: randomUUID }
  let made = ''
  const readdir = fs.readdirSync
  const spy = vi.spyOn(fs, 'readdirSync').mockImplementationOnce(((dir: string) => {
    made = openFolder(root, { ...options, create: true }).id
    return readdir(dir)
  }) as unknown as typeof readdir)
  expect(openFolder(root, { ...options, create }).id).toBe(made)
  expect(made).not.toBe('')
  spy.mockRestore()
})
