import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import type { CheckoutPlan, Event, ObjectStore, Registry } from '../../src/core/ports.ts'
import { checkoutInto } from '../../src/store/checkout.ts'
import { objectFile } from '../../src/store/layout.ts'
import { openPlaces } from '../../src/store/places.ts'
import { tableFile } from '../../src/store/table.ts'
import { canMount } from '../hostile/outcome.ts'
import { type Content, damage, planOf, read, textOf } from './checkout-place.ts'
import { freshDir, open } from './place.ts'
import { onSmallDisk } from './small-disk.ts'

// A registry in a folder, and enough files for threads.

let home: string
let root: string
let registry: Registry
beforeEach(() => {
  home = freshDir()
  root = join(home, 'registry')
  registry = open(root)
})

const plan = (files: Content, options: Partial<Parameters<typeof planOf>[2]> = {}) =>
  planOf(registry, files, { scratch: join(home, 'scratch'), ...options })

const MANY: Content = Object.fromEntries([
  ...Array.from({ length: 700 }, (_, i) => [`d${i % 13}/e${i % 3}/f${i}`, `file ${i} `.repeat(i % 200)] as const),
  ['empty', ''],
  ['copy/a', 'the same'],
  ['copy/b', 'the same'],
  ['middle.bin', randomBytes(3_000_001)],
  ['other.bin', randomBytes(1_048_577)],
])

async function refusal(work: Promise<unknown>): Promise<AishipError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AishipError)) throw new Error(`expected an AishipError, got ${String(error)}`)
  return error
}

/** The one pack that holds a file's object. */
const packOf = (of: CheckoutPlan, path: string): { file: string; offset: number } => {
  const places = openPlaces(root)
  const digest = of.files.find((file) => file.path === path)?.digest ?? 'sha256:'
  const place = places.all(digest).find(({ form }) => form === 'packed')
  places.close()
  if (place?.extents[0] === undefined) throw new Error(`${path} is in no pack`)
  return place.extents[0]
}

describe('from a registry that is elsewhere', () => {
  test('what is to be written is fetched before it is read, and nothing else', async () => {
    const far = open(join(home, 'far'))
    const asked: string[][] = []
    const source: ObjectStore = {
      ...registry.objects,
      async bring(digests, { progress } = {}) {
        asked.push([...digests])
        const batch = await registry.objects.batch()
        const sizes = await Promise.all(digests.map((digest) => far.objects.size(digest)))
        const incoming = digests.map((digest, i) => ({
          ...{ digest, size: sizes[i] as number, alone: false, bytes: () => far.objects.get(digest) },
        }))
        await batch.receive(incoming, progress === undefined ? {} : { progress })
        await batch.flush()
        await batch.close()
      },
    }
    const planned = (files: Content) => planOf(far, files, { scratch: join(home, 'scratch'), source })
    const dir = join(home, 'out')
    const first = await planned(MANY)
    await checkoutInto(dir, first)
    expect(read(dir)).toEqual(textOf(MANY))
    expect(asked).toEqual([[...new Set(asked[0])]])
    expect(first.events).toContainEqual(expect.objectContaining({ type: 'progress', what: 'fetching' }))
    const second = await planned({ ...MANY, empty: 'no longer' })
    await checkoutInto(dir, second)
    expect(asked.slice(1)).toEqual([[second.files.find(({ path }) => path === 'empty')?.digest]])
    await checkoutInto(dir, second)
    expect(asked).toHaveLength(2)
  })
})

describe('many files', () => {
  test('arrive whole, in an absent folder and over an earlier checkout', async () => {
    const dir = join(home, 'out')
    const first = await plan(MANY, { exec: ['d1/e1/f1', 'middle.bin'] })
    expect(await checkoutInto(dir, first)).toMatchObject({ written: 705, unchanged: 0 })
    expect(read(dir)).toEqual(textOf(MANY))
    const modes = ['d1/e1/f1', 'middle.bin', 'd2/e2/f2'].map((path) => fs.statSync(join(dir, path)).mode & 0o777)
    expect(modes).toEqual([0o777, 0o777, 0o666].map((mode) => mode & ~process.umask()))

    const changed = Object.fromEntries(
      Object.entries(MANY)
        .slice(0, -1)
        .map(([path, text], i) => [path, i % 2 === 0 ? text : `${text}!`]),
    )
    const second = await plan({ ...changed, 'new/file': 'x' })
    expect(await checkoutInto(dir, second)).toMatchObject({ removed: 1 })
    expect(read(dir)).toEqual(textOf({ ...changed, 'new/file': 'x' }))
    expect(await checkoutInto(dir, second)).toMatchObject({ written: 0, removed: 0, unchanged: 705 })
    expect(
      fs
        .readdirSync(dir)
        .filter((name) => name.startsWith('.aiship'))
        .sort(),
    ).toEqual(['.aiship-checkout.json', '.aiship-release.json'])
  })

  test('progress ends at the total', async () => {
    const events: Event[] = []
    await checkoutInto(join(home, 'out'), await plan(MANY, { emit: (event) => void events.push(event) }))
    const total = Object.values(MANY).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(events.at(-1)).toEqual({ type: 'progress', what: 'checking out', done: total, total, unit: 'bytes' })
  })

  test.each([
    ['a byte of one has changed', (of: CheckoutPlan) => damageIn(packOf(of, 'd3/e1/f250')), 'CORRUPT'],
    ['the pack is gone', (of: CheckoutPlan) => fs.rmSync(packOf(of, 'd3/e1/f250').file), 'OBJECT_MISSING'],
    [
      'the pack is cut off',
      (of: CheckoutPlan) => fs.truncateSync(packOf(of, 'd3/e1/f250').file, 100),
      'OBJECT_MISSING',
    ],
    ['a large one has changed', (of: CheckoutPlan) => damage(alone(of, 'middle.bin'), 2_000_000), 'CORRUPT'],
  ])('nothing is left where %s', async (_, harm, code) => {
    const wanted = await plan(MANY)
    harm(wanted)
    expect((await refusal(checkoutInto(join(home, 'out'), wanted))).code).toBe(code)
    expect(fs.readdirSync(home)).toEqual(['registry'])
  })

  test('what is damaged comes from another copy', async () => {
    const wanted = await plan(MANY)
    const { digest } = wanted.files.find(({ path }) => path === 'd3/e1/f250') as CheckoutPlan['files'][number]
    fs.mkdirSync(join(objectFile(root, digest), '..'), { recursive: true })
    fs.writeFileSync(objectFile(root, digest), MANY['d3/e1/f250'] as string)
    damageIn(packOf(wanted, 'd3/e1/f250'))
    await checkoutInto(join(home, 'out'), wanted)
    expect(read(join(home, 'out'))).toEqual(textOf(MANY))
  })

  test('a size that is not the declared one is refused', async () => {
    for (const path of ['d3/e1/f250', 'middle.bin']) {
      const wanted = await plan(MANY)
      const files = wanted.files.map((file) => (file.path === path ? { ...file, size: file.size + 1 } : file))
      expect((await refusal(checkoutInto(join(home, 'out'), { ...wanted, files }))).code).toBe('CORRUPT')
    }
    expect(fs.readdirSync(home)).toEqual(['registry'])
  })

  test('one that is stopped leaves nothing', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort('SIGINT'), 20)
    const wanted = await plan({ ...MANY, 'large.bin': Buffer.alloc(90_000_000, 1) }, { signal: stop.signal })
    await expect(checkoutInto(join(home, 'out'), wanted)).rejects.toBe('SIGINT')
    expect(fs.readdirSync(home)).toEqual(['registry'])
  })

  test('names of 255 bytes, and thousands in one folder', async () => {
    const long = 'é'.repeat(127)
    const files = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`${long.slice(String(i).length)}${i}`, `${i}`]),
    )
    const dir = join(home, 'n'.repeat(255))
    const wanted = await plan({ ...files, [`${long}x/${long}y`]: 'deep' })
    await checkoutInto(dir, wanted)
    expect(read(dir)).toEqual(textOf({ ...files, [`${long}x/${long}y`]: 'deep' }))
    expect(await checkoutInto(dir, wanted)).toMatchObject({ written: 0, unchanged: 3001 })
  })
})

const damageIn = ({ file, offset }: { file: string; offset: number }): void => damage(file, offset + 1)
const alone = (of: CheckoutPlan, path: string): string =>
  objectFile(root, of.files.find((file) => file.path === path)?.digest ?? 'sha256:')

describe('a large file', () => {
  const LARGE = 40_000_000
  const bytes = randomBytes(LARGE)

  test('is copied and hashed, whatever form it lies in', async () => {
    const half = Buffer.concat([
      bytes.subarray(0, 20_000_000),
      Buffer.from('in the middle'),
      bytes.subarray(20_000_000),
    ])
    const wanted = await plan({ whole: bytes, other: half })
    const [whole, other] = wanted.files as [CheckoutPlan['files'][number], CheckoutPlan['files'][number]]
    // The same object once more, put together from ranges of others.
    const parts = await plan({ part: 'in the middle' })
    const middle = parts.files[0]?.digest
    const table = {
      ...{ digest: other.digest, format: 1 },
      rows: [
        [0, 0, 20_000_000],
        [1, 0, 13],
        [0, 20_000_000, 20_000_000],
      ],
      ...{ size: half.length, sources: [whole.digest, middle] },
    }
    fs.mkdirSync(join(root, 'objects/tables'), { recursive: true })
    fs.writeFileSync(tableFile(root, other.digest), JSON.stringify(table))
    fs.rmSync(objectFile(root, other.digest))
    await checkoutInto(join(home, 'out'), wanted)
    expect(fs.readFileSync(join(home, 'out/whole')).equals(bytes)).toBe(true)
    expect(fs.readFileSync(join(home, 'out/other')).equals(half)).toBe(true)
  })

  test('zeros become holes', async () => {
    const holes = Buffer.concat([Buffer.alloc(20_000_000), bytes.subarray(0, 1000), Buffer.alloc(20_000_000)])
    const { reflinked = 0 } = await checkoutInto(join(home, 'out'), await plan({ holes }))
    expect(fs.readFileSync(join(home, 'out/holes')).equals(holes)).toBe(true)
    // Where blocks are shared, they are those of the object.
    if (reflinked === 0) expect(fs.statSync(join(home, 'out/holes')).blocks * 512).toBeLessThan(10_000_000)
  })

  test('that is damaged is refused, and nothing is left', async () => {
    const wanted = await plan({ large: bytes, small: 's' })
    damage(alone(wanted, 'large'), 39_999_999)
    expect((await refusal(checkoutInto(join(home, 'out'), wanted))).code).toBe('CORRUPT')
    expect(fs.readdirSync(home)).toEqual(['registry'])
  })

  test.each([
    ['is gone', (file: string) => fs.rmSync(file), 'OBJECT_MISSING'],
    ['is too short', (file: string) => fs.truncateSync(file, 5_000_000), 'CORRUPT'],
  ])('that %s is refused', async (_, harm, code) => {
    const wanted = await plan({ large: bytes })
    harm(alone(wanted, 'large'))
    expect((await refusal(checkoutInto(join(home, 'out'), wanted))).code).toBe(code)
  })
})

describe.skipIf(!canMount)('a full disk', () => {
  test.each([
    ['many small files', MANY],
    ['a large one', { large: randomBytes(40_000_000) }],
  ])('among %s, fresh and over an earlier checkout', async (_, files) => {
    const wanted = await plan(files)
    const disk = onSmallDisk(100)
    // Free space is looked at before: it has to go while files arrive.
    disk.leave(48)
    const dir = join(disk.dir, 'out')
    await checkoutInto(dir, await plan({ 'd1/old': 'old' }))
    let filled = false
    const emit = (): void => {
      if (!filled) disk.leave(0)
      filled = true
    }
    for (const target of [join(disk.dir, 'fresh'), dir]) {
      filled = false
      disk.leave(48)
      const error = await refusal(checkoutInto(target, { ...wanted, emit }))
      expect([error.code, error.message.includes('/proc/')]).toEqual(['DISK_FULL', false])
    }
    expect(read(dir)).toEqual({ 'd1/old': 'old' })
    expect(fs.readdirSync(disk.dir).filter((name) => name.includes('checkout'))).toEqual([])
    disk.leave(90)
    await checkoutInto(dir, wanted)
    expect(read(dir)).toEqual(textOf(files))
  })
})
