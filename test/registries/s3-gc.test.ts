import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { canonicalBytes, type Digest, digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import type { ObjectBatch, Opened, SweepOptions, Swept } from '../../src/core/ports.ts'
import { openS3, type S3Client } from '../../src/registries/_s3-client.ts'
import { collect } from '../contracts/object-store.ts'
import { ask } from '../s3/client.ts'
import { BUCKET, OWNER, type S3Server, startS3 } from '../s3/server.ts'
import { openBucket, removeDirs } from './bucket.ts'

const DAY = 24 * 60 * 60 * 1000

let server: S3Server
let prefix: string
beforeAll(async () => {
  server = await startS3()
})
beforeEach(() => {
  prefix = randomUUID()
})
afterEach(removeDirs)
afterAll(() => server.close())

/** A machine of its own: nothing is in its copy. */
const open = (): Promise<Opened> => openBucket(server, { prefix })
const digest = (text: string): Digest => digestOf(Buffer.from(text))

/** Stores texts: small ones together, those that start with "alone" in files of their own. */
async function store(texts: readonly string[]): Promise<void> {
  const batch = await (await open()).registry.objects.batch()
  await put(batch, texts)
  await batch.flush()
  await batch.close()
}

async function put(batch: ObjectBatch, texts: readonly string[]): Promise<void> {
  for (const text of texts) await batch.bytes(Buffer.from(text), { alone: text.startsWith('alone') })
}

/** A gc that has begun, for which only these are needed, and that sweeps when it is told to. */
async function begin(needed: readonly string[], more: Partial<SweepOptions> = {}): Promise<() => Promise<Swept>> {
  const live = new Set(needed.map(digest))
  const collection = await (await open()).upkeep(false).collect(true)
  const options = { olderThanMs: DAY, first: new Set<Digest>(), signal: new AbortController().signal, ...more }
  return () => collection.sweep((one) => live.has(one), options)
}
const sweep = async (needed: readonly string[], more: Partial<SweepOptions> = {}): Promise<Swept> =>
  (await begin(needed, more))()

const read = async (text: string): Promise<string> =>
  (await collect((await open()).registry.objects.get(digest(text)))).toString()

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const thrown = await attempt.then(
    () => null,
    (error: unknown) => error,
  )
  if (thrown !== null && !(thrown instanceof AishipError)) throw thrown
  return thrown?.code ?? 'none'
}

function connect(): Promise<S3Client> {
  const env = { AWS_ACCESS_KEY_ID: OWNER.id, AWS_SECRET_ACCESS_KEY: OWNER.secret }
  return openS3(BUCKET, { env, endpoint: server.endpoint, region: server.region })
}

/** Keys below the registry's, as a listing shows them. */
async function keys(folder: string): Promise<readonly string[]> {
  const client = await connect()
  const found: string[] = []
  for await (const item of client.list(`${prefix}/${folder}`))
    if ('key' in item) found.push(item.key.slice(prefix.length + 1))
  client.close()
  return found
}

describe('what nobody needs', () => {
  test('is listed, stays for a week, and is deleted by the gc after that', async () => {
    await store(['alone needed', 'alone garbage'])
    server.age(2 * DAY)
    expect(await sweep(['alone needed'])).toMatchObject({ objects: 1, bytes: 13, restored: 0, purged: { objects: 0 } })
    expect(await read('alone garbage')).toBe('alone garbage')
    expect(await sweep(['alone needed'])).toMatchObject({ objects: 0, purged: { objects: 0 } })
    server.age(8 * DAY)
    expect(await sweep(['alone needed'])).toMatchObject({ objects: 0, purged: { objects: 1, bytes: 13 } })
    expect(await codeOf(read('alone garbage'))).toBe('OBJECT_MISSING')
    expect(await read('alone needed')).toBe('alone needed')
    expect(await keys('trash/')).toEqual([])
  })

  test('what a machine remembers of the trash goes when it is gone from the bucket', async () => {
    const cache = path.join(mkdtempSync(path.join(tmpdir(), 'aiship-bucket-')), 'cache')
    const look = async () => {
      const { registry } = await openBucket(server, { prefix, cache })
      const batch = await registry.objects.batch()
      await batch.reuse([digest('alone a')])
      await batch.close()
      const folder = path.join(cache, registry.id, 'cache/trash')
      return existsSync(folder) ? readdirSync(folder).sort() : []
    }
    try {
      await store(['alone a', 'alone b'])
      server.age(2 * DAY)
      await sweep(['alone b'])
      const first = await look()
      expect(first.map((name) => `trash/${name}`)).toEqual(await keys('trash/'))
      expect(first).toHaveLength(1)
      await sweep([])
      expect(await look()).toHaveLength(2)
      server.age(8 * DAY)
      await sweep([])
      expect(await look()).toEqual([])
    } finally {
      rmSync(path.dirname(cache), { recursive: true })
    }
  })

  test('stays while it is young, and a pack as long as something in it is needed', async () => {
    await store(['alone garbage', 'one', 'two'])
    expect(await sweep([])).toMatchObject({ objects: 0 })
    server.age(2 * DAY)
    expect(await sweep(['one'])).toMatchObject({ objects: 1 })
    expect(await sweep([])).toMatchObject({ objects: 2 })
    server.age(8 * DAY)
    expect(await sweep([])).toMatchObject({ purged: { objects: 3 } })
    expect(await keys('objects/')).toEqual([])
  })

  test('stays for good where it is needed after all, and where a bundle holds it', async () => {
    await store(['alone a', 'b', 'c'])
    server.age(2 * DAY)
    await sweep([])
    server.age(8 * DAY)
    expect(await sweep(['b'])).toMatchObject({ restored: 1, purged: { objects: 0 } })
    expect(await read('alone a')).toBe('alone a')
    server.age(8 * DAY)
    await sweep([])
    server.age(8 * DAY)
    expect(await sweep([], { held: (one) => one === digest('c') })).toMatchObject({
      restored: 0,
      purged: { objects: 0 },
    })
    expect(await read('c')).toBe('c')
  })

  test('is announced when the trash is in order, and before anything goes into it', async () => {
    await store(['alone garbage'])
    server.age(2 * DAY)
    let listed: readonly string[] | null = null
    await sweep([], {
      announce: async () => {
        listed = await keys('trash/')
      },
    })
    expect(listed).toEqual([])
    expect(await keys('trash/')).toHaveLength(1)
  })
})

describe('a writer', () => {
  test('keeps what it needs in each list that it stands in', async () => {
    await store(['alone a', 'b'])
    server.age(2 * DAY)
    for (const list of [await begin([]), await begin([])]) expect(await list()).toMatchObject({ objects: 2 })
    server.age(8 * DAY)
    const late = await begin([])
    await store(['alone a', 'b'])
    expect(await late()).toMatchObject({ purged: { objects: 0 } })
    expect([await read('alone a'), await read('b')]).toEqual(['alone a', 'b'])
  })

  test('that comes to need what is listed keeps it, whoever is first', async () => {
    await store(['alone a', 'b'])
    server.age(2 * DAY)
    await sweep([])
    server.age(8 * DAY)
    const late = await begin([])
    await store(['b'])
    expect(await late()).toMatchObject({ purged: { objects: 0 } })
    expect([await read('alone a'), await read('b')]).toEqual(['alone a', 'b'])
  })

  test('is told when a gc has decided meanwhile, and stores it anew when it comes again', async () => {
    await store(['alone a'])
    server.age(2 * DAY)
    await sweep([])
    server.age(8 * DAY)
    const batch = await (await open()).registry.objects.batch()
    expect(await batch.reuse([digest('alone a')])).toHaveProperty('size', 1)
    expect(await sweep([])).toMatchObject({ purged: { objects: 1 } })
    expect(await codeOf(batch.flush())).toBe('GC_SWEEPING')
    await batch.close()
    await store(['alone a'])
    expect(await read('alone a')).toBe('alone a')
  })

  test('that was slower than three days begins anew', async () => {
    const batch = await (await open()).registry.objects.batch()
    await put(batch, ['a'])
    const { now } = Date
    Date.now = () => now() + 4 * DAY
    try {
      expect(await codeOf(batch.flush())).not.toBe('none')
    } finally {
      Date.now = now
      await batch.close()
    }
  })

  test('asks once more than without a gc', async () => {
    await store(['a'])
    const from = server.seen.length
    await store(['b'])
    const asked = server.seen.slice(from).filter(({ query }) => String(query.prefix ?? '').endsWith('/trash/'))
    expect(asked).toHaveLength(1)
  })
})

test('a killed gc is in nobody’s way, and what it has not deleted is found again', async () => {
  await store(['alone a', 'alone b'])
  server.age(2 * DAY)
  await sweep([])
  server.age(8 * DAY)
  const [list = ''] = await keys('trash/')
  const client = await connect()
  const swept = canonicalBytes({ decision: 'swept', format: 1 })
  await client.put(`${prefix}/${list.replace('.json', '.decision.json')}`, swept)
  client.close()
  expect(await sweep([])).toMatchObject({ purged: { objects: 0 } })
  server.age(DAY)
  await sweep([])
  expect(await keys('trash/')).toEqual([])
  expect(await sweep([])).toMatchObject({ objects: 2 })
  await store(['alone a'])
  expect(await read('alone a')).toBe('alone a')
})

test('a gc deletes nothing on account of a list that another has swept meanwhile', async () => {
  await store(['alone a', 'small a'])
  server.age(2 * DAY)
  await sweep([])
  server.age(8 * DAY)
  const [first, second] = [await begin([]), await begin([])]
  expect(await first()).toMatchObject({ purged: { objects: 2 } })
  await store(['alone a', 'small a'])
  expect(await second()).toMatchObject({ purged: { objects: 0 } })
  expect([await read('alone a'), await read('small a')]).toEqual(['alone a', 'small a'])
})

test('uploads that nobody goes on with are given up', async () => {
  await store(['a'])
  const path = `/${BUCKET}/${prefix}/objects/ab/${'c'.repeat(62)}`
  await ask({ ...OWNER, endpoint: server.endpoint }, { method: 'POST', path, query: { uploads: '' } })
  expect(await sweep(['a'])).toMatchObject({ leftovers: 0 })
  server.age(2 * DAY)
  expect(await sweep(['a'])).toMatchObject({ leftovers: 1 })
  expect(await sweep(['a'])).toMatchObject({ leftovers: 0 })
})

/** Writers and gcs at once, and then weeks pass: nobody sleeps so long between two steps. */
test('bundlers and gcs on one bucket lose nothing that somebody names', { timeout: 120_000 }, async () => {
  const named = new Set<string>()
  const told = { rounds: 0, purged: 0, refused: 0 }
  async function writer(n: number, until: number): Promise<void> {
    for (let i = 0; performance.now() < until; i++) {
      // Few texts, so that what one gives up another wants.
      const texts = [`alone ${(i * 7 + n + told.rounds) % 5}`, `small ${(i * 3 + n + told.rounds) % 4}`]
      const code = await codeOf(store(texts))
      expect(['none', 'GC_SWEEPING']).toContain(code)
      if (code === 'none') for (const text of texts) named.add(text)
      else told.refused++
    }
  }
  async function collector(until: number): Promise<void> {
    do {
      const collection = await (await open()).upkeep(false).collect(true)
      const live = new Set([...named].map(digest))
      const options = { olderThanMs: 0, first: new Set<Digest>(), signal: new AbortController().signal }
      told.purged += (await collection.sweep((one) => live.has(one), options)).purged.objects
    } while (performance.now() < until)
  }
  for (; told.rounds < 6; told.rounds++) {
    const until = performance.now() + 500
    const collectors = [collector(until), collector(until)]
    // Each third round nobody wants anything, so that something is deleted.
    const writers = told.rounds % 3 === 2 ? [] : [0, 1, 2].map((n) => writer(n, until))
    await Promise.all([...writers, ...collectors])
    for (const text of named) expect(await read(text)).toBe(text)
    if (told.rounds % 3 === 1) named.clear()
    await collector(0)
    server.age(8 * DAY)
  }
  expect(told.purged).toBeGreaterThan(0)
})

describe('repack', () => {
  const repack = async (isDry = false) => {
    const none = { mayPack: () => false, alone: [], pairs: [] }
    const { packs } = await (await open()).upkeep(isDry).repack({ ...none, signal: new AbortController().signal })
    return [packs.before, packs.after]
  }
  const packs = (): readonly string[] => server.names().filter((name) => name.startsWith(`${prefix}/objects/packs/`))
  const TEXTS = ['one', 'two', 'three']

  beforeEach(async () => {
    for (const text of TEXTS) await store([text])
  })

  test('puts packs together; what they were stays a week, and then goes with a gc that needs all that is in them', async () => {
    expect(await repack(true)).toEqual([3, 1])
    expect(packs()).toHaveLength(3)
    const reader = await open()
    await collect(reader.registry.objects.get(digest('one')))
    expect(await repack()).toEqual([3, 1])
    expect(packs()).toHaveLength(4)
    // Who has looked before finds it where it was.
    expect((await collect(reader.registry.objects.get(digest('two')))).toString()).toBe('two')
    expect(await repack()).toEqual([1, 1])
    await sweep(TEXTS)
    expect(packs()).toHaveLength(4)
    server.age(8 * DAY)
    await sweep(TEXTS)
    expect(packs()).toHaveLength(1)
    for (const text of TEXTS) expect(await read(text)).toBe(text)
  })

  test('one that was stopped before it has listed what it replaces is finished by the next', async () => {
    await repack()
    for (const name of server.names()) if (name.startsWith(`${prefix}/trash/`)) server.place(name, null)
    expect(await repack()).toEqual([4, 1])
    expect(packs()).toHaveLength(4)
    expect(await repack()).toEqual([1, 1])
  })

  test('leaves a damaged one to fsck', async () => {
    const [first] = packs()
    server.place(first as string, Buffer.from((await server.bytesOf(first as string)) as Buffer).fill('?', 8, 9))
    expect(await repack()).toEqual([3, 2])
    expect(await repack()).toEqual([2, 2])
  })
})
