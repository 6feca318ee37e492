import { createHash, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { openS3, type S3Client } from '../../src/registries/_s3-client.ts'
import type { ListedObject, ListedPrefix } from '../../src/registries/_s3-list.ts'
import { codeOf } from '../contracts/object-store.ts'
import { BUCKET, OWNER, type S3Options, type S3Server, startS3 } from '../s3/server.ts'

const MIB = 2 ** 20
const open: (() => unknown)[] = []

afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const ENV = { AWS_ACCESS_KEY_ID: OWNER.id, AWS_SECRET_ACCESS_KEY: OWNER.secret, HOME: '/nonexistent' }

async function setup(
  options: S3Options = {},
  env: Record<string, string> = ENV,
): Promise<{ client: S3Client; server: S3Server }> {
  const server = await startS3(options)
  const client = await openS3(BUCKET, { endpoint: server.endpoint, env, pace: { baseMs: 1, capMs: 5 } })
  open.push(client.close, server.close)
  return { client, server }
}

async function bytesOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function listed(items: AsyncIterable<ListedObject | ListedPrefix>): Promise<readonly string[]> {
  const names: string[] = []
  for await (const item of items) names.push('key' in item ? item.key : item.prefix)
  return names
}

describe('small objects', () => {
  test('what was put comes back, whole, in ranges, and not again where it is known', async () => {
    const { client } = await setup()
    expect(await client.get('a')).toMatchObject({ status: 404, etag: '' })
    expect(await client.head('a')).toBeNull()
    expect(await client.stream('a')).toBeNull()
    expect(await client.put('a', Buffer.from('hello'))).toMatchObject({ outcome: 'stored' })
    const got = await client.get('a')
    expect(got).toMatchObject({ status: 200, bytes: Buffer.from('hello') })
    expect(await client.get('a', { range: [1, 3] })).toMatchObject({ status: 206, bytes: Buffer.from('el') })
    expect(await client.get('a', { ifNoneMatch: got.etag })).toMatchObject({ status: 304 })
    expect(await client.head('a')).toMatchObject({ size: 5, etag: got.etag })
    expect(await codeOf(client.get('a', { maxBytes: 4 }))).toBe('CORRUPT')
  })

  test.each([
    'plain/key',
    'a b+c%20d',
    "it's (all) right! *",
    'ümläut/日本語/🚀',
    'dots/./and/../dots',
    'double//slash',
    'query?x=1&y=2#z;,:@$',
    '<xml>&"quoted"',
  ])('the key %j', async (key) => {
    const { client } = await setup()
    await client.put(key, Buffer.from(key))
    expect((await client.get(key)).bytes.toString()).toBe(key)
    expect(await listed(client.list(key.slice(0, 1)))).toEqual([key])
    await client.put('other', Buffer.from('x'))
    await client.delete([key, 'other', 'never there'])
    expect(await listed(client.list(''))).toEqual([])
  })

  test('of 32 that create one key exactly one wins, and conflicts are tried again', async () => {
    const { client } = await setup({ conflictEvery: 5 })
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, i) => client.put('entry', Buffer.from(String(i)), { ifNoneMatch: true })),
    )
    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1)
    expect(outcomes.filter((put) => put.outcome === 'exists' && !put.ambiguous)).toHaveLength(31)
    const winner = outcomes.findIndex(({ outcome }) => outcome === 'stored')
    expect((await client.get('entry')).bytes.toString()).toBe(String(winner))
  })

  test('a digest that the bytes do not have is refused by the store', async () => {
    const { client } = await setup()
    const sha256 = createHash('sha256').update('other').digest('hex')
    expect(await codeOf(client.put('a', Buffer.from('one'), { sha256 }))).toBe('REGISTRY_UNREACHABLE')
    expect((await client.get('a')).status).toBe(404)
  })
})

describe('lists', () => {
  test('pages, folders, a start and a limit', async () => {
    const { client, server } = await setup()
    const keys = Array.from({ length: 1050 }, (_, i) => `logs/${String(i).padStart(6, '0')}.json`)
    const more = ['labels/a/b', 'labels/c/d', 'labels/e']
    await Promise.all([...keys, ...more].map((key) => client.put(key, Buffer.from('x'))))
    expect(await listed(client.list('logs/'))).toEqual(keys)
    expect(await listed(client.list('labels/', { delimiter: '/' }))).toEqual(['labels/a/', 'labels/c/', 'labels/e'])
    const before = server.seen.length
    expect(await listed(client.list('logs/', { startAfter: 'logs/001000.json', limit: 2 }))).toEqual(
      keys.slice(1001, 1003),
    )
    expect(server.seen.length - before).toBe(1)
    await client.delete(keys)
    expect(await listed(client.list('logs/'))).toEqual([])
  })
})

/** Bytes of `size` that are made as they are read, and how much was read. */
function sourceOf(size: number) {
  const unit = randomBytes(MIB)
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = Buffer.alloc(length)
    for (let at = 0; at < length; at++)
      bytes[at] = ((unit[(offset + at) % MIB] ?? 0) + Math.floor((offset + at) / MIB)) & 255
    return bytes
  }
  return { size, read }
}

describe('large objects', () => {
  const size = 5 * MIB * 2 + 77

  test.each([{ opaqueTags: false }, { opaqueTags: true }])(
    'go in parts, and an upload that was cut goes on (%j)',
    async (options) => {
      const { client, server } = await setup(options)
      const source = sourceOf(size)
      const stop = new AbortController()
      const cutShort = client.upload('big', source, {
        ...{ partBytes: 5 * MIB, parallel: 1, signal: stop.signal },
        progress: () => stop.abort(new Error('interrupted')),
      })
      await expect(cutShort).rejects.toThrow('interrupted')
      const sent = () => server.seen.filter(({ method, query }) => method === 'PUT' && 'partNumber' in query).length
      expect(sent()).toBe(1)
      let stored = 0
      await client.upload('big', source, { partBytes: 5 * MIB, progress: (bytes) => (stored += bytes) })
      expect(stored).toBe(size)
      expect(sent()).toBe(options.opaqueTags ? 4 : 3)
      const streamed = await client.stream('big')
      expect(streamed?.size).toBe(size)
      expect(
        (await bytesOf(streamed?.bytes ?? (async function* () {})())).equals(Buffer.from(await source.read(0, size))),
      ).toBe(true)
      expect(
        (await bytesOf((await client.stream('big', { range: [5 * MIB - 3, 5 * MIB + 9] }))?.bytes as never)).length,
      ).toBe(12)
    },
  )

  test('parts of other bytes are not taken up', async () => {
    const { client } = await setup()
    const [one, other] = [sourceOf(size), sourceOf(size)]
    const stop = new AbortController()
    const options = { partBytes: 5 * MIB, parallel: 1 }
    const cutShort = client.upload('big', one, { ...options, signal: stop.signal, progress: () => stop.abort() })
    await expect(cutShort).rejects.toThrow()
    await client.upload('big', other, options)
    const streamed = await client.stream('big')
    expect((await bytesOf(streamed?.bytes as never)).equals(Buffer.from(await other.read(0, size)))).toBe(true)
  })

  test('an upload whose source fails is dropped', async () => {
    const { client, server } = await setup()
    const source = { size, read: async (at: number, length: number) => Buffer.alloc(at === 0 ? length : 1) }
    expect(await codeOf(client.upload('big', source, { partBytes: 5 * MIB }))).toBe('SOURCE_CHANGED')
    expect(server.seen.at(-1)).toMatchObject({ method: 'DELETE', status: 204 })
    expect(await client.head('big')).toBeNull()
  })

  test('small ones go in one piece', async () => {
    const { client, server } = await setup()
    await client.upload('small', sourceOf(1000))
    expect(server.seen.map(({ method }) => method)).toEqual(['PUT'])
  })
})

describe('who may not', () => {
  test.each<[string, Partial<typeof OWNER>, (client: S3Client) => Promise<unknown>, RegExp]>([
    ['read', { may: ['write', 'list'] }, (client) => client.get('a'), /^aish… may not read s3:\/\/aiship-test\/a$/],
    ['look', { may: ['write', 'list'] }, (client) => client.head('a'), /^aish… may not read s3:\/\/aiship-test\/a$/],
    ['write', { may: ['read', 'list'] }, (client) => client.put('a', Buffer.from('x')), /may not write/],
    ['list', { may: ['read', 'write'] }, (client) => listed(client.list('a/')), /may not list s3:\/\/aiship-test$/],
    [
      'delete',
      { may: ['read', 'write'] },
      (client) => client.delete(['a', 'b']),
      /may not delete s3:\/\/aiship-test\/[ab]$/,
    ],
  ])('%s', async (_, rights, act, message) => {
    const { client } = await setup({ keys: [{ ...OWNER, ...rights }] })
    const failure = await act(client).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'NOT_PERMITTED', exit: 4, message: expect.stringMatching(message) })
  })

  test.each<[string, S3Options, Record<string, string>, string, RegExp]>([
    [
      'a wrong secret',
      {},
      { ...ENV, AWS_SECRET_ACCESS_KEY: 'wrong-secret' },
      'NOT_AUTHENTICATED',
      /does not accept the key aish…/,
    ],
    [
      'an unknown key',
      {},
      { ...ENV, AWS_ACCESS_KEY_ID: 'nobody' },
      'NOT_AUTHENTICATED',
      /does not accept the key nobo…/,
    ],
    ['an expired token', { keys: [{ ...OWNER, expired: true }] }, ENV, 'NOT_AUTHENTICATED', /has expired/],
    [
      'a clock that is behind',
      { clockOffset: 3_600_000 },
      ENV,
      'CLOCK_SKEWED',
      /^the clock of this machine is 3[56]\d\d s behind the store's$/,
    ],
    ['a clock that is ahead', { clockOffset: -3_600_000 }, ENV, 'CLOCK_SKEWED', /3[56]\d\d s ahead of the store's$/],
    ['a bucket that is not there', { buckets: ['other'] }, ENV, 'REGISTRY_MISSING', /no bucket "aiship-test"/],
  ])('%s', async (_, options, env, code, message) => {
    const { client } = await setup(options, env)
    const failure = await client.get('a').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(JSON.stringify([failure, (failure as Error).message])).not.toContain(env.AWS_SECRET_ACCESS_KEY)
  })
})

test('the region that the store names is used, once found', async () => {
  const { client, server } = await setup({ region: 'eu-central-1' })
  expect((await client.get('a')).status).toBe(404)
  expect((await client.get('a')).status).toBe(404)
  expect(server.seen.map(({ status }) => status)).toEqual([400, 404, 404])
})

test('the clock of the store is known after a reply', async () => {
  const { client } = await setup({ clockOffset: 120_000 })
  expect(client.clockOffset()).toBeNull()
  await client.get('a')
  expect(Math.abs((client.clockOffset() ?? 0) - 120_000)).toBeLessThan(5000)
})
