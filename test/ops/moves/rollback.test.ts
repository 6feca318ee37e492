import { describe, expect, test } from 'vitest'
import type { Component } from '../../../src/core/model.gen.ts'
import { availability } from '../../../src/ops/plan.ts'
import type { Stage } from '../registry.ts'
import { losing, makeStage, plain, refused, routed } from '../registry.ts'

// `rollback` restores the settled entry that `back` names, marks what it leaves, sets the hold; a second one goes further back.

/** v1 to v4, of which prod has served the named ones, in order. */
async function served(...versions: readonly string[]): Promise<Stage> {
  const stage = makeStage()
  for (const model of ['m1', 'm2', 'm3', 'm4']) await stage.bundle({ model, features: 'f' })
  for (const version of versions) await stage.ana.promote(version, 'prod')
  return stage
}

const now = async (stage: Stage): Promise<string | undefined> => {
  const { route } = await stage.newest('prod')
  return route?.arms[route.fallback]?.version
}

describe('what a plain rollback does', () => {
  test('goes back to what was served before, holds, and marks what it leaves bad for this pointer', async () => {
    const stage = await served('v1', 'v2')
    stage.wait(60)
    const { changed, data } = await stage.ana.rollback('prod', { reason: 'recall fell' })
    expect(changed).toBe(true)
    expect(data).toMatchObject({
      action: 'rollback',
      pointer: 'prod',
      seq: 3,
      from_version: 'v2',
      to_version: 'v1',
      skipped: [],
    })
    expect(data).toMatchObject({ registry: '.aiship', app: 'fraud', undo: 'aiship undo prod@3', reason: 'recall fell' })
    const entry = await stage.newest('prod')
    expect(entry).toMatchObject({ from: data.from, to: data.to, back: null, settled: 3 })
    expect(entry.left.map((arm) => arm.version)).toEqual(['v2'])
    expect(entry.hold).toEqual({ by: stage.ana.actor, at: stage.now(), reason: 'recall fell' })
    const marks = await stage.marksOn(data.from ?? 'sha256:')
    expect(marks).toMatchObject([
      {
        verdict: 'bad',
        scope: { app: 'fraud', pointer: 'prod' },
        op: entry.op,
        reason: 'recall fell',
        actor: stage.ana.actor,
      },
    ])
  })

  test('never renumbers: the log only grows', async () => {
    const stage = await served('v1', 'v2', 'v3')
    const before = await stage.entries('prod')
    await stage.ana.rollback('prod')
    expect((await stage.entries('prod')).slice(0, 3)).toEqual(before)
  })

  test('--no-hold leaves the pointer open; --no-mark marks nothing', async () => {
    const stage = await served('v1', 'v2')
    const { data } = await stage.ana.rollback('prod', { hold: false, mark: false })
    expect(data).toMatchObject({ hold: null, marks: [] })
    expect(await stage.marksOn(data.from ?? 'sha256:')).toEqual([])
    await stage.retrain.promote('v2', 'prod')
    expect(await now(stage)).toBe('v2')
  })

  test('--no-hold keeps a hold that stands', async () => {
    const stage = await served('v1', 'v2')
    await stage.ben.hold('prod', { reason: 'freeze' })
    await stage.ana.rollback('prod', { hold: false })
    expect((await stage.newest('prod')).hold).toMatchObject({ by: stage.ben.actor, reason: 'freeze' })
  })

  test('nothing refuses it: not a hold, not automation, not protection, not a missing aiship.yaml', async () => {
    const stage = makeStage({ declared: { prod: { protected: true } } })
    for (const model of ['m1', 'm2']) await stage.bundle({ model })
    for (const version of ['v1', 'v2']) await stage.ana.promote(version, 'prod')
    await stage.ben.hold('prod', { reason: 'freeze' })
    stage.questions.length = 0
    await stage.retrain.rollback('prod')
    expect(await now(stage)).toBe('v1')
    expect(stage.questions).toEqual([])
  })
})

describe('again goes further back, and never forward', () => {
  test('each rollback takes the back of the entry that it restores', async () => {
    const stage = await served('v1', 'v2', 'v3', 'v4')
    const seen: (string | undefined)[] = []
    for (let i = 0; i < 3; i++) {
      await stage.ana.rollback('prod')
      seen.push(await now(stage))
    }
    expect(seen).toEqual(['v3', 'v2', 'v1'])
    const error = await refused(stage.ana.rollback('prod'))
    expect([error.code, error.exit]).toEqual(['NOTHING_TO_ROLL_BACK', 3])
    expect(await now(stage)).toBe('v1')
  })

  test('after a fix forward it returns to what was restored, not to what was bad', async () => {
    const stage = await served('v1', 'v2')
    await stage.ana.rollback('prod')
    await stage.ana.promote('v3', 'prod', { override: 'fixed' })
    await stage.ana.rollback('prod')
    expect(await now(stage)).toBe('v1')
  })

  test('holds and their lifting in between do not count as something served', async () => {
    const stage = await served('v1', 'v2')
    await stage.ana.hold('prod')
    await stage.ana.unhold('prod')
    await stage.ana.hold('prod')
    await stage.ana.rollback('prod')
    expect(await now(stage)).toBe('v1')
  })

  test('an entry that serves what is served now is passed over: going back must leave something', async () => {
    const stage = await served('v1', 'v2', 'v1')
    await stage.ana.mark('v2', 'bad', { reason: 'leaks' })
    const error = await refused(stage.ana.rollback('prod'))
    expect([error.code, error.exit]).toEqual(['NOTHING_TO_ROLL_BACK', 3])
    expect(error.next).toEqual(['aiship rollback prod --to v2'])
    expect(await stage.entries('prod')).toHaveLength(3)
  })
})

describe('with no history', () => {
  test('one entry: exit 3, and nothing is written', async () => {
    const stage = await served('v1')
    const error = await refused(stage.ana.rollback('prod'))
    expect([error.code, error.exit]).toEqual(['NOTHING_TO_ROLL_BACK', 3])
    expect(error.message).toContain('prod has served nothing before v1')
    expect(error.next.at(-1)).toBe('aiship log prod')
    expect(await stage.entries('prod')).toHaveLength(1)
  })

  test.each([
    ['prdo', 'did you mean prod?'],
    ['nothing-like-it', 'fraud has prod'],
  ])('no such pointer, %s: exit 3, and %s', async (pointer, hint) => {
    const stage = await served('v1')
    const error = await refused(stage.ana.rollback(pointer))
    expect([error.code, error.exit]).toEqual(['POINTER_UNKNOWN', 3])
    expect(error.hint).toContain(hint)
  })

  test('a pointer that is declared and has not moved: exit 3, saying so', async () => {
    const stage = await served('v1')
    const error = await refused(stage.ana.rollback('staging'))
    expect([error.code, error.exit]).toEqual(['POINTER_UNKNOWN', 3])
    expect(error.hint).toContain('staging is declared and has never been moved')
  })

  test('a name that is none: exit 2', async () => {
    const stage = await served('v1')
    for (const name of ['../prod', 'Prod', 'v1', 'deadbee'])
      expect((await refused(stage.ana.rollback(name))).exit).toBe(2)
  })
})

describe('the whole route comes back', () => {
  test('rules, arms, mirror and weights; and only what is not served any more is left and marked', async () => {
    const stage = makeStage()
    const [a, b, c] = [
      await stage.bundle({ model: 'a' }),
      await stage.bundle({ model: 'b' }),
      await stage.bundle({ model: 'c' }),
    ]
    const route = {
      ...routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }),
      mirror: [{ to: 'candidate', per100k: 10_000, effects: 'stub' }],
    }
    await stage.write('prod', { route })
    await stage.ana.promote('v3', 'prod', { resetRoute: true })
    const { data } = await stage.ana.rollback('prod')
    const entry = await stage.newest('prod')
    expect(entry.route).toEqual(route)
    expect(entry.left).toEqual([c])
    expect(data.marks.map((mark) => mark.digest)).toEqual([c.bundle])
    expect(await stage.marksOn(a.bundle)).toEqual([])
    expect(await stage.marksOn(b.bundle)).toEqual([])
  })

  test('a rollback from a route with several arms marks every bundle that it leaves, the mirrored one too', async () => {
    const stage = makeStage()
    const [a, b, c] = [
      await stage.bundle({ model: 'a' }),
      await stage.bundle({ model: 'b' }),
      await stage.bundle({ model: 'c' }),
    ]
    await stage.write('prod', { route: plain(a) })
    await stage.write('prod', {
      route: {
        ...routed({ stable: a, candidate: b, shadow: c }, { candidate: 5000, stable: 95_000 }),
        mirror: [{ to: 'shadow', per100k: 500, effects: 'stub' }],
      },
    })
    const { data } = await stage.ana.rollback('prod')
    expect(data).toMatchObject({ from: a.bundle, to: a.bundle })
    expect(data.left.map((arm) => arm.version).sort()).toEqual(['v2', 'v3'])
    expect(await stage.marksOn(a.bundle)).toEqual([])
    for (const left of [b, c]) expect(await stage.marksOn(left.bundle)).toMatchObject([{ verdict: 'bad' }])
  })

  test('an arm without weight was not served, and is not marked', async () => {
    const stage = makeStage()
    const [a, b] = [await stage.bundle({ model: 'a' }), await stage.bundle({ model: 'b' })]
    await stage.write('prod', { route: plain(a) })
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 0, stable: 100_000 }) })
    expect((await stage.ana.rollback('prod')).data.left).toEqual([])
    expect(await stage.marksOn(b.bundle)).toEqual([])
  })
})

describe('--to', () => {
  test('goes to a bundle that the pointer has served, as a route with one arm, and takes that entry’s back', async () => {
    const stage = await served('v1', 'v2', 'v3', 'v4')
    const { data } = await stage.ana.rollback('prod', { to: 'v2' })
    expect(data).toMatchObject({ action: 'rollback', from_version: 'v4', to_version: 'v2' })
    expect((await stage.newest('prod')).back?.seq).toBe(1)
    await stage.ana.rollback('prod')
    expect(await now(stage)).toBe('v1')
  })

  test('writes one arm, whatever rules that entry had', async () => {
    const stage = makeStage()
    const [a, b, c] = [
      await stage.bundle({ model: 'a' }),
      await stage.bundle({ model: 'b' }),
      await stage.bundle({ model: 'c' }),
    ]
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }) })
    await stage.write('prod', { route: plain(c) })
    await stage.ana.rollback('prod', { to: 'v1' })
    expect((await stage.newest('prod')).route).toEqual(plain(a))
  })

  test('takes a bundle that only another arm has served', async () => {
    const stage = makeStage()
    const [a, b, c] = [
      await stage.bundle({ model: 'a' }),
      await stage.bundle({ model: 'b' }),
      await stage.bundle({ model: 'c' }),
    ]
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }) })
    await stage.write('prod', { route: plain(c) })
    await stage.ana.rollback('prod', { to: 'v2' })
    expect((await stage.newest('prod')).route).toEqual(plain(b))
  })

  test('before an entry that served it from another arm it takes one whose main bundle it was', async () => {
    const stage = makeStage()
    const [a, b, c] = [
      await stage.bundle({ model: 'a' }),
      await stage.bundle({ model: 'b' }),
      await stage.bundle({ model: 'c' }),
    ]
    await stage.write('prod', { route: plain(b) })
    await stage.write('prod', { route: plain(a) })
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }) })
    await stage.write('prod', { route: plain(c) })
    await stage.ana.rollback('prod', { to: 'v2' })
    expect((await stage.newest('prod')).back).toBeNull()
  })

  test.each(['v2', 'prod~2', 'prod@2', 'release-2'])('any reference will do: %s', async (ref) => {
    const stage = await served('v1', 'v2', 'v3', 'v4')
    await stage.label('release-2', { bundle: (await stage.ana.resolve('v2')).data.bundle, version: 'v2' })
    await stage.ana.rollback('prod', { to: ref })
    expect(await now(stage)).toBe('v2')
  })

  test('an entry of this pointer means that entry: what a second rollback restores is what stood before it', async () => {
    const stage = await served('v1', 'v2', 'v3', 'v2', 'v4')
    await stage.ana.rollback('prod', { to: 'prod@2' })
    expect((await stage.newest('prod')).back?.seq).toBe(1)
  })

  test('what is served already is a success that writes nothing', async () => {
    const stage = await served('v1', 'v2')
    const { changed, data } = await stage.ana.rollback('prod', { to: 'v2' })
    expect([changed, data.seq, data.undo]).toEqual([false, 2, null])
    expect(await stage.entries('prod')).toHaveLength(2)
  })

  test('one that this pointer never served: exit 6, next the promote', async () => {
    const stage = await served('v1', 'v2')
    await stage.ana.promote('v3', 'canary')
    const error = await refused(stage.ana.rollback('prod', { to: 'v3' }))
    expect([error.code, error.exit, error.next]).toEqual(['NEVER_SERVED', 6, ['aiship promote v3 prod']])
    await stage.ana.type(error.next[0] ?? '')
    expect(await now(stage)).toBe('v3')
  })

  test('one that there is not: exit 3', async () => {
    const stage = await served('v1', 'v2')
    expect((await refused(stage.ana.rollback('prod', { to: 'v9' }))).exit).toBe(3)
  })

  test.each(['@newest', '@work'])('%s: exit 2, as for every move', async (ref) => {
    const stage = await served('v1', 'v2')
    expect((await refused(stage.ana.rollback('prod', { to: ref }))).exit).toBe(2)
  })
})

describe('a bundle that is not whole', () => {
  test('is not restored (7), and the error says how to reach the one before', async () => {
    const { wrap, lose } = losing()
    const stage = makeStage({ wrap })
    for (const model of ['m1', 'm2', 'm3']) await stage.bundle({ model })
    for (const version of ['v1', 'v2', 'v3']) await stage.ana.promote(version, 'prod')
    lose('m2')
    const error = await refused(stage.ana.rollback('prod'))
    expect([error.code, error.exit]).toEqual(['OBJECT_MISSING', 7])
    expect(error.message).toContain('v2 is not whole in this registry: model missing')
    expect(error.next.at(-1)).toBe('aiship rollback prod --to v1')
    await stage.ana.type(error.next.at(-1) ?? '')
    expect(await now(stage)).toBe('v1')
  })

  test('with none before it, there is nothing to name', async () => {
    const { wrap, lose } = losing()
    const stage = makeStage({ wrap })
    for (const model of ['m1', 'm2']) await stage.bundle({ model })
    for (const version of ['v1', 'v2']) await stage.ana.promote(version, 'prod')
    lose('m1')
    const error = await refused(stage.ana.rollback('prod'))
    expect([error.code, error.next]).toEqual(['OBJECT_MISSING', ['aiship fsck']])
  })
})

test.each<[string, Partial<Component>, string]>([
  ['bytes that we have', { kind: 'path', role: 'model' }, 'stored'],
  ['a prompt in aiship.yaml', { kind: 'value', role: 'prompt' }, 'stored'],
  ["a provider's model", { kind: 'value', role: 'model' }, 'hosted'],
  ["a provider's embedder", { kind: 'value', role: 'embedder' }, 'hosted'],
  ['a reference', { kind: 'external', role: 'model', stored: false }, 'external'],
])('%s: %j is %s', (_, component, expected) => {
  expect(availability(component as Component)).toBe(expected)
})

test('what a pointer cannot bring back is said: external bytes and hosted models', async () => {
  const stage = makeStage()
  await stage.bundle({ model: 'm1', lake: null, llm: '{"provider":"acme"}' })
  await stage.bundle({ model: 'm2' })
  await stage.ana.promote('v1', 'prod')
  await stage.ana.promote('v2', 'prod')
  expect((await stage.ana.rollback('prod')).data.not_restored.toSorted()).toEqual(['lake', 'llm'])
})
