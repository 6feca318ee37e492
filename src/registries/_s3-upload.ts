import { createHash } from 'node:crypto'
import { AishipError } from '../core/errors.ts'
import { inPool } from '../core/pool.ts'
import {
  beginUpload,
  completeUpload,
  dropUpload,
  type Earlier,
  findUpload,
  MAX_ETAG_REPLY,
  type Part,
  sizeAt,
} from './_s3-multipart.ts'
import type { Requester } from './_s3-request.ts'

/** Bytes that can be read again: a part is read when it is sent, and once more to compare it with what an earlier try left. */
export interface UploadSource {
  /** Bytes. */
  readonly size: number
  /** Exactly these. */
  read(offset: number, length: number): Promise<Uint8Array>
}

export interface UploadOptions {
  /** Parts at once: so many times `partBytes` of memory. */
  readonly parallel?: number
  readonly partBytes?: number
  /** Called when every byte was read and before the object is there: what it throws keeps it from being made. */
  readonly check?: () => void
  /** Told of bytes that are stored. */
  readonly progress?: (bytes: number) => void
  readonly signal?: AbortSignal
}

const MIB = 2 ** 20
const MAX_PARTS = 10_000
export const PART_BYTES = 16 * MIB

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * Stores a large object in parts, taking up what an earlier try of the same key left. An upload that may go on later is left as it is;
 * another is dropped. Errors: as `whole`; those of reading the source; the reason of the signal.
 */
export async function uploadParts(
  requester: Requester,
  key: string,
  source: UploadSource,
  options: UploadOptions,
): Promise<void> {
  const { partBytes = PART_BYTES, signal } = options
  const least = Math.ceil(source.size / MAX_PARTS)
  const length = least <= partBytes ? partBytes : Math.ceil(least / MIB) * MIB
  const sizeOf = (number: number): number => Math.min(length, source.size - (number - 1) * length)
  const earlier = await findUpload(requester, key, sizeOf, signal)
  const run = (upload: Earlier): Promise<void> =>
    sendAll(requester, key, source, { ...options, length, sizeOf, upload })
  const begin = async (): Promise<Earlier> => ({ id: await beginUpload(requester, key, signal), parts: new Map() })
  if (earlier === null) return run(await begin())
  try {
    await run(earlier)
  } catch (error) {
    // What looked left over was somebody's who stores the same bytes, and has ended it.
    if (!(error instanceof AishipError && ENDED.has(String(error.details.s3_code)))) throw error
    if ((await sizeAt(requester, key, signal)) !== source.size) await run(await begin())
  }
}

const ENDED: ReadonlySet<string> = new Set(['NoSuchUpload', 'InvalidPart'])

interface Plan extends UploadOptions {
  readonly length: number
  readonly sizeOf: (number: number) => number
  readonly upload: Earlier
}

async function sendAll(requester: Requester, key: string, source: UploadSource, plan: Plan): Promise<void> {
  const { parallel = 4, progress, check, signal, length, sizeOf, upload } = plan
  const parts: Part[] = []
  const send = async (number: number): Promise<void> => {
    signal?.throwIfAborted()
    const size = sizeOf(number)
    const bytes = await source.read((number - 1) * length, size)
    if (bytes.length !== size) throw shorter(key, size, bytes.length)
    const left = upload.parts.get(number)
    // Not every store makes an ETag of the MD5: such a part is sent again.
    const isThere = left !== undefined && left === md5Of(bytes)
    const etag = isThere ? left : await sendPart(requester, key, upload.id, number, bytes, signal)
    parts[number - 1] = { number, etag }
    progress?.(size)
  }
  try {
    const numbers = Array.from({ length: Math.ceil(source.size / length) }, (_, i) => i + 1)
    await inPool(numbers, parallel, send)
    check?.()
    await completeUpload(requester, key, upload.id, parts, source.size, signal)
  } catch (error) {
    if (!mayGoOn(error, signal)) await dropUpload(requester, key, upload.id)
    throw error
  }
}

/** Whether the same command, given again, can take up what is there. */
const mayGoOn = (error: unknown, signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true ||
  (error instanceof AishipError && ['REGISTRY_UNREACHABLE', 'NOT_AUTHENTICATED', 'CLOCK_SKEWED'].includes(error.code))

async function sendPart(
  requester: Requester,
  key: string,
  id: string,
  number: number,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { headers } = await requester.whole({
    ...{ method: 'PUT', action: 'write', key, query: { partNumber: String(number), uploadId: id }, signal },
    ...{ body: { bytes, sha256: sha256Of(bytes) }, maxBytes: MAX_ETAG_REPLY },
  })
  return headers.etag ?? ''
}

/** As an ETag; null where this machine may not use MD5. */
function md5Of(bytes: Uint8Array): string | null {
  try {
    return `"${createHash('md5').update(bytes).digest('hex')}"`
  } catch {
    return null
  }
}

const shorter = (key: string, size: number, got: number): AishipError =>
  new AishipError('SOURCE_CHANGED', `the source of "${key}" gave ${got} bytes where it has ${size}`, {
    next: ['aiship bundle'],
  })
