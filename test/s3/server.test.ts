import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { ask, begin, type Reply, send } from './client.ts'
import { startS3Process } from './process.ts'
import { textsOf } from './reply.ts'
import { BUCKET, OWNER, type S3Options, type S3Server, startS3 } from './server.ts'
import { type Call, encodeQuery, type Signer, scopeOf, sha256, sign, signatureOf, timeOf } from './sign.ts'
import { atOnce, roundTrips } from './trace.ts'

const servers: S3Server[] = []
const dirs: string[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true })
})

interface Client {
  (method: string, key: string, more?: Partial<Call>): Promise<Reply>
  readonly server: S3Server
  readonly as: (signer: Partial<Signer>) => (method: string, key: string, more?: Partial<Call>) => Promise<Reply>
}

/** A client of a new double, with the owner's key unless it says otherwise. */
async function start(options: S3Options = {}): Promise<Client> {
  const server = await startS3(options)
  servers.push(server)
  const as: Client['as'] =
    (signer) =>
    (method, key, more = {}) =>
      ask({ ...OWNER, endpoint: server.endpoint, ...signer }, { method, path: `/${BUCKET}/${key}`, ...more })
  return Object.assign(as({}), { server, as })
}

const outcome = ({ status, code }: Reply): string => `${status} ${code}`.trim()
const absent = { 'if-none-match': '*' }

describe('a signature', () => {
  test.each<[string, Partial<Signer>, Partial<Call>, string]>([
    ['a wrong secret', { secret: 'guess' }, {}, '403 SignatureDoesNotMatch'],
    ['an unknown key', { id: 'nobody' }, {}, '403 InvalidAccessKeyId'],
    ['another region', { region: 'eu-west-1' }, {}, '400 AuthorizationHeaderMalformed'],
    ['a clock 16 minutes behind', { now: () => new Date(Date.now() - 960_000) }, {}, '403 RequestTimeTooSkewed'],
    ['a clock 16 minutes ahead', { now: () => new Date(Date.now() + 960_000) }, {}, '403 RequestTimeTooSkewed'],
    ['a clock 14 minutes behind', { now: () => new Date(Date.now() - 840_000) }, {}, '200'],
    ['a token that the key has not', { token: 'x' }, {}, '400 InvalidToken'],
    ['another digest of the body', {}, { payload: sha256('other') }, '400 XAmzContentSHA256Mismatch'],
    ['another MD5', {}, { headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } }, '400 BadDigest'],
    ['no digest', {}, { payload: 'UNSIGNED-PAYLOAD' }, '200'],
    ['a body in signed chunks', {}, { payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }, '501 NotImplemented'],
    ['a name with odd characters', {}, { path: `/${BUCKET}/a b+c/ü/%2F(!*')~&=?#/../x` }, '200'],
  ])('with %s', async (_, signer, call, expected) => {
    const put = (await start()).as(signer)
    expect(outcome(await put('PUT', 'a', { body: 'bytes', ...call }))).toBe(expected)
  })

  test('says which region is right', async () => {
    const get = (await start({ region: 'eu-central-1' })).as({ region: 'us-east-1' })
    expect((await get('GET', 'a')).body.toString()).toContain('<Region>eu-central-1</Region>')
  })

  test('covers the address, the method and what is signed of the headers', async () => {
    const { server } = await start()
    const { url, headers } = sign({ ...OWNER, endpoint: server.endpoint }, { method: 'PUT', path: `/${BUCKET}/a` })
    const tries = [
      send({ url: `${url}b`, method: 'PUT', headers }),
      send({ url, method: 'DELETE', headers }),
      send({ url: `${url}?x=1`, method: 'PUT', headers }),
      send({ url, method: 'PUT', headers: { ...headers, 'x-amz-date': timeOf(new Date(Date.now() + 1000)) } }),
      send({ url, method: 'PUT', headers: { ...headers, 'x-amz-meta-a': 'b' } }),
      send({ url, method: 'PUT', headers: {} }),
      send({ url, method: 'PUT', headers }),
    ]
    const refused = '403 SignatureDoesNotMatch'
    const expected = [refused, refused, refused, refused, '403 AccessDenied', '403 AccessDenied', '200']
    expect((await Promise.all(tries)).map(outcome)).toEqual(expected)
  })

  test('may stand in the address', async () => {
    const client = await start()
    await client('PUT', 'a', { body: 'bytes' })
    const { host } = new URL(client.server.endpoint)
    const time = timeOf(new Date())
    const presigned = (expires: string): string => {
      const query = Object.entries({
        ...{ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': `${OWNER.id}/${scopeOf(time, 'us-east-1')}` },
        ...{ 'X-Amz-Date': time, 'X-Amz-Expires': expires, 'X-Amz-SignedHeaders': 'host' },
      })
      const request = { method: 'GET', path: `/${BUCKET}/a`, query, headers: { host }, signed: ['host'] }
      const rest = { payload: 'UNSIGNED-PAYLOAD', time, region: 'us-east-1' }
      const signature = signatureOf({ ...request, ...rest }, OWNER.secret)
      return `${client.server.endpoint}/${BUCKET}/a?${encodeQuery(query)}&X-Amz-Signature=${signature}`
    }
    const get = (url: string) => send({ url, method: 'GET', headers: { host } })
    expect((await get(presigned('60'))).body.toString()).toBe('bytes')
    expect(outcome(await get(presigned('60').replace('=60', '=61')))).toBe('403 SignatureDoesNotMatch')
    expect(outcome(await get(presigned('-1')))).toBe('403 AccessDenied')
  })
})

describe('a key', () => {
  const keys = [
    OWNER,
    { id: 'reader', secret: 'r', may: ['read', 'list'] },
    { id: 'writer', secret: 'w', may: ['read', 'write'], cannotWrite: '^logs/pointers/.*/prod/' },
    { id: 'guest', secret: 'g', token: 'once', expired: true },
  ] as const

  test('that may only read', async () => {
    const client = await start({ keys })
    await client('PUT', 'a', { body: 'bytes' })
    const read = client.as({ id: 'reader', secret: 'r' })
    const tries = [read('GET', 'a'), read('GET', 'b'), read('GET', ''), read('PUT', 'a'), read('DELETE', 'a')]
    const denied = '403 AccessDenied'
    expect((await Promise.all(tries)).map(outcome)).toEqual(['200', '404 NoSuchKey', '200', denied, denied])
  })

  test('that may not list learns of nothing missing, nor writes where it may not', async () => {
    const write = (await start({ keys })).as({ id: 'writer', secret: 'w' })
    const denied = '403 AccessDenied'
    expect(outcome(await write('PUT', 'a'))).toBe('200')
    expect(outcome(await write('GET', 'a'))).toBe('200')
    expect(outcome(await write('GET', 'b'))).toBe(denied)
    expect(outcome(await write('GET', ''))).toBe(denied)
    expect(outcome(await write('PUT', 'logs/pointers/x/prod/1'))).toBe(denied)
    expect(outcome(await write('PUT', 'logs/pointers/x/staging/1'))).toBe('200')
  })

  test('whose token has expired', async () => {
    const get = (await start({ keys })).as({ id: 'guest', secret: 'g', token: 'once' })
    expect(outcome(await get('GET', 'a'))).toBe('400 ExpiredToken')
  })
})

describe.each([
  ['in memory', false],
  ['in a folder', true],
])('an object %s', (_, inFolder) => {
  const open = (options: S3Options = {}) => {
    if (!inFolder) return start(options)
    const folder = mkdtempSync(join(tmpdir(), 'aiship-s3-'))
    dirs.push(folder)
    return start({ ...options, folder })
  }

  test('is given back as it came, whole, in part, or not if it is known', async () => {
    const client = await open()
    const headers = { 'content-type': 'text/plain', 'x-amz-meta-origin': 'here' }
    const { etag } = (await client('PUT', 'a/b', { body: '0123456789', headers })).headers
    expect(etag).toBe('"781e5e245d69b566979b86e28d23f2c7"')
    const got = await client('GET', 'a/b')
    expect(got.body.toString()).toBe('0123456789')
    expect(got.headers).toMatchObject({ ...headers, etag, 'content-length': '10', 'accept-ranges': 'bytes' })
    expect(Date.parse(got.headers['last-modified'] ?? '')).toBeLessThanOrEqual(Date.now())
    const head = await client('HEAD', 'a/b')
    expect([head.headers['content-length'], head.body.length]).toEqual(['10', 0])
    const range = async (bytes: string) => {
      const part = await client('GET', 'a/b', { headers: { range: `bytes=${bytes}` } })
      return [part.status, part.headers['content-range'], part.status < 400 ? part.body.toString() : part.code]
    }
    expect(await range('2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await range('8-99')).toEqual([206, 'bytes 8-9/10', '89'])
    expect(await range('7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await range('-3')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await range('10-')).toEqual([416, undefined, 'InvalidRange'])
    const has = (match: Record<string, string>) => client('GET', 'a/b', { headers: match }).then(outcome)
    expect(await has({ 'if-none-match': String(etag) })).toBe('304')
    expect(await has({ 'if-match': '"other"' })).toBe('412 PreconditionFailed')
    expect(outcome(await client('DELETE', 'a/b'))).toBe('204')
    expect(outcome(await client('DELETE', 'a/b'))).toBe('204')
    expect(outcome(await client('GET', 'a/b'))).toBe('404 NoSuchKey')
  })

  test('is created by one of 32, and is the bytes of that one', async () => {
    const client = await open()
    for (const round of ['a', 'b', 'c']) {
      const bodies = Array.from({ length: 32 }, (_, i) => `writer ${i}`.padEnd(i * 3000))
      const replies = await Promise.all(bodies.map((body) => client('PUT', round, { body, headers: absent })))
      const winner = replies.findIndex(({ status }) => status === 200)
      expect(replies.map(outcome).sort()).toEqual(['200', ...Array(31).fill('412 PreconditionFailed')])
      expect((await client('GET', round)).body.toString()).toBe(bodies[winner])
    }
  })

  test('is looked at when the bytes of the next have come, not before', async () => {
    const client = await open()
    const call = { method: 'PUT', path: `/${BUCKET}/a`, body: 'slow', headers: absent }
    const { request, reply } = begin({
      ...call,
      ...sign({ ...OWNER, endpoint: client.server.endpoint }, call),
      length: 4,
    })
    request.write('sl')
    await expect.poll(() => request.socket?.bytesWritten).toBeGreaterThan(0)
    expect(outcome(await client('PUT', 'a', { body: 'fast', headers: absent }))).toBe('200')
    request.end('ow')
    expect(outcome(await reply)).toBe('412 PreconditionFailed')
    expect((await client('GET', 'a')).body.toString()).toBe('fast')
  })

  test('is replaced only if it is the one that is meant', async () => {
    const client = await open()
    const replace = (etag: string) => client('PUT', 'a', { body: 'new', headers: { 'if-match': etag } })
    expect(outcome(await replace('"x"'))).toBe('404 NoSuchKey')
    const { etag = '' } = (await client('PUT', 'a', { body: 'old' })).headers
    expect(outcome(await replace('"x"'))).toBe('412 PreconditionFailed')
    const both = await Promise.all([replace(etag), replace(etag)])
    expect(both.map(outcome).sort()).toEqual(['200', '412 PreconditionFailed'])
    expect(outcome(await client('PUT', 'b', { headers: { 'if-none-match': '"x"' } }))).toBe('501 NotImplemented')
  })

  test('comes in parts', async () => {
    const client = await open({ minPart: 4 })
    const begin = async () =>
      /<UploadId>(.*)<\/UploadId>/.exec(
        (await client('POST', 'big', { query: { uploads: '' } })).body.toString(),
      )?.[1] ?? ''
    const uploadId = await begin()
    const part = async (number: number, body: string, id = uploadId) =>
      (await client('PUT', 'big', { query: { uploadId: id, partNumber: String(number) }, body })).headers.etag ?? ''
    const complete = (parts: readonly (readonly [number, string])[], headers = {}, id = uploadId) => {
      const listed = parts.map(([n, etag]) => `<Part><PartNumber>${n}</PartNumber><ETag>${etag}</ETag></Part>`)
      const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`
      return client('POST', 'big', { query: { uploadId: id }, body, headers })
    }
    const [b, a] = await Promise.all([part(7, 'ef'), part(2, 'abcd')])
    await part(5, 'unused')
    const listed = (await client('GET', 'big', { query: { uploadId, 'max-parts': '2' } })).body.toString()
    expect(listed.match(/<PartNumber>\d|<IsTruncated>\w+|<NextPartNumberMarker>\d/g)).toEqual([
      ...['<NextPartNumberMarker>5', '<IsTruncated>true', '<PartNumber>2', '<PartNumber>5'],
    ])
    expect(outcome(await complete([[2, b]]))).toBe('400 InvalidPart')
    const swapped: [number, string][] = [
      [7, b],
      [2, a],
    ]
    expect(outcome(await complete(swapped))).toBe('400 InvalidPartOrder')
    const small = await part(1, 'abc')
    expect(outcome(await complete([[1, small], ...swapped.toReversed()]))).toBe('400 EntityTooSmall')
    await client('PUT', 'big', { body: 'there' })
    expect(outcome(await complete(swapped.toReversed(), absent))).toBe('412 PreconditionFailed')
    await client('DELETE', 'big')
    const both = await Promise.all([complete(swapped.toReversed(), absent), complete(swapped.toReversed(), absent)])
    expect(both.map(outcome).sort()).toEqual(['200', '404 NoSuchUpload'])
    expect((await client('GET', 'big')).body.toString()).toBe('abcdef')
    expect((await client('HEAD', 'big')).headers.etag).toMatch(/^"[0-9a-f]{32}-2"$/)
    expect((await client('GET', 'big', { headers: { range: 'bytes=3-4' } })).body.toString()).toBe('de')
    const second = await begin()
    await part(1, 'left', second)
    const uploads = (await client('GET', '', { query: { uploads: '', prefix: 'b' } })).body.toString()
    expect(uploads).toContain(`<Key>big</Key><UploadId>${second}</UploadId>`)
    expect(outcome(await client('DELETE', 'big', { query: { uploadId: second } }))).toBe('204')
    expect(outcome(await complete([[1, a]], {}, second))).toBe('404 NoSuchUpload')
    await client('DELETE', 'big')
    // Parts, losers and what was replaced are gone from the disk.
    for (const dir of dirs) expect(readdirSync(dir)).toEqual([])
  })

  test('of a connection that breaks is not there', async () => {
    const { server, as } = await open()
    const call = { method: 'PUT', path: `/${BUCKET}/torn`, payload: 'UNSIGNED-PAYLOAD' }
    const { request, reply } = begin({ ...call, ...sign({ ...OWNER, endpoint: server.endpoint }, call), length: 8 })
    request.write('half', () => request.destroy())
    await expect(reply).rejects.toThrow()
    await expect.poll(() => server.seen.length).toBe(1)
    expect(outcome(await as({})('GET', 'torn'))).toBe('404 NoSuchKey')
    for (const dir of dirs) expect(readdirSync(dir)).toEqual([])
  })
})

describe('a listing', () => {
  const list = async (client: Client, query: Record<string, string>) => {
    const reply = await client('GET', '', { query: { 'list-type': '2', ...query } })
    const text = reply.body.toString()
    const keys = textsOf(text, 'Key')
    const prefixes = textsOf(text, 'Prefix').slice(1)
    return { keys, prefixes, next: textsOf(text, 'NextContinuationToken')[0], code: reply.code, text }
  }

  /** All pages, as one who follows the tokens sees them. */
  const pages = async (client: Client, query: Record<string, string>) => {
    const seen: string[][] = []
    for (let token: string | undefined = ''; token !== undefined && seen.length < 20; ) {
      const page = await list(client, { ...query, ...(token === '' ? {} : { 'continuation-token': token }) })
      seen.push([...page.keys, ...page.prefixes])
      token = page.next
    }
    return seen
  }

  test('goes by the bytes of the names, in pages, and gathers what a delimiter ends', async () => {
    const client = await start()
    const names = ['a', 'a/1', 'a/2', 'a/b/3', 'a0', 'é', '\uffee', '\u{1f600}']
    for (const name of names.toReversed()) await client('PUT', name, { body: name })
    expect((await list(client, {})).keys).toEqual(names)
    expect(await pages(client, { 'max-keys': '3' })).toEqual([names.slice(0, 3), names.slice(3, 6), names.slice(6)])
    expect(await list(client, { prefix: 'a/', delimiter: '/' })).toMatchObject({
      keys: ['a/1', 'a/2'],
      prefixes: ['a/b/'],
    })
    expect(await pages(client, { delimiter: '/', 'max-keys': '2' })).toEqual([
      ...[
        ['a', 'a/'],
        ['a0', 'é'],
        ['\uffee', '\u{1f600}'],
      ],
    ])
    expect((await list(client, { 'start-after': 'a/2', 'max-keys': '2' })).keys).toEqual(['a/b/3', 'a0'])
    expect((await list(client, { 'start-after': 'a/', delimiter: '/' })).prefixes).toEqual(['a/'])
    expect((await list(client, { prefix: 'none' })).keys).toEqual([])
    expect(await list(client, { 'max-keys': '0' })).toMatchObject({ keys: [], next: undefined })
    expect((await list(client, { 'max-keys': 'x' })).code).toBe('InvalidArgument')
    expect((await list(client, { 'continuation-token': 'x' })).code).toBe('InvalidArgument')
  })

  test('writes names as they are, or encoded', async () => {
    const client = await start()
    await client('PUT', 'a <&> "b"+\r', { body: '' })
    expect((await list(client, {})).keys).toEqual(['a <&> "b"+\r'])
    expect((await list(client, { 'encoding-type': 'url' })).keys).toEqual(['a%20%3C%26%3E%20%22b%22%2B%0D'])
  })

  test('has at most 1,000 at once, whatever is asked for', async () => {
    expect((await list(await start(), { 'max-keys': '5000' })).text).toContain('<MaxKeys>1000</MaxKeys>')
  })
})

test('many are deleted at once, by who may', async () => {
  const keys = [OWNER, { id: 'gc', secret: 's', cannotWrite: '^kept' }]
  const client = await start({ keys })
  for (const name of ['a&b', 'c', 'kept']) await client('PUT', name, { body: name })
  const body =
    '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>none</Key></Object><Object><Key>kept</Key></Object></Delete>'
  const ask = client.as({ id: 'gc', secret: 's' })
  expect(outcome(await ask('POST', '', { query: { delete: '' }, body }))).toBe('400 InvalidRequest')
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
  const reply = (await ask('POST', '', { query: { delete: '' }, body, headers })).body.toString()
  expect(reply).toContain('<Deleted><Key>a&#38;b</Key></Deleted><Deleted><Key>none</Key></Deleted>')
  expect(reply).toContain('<Error><Key>kept</Key><Code>AccessDenied</Code>')
  expect(textsOf((await client('GET', '')).body.toString(), 'Key')).toEqual(['c', 'kept'])
})

test('buckets are looked for, made and removed', async () => {
  const client = await start({ region: 'eu-west-1', versioning: 'Enabled' })
  const ask = client.as({ region: 'eu-west-1' })
  const at = (method: string, bucket: string, query = {}) => ask(method, '', { path: `/${bucket}`, query })
  expect(await at('HEAD', BUCKET)).toMatchObject({ status: 200, headers: { 'x-amz-bucket-region': 'eu-west-1' } })
  expect(await at('HEAD', 'none')).toMatchObject({ status: 404, body: Buffer.alloc(0) })
  expect(outcome(await at('GET', 'none'))).toBe('404 NoSuchBucket')
  expect(outcome(await at('PUT', 'none'))).toBe('200')
  expect(outcome(await at('GET', 'none'))).toBe('200')
  expect(outcome(await at('DELETE', 'none'))).toBe('204')
  expect((await at('GET', BUCKET, { versioning: '' })).body.toString()).toContain('<Status>Enabled</Status>')
  expect((await at('GET', BUCKET, { location: '' })).body.toString()).toContain('eu-west-1')
  expect(outcome(await at('GET', BUCKET, { policy: '' }))).toBe('501 NotImplemented')
})

describe('a double that is told to', () => {
  const race = async (client: Client) => {
    const writers = Array.from({ length: 32 }, (_, i) => client('PUT', 'a', { body: `writer ${i}`, headers: absent }))
    const replies = await Promise.all(writers)
    return replies.filter(({ status }) => status === 200).length
  }

  test('lie lets all writers win', async () => {
    expect(await race(await start({ lies: true }))).toBe(32)
  })

  test('check, then write lets several win who write at once, and none later', async () => {
    const client = await start({ checkThenWrite: true })
    expect(await race(client)).toBeGreaterThan(1)
    expect(outcome(await client('PUT', 'a', { headers: absent }))).toBe('412 PreconditionFailed')
  })

  test('conflict does so each so many conditional writes', async () => {
    const client = await start({ conflictEvery: 2 })
    const put = (key: string, headers = {}) => client('PUT', key, { headers }).then(outcome)
    expect(await put('a', absent)).toBe('200')
    expect(await put('b', absent)).toBe('409 ConditionalRequestConflict')
    expect(await put('b')).toBe('200')
    expect(await put('c', absent)).toBe('200')
  })

  test('have a clock of its own says so in each answer', async () => {
    const client = await start({ clockOffset: 3_600_000 })
    const reply = await client('GET', 'a')
    expect(outcome(reply)).toBe('403 RequestTimeTooSkewed')
    expect(Date.parse(reply.headers.date ?? '') - Date.now()).toBeGreaterThan(3_500_000)
  })

  test('give ETags that are no MD5 gives others each time', async () => {
    const client = await start({ opaqueTags: true })
    const put = async () => (await client('PUT', 'a', { body: 'x' })).headers.etag
    const [first, second] = [await put(), await put()]
    expect(first).toMatch(/^"[0-9a-f-]+"$/)
    expect(first).not.toBe(second)
  })
})

test('what was asked is on record: how much, how much at once, how much one after the other', async () => {
  const client = await start({ latency: 100 })
  await client('PUT', 'a', { body: 'x' })
  await Promise.all(['b', 'c', 'd'].map((key) => client('GET', key)))
  await client('GET', '', { query: { prefix: 'a' } })
  const { seen } = client.server
  expect(seen.map(({ method, key, status, code }) => `${method} ${key} ${status} ${code}`)).toEqual([
    'PUT a 200 ',
    ...['b', 'c', 'd'].map((key) => `GET ${key} 404 NoSuchKey`),
    'GET  200 ',
  ])
  expect(seen.at(-1)?.query).toEqual({ prefix: 'a' })
  expect(roundTrips(seen)).toBe(3)
  expect(atOnce(seen)).toBe(3)
})

test('runs as a process of its own', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'aiship-s3-'))
  dirs.push(dir)
  const server = await startS3Process(dir, { folder: dir })
  try {
    const call = { method: 'PUT', path: `/${BUCKET}/a`, body: 'x' }
    expect((await ask({ ...OWNER, endpoint: server.endpoint }, call)).status).toBe(200)
    expect((await server.seen()).map(({ method, key }) => `${method} ${key}`)).toEqual(['PUT a'])
    await server.forget()
    expect(await server.seen()).toEqual([])
  } finally {
    await server.close()
  }
})
