import { AishipError } from '../core/errors.ts'
import { credentialsOf } from './_s3-credentials.ts'
import { deleteObjects } from './_s3-delete.ts'
import { type ListedObject, type ListedPrefix, type ListOptions, listObjects } from './_s3-list.ts'
import { dropUpload, listUploads, type Unfinished } from './_s3-multipart.ts'
import { unlisted } from './_s3-refusals.ts'
import { Ambiguous, type Answer, type Call, openRequester, type Requester } from './_s3-request.ts'
import { PACE, type Pace } from './_s3-retry.ts'
import { type Env, type S3Options, settingsOf } from './_s3-settings.ts'
import { type ByteRange, rangeHeader, type Streamed, streamObject } from './_s3-stream.ts'
import { PART_BYTES, sha256Of, type UploadOptions, type UploadSource, uploadParts } from './_s3-upload.ts'
import type { Timeouts } from './_s3-wire.ts'

export interface ClientOptions extends S3Options {
  readonly env: Env
  /** Requests at once. */
  readonly width?: number
  readonly pace?: Partial<Pace>
  readonly timeouts?: Partial<Timeouts>
  /** Of every call that has none of its own. */
  readonly signal?: AbortSignal
}

export interface Got {
  /** 304 only with `ifNoneMatch`; 206 only with `range`. */
  readonly status: 200 | 206 | 304 | 404
  readonly bytes: Buffer
  /** Bytes that the whole object has. */
  readonly total: number
  /** With its quotes; '' where there is none. */
  readonly etag: string
  readonly lastModified: Date | null
  /** The store's clock. */
  readonly date: Date | null
}

export type Put =
  | { readonly outcome: 'stored'; readonly etag: string }
  /** Only with `ifNoneMatch`. `ambiguous`: an earlier try may be what made it: read the key, and compare. */
  | { readonly outcome: 'exists'; readonly ambiguous: boolean }
  /** Only with `ifNoneMatch`: it may have been stored, or may be later. `cause` is why nobody knows. */
  | { readonly outcome: 'unknown'; readonly cause: unknown }

/**
 * One bucket. Keys are whole: the caller puts the prefix before them. Every call is bounded in time, memory and requests, and tried again
 * where that is safe. Errors of all: NOT_AUTHENTICATED, NOT_PERMITTED, CLOCK_SKEWED, REGISTRY_MISSING (no bucket), CONFIG_INVALID (wrong
 * region), REGISTRY_UNREACHABLE, DISK_FULL; the reason of the signal.
 */
export interface S3Client {
  /** Something small, whole. Errors: CORRUPT past `maxBytes`. */
  get(
    key: string,
    options?: {
      readonly range?: ByteRange
      readonly maxBytes?: number
      readonly ifNoneMatch?: string
      readonly signal?: AbortSignal
      /** For all tries; default the client's deadline. */
      readonly patienceMs?: number
    },
  ): Promise<Got>
  /** Something large, as it comes; null where it is not there. */
  stream(key: string, options?: { readonly range?: ByteRange; readonly signal?: AbortSignal }): Promise<Streamed | null>
  head(key: string, signal?: AbortSignal): Promise<{ size: number; etag: string; lastModified: Date | null } | null>
  /** `sha256`: of the bytes, in hex, where it is known. The store compares it with what arrives. */
  put(
    key: string,
    bytes: Uint8Array,
    options?: { readonly ifNoneMatch?: boolean; readonly sha256?: string; readonly signal?: AbortSignal },
  ): Promise<Put>
  /** Something large, in parts; taken up where an earlier try ended. */
  upload(key: string, source: UploadSource, options?: UploadOptions): Promise<void>
  list(prefix: string, options?: ListOptions): AsyncIterable<ListedObject | ListedPrefix>
  /** What is not there is no error. */
  delete(keys: readonly string[]): Promise<void>
  /** Uploads below a prefix that nobody has completed: at most 12,000. */
  unfinished(prefix: string): Promise<readonly Unfinished[]>
  /** Gives one up, if it is still there. */
  giveUp(upload: Unfinished): Promise<void>
  /** The store's clock, less this machine's, in ms; null before the first reply. */
  clockOffset(): number | null
  close(): void
}

const WIDTH = 16
const TIMEOUTS: Timeouts = { connectMs: 10_000, idleMs: 30_000 }
const MIB = 2 ** 20
/** Of a reply whose body nobody wants. */
const MAX_EMPTY = 64 * 1024

/** Sends nothing yet. Errors: CONFIG_INVALID. */
export async function openS3(bucket: string, options: ClientOptions): Promise<S3Client> {
  const { env, width = WIDTH } = options
  const settings = settingsOf(bucket, options, env)
  const requester = await openRequester(settings, credentialsOf(env, settings.profile), {
    ...{ width, pace: { ...PACE, ...options.pace }, timeouts: { ...TIMEOUTS, ...options.timeouts } },
    signal: options.signal,
  })
  return {
    get: (key, { range, maxBytes = 16 * MIB, ifNoneMatch, signal, patienceMs } = {}) => {
      const headers = {
        ...(range === undefined ? {} : { range: rangeHeader(range) }),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      }
      // Nothing begins at byte 0 of what is empty.
      const expect = range?.[0] === 0 ? [304, 404, 416] : [304, 404]
      const call = { method: 'GET', action: 'read', key, headers, maxBytes, expect, signal, patienceMs } as const
      return get(requester, call).catch(explained(requester, key))
    },
    stream: (key, given = {}) => streamObject(requester, key, given),
    head: (key, signal) => head(requester, key, signal).catch(explained(requester, key)),
    put: (key, bytes, given = {}) => put(requester, key, bytes, given),
    upload: async (key, source, given = {}) => {
      if (source.size > (given.partBytes ?? PART_BYTES)) return uploadParts(requester, key, source, given)
      const bytes = await source.read(0, source.size)
      given.check?.()
      await put(requester, key, bytes, given)
      given.progress?.(source.size)
    },
    list: (prefix, given = {}) => listObjects(requester, prefix, given),
    delete: (keys) => deleteObjects(requester, keys, width),
    unfinished: (prefix) => listUploads(requester, prefix),
    giveUp: ({ key, id }) => dropUpload(requester, key, id),
    clockOffset: requester.offset,
    close: requester.close,
  }
}

/** Why something may not be read: asked of what we could list of it. */
const explained =
  (requester: Requester, key: string) =>
  async (error: unknown): Promise<never> => {
    if (!(error instanceof AishipError) || error.code !== 'NOT_PERMITTED') throw error
    try {
      await listObjects(requester, key, { limit: 1 })[Symbol.asyncIterator]().next()
    } catch (cause) {
      throw unlisted(error, cause)
    }
    throw error
  }

async function get(requester: Requester, call: Call): Promise<Got> {
  const { status, headers, bytes } = await requester.whole(call)
  const found = status === 404 || status === 304 ? status : status === 206 || status === 416 ? 206 : 200
  const read = status === 404 || status === 416 ? Buffer.alloc(0) : bytes
  const total = Number(/\/(\d+)$/.exec(status === 206 ? (headers['content-range'] ?? '') : '')?.[1] ?? read.length)
  return {
    ...{ status: found, bytes: read, total, etag: headers.etag ?? '' },
    ...{ lastModified: dateOf(headers['last-modified']), date: dateOf(headers.date) },
  }
}

function dateOf(text: string | undefined): Date | null {
  const date = new Date(text ?? '')
  return Number.isNaN(date.getTime()) ? null : date
}

async function head(
  requester: Requester,
  key: string,
  signal: AbortSignal | undefined,
): Promise<{ size: number; etag: string; lastModified: Date | null } | null> {
  const call = { action: 'read', key, maxBytes: MAX_EMPTY, signal } as const
  const first = await requester.whole({ ...call, method: 'HEAD', expect: [400, 403, 404] })
  if (first.status === 404) return null
  // A refused HEAD does not say why: a GET of one byte does.
  const isRefused = first.status === 400 || first.status === 403
  const { status, headers } = isRefused
    ? await requester.whole({ ...call, method: 'GET', headers: { range: 'bytes=0-0' }, expect: [404, 416] })
    : first
  if (status === 404) return null
  const size = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] ?? headers['content-length'] ?? '0'
  return {
    size: status === 416 ? 0 : Number(size),
    etag: headers.etag ?? '',
    lastModified: dateOf(headers['last-modified']),
  }
}

async function put(
  requester: Requester,
  key: string,
  bytes: Uint8Array,
  given: { readonly ifNoneMatch?: boolean; readonly sha256?: string; readonly signal?: AbortSignal },
): Promise<Put> {
  const isConditional = given.ifNoneMatch === true
  let answer: Answer
  try {
    answer = await requester.whole({
      ...{ method: 'PUT', action: 'write', key, body: { bytes, sha256: given.sha256 ?? sha256Of(bytes) } },
      ...{ headers: isConditional ? { 'if-none-match': '*' } : {}, expect: isConditional ? [412] : [] },
      ...{ maxBytes: MAX_EMPTY, isOnce: isConditional, signal: given.signal },
    })
  } catch (error) {
    if (!(error instanceof Ambiguous)) throw error
    return { outcome: 'unknown', cause: error.reason }
  }
  if (answer.status === 412) return { outcome: 'exists', ambiguous: answer.ambiguous }
  return { outcome: 'stored', etag: answer.headers.etag ?? '' }
}
