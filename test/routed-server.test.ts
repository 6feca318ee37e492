import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Route } from '../src/core/model.gen.ts'
import { compileRoute } from '../src/index.ts'
import { writeModel, writeSpamFilter } from './spam-filter.ts'

/** examples/spam-filter/routed-server.mjs as a reader would run it: two follows, one service, and somebody who moves the pointer. */

const ROOT = path.resolve(import.meta.dirname, '..')
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'aiship-routed-')))
const project = path.join(home, 'spam-filter')
const logFile = path.join(home, 'predictions.jsonl')
const env = { PATH: process.env.PATH, HOME: home, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' }
const where = { AISHIP_REGISTRY: path.join(project, '.aiship'), AISHIP_APP: 'spam-filter' }
const running: ChildProcess[] = []
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
const bundles: string[] = []
let port = 0
/** By the service, on standard error. */
let said = ''

interface Line extends Readonly<Record<string, unknown>> {
  readonly request_id: string
  readonly bundle: string
  readonly seq: number
}

function aiship(...words: readonly string[]): Record<string, unknown> {
  const argv = [path.join(ROOT, 'bin/aiship.js'), ...words, '--json']
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: project, env, encoding: 'utf8' })
  expect(status, `${words.join(' ')}: ${stdout}${stderr}`).toBe(0)
  return JSON.parse(stdout).data
}

function start(...argv: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, argv, {
    cwd: project,
    env: { ...env, ...where },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  running.push(child)
  return child
}

beforeAll(async () => {
  writeSpamFilter(project)
  for (const bias of [-4, 4]) {
    await writeModel(project, bias)
    bundles.push(aiship('bundle').bundle as string)
  }
  aiship('promote', 'v1', 'prod', '--yes')
  // What `npm install aiship` does.
  mkdirSync(path.join(project, 'node_modules'))
  symlinkSync(ROOT, path.join(project, 'node_modules/aiship'))
  const folders = ['stable', 'candidate'].map((arm) => path.join(home, arm))
  for (const folder of folders)
    start(path.join(ROOT, 'bin/aiship.js'), 'follow', 'prod', folder, '--arm', path.basename(folder)).stderr?.resume()
  await until(() => folders.every((folder) => existsSync(path.join(folder, 'current'))))
  start('routed-server.mjs', '0', logFile, ...folders).stderr?.on('data', (chunk) => {
    said += chunk
  })
  await until(() => said.includes('\n'))
  port = Number(new URL(said.trim()).port)
}, 60_000)
afterAll(() => {
  agent.destroy()
  for (const child of running) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true, maxRetries: 10 })
})

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isSo()); ) {
    if (Date.now() > end) throw new Error(`it never came to this: ${isSo}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

let asked = 0
/** Asks as a user. Errors: every answer that is not what it should be. */
const ask = (user: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'x-user-id': `user-${user}`, 'x-request-id': `r-${asked++}` }
    const request = http.request({ port, agent, method: 'POST', headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => {
        if (response.statusCode !== 200) reject(new Error(`${response.statusCode}: ${body}`))
        else resolve(JSON.parse(body).bundle)
      })
    })
    request.on('error', reject)
    request.end('{"id":1,"body":"hello"}')
  })
const askAll = (count: number) => Promise.all(Array.from({ length: count }, (_, n) => ask(n)))
const lines = (): readonly Line[] =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line))

test('a canary and a rollback under load: no request fails, and each record says what served it', async () => {
  const [v1 = '', v2 = ''] = bundles
  expect(await ask(1)).toBe(v1)

  const mirrored = aiship('route', 'set', 'prod', '--mirror', 'candidate=v2:100%', '--yes').seq
  await until(async () => {
    await ask(1)
    return lines().some(({ mode }) => mode === 'shadow')
  })
  aiship('undo', `prod@${mirrored}`, '--yes')
  const shadows = lines().filter(({ mode }) => mode === 'shadow')
  const lives = new Map(lines().flatMap((line) => (line.mode === 'live' ? [[line.request_id, line]] : [])))
  for (const { request_id, bundle, arm, label } of shadows) {
    expect({ bundle, arm, label }).toEqual({ bundle: v2, arm: 'candidate', label: 'spam' })
    expect(lives.get(request_id)).toMatchObject({ bundle: v1, label: 'ham' })
  }

  let isOver = false
  const load = (async () => {
    while (!isOver) await askAll(400)
  })()
  const started = aiship('rollout', 'start', 'v2', 'prod', '--steps', '5%,100%', '--yes').seq as number
  await until(() => lines().filter(({ seq, reason }) => seq === started && reason === 'SPLIT').length > 500)
  const route = aiship('route', 'show', 'prod').route as Route
  const ended = aiship('rollback', 'prod').seq as number
  await until(() => lines().filter(({ seq }) => seq === ended).length > 500)
  isOver = true
  await load

  const { decide } = await compileRoute(route)
  await until(() => lines().filter(({ mode }) => mode === 'live').length === asked)
  const live = lines().filter(({ mode }) => mode === 'live')
  for (const line of live) {
    const { bundle, arm, reason, seq, targeting_key: targetingKey } = line
    expect(line).toMatchObject({ pointer: 'prod', ts: expect.stringMatching(/Z$/), latency_ms: expect.any(Number) })
    if (reason === 'FALLBACK') expect({ bundle, status: line.status }).toEqual({ bundle: v1, status: 'fallback' })
    else if (seq === started) expect({ bundle, arm, reason }).toEqual(pick(decide({ targetingKey })))
    else expect({ bundle, arm, reason }).toEqual({ bundle: v1, arm: 'stable', reason: 'STATIC' })
    expect(line.label).toBe(bundle === v2 ? 'spam' : 'ham')
  }
  const split = live.filter(({ seq, reason }) => seq === started && reason === 'SPLIT')
  expect(split.some(({ bundle }) => bundle === v2)).toBe(true)
  expect(await askAll(50)).toEqual(Array(50).fill(v1))
}, 90_000)

test('a candidate that hangs, mirrored to, costs nobody an answer', async () => {
  const file = path.join(project, 'serve/answer.mjs')
  const text = readFileSync(file, 'utf8').replace(
    'export function answer(text) {',
    '$&\n  return new Promise(() => {})',
  )
  writeFileSync(file, text)
  aiship('bundle')
  aiship('route', 'set', 'prod', '--mirror', 'candidate=v3:100%', '--override', 'a test', '--yes')
  await until(async () => {
    await askAll(50)
    return said.includes('in vain: no answer in 500 ms')
  })
  // Four at once, and then none until their time is over.
  expect(said.match(/in vain/g)?.length).toBeLessThanOrEqual(8)
  expect(await askAll(50)).toEqual(Array(50).fill(bundles[0]))
}, 60_000)

const pick = ({ bundle, arm, reason }: { readonly bundle: string; readonly arm: string; readonly reason: string }) => ({
  ...{ bundle, arm, reason },
})
