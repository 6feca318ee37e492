import { createServer, type Server } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectManners, startProject, write } from '../hostile/outcome.ts'
import { OWNER, type S3Server, startS3 } from '../s3/server.ts'
import { type Desk, release, startDesk } from './desk.ts'

// What works without the bucket, and what does not: looking does, with one warning that says how old the answer is; changing never does.

const READER = { id: 'reader', secret: 'reader-secret' }
let server: S3Server
let home: Desk
let hole: Server
let before: readonly string[]
beforeAll(async () => {
  server = await startS3({ keys: [OWNER, { ...READER, may: ['read', 'list'] }] })
  hole = createServer(() => undefined)
  await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve))
  home = startDesk(server)
  await release(home)
  for (const line of [...LOOKS, 'checkout v1 ../earlier']) expect(await home.run(line)).toMatchObject({ exit: 0 })
  before = server.names()
})
afterAll(async () => {
  home.end()
  hole.close()
  await server.close()
})

const LOOKS = ['resolve prod', 'status', 'log prod', 'show prod', 'show v1', 'ls', 'diff v1 v2']
const MOVES = [
  ...['rollback prod', 'rollback prod --to v1', 'promote v1 prod', 'promote v2 prod', 'bundle', 'hold prod'],
  ...['mark v1 bad', 'undo prod@2', 'retire prod'],
]

const endpointOf = (kind: string): string => {
  if (kind === 'nobody') return 'http://127.0.0.1:1'
  return `http://127.0.0.1:${(hole.address() as { port: number }).port}`
}

async function without<T>(kind: string, run: () => Promise<T>): Promise<T> {
  const there = home.env.AWS_ENDPOINT_URL_S3 as string
  home.env.AWS_ENDPOINT_URL_S3 = endpointOf(kind)
  try {
    return await run()
  } finally {
    home.env.AWS_ENDPOINT_URL_S3 = there
  }
}

describe.each(['nobody', 'somebody who says nothing'])('where %s is there', (kind) => {
  test('looking answers from the copy, soon, with one warning', { timeout: 120_000 }, async () => {
    const there = (await home.run('resolve prod')).stdout
    // What is bundled is not kept here; what is read is.
    for (const version of ['v1', 'v2'])
      expect((await home.run(`checkout ${version} ../${version}-${kind.length}`)).exit).toBe(0)
    await without(kind, async () => {
      const all = await Promise.all(
        [...LOOKS, 'checkout v2 ../now', 'checkout v1 ../then'].map(async (line) => {
          const begun = Date.now()
          return { line, ...(await home.run(line)), ms: Date.now() - begun }
        }),
      )
      for (const outcome of all) {
        expectManners(outcome)
        expect({ line: outcome.line, exit: outcome.exit, out: outcome.stderr.split('\n').length }).toEqual({
          ...{ line: outcome.line, exit: 0, out: 2 },
        })
        expect(outcome.stderr).toMatch(/^warning: .*from the copy on this machine, \d+ min old \[REGISTRY_AWAY\]\n$/)
        expect(outcome.ms).toBeLessThan(40_000)
      }
      expect(all[0]?.stdout).toBe(there)
    })
  })
})

test.each([
  ['nobody', 40_000],
  ['somebody who says nothing', 40_000],
])(
  'where %s is there, nothing moves, nothing says that it has, and that is soon said',
  { timeout: 120_000 },
  async (kind, most) => {
    await without(kind, async () => {
      const all = await Promise.all(
        MOVES.map(async (line) => {
          const begun = Date.now()
          return { line, ...(await home.run(line)), ms: Date.now() - begun }
        }),
      )
      for (const { line, exit, stdout, stderr, ms } of all) {
        expect(ms).toBeLessThan(most)
        expect({ line, exit, stdout }).toEqual({ line, exit: 8, stdout: '' })
        expect(stderr).toMatch(/\[REGISTRY_UNREACHABLE\]/)
        expect(stderr).not.toMatch(/REGISTRY_AWAY/)
      }
    })
    expect(server.names()).toEqual(before)
    expect((await home.run('resolve prod')).exit).toBe(0)
  },
)

test.each(['nobody', 'somebody who says nothing'])(
  'where %s is there, a machine that was never there has nothing to answer from',
  { timeout: 60_000 },
  async (kind) => {
    const fresh = startDesk(server, { prefix: home.prefix, endpoint: endpointOf(kind) })
    try {
      const begun = Date.now()
      expect(await fresh.run('resolve prod')).toMatchObject({ exit: 8, stdout: '' })
      expect(Date.now() - begun).toBeLessThan(40_000)
    } finally {
      fresh.end()
    }
  },
)

test('who may only read does everything but write, and is told what is denied', { timeout: 60_000 }, async () => {
  const reader = startDesk(server, { prefix: home.prefix, key: READER })
  try {
    for (const line of [...LOOKS, 'checkout prod ../there', 'fsck'])
      expect({ line, ...(await reader.run(line)) }).toMatchObject({ line, exit: 0 })
    write(reader.dir, { 'prompts/system.txt': 'Be quiet.\n' })
    for (const line of ['bundle', 'promote v1 prod', 'rollback prod', 'hold prod', 'mark v1 bad']) {
      const { exit, stderr } = await reader.run(line)
      expect({ line, exit }).toEqual({ line, exit: 4 })
      expect(stderr).toMatch(/read… may not write s3:\/\/aiship-test\/.*\[NOT_PERMITTED\]/)
      expect(stderr).toMatch(/s3:PutObject/)
    }
  } finally {
    reader.end()
  }
  expect(server.names()).toEqual(before)
})

test('a folder in the checkout of a CI job warns that it goes with it; one beside it does not', async () => {
  const session = startProject('checkout')
  try {
    session.env.CI = 'true'
    expect((await session.aiship(['bundle'])).stderr).toMatch(/\[REGISTRY_EPHEMERAL\]/)
    expect((await session.aiship(['promote', 'v1', 'prod'])).stderr).toMatch(/\[REGISTRY_EPHEMERAL\]/)
    expect((await session.aiship(['resolve', 'prod'])).stderr).toBe('')
    const beside = path.join(session.dir, '..', 'registry')
    expect((await session.aiship(['bundle', '--registry', beside])).stderr).not.toMatch(/EPHEMERAL/)
    session.env.CI = ''
    expect((await session.aiship(['bundle'])).stderr).toBe('')
  } finally {
    session.end()
  }
})
