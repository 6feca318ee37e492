import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { problemOfCheckout } from '../../src/store/checkout-verify.ts'
import { share } from '../share.ts'

// The program as people run it: a follower beside commands that move the pointer, told to end, and killed.

const AISHIP = join(import.meta.dirname, '../../bin/aiship.js')
const YAML =
  'version: 1\napp: fraud\ncomponents:\n  model: { role: model-weights, path: model.bin }\n  data: { role: dataset, path: data/ }\n'

const SCHEMAS = join(import.meta.dirname, '../../schemas')
const ajv = new Ajv2020({ strict: false })
ajv.addSchema(JSON.parse(fs.readFileSync(join(SCHEMAS, 'common.schema.json'), 'utf8')))
const isLine = ajv.compile(JSON.parse(fs.readFileSync(join(SCHEMAS, 'output/follow-line.schema.json'), 'utf8')))

let home: string
let dir: string
const running = new Set<ChildProcess>()
const env = (): Record<string, string | undefined> => ({
  ...{ PATH: process.env.PATH, HOME: home, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human' },
})

beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'aiship-follow-')))
  dir = join(home, 'served')
  fs.mkdirSync(join(home, 'project/data'), { recursive: true })
  fs.writeFileSync(join(home, 'project/aiship.yaml'), YAML)
  for (let n = 0; n < 20; n++) fs.writeFileSync(join(home, `project/data/${n}.csv`), `row ${n}`)
  for (const model of ['one', 'two']) {
    fs.writeFileSync(join(home, 'project/model.bin'), model)
    good('bundle')
    good('promote', '@last', 'prod', '--create', '--yes')
  }
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 10 })
})

interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

function aiship(...words: readonly string[]): Ran {
  const options = { cwd: join(home, 'project'), env: env(), encoding: 'utf8' as const, timeout: 60_000 }
  const { status, stdout, stderr } = spawnSync(process.execPath, [AISHIP, ...words], options)
  return { exit: status, stdout, stderr }
}

function good(...words: readonly string[]): Record<string, unknown> {
  const { exit, stdout, stderr } = aiship(...words, '--json')
  expect({ words, exit, stderr, stdout: exit === 0 ? '' : stdout }).toEqual({ words, exit: 0, stderr: '', stdout: '' })
  return JSON.parse(stdout).data
}

/** Runs on until it is told to end. */
function follow(...words: readonly string[]) {
  const child = spawn(process.execPath, [AISHIP, 'follow', 'prod', dir, '--json', ...words], {
    ...{ cwd: join(home, 'project'), env: env() as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] as const },
  })
  running.add(child)
  const out = { text: '', errors: '' }
  child.stdout?.on('data', (chunk) => {
    out.text += chunk
  })
  child.stderr?.on('data', (chunk) => {
    out.errors += chunk
  })
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child)
      resolve(code ?? signal)
    })
  })
  const lines = (): Record<string, unknown>[] =>
    out.text
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line))
  return { child, ended, lines, out }
}

async function until(what: string, isSo: () => boolean, ms = 50_000): Promise<void> {
  const end = Date.now() + ms
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`in ${ms} ms it never came to this: ${what}`)
    await delay(2)
  }
}

const served = (): string | null => {
  try {
    return fs.readFileSync(join(dir, 'current/model.bin'), 'utf8')
  } catch {
    return null
  }
}

test('a follower serves each move, and ends when it is told to', async () => {
  const { child, ended, lines } = follow()
  await until('serving v2', () => served() === 'two')
  good('rollback', 'prod')
  await until('serving v1', () => served() === 'one')
  child.kill('SIGTERM')
  expect(await ended).toBe(143)
  expect(lines().map(({ event, schema }) => event ?? schema)).toEqual([
    'bringing',
    'serving',
    'bringing',
    'serving',
    'aiship.error/v1',
  ])
  for (const line of lines().slice(0, -1))
    expect({ valid: isLine(line), errors: isLine.errors }).toEqual({ valid: true, errors: null })
  expect(lines().at(-1)).toMatchObject({ ok: false, changed: true, error: { code: 'TERMINATED', exit: 143 } })
  expect(fs.existsSync(join(dir, '.aiship-incoming'))).toBe(false)
  const again = follow()
  await until('a beginning', () => fs.existsSync(join(dir, '.aiship-incoming')))
  await delay(100)
  again.child.kill('SIGINT')
  expect(await again.ended).toBe(130)
})

test('from a rollback to the flip it takes a moment, and not until the next look', async () => {
  follow('--interval', '1m')
  await until('serving v2', () => served() === 'two')
  const took: number[] = []
  for (let n = 0; n < 8; n++) {
    const to = n % 2 === 0 ? 'one' : 'two'
    good('rollback', 'prod', '--to', n % 2 === 0 ? 'v1' : 'v2', '--no-mark')
    const returned = Date.now()
    await until(`serving ${to}`, () => served() === to)
    took.push(Date.now() - returned)
  }
  const sorted = took.sort((a, b) => a - b)
  process.stdout.write(`from rollback to flip, ms: ${sorted.join(' ')}
`)
  expect(sorted[sorted.length >> 1]).toBeLessThanOrEqual(3000)
})

test('the process is told by a signal', async () => {
  const pidFile = join(home, 'project/data/pid')
  const log = join(home, 'log')
  const script = `const fs = require('fs'); fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); process.on('SIGHUP', () => fs.appendFileSync(${JSON.stringify(log)}, 'hup ')); setInterval(() => 0, 1000)`
  const service = spawn(process.execPath, ['-e', script])
  running.add(service)
  await until('a service', () => fs.existsSync(pidFile))
  // Relative to -C, as every file is.
  follow('-C', 'data', '--signal', 'HUP', '--pid-file', 'pid')
  const heard = (): string => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '')
  await until('the first word', () => heard() === 'hup ')
  good('rollback', 'prod')
  await until('the second', () => heard() === 'hup hup ')
})

describe('--wait', () => {
  test('returns when the followers serve it', async () => {
    follow()
    await until('a report', () => fs.existsSync(join(home, 'project/.aiship/presence/fraud/prod')))
    await until('serving v2', () => served() === 'two')
    const moved = good('rollback', 'prod', '--wait')
    expect(moved.followers).toMatchObject({ reported: 1, on_target: 1, behind: [] })
    expect(served()).toBe('one')
    const { pointers } = good('status') as { pointers: { followers: unknown }[] }
    expect(pointers[0]?.followers).toMatchObject({ reported: 1, on_target: 1 })
    expect(aiship('status').stdout).toContain('prod: 1 of 1 follower on v1')
  })

  test('names those that do not, with exit 13', async () => {
    const { child } = follow()
    await until('serving v2', () => served() === 'two')
    await until(
      'a report',
      () =>
        (good('status') as { pointers: { followers: { reported: number } }[] }).pointers[0]?.followers.reported === 1,
    )
    child.kill('SIGSTOP')
    const { exit, stdout } = aiship('rollback', 'prod', '--wait', '1s')
    child.kill('SIGCONT')
    expect(exit).toBe(13)
    expect(stdout).toMatch(/0 of 1 follower of prod serve it\n! \S+ serves v2/)
  })

  test('nobody who reports is nobody who serves', () => {
    const { exit, stdout } = aiship('rollback', 'prod', '--wait=500ms')
    expect(exit).toBe(13)
    expect(stdout).toContain('pointer moved; nobody reports serving prod')
    expect(aiship('rollback', 'prod', '--wait', 'long').exit).toBe(3)
    expect(aiship('rollback', 'prod', '--wait=long').exit).toBe(2)
  })
})

test('a pin goes back while the registry is gone, with a follower beside it and without', async () => {
  good('follow', 'prod', dir, '--once')
  good('rollback', 'prod')
  good('follow', 'prod', dir, '--once')
  fs.renameSync(join(home, 'project/.aiship'), join(home, 'away'))
  expect(good('follow', 'prod', dir, '--pin', 'v2')).toMatchObject({ version: 'v2', pinned: true })
  expect(served()).toBe('two')
  const { child, ended } = follow()
  await until('a beginning', () => fs.existsSync(join(dir, '.aiship-incoming')))
  expect(good('follow', 'prod', dir, '--pin', 'v1', '--reason', 'nfs is down')).toMatchObject({
    version: 'v1',
    pinned: true,
  })
  expect(served()).toBe('one')
  child.kill('SIGTERM')
  expect(await ended).toBe(143)
  expect(good('follow', 'prod', dir, '--once')).toMatchObject({ version: 'v1', pinned: true, away: true })
})

test.each([
  [['prod'], 2],
  [['prod', 'x', '--signal', 'HUP'], 2],
  [['prod', 'x', '--signal', 'BOOM', '--pid-file', 'f'], 2],
  [['prod', 'x', '--health', `node 'x`], 2],
  [['prod', 'x', '--interval', '0s'], 2],
  [['prod', 'x', '--interval', '99999h'], 2],
  [['prod', 'x', '--keep=-1'], 2],
  [['prod', 'x', '--pin', 'v1', '--unpin'], 2],
  [['prod', 'x', '--dry-run'], 2],
  [['nothing', 'x'], 3],
  [['prod', 'x', '--registry', 'nowhere'], 3],
  [['prod', 'aiship.yaml', '--once'], 6],
  [['prod', '.', '--once'], 6],
  [['prod', '.aiship/objects/x', '--once'], 6],
] as const)('follow %j ends with %i', (words, exit) => {
  const ran = aiship('follow', ...words)
  expect({ exit: ran.exit, stderr: ran.stderr }).toEqual({ exit, stderr: expect.stringMatching(/^aiship: .*\n/) })
  expect(ran.stderr).not.toContain('INTERNAL')
  expect(fs.existsSync(join(home, 'project/x/current'))).toBe(false)
})

test('killed at any moment, what is served is whole, and the next one goes on', { timeout: 300_000 }, async () => {
  const kills = share(40)
  const counts = { before: 0, after: 0 }
  const released = (n: number): string => {
    const model = `model ${n} ${'x'.repeat(300_000)}`
    fs.writeFileSync(join(home, 'project/model.bin'), model)
    good('bundle')
    good('promote', '@last', 'prod', '--yes')
    return model
  }
  released(kills)
  const began = performance.now()
  good('follow', 'prod', dir, '--once', '--keep', '1')
  const whole = performance.now() - began
  for (let n = 0; n < kills; n++) {
    const model = released(n)
    const { child, ended } = follow('--keep', '1', '--exec', 'true')
    // From the first line of code to a moment after the flip.
    await Promise.race([delay(whole * (0.2 + ((n * 37) % 160) / 80)), ended])
    child.kill('SIGKILL')
    await ended
    const now = served()
    if (now === model) counts.after++
    else counts.before++
    if (fs.existsSync(join(dir, 'current'))) {
      expect(await problemOfCheckout(fs.realpathSync(join(dir, 'current')), new AbortController().signal)).toBeNull()
      expect(fs.lstatSync(join(dir, 'current')).isSymbolicLink()).toBe(true)
    }
  }
  expect(good('follow', 'prod', dir, '--once', '--keep', '1')).toMatchObject({
    said: { seq: kills + 3 },
    seq: kills + 3,
  })
  expect(served()).toMatch(`model ${kills - 1} `)
  good('follow', 'prod', dir, '--once', '--keep', '1')
  expect(fs.readdirSync(join(dir, 'releases')).length).toBeLessThanOrEqual(2)
  expect(fs.readdirSync(dir).sort()).toEqual(['.aiship-follow.json', 'current', 'releases'])
  process.stdout.write(`killed ${counts.before} times before the flip, ${counts.after} times after
`)
  // Or it would not bite.
  if (kills >= 20) expect(Math.min(counts.before, counts.after)).toBeGreaterThan(0)
})
