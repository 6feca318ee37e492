import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBucket, openMade, removeDirs } from '../registries/bucket.ts'
import { FAULTS, type Fault, startFaults } from '../s3/faults.ts'
import { type S3Process, startS3Process } from '../s3/process.ts'
import { REAL, type Store, sayIfAbsent, urlIn } from '../s3/real.ts'
import { OWNER } from '../s3/server.ts'
import { type Crowd, expectAll, runCrowd } from './crowd.ts'

// One pointer in a bucket, and many who move it: as they are, and with a network between them that fails. The whole of it takes long:
// AISHIP_TEST_S3_CROWD=64x200 AISHIP_TEST_S3_FAULTY=16x50.

const [PROCESSES, MOVES] = crowdOf(process.env.AISHIP_TEST_S3_CROWD ?? '12x4')
const [CLIENTS, FAULTY] = crowdOf(process.env.AISHIP_TEST_S3_FAULTY ?? '8x3')
const MOST_RSS = 300 * 2 ** 20

function crowdOf(text: string): readonly [number, number] {
  const [, processes, moves] = /^(\d+)x(\d+)$/.exec(text) ?? []
  if (processes === undefined) throw new Error(`${text} is not PROCESSESxMOVES`)
  return [Number(processes), Number(moves)]
}

let dir = ''
let double: S3Process
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'aiship-crowd-'))
  double = await startS3Process(dir)
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: OWNER.id, AWS_SECRET_ACCESS_KEY: OWNER.secret })
})
afterAll(async () => {
  await double.close()
  rmSync(dir, { recursive: true, force: true })
  removeDirs()
})

sayIfAbsent('movers of a pointer in a real bucket', REAL, 'AISHIP_TEST_S3_ENDPOINT')
const STORES: Readonly<Record<string, () => Store>> = {
  'the double': () => ({ name: 'the double', endpoint: double.endpoint, region: 'us-east-1', key: OWNER }),
  ...(REAL === null ? {} : { 'a real server': () => REAL as Store }),
}

let count = 0

/** A fresh registry, moved by as many as there are. In: `through`, which server they ask, if not the store itself. */
async function moved(store: Store, processes: number, moves: number, through = store.endpoint): Promise<Crowd> {
  const prefix = `crowd-${Date.now()}-${++count}`
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: store.key.id, AWS_SECRET_ACCESS_KEY: store.key.secret })
  const { registry } = await openMade(store, { prefix, key: store.key })
  await registry.names.create('labels/app/made', Buffer.from('{}'))
  const crowd = await runCrowd(urlIn({ ...store, endpoint: through }, prefix), processes, moves, dir)
  expect(crowd.moves).toHaveLength(processes * moves)
  expect(crowd.rss).toBeLessThan(MOST_RSS)
  await expectAll((await openBucket(store, { prefix, key: store.key })).registry, crowd)
  return crowd
}

describe.each(Object.keys(STORES))('in %s', (name) => {
  const store = (): Store => (STORES[name] as () => Store)()

  test(`${PROCESSES} processes, ${MOVES} moves each: every acknowledged move is in the log once`, {
    timeout: 1_200_000,
  }, async () => {
    const { failed } = await moved(store(), PROCESSES, MOVES)
    expect(failed).toEqual({})
  })
})

const THROUGH = { slowest: 300, refuseFor: 30, retryAfter: 0 }

test.each([0.05, 0.1])(
  `${CLIENTS} clients, ${FAULTY} moves each, where a share of %f of what is asked fails`,
  {
    timeout: 1_200_000,
  },
  async (rate) => {
    const proxy = await startFaults({ target: double.endpoint, rate, seed: Math.round(1000 * rate), ...THROUGH })
    try {
      await moved(STORES['the double']?.() as Store, CLIENTS, FAULTY, proxy.endpoint)
      expect(proxy.happened.length).toBeGreaterThan(10)
      expect(proxy.elsewhere).toEqual([])
    } finally {
      await proxy.close()
    }
  },
)

test.each(FAULTS.filter((fault) => fault !== 'error-in-200'))(
  'a network of which a third fails with "%s" and nothing else',
  {
    timeout: 300_000,
  },
  async (fault: Fault) => {
    const proxy = await startFaults({ target: double.endpoint, rate: 0.3, seed: 7, faults: [fault], ...THROUGH })
    try {
      // Only few requests are conditional, and one of them at least has to meet it.
      await moved(STORES['the double']?.() as Store, 2, fault === 'conflict' ? 15 : 3, proxy.endpoint)
      expect(proxy.happened.length).toBeGreaterThan(0)
      expect(proxy.elsewhere).toEqual([])
    } finally {
      await proxy.close()
    }
  },
)
