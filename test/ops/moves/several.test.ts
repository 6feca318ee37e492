import { describe, expect, test } from 'vitest'
import type { RollbackAllData } from '../../../src/core/model.gen.ts'
import type { Registry } from '../../../src/core/ports.ts'
import { APP, makeStage, refused, type Stage } from '../registry.ts'

// Several pointers may be named in one rollback: one entry and one line each, exit code of the worst; one that fails does not stop the others.

const POINTERS = ['prod-eu', 'prod-us', 'prod-ap']

async function regions(wrap?: (registry: Registry) => Registry): Promise<Stage> {
  const declared = Object.fromEntries(POINTERS.map((pointer) => [pointer, { protected: false }]))
  const stage = makeStage(wrap === undefined ? { declared } : { declared, wrap })
  for (const n of [1, 2, 3]) await stage.bundle({ model: `m${n}` })
  for (const pointer of POINTERS) for (const n of [1, 2]) await stage.ana.promote(`v${n}`, pointer)
  return stage
}

const versions = async (stage: Stage): Promise<readonly (string | undefined)[]> =>
  Promise.all(POINTERS.map(async (pointer) => (await stage.newest(pointer)).route?.arms.stable?.version))

const lines = (data: RollbackAllData) => ('pointers' in data ? data.pointers : [])

test('each gets its own entry, hold and undo, with one operation', async () => {
  const stage = await regions()
  const { changed, data } = await stage.ana.rollbackAll(POINTERS, { reason: 'recall fell' })
  expect(changed).toBe(true)
  expect(lines(data).map((one) => [one.pointer, one.changed, one.result.to_version, one.result.undo])).toEqual(
    POINTERS.map((pointer) => [pointer, true, 'v1', `aiship undo ${pointer}@3`]),
  )
  expect(new Set(lines(data).map((one) => one.result.op)).size).toBe(1)
  expect(await versions(stage)).toEqual(['v1', 'v1', 'v1'])
})

test('what is left is marked for each pointer, and not for the registry', async () => {
  const stage = await regions()
  await stage.ana.rollbackAll(POINTERS)
  const marks = await stage.marksOn((await stage.ana.resolve('v2')).data.bundle)
  expect(marks.map((mark) => mark.scope)).toEqual(POINTERS.map((pointer) => ({ app: APP, pointer })))
})

test('undoing one of them lifts its own mark alone', async () => {
  const stage = await regions()
  await stage.ana.rollbackAll(POINTERS)
  await stage.ana.undo('prod-us@3')
  expect(await versions(stage)).toEqual(['v1', 'v2', 'v1'])
  await stage.ana.promote('v3', 'prod-us')
  expect((await stage.ana.promote('v2', 'prod-us')).changed).toBe(true)
  expect((await refused(stage.ana.promote('v2', 'prod-eu'))).message).toContain('v2 was marked bad for prod-eu')
})

test('the same operation again: changed: false, the same answer for each', async () => {
  const stage = await regions()
  const first = await stage.ana.rollbackAll(POINTERS, { op: 'incident-1' })
  const again = await stage.ana.rollbackAll(POINTERS, { op: 'incident-1' })
  expect(again.changed).toBe(false)
  expect(lines(again.data).map((one) => one.result)).toEqual(lines(first.data).map((one) => one.result))
})

test('a name given twice is rolled back once', async () => {
  const stage = await regions()
  await stage.ana.rollbackAll(['prod-eu', 'prod-us', 'prod-eu'])
  expect(await stage.entries('prod-eu')).toHaveLength(3)
})

test('one name is the plain rollback', async () => {
  const stage = await regions()
  expect((await stage.ana.rollbackAll(['prod-eu', 'prod-eu'])).data).toMatchObject({
    pointer: 'prod-eu',
    to_version: 'v1',
    skipped: [],
  })
})

test('no name at all: exit 2', async () => {
  expect((await refused((await regions()).ana.rollbackAll([]))).exit).toBe(2)
})

describe('one that fails', () => {
  test('does not stop the others; the worst code is the exit code, and what was done is said', async () => {
    const stage = await regions()
    await stage.ben.rollback('prod-eu')
    await stage.ben.mark('v1', 'bad')
    await stage.ben.mark('v1', 'good')
    const error = await refused(stage.ana.rollbackAll(['prod-eu', 'nowhere', 'prod-us']))
    expect([error.code, error.exit]).toEqual(['ROLLED_BACK_BY_ANOTHER', 5])
    expect(error.message).toMatch(
      /ben rolled prod-eu back.*; fraud has no pointer "nowhere"; rolled back prod-us to v1$/,
    )
    expect(error.details).toMatchObject({
      changed: true,
      pointers: [{ pointer: 'prod-us', changed: true }],
      failed: [
        { pointer: 'prod-eu', code: 'ROLLED_BACK_BY_ANOTHER' },
        { pointer: 'nowhere', code: 'POINTER_UNKNOWN' },
      ],
    })
    expect(error.next).toContain('aiship rollback prod-eu --expect 3')
    expect(await versions(stage)).toEqual(['v1', 'v1', 'v2'])
  })

  test('a failure that nobody foresaw does not stop them either: exit 1, said', async () => {
    const stage = await regions((registry) => ({
      ...registry,
      logs: {
        ...registry.logs,
        tip: async (log) => {
          if (log.endsWith('/prod-us') && (await registry.logs.tip(log))?.seq === 2 && isBroken)
            throw new TypeError('boom')
          return registry.logs.tip(log)
        },
      },
    }))
    isBroken = true
    const error = await refused(stage.ana.rollbackAll(POINTERS))
    isBroken = false
    expect([error.code, error.exit, error.details.changed]).toEqual(['INTERNAL', 1, true])
    expect(error.message).toMatch(/boom; rolled back prod-eu to v1, prod-ap to v1/)
    expect(await versions(stage)).toEqual(['v1', 'v2', 'v1'])
  })
  let isBroken = false

  test('where all fail, nothing was changed', async () => {
    const stage = await regions()
    const error = await refused(stage.ana.rollbackAll(['here', 'there']))
    expect([error.exit, error.details.changed]).toEqual([3, false])
  })
})

test('--expect is the entry of one pointer: exit 2, nothing changed', async () => {
  const stage = await regions()
  const error = await refused(stage.ana.rollbackAll(POINTERS, { expect: 2 }))
  expect([error.code, error.exit, error.next]).toEqual(['USAGE', 2, ['aiship rollback prod-eu --expect 2']])
  expect(await versions(stage)).toEqual(['v2', 'v2', 'v2'])
})

test('--to names one bundle for all of them', async () => {
  const stage = await regions()
  for (const pointer of POINTERS) await stage.ana.promote('v3', pointer)
  await stage.ana.rollbackAll(POINTERS, { to: 'v1' })
  expect(await versions(stage)).toEqual(['v1', 'v1', 'v1'])
})
