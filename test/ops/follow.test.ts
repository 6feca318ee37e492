import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { AishipError, type ErrorCode } from '../../src/core/errors.ts'
import type { FollowData } from '../../src/core/model.gen.ts'
import type { Context, Event, Followed, Registry } from '../../src/core/ports.ts'
import { bundle } from '../../src/ops/bundle.ts'
import { type FollowInput, follow } from '../../src/ops/follow.ts'
import { retire } from '../../src/ops/hold.ts'
import { reportsOn } from '../../src/ops/presence.ts'
import { promote } from '../../src/ops/promote.ts'
import { rollback } from '../../src/ops/rollback.ts'
import { status } from '../../src/ops/status.ts'
import { followedFolder } from '../../src/serving/folder.ts'
import { canMount } from '../hostile/outcome.ts'
import { onSmallDisk } from '../store/small-disk.ts'
import { makeProject, type Project, refusal } from './context.ts'

const YAML = `
version: 1
app: fraud
components:
  model: { role: model-weights, path: model.bin }
  prompt: { role: prompt, path: prompts/ }
pointers: { prod: {}, staging: {} }
`
/** A health check that says no where the model says so. */
const HEALTH = [
  process.execPath,
  '-e',
  `process.exit(require('fs').readFileSync('model.bin', 'utf8').includes('sick') ? 3 : 0)`,
]

let project: Project
let dir: string
const bundles: Digest[] = []
beforeEach(async () => {
  project = makeProject({ 'aiship.yaml': YAML, 'prompts/system.md': 'Be kind.' })
  dir = join(project.root, '..', `${project.root.split('/').at(-1)}-served`)
  bundles.length = 0
  await release('one')
})
afterEach(() => {
  project.end()
  fs.rmSync(dir, { recursive: true, force: true })
})

/** A new version, and prod says it. */
async function release(model: string): Promise<void> {
  project.write({ 'model.bin': model })
  const made = await bundle(project.ctx(), { message: null, labels: [], allowSecrets: null })
  bundles.push(made.data.bundle)
  await move(`v${bundles.length}`)
}
const move = (ref: string, pointer = 'prod') =>
  promote(project.ctx(), {
    ...{ ref, pointer, reason: null, override: 'test' },
    ...{ create: true, resetRoute: false, leavingBad: null },
  })
const back = () => rollback(project.ctx(), { pointer: 'prod', to: null, reason: null, hold: false, mark: false })

type Line = Extract<Event, { type: 'line' }>
let lines: Line[] = []
let warnings: string[] = []

interface Around {
  readonly registry?: Registry
  /** Thrown instead of opening the registry. */
  readonly away?: () => AishipError | null
  readonly signal?: AbortSignal
}

/** A context as the command has it; of the clock, a wait for nothing takes a moment and lets the project's clock run on. */
function context({
  registry = project.registry,
  away = () => null,
  signal = new AbortController().signal,
}: Around = {}): Context {
  lines = []
  warnings = []
  const link = (): Context => ({ ...project.ctx({ registry, signal }), emit: hear })
  const hear = (event: Event): void => {
    if (event.type === 'line') lines.push(event)
    if (event.type === 'warning') warnings.push(event.message)
  }
  return {
    ...link(),
    emit: hear,
    connect: async () => {
      const error = away()
      if (error !== null) throw error
      return link()
    },
    following: async (given) => withFastClock(followedFolder(given, { base: '/', env: process.env, signal })),
    pause: async () => project.wait(1),
  }
}

function withFastClock(folder: Followed): Followed {
  return {
    ...folder,
    watch() {
      const watch = folder.watch()
      let isWoken = false
      return {
        ...watch,
        wake() {
          isWoken = true
          watch.wake()
        },
        async next(ms) {
          isWoken = false
          const changed = await watch.next(Math.min(ms, 10))
          if (!changed && !isWoken) project.wait(ms / 1000)
          return changed
        },
      }
    },
  }
}

const input: FollowInput = {
  ...{ pointer: 'prod', arm: null, keep: 2, once: true, everyMs: null, health: null, healthMs: 5000 },
  ...{ exec: null, signal: null, pass: [], link: false, pin: null, unpin: false, reason: null },
  get dir() {
    return dir
  },
}
const once = async (change: Partial<FollowInput> = {}, around?: Around): Promise<FollowData & { changed: boolean }> => {
  const { data, changed } = await follow(context(around), { ...input, dir, ...change })
  return { ...data, changed }
}
const served = (): string => fs.readFileSync(join(dir, 'current/model.bin'), 'utf8')
const record = (): unknown => JSON.parse(fs.readFileSync(join(dir, 'current/.aiship-release.json'), 'utf8'))
const releases = (): readonly string[] => fs.readdirSync(join(dir, 'releases')).sort()
const reports = () => reportsOn(project.ctx(), 'fraud', 'prod')
const hex = (n: number): string => (bundles[n - 1] as string).slice(7)

function linkInstead(file: string): void {
  fs.rmSync(file)
  fs.symlinkSync('/etc/passwd', file)
}
function linkElsewhere(at: string): void {
  fs.mkdirSync(at)
  fs.symlinkSync('/etc', join(at, 'current'))
}
/** Over what somebody else has put there. */
function over(put: (at: string) => void): Promise<unknown> {
  put(dir)
  return once()
}

const unreachable = () => new AishipError('REGISTRY_UNREACHABLE', 'the bucket does not answer')
/** Nothing can be fetched from it. */
const withoutObjects = (): Registry => ({
  ...project.registry,
  objects: {
    ...project.registry.objects,
    get: () => {
      throw unreachable()
    },
  },
})

describe('once', () => {
  test('brings the folder to what the pointer says, and does nothing more', async () => {
    const first = await once()
    expect(first).toMatchObject({ changed: true, bundle: bundles[0], version: 'v1', seq: 1, away: false, warm: [] })
    expect(first).toMatchObject({ path: join(dir, 'releases', hex(1)), said: { seq: 1 }, age_ms: 0, told: true })
    expect(served()).toBe('one')
    expect(record()).toEqual({
      app: 'fraud',
      arm: 'stable',
      bundle: bundles[0],
      pointer: 'prod',
      seq: 1,
      version: 'v1',
    })
    expect(fs.readlinkSync(join(dir, 'current'))).toBe(`releases/${hex(1)}`)
    const before = fs.statSync(join(dir, 'current/model.bin')).ino
    expect(await once()).toMatchObject({ changed: false, bundle: bundles[0] })
    expect(fs.statSync(join(dir, 'current/model.bin')).ino).toBe(before)
    expect(fs.readdirSync(dir).sort()).toEqual(['.aiship-follow.json', 'current', 'releases'])
  })

  test('a rollback needs no download, and the release says which entry it serves', async () => {
    await once()
    await release('two')
    expect(await once()).toMatchObject({ changed: true, version: 'v2', warm: [{ version: 'v1' }] })
    await back()
    expect(await once({}, { registry: withoutObjects() })).toMatchObject({ changed: true, version: 'v1', seq: 3 })
    expect(served()).toBe('one')
    expect(record()).toMatchObject({ seq: 3, version: 'v1' })
  })

  test('what was served last stays warm, and no more', async () => {
    for (const model of ['two', 'three', 'four']) {
      await once({ keep: 1 })
      await release(model)
    }
    await once({ keep: 1 })
    await once({ keep: 1 })
    expect(releases()).toEqual([hex(3), hex(4)].sort())
  })

  test('what a program writes beside the files does no harm', async () => {
    await once()
    fs.mkdirSync(join(dir, 'current/prompts/__pycache__'))
    fs.writeFileSync(join(dir, 'current/prompts/__pycache__/x.pyc'), 'x')
    await release('two')
    await once()
    await back()
    expect(await once({}, { registry: withoutObjects() })).toMatchObject({ version: 'v1' })
    expect(releases()).toHaveLength(2)
  })

  test.each([
    ['changed', (file: string) => fs.writeFileSync(file, 'eno')],
    ['cut short', (file: string) => fs.truncateSync(file, 0)],
    ['removed', (file: string) => fs.rmSync(file)],
    ['replaced by a link', linkInstead],
  ])('a live release of which a file was %s is brought again beside it', async (_, damage) => {
    await once()
    damage(join(dir, 'releases', hex(1), 'model.bin'))
    const mended = await once()
    expect(mended).toMatchObject({ changed: true, path: join(dir, 'releases', `${hex(1)}-2`), bundle: bundles[0] })
    expect(served()).toBe('one')
    await once()
    expect(releases()).toEqual([`${hex(1)}-2`])
  })

  test('a warm release that was damaged is not served', async () => {
    await once()
    await release('two')
    await once()
    fs.writeFileSync(join(dir, 'releases', hex(1), 'model.bin'), 'eno')
    await back()
    await refusal(once({}, { registry: withoutObjects() }), 'REGISTRY_UNREACHABLE')
    expect(served()).toBe('two')
    expect(await once()).toMatchObject({ version: 'v1' })
    expect(served()).toBe('one')
  })

  test('leftovers of a killed one are swept', async () => {
    await once()
    fs.mkdirSync(join(dir, 'releases', `.${hex(2 - 1).slice(0, 40)}.aiship-checkout-AbCdEf/new`), { recursive: true })
    fs.mkdirSync(join(dir, '.aiship-incoming/7-00000000-0000-4000-8000-000000000000/gone'), { recursive: true })
    await once()
    expect(releases()).toEqual([hex(1)])
    expect(fs.existsSync(join(dir, '.aiship-incoming'))).toBe(false)
  })

  test.each<[ErrorCode, () => Promise<unknown>]>([
    ['POINTER_UNKNOWN', () => once({ pointer: 'prdo' })],
    ['USAGE', () => once({ pointer: 'no/pointer' })],
    ['TARGET_NOT_EMPTY', () => over((at) => fs.cpSync(project.root, at, { recursive: true }))],
    ['TARGET_NOT_EMPTY', () => over((at) => fs.writeFileSync(at, 'mine'))],
    ['TARGET_NOT_EMPTY', () => over((at) => fs.mkdirSync(join(at, 'current'), { recursive: true }))],
    ['TARGET_NOT_EMPTY', () => over(linkElsewhere)],
    ['REGISTRY_UNREACHABLE', () => once({}, { away: unreachable })],
    ['REGISTRY_MISSING', () => once({}, { away: () => new AishipError('REGISTRY_MISSING', 'there is no registry') })],
    ['NOT_FOUND', () => once({ pin: 'v1' })],
  ])('%s, and nothing is served', async (code, act) => {
    await refusal(act(), code)
    expect(fs.existsSync(join(dir, 'current/model.bin'))).toBe(false)
  })

  test('while the registry is away, what is whole is good enough, and how old that is is said', async () => {
    await once()
    await release('two')
    project.wait(3600)
    expect(await once({}, { away: unreachable })).toMatchObject({
      changed: false,
      away: true,
      age_ms: 3_600_000,
      version: 'v1',
    })
    fs.rmSync(join(dir, 'current/model.bin'))
    await refusal(once({}, { away: unreachable }), 'REGISTRY_UNREACHABLE')
  })

  test('a pointer that is retired leaves what is served', async () => {
    await once()
    await retire(project.ctx(), { pointer: 'prod', reason: null })
    expect(await once()).toMatchObject({ changed: false, version: 'v1' })
    fs.rmSync(dir, { recursive: true })
    await refusal(once(), 'POINTER_UNKNOWN')
  })

  test('a folder that followed another pointer says so, and follows this one', async () => {
    await once()
    await move('v1', 'staging')
    await once({ pointer: 'staging' })
    expect(warnings).toEqual([expect.stringContaining(`followed prod until now, and follows staging`)])
    await once({ pointer: 'staging' })
    expect(warnings).toEqual([])
  })

  test('a registry that went back is not followed', async () => {
    await once()
    await release('two')
    await once()
    const earlier: Registry = {
      ...project.registry,
      logs: { ...project.registry.logs, tip: (log) => project.registry.logs.read(log, 1) },
    }
    await refusal(once({}, { registry: earlier }), 'LOG_WENT_BACK')
    expect(served()).toBe('two')
  })
})

describe('health', () => {
  test('what fails is not served, is reported, and is not fetched again', async () => {
    await once({ health: HEALTH })
    await release('sick')
    const error = await refusal(once({ health: HEALTH }), 'HEALTH_FAILED')
    expect(error.message).toContain('ended with exit code 3')
    expect(served()).toBe('one')
    expect(await reports()).toMatchObject([
      { bundle: bundles[0], said: { seq: 2 }, problem: { code: 'HEALTH_FAILED' } },
    ])
    await refusal(once({ health: HEALTH }, { registry: withoutObjects() }), 'HEALTH_FAILED')
    await release('well')
    expect(await once({ health: HEALTH })).toMatchObject({ version: 'v3' })
    await once({ health: HEALTH })
    expect(releases()).toEqual([hex(1), hex(3)].sort())
  })

  test('what hangs is ended', async () => {
    const hang = [process.execPath, '-e', 'setInterval(() => 0, 1000)']
    const error = await refusal(once({ health: hang, healthMs: 300 }), 'HEALTH_FAILED')
    expect(error.message).toContain('did not end within 0.3 s')
    await refusal(once({ health: ['/no/such/program'] }), 'HEALTH_FAILED')
  })

  test('it runs in the new checkout, and sees no credentials', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'secret'
    process.env.FOLLOW_TEST = 'passed'
    try {
      const print = `require('fs').writeFileSync('env.json', JSON.stringify(process.env))`
      await once({ health: [process.execPath, '-e', print], pass: ['FOLLOW_TEST'] })
    } finally {
      delete process.env.AWS_SECRET_ACCESS_KEY
      delete process.env.FOLLOW_TEST
    }
    const seen = JSON.parse(fs.readFileSync(join(dir, 'current/env.json'), 'utf8'))
    expect(seen).toMatchObject({
      PATH: process.env.PATH,
      AISHIP_BUNDLE: bundles[0],
      AISHIP_VERSION: 'v1',
      FOLLOW_TEST: 'passed',
    })
    expect(seen).toMatchObject({ AISHIP_SEQ: '1', AISHIP_CHECKOUT: join(fs.realpathSync(dir), 'releases', hex(1)) })
    expect(JSON.stringify(seen)).not.toContain('secret')
  })

  test('a bundle that was served here before goes back without being asked', async () => {
    await once({ health: HEALTH })
    await release('two')
    await once({ health: HEALTH })
    await back()
    expect(await once({ health: ['/no/such/program'] })).toMatchObject({ version: 'v1' })
  })
})

describe('telling the process', () => {
  const tellTo = (file: string) => [
    process.execPath,
    '-e',
    `require('fs').appendFileSync(${JSON.stringify(file)}, process.env.AISHIP_VERSION + ' ')`,
  ]

  test('it is told of each release, once', async () => {
    const file = join(project.root, 'told')
    await once({ exec: tellTo(file) })
    await once({ exec: tellTo(file) })
    await release('two')
    await once({ exec: tellTo(file) })
    await back()
    expect(await once({ exec: tellTo(file) })).toMatchObject({ told: true })
    expect(fs.readFileSync(file, 'utf8')).toBe('v1 v2 v1 ')
  })

  test('what failed, or was killed before, is told by the next', async () => {
    const file = join(project.root, 'told')
    const error = await refusal(
      once({ exec: [process.execPath, '-e', `console.error('no such unit'); process.exit(5)`] }),
      'TELL_FAILED',
    )
    expect(error.message).toContain('no such unit')
    expect(served()).toBe('one')
    expect(await once({ exec: tellTo(file) })).toMatchObject({ changed: false, told: true })
    expect(fs.readFileSync(file, 'utf8')).toBe('v1 ')
  })

  test('a process that is not there will read for itself', async () => {
    const pidFile = join(project.root, 'pid')
    expect(await once({ signal: { name: 'HUP', pidFile } })).toMatchObject({ told: true })
    await release('two')
    fs.writeFileSync(pidFile, 'not a number')
    await refusal(once({ signal: { name: 'HUP', pidFile } }), 'USAGE')
    expect(served()).toBe('two')
  })
})

describe('pin', () => {
  beforeEach(async () => {
    await once()
    await release('two')
    await once()
  })

  test.each([
    ['v1', () => 'v1'],
    ['a digest', () => bundles[0] as string],
    ['digits', () => hex(1).slice(0, 8)],
  ])('%s goes back without the registry, and stays until it is unpinned', async (_, ref) => {
    const pinned = await once({ pin: ref(), reason: 'the bucket is away' }, { away: unreachable })
    expect(pinned).toMatchObject({ changed: true, version: 'v1', pinned: true })
    expect(served()).toBe('one')
    expect(record()).toMatchObject({ bundle: bundles[0], pointer: 'prod', seq: null })
    expect(await once()).toMatchObject({ changed: false, version: 'v1', pinned: true, said: { version: 'v2' } })
    expect(await reports()).toMatchObject([{ pinned: true, version: 'v1' }])
    const { data } = await status(project.ctx(), {})
    expect(data.pointers[0]?.followers).toMatchObject({
      reported: 1,
      on_target: 0,
      behind: [{ pinned: true, version: 'v1' }],
    })
    expect(await once({ unpin: true })).toMatchObject({ changed: true, pinned: false })
    expect(await once()).toMatchObject({ changed: true, version: 'v2' })
  })

  test.each<[ErrorCode, string]>([
    ['NOT_FOUND', 'v9'],
    ['NOT_FOUND', '0'.repeat(64)],
    ['NOT_FOUND', 'nonsense'],
  ])('%s for %s, with what is warm', async (code, ref) => {
    const error = await refusal(once({ pin: ref }), code)
    expect(error.hint).toMatch(/v1.*v2|v2.*v1/)
    expect(served()).toBe('two')
  })

  test('what is damaged is not pinned', async () => {
    fs.writeFileSync(join(dir, 'releases', hex(1), 'model.bin'), 'eno')
    await refusal(once({ pin: 'v1' }), 'CORRUPT')
    expect(await once()).toMatchObject({ pinned: false, version: 'v2' })
  })
})

describe('presence', () => {
  test('status and moves count who serves what', async () => {
    await once()
    const { data } = await status(project.ctx(), {})
    expect(data.pointers[0]?.followers).toEqual({ reported: 1, on_target: 1, behind: [] })
    await release('two')
    const moved = await move('v1')
    expect(moved.data.followers).toMatchObject({ reported: 1, on_target: 1 })
    const forth = await move('v2')
    expect(forth.data.followers).toMatchObject({
      reported: 1,
      on_target: 0,
      behind: [{ host: 'laptop', version: 'v1' }],
    })
    project.wait(300)
    expect((await status(project.ctx(), {})).data.pointers[0]?.followers.reported).toBe(0)
  })

  test('who may not write goes on', async () => {
    const refused: Registry = {
      ...project.registry,
      names: {
        ...project.registry.names,
        replace: async () => {
          throw new AishipError('NOT_PERMITTED', 'not permitted to write')
        },
      },
    }
    expect(await once({}, { registry: refused })).toMatchObject({ changed: true, version: 'v1' })
  })
})

describe('running on', () => {
  /** Runs until `act` is over. */
  async function during(change: Partial<FollowInput>, act: () => Promise<void>, around: Around = {}): Promise<unknown> {
    const stop = new AbortController()
    const running = follow(context({ ...around, signal: stop.signal }), {
      ...input,
      dir,
      once: false,
      everyMs: 1000,
      ...change,
    })
    const ended = running.then(
      () => null,
      (error: unknown) => error,
    )
    try {
      await Promise.race([act(), ended])
    } finally {
      stop.abort('SIGTERM')
    }
    return ended
  }
  async function until(isSo: () => boolean): Promise<void> {
    for (let tries = 0; !isSo(); tries++) {
      if (tries > 1000) throw new Error(`it never came: ${JSON.stringify(lines.map(({ data }) => data))}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const events = (): readonly unknown[] => lines.map(({ data }) => data.event)

  test('follows each move, says so, and reports its end', async () => {
    const ended = await during({}, async () => {
      await until(() => fs.existsSync(join(dir, 'current/model.bin')) && served() === 'one')
      await release('two')
      await until(() => served() === 'two')
      await back()
      await until(() => served() === 'one')
    })
    expect(ended).toMatchObject({ code: 'INTERRUPTED', details: { changed: true } })
    expect(events().filter((event) => event === 'serving')).toHaveLength(3)
    expect(lines.findLast(({ data }) => data.event === 'serving')?.data).toMatchObject({
      version: 'v1',
      was_warm: true,
      pointer: 'prod',
    })
    expect(await reports()).toMatchObject([{ stopped: true, version: 'v1' }])
    expect(fs.existsSync(join(dir, '.aiship-incoming'))).toBe(false)
  })

  test('a release that fails is tried again after a while, and at once when the pointer moves', async () => {
    const file = join(project.root, 'tries')
    const health = [
      process.execPath,
      '-e',
      `require('fs').appendFileSync(${JSON.stringify(file)}, 'x'); process.exit(1)`,
    ]
    const tries = (): number => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').length : 0)
    await during({ health }, () => until(() => tries() >= 3))
    expect(lines.filter(({ data }) => data.event === 'failed').length).toBeGreaterThan(0)
    expect(fs.existsSync(join(dir, 'current'))).toBe(false)
  })

  test('a health check that hangs does not hold up a rollback', async () => {
    await once()
    await release('slow')
    const hang = [
      process.execPath,
      '-e',
      `if (require('fs').readFileSync('model.bin', 'utf8') === 'slow') setInterval(() => 0, 1000)`,
    ]
    await during({ health: hang, healthMs: 3_600_000 }, async () => {
      await until(() => releases().includes(hex(2)))
      await move('v1')
      await until(() => events().length > 0 && releases().length === 1)
      expect(served()).toBe('one')
    })
  })

  test('while the registry is away, it goes on, and takes up when it is back', async () => {
    let isAway = false
    const registry: Registry = {
      ...project.registry,
      logs: {
        ...project.registry.logs,
        tip: async (log) => {
          if (isAway) throw unreachable()
          return project.registry.logs.tip(log)
        },
      },
    }
    const act = async (): Promise<void> => {
      await until(() => events().includes('serving'))
      isAway = true
      await until(() => events().includes('away'))
      await release('two')
      expect(served()).toBe('one')
      isAway = false
      await until(() => events().includes('back') && served() === 'two')
    }
    await during({}, act, { registry, away: () => (isAway ? unreachable() : null) })
    expect(events().filter((event) => event === 'away')).toHaveLength(1)
  })

  test.skipIf(!canMount)('on a full disk, what is served is served on', async () => {
    const disk = onSmallDisk(8)
    dir = join(disk.dir, 'served')
    await once()
    await release(`big ${'x'.repeat(3_000_000)}`)
    disk.leave(0)
    await during({}, async () => {
      await until(() => events().includes('failed'))
      expect(served()).toBe('one')
      expect(lines.find(({ data }) => data.event === 'failed')?.data).toMatchObject({ code: 'DISK_FULL' })
      disk.leave(6)
      await until(() => served().startsWith('big'))
    })
    expect(await reports()).toMatchObject([{ version: 'v2', problem: null }])
  })

  test('a second one is refused; one that is taken for dead and overtaken ends', async () => {
    const ended = await during({}, async () => {
      await until(() => fs.existsSync(join(dir, 'current/model.bin')))
      await refusal(once(), 'FOLLOWED_ALREADY')
      await followedFolder(dir, { base: '/', env: {}, signal: new AbortController().signal }).keep(
        async () => undefined,
      )
      await until(() => false).catch(() => undefined)
    })
    expect(ended).toMatchObject({ code: 'OVERTAKEN' })
    expect(served()).toBe('one')
  })

  test('a pin beside it is served at once', async () => {
    await once()
    await release('two')
    await during({}, async () => {
      await until(() => served() === 'two')
      const signal = new AbortController().signal
      const beside: Context = {
        ...project.ctx(),
        following: async (given) => followedFolder(given, { base: '/', env: {}, signal }),
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      }
      const pinned = await follow(beside, { ...input, dir, pin: 'v1' })
      expect(pinned).toMatchObject({ changed: true, data: { version: 'v1', pinned: true, seq: null } })
      expect(served()).toBe('one')
      await follow(beside, { ...input, dir, unpin: true })
      await until(() => served() === 'two')
    })
  })
})
