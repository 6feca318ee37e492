import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Memory, pass, type Reply, replyOf } from './answers.ts'
import { type Exchange, MODES, type Mode } from './fault-modes.ts'

/**
 * Stands before a server of HTTP, and lets happen to requests what networks, proxies and busy servers do to them. What happens to the
 * n-th request is given by the seed; which request is the n-th is not, where several are sent at once.
 */

export type Fault = keyof typeof MODES
export const FAULTS = Object.keys(MODES) as readonly Fault[]

export interface FaultOptions {
  /** "http://127.0.0.1:9000". */
  readonly target: string
  readonly seed?: number
  /** The share of the requests that something happens to. */
  readonly rate?: number
  /** What may happen; all of it where it does not say. */
  readonly faults?: readonly Fault[]
  /** How long the slowest answer may take, in ms. */
  readonly slowest?: number
  /** For how long nobody listens after a refusal, in ms. */
  readonly refuseFor?: number
  /** In seconds. */
  readonly retryAfter?: number
}

export interface Happened {
  readonly fault: Fault
  readonly method: string
  readonly url: string
}

export interface FaultProxy {
  readonly endpoint: string
  rate: number
  faults: readonly Fault[]
  /** All that happened, in the order in which it was decided. */
  readonly happened: Happened[]
  /** Who came where redirects lead to: with an authorization or without. Nobody should. */
  readonly elsewhere: { readonly url: string; readonly isAuthorized: boolean }[]
  /** Lets one thing happen, to the next request that matches. */
  inject(fault: Fault, matches?: (method: string, url: string) => boolean): void
  close(): Promise<void>
}

export async function startFaults(options: FaultOptions): Promise<FaultProxy> {
  const { target, seed = 1, slowest = 3000, refuseFor = 50, retryAfter = 1 } = options
  const chance = randomOf(seed)
  const agent = new http.Agent({ keepAlive: true })
  const memory = new Memory()
  const planned: { readonly fault: Fault; readonly matches: (method: string, url: string) => boolean }[] = []
  const pending = new Set<Promise<unknown>>()
  let closed = false

  const forward = (request: IncomingMessage, body?: Buffer): Promise<Reply> => {
    const { expect: _, ...headers } = request.headers
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(target)
      const { method, url } = request
      const onward = http.request({ hostname, port, path: url, method, headers, agent })
      onward.once('response', (reply) => resolve(replyOf(reply)))
      onward.once('error', reject)
      if (body !== undefined) onward.end(body)
      else request.pipe(onward)
      request.once('error', () => onward.destroy())
    })
  }

  const decide = (request: IncomingMessage): Fault | null => {
    const { method = '', url = '' } = request
    const at = planned.findIndex(({ fault, matches }) => canHappen(fault, request) && matches(method, url))
    if (at >= 0) return planned.splice(at, 1)[0]?.fault ?? null
    // Both are drawn each time, so that the n-th request meets the same.
    const [draw, which] = [chance(), chance()]
    const possible = proxy.faults.filter((fault) => canHappen(fault, request))
    return draw < proxy.rate ? (possible[Math.floor(which * possible.length)] ?? null) : null
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const fault = decide(request)
    const question = method === 'GET' ? `${url} ${request.headers.range ?? ''}` : null
    const onward = async (body?: Buffer) => {
      const reply = await forward(request, body)
      return question === null ? reply : memory.keep(question, reply)
    }
    if (fault === null) return pass(await onward(), response)
    proxy.happened.push({ fault, method, url })
    const exchange: Exchange = {
      ...{ request, response, chance, forward: onward, refuse, slowest, retryAfter },
      ...{ elsewhere: urlOf(sink), older: question === null ? [] : memory.of(question) },
      later: (work) => {
        const settled = work.catch(() => undefined).finally(() => pending.delete(settled))
        pending.add(settled)
      },
    }
    await MODES[fault].run(exchange)
  }

  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    response.sendDate = false
    // Who breaks a connection, or finds it broken, gets no answer.
    serve(request, response).catch(() => response.destroy())
  })
  const { port } = await listen(server, 0)
  const sink = http.createServer((request, response) => {
    proxy.elsewhere.push({ url: request.url ?? '', isAuthorized: request.headers.authorization !== undefined })
    response.writeHead(404).end()
  })
  await listen(sink, 0)

  const refuse = () => {
    if (!server.listening) return
    server.close()
    setTimeout(() => {
      if (!closed) listen(server, port)
    }, refuseFor)
  }

  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    ...{ rate: options.rate ?? 0, faults: options.faults ?? FAULTS, happened: [], elsewhere: [] },
    inject: (fault, matches = () => true) => {
      planned.push({ fault, matches })
    },
    async close() {
      closed = true
      while (pending.size > 0) await Promise.all(pending)
      for (const one of [server, sink]) {
        one.close()
        one.closeAllConnections()
      }
      agent.destroy()
    },
  }
  return proxy
}

const canHappen = (fault: Fault, request: IncomingMessage): boolean => (MODES[fault] as Mode).only?.(request) ?? true

const urlOf = (server: http.Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

async function listen(server: http.Server, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  return server.address() as AddressInfo
}

/** Numbers below 1, the same ones for the same seed: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
