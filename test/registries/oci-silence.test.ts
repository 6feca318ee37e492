import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { OciBlob } from '../../src/core/oci.ts'
import { openRepository } from '../../src/registries/_oci.ts'
import { PACE } from '../../src/registries/_oci-http.ts'

// A registry that takes connections and says nothing, or asks for patience without end.

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** In: what happens with each connection. Out: the host. */
async function listen(onConnection: (socket: net.Socket) => void): Promise<string> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    onConnection(socket)
  })
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const QUICK = { ...PACE, connectMs: 100, readMs: 100, writeMs: 150, longestPauseMs: 80, patienceMs: 250 }
const blob: OciBlob = { mediaType: 'x/y', digest: `sha256:${'a'.repeat(64)}`, size: 100_000 }
const repository = (host: string, signal = new AbortController().signal, pace = QUICK) =>
  openRepository(`oci://${host}/acme/scorer:v1`, { env: {}, signal, isDryRun: false, pace })

async function read(host: string): Promise<void> {
  for await (const _ of repository(host).read(blob));
}
const put = (host: string) =>
  repository(host).put(
    {
      ...blob,
      bytes: async function* () {
        yield Buffer.alloc(blob.size)
      },
    },
    () => undefined,
  )

describe.each<[string, (socket: net.Socket) => void]>([
  ['says nothing', () => undefined],
  [
    'drips a header without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ')
      const timer = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(timer))
    },
  ],
])('a registry that %s', (_, onConnection) => {
  test.each<[string, (host: string) => Promise<unknown>]>([
    ['manifests', (host) => repository(host).manifests()],
    ['a blob', read],
    ['sending', put],
  ])('is given up: %s', { timeout: 20_000 }, async (_, act) => {
    const host = await listen(onConnection)
    const began = performance.now()
    await expect(act(host)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('no answer within 0.1'),
    })
    expect(performance.now() - began).toBeLessThan(8000)
  })

  test('an interruption ends it at once', { timeout: 20_000 }, async () => {
    const stop = new AbortController()
    const host = await listen((socket) => {
      onConnection(socket)
      setTimeout(() => stop.abort('SIGINT'), 30)
    })
    const began = performance.now()
    await expect(repository(host, stop.signal, PACE).manifests()).rejects.toBe('SIGINT')
    expect(performance.now() - began).toBeLessThan(8000)
  })
})

async function serve(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer)
  return listen((socket) => server.emit('connection', socket))
}

test('a body that stops coming is asked for again, then given up', { timeout: 20_000 }, async () => {
  let asked = 0
  const host = await serve((_, response) => {
    asked++
    response.writeHead(200, { 'content-length': blob.size }).write('x')
  })
  await expect(read(host)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
  expect(asked).toBeGreaterThan(1)
})

test('a short answer that comes a byte at a time is given up', { timeout: 20_000 }, async () => {
  const host = await serve((_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  })
  await expect(repository(host).manifests()).rejects.toMatchObject({
    message: expect.stringContaining('no whole answer within 0.25 s'),
  })
})

test('sending to one that stops at the last byte is given up', { timeout: 20_000 }, async () => {
  const host = await serve((request, response) => {
    if (request.method === 'POST') return void response.writeHead(202, { location: '/up' }).end()
    if (request.method === 'HEAD') return void response.writeHead(404).end()
    request.resume()
  })
  await expect(put(host)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
})

describe('one that asks to come back in an hour', () => {
  const busy = () => serve((_, response) => response.writeHead(503, { 'retry-after': '3600' }).end())

  test('is tried a few times within patience', { timeout: 20_000 }, async () => {
    const began = performance.now()
    await expect(repository(await busy()).manifests()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
    expect(performance.now() - began).toBeLessThan(8000)
  })

  test('also where something is sent', { timeout: 20_000 }, async () => {
    const host = await serve((request, response) => {
      if (request.method === 'HEAD') return void response.writeHead(404).end()
      response.writeHead(429, { 'retry-after': '3600' }).end()
    })
    const began = performance.now()
    await expect(put(host)).rejects.toMatchObject({ hint: expect.stringContaining('later') })
    expect(performance.now() - began).toBeLessThan(8000)
  })

  test('an interruption ends the wait at once', { timeout: 20_000 }, async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort('SIGTERM'), 200)
    await expect(repository(await busy(), stop.signal, PACE).manifests()).rejects.toBe('SIGTERM')
  })
})
