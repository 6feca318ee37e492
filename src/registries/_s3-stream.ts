import { AishipError } from '../core/errors.ts'
import type { Bytes } from '../core/ports.ts'
import { notS3, unreachable } from './_s3-refusals.ts'
import type { Requester } from './_s3-request.ts'
import { cut, WireFailure, type WireReply } from './_s3-wire.ts'

/** From, and up to but without. */
export type ByteRange = readonly [start: number, end: number]

export interface Streamed {
  /** Of what comes: the range's, or the whole object's. */
  readonly size: number
  readonly etag: string
  readonly bytes: Bytes
}

export const rangeHeader = ([start, end]: ByteRange): string => `bytes=${start}-${end - 1}`

/** So often in a row a body may end before it has brought a byte. */
const MAX_IDLE = 4

/**
 * A large object, as it comes. A connection that is cut is taken up where it ended, as long as the object is the same one.
 * Null where there is none. Errors (of reading too): REGISTRY_UNREACHABLE, NOT_PERMITTED, CORRUPT where it changed meanwhile.
 */
export async function streamObject(
  requester: Requester,
  key: string,
  { range, signal }: { readonly range?: ByteRange | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Streamed | null> {
  const open = (from: ByteRange | undefined, etag: string): Promise<WireReply> => {
    const headers = {
      ...(from === undefined ? {} : { range: rangeHeader(from) }),
      ...(etag === '' ? {} : { 'if-match': etag }),
    }
    return requester.open({ method: 'GET', action: 'read', key, headers, maxBytes: 0, expect: [404, 412, 416], signal })
  }
  const odd = (what: string): AishipError => notS3(what, requester.asked({ action: 'read', key }))

  const first = await open(range, '')
  if (first.status === 404) return first.body.destroy() && null
  const start = range?.[0] ?? 0
  if (first.status === 416) first.body.destroy()
  if (first.status === 416) throw short(key, start)
  const size = Number(first.headers['content-length'] ?? Number.NaN)
  const etag = first.headers.etag ?? ''
  if (!Number.isSafeInteger(size)) throw first.body.destroy() && odd('it does not say how long an object is')
  if (!startsAt(first, range === undefined ? null : start)) throw first.body.destroy() && odd('it ignores ranges')

  async function* read(): Bytes {
    let reply = first
    let done = 0
    for (let idle = 0; ; ) {
      try {
        for await (const chunk of reply.body) {
          done += chunk.length
          idle = 0
          yield chunk
        }
        if (done === size) return
        throw new WireFailure(`it ended ${size - done} bytes too early`, 'ECONNRESET', true)
      } catch (error) {
        const failure = cut(error)
        if (!(failure instanceof WireFailure)) throw failure
        if (++idle > MAX_IDLE) throw unreachable(failure, requester.asked({ action: 'read', key }))
      }
      if (done === size) return
      reply = await open([start + done, start + size], etag)
      if (reply.status === 206 && startsAt(reply, start + done)) continue
      reply.body.destroy()
      if (reply.status === 412 || reply.status === 404 || reply.status === 416) throw changed(key)
      throw odd('it ignores ranges')
    }
  }
  return { size, etag, bytes: read() }
}

/** `at`: null for the whole object. */
const startsAt = ({ status, headers }: WireReply, at: number | null): boolean =>
  at === null ? status === 200 : status === 206 && (headers['content-range'] ?? '').startsWith(`bytes ${at}-`)

const changed = (key: string): AishipError =>
  new AishipError('CORRUPT', `"${key}" was replaced or deleted while it was read`, {
    hint: 'what a registry holds never changes: somebody else writes there',
    next: ['aiship fsck'],
    details: { key },
  })

const short = (key: string, start: number): AishipError =>
  new AishipError('CORRUPT', `"${key}" ends before byte ${start}`, { next: ['aiship fsck'], details: { key, start } })
