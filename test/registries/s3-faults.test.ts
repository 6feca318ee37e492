import { createServer } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { S3Client } from '../../src/registries/_s3-client.ts'
import { codeOf } from '../contracts/object-store.ts'
import { clientOf, closeAll, error, ok, reset, type Script, scripted } from './scripted.ts'

afterEach(closeAll)

const html: Script = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<!DOCTYPE html><html><body>Please log in</body></html>')
}

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => null).catch((thrown: unknown) => thrown)
const entry = (client: S3Client) => client.put('entry', Buffer.from('{}'), { ifNoneMatch: true })

describe('creating what nobody else has created', () => {
  test.each<[string, Script, unknown, number]>([
    [
      '412 at once',
      (_, response) => error(response, 412, 'PreconditionFailed'),
      { outcome: 'exists', ambiguous: false },
      1,
    ],
    [
      'a lost reply, then 412',
      (request, response, nth) => (nth === 0 ? reset(request) : error(response, 412, 'PreconditionFailed')),
      { outcome: 'exists', ambiguous: true },
      2,
    ],
    [
      '500, then 412',
      (_, response, nth) => error(response, nth === 0 ? 500 : 412, nth === 0 ? 'InternalError' : 'PreconditionFailed'),
      { outcome: 'exists', ambiguous: true },
      2,
    ],
    ['no reply, then 200', (_, response, nth) => nth > 0 && ok(response), { outcome: 'stored' }, 2],
    [
      '409 twice, then 200',
      (_, response, nth) => (nth < 2 ? error(response, 409, 'ConditionalRequestConflict') : ok(response)),
      { outcome: 'stored' },
      3,
    ],
    [
      '409, then 412',
      (_, response, nth) =>
        error(response, nth === 0 ? 409 : 412, nth === 0 ? 'OperationAborted' : 'PreconditionFailed'),
      { outcome: 'exists', ambiguous: false },
      2,
    ],
    ['lost replies to the end', (request) => reset(request), { outcome: 'unknown' }, 6],
    ['503 to the end', (_, response) => error(response, 503, 'SlowDown'), { outcome: 'unknown' }, 6],
    [
      'a lost reply, then a refusal',
      (request, response, nth) => (nth === 0 ? reset(request) : error(response, 403, 'AccessDenied')),
      { outcome: 'unknown', cause: expect.objectContaining({ code: 'NOT_PERMITTED' }) },
      2,
    ],
  ])('%s', async (_, script, outcome, tries) => {
    const { client, requests } = await scripted(script)
    expect(await entry(client)).toMatchObject(outcome as object)
    expect(requests).toHaveLength(tries)
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual(Array(tries).fill('*'))
  })

  test('a store that does not know conditions did nothing', async () => {
    const { client, requests } = await scripted((_, response) => error(response, 501, 'NotImplemented'))
    expect(await codeOf(entry(client))).toBe('REGISTRY_UNREACHABLE')
    expect(requests).toHaveLength(1)
  })

  test('conflicts to the end are no lost race', async () => {
    const { client } = await scripted((_, response) => error(response, 409, 'ConditionalRequestConflict'))
    expect(await codeOf(entry(client))).toBe('REGISTRY_UNREACHABLE')
  })

  test('an interruption after it was sent leaves it open', async () => {
    const stop = new AbortController()
    const { client } = await scripted(() => stop.abort(new Error('interrupted')))
    const put = client.put('entry', Buffer.from('{}'), { ifNoneMatch: true, signal: stop.signal })
    expect(await put).toMatchObject({ outcome: 'unknown', cause: new Error('interrupted') })
  })
})

describe('reading', () => {
  const bytes = Buffer.from('0123456789'.repeat(1000))

  test.each([429, 500, 502, 503, 504])('HTTP %i is tried again, after what it asks for', async (status) => {
    const { client } = await scripted((_, response, nth) => {
      if (nth > 0) return ok(response, 'x')
      response.writeHead(status, { 'retry-after': '1' })
      response.end()
    })
    const begun = Date.now()
    expect((await client.get('a')).bytes.toString()).toBe('x')
    expect(Date.now() - begun).toBeGreaterThanOrEqual(990)
  })

  test('nobody waits for longer than the deadline', async () => {
    const script: Script = (_, response) => response.writeHead(503, { 'retry-after': '3600' }).end()
    const { client, requests } = await scripted(script)
    expect(await codeOf(client.get('a'))).toBe('REGISTRY_UNREACHABLE')
    expect(requests).toHaveLength(1)
  })

  test('a first answer that does not come is asked for once more before patience ends', async () => {
    const { client, requests } = await scripted((_, response, nth) => nth > 0 && ok(response, 'late'), {
      timeouts: { idleMs: 20_000 },
    })
    const begun = Date.now()
    expect((await client.get('a', { patienceMs: 3000 })).bytes.toString()).toBe('late')
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect(requests).toHaveLength(2)
  })

  test('many at once on one signal, that wait and ask again, are no leak', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    try {
      const own = new AbortController()
      const always = new AbortController()
      const { client } = await scripted(
        (_, response, nth) => (nth < 40 ? error(response, 503, 'SlowDown') : ok(response)),
        { signal: always.signal, pace: { baseMs: 50, capMs: 50 } },
      )
      const keys = Array.from({ length: 40 }, (_, i) => String(i))
      await Promise.all(keys.map((key, i) => client.get(key, i % 2 === 0 ? { signal: own.signal } : {})))
      expect(warned).not.toHaveBeenCalled()
    } finally {
      warned.mockRestore()
    }
  })

  test('a body that is cut, or stops coming, is read again', async () => {
    const { client } = await scripted((_, response, nth) => {
      if (nth > 1) return ok(response, bytes)
      response.writeHead(200, { 'content-length': String(bytes.length) })
      response.write(bytes.subarray(0, 100))
      if (nth === 0) setTimeout(() => response.destroy(), 20)
    })
    expect((await client.get('a')).bytes.equals(bytes)).toBe(true)
  })

  test('an endless body ends', async () => {
    const { client } = await scripted((_, response) => {
      response.writeHead(200)
      const more = (): void => {
        while (response.writable && response.write(Buffer.alloc(65536)));
      }
      response.on('drain', more)
      more()
    })
    expect(await codeOf(client.get('a', { maxBytes: 1_000_000 }))).toBe('CORRUPT')
  })

  const ranged =
    (send: (response: Parameters<Script>[1], from: number, nth: number) => void): Script =>
    (request, response, nth) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const headers = { etag: '"one"', 'content-length': String(bytes.length - from) }
      const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }
      response.writeHead(request.headers.range === undefined ? 200 : 206, { ...headers, ...range })
      send(response, from, nth)
    }

  async function read(client: S3Client): Promise<Buffer> {
    const chunks: Uint8Array[] = []
    for await (const chunk of (await client.stream('big'))?.bytes ?? []) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  test('a stream that is cut goes on where it ended, with the same object', async () => {
    const { client, requests } = await scripted(
      ranged((response, from, nth) => {
        if (nth === 9) {
          response.end(bytes.subarray(from))
          return
        }
        response.write(bytes.subarray(from, from + 1000))
        setTimeout(() => response.destroy(), 10)
      }),
    )
    expect((await read(client)).equals(bytes)).toBe(true)
    expect(requests.length).toBeGreaterThan(5)
    expect(requests.slice(1).every(({ headers }) => headers['if-match'] === '"one"')).toBe(true)
  })

  test('a stream that brings nothing more fails', async () => {
    const { client } = await scripted(
      ranged((response, from) => {
        if (from === 0) response.write(bytes.subarray(0, 1000))
        setTimeout(() => response.destroy(), 10)
      }),
    )
    expect(await codeOf(read(client))).toBe('REGISTRY_UNREACHABLE')
  })

  test('a stream whose object is replaced meanwhile fails', async () => {
    const { client } = await scripted((request, response, nth) => {
      if (nth > 0) return error(response, 412, 'PreconditionFailed')
      ranged((first) => {
        first.write(bytes.subarray(0, 1000))
        setTimeout(() => first.destroy(), 10)
      })(request, response, nth, Buffer.alloc(0))
    })
    expect(await codeOf(read(client))).toBe('CORRUPT')
  })
})

describe('an endpoint that is none', () => {
  test('a web page is no success, no absence and no list', async () => {
    const { client } = await scripted(html)
    for (const work of [client.get('a'), client.head('a'), client.put('a', Buffer.from('x')), entry(client)])
      expect(await failureOf(work)).toMatchObject({
        code: 'REGISTRY_UNREACHABLE',
        message: expect.stringMatching(/web page/),
      })
    const notFound = await scripted((_, response) => {
      response.writeHead(404, { 'content-type': 'text/html' })
      response.end('<html>Not Found</html>')
    })
    expect(await codeOf(notFound.client.get('a'))).toBe('REGISTRY_UNREACHABLE')
    expect(await codeOf(notFound.client.head('a'))).toBe('REGISTRY_UNREACHABLE')
    const other = await scripted((_, response) => {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end('{"errors":[{"code":"NAME_UNKNOWN"}]}')
    })
    expect(await codeOf(other.client.get('a'))).toBe('REGISTRY_UNREACHABLE')
  })

  test.each<[string, Script, string, RegExp]>([
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://evil.example/' }).end(),
      'REGISTRY_UNREACHABLE',
      /sends us elsewhere/,
    ],
    [
      'another region',
      (_, response) => response.writeHead(301, { 'x-amz-bucket-region': 'eu-west-1' }).end(),
      'CONFIG_INVALID',
      /in the region eu-west-1/,
    ],
    [
      'a proxy that wants a password',
      (_, response) => response.writeHead(407).end(),
      'REGISTRY_UNREACHABLE',
      /wants a name and a password/,
    ],
    ['a full store', (_, response) => error(response, 507, 'XMinioStorageFull'), 'DISK_FULL', /no more bytes/],
    [
      'a session that is over',
      (_, response) => error(response, 400, 'ExpiredToken'),
      'NOT_AUTHENTICATED',
      /session of AKID… has expired/,
    ],
  ])('%s', async (_, script, code, message) => {
    const { client, requests } = await scripted(script)
    expect(await failureOf(client.put('a', Buffer.from('x')))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
    expect(requests.length).toBeLessThanOrEqual(code === 'DISK_FULL' ? 6 : 1)
  })

  test('lists that are none', async () => {
    const page =
      (inner: string): Script =>
      (_, response) =>
        ok(response, `<ListBucketResult>${inner}</ListBucketResult>`)
    const scripts: Script[] = [
      (_, response) => ok(response, '<!DOCTYPE x [<!ENTITY a "b">]><ListBucketResult>&a;</ListBucketResult>'),
      (_, response) => ok(response, '<ListBucketResult>'),
      page('<IsTruncated>true</IsTruncated>'),
      page('<Contents><Key>elsewhere</Key><Size>1</Size></Contents>'),
      page('<Contents><Key>logs/a</Key><Size>many</Size></Contents>'),
      page('<EncodingType>url</EncodingType><Contents><Key>logs/%zz</Key><Size>1</Size></Contents>'),
      page('<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>'),
    ]
    for (const script of scripts) {
      const { client } = await scripted(script)
      const read = async () => {
        for await (const _ of client.list('logs/'));
      }
      expect(await codeOf(read())).toBe('REGISTRY_UNREACHABLE')
    }
  })

  test('nothing there, and nobody of that name', async () => {
    const { client, origin } = await scripted(html)
    client.close()
    closeAll()
    const gone = await clientOf(origin)
    expect(await failureOf(gone.get('a'))).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringMatching(/nothing listens/),
    })
    expect(await codeOf(gone.put('a', Buffer.from('x'), { ifNoneMatch: true }))).toBe('REGISTRY_UNREACHABLE')
    const unnamed = await clientOf('http://no-such-host.invalid')
    expect(await failureOf(unnamed.get('a'))).toMatchObject({
      message: expect.stringMatching(/no machine is called no-such-host.invalid/),
    })
  })

  test('no TLS where TLS was meant', async () => {
    const { origin } = await scripted(html)
    const client = await clientOf(origin.replace('http:', 'https:'))
    expect(await failureOf(client.get('a'))).toMatchObject({ message: expect.stringMatching(/does not speak TLS/) })
  })

  test('somebody who accepts and says nothing', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const client = await clientOf(`https://127.0.0.1:${port}`, {
      pace: { tries: 2 },
      timeouts: { connectMs: 100, idleMs: 1000 },
    })
    expect(await failureOf(client.get('a'))).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringMatching(/no connection within 100 ms/),
    })
    client.close()
    server.close()
  })
})

test('an upload that ends with 200 and an error is not there', async () => {
  const { client, requests } = await scripted((request, response) => {
    const url = request.url ?? ''
    if (url.includes('uploads=') && request.method === 'GET') return error(response, 403, 'AccessDenied')
    if (url.includes('uploads=')) return ok(response, '<R><UploadId>u</UploadId></R>')
    if (request.method === 'POST') return error(response, 200, 'InternalError')
    if (request.method === 'HEAD') return response.writeHead(404).end()
    ok(response)
  })
  const source = { size: 100, read: async (_: number, length: number) => Buffer.alloc(length) }
  expect(await codeOf(client.upload('big', source, { partBytes: 50 }))).toBe('REGISTRY_UNREACHABLE')
  expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(2)
})

test('an upload that somebody else ended is begun again, unless the object is there', async () => {
  const source = { size: 100, read: async (_: number, length: number) => Buffer.alloc(length) }
  for (const isThere of [true, false]) {
    let begun = 0
    const { client } = await scripted((request, response) => {
      const url = request.url ?? ''
      if (url.includes('uploads=') && request.method === 'GET')
        return ok(response, '<R><Upload><Key>big</Key><UploadId>old</UploadId></Upload></R>')
      if (url.includes('uploads=')) return ok(response, `<R><UploadId>new${++begun}</UploadId></R>`)
      if (request.method === 'GET') return ok(response, '<ListPartsResult></ListPartsResult>')
      if (request.method === 'HEAD')
        return isThere || begun > 0 ? ok(response, Buffer.alloc(100)) : error(response, 404, '')
      if (url.includes('uploadId=old')) return error(response, 404, 'NoSuchUpload')
      ok(response, request.method === 'POST' ? '<CompleteMultipartUploadResult/>' : '')
    })
    await client.upload('big', source, { partBytes: 50 })
    expect(begun).toBe(isThere ? 0 : 1)
  }
})

test('batches that a store does not know are deleted one by one', async () => {
  const { client, requests } = await scripted((request, response) =>
    request.method === 'POST' ? error(response, 501, 'NotImplemented') : response.writeHead(204).end(),
  )
  await client.delete(['a', 'b', 'c'])
  expect(requests.map(({ method }) => method)).toEqual(['POST', 'DELETE', 'DELETE', 'DELETE'])
})
