import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { nextEntry, type Read, readEntry } from '../../src/core/entry.ts'
import type { PointerEntry } from '../../src/core/model.gen.ts'
import { planPromote } from '../../src/core/pointer.ts'
import { write } from '../hostile/outcome.ts'
import { type S3Server, startS3 } from '../s3/server.ts'
import { roundTrips, type Seen } from '../s3/trace.ts'
import { type Desk, release, startDesk } from './desk.ts'

// How often a command waits for the bucket, and how much it asks for: what a move costs far from the store.

const LATENCY = 150
const MANY = 10_000
const LOG = 'pointers/scorer/prod'

let server: S3Server
const desks: Desk[] = []
beforeAll(async () => {
  server = await startS3()
})
afterEach(() => {
  server.latency = 0
})
afterAll(async () => {
  for (const one of desks) one.end()
  await server.close()
})

function desk(prefix?: string): Desk {
  const made = startDesk(server, prefix === undefined ? {} : { prefix })
  desks.push(made)
  return made
}

/** What a command asks, with time between question and answer. */
async function asked(one: Desk, ...words: readonly string[]): Promise<readonly Seen[]> {
  await new Promise((resolve) => setTimeout(resolve, 50))
  server.seen.length = 0
  server.latency = LATENCY
  try {
    await one.done(...words)
    return [...server.seen]
  } finally {
    server.latency = 0
  }
}

/** A machine with much to do asks late what it could ask at once: so one try that waits for no more than `most` is enough. */
async function fewest(most: number, count: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 4 && least > most; tries++) least = Math.min(least, await count())
  return least
}

const isEntry = ({ method, key }: Seen): boolean => method === 'PUT' && /\/pointers\/.*\/\d{12}\.json$/.test(key)

/** Up to the creation of the pointer's entry, that included. */
function untilMoved(seen: readonly Seen[]): number {
  const moved = seen.find(isEntry)
  if (moved === undefined) throw new Error('nothing moved')
  return roundTrips(seen.filter(({ end }) => end <= moved.end))
}

const lists = (seen: readonly Seen[], folder: string): number =>
  seen.filter(({ query }) => query['list-type'] === '2' && query.prefix?.endsWith(folder)).length

/** Entries behind everybody's back, so that the log has as many, the last two of which serve v1 and v2. */
async function lengthen({ prefix }: Desk): Promise<void> {
  const keyOf = (seq: number): string => `${prefix}/logs/${LOG}/${String(seq).padStart(12, '0')}.json`
  const { id } = JSON.parse(String(await server.bytesOf(`${prefix}/format.json`)))
  const at = async (seq: number): Promise<Read<PointerEntry>> =>
    readEntry('pointers', LOG, { seq, bytes: (await server.bytesOf(keyOf(seq))) as Buffer }, id)
  let last = await at(2)
  const arms = [(await at(1)).entry, last.entry].map(({ route }) => ({ ...route?.arms.stable }) as never)
  for (let seq = 3; seq <= MANY; seq++) {
    const input = { arm: arms[(seq + 1) % 2] as never, reason: null, override: null, policy: last.entry.policy }
    const planned = planPromote(last.entry, { ...input, resetRoute: false, leavingBad: false })
    if (planned === null) throw new Error('nothing to do')
    const stamp = { registry: id, op: `seed-${seq}`, actor: { kind: 'human', name: 'ana' } as const }
    const next = nextEntry<PointerEntry>(LOG, last, { ...stamp, now: new Date('2026-10-01T12:00:00Z') }, planned)
    server.place(keyOf(seq), next.bytes)
    server.place(`${prefix}/logs/${LOG}/hint`, next.bytes)
    last = next
  }
}

describe.each([2, MANY])('with %i entries in the log', (entries) => {
  let prefix = ''
  let home: Desk
  beforeAll(async () => {
    home = desk()
    prefix = home.prefix
    await release(home)
    if (entries > 2) await lengthen(home)
  })
  test('resolve waits for two round trips at most, wherever it runs', async () => {
    await home.done('resolve', 'prod')
    expect(await fewest(1, async () => roundTrips(await asked(home, 'resolve', 'prod')))).toBe(1)
    const most = entries > 2 ? 2 : 1
    let fresh: readonly Seen[] = []
    const look = async (): Promise<number> => {
      fresh = await asked(desk(prefix), 'resolve', 'prod')
      return roundTrips(fresh)
    }
    expect(await fewest(most, look)).toBe(most)
    // Who has never been here asks twice who the bucket is, and for nothing that it need not.
    expect(fresh).toHaveLength(entries > 2 ? 5 : 4)
  })

  test('without an aiship.yaml the app that is named is looked for beside the first question', async () => {
    const most = entries > 2 ? 2 : 1
    const words = ['resolve', 'prod', '--app', 'scorer', '--registry', `s3://aiship-test/${prefix}`]
    const look = async (): Promise<number> => {
      const bare = desk(prefix)
      fs.rmSync(path.join(bare.dir, 'aiship.yaml'))
      return roundTrips(await asked(bare, ...words))
    }
    expect(await fewest(most, look)).toBe(most)
  })

  test('rollback waits for four until its entry is made, five on a machine that has never been here', async () => {
    const back = (one: Desk) => async (): Promise<number> => {
      const waited = untilMoved(await asked(one, 'rollback', 'prod', '--no-mark'))
      await home.done('promote', 'v2', 'prod', '--override', 'again')
      return waited
    }
    const most = entries > 2 ? 5 : 4
    expect(await fewest(most, () => back(desk(prefix))())).toBeLessThanOrEqual(most)
    expect(await fewest(4, back(home))).toBeLessThanOrEqual(4)
    await home.done('rollback', 'prod')
    expect(await fewest(2, async () => roundTrips(await asked(home, 'resolve', 'prod')))).toBeLessThanOrEqual(2)
  })

  test('a move and what it looks at list no objects', async () => {
    await home.done('mark', 'v2', 'good')
    await home.done('promote', 'v1', 'prod', '--override', 'again')
    const there = await asked(home, 'promote', 'v2', 'prod', '--override', 'again')
    expect(there.some(isEntry)).toBe(true)
    const back = await asked(home, 'rollback', 'prod')
    expect(lists(there, '/objects/') + lists(back, '/objects/')).toBe(0)
  })
})

test('what is there already costs five requests to push again, and little more to bundle', async () => {
  const one = desk()
  const to = `s3://aiship-test/${one.prefix}`
  const folder = desk()
  write(folder.dir, { 'prompts/system.txt': 'Be brief.\n' })
  await folder.done('bundle', '--registry', '.aiship')
  await folder.done('push', 'v1', to, '--create', '--registry', '.aiship')
  const again = await asked(folder, 'push', 'v1', to, '--registry', '.aiship')
  expect(
    again.map(({ method, key, query }) => `${method} ${key.slice(37)}${query.prefix?.slice(36) ?? ''}`),
  ).toHaveLength(5)
  await release(one)
  expect((await asked(one, 'bundle')).filter(({ method }) => method === 'PUT')).toEqual([])
  expect((await asked(one, 'bundle')).length).toBeLessThanOrEqual(15)
})
