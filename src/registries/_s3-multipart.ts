import { createHash } from 'node:crypto'
import { AishipError } from '../core/errors.ts'
import { notS3, refusalOf, refused } from './_s3-refusals.ts'
import { Ambiguous, type Requester } from './_s3-request.ts'
import { all, escapeXml, parseXml, textOf } from './_s3-xml.ts'

export interface Part {
  readonly number: number
  readonly etag: string
}

/** An upload that was begun and neither completed nor dropped, with the ETags of its parts that have the right size. */
export interface Earlier {
  readonly id: string
  readonly parts: ReadonlyMap<number, string>
}

/** What is read of a reply that matters for its headers. */
export const MAX_ETAG_REPLY = 64 * 1024
const MAX_LIST = 4 * 2 ** 20
/** A listing of a thousand parts a page: more than an upload has. */
const MAX_PAGES = 12

/** The newest upload of exactly this key; null where there is none, or where we may not look. */
export async function findUpload(
  requester: Requester,
  key: string,
  sizeOf: (number: number) => number,
  signal: AbortSignal | undefined,
): Promise<Earlier | null> {
  const query = { uploads: '', 'encoding-type': 'url', prefix: key, 'max-uploads': '100' }
  const listed = await requester.whole({
    ...{ method: 'GET', action: 'list', key: '', query, maxBytes: MAX_LIST, expect: [400, 403, 404, 405, 501], signal },
  })
  const document = parseXml(listed.bytes.toString())
  if (listed.status !== 200 || document === null) return null
  const read = (text: string): string =>
    textOf(document, 'EncodingType') === 'url' ? decodeURIComponent(text.replaceAll('+', ' ')) : text
  const id = all(document, 'Upload')
    .filter((upload) => read(textOf(upload, 'Key')) === key)
    .sort((a, b) => Date.parse(textOf(b, 'Initiated')) - Date.parse(textOf(a, 'Initiated')))
    .map((upload) => textOf(upload, 'UploadId'))
    .find((found) => found !== '')
  if (id === undefined) return null
  const parts = await partsOf(requester, key, id, sizeOf, signal)
  return parts === null ? null : { id, parts }
}

/** An upload that nobody has completed. */
export interface Unfinished {
  readonly key: string
  readonly id: string
  readonly startedMs: number
}

/** Those below a prefix. None where the store does not tell. */
export async function listUploads(requester: Requester, prefix: string): Promise<readonly Unfinished[]> {
  const found: Unfinished[] = []
  let marker = {}
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { uploads: '', 'encoding-type': 'url', prefix, 'max-uploads': '1000', ...marker }
    const listed = await requester.whole({
      ...{ method: 'GET', action: 'list', key: '', query, maxBytes: MAX_LIST, expect: [400, 403, 404, 405, 501] },
    })
    const document = parseXml(listed.bytes.toString())
    if (listed.status !== 200 || document === null) return found
    const isEscaped = textOf(document, 'EncodingType') === 'url'
    const read = (text: string): string => (isEscaped ? decodeURIComponent(text.replaceAll('+', ' ')) : text)
    for (const upload of all(document, 'Upload')) {
      const [key, id] = [read(textOf(upload, 'Key')), textOf(upload, 'UploadId')]
      const startedMs = Date.parse(textOf(upload, 'Initiated'))
      if (key.startsWith(prefix) && id !== '' && !Number.isNaN(startedMs)) found.push({ key, id, startedMs })
    }
    const [key, id] = [read(textOf(document, 'NextKeyMarker')), textOf(document, 'NextUploadIdMarker')]
    if (textOf(document, 'IsTruncated') !== 'true' || key === '') return found
    marker = { 'key-marker': key, 'upload-id-marker': id }
  }
  return found
}

async function partsOf(
  requester: Requester,
  key: string,
  id: string,
  sizeOf: (number: number) => number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, string> | null> {
  const parts = new Map<number, string>()
  let marker = '0'
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { uploadId: id, 'part-number-marker': marker, 'max-parts': '1000' }
    const listed = await requester.whole({
      ...{ method: 'GET', action: 'list', key, query, maxBytes: MAX_LIST, expect: [400, 403, 404, 405, 501], signal },
    })
    const document = parseXml(listed.bytes.toString())
    if (listed.status !== 200 || document === null) return null
    for (const part of all(document, 'Part')) {
      const number = Number(textOf(part, 'PartNumber'))
      if (Number(textOf(part, 'Size')) === sizeOf(number)) parts.set(number, textOf(part, 'ETag'))
    }
    const next = textOf(document, 'NextPartNumberMarker')
    if (textOf(document, 'IsTruncated') !== 'true' || next === '' || next === marker) return parts
    marker = next
  }
  return parts
}

export async function beginUpload(requester: Requester, key: string, signal: AbortSignal | undefined): Promise<string> {
  const call = {
    method: 'POST',
    action: 'write',
    key,
    query: { uploads: '' },
    maxBytes: MAX_ETAG_REPLY,
    signal,
  } as const
  const { bytes } = await requester.whole(call)
  const id = textOf(parseXml(bytes.toString()), 'UploadId')
  if (id === '') throw notS3('it names no upload', requester.asked(call))
  return id
}

/**
 * Makes an object of the parts. S3 may answer 200 and then an error, and may carry out what it gave no answer to: the object decides.
 */
export async function completeUpload(
  requester: Requester,
  key: string,
  id: string,
  parts: readonly Part[],
  size: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const list = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  )
  const body = Buffer.from(
    `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`,
  )
  const sha256 = createHash('sha256').update(body).digest('hex')
  const call = { method: 'POST', action: 'write', key, query: { uploadId: id }, body: { bytes: body, sha256 } } as const
  let failure: unknown = null
  try {
    const headers = { 'content-type': 'application/xml' }
    const answer = await requester.whole({ ...call, headers, isOnce: true, maxBytes: MAX_ETAG_REPLY, signal })
    const root = parseXml(answer.bytes.toString())
    if (root?.name !== 'CompleteMultipartUploadResult')
      failure = refused(refusalOf(500, answer.headers, answer.bytes), requester.asked(call))
  } catch (error) {
    if (!(error instanceof Ambiguous)) throw error
    failure = error.reason
  }
  signal?.throwIfAborted()
  const stored = await sizeAt(requester, key, signal)
  if (stored !== size) throw failure ?? wrongSize(key, size, stored)
}

/** Null where nothing is. */
export async function sizeAt(
  requester: Requester,
  key: string,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const call = { method: 'HEAD', action: 'read', key, maxBytes: 0, expect: [404], signal } as const
  const { status, headers } = await requester.whole(call)
  return status === 404 ? null : Number(headers['content-length'])
}

/** Best effort: what is left is taken up by the next upload of the key, or dropped by the bucket's own rules. */
export async function dropUpload(requester: Requester, key: string, id: string): Promise<void> {
  try {
    const query = { uploadId: id }
    await requester.whole({
      method: 'DELETE',
      action: 'write',
      key,
      query,
      maxBytes: MAX_ETAG_REPLY,
      expect: [403, 404],
    })
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
  }
}

const wrongSize = (key: string, size: number, got: number | null): AishipError =>
  new AishipError('CORRUPT', `"${key}" has ${got === null ? 'no' : got} bytes after an upload of ${size}`, {
    hint: 'the store lost or changed what it confirmed',
    next: ['aiship doctor'],
    details: { key, size, got },
  })
