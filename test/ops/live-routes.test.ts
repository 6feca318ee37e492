import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AishipError, type ErrorCode } from '../../src/core/errors.ts'
import type { Context, Registry } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { hold, retire } from '../../src/ops/hold.ts'
import type { LiveEvent } from '../../src/ops/live-events.ts'
import { keepRoutes, type LiveOptions, type LiveRoutes } from '../../src/ops/live-routes.ts'
import { promote } from '../../src/ops/promote.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { openWatch } from '../../src/serving/watch.ts'
import { openFolder } from '../../src/store/folder.ts'
import { makeProject, type Project } from './context.ts'

const YAML = 'version: 1\napp: fraud\ncomponents:\n  model: { role: model-weights, path: model.bin }\n'

let project: Project
let root: string
let away: AishipError | null
const open: LiveRoutes[] = []

/** A folder, as `follow` and `serve` meet one: with files that are watched. */
const folder = (): Registry =>
  openFolder(root, {
    url: 'there',
    create: 'late',
    now: () => new Date(),
    uuid: () => '5e6b7c8d-0000-4000-8000-000000000001',
  })

beforeEach(async () => {
  away = null
  project = makeProject({ 'aiship.yaml': YAML })
  root = join(project.root, 'registry')
  for (const model of ['one', 'two']) {
    project.write({ 'model.bin': model })
    await bundle(ctx(), { message: null, labels: [], allowSecrets: null })
    await to(model === 'one' ? 'v1' : 'v2')
  }
})
afterEach(() => {
  for (const live of open.splice(0)) live.close()
  project.end()
})

const ctx = () => project.ctx({ registry: folder() })
const to = (ref: string, pointer = 'prod') =>
  promote(ctx(), {
    ...{ ref, pointer, reason: null, override: 'test' },
    ...{ create: true, resetRoute: false, leavingBad: null },
  })
const back = () => rollback(ctx(), { pointer: 'prod', to: null, reason: null, hold: false, mark: false })

function keep(options: Partial<LiveOptions> = {}): LiveRoutes {
  const signal = new AbortController().signal
  const link = (): Context => ({ ...ctx(), now: () => new Date() })
  const live = keepRoutes(
    {
      ...link(),
      watch: () => openWatch(signal),
      target: { registry: root, app: 'fraud' },
      connect: async () => {
        if (away !== null) throw away
        if (!fs.existsSync(root)) throw new AishipError('REGISTRY_MISSING', 'there is no registry')
        return link()
      },
    },
    { pointers: null, everyMs: null, isOpen: false, ...options },
  )
  open.push(live)
  return live
}
const version = (live: LiveRoutes, pointer = 'prod') =>
  live.get(pointer)?.serving?.router.decide({ targetingKey: 'user-8' }).version
const until = (isSo: () => unknown) => expect.poll(isSo, { timeout: 15_000, interval: 5 }).toBe(true)
const next = async (events: AsyncGenerator<LiveEvent>) => {
  const { value } = await events.next()
  return value as LiveEvent
}

test('a move in a folder arrives by itself, at once', async () => {
  // Only changes in the folder can wake it in time.
  const live = keep({ everyMs: 3_600_000 })
  const events = live.events()
  await live.first
  expect(await next(events)).toMatchObject({ type: 'moved', before: null, route: { pointer: 'prod' } })
  expect([version(live), live.age().isStale, live.problem(), live.about()]).toEqual([
    ...['v2', false, null],
    { registry: 'there', app: 'fraud' },
  ])
  await back()
  expect(await next(events)).toMatchObject({
    type: 'moved',
    before: { entry: { seq: 2 } },
    route: { entry: { seq: 3 } },
  })
  expect(version(live)).toBe('v1')
  const { serving } = live.get('prod') ?? {}
  await hold(ctx(), { pointer: 'prod', reason: null })
  await until(() => live.get('prod')?.entry.hold !== null)
  expect(live.get('prod')?.serving?.digest).toBe(serving?.digest)
  await retire(ctx(), { pointer: 'prod', reason: null })
  await until(() => live.get('prod')?.serving === null)
  live.close()
  for await (const event of events) expect(event.type).toBe('moved')
})

test('while the registry is away what is known stays, and says how old it is', async () => {
  const live = keep({ everyMs: 20 })
  const events = live.events()
  await live.first
  await next(events)
  fs.renameSync(root, `${root}-away`)
  expect(await next(events)).toMatchObject({ type: 'away', pointer: null })
  expect([version(live), live.age('prod').isStale, live.problem() === null]).toEqual(['v2', true, false])
  const { ms } = live.age()
  await until(() => (live.age().ms as number) > (ms as number))
  fs.renameSync(`${root}-away`, root)
  await until(() => !live.age().isStale)
  await back()
  await until(() => version(live) === 'v1')
})

describe('a start while the registry is away', () => {
  const unreachable = new AishipError('REGISTRY_UNREACHABLE', 'no answer')

  test('goes on from what was remembered, until the registry says more', async () => {
    await keep().first
    away = unreachable
    const live = keep({ everyMs: 20 })
    await live.first
    expect([version(live), live.age().isStale]).toEqual(['v2', true])
    expect(live.about()).toEqual({ registry: 'there', app: 'fraud' })
    await back()
    away = null
    await until(() => !live.age().isStale)
    expect(version(live)).toBe('v1')
  })

  test('knows nothing where nothing is remembered, or it was damaged', async () => {
    away = unreachable
    const live = keep({ everyMs: 20 })
    await live.first
    expect([live.about(), live.age(), live.problem()]).toEqual([null, { ms: null, isStale: true }, unreachable])
    away = null
    await until(() => version(live) === 'v2')
    const [key, bytes] = [...project.memory].find(([name]) => name.startsWith('routes-')) as [string, Uint8Array]
    project.memory.set(key, Buffer.from(Buffer.from(bytes).toString().replace('"stable":100000', '"stable":100001')))
    away = unreachable
    const other = keep()
    await other.first
    expect(other.about()).toBeNull()
  })
})

test('a pointer that is new is kept too; one log that is damaged or went back keeps nobody from seeing the others move', async () => {
  const live = keep({ everyMs: 20 })
  await live.first
  await to('v1', 'canary')
  await until(() => version(live, 'canary') === 'v1')
  expect(live.all().map(({ pointer }) => pointer)).toEqual(['canary', 'prod'])
  fs.rmSync(join(root, 'logs/pointers/fraud/canary/000000000001.json'))
  fs.rmSync(join(root, 'logs/pointers/fraud/canary/hint'))
  await until(() => live.problem('canary')?.code === 'LOG_WENT_BACK')
  expect([live.age('canary').isStale, live.age('prod').isStale, live.age().isStale]).toEqual([true, false, false])
  expect(version(live, 'canary')).toBe('v1')
  await back()
  await until(() => version(live) === 'v1')
})

test.each<[ErrorCode, Partial<LiveOptions>, ErrorCode | null]>([
  ['POINTER_UNKNOWN', { pointers: ['prod', 'prud'] }, null],
  ['CONFIG_INVALID', {}, 'CONFIG_INVALID'],
  ['REGISTRY_MISSING', {}, 'REGISTRY_MISSING'],
])('%s at the start is said at once', async (code, options, thrown) => {
  away = thrown === null ? null : new AishipError(thrown, 'wrong')
  const live = keep(options)
  const events = live.events()
  await expect(live.first).rejects.toMatchObject({ code })
  await expect(
    (async () => {
      for await (const _ of events);
    })(),
  ).rejects.toMatchObject({ code })
})
