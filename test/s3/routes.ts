import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticate, type Call, type Key, type Right, UNSIGNED } from './auth.ts'
import { Bucket } from './bucket.ts'
import { listObjects } from './listing.ts'
import { abortUpload, completeUpload, createUpload, listParts, listUploads, uploadPart } from './multipart.ts'
import {
  type Act,
  answer,
  answerXml,
  type Behaviour,
  deleteObject,
  deleteObjects,
  getObject,
  noSuchKey,
  putObject,
} from './operations.ts'
import { S3Error, xml } from './reply.ts'

export interface Service {
  readonly buckets: Map<string, Bucket>
  readonly keys: readonly Key[]
  readonly region: string
  readonly versioning: string | null
  readonly behaviour: Behaviour
  readonly nextWrite: () => number
}

/** Whose key it is decides what it may do. */
type Allow = (right: Right, name: string) => boolean
type Route = readonly [Right, (act: Act) => unknown]

/** Answers, or throws what is to be answered. */
export async function serve(service: Service, call: Call, request: IncomingMessage, response: ServerResponse) {
  const { buckets, keys, region, behaviour, nextWrite } = service
  const { key, payload } = authenticate(call, keys, region, behaviour.now())
  const allow: Allow = (right, name) => isAllowed(key, right, name)
  const demand = (right: Right) => {
    if (!allow(right, call.key)) throw new S3Error(403, 'AccessDenied', 'Access Denied')
  }
  if (call.bucket === '') {
    demand('list')
    const Bucket = [...buckets.keys()].sort().map((Name) => ({ Name, CreationDate: behaviour.now().toISOString() }))
    answerXml(response, 200, xml('ListAllMyBucketsResult', { Buckets: { Bucket } }))
    return
  }
  const bucket = buckets.get(call.bucket)
  if (call.key === '' && call.method === 'PUT') {
    demand('write')
    if (bucket !== undefined) throw new S3Error(409, 'BucketAlreadyOwnedByYou', 'You own it already.')
    buckets.set(call.bucket, new Bucket())
    answer(response, 200, { location: `/${call.bucket}` })
    return
  }
  if (bucket === undefined)
    throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: call.bucket })
  const digest = payload === UNSIGNED ? null : payload
  const act: Act = { call, bucket, behaviour, payload: digest, request, response, nextWrite }
  const [right, run] = call.key === '' ? forBucket(service, call, allow) : forObject(call)
  // Nobody who may not list learns what is not there.
  const isMissing = right === 'read' && bucket.get(call.key) === undefined
  if (isMissing) demand('list')
  demand(right)
  if (isMissing) throw noSuchKey(call.key)
  await run(act)
}

function forBucket({ region, versioning, buckets }: Service, call: Call, allow: Allow): Route {
  const { method, query } = call
  if (method === 'HEAD') return ['list', ({ response }) => answer(response, 200, { 'x-amz-bucket-region': region })]
  if (method === 'POST' && query.has('delete'))
    return ['delete', (act) => deleteObjects(act, (key) => allow('delete', key))]
  if (method === 'GET' && query.has('uploads')) return ['list', listUploads]
  if (method === 'GET' && query.has('location')) {
    const document = xml('LocationConstraint', region === 'us-east-1' ? '' : region)
    return ['list', ({ response }) => answerXml(response, 200, document)]
  }
  if (method === 'GET' && query.has('versioning')) {
    const document = xml('VersioningConfiguration', versioning === null ? '' : { Status: versioning })
    return ['list', ({ response }) => answerXml(response, 200, document)]
  }
  if (method === 'GET' && [...query.keys()].every((name) => LIST_PARAMETER.test(name))) return ['list', listObjects]
  if (method === 'DELETE') {
    return [
      'write',
      ({ bucket, response }) => {
        if (!bucket.isEmpty) throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty')
        buckets.delete(call.bucket)
        answer(response, 204, {})
      },
    ]
  }
  throw notImplemented(call)
}

/** `x-id` names the operation for proxies, X-Amz-* is a signature in the address. */
const LIST_PARAMETER =
  /^(?:list-type|prefix|delimiter|start-after|continuation-token|max-keys|encoding-type|marker|fetch-owner|x-id|X-Amz-.*)$/
const OBJECT_PARAMETER = /^(?:x-id|X-Amz-.*)$/

function forObject(call: Call): Route {
  const { method, query } = call
  if (query.has('uploadId')) {
    if (method === 'GET') return ['list', listParts]
    if (method === 'PUT') return ['write', uploadPart]
    if (method === 'POST') return ['write', completeUpload]
    if (method === 'DELETE') return ['write', abortUpload]
  }
  if (method === 'POST' && query.has('uploads')) return ['write', createUpload]
  if ([...query.keys()].some((name) => !OBJECT_PARAMETER.test(name))) throw notImplemented(call)
  if (method === 'GET' || method === 'HEAD') return ['read', getObject]
  if (method === 'PUT') return ['write', putObject]
  if (method === 'DELETE') return ['delete', deleteObject]
  throw notImplemented(call)
}

const notImplemented = ({ method, query }: Call): S3Error =>
  new S3Error(501, 'NotImplemented', `${method} with ${[...query.keys()].join(', ')} is not implemented.`)

function isAllowed({ may, cannotWrite }: Key, right: Right, name: string): boolean {
  if (may !== undefined && !may.includes(right)) return false
  const isWrite = right === 'write' || right === 'delete'
  return !(isWrite && cannotWrite !== undefined && new RegExp(cannotWrite).test(name))
}
