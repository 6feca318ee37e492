import { describe, expect, test } from 'vitest'
import type { PointerEntry } from '../../../src/core/model.gen.ts'
import { automation, type Hands, makeStage, refused, type Stage } from '../registry.ts'

// `undo prod@43` puts back route, hold and `back` of entry 42 and lifts the marks that 43 set; only while 43 is the newest (else 5), by a
// person or by the actor that made 43. Every change prints it, and it runs as printed; a first entry has none.

async function twice(): Promise<Stage> {
  const stage = makeStage()
  for (const n of [1, 2, 3]) await stage.bundle({ model: `m${n}` })
  for (const n of [1, 2]) await stage.ana.promote(`v${n}`, 'prod')
  return stage
}

/** What a pointer says and does next: all that an undo must put back. */
const state = ({ route, hold, back }: PointerEntry) => ({ route, hold, back })

const version = async (stage: Stage): Promise<string | undefined> =>
  (await stage.newest('prod')).route?.arms.stable?.version

describe('every move prints an undo, and it puts back exactly what stood before', () => {
  test.each<[string, (ana: Hands) => Promise<{ data: { undo: string | null } }>]>([
    ['promote', (ana) => ana.promote('v3', 'prod')],
    ['promote --override', (ana) => ana.promote('v3', 'prod', { override: 'x' })],
    ['promote --leaving-bad', (ana) => ana.promote('v3', 'prod', { leavingBad: 'x' })],
    ['rollback', (ana) => ana.rollback('prod')],
    ['rollback --to', (ana) => ana.rollback('prod', { to: 'v1' })],
    ['rollback --no-hold --no-mark', (ana) => ana.rollback('prod', { hold: false, mark: false })],
    ['hold', (ana) => ana.hold('prod', { reason: 'x' })],
    ['retire', (ana) => ana.retire('prod')],
  ])('%s', async (_, act) => {
    const stage = await twice()
    const before = await stage.newest('prod')
    const { data } = await act(stage.ana)
    expect(data.undo).toBe('aiship undo prod@3')
    await stage.ana.type(data.undo ?? '')
    const entry = await stage.newest('prod')
    expect(entry).toMatchObject({ action: 'undo', seq: 4 })
    expect(state(entry)).toEqual(state(before))
    for (const ref of ['v1', 'v2', 'v3']) {
      const marks = await stage.marksOn((await stage.ana.resolve(ref)).data.bundle)
      expect(marks.filter((mark) => mark.verdict === 'bad').length).toBe(
        marks.filter((mark) => mark.verdict === 'lifted').length,
      )
    }
    expect((await stage.retrain.promote('v1', 'prod')).changed).toBe(true)
    expect((await stage.retrain.promote('v2', 'prod')).changed).toBe(true)
  })

  test('unhold: the hold comes back as it was, with its time and owner', async () => {
    const stage = await twice()
    await stage.ben.hold('prod', { reason: 'freeze' })
    const { hold } = await stage.newest('prod')
    stage.wait(60)
    const { data } = await stage.ana.unhold('prod')
    await stage.ana.type(data.undo ?? '')
    expect((await stage.newest('prod')).hold).toEqual(hold)
  })

  test('a first entry has none: exit 3', async () => {
    const stage = await twice()
    expect((await stage.ana.promote('v1', 'staging')).data.undo).toBeNull()
    const error = await refused(stage.ana.undo('staging@1'))
    expect([error.code, error.exit]).toEqual(['NOTHING_TO_UNDO', 3])
  })

  test('the marks carry the undo’s operation and name the one they lift', async () => {
    const stage = await twice()
    const rolled = await stage.ana.rollback('prod', { reason: 'recall fell' })
    const undone = await stage.ana.undo('prod@3', { reason: 'was the network' })
    expect(await stage.marksOn(rolled.data.from ?? 'sha256:')).toMatchObject([
      { verdict: 'bad', op: rolled.data.op, reason: 'recall fell', lifts: null },
      { verdict: 'lifted', op: undone.data.op, lifts: rolled.data.op, reason: 'was the network' },
    ])
  })

  test('it lifts what its move set and nothing else', async () => {
    const stage = await twice()
    await stage.ben.mark('v2', 'bad', { reason: 'leaks' })
    await stage.ana.rollback('prod')
    expect((await refused(stage.ana.undo('prod@3'))).code).toBe('MARKED_BAD')
    await stage.ana.undo('prod@3', { override: 'known' })
    expect((await refused(stage.ana.promote('v2', 'staging'))).code).toBe('MARKED_BAD')
  })
})

describe('an undo is a move, and has an undo', () => {
  test('undo and undo again: the rollback stands as before, mark and hold included', async () => {
    const stage = await twice()
    await stage.ana.rollback('prod')
    const rolledBack = await stage.newest('prod')
    const { data } = await stage.ana.undo('prod@3')
    await stage.ana.type(data.undo ?? '')
    expect(state(await stage.newest('prod'))).toEqual(state(rolledBack))
    expect((await refused(stage.retrain.promote('v2', 'prod'))).message).toMatch(
      /ana holds prod .*v2 was marked bad for prod by ana/,
    )
    expect((await refused(stage.retrain.promote('v3', 'prod'))).message).not.toContain('bad')
  })

  test('and once more: open again', async () => {
    const stage = await twice()
    await stage.ana.rollback('prod')
    for (const seq of [3, 4, 5]) await stage.ana.undo(`prod@${seq}`)
    expect(await version(stage)).toBe('v2')
    expect((await stage.newest('prod')).hold).toBeNull()
    await stage.ana.promote('v1', 'prod')
    expect((await stage.retrain.promote('v2', 'prod')).changed).toBe(true)
  })

  test('rollback after an undo goes where it would have gone before', async () => {
    const stage = await twice()
    await stage.ana.rollback('prod')
    await stage.ana.undo('prod@3')
    await stage.ana.rollback('prod')
    expect(await version(stage)).toBe('v1')
    expect((await refused(stage.ana.rollback('prod'))).code).toBe('NOTHING_TO_ROLL_BACK')
  })
})

describe('only the newest move', () => {
  test.each([1, 2, 4, 99])('prod@%i is not it: exit 5, who moved, and what is newest', async (seq) => {
    const stage = await twice()
    await stage.ben.promote('v3', 'prod', { reason: 'better' })
    const error = await refused(stage.ana.undo(`prod@${seq}`))
    expect([error.code, error.exit]).toEqual(['POINTER_MOVED', 5])
    expect(error.message).toContain('ben made prod@3 (promote)')
    expect(error.details).toEqual({ expected_seq: seq, actual_seq: 3 })
    expect(await stage.entries('prod')).toHaveLength(3)
  })

  test('a race for it: one undo, the others lose (5)', async () => {
    const stage = await twice()
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => stage.ana.undo('prod@2')))
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect(await stage.entries('prod')).toHaveLength(3)
  })
})

describe('by whom', () => {
  test('a person undoes what anybody did', async () => {
    const stage = await twice()
    await stage.retrain.promote('v3', 'prod')
    expect((await stage.ben.undo('prod@3')).changed).toBe(true)
  })

  test('automation undoes its own', async () => {
    const stage = await twice()
    await stage.retrain.promote('v3', 'prod')
    expect((await stage.retrain.undo('prod@3')).changed).toBe(true)
  })

  test("automation does not undo anybody else's: exit 6", async () => {
    const stage = await twice()
    await stage.ana.rollback('prod')
    for (const who of [stage.retrain, stage.as(automation('ana'))]) {
      const error = await refused(who.undo('prod@3'))
      expect([error.code, error.exit]).toEqual(['PERSON_NEEDED', 6])
    }
  })
})

describe('the planner looks at an undo that goes forward again', () => {
  test('automation that rolled back may undo that, and with it its own hold', async () => {
    const stage = await twice()
    await stage.retrain.rollback('prod')
    await stage.retrain.undo('prod@3')
    expect([await version(stage), (await stage.newest('prod')).hold]).toEqual(['v2', null])
  })

  test("but not past a person's hold that stood before: exit 6, for a person with --override", async () => {
    const stage = await twice()
    await stage.ben.hold('prod', { reason: 'freeze' })
    await stage.retrain.rollback('prod')
    expect((await refused(stage.retrain.undo('prod@4'))).code).toBe('HELD')
    const error = await refused(stage.ana.undo('prod@4'))
    expect([error.code, error.exit]).toEqual(['HELD', 6])
    await stage.ana.type(error.next.at(-1) ?? '')
    expect(await stage.newest('prod')).toMatchObject({ override: 'REASON', hold: { by: stage.ben.actor } })
    expect(await version(stage)).toBe('v2')
  })

  test('undoing the undo of an overridden promote goes forward under the hold: exit 6', async () => {
    const stage = await twice()
    await stage.ben.hold('prod')
    await stage.ana.promote('v3', 'prod', { override: 'x' })
    await stage.ana.undo('prod@4')
    expect((await refused(stage.ana.undo('prod@5'))).code).toBe('HELD')
    expect(await version(stage)).toBe('v2')
  })

  test('undoing a promote goes back, and no hold refuses that', async () => {
    const stage = await twice()
    await stage.ben.hold('prod')
    await stage.ana.promote('v3', 'prod', { override: 'x' })
    await stage.ana.undo('prod@4')
    expect(await version(stage)).toBe('v2')
  })

  test('undoing a retirement brings back what was there, hold or not', async () => {
    const stage = await twice()
    await stage.ben.hold('prod')
    await stage.ana.retire('prod')
    await stage.ana.undo('prod@4')
    expect(await version(stage)).toBe('v2')
  })

  test('a bundle marked bad in the meantime is not put back: exit 6, for a person with --override', async () => {
    const stage = await twice()
    await stage.ben.mark('v1', 'bad', { reason: 'leaks' })
    const error = await refused(stage.ana.undo('prod@2'))
    expect([error.code, error.exit]).toEqual(['MARKED_BAD', 6])
    await stage.ana.type(error.next.at(-1) ?? '')
    expect(await version(stage)).toBe('v1')
  })

  test("a mark of the same operation at another pointer does not count as the undone move's own", async () => {
    const stage = await twice()
    for (const n of [1, 2]) await stage.ana.promote(`v${n}`, 'staging')
    await stage.ana.rollbackAll(['prod', 'staging'])
    await stage.ana.undo('staging@3')
    expect(await stage.ana.resolve('staging').then((one) => one.data.version)).toBe('v2')
    expect((await refused(stage.ana.promote('v2', 'prod'))).message).toContain('v2 was marked bad for prod by ana')
    expect(stage.warnings).toMatchObject([{ code: 'MARKED_BAD', message: expect.stringContaining('for prod') }])
  })
})

describe('what does not name a move: exit 2', () => {
  test('the pointer alone: next the undo of its newest', async () => {
    const stage = await twice()
    const error = await refused(stage.ana.undo('prod'))
    expect([error.code, error.exit, error.next]).toEqual(['USAGE', 2, ['aiship undo prod@2']])
    await stage.ana.type(error.next[0] ?? '')
    expect(await version(stage)).toBe('v1')
  })

  test.each(['prod~1', 'v2', '@last', 'nothing', 'deadbeef', 'prod@', 'a b'])('%j', async (text) => {
    const stage = await twice()
    expect((await refused(stage.ana.undo(text))).exit).toBe(2)
  })

  test('a pointer that there is not: exit 3', async () => {
    const stage = await twice()
    expect((await refused(stage.ana.undo('prdo@2'))).exit).toBe(3)
  })
})
