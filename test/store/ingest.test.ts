import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { inspect, type Watch } from '../../src/core/inspect.ts'
import type { FileRequest, ObjectStore, StoredFile } from '../../src/core/ports.ts'
import { copySource } from '../../src/store/ingest-whole.ts'
import { openPlaces } from '../../src/store/places.ts'
import { startSignals } from '../../src/store/signals.ts'
import { codeOf, collect, sha256 } from '../contracts/object-store.ts'
import { SHARE } from '../share.ts'
import { freshDir, open, requestOf, storeFile } from './place.ts'

const seed = Number(process.env.AISHIP_SEED ?? Date.now())
const MIB = 1024 * 1024
/** Of a file of nothing, MiB. */
const GAP = SHARE > 1 ? 512 : 2048
/** Planned sizes that lead a whole list of files to this thread, to several, and a file to a copy with the hash behind it. */
const [HERE, THREADS, BEHIND] = [0, 9 * MIB, 40 * MIB]

/** Every thread that was started. */
const workers: Worker[] = []
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>()
  class Watched extends real.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args)
      workers.push(this)
    }
  }
  return { ...real, Worker: Watched }
})
const aliveThreads = (): number => workers.filter(({ threadId }) => threadId !== -1).length

const KEY = Buffer.from(`-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBg+/'.repeat(8)}\n-----END PRIVATE KEY-----\n`)

interface Content {
  readonly size: number
  /** The same seed makes the same bytes. */
  readonly seed: number
  readonly hasKey: boolean
}

/** Bytes that a short description stands for. */
function bytesOf({ size, seed: from, hasKey }: Content): Buffer {
  const block = createHash('sha512').update(String(from)).digest()
  const bytes = Buffer.alloc(size, block)
  if (hasKey && size > KEY.length) KEY.copy(bytes, (size - KEY.length) >> 1)
  return bytes
}

const near = (size: number): fc.Arbitrary<number> => fc.integer({ min: Math.max(0, size - 1), max: size + 1 })
const contents = (sizes: fc.Arbitrary<number>): fc.Arbitrary<Content> =>
  fc.record({ size: sizes, seed: fc.nat(3), hasKey: fc.boolean() })
const small = contents(fc.oneof(near(0), near(64), near(5000), near(MIB)))
const large = contents(fc.oneof(near(8 * MIB), near(32 * MIB), near(3 * MIB)))

interface Outcome {
  readonly stored: readonly StoredFile[]
  readonly objects: ReadonlyMap<Digest, number>
  readonly passed: number
}

async function listed(store: ObjectStore): Promise<Map<Digest, number>> {
  const found = new Map<Digest, number>()
  for await (const { digest, size } of store.list()) {
    expect(found.has(digest)).toBe(false)
    found.set(digest, size)
  }
  return found
}

/** A file that is planned as so large that all are handed to threads; empty, and of no account. */
function ballast(): FileRequest {
  const path = join(freshDir(), 'ballast')
  fs.writeFileSync(path, '')
  return requestOf(path, { size: THREADS })
}

/** Stores all files, planned as `plan` says, in a fresh registry that is gone afterwards. */
async function outcomeOf(
  paths: readonly string[],
  plan: (actual: number) => number,
  isInThreads = false,
): Promise<Outcome> {
  const root = join(freshDir(), 'registry')
  const { objects } = open(root)
  const batch = await objects.batch()
  const requests = paths.map((path, n): FileRequest => {
    const watch: Watch | null = n % 3 === 0 ? null : { app: 'app', path: `file-${n}`, scan: 'names-and-keys' }
    return requestOf(path, { size: plan(fs.statSync(path).size), watch })
  })
  let passed = 0
  const all = await batch.files(isInThreads ? [...requests, ballast()] : requests, {
    progress: (bytes) => {
      passed += bytes
    },
  })
  expect(await listed(objects)).toEqual(new Map())
  await batch.flush()
  await batch.close()
  expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
  const found = await listed(objects)
  for (const digest of found.keys()) expect(sha256(await collect(objects.get(digest)))).toBe(digest)
  fs.rmSync(root, { recursive: true })
  const stored = all.slice(0, paths.length)
  if (isInThreads && !stored.some(({ size }) => size === 0)) found.delete(sha256(''))
  return { stored, objects: found, passed }
}

describe('files', () => {
  test('are the same objects, whether one thread stores them, several do, or one copies and another hashes', {
    timeout: 300_000,
  }, async () => {
    const lists = fc.tuple(fc.array(small, { maxLength: 12 }), fc.array(large, { maxLength: 2 }))
    const property = fc.asyncProperty(lists, async ([few, fewLarge]) => {
      const dir = freshDir()
      const all = [...few, ...fewLarge].map(bytesOf)
      const paths = all.map((_, n) => join(dir, String(n)))
      for (const [n, bytes] of all.entries()) fs.writeFileSync(paths[n] as string, bytes)
      const here = await outcomeOf(paths, () => HERE)
      const inThreads = await outcomeOf(paths, (size) => size, true)
      const alone = await outcomeOf(paths, (size) => Math.max(size, THREADS))
      const behind = await outcomeOf(paths, (size) => (size > MIB ? BEHIND : size))
      expect(here.stored.map(({ digest, size }) => [digest, size])).toEqual(
        all.map((bytes) => [sha256(bytes), bytes.length]),
      )
      const seen = new Set<Digest>()
      for (const [n, one] of here.stored.entries()) {
        expect(one.isNew).toBe(!seen.has(one.digest))
        seen.add(one.digest)
        const watch = { app: 'app', path: `file-${n}`, scan: 'names-and-keys' } as const
        expect(one.seen).toEqual(n % 3 === 0 ? null : inspect(all[n] as Buffer, watch))
      }
      expect(here.objects).toEqual(new Map(all.map((bytes) => [sha256(bytes), bytes.length])))
      expect(here.passed).toBe(all.reduce((sum, bytes) => sum + bytes.length, 0))
      for (const other of [inThreads, alone, behind]) expect(other).toEqual(here)
      fs.rmSync(dir, { recursive: true })
    })
    await fc.assert(property, { seed, numRuns: 10 })
    expect(aliveThreads()).toBe(0)
  })

  test.each([HERE, THREADS, BEHIND])(
    'are copies: what becomes of the source afterwards changes nothing (planned %i)',
    async (size) => {
      const root = join(freshDir(), 'registry')
      const { objects } = open(root)
      for (const bytes of [Buffer.from('small'), randomBytes(2 * MIB)]) {
        const path = join(freshDir(), 'source')
        fs.writeFileSync(path, bytes)
        const batch = await objects.batch()
        const { digest } = await storeFile(batch, path, { size })
        expect(digest).toBe(sha256(bytes))
        fs.writeFileSync(path, Buffer.alloc(bytes.length, '!'))
        await batch.flush()
        await batch.close()
        expect((await collect(objects.get(digest))).equals(bytes)).toBe(true)
        expect(fs.statSync(path).nlink).toBe(1)
        const places = openPlaces(root)
        const file = places.find(digest)?.extents[0]?.file as string
        places.close()
        expect(fs.statSync(file).mode & 0o777).toBe(0o444)
      }
    },
  )

  test('with hard links among them are stored once, each under its own name', async () => {
    const dir = freshDir()
    const { objects } = open(join(dir, 'registry'))
    const names = ['a', 'b', 'c']
    for (const bytes of [Buffer.from('linked'), randomBytes(2 * MIB)]) {
      for (const name of names) fs.rmSync(join(dir, name), { force: true })
      fs.writeFileSync(join(dir, 'a'), bytes)
      for (const name of ['b', 'c']) fs.linkSync(join(dir, 'a'), join(dir, name))
      const batch = await objects.batch()
      const stored = await batch.files(names.map((name) => requestOf(join(dir, name))))
      await batch.flush()
      await batch.close()
      expect(stored.map(({ digest, isNew }) => [digest, isNew])).toEqual([
        [sha256(bytes), true],
        [sha256(bytes), false],
        [sha256(bytes), false],
      ])
      expect(fs.statSync(join(dir, 'a')).nlink).toBe(3)
    }
    expect((await listed(objects)).size).toBe(2)
  })

  test.each([HERE, THREADS])('with names of 255 bytes, in letters of every width (planned %i)', async (size) => {
    const dir = freshDir()
    const names = [
      'x'.repeat(255),
      'é'.repeat(127),
      '漢'.repeat(85),
      '🙂'.repeat(63),
      '\n'.repeat(255),
      '\\'.repeat(255),
    ]
    for (const name of names) fs.writeFileSync(join(dir, name), name)
    const batch = await open(join(dir, 'registry')).objects.batch()
    const stored = await batch.files(names.map((name) => requestOf(join(dir, name), { size })))
    expect(stored.map(({ digest }) => digest)).toEqual(names.map((name) => sha256(name)))
    await batch.close()
  })

  test('20,000 in one folder: few packs, nothing but packs, and all of them come back', {
    timeout: 120_000,
  }, async () => {
    const dir = freshDir()
    const root = join(freshDir(), 'registry')
    const folder = join(dir, 'all')
    fs.mkdirSync(folder)
    for (let n = 0; n < 20_000; n++) fs.writeFileSync(join(folder, `${n}.json`), `{"n":${n % 19_000}}`)
    const { objects } = open(root)
    const batch = await objects.batch()
    const names = fs.readdirSync(folder)
    const watch = { app: 'app', path: 'x.json', scan: 'names-and-keys' } as const
    const stored = await batch.files(names.map((name) => requestOf(join(folder, name), { watch })))
    await batch.flush()
    expect(stored.filter(({ isNew }) => isNew)).toHaveLength(19_000)
    expect(fs.readdirSync(join(root, 'objects'))).toEqual(['packs'])
    expect(fs.readdirSync(join(root, 'objects', 'packs')).length).toBeLessThanOrEqual(8)
    expect((await objects.has(stored.map(({ digest }) => digest))).size).toBe(19_000)
    expect((await listed(objects)).size).toBe(19_000)
    for (const [i, name] of names.entries()) {
      if (i % 97 !== 0) continue
      const text = fs.readFileSync(join(folder, name), 'utf8')
      expect((await collect(objects.get(stored[i]?.digest as Digest))).toString()).toBe(text)
    }
    const again = await batch.files(names.map((name) => requestOf(join(folder, name))))
    expect(again.filter(({ isNew }) => isNew)).toEqual([])
    await batch.flush()
    await batch.close()
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
  })

  test.each([THREADS, BEHIND])(
    `with holes keep them: ${GAP} MiB of nothing take no room (planned %i)`,
    { timeout: 120_000 },
    async (size) => {
      const dir = freshDir()
      const path = join(dir, 'sparse')
      fs.writeFileSync(path, '')
      fs.truncateSync(path, GAP * MIB)
      const fd = fs.openSync(path, 'r+')
      fs.writeSync(fd, 'something', (GAP / 2) * MIB + 5)
      fs.closeSync(fd)
      const root = join(dir, 'registry')
      const batch = await open(root).objects.batch()
      const { digest } = await storeFile(batch, path, { size })
      await batch.flush()
      await batch.close()
      const file = join(root, 'objects', digest.slice(7, 9), digest.slice(9))
      const { size: bytes, blocks } = fs.statSync(file)
      expect(bytes).toBe(GAP * MIB)
      expect(blocks * 512).toBeLessThanOrEqual(2 * MIB)
      const hash = createHash('sha256')
      const nothing = Buffer.alloc(MIB)
      const something = Buffer.alloc(MIB)
      something.write('something', 5)
      for (let n = 0; n < GAP; n++) hash.update(n === GAP / 2 ? something : nothing)
      expect(digest).toBe(`sha256:${hash.digest('hex')}`)
    },
  )
})

describe('one bad file among thousands', () => {
  const bad: readonly (readonly [string, string, (path: string) => void])[] = [
    ['is not there', 'FILE_MISSING', () => undefined],
    ['is a folder', 'COMPONENT_INVALID', (path) => fs.mkdirSync(path)],
  ]
  const cases = bad.flatMap(([what, code, make]) =>
    [100, THREADS, BEHIND].map((size) => [what, size, code, make] as const),
  )

  test.each(cases)('that %s (planned as %i bytes): it is named, and nothing is left', async (_, size, code, make) => {
    const dir = freshDir()
    const root = join(freshDir(), 'registry')
    for (let n = 0; n < 3000; n++) fs.writeFileSync(join(dir, `good-${n}`), `good ${n}`)
    fs.writeFileSync(join(dir, 'good-large'), randomBytes(3 * MIB))
    make(join(dir, 'bad'))
    const { objects } = open(root)
    const batch = await objects.batch()
    const kept = await batch.bytes(Buffer.from('kept'))
    const requests = fs
      .readdirSync(dir)
      .filter((name) => name !== 'bad')
      .map((name) => requestOf(join(dir, name)))
    requests.splice(1500, 0, { ...requestOf(join(dir, 'good-1')), path: join(dir, 'bad'), size })
    const before = fs.readdirSync(join(root, 'tmp'))
    const error = await batch.files(requests).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AishipError)
    if (error instanceof AishipError) {
      expect([error.code, error.details.path]).toEqual([code, join(dir, 'bad')])
      expect(error.message).toContain(join(dir, 'bad'))
    }
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual(before)
    await batch.flush()
    await batch.close()
    expect(await listed(objects)).toEqual(new Map([[kept.digest, 4]]))
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
    expect(aliveThreads()).toBe(0)
  })
})

describe('what is stopped', () => {
  const setup = (): { root: string; requests: readonly FileRequest[] } => {
    const dir = freshDir()
    const sizes = [...Array.from({ length: 2000 }, () => 2000), ...Array.from({ length: 8 }, () => 2 * MIB), 34 * MIB]
    const requests = sizes.map((size, n) => {
      const path = join(dir, String(n))
      fs.writeFileSync(path, Buffer.alloc(size, String(n)))
      return requestOf(path)
    })
    return { root: join(freshDir(), 'registry'), requests }
  }

  test('by a signal, at any moment: its reason comes out, nothing is left, and no thread is', {
    timeout: 120_000,
  }, async () => {
    const { root, requests } = setup()
    const { objects } = open(root)
    const moments = [0, 1, 5, 10, 20, 40, 60, 80, 100, 130, 160, 200, 250, 300]
    let stopped = 0
    for (const ms of moments) {
      const batch = await objects.batch()
      const stop = new AbortController()
      const timer = setTimeout(() => stop.abort(new Error('enough')), ms)
      const outcome = await batch.files(requests, { signal: stop.signal }).then(
        () => 'stored',
        (error: Error) => error.message,
      )
      clearTimeout(timer)
      expect(['stored', 'enough']).toContain(outcome)
      if (outcome === 'enough') {
        stopped++
        expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
      }
      await batch.close()
      expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
      expect(aliveThreads()).toBe(0)
    }
    expect(stopped).toBeGreaterThan(2)
    expect(await listed(objects)).toEqual(new Map())
  })

  test('in the middle of a file, however large it is: no piece more is copied, and the copy is gone', () => {
    const dir = freshDir()
    const [from, to] = [join(dir, 'from'), join(dir, 'to')]
    fs.writeFileSync(from, randomBytes(20 * MIB))
    const signals = startSignals()
    const write = fs.writeSync
    let pieces = 0
    vi.spyOn(fs, 'writeSync').mockImplementation(((...args: Parameters<typeof write>) => {
      if (++pieces === 3) signals.stop()
      return write(...args)
    }) as typeof write)
    expect(() => copySource({ from, to, watch: null }, signals)).toThrow('stopped')
    vi.restoreAllMocks()
    expect([pieces, fs.readdirSync(dir)]).toEqual([3, ['from']])
  })

  test('by the end of its batch: the batch waits until nothing runs any more', { timeout: 120_000 }, async () => {
    const { root, requests } = setup()
    const { objects } = open(root)
    for (const ms of [0, 3, 30, 60, 120]) {
      const batch = await objects.batch()
      let isSettled = false
      const outcome = batch
        .files(requests)
        .then(
          () => 'stored',
          (error: Error) => error.message,
        )
        .finally(() => {
          isSettled = true
        })
      await new Promise((resolve) => setTimeout(resolve, ms))
      await Promise.all([batch.close(), batch.close()])
      expect([isSettled, aliveThreads(), fs.readdirSync(join(root, 'tmp'))]).toEqual([true, 0, []])
      expect(['stored', 'the batch is closed']).toContain(await outcome)
      await expect(batch.files(requests)).rejects.toThrow('closed')
      await batch.close()
    }
    expect(await listed(objects)).toEqual(new Map())
  })

  test('by a thread that dies: the list fails, nothing is left of it, and the next one is stored', async () => {
    const { root, requests } = setup()
    const { objects } = open(root)
    const batch = await objects.batch()
    workers.length = 0
    const failed = batch.files(requests).then(
      () => 'stored',
      (error: Error) => error.message,
    )
    await vi.waitUntil(() => fs.readdirSync(join(root, 'tmp')).length > 0, { interval: 1 })
    await workers[0]?.terminate()
    expect(await failed).toContain('a thread ended before its job was done')
    expect(fs.readdirSync(join(root, 'tmp'))).toEqual([])
    const stored = await batch.files(requests)
    await batch.flush()
    await batch.close()
    expect((await objects.has(stored.map(({ digest }) => digest))).size).toBe((await listed(objects)).size)
  })
})

describe('a damaged object', () => {
  const damage = (root: string, digest: Digest, act: (fd: number, offset: number) => void): string => {
    const places = openPlaces(root)
    const extent = places.find(digest)?.extents[0]
    places.close()
    if (extent === undefined) throw new Error(`${digest} is not there`)
    fs.chmodSync(extent.file, 0o644)
    const fd = fs.openSync(extent.file, 'r+')
    act(fd, extent.offset)
    fs.closeSync(fd)
    return extent.file
  }
  const flip = (fd: number, offset: number): void => void fs.writeSync(fd, '#', offset)

  const ways = ['bytes', 'files, here', 'files, in threads']
  test.each(ways)('in a pack is stored again with its neighbours left alone, and then reads well: %s', async (way) => {
    const root = join(freshDir(), 'registry')
    const dir = freshDir()
    const { objects } = open(root)
    const texts = Array.from({ length: 20 }, (_, n) => `text ${n}`)
    const paths = texts.map((text, n) => {
      fs.writeFileSync(join(dir, String(n)), text)
      return join(dir, String(n))
    })
    const put = async (): Promise<readonly boolean[]> => {
      const batch = await objects.batch()
      const stored: { isNew: boolean }[] = []
      if (way === 'bytes') for (const text of texts) stored.push(await batch.bytes(Buffer.from(text)))
      else {
        const requests = paths.map((path) => requestOf(path))
        const all = await batch.files(way === 'files, here' ? requests : [...requests, ballast()])
        stored.push(...all.slice(0, paths.length))
      }
      await batch.flush()
      await batch.close()
      return stored.map(({ isNew }) => isNew)
    }
    expect(await put()).toEqual(texts.map(() => true))
    expect(await put()).toEqual(texts.map(() => false))
    for (const victim of [7, 12]) {
      const digest = sha256(texts[victim] as string)
      damage(root, digest, flip)
      expect(await codeOf(collect(objects.get(digest)))).toBe('CORRUPT')
      expect(await put()).toEqual(texts.map((_, n) => n === victim))
      for (const text of texts) expect((await collect(objects.get(sha256(text)))).toString()).toBe(text)
      expect((await listed(objects)).size).toBe(way === 'files, in threads' ? 21 : 20)
    }
    expect(await put()).toEqual(texts.map(() => false))
  })

  test.each(['index', 'footer', 'gone'])('a pack whose %s is damaged: what was in it is stored again', async (what) => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const put = async (): Promise<readonly boolean[]> => {
      const batch = await objects.batch()
      const stored = [await batch.bytes(Buffer.from('one')), await batch.bytes(Buffer.from('two'))]
      await batch.flush()
      await batch.close()
      return stored.map(({ isNew }) => isNew)
    }
    await put()
    const file = damage(root, sha256('one'), (fd) => {
      const { size } = fs.fstatSync(fd)
      // The counts of the index, and the name in the footer.
      flip(fd, what === 'index' ? 8 + 6 + 4 * 128 : size - 20)
    })
    if (what === 'gone') fs.rmSync(file)
    const here = await open(root).objects.has([sha256('one'), sha256('two')])
    expect(here.size).toBe(0)
    expect(await put()).toEqual([true, true])
    for (const text of ['one', 'two'])
      expect((await collect(open(root).objects.get(sha256(text)))).toString()).toBe(text)
  })

  test.each([HERE, THREADS])(
    'in a file of its own that is now one to be packed: the file is replaced (planned %i)',
    async (size) => {
      const root = join(freshDir(), 'registry')
      const { objects } = open(root)
      const path = join(freshDir(), 'source')
      fs.writeFileSync(path, 'sound')
      const first = await objects.batch()
      const { digest } = await storeFile(first, path, { alone: true })
      await first.flush()
      await first.close()
      const file = damage(root, digest, flip)
      const again = await objects.batch()
      expect((await storeFile(again, path, { size })).isNew).toBe(true)
      await again.flush()
      await again.close()
      expect(fs.readFileSync(file, 'utf8')).toBe('sound')
      expect(fs.readdirSync(join(root, 'quarantine'))).toHaveLength(1)
    },
  )

  test('a folder that stands under its name hides no packed copy', async () => {
    const root = join(freshDir(), 'registry')
    const { objects } = open(root)
    const digest = sha256('hidden')
    fs.mkdirSync(join(root, 'objects', digest.slice(7, 9), digest.slice(9)), { recursive: true })
    expect(await codeOf(collect(objects.get(digest)))).toBe('CORRUPT')
    const batch = await objects.batch()
    expect((await batch.bytes(Buffer.from('hidden'))).isNew).toBe(true)
    await batch.flush()
    await batch.close()
    expect((await collect(objects.get(digest))).toString()).toBe('hidden')
  })
})
