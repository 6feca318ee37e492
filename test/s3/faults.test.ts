import { afterEach, describe, expect, test } from 'vitest'
import { ask, type Reply } from './client.ts'
import { FAULTS, type Fault, type FaultOptions, type FaultProxy, startFaults } from './faults.ts'
import { textsOf } from './reply.ts'
import { BUCKET, OWNER, type S3Server, startS3 } from './server.ts'
import type { Call } from './sign.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

interface Place {
  readonly server: S3Server
  readonly proxy: FaultProxy
  /** Through the proxy. */
  readonly client: (method: string, key: string, more?: Partial<Call>) => Promise<Reply>
  /** What the server was asked. */
  readonly asked: () => readonly string[]
  /** What is there, without the proxy. */
  readonly there: (key: string) => Promise<string | null>
}

async function start(options: Partial<FaultOptions> = {}): Promise<Place> {
  const server = await startS3()
  const proxy = await startFaults({ target: server.endpoint, ...options })
  open.push(server, proxy)
  const call = (endpoint: string): Place['client'] => {
    return (method, key, more = {}) => ask({ ...OWNER, endpoint }, { method, path: `/${BUCKET}/${key}`, ...more })
  }
  const direct = call(server.endpoint)
  return {
    ...{ server, proxy, client: call(proxy.endpoint) },
    asked: () => server.seen.map(({ method, key, status }) => `${method} ${key} ${status}`),
    async there(key) {
      const { status, body } = await direct('GET', key)
      return status === 200 ? body.toString() : null
    },
  }
}

const absent = { 'if-none-match': '*' }
const put = { body: 'bytes', headers: absent }

test('hands on what nothing happens to', async () => {
  const { client, proxy } = await start()
  expect((await client('PUT', 'a', put)).status).toBe(200)
  expect(await client('PUT', 'a', put)).toMatchObject({ status: 412, code: 'PreconditionFailed' })
  expect((await client('GET', 'a', { headers: { range: 'bytes=1-3' } })).body.toString()).toBe('yte')
  expect((await client('HEAD', 'a')).headers['content-length']).toBe('5')
  expect((await client('DELETE', 'a')).status).toBe(204)
  expect(proxy.happened).toEqual([])
})

describe('a write that breaks', () => {
  test.each<[Fault, boolean]>([
    ['refuse', false],
    ['reset-before', false],
    ['reset-after', true],
    ['truncate', true],
  ])('by %s', async (fault, isDone) => {
    const { client, proxy, there } = await start()
    proxy.inject(fault)
    await expect(client('PUT', 'a', put)).rejects.toThrow()
    expect(await there('a')).toBe(isDone ? 'bytes' : null)
    await expect
      .poll(() =>
        client('PUT', 'a', put).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(isDone ? 412 : 200)
    expect(proxy.happened.map((one) => one.fault)).toEqual([fault])
  })

  test('because nobody listens, for a moment', async () => {
    const { client, proxy } = await start({ refuseFor: 200 })
    proxy.inject('refuse')
    await expect(client('GET', 'a')).rejects.toThrow()
    await expect(client('GET', 'a')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('a write that is answered', () => {
  test.each<[Fault, number, string, boolean]>([
    ['too-many', 429, 'TooManyRequests', false],
    ['error', 500, 'InternalError', false],
    ['slow-down', 503, 'SlowDown', false],
    ['conflict', 409, 'ConditionalRequestConflict', false],
    ['error-after', 500, 'InternalError', true],
    ['redirect', 301, 'PermanentRedirect', false],
    ['duplicate', 412, 'PreconditionFailed', true],
  ])('by %s', async (fault, status, code, isDone) => {
    const { client, proxy, there } = await start({ retryAfter: 7 })
    proxy.inject(fault)
    const reply = await client('PUT', 'a', put)
    expect(reply).toMatchObject({ status, code })
    expect(reply.headers['retry-after']).toBe(status === 429 || status === 503 ? '7' : undefined)
    expect(await there('a')).toBe(isDone ? 'bytes' : null)
  })

  test('and comes again later', async () => {
    const { client, proxy, asked } = await start()
    proxy.inject('late')
    expect((await client('PUT', 'a', put)).status).toBe(200)
    await client('DELETE', 'a')
    await proxy.close()
    expect(asked()).toEqual(['PUT a 200', 'DELETE a 204', 'PUT a 200'])
  })

  test('under a status of success with an error', async () => {
    const { client, proxy, asked } = await start()
    proxy.inject('error-in-200')
    expect((await client('PUT', 'a', put)).status).toBe(200)
    const complete = await client('POST', 'a', { query: { uploadId: 'x' } })
    expect(complete).toMatchObject({ status: 200, code: 'InternalError' })
    expect(asked()).toEqual(['PUT a 200'])
  })
})

describe('a read', () => {
  const body = 'x'.repeat(300)

  test('has one other bit', async () => {
    const { client, proxy } = await start()
    await client('PUT', 'a', { body })
    proxy.inject('flip')
    const bytes = (await client('GET', 'a')).body
    const others = [...bytes].filter((byte) => byte !== 120)
    expect([bytes.length, others.length]).toEqual([300, 1])
    expect(Math.log2((others[0] ?? 0) ^ 120) % 1).toBe(0)
  })

  test('is of before', async () => {
    const { client, proxy } = await start()
    const read = async () => (await client('GET', 'a')).body.toString()
    await read()
    await client('PUT', 'a', { body: 'first' })
    proxy.inject('stale')
    expect(await client('GET', 'a')).toMatchObject({ status: 404, code: 'NoSuchKey' })
    await client('PUT', 'a', { body: 'second' })
    proxy.inject('stale')
    expect(['first', expect.stringContaining('NoSuchKey')]).toContainEqual(await read())
    expect(await read()).toBe('second')
  })

  test('lacks the last of a list, and does not say so', async () => {
    const { client, proxy } = await start()
    for (const key of ['a', 'b', 'c', 'd']) await client('PUT', key, { body })
    proxy.inject('short-list')
    const list = await client('GET', '', { query: { 'list-type': '2', 'max-keys': '3' } })
    expect(textsOf(list.body.toString(), 'Key')).toEqual(['a', 'b'])
    expect(list.body.toString()).toContain('<IsTruncated>false</IsTruncated>')
    expect(list.body.toString()).not.toContain('ContinuationToken')
  })

  test('is led elsewhere, where it is seen', async () => {
    const { client, proxy } = await start()
    proxy.inject('redirect')
    const { location = '' } = (await client('GET', 'a')).headers
    await fetch(location, { headers: { authorization: 'secret' } })
    expect(proxy.elsewhere).toEqual([{ url: `/${BUCKET}/a`, isAuthorized: true }])
  })

  test('ends in its middle', async () => {
    const { client, proxy } = await start()
    await client('PUT', 'a', { body })
    proxy.inject('truncate')
    await expect(client('GET', 'a')).rejects.toThrow('aborted')
  })

  test('has no end', async () => {
    const { proxy } = await start({ faults: ['endless'], rate: 1 })
    const { body: stream } = await fetch(`${proxy.endpoint}/${BUCKET}/a`)
    let size = 0
    for await (const chunk of stream ?? []) {
      size += chunk.length
      if (size > 2_000_000) break
    }
    expect(size).toBeGreaterThan(2_000_000)
  })

  test('unpacks to more than anybody wants', async () => {
    const { proxy } = await start({ faults: ['gzip-bomb'], rate: 1 })
    const reply = await ask({ ...OWNER, endpoint: proxy.endpoint }, { method: 'GET', path: `/${BUCKET}/a` })
    expect(reply.headers['content-encoding']).toBe('gzip')
    expect(reply.body.length).toBeLessThan(2_000_000)
  })

  test('comes byte by byte, then at once', async () => {
    const { client, proxy } = await start({ slowest: 300 })
    await client('PUT', 'a', { body })
    proxy.inject('slow')
    const begun = performance.now()
    expect((await client('GET', 'a')).body.toString()).toBe(body)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(290)
  })
})

describe('chance', () => {
  /** These take their time, or go on when the answer is there. */
  const TIMED: readonly Fault[] = ['refuse', 'slow', 'endless', 'gzip-bomb', 'late']

  /** What happens to 80 requests that could meet nearly anything. */
  const run = async (seed: number, rate: number) => {
    const faults = FAULTS.filter((fault) => !TIMED.includes(fault))
    const { client, proxy } = await start({ seed, rate, faults })
    for (let i = 0; i < 40; i++) {
      await client('PUT', 'a', put).catch(() => undefined)
      await client('GET', 'a').catch(() => undefined)
    }
    return proxy.happened.map(({ fault, method }) => `${method} ${fault}`)
  }

  test('is the same for the same seed', async () => {
    const [first, again, other] = [await run(1, 0.25), await run(1, 0.25), await run(2, 0.25)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    expect(first.length).toBeGreaterThan(10)
    expect(first.length).toBeLessThan(30)
  })

  test('follows its rate', async () => {
    expect(await run(1, 0)).toEqual([])
    expect((await run(1, 1)).length).toBe(80)
  })
})
