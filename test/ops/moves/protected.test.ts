import { describe, expect, test } from 'vitest'
import { makeStage, refused, type Stage } from '../registry.ts'

// A protected pointer asks y/N before it goes forward; a rollback never asks. Without an aiship.yaml the newest entry's policy applies;
// where there is none, promote to an existing pointer refuses (6) and a rollback does not.

async function twice(stage: Stage): Promise<Stage> {
  for (const n of [1, 2]) await stage.bundle({ model: `m${n}` })
  for (const n of [1, 2]) await stage.ana.promote(`v${n}`, 'prod')
  stage.questions.length = 0
  return stage
}

const guarded = (): Promise<Stage> =>
  twice(makeStage({ declared: { prod: { protected: true }, staging: { protected: false } } }))

test('promote asks, naming pointer and version', async () => {
  const stage = await guarded()
  await stage.ana.promote('v1', 'prod')
  expect(stage.questions).toEqual(['Move prod to v1?'])
})

test('no is no: exit 130, nothing changed', async () => {
  const stage = await guarded()
  stage.say(false)
  for (const attempt of [
    () => stage.ana.promote('v1', 'prod'),
    () => stage.ana.undo('prod@2'),
    () => stage.ana.retire('prod'),
  ]) {
    const error = await refused(attempt())
    expect([error.code, error.exit]).toEqual(['INTERRUPTED', 130])
    expect(error.message).toContain('nothing was changed')
  }
  expect(await stage.entries('prod')).toHaveLength(2)
})

test('a pointer that is not protected asks nothing', async () => {
  const stage = await guarded()
  await stage.ana.promote('v1', 'staging')
  expect(stage.questions).toEqual([])
})

test('what is refused anyway is refused before anybody is asked', async () => {
  const stage = await guarded()
  await stage.ben.hold('prod')
  await refused(stage.ana.promote('v1', 'prod'))
  expect(stage.questions).toEqual([])
})

/** Retires with a yes, then again. */
async function retired(stage: Stage): Promise<unknown> {
  stage.say(true)
  await stage.ana.retire('prod')
  stage.questions.length = 0
  return stage.ana.retire('prod')
}

describe('never asked', () => {
  test.each<[string, (stage: Stage) => Promise<unknown>]>([
    ['rollback', (stage) => stage.ana.rollback('prod')],
    ['rollback --to', (stage) => stage.ana.rollback('prod', { to: 'v1' })],
    ['hold', (stage) => stage.ana.hold('prod')],
    ['undo of a hold', (stage) => stage.ana.hold('prod').then(() => stage.ana.undo('prod@3'))],
    ['retire of what is retired', (stage) => retired(stage)],
    ['mark', (stage) => stage.ana.mark('prod', 'bad')],
  ])('%s', async (_, act) => {
    const stage = await guarded()
    stage.say(false)
    await act(stage)
    expect(stage.questions).toEqual([])
  })
})

test('undo asks when it puts back what the undone move left', async () => {
  const stage = await guarded()
  await stage.ana.rollback('prod')
  await stage.ana.undo('prod@3')
  expect(stage.questions).toEqual(['Put v2 back on prod?'])
})

test('the aiship.yaml at hand decides, not what stood in it when the pointer last moved', async () => {
  const stage = await twice(makeStage({ declared: { prod: { protected: true } } }))
  await stage.write('prod', {
    route: (await stage.newest('prod')).route ?? { arms: {}, serve: [], fallback: '' },
    policy: { protected: false },
  })
  await stage.ana.rollback('prod')
  await stage.ana.undo('prod@4')
  expect(stage.questions).toHaveLength(1)
})

describe('without an aiship.yaml', () => {
  /** A pointer that somebody with an aiship.yaml made, and a person without one. */
  async function elsewhere(policy: { protected: boolean } | null): Promise<Stage> {
    const stage = makeStage({ declared: null })
    const arms = [
      await stage.bundle({ model: 'm1' }),
      await stage.bundle({ model: 'm2' }),
      await stage.bundle({ model: 'm3' }),
    ]
    for (const arm of arms.slice(0, 2))
      await stage.write('prod', {
        route: { arms: { stable: arm }, serve: [{ to: { stable: 100_000 } }], fallback: 'stable' },
        policy,
      })
    return stage
  }

  test("the newest entry's policy applies: protected", async () => {
    const stage = await elsewhere({ protected: true })
    await stage.ana.promote('v3', 'prod')
    expect(stage.questions).toEqual(['Move prod to v3?'])
    expect((await stage.newest('prod')).policy).toEqual({ protected: true })
  })

  test('and not protected', async () => {
    const stage = await elsewhere({ protected: false })
    await stage.ana.promote('v3', 'prod')
    expect(stage.questions).toEqual([])
  })

  test('it is carried through rollback, hold and undo, so that it still applies after them', async () => {
    const stage = await elsewhere({ protected: true })
    await stage.ana.rollback('prod')
    await stage.ana.unhold('prod')
    await stage.ana.undo('prod@4')
    expect((await stage.entries('prod')).map((entry) => entry.policy)).toEqual(Array(5).fill({ protected: true }))
  })

  test('where there is none, promote to an existing pointer refuses: exit 6', async () => {
    const stage = await elsewhere(null)
    const error = await refused(stage.ana.promote('v3', 'prod'))
    expect([error.code, error.exit]).toEqual(['POLICY_UNKNOWN', 6])
    expect(error.hint).toContain('rollback works anywhere')
    expect((await refused(stage.ana.promote('v3', 'prod', { create: true }))).code).toBe('POLICY_UNKNOWN')
  })

  test('and rollback, hold, unhold and mark do not', async () => {
    const stage = await elsewhere(null)
    expect((await stage.ana.rollback('prod')).data.to_version).toBe('v1')
    expect((await stage.ana.unhold('prod')).changed).toBe(true)
    expect((await stage.ana.hold('prod')).changed).toBe(true)
    expect((await stage.ana.mark('v2', 'bad')).changed).toBe(true)
  })

  test('a pointer that is not there: exit 3, and --create makes it', async () => {
    const stage = await elsewhere(null)
    expect((await refused(stage.ana.promote('v3', 'staging'))).exit).toBe(3)
    expect((await stage.ana.promote('v3', 'staging', { create: true })).changed).toBe(true)
    expect((await stage.ana.promote('v1', 'staging')).changed).toBe(true)
  })

  test('log and resolve work', async () => {
    const stage = await elsewhere(null)
    expect((await stage.ana.log('prod')).data.total).toBe(2)
    expect((await stage.ana.resolve('prod~1')).data.version).toBe('v1')
  })
})
