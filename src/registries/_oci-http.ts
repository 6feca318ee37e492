import http from 'node:http'
import https from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { AishipError } from '../core/errors.ts'
import type { Bytes } from '../core/ports.ts'

/** One HTTP request at a time, with what registries need of it: bodies that stream, and patience. */

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Given anew for each try. */
  readonly body?: { readonly size: number; readonly bytes: () => Bytes }
  /** A request that must not be sent twice is tried once. */
  readonly tries?: number
}

export interface Response {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Of the request that was answered, behind redirects. */
  readonly url: string
  readonly body: http.IncomingMessage
  /** So long a short answer may take as a whole, in ms. */
  readonly patienceMs: number
}

/** How long is waited for what, in ms. */
export interface Pace {
  readonly connectMs: number
  /** For an answer to a read, and from one piece of its body to the next. */
  readonly readMs: number
  /** The same for a write, from its last byte: a registry may hash what it was sent before it answers. */
  readonly writeMs: number
  /** Between two tries, whatever the registry asks for. */
  readonly longestPauseMs: number
  /** From when nothing comes any more to giving up: no try is begun after it. */
  readonly patienceMs: number
}

export const PACE: Pace = {
  ...{ connectMs: 10_000, readMs: 30_000, writeMs: 60_000 },
  ...{ longestPauseMs: 20_000, patienceMs: 60_000 },
}

const TRIES = 5
const FIRST_WAIT_MS = 200
const MAX_REDIRECTS = 5

/** That nothing came for too long. */
class Silence extends Error {
  constructor(what: string, ms: number) {
    super(`${what} within ${ms / 1000} s`)
  }
}

/** Whether an error says that somebody waited in vain: another wait would be in vain too. */
export const isSilence = (error: unknown): boolean => error instanceof AishipError && error.cause instanceof Silence

/** Answers that another try may change. */
const isBusy = (status: number): boolean => status === 408 || status === 429 || status >= 500

/** Sends a request until it is answered. Redirects of reads are followed, without credentials to other hosts. Errors: REGISTRY_UNREACHABLE. */
export async function send(request: Request, signal: AbortSignal, pace: Pace): Promise<Response> {
  const tries = request.tries ?? TRIES
  const ends = performance.now() + pace.patienceMs
  for (let n = 1; ; n++) {
    signal.throwIfAborted()
    try {
      const response = await followed(request, signal, pace)
      const ms = pauseMs(n, pace, Number(response.headers['retry-after']))
      if (!isBusy(response.status) || n >= tries || performance.now() + ms >= ends) return response
      response.body.destroy()
      await sleep(ms, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof AishipError) throw error
      const ms = pauseMs(n, pace)
      if (n >= tries || performance.now() + ms >= ends) throw unreachable(request.url, error)
      await sleep(ms, signal)
    }
  }
}

export const unreachable = (url: string, cause: unknown): AishipError =>
  new AishipError(
    'REGISTRY_UNREACHABLE',
    `${new URL(url).host} does not answer: ${cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause)}`,
    {
      hint: 'see that the host is right and can be reached from here; what is there already is not sent again',
      cause,
    },
  )

/** Longer each time, and never the same for two clients that were refused together. */
export const pause = (n: number, pace: Pace, signal: AbortSignal): Promise<void> => sleep(pauseMs(n, pace), signal)

/** In: `seconds`, what the registry asks for. */
function pauseMs(n: number, { longestPauseMs }: Pace, seconds = Number.NaN): number {
  const own = Math.min(longestPauseMs, FIRST_WAIT_MS * 2 ** n) * (0.5 + Math.random() / 2)
  const asked = Number.isFinite(seconds) ? Math.min(longestPauseMs, seconds * 1000) : 0
  return Math.max(own, asked)
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted())

async function followed(request: Request, signal: AbortSignal, pace: Pace): Promise<Response> {
  let [url, headers] = [request.url, { ...request.headers }]
  for (let hops = 0; ; hops++) {
    const body = await once({ ...request, url, headers }, signal, pace)
    const { statusCode: status = 0, headers: got } = body
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead || ![301, 302, 303, 307, 308].includes(status) || got.location === undefined)
      return { status, headers: got, url, body, patienceMs: pace.patienceMs }
    body.resume()
    const to = new URL(got.location, url)
    if (hops === MAX_REDIRECTS)
      throw new AishipError('REGISTRY_UNREACHABLE', `${new URL(url).host} redirects without end`)
    if (to.protocol !== 'https:' && url.startsWith('https:'))
      throw new AishipError(
        'REGISTRY_UNREACHABLE',
        `${new URL(url).host} redirects to ${to.origin}, which is not encrypted`,
      )
    if (to.host !== new URL(url).host) {
      const { authorization: _, ...others } = headers as Record<string, string>
      headers = others
    }
    url = to.href
  }
}

function once({ method, url, headers, body }: Request, signal: AbortSignal, pace: Pace): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length =
      body === undefined
        ? method === 'POST' || method === 'PUT'
          ? { 'content-length': '0' }
          : {}
        : { 'content-length': String(body.size) }
    const request = (url.startsWith('https:') ? https : http).request(url, {
      method,
      signal,
      headers: { ...headers, ...length },
    })
    let isAnswered = false
    const { connectMs, readMs } = pace
    const answerMs = method === 'GET' || method === 'HEAD' ? readMs : pace.writeMs
    let timer: NodeJS.Timeout | undefined
    /** Its own clock: that of a socket begins when it is connected, and starts again with every byte of a header. */
    const expect = (what: string, ms: number): void => {
      clearTimeout(timer)
      timer = setTimeout(() => request.destroy(new Silence(what, ms)), ms)
    }
    const awaitAnswer = (): void => {
      if (!isAnswered && !request.destroyed) expect('no answer', answerMs)
    }
    expect('no connection', connectMs)
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', awaitAnswer)
      else awaitAnswer()
    })
    request.on('close', () => clearTimeout(timer))
    request.on('error', reject)
    request.on('response', (response) => {
      isAnswered = true
      clearTimeout(timer)
      request.setTimeout(readMs, () => response.destroy(new Silence('nothing more came', readMs)))
      // A connection on which half a body was sent is good for nothing else.
      response.once('end', () => request.writableEnded || request.destroy())
      resolve(response)
    })
    const written =
      body === undefined ? Promise.resolve(true) : write(request, body.bytes(), () => isAnswered, awaitAnswer)
    written.then(
      (isWhole) => (isWhole ? request.end() : undefined),
      (error) => {
        request.destroy()
        reject(error)
      },
    )
  })
}

/** Out: false where the answer was there before the end: nobody reads the rest. */
async function write(
  request: http.ClientRequest,
  bytes: Bytes,
  isAnswered: () => boolean,
  onWritten: () => void,
): Promise<boolean> {
  for await (const chunk of bytes) {
    if (isAnswered() || request.destroyed) return false
    await new Promise<void>((resolve) => {
      const done = (): void => {
        request.off('close', done)
        resolve()
      }
      request.once('close', done)
      request.write(chunk, done)
    })
    onWritten()
  }
  return true
}

/** A small answer, whole. Errors: REGISTRY_UNREACHABLE, also for one that is too long, or takes too long. */
export async function textOf({ body, url, patienceMs }: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const timer = setTimeout(() => body.destroy(new Silence('no whole answer', patienceMs)), patienceMs)
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > most) {
        body.destroy()
        throw new AishipError(
          'REGISTRY_UNREACHABLE',
          `${new URL(url).host} answers with more than ${most} bytes where a short answer is due`,
        )
      }
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof AishipError ? error : unreachable(url, error)
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks)
}
