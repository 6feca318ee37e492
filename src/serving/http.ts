import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { type Answer, type Listening, type ListenOptions, MAX_BODY, type Service } from '../core/http.ts'
import { failureAnswer } from '../core/ofrep.ts'
import { bind } from './bind.ts'
import { openStreams } from './streams.ts'
import { openGuard } from './tokens.ts'

interface Env {
  Bindings: { incoming: IncomingMessage; outgoing: ServerResponse }
  Variables: { ticket: string | null }
}
type Asked = Context<Env>

const FLAGS = '/ofrep/v1/evaluate/flags'
const EVENTS = '/ofrep/v1/events'
/** Whoever sends a request slower than this is cut off: its head, and all of it. */
const HEAD_MS = 5000
const REQUEST_MS = 10_000
/** Longer than load balancers leave a connection unused before they use it again. */
const KEEP_ALIVE_MS = 65_000
const CHECK_MS = 1000
/** So long requests that are under way are waited for at the end. */
const GRACE_MS = 5000
/** What is too long is read up to here, so that its sender hears why. */
const MOST_READ = 4 * 1024 * 1024

/** Listens, and answers by `service`. Errors: LISTEN_FAILED. */
export async function listen(service: Service, options: ListenOptions): Promise<Listening> {
  const streams = openStreams(service.version)
  const requests = new Map<string, Map<number, number>>()
  let dropped = 0
  const counted = () => ({ requests, streams: streams.size, dropped })
  const count = (route: string, status: number): void => {
    const byStatus = requests.get(route) ?? new Map<number, number>()
    requests.set(route, byStatus.set(status, (byStatus.get(status) ?? 0) + 1))
  }
  const { fetch } = makeApp(service, options, { streams, counted, count })
  const limits = { headersTimeout: HEAD_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS }
  // The name counts where a request has none: health checks of HTTP/1.0.
  const listener = getRequestListener(fetch, { hostname: 'localhost' })
  const server = createServer({ ...limits, keepAliveTimeout: KEEP_ALIVE_MS }, listener)
  server.maxConnections = options.maxConnections
  server.on('drop', () => dropped++)
  await bind(server, options)
  const { port } = server.address() as AddressInfo
  const { host } = options
  return {
    ...{ url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, counted, changed: streams.changed },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      streams.end()
      // A connection that is kept alive ends once its request is answered.
      const sweeping = setInterval(() => server.closeIdleConnections(), 20)
      const giveUp = setTimeout(() => server.closeAllConnections(), GRACE_MS)
      await closed
      clearInterval(sweeping)
      clearTimeout(giveUp)
    },
  }
}

interface Around {
  readonly streams: ReturnType<typeof openStreams>
  counted(): ReturnType<Listening['counted']>
  count(route: string, status: number): void
}

function makeApp(service: Service, options: ListenOptions, { streams, counted, count }: Around): Hono<Env> {
  const { origins, tokens } = options
  const guard = tokens.length === 0 ? null : openGuard(tokens)
  const app = new Hono<Env>()
  if (origins.length > 0)
    app.use(
      cors({
        ...{ origin: origins.includes('*') ? '*' : [...origins], allowMethods: ['GET', 'POST'], maxAge: 600 },
        ...{ allowHeaders: ['Authorization', 'X-API-Key', 'Content-Type', 'If-None-Match'], exposeHeaders: ['ETag'] },
      }),
    )
  /** Asks for a token, unless everybody may; counts, and answers. */
  const on = (
    method: 'GET' | 'POST',
    path: string,
    answer: (c: Asked) => Answer | Promise<Answer>,
    mayAnybody = false,
  ): unknown =>
    app.on(method, path, async (c) => {
      const { authorization, 'x-api-key': apiKey } = c.env.incoming.headers
      const ticket = guard === null || mayAnybody ? null : guard.admit(authorization, oneOf(apiKey))
      const isIn = guard === null || mayAnybody || ticket !== null
      c.set('ticket', ticket)
      const given = isIn ? await answer(c) : UNAUTHORIZED
      count(path, given.status)
      return respond(given)
    })

  on('POST', `${FLAGS}/:key`, async (c) => {
    const key = c.req.param('key') ?? ''
    const body = await readBody(c.env.incoming)
    return typeof body === 'string' ? service.evaluate(key, body) : unread(body, key)
  })
  on('POST', FLAGS, async (c) => {
    const body = await readBody(c.env.incoming)
    const ticket = c.get('ticket')
    const stream = ticket === null ? EVENTS : `${EVENTS}?ticket=${ticket}`
    const ifNoneMatch = c.env.incoming.headers['if-none-match'] ?? null
    return typeof body === 'string' ? service.evaluateAll(body, ifNoneMatch, stream) : unread(body, null)
  })
  on('GET', '/v1/resolve/:pointer', (c) => service.resolve(c.req.param('pointer') ?? '', c.req.query('arm') ?? null))
  on('GET', '/metrics', () => service.metrics(counted()))
  on('GET', '/healthz', () => ({ status: 200, body: '{"status":"ok"}' }), true)
  on('GET', '/readyz', () => service.ready(), true)

  app.get(EVENTS, (c) => {
    const { headers } = c.env.incoming
    const isIn =
      guard === null ||
      guard.admitsTicket(c.req.query('ticket') ?? '') ||
      guard.admit(headers.authorization, oneOf(headers['x-api-key'])) !== null
    // Pages that listen must leave room for requests.
    const refusal = isIn ? (streams.size * 2 < options.maxConnections ? null : TOO_MANY) : UNAUTHORIZED
    count(EVENTS, refusal?.status ?? 200)
    if (refusal !== null) return respond(refusal)
    const lastId = oneOf(headers['last-event-id']) ?? null
    streams.open(c.env.outgoing, Object.fromEntries(c.res.headers), lastId)
    return RESPONSE_ALREADY_SENT
  })
  app.notFound((c) => {
    count('other', 404)
    const errorDetails = `there is no ${c.req.method} ${c.req.path}`
    return respond(failureAnswer({ errorCode: 'GENERAL', errorDetails }, null, 404))
  })
  app.onError((error) => {
    count('other', 500)
    options.onError(error)
    return respond(failureAnswer({ errorCode: 'GENERAL', errorDetails: 'a bug in aiship' }, null))
  })
  return app
}

const oneOf = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0]

const UNAUTHORIZED: Answer = {
  ...failureAnswer({ errorCode: 'GENERAL', errorDetails: 'a token is needed, and this is none' }, null, 401),
  headers: { 'www-authenticate': 'Bearer' },
}
const TOO_MANY: Answer = {
  ...failureAnswer({ errorCode: 'GENERAL', errorDetails: 'too many listen for changes already' }, null, 429),
  headers: { 'retry-after': '30' },
}

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }

const respond = ({ status, body, headers }: Answer): Response =>
  new Response(body, { status, headers: headers === undefined ? HEADERS : { ...HEADERS, ...headers } })

const unread = (status: 400 | 413, key: string | null): Answer => {
  const errorDetails = status === 413 ? `the body has more than the ${MAX_BODY} bytes allowed` : 'the body has no end'
  return failureAnswer({ errorCode: 'PARSE_ERROR', errorDetails }, key, status)
}

/** The body as it comes, without the detour of a stream of the web's kind. Out: its text; the status to answer by where there is none. */
function readBody(incoming: IncomingMessage): Promise<string | 400 | 413> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    // Nearly always it is one.
    const text = (): string => (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8')
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY) chunks.push(chunk)
      else if (size > MOST_READ) incoming.destroy()
    })
    incoming.on('end', () => resolve(size > MAX_BODY ? 413 : text()))
    incoming.on('error', () => resolve(400))
    incoming.on('close', () => resolve(400))
  })
}
