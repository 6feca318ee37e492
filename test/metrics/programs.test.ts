import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Answer, Question } from '../../src/core/metric-source.ts'
import { driver as command } from '../../src/metrics/command.ts'
import { driver as http } from '../../src/metrics/http.ts'
import { driver as prometheus } from '../../src/metrics/prometheus.ts'
import { open } from './place.ts'
import { events, guardOf, SIDES, windowsOf } from './question.ts'

const value: Question = { kind: 'value', guard: guardOf({ kind: 'expression' }) }
const scratch = mkdtempSync(join(tmpdir(), 'aiship-programs-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const whyIn = ({ readings }: Answer): string | null => {
  const [reading] = readings
  return reading?.kind === 'unavailable' ? reading.why : null
}

describe('a program', () => {
  const run = (
    code: string,
    question: Question = value,
    more: Readonly<Record<string, unknown>> = {},
    count = 1,
  ): Promise<Answer> =>
    open(
      command,
      { command: [process.execPath, '-e', code], ...more },
      {
        env: { PATH: process.env.PATH, AISHIP_X: 'x', SECRET: 's', TOKEN: 't' },
        root: scratch,
      },
    ).read(question, SIDES, windowsOf(count))

  test('gets the question, the sides and the windows, and what of the environment is for it', async () => {
    await run(
      "const fs = require('fs'); fs.writeFileSync('seen.json', JSON.stringify([JSON.parse(fs.readFileSync(0)), process.env])); console.log('{\"value\": 1}')",
      events({ events: 'x' }, 3),
      { env: ['TOKEN'] },
      2,
    )
    const [asked, env] = JSON.parse(readFileSync(join(scratch, 'seen.json'), 'utf8'))
    expect(asked).toEqual({
      ...{ v: 1, question: { kind: 'events', guard: { name: 'errors', kind: 'rate', events: 'x' }, threshold: 3 } },
      ...SIDES,
      windows: [
        { from: '2026-09-30T08:00:00.000Z', until: '2026-09-30T08:01:00.000Z' },
        { from: '2026-09-30T08:01:00.000Z', until: '2026-09-30T08:02:00.000Z' },
      ],
    })
    expect(env).toMatchObject({ TOKEN: 't', AISHIP_X: 'x' })
    expect(env).not.toHaveProperty('SECRET')
  })

  test('says what is so now, and nothing of then', async () => {
    const { readings, query } = await run('console.log(\'{"value": 0.2}\')', value, {}, 3)
    expect(readings.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable', 'value'])
    expect(readings[2]).toEqual({ kind: 'value', value: 0.2 })
    expect(query).toContain('console.log')
  })

  test.each([
    ['process.exit(3)', /ended with exit code 3/],
    ["console.error('no such metric'); process.exit(1)", /exit code 1: no such metric/],
    ['', /something else than one JSON document: ""/],
    ["console.log('12 errors')", /something else than one JSON/],
    ["console.log('null')", /neither/],
    ["console.log('[]')", /neither/],
    ['console.log(\'{"value": "0.2"}\')', /value is no number/],
    ['console.log(\'{"value": NaN}\')', /something else than one JSON/],
    ['console.log(\'{"readings": []}\')', /0 readings came for 1 windows/],
    ['console.log(\'{"readings": [{"from": "2030-01-01T00:00:00Z", "value": 1}]}\')', /another window/],
    ["process.stdout.write('x'.repeat(40e6))", /printed more than/],
    ["process.kill(process.pid, 'SIGSEGV')", /was ended by SIGSEGV/],
  ])('%s is unavailable', async (code, why) => {
    expect(whyIn(await run(code))).toMatch(why)
  })

  test('that hangs is ended, with all that it started', async () => {
    const late = join(scratch, 'late')
    const child = `setTimeout(() => require('fs').writeFileSync(${JSON.stringify(late)}, ''), 3000)`
    const code = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); setInterval(() => {}, 1000)`
    expect(whyIn(await run(code, value, { timeout: '1s' }))).toMatch(/did not end within 1 s/)
    await new Promise((settle) => setTimeout(settle, 2500))
    expect(existsSync(late)).toBe(false)
  })
})

describe('a URL', () => {
  type Answering = (request: IncomingMessage, response: ServerResponse) => void
  async function serving<T>(answer: Answering, use: (url: string) => Promise<T>): Promise<T> {
    const server = createServer(answer)
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }
  const get = (answer: Answering, more: Readonly<Record<string, unknown>> = {}, env = {}): Promise<Answer> =>
    serving(answer, (url) =>
      open(http, { url: `${url}/m?key=1`, method: 'GET', timeout: '1s', ...more }, { env }).read(
        value,
        SIDES,
        windowsOf(1),
      ),
    )

  test('has a number somewhere, and hears a secret by its name only', async () => {
    const answer: Answering = ({ headers }, response) =>
      response.end(JSON.stringify({ 'a/b': [{ v: headers.authorization === 'Bearer s3' ? 7 : 0 }] }))
    const got = await get(
      answer,
      { value: '/a~1b/0/v', headers: { Authorization: 'Bearer env:TOKEN' } },
      { TOKEN: 's3' },
    )
    expect(got.readings).toEqual([{ kind: 'value', value: 7 }])
    expect(got.query).toMatch(/^GET http:\/\/127.0.0.1:\d+\/m$/)
    expect(whyIn(await get(answer, { headers: { Authorization: 'env:NONE' } }))).toBe('the variable NONE is not set')
  })

  test.each<[string, Answering, RegExp]>([
    ['404', (_, response) => response.writeHead(404).end('no such page'), /answers 404: no such page/],
    ['204', (_, response) => response.writeHead(204).end(), /answers 204/],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/x' }).end(),
      /redirects to http:\/\/169.254.169.254, which is not followed/,
    ],
    ['a page', (_, response) => response.end('<html>'), /something else than JSON: "<html>"/],
    ['nothing there', (_, response) => response.end('{}'), /nothing at \/value/],
    ['silence', () => undefined, /did not answer within 1 s/],
    ['half an answer', (_, response) => void response.writeHead(200).write('{"value"'), /did not answer within 1 s/],
    ['a hang-up', (request) => request.socket.destroy(), /can't be reached/],
    ['too much', (_, response) => response.end('x'.repeat(40e6)), /more than 33554432 bytes/],
  ])('%s is unavailable', async (_, answer, why) => {
    expect(whyIn(await get(answer, why.source.includes('within') ? {} : { timeout: '5m' }))).toMatch(why)
  })

  test.each([
    ['ftp://x/', /no http/],
    ['http://ana:secret@127.0.0.1/', /name or password/],
    ['env:URL_NONE', /URL_NONE is not set/],
  ])('%s', async (url, why) => {
    const answer = await open(http, { url, method: 'GET' }).read(value, SIDES, windowsOf(1))
    expect(whyIn(answer)).toMatch(why)
    expect(JSON.stringify(answer)).not.toContain('secret')
  })

  test.each<[string, unknown, RegExp]>([
    ['no Prometheus', { hello: 1 }, /no prometheus: it gives no matrix/],
    ['a vector', { status: 'success', data: { resultType: 'vector', result: [] } }, /no matrix/],
    [
      'another time',
      { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, '2']] }] } },
      /other times/,
    ],
    [
      'numbers as numbers',
      { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, 2]] }] } },
      /no matrix/,
    ],
    [
      'a part',
      { status: 'success', warnings: ['store is away'], data: { resultType: 'matrix', result: [] } },
      /warns: store is away/,
    ],
  ])('that should be a Prometheus and gives %s', async (_, answer, why) => {
    const question = events({ exposures: 'a{arm="$arm"}', events: 'b{arm="$arm"}' })
    const got = await serving(
      (_request, response) => response.end(JSON.stringify(answer)),
      (url) => open(prometheus, { url }).read(question, SIDES, windowsOf(2)),
    )
    expect(whyIn(got)).toMatch(why)
  })
})
