import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type AishipError,
  bundle,
  type Context,
  createRouter,
  type LiveRouter,
  openRegistry,
  promote,
  type RouterOptions,
  type RouterState,
  resolve,
  retire,
  rollback,
  routeSet,
} from '../src/index.ts'

// The library as a service has it: a registry that others move pointers in, and decisions that follow.

const YAML = 'version: 1\napp: scorer\ncomponents:\n  model: { role: model-weights, path: model.bin }\n'
const ANA = { name: 'ana', kind: 'human' } as const

let home: string
let registry: string
let desk: Context
const routers: LiveRouter[] = []

beforeEach(async () => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'aiship-library-')))
  registry = path.join(home, 'registry')
  const dir = path.join(home, 'project')
  mkdirSync(dir)
  writeFileSync(path.join(dir, 'aiship.yaml'), YAML)
  desk = await openRegistry({ dir, registry, actor: ANA, create: true, yes: true })
  for (const model of ['one', 'two']) {
    writeFileSync(path.join(dir, 'model.bin'), model)
    await bundle(desk, { message: null, labels: [], allowSecrets: null })
  }
  await to('v1')
})
afterEach(() => {
  for (const router of routers.splice(0)) router.close()
  rmSync(home, { recursive: true, force: true, maxRetries: 10 })
})

const move = { reason: null, override: 'test' }
/** Each move is a command of its own. */
const hands = () => openRegistry({ registry, app: 'scorer', actor: ANA, yes: true })
const to = async (ref: string) =>
  promote(await hands(), { ref, pointer: 'prod', ...move, create: true, resetRoute: false, leavingBad: null })
const back = async () => rollback(await hands(), { pointer: 'prod', to: null, reason: null, hold: true, mark: true })
const canary = async (share: string) => {
  const file = path.join(home, 'route.json')
  const route = {
    arms: { candidate: 'v2', stable: 'v1' },
    serve: [{ to: `candidate:${share},stable` }],
    fallback: 'stable',
  }
  writeFileSync(file, JSON.stringify(route))
  return routeSet(await hands(), { pointer: 'prod', route: { file }, ...move, create: false, command: () => '' })
}

async function start(options: Partial<RouterOptions> = {}) {
  const [states, errors]: [RouterState[], AishipError[]] = [[], []]
  const watching = { onChange: (state: RouterState) => states.push(state), onError: (e: AishipError) => errors.push(e) }
  const router = await createRouter({ registry, app: 'scorer', pointer: 'prod', ...watching, ...options })
  routers.push(router)
  return { router, states, errors }
}

const until = (isSo: () => boolean) => expect.poll(isSo, { timeout: 15_000, interval: 10 }).toBe(true)
const versionFor = (router: LiveRouter, key = 'user-1') => router.decide({ targetingKey: key }).version

test('a registry without a project is read like any other', async () => {
  const read = await openRegistry({ registry })
  expect((await resolve(read, { ref: 'prod' })).data).toMatchObject({ version: 'v1' })
  await expect(openRegistry({ registry: path.join(home, 'nowhere') })).rejects.toMatchObject({
    code: 'REGISTRY_MISSING',
  })
})

test('decisions follow the pointer, and say which entry they are from', async () => {
  const { router, states } = await start()
  expect(router.decide({ targetingKey: 'user-1' })).toMatchObject({
    ...{ arm: 'stable', version: 'v1', reason: 'STATIC', pointer: 'prod', seq: 1, mirror: [] },
  })
  expect(router.state).toMatchObject({ pointer: 'prod', seq: 1, stale: false, retired: false, error: null })
  await to('v2')
  await until(() => router.decide(null).version === 'v2')
  expect(states.map(({ seq }) => seq)).toEqual([2])
  await back()
  await until(() => router.decide(undefined).seq === 3)
  expect(
    router.decide({
      get targetingKey() {
        throw new Error('trap')
      },
    }),
  ).toMatchObject({ version: 'v1', seq: 3 })
  expect(states.map(({ seq, route }) => [seq, route.arms.stable?.version])).toEqual([
    [2, 'v2'],
    [3, 'v1'],
  ])
})

test('a registry that is away is told of, and changes nothing', async () => {
  const { router, errors } = await start({ refresh: 50 })
  renameSync(registry, `${registry}-away`)
  await until(() => router.state.error?.code === 'REGISTRY_MISSING')
  expect(versionFor(router)).toBe('v1')
  expect(router.state).toMatchObject({ seq: 1, stale: true })
  expect(router.state.age).toBeGreaterThanOrEqual(0)
  renameSync(`${registry}-away`, registry)
  await to('v2')
  await until(() => versionFor(router) === 'v2')
  expect(router.state).toMatchObject({ stale: false, error: null })
  // Each reason is told of once, however often it was asked.
  expect(errors.length).toBe(new Set(errors.map(({ message }) => message)).size)
})

test('what cannot be decided by is refused at the start', async () => {
  await expect(start({ pointer: 'staging' })).rejects.toMatchObject({ code: 'POINTER_UNKNOWN' })
  await expect(start({ registry: path.join(home, 'nowhere') })).rejects.toMatchObject({ code: 'REGISTRY_MISSING' })
  await expect(start({ refresh: Number.NaN })).rejects.toMatchObject({ code: 'USAGE' })
  await expect(start({ pointer: '../x' })).rejects.toMatchObject({ code: 'USAGE' })
  await retire(await hands(), { pointer: 'prod', reason: null })
  await expect(start()).rejects.toMatchObject({ code: 'POINTER_UNKNOWN', message: expect.stringContaining('retired') })
})

test('with a fallback it starts without the registry, and goes on with it', async () => {
  const { data } = await resolve(await hands(), { ref: 'v2' })
  renameSync(registry, `${registry}-away`)
  const fallback = { bundle: data.bundle, version: data.version }
  const { router, states, errors } = await start({ fallback, refresh: 50 })
  expect(router.decide({})).toMatchObject({ version: 'v2', seq: null, reason: 'STATIC' })
  expect(router.state).toMatchObject({ seq: null, since: null, age: null, stale: true })
  expect(errors).toMatchObject([{ code: 'REGISTRY_MISSING' }])
  renameSync(`${registry}-away`, registry)
  await until(() => router.decide({}).seq === 1)
  expect(versionFor(router)).toBe('v1')
  expect(states.map(({ seq }) => seq)).toEqual([1])
})

test('a pointer that is retired goes on being decided by', async () => {
  const { router, states } = await start()
  await retire(await hands(), { pointer: 'prod', reason: null })
  await until(() => router.state.retired)
  expect(versionFor(router)).toBe('v1')
  expect(states).toMatchObject([{ retired: true, seq: 1 }])
})

test('an open registry will do, and a closed router decides on', async () => {
  const { router } = await start({ registry: await hands() })
  router.close()
  await to('v2')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(versionFor(router)).toBe('v1')
})

test('each key has its arm, whichever process asks', async () => {
  await canary('20%')
  const { router: one } = await start()
  const { router: other } = await start()
  const keys = Array.from({ length: 500 }, (_, n) => `user-${n}`)
  const arms = keys.map((key) => versionFor(one, key))
  expect(keys.map((key) => versionFor(other, key))).toEqual(arms)
  expect(arms.filter((version) => version === 'v2').length).toBeGreaterThan(50)
})

test.each([
  [false, 'ends'],
  [true, 'goes on'],
])('with keepAlive: %j a process that has nothing else to do %s', async (keepAlive) => {
  const library = path.resolve(import.meta.dirname, '../dist/index.js')
  const program = `const { createRouter } = require(${JSON.stringify(library)})
    createRouter({ registry: ${JSON.stringify(registry)}, pointer: 'prod', keepAlive: ${keepAlive} }).then((router) => {
      console.log(router.decide({}).version)
      if (${keepAlive}) setTimeout(() => { console.log('alive'); router.close() }, 100).unref()
    })`
  const child = spawn(process.execPath, ['-e', program], { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  expect(await once(child, 'close')).toEqual([0, null])
  expect(said).toBe(keepAlive ? 'v1\nalive\n' : 'v1\n')
})
