import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Call, Key } from './auth.ts'
import { held } from './bodies.ts'
import { Bucket } from './bucket.ts'
import { answerXml, requestId } from './operations.ts'
import { S3Error } from './reply.ts'
import { type Service, serve } from './routes.ts'
import type { Seen } from './trace.ts'

/**
 * A double of S3, as strict as the real one: it checks signatures, digests and conditions, and it looks at a condition when the body
 * has arrived. Path style, one region, no versions, no copies. The index is in memory; bodies are too, unless there is a `folder`.
 */

export interface S3Options {
  readonly port?: number
  readonly buckets?: readonly string[]
  readonly keys?: readonly Key[]
  readonly region?: string
  /** Bodies lie here: 2 GiB need no memory. */
  readonly folder?: string
  /** Before each answer, in ms: what a client does at once then overlaps, and `roundTrips` counts only what waits. */
  readonly latency?: number
  /** How far this clock is ahead, in ms. */
  readonly clockOffset?: number
  /** The least size of a part that is not the last. */
  readonly minPart?: number
  /** ETags that are no MD5, as with server-side encryption. */
  readonly opaqueTags?: boolean
  /** Each so many conditional writes, one meets a 409 and is not done. */
  readonly conflictEvery?: number
  /** What `?versioning` answers. Nothing keeps versions. */
  readonly versioning?: 'Enabled' | 'Suspended'
  /** Ignores conditions of writes, and says that all went well. */
  readonly lies?: boolean
  /** Looks at conditions before the body is here: two writers can both pass. */
  readonly checkThenWrite?: boolean
}

export interface S3Server {
  readonly endpoint: string
  readonly region: string
  readonly keys: readonly Key[]
  /** What was asked, in the order of the answers. */
  readonly seen: Seen[]
  /** Lets so much time pass for everything that is stored. */
  age(ms: number): void
  /** Before each answer, in ms. */
  latency: number
  /** Puts something there at once, or behind everybody's back; null takes it away. */
  place(key: string, bytes: Uint8Array | null): void
  /** What lies there. */
  bytesOf(key: string): Promise<Buffer | null>
  /** Of the first bucket, in the order in which they are listed. */
  names(): readonly string[]
  close(): Promise<void>
}

export const OWNER: Key = { id: 'aiship', secret: 'aiship-secret' }
export const BUCKET = 'aiship-test'

export async function startS3(options: S3Options = {}): Promise<S3Server> {
  const service = serviceOf(options)
  const seen: Seen[] = []
  const server = http.createServer({ highWaterMark: 2 ** 20, keepAliveTimeout: 60_000 }, (request, response) => {
    const start = performance.now()
    let call: Call | null = null
    let code = ''
    response.sendDate = false
    response.setHeader('date', service.behaviour.now().toUTCString())
    response.setHeader('server', 'AmazonS3')
    response.setHeader('x-amz-request-id', requestId())
    response.once('close', () => {
      if (call === null || call.bucket === CONTROL) return
      const { method, bucket, key, query } = call
      const what = { method, bucket, key, query: Object.fromEntries(query), status: response.statusCode, code }
      seen.push({ ...what, start, end: performance.now() })
    })
    const run = async () => {
      call = callOf(request)
      if (call.bucket === CONTROL) return answerTrace(call, response, seen)
      if (double.latency > 0) await new Promise((resolve) => setTimeout(resolve, double.latency))
      await serve(service, call, request, response)
    }
    run().catch((error: unknown) => {
      const known = error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error))
      code = known.code
      // Too late to say anything, or nobody there to hear it.
      if (response.headersSent || request.socket.destroyed) response.destroy()
      else if (request.method !== 'HEAD') answerXml(response, known.status, known.xml)
      else response.writeHead(known.status, { 'content-type': 'application/xml' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const [first] = service.buckets.values() as Iterable<Bucket>
  const bucket = first ?? new Bucket()
  const double: S3Server = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    age: (ms) => {
      for (const bucket of service.buckets.values()) bucket.age(ms)
    },
    ...{ region: service.region, keys: service.keys, seen, latency: options.latency ?? 0 },
    place(key, bytes) {
      if (bytes === null) return bucket.delete(key)
      const body = held(bytes)
      bucket.put(key, { body, etag: `"${body.md5}"`, modified: service.behaviour.now(), headers: {} })
    },
    async bytesOf(key) {
      const stored = bucket.get(key)
      if (stored === undefined) return null
      const chunks: Buffer[] = []
      await stored.body.send({ write: (chunk: Buffer) => chunks.push(chunk) } as never, 0, stored.body.size)
      return Buffer.concat(chunks)
    },
    names: () =>
      bucket.list({ prefix: '', delimiter: '', max: Number.POSITIVE_INFINITY, after: '', resumes: false }).keys,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return double
}

function serviceOf(options: S3Options): Service {
  const { region = 'us-east-1', keys = [OWNER], clockOffset = 0 } = options
  let writes = 0
  return {
    ...{ region, keys, versioning: options.versioning ?? null, nextWrite: () => ++writes },
    buckets: new Map((options.buckets ?? [BUCKET]).map((name) => [name, new Bucket()])),
    behaviour: {
      now: () => new Date(Date.now() + clockOffset),
      ...{ folder: options.folder ?? null, minPart: options.minPart ?? 5 * 2 ** 20 },
      ...{ opaqueTags: options.opaqueTags ?? false, conflictEvery: options.conflictEvery ?? 0 },
      ...{ lies: options.lies ?? false, checkThenWrite: options.checkThenWrite ?? false },
    },
  }
}

/** No bucket can be called that. */
const CONTROL = '-'

function callOf({ method = '', url = '', headers }: IncomingMessage): Call {
  try {
    const [raw = '', search = ''] = url.split(/\?(.*)/s)
    const path = decodeURIComponent(raw)
    const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? []
    const query = search
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => pair.replaceAll('+', '%20').split(/=(.*)/s).map(decodeURIComponent))
      .map(([name = '', value = '']) => [name, value] as const)
    if (Buffer.byteLength(key) > 1024) throw new S3Error(400, 'KeyTooLongError', 'Your key is too long')
    const flat = Object.entries(headers).map(([name, value]) => [name, String(value)])
    return { method, path, bucket, key, query: new Map(query), headers: Object.fromEntries(flat) }
  } catch (error) {
    if (error instanceof S3Error) throw error
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.")
  }
}

/** What was seen, for who runs this as a process of its own. DELETE forgets it. */
function answerTrace({ method }: Call, response: ServerResponse, seen: Seen[]): void {
  if (method === 'DELETE') seen.length = 0
  const document = JSON.stringify(seen)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(document) })
  response.end(document)
}
