import { describe, expect, test } from 'vitest'
import { type Digest, hexOf } from '../../../src/core/digest.ts'
import { AishipError } from '../../../src/core/errors.ts'
import type { Registry } from '../../../src/core/ports.ts'
import { APP, makeStage, refused, type Stage } from '../registry.ts'

// What is damaged keeps nobody from going back, and lets nobody forward: unknown never promotes, and nothing refuses a rollback but the
// bytes of what it would restore.

/** A registry in which the marks of some digests can't be read, and everything that was read of a pointer's log is counted. */
async function fragile(): Promise<{ stage: Stage; unreadable: Set<Digest>; reads: () => number }> {
  const unreadable = new Set<Digest>()
  let reads = 0
  const wrap = (registry: Registry): Registry => ({
    ...registry,
    logs: {
      ...registry.logs,
      tip: async (log) => {
        if (log.startsWith('pointers/')) reads += 1
        const record = await registry.logs.tip(log)
        const isDamaged = [...unreadable].some((digest) => log === `marks/${hexOf(digest)}`)
        return isDamaged ? { seq: record?.seq ?? 1, bytes: Buffer.from('damaged') } : record
      },
      read: async (log, seq) => {
        if (log.startsWith('pointers/')) reads += 1
        return registry.logs.read(log, seq)
      },
    },
  })
  const stage = makeStage({ wrap })
  for (const n of [1, 2, 3]) await stage.bundle({ model: `m${n}` })
  for (const n of [1, 2, 3]) await stage.ana.promote(`v${n}`, 'prod')
  return { stage, unreadable, reads: () => reads }
}

const bundle = async (stage: Stage, ref: string): Promise<Digest> => (await stage.ana.resolve(ref)).data.bundle
const version = async (stage: Stage): Promise<string | undefined> =>
  (await stage.newest('prod')).route?.arms.stable?.version

describe('marks that can’t be read', () => {
  test('of what was left: the rollback is done, and its error says that only the marks are missing', async () => {
    const { stage, unreadable } = await fragile()
    unreadable.add(await bundle(stage, 'v3'))
    const error = await refused(stage.ana.rollback('prod'))
    expect([error.exit, error.details.changed, await version(stage)]).toEqual([7, true, 'v2'])
  })

  test('and the next rollback, hold and unhold go on all the same, with a warning', async () => {
    const { stage, unreadable } = await fragile()
    await stage.ana.rollback('prod')
    unreadable.add(await bundle(stage, 'v3'))
    stage.warnings.length = 0
    await stage.ana.rollback('prod', { mark: false })
    expect(await version(stage)).toBe('v1')
    expect(stage.warnings).toMatchObject([{ code: 'CORRUPT', message: expect.stringContaining('the marks of prod@4') }])
    await stage.ana.hold('prod')
    await stage.ana.unhold('prod')
  })

  test('of a bundle: no move forward to it, override or not (7)', async () => {
    const { stage, unreadable } = await fragile()
    unreadable.add(await bundle(stage, 'v1'))
    for (const override of [null, 'known']) {
      expect((await refused(stage.ana.promote('v1', 'prod', { override }))).exit).toBe(7)
      expect((await refused(stage.ana.promote('v1', 'staging', { override }))).exit).toBe(7)
    }
    expect(await version(stage)).toBe('v3')
  })

  test('of what a rollback would restore: 7, and a command that a person may type', async () => {
    const { stage, unreadable } = await fragile()
    unreadable.add(await bundle(stage, 'v2'))
    const error = await refused(stage.ana.rollback('prod'))
    expect([error.exit, error.next.at(-1)]).toEqual([7, 'aiship rollback prod --to v2'])
    expect((await refused(stage.retrain.rollback('prod', { to: 'v2' }))).exit).toBe(7)
    await stage.ana.type(error.next.at(-1) ?? '')
    expect(await version(stage)).toBe('v2')
    expect(stage.warnings).toMatchObject([{ code: 'CORRUPT', message: expect.stringContaining("can't be told") }])
  })
})

describe('a write that nobody answered', () => {
  test('ends with 9, the operation to look for, and how to run it again', async () => {
    let isOn = false
    const wrap = (registry: Registry): Registry => ({
      ...registry,
      logs: {
        ...registry.logs,
        append: async (log, seq, bytes) => {
          const outcome = await registry.logs.append(log, seq, bytes)
          if (isOn && log === `pointers/${APP}/prod`)
            throw new AishipError('OUTCOME_UNKNOWN', 'no answer from the registry')
          return outcome
        },
      },
    })
    const stage = makeStage({ wrap })
    for (const n of [1, 2]) await stage.bundle({ model: `m${n}` })
    await stage.ana.promote('v1', 'prod')
    isOn = true
    const error = await refused(stage.ana.promote('v2', 'prod', { op: 'deploy-7' }))
    isOn = false
    expect([error.code, error.exit, error.next]).toEqual(['OUTCOME_UNKNOWN', 9, ['aiship log prod --op deploy-7']])
    expect(error.hint).toContain('--op deploy-7 --expect 1')
    await stage.ana.type(error.next[0] ?? '')
    const again = await stage.ana.promote('v2', 'prod', { op: 'deploy-7', expect: 1 })
    expect([again.changed, again.data.seq]).toEqual([false, 2])
  })
})

test('a rollback reads the same few entries, whatever the history', async () => {
  const counts: number[] = []
  for (const length of [3, 300]) {
    const { stage, reads } = await fragile()
    for (let i = 0; i < length; i++) await stage.ana.promote(`v${1 + (i % 3)}`, 'prod')
    const before = reads()
    await stage.ana.rollback('prod')
    counts.push(reads() - before)
  }
  expect(counts[1]).toBe(counts[0])
  expect(counts[1]).toBeLessThanOrEqual(4)
})
