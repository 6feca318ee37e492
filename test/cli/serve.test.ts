import { readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OpenFeature } from '@openfeature/server-sdk'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRelease } from '../hostile/outcome.ts'
import { ALL, type Asked, expectProtocol, FLAG, type Served, startServe } from './serving.ts'
import type { Session } from './transcript.ts'

// The program as people run it, and the OpenFeature SDK and provider that their services use.

let session: Session
let served: Served
const done = async (...words: readonly string[]) => expect(await session.aiship(words)).toMatchObject({ exit: 0 })
const USER = '{"context":{"targetingKey":"user-8"}}'
const SCHEMAS = path.join(import.meta.dirname, '../../schemas')
const schemaOf = (file: string) => JSON.parse(readFileSync(path.join(SCHEMAS, `${file}.schema.json`), 'utf8'))
const ajv = new Ajv2020({ strict: false }).addSchema(schemaOf('common'))
function expectSchema(name: string, value: unknown): void {
  const is = ajv.getSchema(`output/${name}.schema.json`) ?? ajv.compile(schemaOf(`output/${name}`))
  is(value)
  expect({ value, errors: is.errors }).toEqual({ value, errors: null })
}
const until = (isSo: () => unknown) => expect.poll(isSo, { timeout: 15_000, interval: 10 }).toBe(true)

beforeAll(async () => {
  session = await startRelease()
  served = await startServe(session, '--json')
})
afterAll(async () => {
  served.child.kill('SIGKILL')
  session.end()
})

describe('what the protocol says', () => {
  const ask = (key: string, body: string) => served.ask(FLAG + key, body)

  test('a plain pointer is STATIC, and its value is the bundle and the arm', async () => {
    const answer = await ask('prod', USER)
    expectProtocol('one', answer)
    const { bundle } = JSON.parse((await session.aiship(['resolve', 'prod', '--json'])).stdout).data
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        ...{ key: 'prod', reason: 'STATIC', variant: 'stable', value: { bundle, arm: 'stable' } },
        metadata: { 'aiship.route': expect.stringMatching(/^sha256:/), 'aiship.seq': 2, 'aiship.version': 'v2' },
      },
    ])
  })

  const deep = (levels: number) => `{"context":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`
  test.each<[string, string, string, number, string | null]>([
    ['no body', 'prod', '', 200, null],
    ['no context', 'prod', '{}', 200, null],
    ['a key that is a number', 'prod', '{"context":{"targetingKey":7}}', 200, null],
    ['a context as deep as may be', 'prod', deep(32), 200, null],
    ['an unknown flag', 'nothing', USER, 404, 'FLAG_NOT_FOUND'],
    ['a flag that is a path', '..%2f..%2fetc', USER, 404, 'FLAG_NOT_FOUND'],
    ['a prototype as a flag', '__proto__', USER, 404, 'FLAG_NOT_FOUND'],
    ['no JSON', 'prod', '{"context":', 400, 'PARSE_ERROR'],
    ['a list', 'prod', '[]', 400, 'PARSE_ERROR'],
    ['a number', 'prod', '7', 400, 'PARSE_ERROR'],
    ['a context that is a list', 'prod', '{"context":[]}', 400, 'INVALID_CONTEXT'],
    ['a context that is null', 'prod', '{"context":null}', 400, 'INVALID_CONTEXT'],
    ['a context that is text', 'prod', '{"context":"user-8"}', 400, 'INVALID_CONTEXT'],
    ['a prototype key', 'prod', '{"context":{"a":{"__proto__":{"admin":true}}}}', 400, 'INVALID_CONTEXT'],
    ['a key that is there twice', 'prod', '{"context":{"plan":"free","plan":"pro"}}', 400, 'INVALID_CONTEXT'],
    ['a number beyond all numbers', 'prod', '{"context":{"age":1e999}}', 400, 'INVALID_CONTEXT'],
    ['a context that is too deep', 'prod', deep(33), 400, 'INVALID_CONTEXT'],
    ['deep JSON', 'prod', `{"context":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 400, 'INVALID_CONTEXT'],
  ])('%s', async (_, key, body, status, errorCode) => {
    const answer = await ask(key, body)
    expectProtocol('one', answer)
    expect([answer.status, answer.json.errorCode ?? null]).toEqual([status, errorCode])
    if (status === 404) return
    const all = await served.ask(ALL, body)
    expectProtocol('bulk', all)
    expect([all.status, all.json.errorCode ?? null]).toEqual([status, errorCode])
  })

  test('a context of 1 MB is refused with a reason, however it comes', async () => {
    const body = JSON.stringify({ context: { a: 'x'.repeat(2 ** 20) } })
    const whole = await ask('prod', body)
    expect([whole.status, whole.json.key, whole.json.errorDetails]).toEqual([
      413,
      'prod',
      expect.stringMatching(/65536/),
    ])
    const pieces = new Blob([body]).stream()
    const { status } = await fetch(served.url + ALL, { method: 'POST', body: pieces, duplex: 'half' } as RequestInit)
    expect(status).toBe(413)
  })

  test('what else there is, and what there is not', async () => {
    const { json } = await served.ask('/v1/resolve/prod')
    expectSchema('served-pointer', json)
    expect(json).toMatchObject({ pointer: 'prod', arm: 'stable', version: 'v2', seq: 2, held: false, stale: false })
    expect((await served.ask('/v1/resolve/prod?arm=candidate')).status).toBe(404)
    expect((await served.ask('/v1/resolve/nothing')).status).toBe(404)
    expect((await served.ask('/healthz')).json).toEqual({ status: 'ok' })
    const ready = await served.ask('/readyz')
    expectSchema('served-health', ready.json)
    expect(ready.json).toMatchObject({ status: 'ok', pointers: 1, problem: null })
    expect((await served.ask(`${FLAG}prod`)).status).toBe(404)
    expect((await served.ask('/')).status).toBe(404)
    const { headers } = await served.ask(ALL, USER, { origin: 'https://shop.example' })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('the tag of a bulk answer is of the route and the context, whoever writes it how', async () => {
  const etag = async (context: object, ifNoneMatch?: string): Promise<[number, string | null]> => {
    const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }
    const answer = await served.ask(ALL, JSON.stringify({ context }), headers)
    return [answer.status, answer.headers.get('etag')]
  }
  const [, tag] = await etag({ targetingKey: 'user-8', country: 'DE' })
  expect(await etag({ country: 'DE', targetingKey: 'user-8' }, `"other", W/${tag}`)).toEqual([304, tag])
  // The web provider keeps its tag where only the country changes.
  expect((await etag({ targetingKey: 'user-8', country: 'FR' }, tag as string))[0]).toBe(200)
  await done('hold', 'prod')
  await until(async () => (await served.ask('/v1/resolve/prod')).json.held)
  expect((await etag({ targetingKey: 'user-8', country: 'DE' }, tag as string))[0]).toBe(304)
  await done('unhold', 'prod')
})

test('the real SDK and provider decide as `route eval` does, and see a rollback at once', async () => {
  await done('route', 'set', 'prod', '--to', 'candidate=v1:50%,stable')
  await done('route', 'set', 'prod', '--country', 'DE', '--to', 'candidate')
  await until(async () => (await served.ask('/v1/resolve/prod')).json.seq === 6)
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: served.url }))
  const client = OpenFeature.getClient()
  const fallback = { bundle: '', arm: '' }
  const details = (context: Parameters<typeof client.getObjectDetails>[2]) =>
    client.getObjectDetails('prod', fallback, context)
  const arms = new Set<string>()
  for (const context of [
    { targetingKey: 'user-1' },
    { targetingKey: 'user-2' },
    { targetingKey: 'user-3' },
    { targetingKey: 'user-8' },
    { targetingKey: 'jürgen' },
    { targetingKey: 'user-1', geo: { country: 'DE' } },
    {},
  ]) {
    const { stdout } = await session.aiship(['route', 'eval', 'prod', '--context', JSON.stringify(context), '--json'])
    const { arm, bundle, reason, unassigned } = JSON.parse(stdout).data
    const found = await details(context)
    expect(found).toMatchObject({ variant: arm, value: { bundle, arm }, reason })
    expect(found.flagMetadata['aiship.unassigned']).toBe(unassigned || undefined)
    arms.add(`${arm} ${reason}`)
  }
  expect([...arms].sort()).toEqual([
    ...['candidate SPLIT', 'candidate TARGETING_MATCH', 'stable SPLIT', 'stable TARGETING_MATCH'],
  ])
  expect(await client.getObjectDetails('nothing', fallback)).toMatchObject({
    ...{ value: fallback, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' },
  })
  expect(await client.getBooleanDetails('prod', false)).toMatchObject({ value: false, errorCode: 'TYPE_MISMATCH' })
  await done('rollback', 'prod')
  await done('rollback', 'prod')
  await until(async () => (await details({ targetingKey: 'user-1', geo: { country: 'DE' } })).variant === 'stable')
  // Retired is switched off: no value, and so the default of whoever asks.
  await done('retire', 'prod', '--yes')
  await until(async () => (await served.ask(`${FLAG}prod`, USER)).json.reason === 'DISABLED')
  const off = await served.ask(`${FLAG}prod`, USER)
  expectProtocol('one', off)
  expect(off.json).toEqual({ key: 'prod', reason: 'DISABLED', metadata: { 'aiship.seq': expect.any(Number) } })
  expect((await served.ask('/v1/resolve/prod')).status).toBe(404)
  expect((await details({})).value).toEqual(fallback)
  await done('undo', 'prod@9', '--yes')
  await OpenFeature.close()
})

test('events: one at the start, one for each change of what is served, none for what the client has seen', async () => {
  const hear = async (lastId?: string) => {
    const stop = new AbortController()
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId }
    const { body } = await fetch(`${served.url}/ofrep/v1/events`, { headers, signal: stop.signal })
    let heard = ''
    const reading = (async () => {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) heard += Buffer.from(chunk).toString()
    })().catch(() => undefined)
    const events = () =>
      [...heard.matchAll(/^id: (.*)\ndata: (.*)$/gm)].map(([, id, data]) => [id, JSON.parse(data as string)])
    const end = (): Promise<void> => {
      stop.abort()
      return reading
    }
    return { events, heard: () => heard, end }
  }
  const first = await hear()
  await until(() => first.events().length === 1)
  const [id] = first.events()[0] as [string]
  expect(first.events()).toEqual([[id, { type: 'refetchEvaluation', etag: id }]])
  const again = await hear(id)
  await until(() => again.heard().includes('retry:'))
  await done('hold', 'prod')
  await done('route', 'set', 'prod', '--to', 'candidate=v1:1%,stable', '--override', 'test')
  await until(() => first.events().length === 2 && again.events().length === 1)
  expect(again.events()[0]).toEqual(first.events()[1])
  const { text } = await served.ask('/metrics')
  expect(text).toMatch(/^aiship_event_streams 2$/m)
  await Promise.all([first.end(), again.end()])
})

test('metrics are what a parser of Prometheus takes, and say what is served', async () => {
  const { headers, text } = await served.ask('/metrics')
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const sample = /^[a-z_]+(\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? -?[0-9.e+]+$/
  const typed = new Set<string>()
  for (const line of text.trimEnd().split('\n')) {
    const [, name] = /^# TYPE ([a-z_]+) (?:gauge|counter)$/.exec(line) ?? []
    if (name !== undefined) {
      expect(typed).not.toContain(name)
      typed.add(name)
    } else if (!line.startsWith('# HELP ')) {
      expect(line).toMatch(sample)
      expect(typed).toContain(line.split(/[ {]/)[0])
    }
  }
  expect(text).toMatch(
    /^aiship_pointer_info\{app="scorer",pointer="prod",arm="candidate",bundle="sha256:[0-9a-f]{64}",version="v1",main="false"\} 1$/m,
  )
  expect(text).toMatch(/^aiship_http_requests_total\{route="\/ofrep\/v1\/evaluate\/flags\/:key",status="404"\} [1-9]/m)
  expect(text).toMatch(/^aiship_evaluations_total\{app="scorer",pointer="prod",arm="stable",reason="STATIC"\} [1-9]/m)
  expect(text).toMatch(/^aiship_registry_up 1$/m)
})

test('while the registry is away answers go on, and say how old they are', async () => {
  const registry = path.join(session.dir, '.aiship')
  let isOver = false
  const failed: Asked[] = []
  const asking = (async () => {
    while (!isOver) {
      const answer = await served.ask(`${FLAG}prod`, USER)
      if (answer.status !== 200) failed.push(answer)
    }
  })()
  renameSync(registry, `${registry}-away`)
  await until(async () => (await served.ask('/readyz')).json.status === 'degraded')
  const answer = await served.ask(`${FLAG}prod`, USER)
  expectProtocol('one', answer)
  expect(answer.json.metadata).toMatchObject({ 'aiship.stale': true, 'aiship.age_ms': expect.any(Number) })
  expect(answer.json.value.arm).toBe('stable')
  expect((await served.ask(ALL, USER)).json.metadata).toMatchObject({ 'aiship.stale': true })
  expect((await served.ask('/v1/resolve/prod')).json.stale).toBe(true)
  expect((await served.ask('/readyz')).json).toMatchObject({ status: 'degraded', problem: expect.any(String) })
  expect((await served.ask('/metrics')).text).toMatch(/^aiship_registry_up 0$/m)
  renameSync(`${registry}-away`, registry)
  await done('route', 'set', 'prod', '--to', 'candidate=v1:2%,stable', '--override', 'test')
  await until(async () => {
    const { json } = await served.ask(`${FLAG}prod`, USER)
    return json.metadata['aiship.stale'] === undefined && json.reason === 'SPLIT'
  })
  isOver = true
  await asking
  expect(failed).toEqual([])
})

test('told to end, it answers what was asked, and its last line is the document', async () => {
  const stream = await fetch(`${served.url}/ofrep/v1/events`)
  const asked = Promise.all(Array.from({ length: 20 }, () => served.ask(`${FLAG}prod`, USER)))
  await asked
  const exit = served.end()
  // A client that listens is told to come back, and keeps nobody waiting.
  await stream.text()
  expect(await exit).toBe(143)
  const lines = served.lines()
  const last = lines.at(-1)
  expect(last).toMatchObject({
    schema: 'aiship.serve/v1',
    ok: true,
    changed: false,
    data: { app: 'scorer', pointers: 1 },
  })
  for (const line of lines.slice(0, -1)) expectSchema('serve-line', line)
  expectSchema('serve', last?.data)
  const events = lines.slice(0, -1).map(({ event }) => event)
  expect(events.slice(0, 3)).toEqual(['listening', 'found', 'moved'])
  expect(new Set(events)).toEqual(new Set(['listening', 'found', 'moved', 'away', 'back']))
})
