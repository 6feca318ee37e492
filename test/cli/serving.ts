import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import type { Session } from './transcript.ts'

const BIN = path.resolve(import.meta.dirname, '../../bin/aiship.js')

/** `aiship serve` as a process of its own, as people run it. */
export interface Served {
  readonly url: string
  readonly child: ChildProcess
  readonly out: { readonly stdout: string; readonly stderr: string }
  /** Of standard output. */
  lines(): readonly Readonly<Record<string, unknown>>[]
  ask(path: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<Asked>
  /** Tells it to end. Out: its exit code. */
  end(): Promise<number | null>
}

export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON it is
  readonly json: any
}

/** Starts it where it need not come up. */
export function spawnServe({ dir, env }: Pick<Session, 'dir' | 'env'>, words: readonly string[]) {
  const child = spawn(process.execPath, [BIN, 'serve', ...words], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const out = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    out.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    out.stderr += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, out, ended }
}

/** Starts it, and waits for the first line of standard error: its address. */
export async function startServe(session: Pick<Session, 'dir' | 'env'>, ...words: readonly string[]): Promise<Served> {
  const { child, out, ended } = spawnServe(session, ['--port', '0', ...words])
  const started = Date.now()
  while (!out.stderr.includes('\n') && child.exitCode === null && Date.now() - started < 20_000) await delay(5)
  const url = out.stderr.split('\n')[0] as string
  if (!url.startsWith('http')) child.kill('SIGKILL')
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  return {
    ...{ url, child, out },
    lines: () => out.stdout.split(/(?<=\n)/).flatMap((line) => (line.endsWith('\n') ? [JSON.parse(line)] : [])),
    async ask(path, body, headers = {}) {
      const init = body === undefined ? {} : { method: 'POST', body }
      const answer = await fetch(url + path, { ...init, headers })
      const text = await answer.text()
      const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true && text !== ''
      return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null }
    },
    end() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

export const FLAG = '/ofrep/v1/evaluate/flags/'
export const ALL = '/ofrep/v1/evaluate/flags'

// What the protocol allows, written down from its description (open-feature/protocol, service/openapi.yaml, 0.3).
const text = { type: 'string' }
const metadata = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }
const flag = {
  ...{ type: 'object', required: ['key', 'reason'], not: { required: ['errorCode'] } },
  properties: {
    ...{ key: text, variant: text, metadata },
    reason: { enum: ['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'UNKNOWN'] },
    value: { type: ['boolean', 'string', 'number', 'object'] },
  },
}
const failed = (...codes: readonly string[]) => ({
  ...{ type: 'object', required: ['key', 'errorCode'] },
  properties: { key: text, errorCode: { enum: codes }, errorDetails: text },
})
const badRequest = failed('PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'GENERAL')
const general = { type: 'object', properties: { errorDetails: text } }
const endpoint = { type: 'object', required: ['requestUri'], properties: { origin: text, requestUri: text } }
const stream = {
  ...{ type: 'object', required: ['type'], oneOf: [{ required: ['url'] }, { required: ['endpoint'] }] },
  properties: { type: text, url: text, endpoint, inactivityDelaySec: { type: 'integer', minimum: 1 } },
}
const flags = { type: 'array', items: { oneOf: [flag, badRequest] } }
const ONE: Readonly<Record<number, object>> = {
  200: flag,
  400: badRequest,
  404: failed('FLAG_NOT_FOUND'),
  500: general,
}
const BULK: Readonly<Record<number, object>> = {
  200: {
    ...{ type: 'object', required: ['flags'] },
    properties: { flags, metadata, eventStreams: { type: 'array', items: stream } },
  },
  400: { type: 'object', required: ['errorCode'], properties: { errorCode: text, errorDetails: text } },
  500: general,
}
const ajv = new Ajv2020({ allowUnionTypes: true, strict: true, strictRequired: false })

/** That an answer is one that the protocol has. */
export function expectProtocol(kind: 'one' | 'bulk', { status, json, headers }: Asked): void {
  const schema = (kind === 'one' ? ONE : BULK)[status]
  if (schema === undefined) throw new Error(`the protocol has no ${status} here`)
  expect(headers.get('content-type')).toMatch(/^application\/json\b/)
  ajv.validate(schema, json)
  expect({ json, errors: ajv.errors }).toEqual({ json, errors: null })
}
