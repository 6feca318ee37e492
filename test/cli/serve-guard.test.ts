import { writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRelease } from '../hostile/outcome.ts'
import { ALL, FLAG, type Served, spawnServe, startServe } from './serving.ts'
import type { Session } from './transcript.ts'

// Who is let in, what is refused, and who is cut off.

const [OLD, NEW] = ['0123456789abcdef-old', 'fedcba9876543210-new']
let session: Session
let served: Served
/** Those who send slowly, from the start. */
let slow: Served
let cut: readonly { readonly text: Promise<string> }[]
beforeAll(async () => {
  session = await startRelease()
  writeFileSync(path.join(session.dir, 'tokens'), `# of the gateway\n${NEW}\n\n`)
  session.env.AISHIP_SERVE_TOKEN = OLD
  served = await startServe(
    session,
    '--token-file',
    'tokens',
    '--cors-origin',
    'https://shop.example',
    '--max-connections',
    '8',
  )
  delete session.env.AISHIP_SERVE_TOKEN
  slow = await startServe(session)
  const head = 'POST /ofrep/v1/evaluate/flags/prod HTTP/1.1\r\nHost: x\r\n'
  cut = await Promise.all([sendSlowly(head, 'X-A: b\r\n'), sendSlowly(`${head}Content-Length: 60000\r\n\r\n`, ' ')])
})
afterAll(async () => {
  served.child.kill('SIGKILL')
  slow.child.kill('SIGKILL')
  session.end()
})

const connect = ({ url }: Served): Promise<net.Socket> =>
  new Promise((resolve) => {
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => resolve(socket))
    socket.on('error', () => undefined)
  })
/** Out: what it was sent until it was closed. */
const closed = (socket: net.Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
  })

/** Sends the beginning, and then a little again and again. Out: the text of `closed`. */
async function sendSlowly(start: string, more: string): Promise<{ readonly text: Promise<string> }> {
  const socket = await connect(slow)
  socket.write(start)
  const sending = setInterval(() => socket.write(more), 500)
  return { text: closed(socket).finally(() => clearInterval(sending)) }
}

test('connections that are too many are turned away', async () => {
  const many = await Promise.all(Array.from({ length: 12 }, () => connect(served)))
  await Promise.any(many.map(closed))
  for (const socket of many) socket.destroy()
  const headers = { authorization: `Bearer ${OLD}` }
  const metrics = () => served.ask('/metrics', undefined, headers).then(({ text }) => text)
  await expect.poll(metrics, { timeout: 5000 }).toMatch(/^aiship_connections_dropped_total [1-9]/m)
})

test.each<[string, Readonly<Record<string, string>>, number]>([
  ['none', {}, 401],
  ['a bearer', { authorization: `Bearer ${OLD}` }, 200],
  ['a bearer in lower case, from the file', { authorization: `bearer ${NEW}` }, 200],
  ['an API key', { 'x-api-key': NEW }, 200],
  ['another one', { authorization: 'Bearer 0123456789abcdef-odd' }, 401],
  ['the start of one', { 'x-api-key': OLD.slice(0, -1) }, 401],
  ['one and more', { authorization: `Bearer ${OLD} ${NEW}` }, 401],
  ['a comment of the file', { 'x-api-key': '# of the gateway' }, 401],
  ['another scheme', { authorization: `Basic ${Buffer.from(`x:${OLD}`).toString('base64')}` }, 401],
])('a token: %s', async (_, headers, status) => {
  for (const [path, body] of [[`${FLAG}prod`, ''], [ALL, ''], ['/v1/resolve/prod'], ['/metrics']] as const) {
    const answer = await served.ask(path, body, headers)
    expect([path, answer.status]).toEqual([path, status])
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  }
  expect((await served.ask('/healthz', undefined, headers)).status).toBe(200)
  expect((await served.ask('/readyz', undefined, headers)).status).toBe(200)
})

test('a page of the origin may ask, with a ticket for its events that opens nothing else', async () => {
  const origin = 'https://shop.example'
  const { headers, json } = await served.ask(ALL, '', { origin, 'x-api-key': NEW })
  expect([headers.get('access-control-allow-origin'), headers.get('access-control-expose-headers')]).toEqual([
    ...[origin, 'ETag'],
  ])
  const other = await served.ask(ALL, '', { origin: 'https://evil.example', 'x-api-key': NEW })
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
  const preflight = await fetch(served.url + ALL, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  })
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
    ...[204, expect.stringMatching(/authorization/i)],
  ])
  const uri = json.eventStreams[0].endpoint.requestUri
  const ticket = /\?ticket=([0-9a-f]{32})$/.exec(uri)?.[1] as string
  expect((await served.ask('/ofrep/v1/events')).status).toBe(401)
  expect((await served.ask('/ofrep/v1/events?ticket=00')).status).toBe(401)
  expect((await served.ask(ALL, '', { 'x-api-key': ticket })).status).toBe(401)
  const stop = new AbortController()
  const open = async () => fetch(served.url + uri, { headers: { origin }, signal: stop.signal })
  const streams = await Promise.all([open(), open(), open(), open()])
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(streams[0]?.headers.get('access-control-allow-origin')).toBe(origin)
  // Whoever listens leaves half of all connections to those who ask.
  const fifth = await open()
  expect([fifth.status, Number(fifth.headers.get('retry-after'))]).toEqual([429, 30])
  stop.abort()
})

test('no token is ever printed', async () => {
  expect(await served.end()).toBe(143)
  for (const token of [OLD, NEW]) expect(served.out.stdout + served.out.stderr).not.toContain(token)
})

test.each<[string, readonly string[], string, Readonly<Record<string, string>>?]>([
  ['an address that others reach, and no token', ['--host', '0.0.0.0'], 'others reach 0.0.0.0'],
  ['a token that can be guessed', [], 'fewer than 16', { AISHIP_SERVE_TOKEN: 'secret' }],
  ['a token that no header has', [], 'no header', { AISHIP_SERVE_TOKEN: 'schlüssel-der-wahrheit' }],
  ['a file without a token', ['--token-file', 'aiship.empty'], 'has no token'],
  ['an address that is not here', ['--host', '203.0.113.7', '--allow-anonymous'], 'no address 203.0.113.7'],
  ['an origin that is none', ['--cors-origin', 'shop.example'], '--cors-origin takes an origin'],
  ['a port that is none', ['--port', '70000'], '--port takes'],
])('%s ends with 2', async (_, words, message, env = {}) => {
  writeFileSync(path.join(session.dir, 'aiship.empty'), '# nothing\n')
  const { ended, out } = spawnServe({ dir: session.dir, env: { ...session.env, ...env } }, ['--port', '0', ...words])
  expect([await ended, out.stdout]).toEqual([2, ''])
  expect(out.stderr).toContain(message)
  expect(out.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(6)
  for (const token of Object.values(env)) expect(out.stderr).not.toContain(token)
})

test('a port that is taken, a pointer that is not there, a registry that is not', async () => {
  const first = await startServe(session)
  const { port } = new URL(first.url)
  const second = spawnServe(session, ['--port', port])
  expect(await second.ended).toBe(2)
  expect(second.out.stderr).toMatch(/something else listens at 127\.0\.0\.1:.*\n.*--port/)
  const unknown = spawnServe(session, ['--port', '0', 'prud'])
  expect(await unknown.ended).toBe(3)
  expect(unknown.out.stderr).toContain('did you mean prod?')
  expect(unknown.out.stderr).not.toContain('http://')
  const only = await startServe(session, 'prod')
  expect((await only.ask('/readyz')).json.pointers).toBe(1)
  const missing = spawnServe(session, ['--port', '0', '--registry', 'nowhere'])
  expect(await missing.ended).toBe(3)
  expect([await first.end(), await only.end()]).toEqual([143, 143])
})

test('who sends slowly is cut off, and nobody waits for him', { timeout: 40_000 }, async () => {
  expect((await slow.ask(`${FLAG}prod`, '')).status).toBe(200)
  for (const { text } of cut) expect(await text).toMatch(/^HTTP\/1\.1 408/)
  expect(await slow.end()).toBe(143)
})
