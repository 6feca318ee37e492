import { describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf, hexOf } from '../../../src/core/digest.ts'
import { automation, makeStage, plain, refused, routed, type Stage } from '../registry.ts'

// A mark is a verdict on a digest, a bundle's or a component's: for the whole registry by `mark`, for one pointer by a rollback.

async function marked(): Promise<Stage> {
  const stage = makeStage()
  for (const n of [1, 2, 3]) await stage.bundle({ model: `m${n}`, features: n === 3 ? 'f2' : `f${n}` })
  await stage.ana.promote('v1', 'prod')
  return stage
}

const version = async (stage: Stage, pointer = 'prod'): Promise<string | undefined> =>
  (await stage.newest(pointer)).route?.arms.stable?.version

describe('a bad mark of the registry', () => {
  test('refuses a move to the bundle with 6, at every pointer, naming who, when and why', async () => {
    const stage = await marked()
    await stage.ben.mark('v2', 'bad', { reason: 'leaks prompts' })
    for (const pointer of ['prod', 'staging']) {
      const error = await refused(stage.ana.promote('v2', pointer))
      expect([error.code, error.exit]).toEqual(['MARKED_BAD', 6])
      expect(error.message).toMatch(
        /was not moved: v2 was marked bad by ben at 2026-10-01T12:00:00.000Z: leaks prompts/,
      )
      expect(error.details).toMatchObject({ component: null, marked_by: 'ben', reason: 'leaks prompts' })
    }
  })

  test('on a component refuses every bundle that has it, naming the component', async () => {
    const stage = await marked()
    await stage.ben.mark(digestOf('f2'), 'bad', { reason: 'poisoned' })
    for (const bundle of ['v2', 'v3']) {
      const error = await refused(stage.ana.promote(bundle, 'prod'))
      expect(error.message).toContain(`${bundle} contains features, which was marked bad by ben`)
      expect(error.details).toMatchObject({ component: 'features', digest: digestOf('f2') })
    }
  })

  test('a person passes with --override, which is logged, and is warned; automation does not', async () => {
    const stage = await marked()
    await stage.ben.mark('v2', 'bad')
    expect((await refused(stage.retrain.promote('v2', 'prod', { override: 'x' }))).code).toBe('PERSON_NEEDED')
    await stage.ana.promote('v2', 'prod', { override: 'known, harmless' })
    expect(await stage.newest('prod')).toMatchObject({
      override: 'known, harmless',
      to: (await stage.ana.resolve('v2')).data.bundle,
    })
    expect(stage.warnings).toMatchObject([{ code: 'MARKED_BAD' }])
  })

  test('both printed ways past it run as printed', async () => {
    for (const n of [0, 1]) {
      const stage = await marked()
      await stage.ben.mark('v2', 'bad')
      const error = await refused(stage.ana.promote('v2', 'prod'))
      expect(error.next[1]).toBe('aiship promote v2 prod --override "REASON"')
      await stage.ana.type(error.next[n] ?? '')
      if (n === 0) await stage.ana.promote('v2', 'prod')
      expect(await version(stage)).toBe('v2')
    }
  })

  test('counts for a new main bundle that another arm served already', async () => {
    const stage = makeStage()
    const [a, b] = [await stage.bundle({ model: 'a' }), await stage.bundle({ model: 'b' })]
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }) })
    await stage.ben.mark('v2', 'bad')
    expect((await refused(stage.ana.promote('v2', 'prod'))).code).toBe('MARKED_BAD')
  })

  test('does not refuse a move that leaves the bad arm where it is', async () => {
    const stage = makeStage()
    const [a, b] = [await stage.bundle({ model: 'a' }), await stage.bundle({ model: 'b' })]
    await stage.bundle({ model: 'c' })
    await stage.write('prod', { route: routed({ stable: a, candidate: b }, { candidate: 5000, stable: 95_000 }) })
    await stage.ben.mark('v2', 'bad')
    expect((await stage.ana.promote('v3', 'prod')).changed).toBe(true)
  })
})

describe('a bad mark of one pointer', () => {
  const rolledBack = async (): Promise<Stage> => {
    const stage = await marked()
    await stage.ana.promote('v2', 'prod')
    await stage.ana.rollback('prod', { reason: 'recall fell', hold: false })
    return stage
  }

  test('refuses at that pointer, whoever asks', async () => {
    const stage = await rolledBack()
    for (const who of [stage.ana, stage.ben, stage.retrain]) {
      const error = await refused(who.promote('v2', 'prod'))
      expect(error.message).toMatch(/v2 was marked bad for prod by ana at .*: recall fell/)
      expect(error.exit).toBe(6)
    }
  })

  test('at another pointer it refuses automation and warns a person', async () => {
    const stage = await rolledBack()
    const error = await refused(stage.retrain.promote('v2', 'staging'))
    expect([error.code, error.exit]).toEqual(['MARKED_BAD', 6])
    expect((await stage.ana.promote('v2', 'staging')).changed).toBe(true)
    expect(stage.warnings).toMatchObject([{ code: 'MARKED_BAD', message: expect.stringContaining('for prod by ana') }])
  })
})

describe('mark … good', () => {
  test('needs a person: exit 6', async () => {
    const stage = await marked()
    await stage.ben.mark('v2', 'bad')
    const error = await refused(stage.retrain.mark('v2', 'good'))
    expect([error.code, error.exit]).toEqual(['PERSON_NEEDED', 6])
  })

  test('ends every earlier bad mark, of the registry and of pointers', async () => {
    const stage = await marked()
    await stage.ana.promote('v2', 'prod')
    await stage.ana.rollback('prod', { hold: false })
    await stage.ben.mark('v2', 'bad')
    await stage.ana.mark('v2', 'good', { reason: 'was the network' })
    expect((await stage.retrain.promote('v2', 'prod')).changed).toBe(true)
    expect((await stage.retrain.promote('v2', 'staging')).changed).toBe(true)
  })

  test('on a bundle does not make a bad component good', async () => {
    const stage = await marked()
    await stage.ben.mark(digestOf('f2'), 'bad')
    await stage.ana.mark('v2', 'good')
    expect((await refused(stage.ana.promote('v2', 'prod'))).code).toBe('MARKED_BAD')
    await stage.ana.mark(digestOf('f2'), 'good')
    expect((await stage.ana.promote('v2', 'prod')).changed).toBe(true)
  })
})

describe('mark … bad', () => {
  test('nothing refuses it: not automation, not a hold', async () => {
    const stage = await marked()
    await stage.ana.hold('prod')
    const { changed, data } = await stage.retrain.mark('v1', 'bad', { reason: 'drift' })
    expect([changed, data.kind, data.version, data.verdict, data.reason]).toEqual([
      true,
      'bundle',
      'v1',
      'bad',
      'drift',
    ])
    expect(data.actor).toEqual(automation('retrain'))
  })

  test('lists every pointer of every app that serves it now: a bundle, a component, an arm, a mirror', async () => {
    const stage = await marked()
    const [two, three] = [(await stage.ana.resolve('v2')).data, (await stage.ana.resolve('v3')).data]
    const [b, c] = [two, three].map(({ bundle, version }) => ({ bundle, version })) as [typeof two, typeof three]
    await stage.write('staging', { route: routed({ stable: c, candidate: b }, { candidate: 5000, stable: 95_000 }) })
    await stage.write('canary', {
      route: { ...plain(c), arms: { stable: c, shadow: b }, mirror: [{ to: 'shadow', per100k: 10, effects: 'stub' }] },
    })
    expect((await stage.ana.mark('v2', 'bad')).data.serving).toEqual([
      { app: 'fraud', pointer: 'canary', version: 'v2' },
      { app: 'fraud', pointer: 'staging', version: 'v2' },
    ])
    const { serving } = (await stage.ana.mark(digestOf('f2'), 'bad')).data
    expect(serving.map((one) => `${one.pointer} ${one.version}`).toSorted()).toEqual([
      'canary v2',
      'canary v3',
      'staging v2',
      'staging v3',
    ])
  })

  test('says where another app serves the same component', async () => {
    const stage = await marked()
    const other = await stage.bundle({ features: 'f1' }, 'spam')
    await stage.append(
      'pointers/spam/live',
      null,
      {
        ...{ action: 'promote', reason: null, override: null, rollout: null, evidence: [], left: [], marks: [] },
        ...{ from: null, to: other.bundle, hold: null, settled: 1, back: null, policy: null, route: plain(other) },
      },
      stage.ana.actor,
    )
    expect((await stage.ana.mark(digestOf('f1'), 'bad')).data.serving).toEqual([
      { app: 'fraud', pointer: 'prod', version: 'v1' },
      { app: 'spam', pointer: 'live', version: 'v1' },
    ])
  })

  test('its undo runs as printed', async () => {
    const stage = await marked()
    const { data } = await stage.ana.mark(digestOf('f2'), 'bad')
    await stage.ana.type(data.undo as string)
    expect((await stage.ana.promote('v2', 'prod')).changed).toBe(true)
  })

  test('on top of a mark for a pointer it prints no undo, which would end that too; good says what it ends', async () => {
    const stage = await marked()
    await stage.ana.promote('v2', 'prod')
    await stage.ana.rollback('prod', { mark: true })
    const { data } = await stage.ana.mark('v2', 'bad')
    expect(data.undo).toBeNull()
    stage.warnings.length = 0
    await stage.ana.mark('v2', 'good')
    expect(stage.warnings).toMatchObject([{ code: 'MARKS_ENDED' }])
    expect(stage.warnings[0]).toMatchObject({ message: 'it is good for fraud/prod too, where it was marked bad' })
  })

  test('of the bundle and a component that are the same way out, a refusal prints it once', async () => {
    const stage = await marked()
    await stage.ana.promote('v2', 'prod')
    await stage.ana.rollback('prod', { mark: true })
    await stage.ana.mark('v2', 'bad')
    await stage.ana.type('aiship unhold prod')
    const { next } = await refused(stage.ana.promote('v2', 'prod'))
    expect(next).toHaveLength(new Set(next).size)
    expect(next).toHaveLength(2)
  })

  test('the name of a bad mark is not one for a good one: exit 2, nothing written', async () => {
    const stage = await marked()
    await stage.ana.mark('v2', 'bad', { op: 'incident-1' })
    const error = await refused(stage.ana.mark('v2', 'good', { op: 'incident-1' }))
    expect([error.code, error.exit]).toEqual(['USAGE', 2])
    expect(error.message).toContain('another operation: ana marked v2 bad with it (at ')
    expect(await stage.marksOn((await stage.ana.resolve('v2')).data.bundle)).toHaveLength(1)
  })

  test('again with the same --op is changed: false with the same answer', async () => {
    const stage = await marked()
    const first = await stage.ana.mark('v2', 'bad', { op: 'incident-1', reason: 'leaks' })
    stage.wait(60)
    const again = await stage.ana.mark('v2', 'bad', { op: 'incident-1', reason: 'something else' })
    expect(again).toEqual({ changed: false, data: first.data })
    expect(await stage.marksOn(first.data.digest)).toHaveLength(1)
  })
})

describe('what can be marked', () => {
  test.each<[string, (stage: Stage) => string, string]>([
    ['a version', () => 'v2', 'bundle'],
    ['a pointer: its main bundle', () => 'prod', 'bundle'],
    ['a component by its digest', () => digestOf('f2'), 'component'],
    ['a component by the start of it', () => digestOf('f2').slice(7, 19), 'component'],
    ['a component by the start of it, with sha256:', () => digestOf('f2').slice(0, 19), 'component'],
  ])('%s', async (_, subject, kind) => {
    const stage = await marked()
    expect((await stage.ana.mark(subject(stage), 'bad')).data.kind).toBe(kind)
  })

  test('what there is not: exit 3', async () => {
    const stage = await marked()
    for (const subject of ['v9', digestOf('nobody has it'), 'abcdef0', 'nothing'])
      expect((await refused(stage.ana.mark(subject, 'bad'))).exit).toBe(3)
  })

  test('the start of two digests: exit 3 with the candidates', async () => {
    const stage = await marked()
    const twin = `sha256:${hexOf(digestOf('f2')).slice(0, 10)}${'0'.repeat(54)}` as const
    await stage.bare.names.create(`index/fraud/${hexOf(twin)}`, canonicalBytes({ kind: 'component', version: 'v1' }))
    const error = await refused(stage.ana.mark(digestOf('f2').slice(7, 16), 'bad'))
    expect([error.code, error.exit]).toEqual(['REF_AMBIGUOUS', 3])
    expect(error.message).toContain('the start of 2 digests')
  })
})

test('promote --leaving-bad marks what it replaces, for this pointer and with the reason given', async () => {
  const stage = await marked()
  const { data } = await stage.ana.promote('v2', 'prod', { leavingBad: 'recall fell' })
  const left = (await stage.ana.resolve('v1')).data.bundle
  expect(data.marks).toEqual([{ digest: left, verdict: 'bad', lifts: null }])
  expect(await stage.marksOn(left)).toMatchObject([
    { scope: { app: 'fraud', pointer: 'prod' }, reason: 'recall fell', op: data.op },
  ])
  expect(data.hold).toBeNull()
  expect((await refused(stage.ana.promote('v1', 'prod'))).code).toBe('MARKED_BAD')
})

test('with a --reason of its own, the mark still says why', async () => {
  const stage = await marked()
  const { data } = await stage.ana.promote('v2', 'prod', { leavingBad: 'recall fell', reason: 'fix forward' })
  expect(data.reason).toBe('fix forward (leaving bad: recall fell)')
  expect((await stage.marksOn((await stage.ana.resolve('v1')).data.bundle))[0]?.reason).toContain('recall fell')
})
