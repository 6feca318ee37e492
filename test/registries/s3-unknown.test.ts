import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { write } from '../hostile/outcome.ts'
import { type Fault, type FaultProxy, startFaults } from '../s3/faults.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import { type Desk, release, startDesk } from './desk.ts'

// What a network that fails can make of one move, and of what is read: never two moves, never a success that is none, never other bytes.

let server: S3Server
let proxy: FaultProxy
let desk: Desk
beforeAll(async () => {
  server = await startS3()
})
afterAll(() => server.close())
beforeEach(async () => {
  proxy = await startFaults({ target: server.endpoint, slowest: 200, refuseFor: 20, retryAfter: 0 })
  desk = startDesk(server, { endpoint: proxy.endpoint })
  await release(desk)
  return async () => {
    desk.end()
    await proxy.close()
  }
})

const isEntry = (method: string, url: string): boolean => method === 'PUT' && /pointers.*000003\.json/.test(url)
const readsEntry = (method: string, url: string): boolean => method === 'GET' && /pointers.*000003\.json/.test(url)
const entries = (): number =>
  server.names().filter((name) => name.startsWith(desk.prefix) && /prod\/\d+\.json/.test(name)).length
/** As often as one request is tried. */
const TRIES = 6

const inject = (fault: Fault, times: number, matches: (method: string, url: string) => boolean): void => {
  for (let time = 0; time < times; time++) proxy.inject(fault, matches)
}

describe('a move whose answer does not come', () => {
  test.each<Fault>([
    'reset-after',
    'error-after',
    'truncate',
    'duplicate',
    'late',
    'conflict',
    'slow-down',
    'reset-before',
  ])('once (%s): it is made once, and said to be', async (fault) => {
    inject(fault, 1, isEntry)
    expect(await desk.done('rollback', 'prod')).toMatchObject({ seq: 3, action: 'rollback' })
    expect(proxy.happened).toHaveLength(1)
    expect(entries()).toBe(3)
  })

  test.each<[Fault, boolean]>([
    ['error-after', true],
    ['reset-after', true],
    ['reset-before', false],
  ])('to the end (%s): nobody knows, and `log --op` settles it', { timeout: 60_000 }, async (fault, isDone) => {
    inject(fault, TRIES, isEntry)
    inject('reset-before', TRIES, readsEntry)
    const lost = await desk.run('rollback prod --json')
    const { error, changed } = JSON.parse(lost.stdout)
    expect({ exit: lost.exit, changed, code: error.code }).toEqual({ exit: 9, changed: false, code: 'OUTCOME_UNKNOWN' })
    const { op, expected_seq } = error.details
    expect(error.next).toEqual([`aiship log prod --op ${op}`])
    expect(expected_seq).toBe(2)
    expect(entries()).toBe(isDone ? 3 : 2)

    // The network is well again.
    await proxy.close()
    desk.env.AWS_ENDPOINT_URL_S3 = server.endpoint
    const settled = await desk.run(`log prod --op ${op} --json`)
    expect(settled.exit).toBe(isDone ? 0 : 3)
    if (isDone) expect(JSON.parse(settled.stdout).data.entries).toMatchObject([{ seq: 3, action: 'rollback' }])
    const again = await desk.run(`rollback prod --op ${op} --expect 2 --json`)
    expect({ exit: again.exit, changed: JSON.parse(again.stdout).changed }).toEqual({ exit: 0, changed: !isDone })
    expect(entries()).toBe(3)
  })

  test('refused where it was delivered twice, and unreadable: nobody knows', { timeout: 60_000 }, async () => {
    inject('duplicate', 1, isEntry)
    inject('redirect', TRIES, readsEntry)
    const lost = await desk.run('rollback prod --json')
    expect({ exit: lost.exit, code: JSON.parse(lost.stdout).error.code }).toEqual({ exit: 9, code: 'OUTCOME_UNKNOWN' })
    expect(entries()).toBe(3)
  })

  test("a settling that can't reach the bucket does not answer from the copy", { timeout: 60_000 }, async () => {
    desk.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:1'
    expect(await desk.run('log prod --op never-made')).toMatchObject({ exit: 8, stdout: '' })
  })

  test('a race that is lost behind a lost reply is a conflict', async () => {
    const other = startDesk(server, { prefix: desk.prefix })
    other.env.AISHIP_ACTOR = 'ben'
    try {
      proxy.inject('reset-before', isEntry)
      const [mine] = await Promise.all([desk.run('rollback prod --expect 2'), other.done('hold', 'prod')])
      expect([0, 5]).toContain(mine.exit)
      expect(entries()).toBe(mine.exit === 0 ? 4 : 3)
    } catch (error) {
      // The hold came second.
      expect(String(error)).toMatch(/POINTER_MOVED/)
    } finally {
      other.end()
    }
  })
})

describe('what is read', () => {
  const isObject = (method: string, url: string): boolean => method === 'GET' && /\/objects\//.test(url)

  test.each<Fault>(['flip', 'truncate', 'slow', 'stale', 'endless', 'gzip-bomb', 'reset-after', 'redirect'])(
    'objects with "%s" never reach a checkout as other bytes, and the next try brings them',
    { timeout: 60_000 },
    async (fault) => {
      write(desk.dir, Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`prompts/${n}.txt`, `prompt ${n}\n`])))
      await desk.done('bundle')
      const other = startDesk(server, { prefix: desk.prefix, endpoint: proxy.endpoint })
      try {
        await other.done('resolve', 'prod')
        inject(fault, 3, isObject)
        const first = await other.run('checkout v3 ../out')
        expect([0, 2, 7, 8]).toContain(first.exit)
        const out = path.join(other.dir, '..', 'out')
        if (first.exit !== 0) expect(fs.existsSync(out)).toBe(false)
        for (let tries = 0; tries < 4 && !fs.existsSync(out); tries++) await other.run('checkout v3 ../out')
        for (let n = 0; n < 20; n++)
          expect(fs.readFileSync(path.join(out, 'prompts', `${n}.txt`), 'utf8')).toBe(`prompt ${n}\n`)
        expect(fs.readFileSync(path.join(out, 'model.bin'))).toEqual(Buffer.from([0, 255, 1, 2]))
      } finally {
        other.end()
      }
    },
  )

  test('an entry that was damaged on the way is read again, and not remembered', async () => {
    inject('flip', 1, (method, url) => method === 'GET' && /pointers.*hint/.test(url))
    expect(await desk.run('resolve prod')).toMatchObject({ exit: 0, stderr: '' })
    inject('flip', 1, (method, url) => method === 'GET' && /pointers.*000001/.test(url))
    expect(await desk.run('log prod')).toMatchObject({ exit: 0, stderr: '' })
    expect(await desk.run('rollback prod')).toMatchObject({ exit: 0 })
  })

  test('a listing that is short, and an answer of yesterday, move nothing', async () => {
    await desk.done('rollback', 'prod')
    await desk.done('promote', 'v2', 'prod', '--override', 'again')
    const key = (seq: number): string => `${desk.prefix}/logs/pointers/scorer/prod/00000000000${seq}.json`
    const bytes = (await server.bytesOf(key(4))) as Buffer
    const hint = await server.bytesOf(key(3))
    // As a store that is behind would show it, or a backup that was put back.
    server.place(key(4), null)
    server.place(key(3).replace(/[^/]+$/, 'hint'), hint)
    const seen = await desk.run('resolve prod')
    expect({ exit: seen.exit, stderr: seen.stderr }).toEqual({
      exit: 0,
      stderr: expect.stringMatching(/LOG_WENT_BACK/),
    })
    for (const line of ['promote v2 prod --override x', 'hold prod'])
      expect({ line, ...(await desk.run(line)) }).toMatchObject({ line, exit: 7, stdout: '' })
    expect(entries()).toBe(3)
    server.place(key(4), bytes)
    expect(await desk.run('hold prod')).toMatchObject({ exit: 0 })
  })
})
