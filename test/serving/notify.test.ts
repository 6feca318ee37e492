import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { Notice } from '../../src/core/notice.ts'
import { type NotifyOptions, notifier } from '../../src/serving/notify.ts'

const dir = mkdtempSync(join(tmpdir(), 'aiship-notify-'))
const servers: http.Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const NOTICE: Notice = {
  ...{ id: 'prod@43', app: 'fraud', pointer: 'prod', seq: 43, action: 'rollback', from: 'v2', to: 'v1' },
  ...{ reason: 'errors: 12 of 500 against 190 of 9500', at: '2026-10-01T12:00:00.000Z', evidence: 'sha256:00' },
  next: ['aiship log prod'],
}

interface Asked {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly type: string | undefined
  readonly body: string
}

/** A webhook that gives these answers in turn, the last one for ever. Out: its address, and what it was asked. */
async function webhook(...answers: readonly (readonly [number, Readonly<Record<string, string>>?])[]) {
  const asked: Asked[] = []
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const [status, headers = {}] = answers[Math.min(asked.length, answers.length - 1)] ?? [200]
    asked.push({ method: request.method, path: request.url, type: request.headers['content-type'], body })
    response.writeHead(status, headers).end('never read')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const tell = (listener: Parameters<ReturnType<typeof notifier>>[0], options: Partial<NotifyOptions> = {}) =>
  notifier({
    ...{ cwd: dir, env: { PATH: process.env.PATH }, signal: new AbortController().signal, againMs: [1, 1] },
    ...options,
  })(listener, NOTICE)

test('a program gets the notice on its standard input, without a shell, in the project', async () => {
  writeFileSync(join(dir, 'page.sh'), '#!/bin/sh\ncat > told.json; echo "$1" > word; echo "$SECRET" > secret\n')
  chmodSync(join(dir, 'page.sh'), 0o755)
  const env = { PATH: process.env.PATH, SECRET: 'key' }
  expect(await tell({ command: ['./page.sh', '$(id) ;'] }, { env })).toBeNull()
  expect(JSON.parse(readFileSync(join(dir, 'told.json'), 'utf8'))).toEqual(NOTICE)
  expect(readFileSync(join(dir, 'word'), 'utf8')).toBe('$(id) ;\n')
  expect(readFileSync(join(dir, 'secret'), 'utf8')).toBe('\n')
})

test('a program that fails, is not there or does not read is told of', async () => {
  expect(await tell({ command: ['sh', '-c', 'echo no pager >&2; exit 3'] })).toBe('sh ended with exit code 3: no pager')
  expect(await tell({ command: ['./absent'] })).toBe('./absent could not be started: there is no such program')
  expect(await tell({ command: ['true'] })).toBeNull()
})

test('a webhook gets a POST of the same JSON', async () => {
  const { url, asked } = await webhook([204])
  expect(await tell({ webhook: `${url}/hook/secret` })).toBeNull()
  expect(asked).toEqual([
    { method: 'POST', path: '/hook/secret', type: 'application/json', body: JSON.stringify(NOTICE) },
  ])
})

test('its address may stand in the environment', async () => {
  const { url, asked } = await webhook([200])
  expect(await tell({ webhook: 'env:HOOK' }, { env: { HOOK: url } })).toBeNull()
  expect(asked).toHaveLength(1)
  expect(await tell({ webhook: 'env:HOOK' })).toBe('HOOK is not set, and the webhook stands there')
})

test('what may pass is tried again, and nothing else', async () => {
  const busy = await webhook([503], [429], [200])
  expect(await tell({ webhook: busy.url })).toBeNull()
  expect(busy.asked).toHaveLength(3)
  const down = await webhook([500])
  expect(await tell({ webhook: `${down.url}/secret` })).toMatch(/^127\.0\.0\.1:\d+ answered 500$/)
  expect(down.asked).toHaveLength(3)
  const wrong = await webhook([404])
  expect(await tell({ webhook: wrong.url })).toMatch(/answered 404$/)
  expect(wrong.asked).toHaveLength(1)
})

test('a redirect is followed on the same host alone, and only where it stays a POST', async () => {
  const same = await webhook([308, { location: '/moved' }], [200])
  expect(await tell({ webhook: same.url })).toBeNull()
  expect(same.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /', 'POST /moved'])
  const other = await webhook([200])
  const away = await webhook([307, { location: other.url }])
  expect(await tell({ webhook: away.url })).toMatch(
    /redirects to another host, 127\.0\.0\.1:\d+, which is not followed$/,
  )
  expect(other.asked).toEqual([])
  const found = await webhook([302, { location: '/get' }])
  expect(await tell({ webhook: found.url })).toMatch(/answered 302, which is not followed$/)
  const round = await webhook([307, { location: '/' }])
  expect(await tell({ webhook: round.url })).toMatch(/redirects without end$/)
})

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://2852039166/',
  'http://0xa9.0xfe.0xa9.0xfe/',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://100.100.100.200/',
])('%s is told nothing', async (url) => {
  expect(await tell({ webhook: url })).toMatch(/link-local or a metadata service: not told$/)
})

test('a name that leads there is told nothing, also if it leads elsewhere too', async () => {
  const resolve = ((_: string, __: unknown, found: (error: null, addresses: readonly object[]) => void) =>
    found(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ])) as unknown as NonNullable<NotifyOptions['resolve']>
  const { asked, url } = await webhook([200])
  expect(await tell({ webhook: `http://pager.example:${new URL(url).port}/` }, { resolve })).toMatch(
    /^pager\.example:\d+ is at 169\.254\.169\.254, which is link-local/,
  )
  expect(asked).toEqual([])
})

test('other schemes, other words and a server that is away are told of without the path', async () => {
  expect(await tell({ webhook: 'file:///etc/passwd' })).toMatch(/is not reached by http or https$/)
  expect(await tell({ webhook: 'pager' })).toBe('the webhook is no URL')
  const gone = await webhook([200])
  await new Promise((resolve) => servers.pop()?.close(resolve))
  expect(await tell({ webhook: `${gone.url}/secret` })).toMatch(/^127\.0\.0\.1:\d+ could not be reached: /)
})
