import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { type Answer, answerOf, drained, pass, type Reply, readAll } from './answers.ts'
import { S3Error } from './reply.ts'

/** One request and what may happen to it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Below 1. */
  readonly chance: () => number
  /** Sends the request on, with its body as it comes, or with these bytes. */
  forward(body?: Buffer): Promise<Reply>
  /** Earlier answers to the same question, each once. */
  readonly older: readonly Answer[]
  /** Keeps the listener closed for a moment. */
  refuse(): void
  /** Done later; the proxy does not close before. */
  later(work: Promise<unknown>): void
  /** Where a redirect leads to. */
  readonly elsewhere: string
  /** How long the slowest answer may take, in ms. */
  readonly slowest: number
  readonly retryAfter: number
}

export interface Mode {
  /** Where it says nothing else can happen: all requests. */
  readonly only?: (request: IncomingMessage) => boolean
  readonly run: (exchange: Exchange) => Promise<void>
}

const LARGEST_BODY = 64 * 2 ** 20
const ENDLESS = 512 * 2 ** 20

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET'
const isList = ({ method, url = '' }: IncomingMessage): boolean => method === 'GET' && /[?&]list-type=/.test(url)
const isComplete = ({ method, url = '' }: IncomingMessage): boolean => method === 'POST' && /[?&]uploadId=/.test(url)
const isConditional = ({ method, headers }: IncomingMessage): boolean =>
  method !== 'GET' && method !== 'HEAD' && (headers['if-none-match'] ?? headers['if-match']) !== undefined
const isSmall = ({ headers }: IncomingMessage): boolean => Number(headers['content-length'] ?? 0) <= LARGEST_BODY

export const MODES = {
  /** Nobody listens, for this one and for who connects in the next moment. */
  refuse: {
    run: async ({ request, refuse }) => {
      refuse()
      request.socket.resetAndDestroy()
    },
  },
  /** The request never reaches the server. */
  'reset-before': {
    run: async ({ request }) => {
      request.socket.resetAndDestroy()
    },
  },
  /** The server did it; its answer is lost. */
  'reset-after': {
    run: async ({ request, forward }) => {
      await answerOf(await forward())
      request.socket.resetAndDestroy()
    },
  },
  /** Half of the answer: of its body, or of its head if it has none. */
  truncate: {
    run: async ({ response, forward }) => {
      const {
        status,
        headers,
        body: [body],
      } = await answerOf(await forward())
      if (body.length === 0) return void response.socket?.end(`HTTP/1.1 ${status} OK\r\nETag: "a`)
      response.writeHead(status, headers)
      response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy())
    },
  },
  /** A byte each second; when that has taken long enough, the rest at once. */
  slow: {
    run: async ({ response, forward, slowest }) => {
      const {
        status,
        headers,
        body: [body],
      } = await answerOf(await forward())
      const until = performance.now() + slowest
      let at = 0
      if (body.length > 0) response.writeHead(status, headers)
      while (performance.now() < until && !response.destroyed) {
        if (body.length > 0) response.write(body.subarray(at, ++at))
        await pause(Math.min(1000, until - performance.now()))
      }
      if (body.length === 0) response.writeHead(status, headers)
      response.end(body.subarray(at))
    },
  },
  'too-many': {
    run: (exchange) => refuseWith(exchange, new S3Error(429, 'TooManyRequests', 'Please reduce your rate.')),
  },
  error: { run: (exchange) => refuseWith(exchange, new S3Error(500, 'InternalError', 'Please try again.')) },
  'slow-down': {
    run: (exchange) => refuseWith(exchange, new S3Error(503, 'SlowDown', 'Please reduce your request rate.')),
  },
  /** The server did it, and something before it says that all failed. */
  'error-after': {
    run: async (exchange) => {
      await answerOf(await exchange.forward())
      await refuseWith(exchange, new S3Error(500, 'InternalError', 'Please try again.'))
    },
  },
  conflict: {
    only: isConditional,
    run: (exchange) => {
      const message = 'The conditional request cannot succeed due to a conflicting operation.'
      return refuseWith(exchange, new S3Error(409, 'ConditionalRequestConflict', message))
    },
  },
  /** A failure under a status of success, as the completion of an upload may end. */
  'error-in-200': {
    only: isComplete,
    run: (exchange) => refuseWith(exchange, new S3Error(200, 'InternalError', 'Please try again.')),
  },
  /** Delivered twice; the second answer is the one that arrives. */
  duplicate: {
    only: isSmall,
    run: async ({ request, response, forward }) => {
      const body = await readAll(request)
      await answerOf(await forward(body))
      await pass(await forward(body), response)
    },
  },
  /** Delivered again when its answer is long there. */
  late: {
    only: isSmall,
    run: async ({ request, response, forward, later, chance }) => {
      const body = await readAll(request)
      await pass(await forward(body), response)
      later(pause(chance() * 200).then(async () => answerOf(await forward(body))))
    },
  },
  /** One bit of the body is another. */
  flip: {
    only: isRead,
    run: async ({ response, forward, chance }) => {
      const reply = await forward()
      const position = Math.floor(chance() * Number(reply.headers['content-length'] ?? 1))
      const bit = 1 << Math.floor(chance() * 8)
      let at = 0
      await pass(reply, response, (chunk) => {
        const here = position - at
        at += chunk.length
        if (here < 0 || here >= chunk.length) return chunk
        const changed = Buffer.from(chunk)
        changed[here] = (chunk[here] ?? 0) ^ bit
        return changed
      })
    },
  },
  /** What was answered to the same question before something changed; nothing happens to who asks the first time. */
  stale: {
    only: isRead,
    run: async ({ response, forward, older, chance }) => {
      const now = await answerOf(await forward())
      const others = older.filter(({ status, body }) => status !== now.status || !body[0].equals(now.body[0]))
      await pass(others[Math.floor(chance() * others.length)] ?? now, response)
    },
  },
  /** A listing without its last third, that says that it is whole. */
  'short-list': {
    only: isList,
    run: async ({ response, forward }) => {
      const {
        status,
        headers,
        body: [body],
      } = await answerOf(await forward())
      const text = Buffer.from(shortened(body.toString()))
      response.writeHead(status, { ...headers, 'content-length': text.length })
      response.end(text)
    },
  },
  redirect: {
    run: async (exchange) => {
      const { request, response, elsewhere } = exchange
      request.resume()
      const { xml } = new S3Error(301, 'PermanentRedirect', 'The bucket is elsewhere.', { Endpoint: elsewhere })
      const headers = { location: elsewhere + request.url, 'content-length': Buffer.byteLength(xml) }
      response.writeHead(301, { ...headers, 'content-type': 'application/xml', 'x-amz-bucket-region': 'eu-west-9' })
      response.end(request.method === 'HEAD' ? '' : xml)
    },
  },
  /** Bytes for as long as somebody takes them, up to far more than anybody should. */
  endless: {
    only: isRead,
    run: async ({ request, response }) => {
      request.resume()
      response.writeHead(200, { 'content-type': 'application/xml' })
      const chunk = Buffer.alloc(2 ** 16, ' ')
      for (let sent = 0; sent < ENDLESS && !response.destroyed; sent += chunk.length)
        if (!response.write(chunk)) await drained(response)
      response.destroy()
    },
  },
  /** A body that is small until somebody unpacks it. */
  'gzip-bomb': {
    only: isRead,
    run: async ({ request, response }) => {
      request.resume()
      bomb ??= Buffer.concat(Array(ENDLESS / ZEROS).fill(gzipSync(Buffer.alloc(ZEROS))))
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length })
      response.end(bomb)
    },
  },
} satisfies Readonly<Record<string, Mode>>

/** Archives one after the other are an archive. */
const ZEROS = 2 ** 22
let bomb: Buffer | null = null

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)))

async function refuseWith({ request, response, retryAfter }: Exchange, { status, xml }: S3Error): Promise<void> {
  request.resume()
  if (status === 429 || status === 503) response.setHeader('retry-after', retryAfter)
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(xml) })
  response.end(request.method === 'HEAD' ? '' : xml)
}

function shortened(document: string): string {
  const items = document.match(/<(Contents|CommonPrefixes)>.*?<\/\1>/gs) ?? []
  const dropped = items.slice(items.length - Math.ceil(items.length / 3))
  return dropped
    .reduce((text, item) => text.replace(item, ''), document)
    .replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/s, '')
    .replace('<IsTruncated>true<', '<IsTruncated>false<')
}
