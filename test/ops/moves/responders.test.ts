import { describe, expect, test } from 'vitest'
import { automation, human, makeStage, refused, type Stage } from '../registry.ts'

// Two people at one incident. The second one's plain rollback must not go behind the first one's unseen; the same person typing twice
// goes further back.

async function incident(): Promise<Stage> {
  const stage = makeStage()
  for (const n of [1, 2, 3]) {
    await stage.bundle({ model: `m${n}` })
    await stage.ana.promote(`v${n}`, 'prod')
  }
  stage.wait(3600)
  return stage
}

const version = async (stage: Stage): Promise<string | undefined> =>
  (await stage.newest('prod')).route?.arms.stable?.version

test("another's rollback of a moment ago: exit 5, nothing changed, who did what when and why", async () => {
  const stage = await incident()
  await stage.ana.rollback('prod', { reason: 'recall fell' })
  stage.wait(40)
  const error = await refused(stage.ben.rollback('prod'))
  expect([error.code, error.exit]).toEqual(['ROLLED_BACK_BY_ANOTHER', 5])
  expect(error.message).toBe('ana rolled prod back to v2 40 s ago: recall fell; nothing was changed by you')
  expect(error.next.at(-1)).toBe('aiship rollback prod --expect 4')
  expect(error.details).toMatchObject({ by: 'ana', seq: 4 })
  expect(await stage.entries('prod')).toHaveLength(4)
})

test('the printed command goes further, as printed', async () => {
  const stage = await incident()
  await stage.ana.rollback('prod')
  const error = await refused(stage.ben.rollback('prod'))
  await stage.ben.type(error.next.at(-1) ?? '')
  expect(await version(stage)).toBe('v1')
})

test('and is refused in turn if the pointer has moved since: exit 5', async () => {
  const stage = await incident()
  await stage.ana.rollback('prod')
  const error = await refused(stage.ben.rollback('prod'))
  await stage.ana.hold('prod', { reason: 'looking' })
  const late = await refused(stage.ben.type(error.next.at(-1) ?? ''))
  expect([late.code, late.exit]).toEqual(['POINTER_MOVED', 5])
  expect(late.hint).toContain('ana did: hold "looking"')
  expect(await version(stage)).toBe('v2')
})

test('the same actor typing twice goes further back', async () => {
  const stage = await incident()
  await stage.ana.rollback('prod')
  stage.wait(5)
  await stage.ana.rollback('prod')
  expect(await version(stage)).toBe('v1')
})

describe('how long it counts', () => {
  test.each<[number, boolean]>([
    [0, true],
    [599, true],
    [600, false],
    [86_400, false],
  ])('after %i s: refused %s', async (seconds, isRefused) => {
    const stage = await incident()
    await stage.ana.rollback('prod')
    stage.wait(seconds)
    if (isRefused) expect((await refused(stage.ben.rollback('prod'))).exit).toBe(5)
    else expect((await stage.ben.rollback('prod')).data.to_version).toBe('v1')
  })
})

describe('who is another', () => {
  test.each([
    ['a person of another name', human('ben')],
    ['a program of another name', automation('watch')],
    ['a program that calls itself like the person', automation('ana')],
  ])('%s', async (_, actor) => {
    const stage = await incident()
    await stage.ana.rollback('prod')
    expect((await refused(stage.as(actor).rollback('prod'))).code).toBe('ROLLED_BACK_BY_ANOTHER')
  })

  test('a person after a program', async () => {
    const stage = await incident()
    await stage.retrain.rollback('prod')
    expect((await refused(stage.ana.rollback('prod'))).message).toContain('retrain rolled prod back')
  })
})

describe('only the newest move counts', () => {
  test('a hold or its lifting on top does not hide the rollback', async () => {
    const stage = await incident()
    await stage.ana.rollback('prod')
    await stage.ana.unhold('prod')
    await stage.ana.hold('prod')
    const error = await refused(stage.ben.rollback('prod'))
    expect(error.next.at(-1)).toBe('aiship rollback prod --expect 6')
    await stage.ben.type(error.next.at(-1) ?? '')
    expect(await version(stage)).toBe('v1')
  })

  test('a promote on top does', async () => {
    const stage = await incident()
    await stage.ana.rollback('prod')
    await stage.ana.promote('v3', 'prod', { override: 'false alarm' })
    expect((await stage.ben.rollback('prod')).data.to_version).toBe('v2')
  })

  test('an undo on top does', async () => {
    const stage = await incident()
    await stage.ana.rollback('prod')
    await stage.ana.undo('prod@4')
    expect((await stage.ben.rollback('prod')).data.to_version).toBe('v2')
  })

  test("another pointer's rollback does not count", async () => {
    const stage = await incident()
    await stage.ana.promote('v1', 'staging')
    await stage.ana.promote('v2', 'staging')
    await stage.ana.rollback('staging')
    expect((await stage.ben.rollback('prod')).changed).toBe(true)
  })
})

test('a named target is no plain rollback: it goes where it says', async () => {
  const stage = await incident()
  await stage.ana.rollback('prod')
  await stage.ben.rollback('prod', { to: 'v1' })
  expect(await version(stage)).toBe('v1')
})

test('both at once: one wins, the other is told (5); nothing goes twice as far', async () => {
  for (let round = 0; round < 20; round++) {
    const stage = await incident()
    const both = await Promise.allSettled([stage.ana.rollback('prod'), stage.ben.rollback('prod')])
    const lost = both.filter((one) => one.status === 'rejected')
    expect(lost).toHaveLength(1)
    expect((await refused(Promise.reject(lost[0]?.reason))).exit).toBe(5)
    expect(await version(stage)).toBe('v2')
    expect(await stage.entries('prod')).toHaveLength(4)
  }
})
