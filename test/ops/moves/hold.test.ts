import { describe, expect, test } from 'vitest'
import { makeStage, refused, type Stage } from '../registry.ts'

// A hold refuses every move forward (6), whoever asks, naming who, when and why. A person passes with --override (logged; the hold stays)
// or lifts it; automation can do neither. Nothing refuses hold.

async function held(): Promise<Stage> {
  const stage = makeStage()
  for (const n of [1, 2, 3]) await stage.bundle({ model: `m${n}` })
  for (const n of [1, 2]) await stage.ana.promote(`v${n}`, 'prod')
  await stage.ben.hold('prod', { reason: 'release freeze' })
  stage.wait(60)
  return stage
}

const version = async (stage: Stage): Promise<string | undefined> =>
  (await stage.newest('prod')).route?.arms.stable?.version

test('hold keeps route and back, and says who, when and why', async () => {
  const stage = await held()
  const [before, entry] = (await stage.entries('prod')).slice(-2)
  expect(entry).toMatchObject({
    action: 'hold',
    route: before?.route,
    back: before?.back,
    settled: 2,
    left: [],
    marks: [],
  })
  expect(entry?.from).toBe(entry?.to)
  expect(entry?.hold).toEqual({ by: stage.ben.actor, at: entry?.at, reason: 'release freeze' })
})

describe('a move forward is refused with 6, naming who, when and why', () => {
  test('a person gets both ways past it, and both run as printed', async () => {
    const stage = await held()
    const error = await refused(stage.ana.promote('v3', 'prod'))
    expect([error.code, error.exit]).toEqual(['HELD', 6])
    expect(error.message).toMatch(/prod was not moved: ben holds prod since 2026-10-01T12:00:00.000Z: release freeze/)
    expect(error.next).toEqual(['aiship unhold prod', 'aiship promote v3 prod --override "REASON"'])
    expect(error.details).toMatchObject({ held_by: 'ben', reason: 'release freeze' })
    expect(await stage.entries('prod')).toHaveLength(3)
    await stage.ana.type(error.next[1] ?? '')
    expect(await version(stage)).toBe('v3')
  })

  test('the one who set it is refused too', async () => {
    const stage = await held()
    expect((await refused(stage.ben.promote('v3', 'prod'))).code).toBe('HELD')
  })

  test('automation is refused, and is offered nothing that it may not do', async () => {
    const stage = await held()
    const error = await refused(stage.retrain.promote('v3', 'prod'))
    expect([error.code, error.exit, error.next]).toEqual(['HELD', 6, ['aiship log prod']])
    expect(error.hint).toContain('a person')
  })

  test('resetting a route is a move as well', async () => {
    const stage = makeStage()
    const [a, b] = [await stage.bundle({ model: 'a' }), await stage.bundle({ model: 'b' })]
    await stage.write('prod', {
      route: {
        arms: { stable: a, candidate: b },
        serve: [{ to: { candidate: 5000, stable: 95_000 } }],
        fallback: 'stable',
      },
    })
    await stage.ben.hold('prod')
    expect((await refused(stage.ana.promote('v1', 'prod', { resetRoute: true }))).code).toBe('HELD')
  })

  test('what is there already is no move', async () => {
    const stage = await held()
    expect((await stage.retrain.promote('v2', 'prod')).changed).toBe(false)
  })
})

test('a hold and a bad mark are named together, with a way past each', async () => {
  const stage = await held()
  await stage.ben.mark('v3', 'bad', { reason: 'leaks' })
  const error = await refused(stage.ana.promote('v3', 'prod'))
  expect([error.code, error.exit]).toEqual(['HELD', 6])
  expect(error.message).toMatch(/ben holds prod since .*release freeze; and v3 was marked bad by ben at .*leaks/)
  expect(error.details).toMatchObject({ held_by: 'ben', also: [{ code: 'MARKED_BAD', marked_by: 'ben' }] })
  for (const line of error.next.slice(0, -1)) await stage.ana.type(line)
  expect((await stage.ana.promote('v3', 'prod')).changed).toBe(true)
})

describe('past it', () => {
  test('--override moves, is logged, and the hold stays for the next one', async () => {
    const stage = await held()
    await stage.ana.promote('v3', 'prod', { override: 'security fix', reason: 'CVE' })
    const entry = await stage.newest('prod')
    expect(entry).toMatchObject({
      override: 'security fix',
      reason: 'CVE',
      hold: { by: stage.ben.actor, reason: 'release freeze' },
    })
    expect(stage.warnings).toMatchObject([{ code: 'HELD' }])
    expect((await refused(stage.ana.promote('v1', 'prod'))).code).toBe('HELD')
  })

  test('automation can neither override nor unhold: exit 6', async () => {
    const stage = await held()
    for (const attempt of [stage.retrain.promote('v3', 'prod', { override: 'urgent' }), stage.retrain.unhold('prod')]) {
      const error = await refused(attempt)
      expect([error.code, error.exit]).toEqual(['PERSON_NEEDED', 6])
    }
    expect((await stage.newest('prod')).hold).not.toBeNull()
    expect(await version(stage)).toBe('v2')
  })

  test('a person lifts it, and it is open for everybody', async () => {
    const stage = await held()
    const { data } = await stage.ana.unhold('prod', { reason: 'freeze over' })
    expect(data).toMatchObject({ action: 'unhold', hold: null, reason: 'freeze over', undo: 'aiship undo prod@4' })
    await stage.retrain.promote('v3', 'prod')
    expect(await version(stage)).toBe('v3')
  })

  test('lifting none is a success that writes nothing, for automation too', async () => {
    const stage = await held()
    await stage.ana.unhold('prod')
    expect((await stage.ana.unhold('prod')).changed).toBe(false)
    expect((await stage.retrain.unhold('prod')).changed).toBe(false)
    expect(await stage.entries('prod')).toHaveLength(4)
  })
})

test('every rollback sets it, and so an automated retraining job cannot undo it', async () => {
  const stage = makeStage()
  for (const n of [1, 2, 3]) await stage.bundle({ model: `m${n}` })
  for (const n of [1, 2]) await stage.ana.promote(`v${n}`, 'prod')
  await stage.ana.rollback('prod', { reason: 'recall fell' })
  for (const attempt of [
    stage.retrain.promote('v2', 'prod'),
    stage.retrain.promote('v3', 'prod'),
    stage.retrain.promote('v3', 'prod', { override: 'x' }),
    stage.retrain.promote('v3', 'prod', { resetRoute: true }),
    stage.retrain.unhold('prod'),
    stage.retrain.undo('prod@3'),
    stage.retrain.rollback('prod', { to: 'v2' }),
  ])
    expect((await refused(attempt)).exit).toBe(6)
  expect(await version(stage)).toBe('v1')
})

test('a second hold replaces who and why; nothing refuses a hold', async () => {
  const stage = await held()
  await stage.retrain.hold('prod', { reason: 'drift' })
  expect((await stage.newest('prod')).hold).toMatchObject({ by: stage.retrain.actor, reason: 'drift' })
  await stage.ana.retire('prod')
  expect((await stage.ana.hold('prod', { reason: 'stay away' })).changed).toBe(true)
})

test('a hold outlives retiring: what comes back is still held', async () => {
  const stage = await held()
  await stage.ana.retire('prod')
  expect((await refused(stage.retrain.promote('v3', 'prod'))).code).toBe('HELD')
})

test('hold, unhold and retire of nothing: exit 3; of a name that is none: exit 2', async () => {
  const stage = await held()
  for (const verb of ['hold', 'unhold', 'retire'] as const) {
    expect((await refused(stage.ana[verb]('prdo'))).hint).toBe('did you mean prod?')
    expect((await refused(stage.ana[verb]('staging'))).exit).toBe(3)
    expect((await refused(stage.ana[verb]('../prod'))).exit).toBe(2)
  }
})
