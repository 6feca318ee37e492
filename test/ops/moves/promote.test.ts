import { describe, expect, test } from 'vitest'
import { losing, makeStage, plain, refused, routed, type Stage } from '../registry.ts'

// `promote` moves a pointer forward. Pointers are declared or made on purpose; what is there already is a success.

async function three(declared?: Parameters<typeof makeStage>[0]): Promise<Stage> {
  const stage = makeStage(declared)
  for (const n of [1, 2, 3]) await stage.bundle({ model: `m${n}` })
  return stage
}

test('the first entry: from nothing, plain, with the policy, nothing to undo', async () => {
  const stage = await three()
  const { changed, data } = await stage.ana.promote('v1', 'prod', { reason: 'launch' })
  const v1 = { bundle: data.to, version: 'v1' }
  expect(changed).toBe(true)
  expect(data).toMatchObject({
    pointer: 'prod',
    seq: 1,
    from: null,
    from_version: null,
    to_version: 'v1',
    reason: 'launch',
    undo: null,
    left: [],
  })
  expect(await stage.newest('prod')).toMatchObject({
    action: 'promote',
    route: { arms: { stable: v1 } },
    back: null,
    policy: { protected: false },
  })
})

test('the next one says from, to, what it left and the undo', async () => {
  const stage = await three()
  const first = await stage.ana.promote('v1', 'prod')
  const { data } = await stage.retrain.promote('v2', 'prod')
  expect(data).toMatchObject({
    seq: 2,
    from: first.data.to,
    from_version: 'v1',
    to_version: 'v2',
    undo: 'aiship undo prod@2',
    marks: [],
    hold: null,
  })
  expect(data.actor).toEqual(stage.retrain.actor)
  expect(data.left.map((arm) => arm.version)).toEqual(['v1'])
})

test('of what is there already: changed: false, nothing written, nobody asked, nothing to undo', async () => {
  const stage = await three({ declared: { prod: { protected: true } } })
  await stage.ana.promote('v1', 'prod')
  stage.questions.length = 0
  const again = await stage.ben.promote('v1', 'prod')
  expect([again.changed, again.data.seq, again.data.undo]).toEqual([false, 1, null])
  expect(again.data.from).toBe(again.data.to)
  expect(stage.questions).toEqual([])
  expect(await stage.entries('prod')).toHaveLength(1)
})

describe('a pointer that is neither declared nor there', () => {
  test('exit 3, with the nearest name and a command that runs', async () => {
    const stage = await three()
    await stage.ana.promote('v1', 'prod')
    const error = await refused(stage.ana.promote('v2', 'prdo'))
    expect([error.code, error.exit, error.hint]).toEqual(['POINTER_UNKNOWN', 3, 'did you mean prod?'])
    expect(error.next).toEqual(['aiship promote v2 prdo --create', 'aiship promote v2 prod'])
    await stage.ana.type(error.next.at(-1) ?? '')
    expect((await stage.newest('prod')).seq).toBe(2)
    expect(await stage.entries('prdo')).toEqual([])
  })

  test('with nothing near: exit 3, next --create, which makes it', async () => {
    const stage = await three()
    const error = await refused(stage.ana.promote('v2', 'eu-west'))
    expect(error.next).toEqual(['aiship promote v2 eu-west --create'])
    await stage.ana.type(error.next[0] ?? '')
    expect(await stage.newest('eu-west')).toMatchObject({ seq: 1, policy: { protected: false } })
  })

  test('once made, it needs no --create', async () => {
    const stage = await three()
    await stage.ana.promote('v1', 'eu-west', { create: true })
    expect((await stage.ana.promote('v2', 'eu-west')).changed).toBe(true)
  })

  test('--create of a declared one is no error', async () => {
    const stage = await three()
    expect((await stage.ana.promote('v1', 'prod', { create: true })).changed).toBe(true)
  })

  test('a retired one is not there either', async () => {
    const stage = await three()
    await stage.ana.promote('v1', 'eu-west', { create: true })
    await stage.ana.retire('eu-west')
    const error = await refused(stage.ana.promote('v2', 'eu-west'))
    expect([error.exit, error.hint]).toEqual([3, 'eu-west was retired; a rollback brings it back'])
    expect((await stage.ana.promote('v2', 'eu-west', { create: true })).data.seq).toBe(3)
  })

  test.each(['deadbee', '3f9a2c51ab12', 'v7', 'Prod', '../prod', 'a'.repeat(64)])(
    'a name such as %j is none (2), --create or not',
    async (name) => {
      const stage = await three()
      for (const create of [false, true]) {
        const error = await refused(stage.ana.promote('v1', name, { create }))
        expect([error.code, error.exit]).toEqual(['USAGE', 2])
      }
    },
  )

  test("a label's name is taken: exit 5", async () => {
    const stage = await three()
    const v1 = (await stage.ana.resolve('v1')).data
    await stage.label('golden', { bundle: v1.bundle, version: v1.version })
    const error = await refused(stage.ana.promote('v2', 'golden', { create: true }))
    expect([error.code, error.exit]).toEqual(['LABEL_TAKEN', 5])
    expect((await stage.ana.resolve('golden')).data.version).toBe('v1')
  })
})

describe('what it takes', () => {
  test.each(['v2', 'staging', 'staging@1', 'staging~0', 'golden', '@last'])('%s', async (ref) => {
    const stage = await three()
    await stage.ana.promote('v2', 'staging')
    const v2 = (await stage.ana.resolve('v2')).data
    await stage.label('golden', { bundle: v2.bundle, version: 'v2' })
    stage.memory.set('last', Buffer.from(v2.bundle))
    expect((await stage.ana.promote(ref, 'prod')).data.to_version).toBe('v2')
  })

  test('a digest, and the start of one', async () => {
    const stage = await three()
    const { bundle } = (await stage.ana.resolve('v2')).data
    for (const ref of [bundle, bundle.slice(0, 19), bundle.slice(7, 19)]) {
      expect((await stage.ana.promote(ref, 'prod')).data.to_version).toBe('v2')
    }
  })

  test.each(['@newest', '@work'])('not %s: exit 2, and nothing is written', async (ref) => {
    const stage = await three()
    expect((await refused(stage.ana.promote(ref, 'prod'))).exit).toBe(2)
    expect(await stage.entries('prod')).toEqual([])
  })

  test.each(['v9', 'nothing', 'abcdef0', '@last'])('not %s, which is not there: exit 3', async (ref) => {
    const stage = await three()
    expect((await refused(stage.ana.promote(ref, 'prod'))).exit).toBe(3)
    expect(await stage.entries('prod')).toEqual([])
  })
})

test('a bundle that is not whole in this registry is refused with 7, naming what is missing', async () => {
  const { wrap, lose } = losing()
  const stage = await three({ wrap })
  lose('m2')
  const error = await refused(stage.ana.promote('v2', 'prod'))
  expect([error.code, error.exit]).toEqual(['OBJECT_MISSING', 7])
  expect(error.message).toContain('model')
  expect((await stage.ana.promote('v1', 'prod')).changed).toBe(true)
})

test('external components need not be there', async () => {
  const stage = makeStage()
  await stage.bundle({ model: 'm1', lake: null })
  expect((await stage.ana.promote('v1', 'prod')).data.not_restored).toEqual(['lake'])
})

describe('on a pointer with rules', () => {
  const withRules = async (): Promise<Stage> => {
    const stage = await three()
    const [a, b] = [(await stage.ana.resolve('v1')).data, (await stage.ana.resolve('v2')).data].map(
      ({ bundle, version }) => ({ bundle, version }),
    )
    if (a === undefined || b === undefined) throw new Error('not resolved')
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }) })
    return stage
  }

  test('replaces the fallback arm, keeps the rules, and says so', async () => {
    const stage = await withRules()
    const before = await stage.newest('prod')
    const { data } = await stage.ana.promote('v3', 'prod')
    const { route } = await stage.newest('prod')
    expect(route).toEqual({
      ...before.route,
      arms: { ...before.route?.arms, stable: { bundle: data.to, version: 'v3' } },
    })
    expect(stage.warnings).toMatchObject([{ code: 'RULES_KEPT', message: expect.stringContaining('--reset-route') }])
  })

  test('--reset-route drops them', async () => {
    const stage = await withRules()
    const { data } = await stage.ana.promote('v3', 'prod', { resetRoute: true })
    expect((await stage.newest('prod')).route).toEqual(plain({ bundle: data.to ?? 'sha256:', version: 'v3' }))
    expect(data.left.map((arm) => arm.version).toSorted()).toEqual(['v1', 'v2'])
    expect(stage.warnings).toEqual([])
  })

  test('--reset-route works for the bundle that is the main one already', async () => {
    const stage = await withRules()
    expect((await stage.ana.promote('v1', 'prod')).changed).toBe(false)
    const { changed, data } = await stage.ana.promote('v1', 'prod', { resetRoute: true })
    expect([changed, data.from === data.to]).toEqual([true, true])
    expect((await stage.ana.promote('v1', 'prod', { resetRoute: true })).changed).toBe(false)
  })

  test('undo puts the rules back', async () => {
    const stage = await withRules()
    const before = await stage.newest('prod')
    const { data } = await stage.ana.promote('v3', 'prod', { resetRoute: true })
    await stage.ana.type(data.undo ?? '')
    expect((await stage.newest('prod')).route).toEqual(before.route)
  })
})
