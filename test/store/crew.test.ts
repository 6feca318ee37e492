import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import { type Crew, freeze, openCrew } from '../../src/store/crew.ts'
import { startSignals } from '../../src/store/signals.ts'
import { sha256 } from '../contracts/object-store.ts'
import { freshDir } from './place.ts'

/** Every thread that a crew has started, so that one can be made to die. */
const workers: Worker[] = []
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>()
  class Watched extends real.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args)
      workers.push(this)
    }
  }
  return { ...real, Worker: Watched }
})

const crews: Crew[] = []
const crewOf = (width: number): Crew => {
  const crew = openCrew(width)
  crews.push(crew)
  return crew
}
beforeEach(() => {
  workers.length = 0
})
afterEach(async () => {
  for (const crew of crews.splice(0)) await crew.close()
})

/** What a thread that is gone has instead of a number. */
const GONE = -1
const threadIds = (): readonly number[] => workers.map((worker) => worker.threadId)

interface File {
  readonly path: string
  readonly bytes: Buffer
}

function fileOf(size: number): File {
  const path = join(freshDir(), 'source')
  const bytes = randomBytes(size)
  fs.writeFileSync(path, bytes)
  return { path, bytes }
}

const hashed = (crew: Crew, path: string) => crew.run('storeWhole', { from: path, to: null, watch: null })
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

/** A job that lasts until its signals say stop: it waits for a copy that nobody makes. */
const endless = (crew: Crew, signals = startSignals()) => ({
  signals,
  outcome: failureOf(crew.run('hashCopy', { file: join(freshDir(), 'never') }, signals)),
})

describe('jobs', () => {
  test('more of them than threads: each gets its own answer', async () => {
    const crew = crewOf(2)
    const files = Array.from({ length: 40 }, (_, n) => fileOf(n * 1000))
    const found = await Promise.all(files.map(({ path }) => hashed(crew, path)))
    expect(found.map(({ digest }) => digest)).toEqual(files.map(({ bytes }) => sha256(bytes)))
    expect(workers).toHaveLength(2)
  })

  test('begin in the order in which they were given, so that one may wait for one before it', async () => {
    for (const width of [1, 2, 3]) {
      const crew = crewOf(width)
      const dir = freshDir()
      const pairs = Array.from({ length: 12 }, (_, n) => {
        const { path, bytes } = fileOf(300_000)
        const [to, signals] = [join(dir, String(n)), startSignals()]
        const copied = crew.run('copySource', { from: path, to, watch: null }, signals)
        return { copied, hashed: crew.run('hashCopy', { file: to }, signals), digest: sha256(bytes) }
      })
      for (const pair of pairs)
        expect([await pair.copied, await pair.hashed]).toEqual([{ size: 300_000, seen: null }, pair.digest])
    }
  })

  test('tell how far they are', async () => {
    const crew = crewOf(1)
    const { path } = fileOf(3_000_000)
    const signals = startSignals()
    await crew.run('storeWhole', { from: path, to: null, watch: null }, signals)
    expect(signals.done()).toBe(3_000_000)
  })

  test('that are stopped before they begin never do', async () => {
    const crew = crewOf(1)
    const busy = endless(crew)
    const { path } = fileOf(1000)
    const [to, signals] = [join(freshDir(), 'copy'), startSignals()]
    const waiting = failureOf(crew.run('storeWhole', { from: path, to, watch: null }, signals))
    signals.stop()
    busy.signals.stop()
    expect(await busy.outcome).toBe('no error')
    expect(String(await waiting)).toContain('stopped')
    expect(fs.existsSync(to)).toBe(false)
    expect((await hashed(crew, path)).size).toBe(1000)
  })
})

describe('errors', () => {
  test('cross threads with their code, their hint, what to type and their details', async () => {
    const crew = crewOf(1)
    const error = await failureOf(hashed(crew, '/proc/self/status'))
    expect(error).toBeInstanceOf(AishipError)
    if (!(error instanceof AishipError)) return
    expect([error.code, error.exit, error.hint]).toEqual([
      'COMPONENT_INVALID',
      2,
      'copy it to a file, and name that one',
    ])
    expect(error.details).toEqual({ path: '/proc/self/status' })
    const { path } = fileOf(10)
    const inTheWay = await failureOf(crew.run('copySource', { from: path, to: join(path, 'below'), watch: null }))
    expect(inTheWay).toBeInstanceOf(AishipError)
    if (!(inTheWay instanceof AishipError)) return
    expect([inTheWay.code, inTheWay.next]).toEqual(['REGISTRY_UNREACHABLE', ['aiship doctor']])
    expect(inTheWay.hint).toContain('healthy')
    expect(inTheWay.details).toEqual({ path: join(path, 'below'), errno: 'ENOTDIR' })
  })

  test('leave the thread at work', async () => {
    const crew = crewOf(1)
    const { path } = fileOf(10)
    for (let n = 0; n < 5; n++) {
      expect(await failureOf(hashed(crew, `${path}-not-there`))).toMatchObject({ code: 'FILE_MISSING' })
      expect((await hashed(crew, path)).size).toBe(10)
    }
    expect(workers).toHaveLength(1)
  })

  test.each([
    [new TypeError('of ours'), null, 'TypeError: of ours'],
    ['a text', null, 'a text'],
    [undefined, null, 'undefined'],
    [new AishipError('DISK_FULL', 'full', { details: { n: 1, not: () => 1 } }), 'DISK_FULL', 'full'],
  ])('%s becomes plain data', (error, code, message) => {
    const frozen = freeze(error)
    expect(structuredClone(frozen)).toEqual(frozen)
    expect([frozen.code, frozen.message.startsWith(message)]).toEqual([code, true])
  })
})

describe('a thread that dies', () => {
  test('at work: its job fails, those that wait are done by another', async () => {
    const crew = crewOf(1)
    const { path, bytes } = fileOf(1000)
    const lost = endless(crew)
    const waiting = [hashed(crew, path), hashed(crew, path)]
    await workers[0]?.terminate()
    expect(String(await lost.outcome)).toContain('a thread ended before its job was done')
    for (const one of waiting) expect((await one).digest).toBe(sha256(bytes))
    expect(workers).toHaveLength(2)
  })

  test('while it has nothing to do: the next job gets another', async () => {
    const crew = crewOf(1)
    const { path, bytes } = fileOf(1000)
    await hashed(crew, path)
    await workers[0]?.terminate()
    expect((await hashed(crew, path)).digest).toBe(sha256(bytes))
    expect(workers).toHaveLength(2)
  })

  test('again and again: every job gets an answer', async () => {
    const crew = crewOf(2)
    const { path } = fileOf(1000)
    const answers = Array.from({ length: 30 }, () => failureOf(hashed(crew, path)))
    for (let n = 0; n < 5; n++) {
      await answers[n * 3]
      await workers.find((worker) => worker.threadId !== GONE)?.terminate()
    }
    const outcomes = (await Promise.all(answers)).map(String)
    expect(outcomes.filter((one) => one !== 'no error' && !one.includes('a thread ended'))).toEqual([])
    expect(outcomes.filter((one) => one === 'no error').length).toBeGreaterThan(10)
  })
})

describe('closing', () => {
  test('while jobs run and wait: all fail, and no thread is left when it is over', async () => {
    const crew = crewOf(2)
    const [first, second] = [endless(crew), endless(crew)]
    const waiting = failureOf(hashed(crew, fileOf(10).path))
    expect(workers).toHaveLength(2)
    await crew.close()
    expect(threadIds()).toEqual([GONE, GONE])
    for (const { outcome } of [first, second]) expect(String(await outcome)).toContain('a thread ended')
    expect(String(await waiting)).toContain('closed')
  })

  test('takes no more jobs, and may be done twice, also at once', async () => {
    const crew = crewOf(1)
    await hashed(crew, fileOf(10).path)
    await Promise.all([crew.close(), crew.close()])
    await crew.close()
    expect(String(await failureOf(hashed(crew, fileOf(10).path)))).toContain('closed')
    expect(threadIds()).toEqual([GONE])
  })

  test('before any job: no thread was ever started', async () => {
    const crew = crewOf(4)
    await crew.close()
    expect([crew.width, workers]).toEqual([4, []])
  })
})

test('a thread with nothing to do keeps no process alive, one at work does', async () => {
  const crew = crewOf(1)
  const { path } = fileOf(10)
  await hashed(crew, path)
  const [ref, unref] = [vi.spyOn(workers[0] as Worker, 'ref'), vi.spyOn(workers[0] as Worker, 'unref')]
  const running = hashed(crew, path)
  expect([ref.mock.calls.length, unref.mock.calls.length]).toEqual([1, 0])
  await running
  expect([ref.mock.calls.length, unref.mock.calls.length]).toEqual([1, 1])
})
