import { randomUUID } from 'node:crypto'
import { joined } from './bodies.ts'
import type { Stored, Upload } from './bucket.ts'
import { maxOf } from './listing.ts'
import { type Act, answer, answerXml, bodyOf, commit, documentOf, etagOf, keptHeaders } from './operations.ts'
import { S3Error, textsOf, xml } from './reply.ts'

const MAX_PARTS = 10_000

export async function createUpload({ call, bucket, behaviour, response }: Act): Promise<void> {
  const id = randomUUID()
  bucket.uploads.set(id, { key: call.key, started: behaviour.now(), headers: keptHeaders(call), parts: new Map() })
  const document = { Bucket: call.bucket, Key: call.key, UploadId: id }
  answerXml(response, 200, xml('InitiateMultipartUploadResult', document))
}

function uploadOf({ call, bucket }: Act): Upload {
  const upload = bucket.uploads.get(call.query.get('uploadId') ?? '')
  if (upload === undefined || upload.key !== call.key)
    throw new S3Error(404, 'NoSuchUpload', 'The specified multipart upload does not exist.')
  return upload
}

export async function uploadPart(act: Act): Promise<void> {
  uploadOf(act)
  const number = Number(act.call.query.get('partNumber'))
  if (!(Number.isInteger(number) && number >= 1 && number <= MAX_PARTS))
    throw new S3Error(400, 'InvalidArgument', `Part number must be an integer between 1 and ${MAX_PARTS}`)
  const body = await bodyOf(act)
  const part: Stored = { body, etag: etagOf(body, act.behaviour), modified: act.behaviour.now(), headers: {} }
  try {
    // Looked up again: it may have been ended meanwhile.
    const { parts } = uploadOf(act)
    const before = parts.get(number)
    parts.set(number, part)
    before?.body.drop()
  } catch (error) {
    body.drop()
    throw error
  }
  answer(act.response, 200, { etag: part.etag })
}

const inOrder = (upload: Upload): readonly (readonly [number, Stored])[] => [...upload.parts].sort(([a], [b]) => a - b)

export async function listParts(act: Act): Promise<void> {
  const { query } = act.call
  const max = maxOf(query, 'max-parts')
  const marker = Number(query.get('part-number-marker') ?? 0)
  const after = inOrder(uploadOf(act)).filter(([number]) => number > marker)
  const parts = after.slice(0, max)
  const document = xml('ListPartsResult', {
    ...{ Bucket: act.call.bucket, Key: act.call.key, UploadId: query.get('uploadId') ?? '', MaxParts: max },
    ...{ PartNumberMarker: marker, NextPartNumberMarker: parts.at(-1)?.[0] ?? marker },
    IsTruncated: parts.length < after.length,
    Part: parts.map(([number, { etag, modified, body }]) => ({
      ...{ PartNumber: number, LastModified: modified.toISOString(), ETag: etag, Size: body.size },
    })),
  })
  answerXml(act.response, 200, document)
}

/** Of two who complete one upload at once, the second finds it gone. One whose condition fails stays: its owner ends it. */
export async function completeUpload(act: Act): Promise<void> {
  const { call, bucket, behaviour, response } = act
  const id = call.query.get('uploadId') ?? ''
  uploadOf(act)
  const document = await documentOf(act)
  const upload = uploadOf(act)
  const chosen = partsOf(document, upload, behaviour.minPart)
  const prepare = async () => {
    uploadOf(act)
    bucket.uploads.delete(id)
    const body = joined(chosen.map((part) => part.body))
    return { body, etag: etagOf(body, behaviour), modified: behaviour.now(), headers: upload.headers }
  }
  const stored = await commit(act, prepare, () => bucket.uploads.set(id, upload))
  for (const part of upload.parts.values()) if (!chosen.includes(part)) part.body.drop()
  const result = { Location: call.path, Bucket: call.bucket, Key: call.key, ETag: stored.etag }
  answerXml(response, 200, xml('CompleteMultipartUploadResult', result))
}

/** The parts that a client names, if they are those that are here. */
function partsOf(document: string, upload: Upload, minPart: number): readonly Stored[] {
  const numbers = textsOf(document, 'PartNumber').map(Number)
  const etags = textsOf(document, 'ETag').map((etag) => `"${etag.replace(/"/g, '')}"`)
  if (numbers.length === 0 || numbers.length !== etags.length)
    throw new S3Error(400, 'MalformedXML', 'The XML you provided was not well-formed or did not validate.')
  if (numbers.some((number, i) => number <= (numbers[i - 1] ?? 0)))
    throw new S3Error(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.')
  return numbers.map((number, i) => {
    const part = upload.parts.get(number)
    if (part === undefined || part.etag !== etags[i])
      throw new S3Error(400, 'InvalidPart', 'One or more of the specified parts could not be found.', {
        PartNumber: String(number),
      })
    if (part.body.size < minPart && i < numbers.length - 1)
      throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        PartNumber: String(number),
      })
    return part
  })
}

export async function abortUpload(act: Act): Promise<void> {
  for (const { body } of uploadOf(act).parts.values()) body.drop()
  act.bucket.uploads.delete(act.call.query.get('uploadId') ?? '')
  act.response.writeHead(204)
  act.response.end()
}

export async function listUploads({ call, bucket, response }: Act): Promise<void> {
  const prefix = call.query.get('prefix') ?? ''
  const [key, id] = [call.query.get('key-marker') ?? '', call.query.get('upload-id-marker') ?? '']
  const max = maxOf(call.query, 'max-uploads')
  const after = [...bucket.uploads]
    .map(([uploadId, upload]) => ({ ...upload, uploadId }))
    .filter((one) => one.key.startsWith(prefix))
    .filter((one) => one.key > key || (one.key === key && id !== '' && one.uploadId > id))
    .sort((a, b) => (a.key < b.key || (a.key === b.key && a.uploadId < b.uploadId) ? -1 : 1))
  const uploads = after.slice(0, max)
  const last = uploads.at(-1)
  const document = xml('ListMultipartUploadsResult', {
    ...{ Bucket: call.bucket, Prefix: prefix, KeyMarker: key, UploadIdMarker: id, MaxUploads: max },
    ...{ NextKeyMarker: last?.key ?? '', NextUploadIdMarker: last?.uploadId ?? '' },
    IsTruncated: uploads.length < after.length,
    Upload: uploads.map((one) => ({ Key: one.key, UploadId: one.uploadId, Initiated: one.started.toISOString() })),
  })
  answerXml(response, 200, document)
}
