import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Call } from './auth.ts'
import { type Body, receive } from './bodies.ts'
import { type Bucket, checkRead, checkWrite, type Stored } from './bucket.ts'
import { S3Error, textsOf, xml } from './reply.ts'

export interface Behaviour {
  readonly folder: string | null
  readonly minPart: number
  readonly opaqueTags: boolean
  readonly conflictEvery: number
  readonly lies: boolean
  readonly checkThenWrite: boolean
  readonly now: () => Date
}

/** A call, with all that carries it out. */
export interface Act {
  readonly call: Call
  readonly bucket: Bucket
  readonly behaviour: Behaviour
  /** The digest that the body must have, or null. */
  readonly payload: string | null
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Counts conditional writes. */
  readonly nextWrite: () => number
}

export const noSuchKey = (key: string): S3Error =>
  new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key })

export function answer(response: ServerResponse, status: number, headers: Readonly<Record<string, string | number>>) {
  response.writeHead(status, { 'content-length': 0, ...headers })
  response.end()
}

export function answerXml(response: ServerResponse, status: number, document: string): void {
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(document) })
  response.end(document)
}

/** Large objects come in parts. */
const MAX_BODY = 5 * 2 ** 30
const MAX_DOCUMENT = 2 ** 21

export async function bodyOf({ call, payload, request, behaviour }: Act): Promise<Body> {
  const stated = call.headers['content-length']
  if (stated === undefined)
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
  if (Number(stated) > MAX_BODY)
    throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
  const md5 = call.headers['content-md5'] ?? null
  return receive(request, behaviour.folder, { sha256: payload, md5, size: Number(stated) })
}

/** A small body: a list of names, or of parts. */
export async function documentOf(act: Act): Promise<string> {
  if (Number(act.call.headers['content-length']) > MAX_DOCUMENT)
    throw new S3Error(400, 'MaxMessageLengthExceeded', 'Your request was too big.')
  const chunks: Buffer[] = []
  const body = await bodyOf({ ...act, behaviour: { ...act.behaviour, folder: null } })
  await body.send({ write: (chunk: Buffer) => chunks.push(chunk) } as never, 0, body.size)
  return Buffer.concat(chunks).toString()
}

const KEPT = /^(?:x-amz-meta-.*|content-type|content-encoding|content-disposition|cache-control)$/

export const keptHeaders = (call: Call): Readonly<Record<string, string>> => ({
  'content-type': 'binary/octet-stream',
  ...Object.fromEntries(Object.entries(call.headers).filter(([name]) => KEPT.test(name))),
})

export const etagOf = (body: Body, { opaqueTags }: Behaviour): string =>
  `"${opaqueTags ? randomUUID().slice(0, 18) : body.md5}"`

const isConditional = ({ headers }: Call): boolean =>
  headers['if-match'] !== undefined || headers['if-none-match'] !== undefined

/**
 * What a write does: `prepare` gets its bytes here, then the conditions are looked at and the object is there, without a gap between
 * the two. `lost` has what a condition refused.
 */
export async function commit(
  act: Act,
  prepare: () => Promise<Stored>,
  lost: (stored: Stored) => void,
): Promise<Stored> {
  const { call, bucket, behaviour } = act
  const check = () => checkWrite(bucket.get(call.key), call.headers)
  if (behaviour.checkThenWrite) {
    check()
    // Long enough that all who race have looked.
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const stored = await prepare()
  try {
    if (isConditional(call) && behaviour.conflictEvery > 0 && act.nextWrite() % behaviour.conflictEvery === 0)
      throw new S3Error(
        409,
        'ConditionalRequestConflict',
        'The conditional request cannot succeed due to a conflicting operation against this resource.',
      )
    if (!behaviour.lies && !behaviour.checkThenWrite) check()
  } catch (error) {
    lost(stored)
    throw error
  }
  bucket.put(call.key, stored)
  return stored
}

export async function putObject(act: Act): Promise<void> {
  const { call, behaviour } = act
  if (call.headers['x-amz-copy-source'] !== undefined) throw new S3Error(501, 'NotImplemented', 'No copies here.')
  const prepare = async () => {
    const body = await bodyOf(act)
    return { body, etag: etagOf(body, behaviour), modified: behaviour.now(), headers: keptHeaders(call) }
  }
  const stored = await commit(act, prepare, ({ body }) => body.drop())
  answer(act.response, 200, { etag: stored.etag })
}

export async function getObject({ call, bucket, response }: Act): Promise<void> {
  const stored = bucket.get(call.key)
  if (stored === undefined) throw noSuchKey(call.key)
  const headers = { etag: stored.etag, 'last-modified': stored.modified.toUTCString() }
  if (checkRead(stored, call.headers)) {
    response.writeHead(304, headers)
    response.end()
    return
  }
  const { size } = stored.body
  const range = rangeOf(call.headers.range, size)
  const [start, end] = range ?? [0, size]
  response.writeHead(range === null ? 200 : 206, {
    ...{ ...stored.headers, ...headers, 'accept-ranges': 'bytes', 'content-length': end - start },
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  })
  if (call.method === 'GET') await stored.body.send(response, start, end)
  response.end()
}

/** From, up to but without; null: all of it, also where the header cannot be read. */
function rangeOf(header: string | undefined, size: number): readonly [number, number] | null {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || from + to === '') return null
  const start = from === '' ? Math.max(size - Number(to), 0) : Number(from)
  const end = from === '' || to === '' ? size : Math.min(Number(to) + 1, size)
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null
  if (start >= size || start >= end)
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', { ActualObjectSize: String(size) })
  return [start, end]
}

export async function deleteObject({ call, bucket, response }: Act): Promise<void> {
  if (call.headers['if-match'] !== undefined) checkWrite(bucket.get(call.key), { 'if-match': call.headers['if-match'] })
  bucket.delete(call.key)
  response.writeHead(204)
  response.end()
}

/** Up to 1,000 at once. `mayDelete` says so of each. */
export async function deleteObjects(act: Act, mayDelete: (key: string) => boolean): Promise<void> {
  const { headers } = act.call
  if (headers['content-md5'] === undefined && !Object.keys(headers).some((name) => name.startsWith('x-amz-checksum-')))
    throw new S3Error(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5')
  const document = await documentOf(act)
  const keys = textsOf(document, 'Key')
  if (keys.length === 0 || keys.length > 1000)
    throw new S3Error(400, 'MalformedXML', 'The XML you provided was not well-formed or did not validate.')
  for (const key of keys.filter(mayDelete)) act.bucket.delete(key)
  const isQuiet = textsOf(document, 'Quiet')[0] === 'true'
  const refused = keys.filter((key) => !mayDelete(key))
  const result = xml('DeleteResult', {
    Deleted: isQuiet ? [] : keys.filter(mayDelete).map((key) => ({ Key: key })),
    Error: refused.map((key) => ({ Key: key, Code: 'AccessDenied', Message: 'Access Denied' })),
  })
  answerXml(act.response, 200, result)
}

/** A request id, as support of a provider would ask for. */
export const requestId = (): string => createHash('md5').update(randomUUID()).digest('hex').slice(0, 16).toUpperCase()
