import { setMaxListeners } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { AishipError } from '../core/errors.ts'
import type { Credentials, Identity } from './_s3-credentials.ts'
import {
  type Action,
  type Asked,
  EXPIRED,
  isPermanent,
  type Refusal,
  refusalOf,
  refused,
  unreachable,
} from './_s3-refusals.ts'
import { isPassing, type Pace, pause, pauseMs } from './_s3-retry.ts'
import { hostOf, type Settings } from './_s3-settings.ts'
import { EMPTY_SHA256, escapePath, escapeQuery, signed } from './_s3-sign.ts'
import { openWire, readAll, type Timeouts, type Wire, WireFailure, type WireReply } from './_s3-wire.ts'

export interface Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly action: Action
  /** '' for the bucket itself. */
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: { readonly bytes: Uint8Array; readonly sha256: string }
  /** Of the reply's body. More is refused. */
  readonly maxBytes: number
  /** Replies besides 2xx that are answers. */
  readonly expect?: readonly number[]
  /** For what may not be done twice: a failure after a try that may have been carried out is Ambiguous. */
  readonly isOnce?: boolean
  readonly signal?: AbortSignal | undefined
  /** For all tries; default the pace's deadline. */
  readonly patienceMs?: number | undefined
}

/** A reply that answers. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Empty for a streamed one. */
  readonly bytes: Buffer
  /** True where an earlier try of the same call may have been carried out. */
  readonly ambiguous: boolean
}

/** The end of a call that may have been carried out: nobody knows. */
export class Ambiguous extends Error {
  readonly reason: unknown

  constructor(reason: unknown) {
    super('the outcome is not known', { cause: reason })
    this.name = 'Ambiguous'
    this.reason = reason
  }
}

export interface Requester {
  readonly settings: Settings
  /** Whom to name in an error. */
  asked(call: Pick<Call, 'action' | 'key'>): Asked
  /** The answer, whole. Errors: as `refused` and `unreachable` say, in an Ambiguous where the call says so. */
  whole(call: Call): Promise<Answer>
  /** The head of an answer, its body unread. A body may still be cut. */
  open(call: Call): Promise<WireReply>
  /** The store's clock, less this machine's, in ms; null before the first reply that has a date. */
  readonly offset: () => number | null
  close(): void
}

const MAX_REFUSAL = 64 * 1024
const MIB = 2 ** 20
const NONE = Buffer.alloc(0)

/** Makes an answer of a reply; `bytes` is its body where that had to be read. */
type Accept<T> = (reply: WireReply, bytes: Buffer | null, ambiguous: boolean) => Promise<T>

/** What a proxy answers everything with. An object has an ETag, whatever its type. */
const isPage = ({ status, headers }: WireReply): boolean =>
  status !== 204 && headers.etag === undefined && /^text\/html/.test(headers['content-type'] ?? '')

/** Signs, sends, and sends again. */
export async function openRequester(
  settings: Settings,
  credentials: Credentials,
  {
    width,
    pace,
    timeouts,
    signal: always,
  }: {
    readonly width: number
    readonly pace: Pace
    readonly timeouts: Timeouts
    /** Of every call that has none of its own. */
    readonly signal?: AbortSignal | undefined
  },
): Promise<Requester> {
  const state = {
    settings,
    origin: hostOf(settings),
    followed: false,
    offset: null as number | null,
    last: null as Identity | null,
  }
  let wire: Wire = await openWire(state.origin, settings.proxy, width, timeouts)
  const wires = [wire]

  const asked = ({ action, key }: Pick<Call, 'action' | 'key'>): Asked => {
    const { settings, origin, last } = state
    return { action, key, settings, origin, identity: last }
  }

  const once = async (
    call: Call,
    signal: AbortSignal,
  ): Promise<{ reply: WireReply; identity: Identity; region: string }> => {
    const identity = await credentials.identity()
    state.last = identity
    const { settings, origin } = state
    const base = origin.pathname.replace(/\/+$/, '') + (settings.pathStyle ? `/${settings.bucket}` : '')
    const query = call.query === undefined ? '' : `?${escapeQuery(call.query)}`
    const path = `${base}/${escapePath(call.key)}${query}`
    const sha256 = call.body?.sha256 ?? EMPTY_SHA256
    const request = { method: call.method, host: origin.host, path, headers: call.headers ?? {}, sha256 }
    const headers = signed(request, settings.region, identity)
    const begun = Date.now()
    // What was lost on the way is asked for once more before patience ends.
    const mostMs = call.patienceMs === undefined ? undefined : call.patienceMs / 2
    const reply = await wire.send({
      method: call.method,
      path,
      headers,
      body: call.body?.bytes ?? null,
      signal,
      mostMs,
    })
    const at = Date.parse(reply.headers.date ?? '')
    if (!Number.isNaN(at)) state.offset = at - (begun + Date.now()) / 2
    return { reply, identity, region: settings.region }
  }

  /** Whether the same call may succeed in the region that the refusal names. Only AWS's own hosts change with it: the reply names none. */
  const follow = async ({ region, status }: Refusal, used: string): Promise<boolean> => {
    if (region === null || region === used || (status !== 301 && status !== 307 && status !== 400)) return false
    if (region === state.settings.region) return true
    if (state.followed || (status !== 400 && state.settings.endpoint !== null)) return false
    state.followed = true
    state.settings = { ...state.settings, region }
    const origin = hostOf(state.settings)
    if (origin.href !== state.origin.href) {
      // What is under way on the old connections ends there.
      state.origin = origin
      wire = await openWire(origin, settings.proxy, width, timeouts)
      wires.push(wire)
    }
    return true
  }

  /** Until `accept` has made an answer of a reply. */
  const tries = async <T>(call: Call, accept: Accept<T>): Promise<T> => {
    const stop = call.signal ?? always
    stop?.throwIfAborted()
    // Many requests listen to it at once, each for as long as it runs.
    if (stop !== undefined) setMaxListeners(0, stop)
    // Who they come from takes its time, and a person may have to say yes: that is not the server's silence.
    await credentials.identity()
    const own = new AbortController()
    const patience = (call.patienceMs ?? pace.deadlineMs) + ((call.body?.bytes.length ?? 0) / MIB) * 1000
    const ends = Date.now() + patience
    const timer = setTimeout(
      () => own.abort(new WireFailure(`no answer within ${patience / 1000} s`, 'ETIMEDOUT', true)),
      patience,
    )
    const signal = stop === undefined ? own.signal : AbortSignal.any([own.signal, stop])
    let ambiguous = false
    let renewed = false
    try {
      for (let tried = 1; ; tried++) {
        let problem: AishipError
        let retryAfter: string | undefined
        let isFinal = false
        try {
          const { reply, identity, region } = await once(call, signal)
          const { status } = reply
          const isAnswer = (status >= 200 && status < 300) || call.expect?.includes(status) === true
          if (isAnswer && status < 400 && !isPage(reply)) {
            const before = ambiguous
            // If its body is not to be read, it has been carried out all the same.
            ambiguous = true
            return await accept(reply, null, before)
          }
          const bytes = (await readAll(reply, call.method === 'HEAD' ? Number.POSITIVE_INFINITY : MAX_REFUSAL)) ?? NONE
          const refusal = refusalOf(status, reply.headers, bytes)
          // That there is no bucket, or no S3, is not to be taken for "no such object".
          if (isAnswer && !refusal.isForeign && refusal.code !== 'NoSuchBucket')
            return await accept(reply, bytes, ambiguous)
          if (await follow(refusal, region)) continue
          if (EXPIRED.has(refusal.code) && !renewed && credentials.renew(identity)) {
            renewed = true
            continue
          }
          problem = refused(refusal, { ...asked(call), identity })
          isFinal = !isPassing(status, refusal.code) && !(status === 409 && call.method === 'PUT')
          retryAfter = reply.headers['retry-after']
          ambiguous ||= status >= 500 && !isFinal
        } catch (error) {
          ambiguous ||= stop?.aborted === true
          if (!(error instanceof WireFailure)) throw error
          ambiguous ||= error.sent
          problem = unreachable(error, asked(call))
          isFinal = isPermanent(error)
        }
        const ms = pauseMs(tried, pace, retryAfter)
        if (isFinal || tried >= pace.tries || Date.now() + ms >= ends) throw problem
        await pause(ms, stop ?? null)
      }
    } catch (error) {
      throw ambiguous && call.isOnce ? new Ambiguous(error) : error
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    settings,
    asked,
    whole: (call) =>
      tries(call, async (reply, read, ambiguous) => {
        const bytes = read ?? (await readAll(reply, call.method === 'HEAD' ? Number.POSITIVE_INFINITY : call.maxBytes))
        if (bytes === null)
          throw new AishipError('CORRUPT', `"${call.key}" is longer than the ${call.maxBytes} bytes that it may have`, {
            hint: 'something else wrote there, or the endpoint is not S3',
            next: ['aiship fsck'],
            details: { key: call.key, max_bytes: call.maxBytes },
          })
        return { status: reply.status, headers: reply.headers, bytes, ambiguous }
      }),
    open: (call) => tries(call, async (reply) => reply),
    offset: () => state.offset,
    close() {
      for (const each of wires) each.close()
    },
  }
}
