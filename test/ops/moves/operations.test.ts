import { describe, expect, test } from 'vitest'
import { AishipError } from '../../../src/core/errors.ts'
import type { LogStore, Registry } from '../../../src/core/ports.ts'
import { APP, type Hands, makeStage, refused, type Stage } from '../registry.ts'

// `op` is one per invocation. One that the log already has is changed: false with the same answer; a lost race is exit 5 and never planned
// again; --expect moves only from that entry. The pointer's entry is the commit point, and lists the marks that follow it.

async function thrice(wrap?: (registry: Registry) => Registry): Promise<Stage> {
  const stage = makeStage(wrap === undefined ? {} : { wrap })
  for (const n of [1, 2, 3, 4]) await stage.bundle({ model: `m${n}` })
  for (const n of [1, 2, 3]) await stage.ana.promote(`v${n}`, 'prod')
  return stage
}

type Act = (hands: Hands, op?: string) => Promise<{ changed: boolean; data: object }>
const withOp = (op?: string): { op?: string } => (op === undefined ? {} : { op })

const MOVES: readonly (readonly [string, Act])[] = [
  ['promote', (hands, op) => hands.promote('v4', 'prod', { reason: 'x', ...withOp(op) })],
  ['rollback', (hands, op) => hands.rollback('prod', { reason: 'x', ...withOp(op) })],
  ['rollback --to', (hands, op) => hands.rollback('prod', { to: 'v1', ...withOp(op) })],
  ['undo', (hands, op) => hands.undo('prod@3', withOp(op))],
  ['hold', (hands, op) => hands.hold('prod', withOp(op))],
  ['retire', (hands, op) => hands.retire('prod', withOp(op))],
]

describe('the same operation again', () => {
  test.each(MOVES)('%s: changed: false, the same answer, nothing written', async (_, act) => {
    const stage = await thrice()
    const first = await act(stage.ana, 'deploy-7')
    stage.wait(120)
    const again = await act(stage.ana, 'deploy-7')
    expect(again).toEqual({ changed: false, data: first.data })
    expect(await stage.entries('prod')).toHaveLength(4)
  })

  test('unhold', async () => {
    const stage = await thrice()
    await stage.ana.hold('prod')
    const first = await stage.ana.unhold('prod', { op: 'open-1' })
    await stage.ana.hold('prod')
    expect(await stage.ana.unhold('prod', { op: 'open-1' })).toEqual({ changed: false, data: first.data })
    expect((await stage.newest('prod')).hold).not.toBeNull()
  })

  test('a rollback says again what it skipped, by the marks of that time', async () => {
    const stage = await thrice()
    await stage.ben.mark('v2', 'bad', { reason: 'leaks' })
    stage.wait(1)
    const first = await stage.ana.rollback('prod', { op: 'incident-1' })
    expect(first.data.skipped).toHaveLength(1)
    stage.wait(1)
    await stage.ben.mark('v1', 'bad', { reason: 'later' })
    await stage.ben.mark('v2', 'good')
    expect(await stage.ana.rollback('prod', { op: 'incident-1' })).toEqual({ changed: false, data: first.data })
  })

  test('even after others have moved the pointer, and with the --expect of then', async () => {
    const stage = await thrice()
    const first = await stage.ana.promote('v4', 'prod', { op: 'deploy-7', expect: 3 })
    await stage.ben.rollback('prod')
    expect(await stage.ana.promote('v4', 'prod', { op: 'deploy-7', expect: 3 })).toEqual({
      changed: false,
      data: first.data,
    })
    expect((await stage.newest('prod')).seq).toBe(5)
  })

  test('after later moves it says that there were some', async () => {
    const stage = await thrice()
    await stage.ana.hold('prod', { op: 'freeze-1' })
    await stage.ana.hold('prod', { op: 'freeze-1' })
    expect(stage.warnings).toEqual([])
    await stage.ben.rollback('prod')
    await stage.ana.hold('prod', { op: 'freeze-1' })
    expect(stage.warnings).toMatchObject([{ code: 'MOVED_SINCE', message: expect.stringContaining('rollback by ben') }])
  })

  test.each(MOVES.filter(([name]) => name !== 'promote'))(
    'a promote’s name is not one for %s: exit 2, nothing written',
    async (_, act) => {
      const stage = await thrice()
      await stage.ana.promote('v4', 'prod', { op: 'deploy-7' })
      const error = await refused(act(stage.ana, 'deploy-7'))
      expect([error.code, error.exit]).toEqual(['USAGE', 2])
      expect(error.message).toContain('ana made prod@4 with it (promote to v4, at ')
      expect(await stage.entries('prod')).toHaveLength(4)
    },
  )

  const OTHERS: readonly (readonly [string, Act, Act])[] = [
    ['promote another', MOVES[0]?.[1] as Act, (hands, op) => hands.promote('v1', 'prod', withOp(op))],
    [
      'promote --leaving-bad',
      MOVES[0]?.[1] as Act,
      (hands, op) => hands.promote('v4', 'prod', { leavingBad: 'slow', ...withOp(op) }),
    ],
    [
      'promote without --leaving-bad',
      (hands, op) => hands.promote('v4', 'prod', { leavingBad: 'slow', ...withOp(op) }),
      MOVES[0]?.[1] as Act,
    ],
    ['promote what it said before', MOVES[0]?.[1] as Act, (hands, op) => hands.promote('prod~1', 'prod', withOp(op))],
    ['rollback --to another', MOVES[2]?.[1] as Act, (hands, op) => hands.rollback('prod', { to: 'v2', ...withOp(op) })],
    ['rollback --to, then plain', MOVES[2]?.[1] as Act, (hands, op) => hands.rollback('prod', withOp(op))],
    ['rollback, then --to', MOVES[1]?.[1] as Act, MOVES[2]?.[1] as Act],
    [
      'rollback, then --no-mark',
      MOVES[1]?.[1] as Act,
      (hands, op) => hands.rollback('prod', { mark: false, ...withOp(op) }),
    ],
    [
      'rollback, then --no-hold',
      MOVES[1]?.[1] as Act,
      (hands, op) => hands.rollback('prod', { hold: false, ...withOp(op) }),
    ],
    [
      'rollback --no-hold, then with it',
      (hands, op) => hands.rollback('prod', { hold: false, ...withOp(op) }),
      MOVES[1]?.[1] as Act,
    ],
    ['undo of another', MOVES[3]?.[1] as Act, (hands, op) => hands.undo('prod@4', withOp(op))],
  ]

  test.each(OTHERS)('%s is not the same: exit 2, nothing written', async (_, act, other) => {
    const stage = await thrice()
    await act(stage.ana, 'deploy-7')
    stage.wait(120)
    const error = await refused(other(stage.ana, 'deploy-7'))
    expect([error.code, error.exit]).toEqual(['USAGE', 2])
    expect(error.message).toContain('--op deploy-7 is the name of another operation: ana made prod@4 with it (')
    expect(error.next).toEqual(['aiship log prod --op deploy-7'])
    expect(await stage.entries('prod')).toHaveLength(4)
  })

  const SAME: readonly (readonly [string, Act])[] = [
    ['promote prod~1', (hands, op) => hands.promote('prod~1', 'prod', withOp(op))],
    ['promote prod@1', (hands, op) => hands.promote('prod@1', 'prod', withOp(op))],
    ['rollback --to prod~2', (hands, op) => hands.rollback('prod', { to: 'prod~2', ...withOp(op) })],
    ['rollback --no-mark', (hands, op) => hands.rollback('prod', { mark: false, ...withOp(op) })],
    ['rollback --no-hold', (hands, op) => hands.rollback('prod', { hold: false, ...withOp(op) })],
    ['promote --leaving-bad', (hands, op) => hands.promote('v4', 'prod', { leavingBad: 'slow', ...withOp(op) })],
  ]
  test.each(SAME)('%s means what it meant then', async (_, act) => {
    const stage = await thrice()
    const first = await act(stage.ana, 'deploy-7')
    expect(first.changed).toBe(true)
    stage.wait(120)
    expect(await act(stage.ana, 'deploy-7')).toEqual({ changed: false, data: first.data })
    await stage.ben.promote('v2', 'prod', { override: 'must' })
    await stage.ben.promote('v1', 'prod', { override: 'must' })
    expect(await act(stage.ana, 'deploy-7')).toEqual({ changed: false, data: first.data })
  })

  test('is another operation at another pointer', async () => {
    const stage = await thrice()
    await stage.ana.promote('v4', 'prod', { op: 'deploy-7' })
    expect((await stage.ana.promote('v4', 'staging', { op: 'deploy-7' })).changed).toBe(true)
  })

  test('at the same moment, many times: one entry', async () => {
    const stage = await thrice()
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => stage.ana.rollback('prod', { op: 'incident-1' })),
    )
    expect(all.filter((one) => one.status === 'rejected')).toEqual([])
    expect((await stage.entries('prod')).map((entry) => entry.op).filter((op) => op === 'incident-1')).toHaveLength(1)
    expect(await stage.marksOn((await stage.ana.resolve('v3')).data.bundle)).toHaveLength(1)
  })

  test('at the same moment as another of that name: one is done, and the other is refused', async () => {
    const stage = await thrice()
    const [a, b] = await Promise.allSettled([
      stage.ana.promote('v4', 'prod', { op: 'deploy-7' }),
      stage.ana.promote('v1', 'prod', { op: 'deploy-7' }),
    ])
    expect([a.status, b.status].sort()).toEqual(['fulfilled', 'rejected'])
    const error = await refused(Promise.reject((a.status === 'rejected' ? a : (b as PromiseRejectedResult)).reason))
    expect([error.code, error.exit]).toEqual(['USAGE', 2])
    expect(await stage.entries('prod')).toHaveLength(4)
  })

  test('at the same moment, while others move too: still one entry', async () => {
    for (let round = 0; round < 10; round++) {
      const stage = await thrice()
      const same = Array.from({ length: 5 }, () => stage.ana.promote('v4', 'prod', { op: 'deploy-7' }))
      const other = Array.from({ length: 5 }, () => stage.ben.hold('prod'))
      await Promise.allSettled([...same, ...other])
      expect((await stage.entries('prod')).filter((entry) => entry.op === 'deploy-7').length).toBeLessThanOrEqual(1)
    }
  })
})

describe('--expect', () => {
  test.each(MOVES)('%s: the entry that is there', async (_, act) => {
    const stage = await thrice()
    expect((await act(expecting(stage.ana, 3))).changed).toBe(true)
  })

  test.each(MOVES)('%s: another: exit 5, nothing written, who moved it', async (_, act) => {
    for (const wrong of [0, 2, 4]) {
      const stage = await thrice()
      const error = await refused(act(expecting(stage.ana, wrong)))
      expect([error.code, error.exit]).toEqual(['POINTER_MOVED', 5])
      expect(error.message).toBe(`prod is at entry 3, not ${wrong}; nothing was changed by you`)
      expect(error.details).toEqual({ expected_seq: wrong, actual_seq: 3 })
      expect(await stage.entries('prod')).toHaveLength(3)
    }
  })

  test('0 expects a pointer that is not there yet', async () => {
    const stage = await thrice()
    expect((await stage.ana.promote('v1', 'staging', { expect: 0 })).changed).toBe(true)
    expect((await refused(stage.ana.promote('v1', 'staging', { expect: 0 }))).exit).toBe(5)
  })

  /** The same hands, with --expect on everything. */
  function expecting(hands: Hands, expect: number): Hands {
    return {
      ...hands,
      promote: (ref, pointer, opts) => hands.promote(ref, pointer, { ...opts, expect }),
      rollback: (pointer, opts) => hands.rollback(pointer, { ...opts, expect }),
      undo: (move, opts) => hands.undo(move, { ...opts, expect }),
      hold: (pointer, opts) => hands.hold(pointer, { ...opts, expect }),
      retire: (pointer, opts) => hands.retire(pointer, { ...opts, expect }),
    }
  }
})

describe('a clock far behind the newest entry', () => {
  const TEN_MINUTES = 600
  test.each<[string, number, boolean]>([
    ['as far as it may be', TEN_MINUTES, false],
    ['further', TEN_MINUTES + 1, true],
    ['a year', 365 * 86_400, true],
  ])('%s', async (_, seconds, warns) => {
    const stage = await thrice()
    const newest = stage.now()
    stage.wait(-seconds)
    const { data } = await stage.ana.promote('v4', 'prod')
    expect(data.at).toBe(newest)
    const message = `this machine's clock says ${stage.now()}, and the newest entry of pointers/${APP}/prod is from ${newest}: one of the two clocks is wrong, and the new entry has the later time`
    expect(stage.warnings).toEqual(warns ? [{ type: 'warning', code: 'CLOCK_SKEW', message }] : [])
  })

  test('an entry far behind the clock is only old', async () => {
    const stage = await thrice()
    stage.wait(365 * 86_400)
    await stage.ana.promote('v4', 'prod')
    expect(stage.warnings).toEqual([])
  })
})

/** A registry in which `before` runs just before each append to a log whose name starts with `prefix`. */
function intercept(prefix: string, before: (logs: LogStore, log: string, seq: number) => Promise<void>) {
  let isOn = false
  const wrap = (registry: Registry): Registry => ({
    ...registry,
    logs: {
      ...registry.logs,
      append: async (log, seq, bytes) => {
        if (isOn && log.startsWith(prefix)) await before(registry.logs, log, seq)
        return registry.logs.append(log, seq, bytes)
      },
    },
  })
  const turn = (on: boolean) => () => {
    isOn = on
  }
  return { wrap, on: turn(true), off: turn(false) }
}

describe('a lost race', () => {
  test.each(MOVES)('%s: exit 5, never planned again', async (_, act) => {
    let stage: Stage | null = null
    let attempts = 0
    const race = intercept(`pointers/${APP}/prod`, async () => {
      attempts += 1
      race.off()
      await stage?.ben.hold('prod', { reason: 'first' })
    })
    stage = await thrice(race.wrap)
    race.on()
    const error = await refused(act(stage.ana))
    expect([error.code, error.exit, attempts]).toEqual(['POINTER_MOVED', 5, 1])
    expect(error.message).toBe('prod is at entry 4, not 3; nothing was changed by you')
    expect(error.hint).toContain('ben did: hold "first"')
    expect((await stage.entries('prod')).map((entry) => entry.actor.name)).toEqual(['ana', 'ana', 'ana', 'ben'])
    expect(await stage.marksOn((await stage.ana.resolve('v3')).data.bundle)).toEqual([])
  })

  test('a reply that was lost is settled by the operation: ours is won, not lost', async () => {
    const wrap = (registry: Registry): Registry => ({
      ...registry,
      logs: {
        ...registry.logs,
        append: async (log, seq, bytes) => {
          await registry.logs.append(log, seq, bytes)
          return 'lost'
        },
      },
    })
    const stage = makeStage({ wrap })
    await stage.bundle({ model: 'm1' })
    const { changed, data } = await stage.ana.promote('v1', 'prod')
    expect([changed, data.seq]).toEqual([true, 1])
    expect(await stage.entries('prod')).toHaveLength(1)
  })
})

describe('stopped between the entry and its marks', () => {
  /** A registry in which marks cannot be written from some moment on, as if the process had been killed there. */
  async function stopped(): Promise<{ stage: Stage; repair: () => void }> {
    const stop = intercept('marks/', async () => {
      throw new AishipError('DISK_FULL', 'the disk is full', { next: ['aiship status'] })
    })
    const stage = await thrice(stop.wrap)
    stop.on()
    const error = await refused(stage.ana.rollback('prod', { reason: 'recall fell', op: 'incident-1' }))
    expect([error.code, error.exit, error.details.changed]).toEqual(['DISK_FULL', 8, true])
    expect(error.message).toContain('prod was moved (entry 4), but its marks were not written')
    expect((await stage.newest('prod')).marks).toHaveLength(1)
    stage.wait(3600)
    return { stage, repair: stop.off }
  }

  const expected = { verdict: 'bad', op: 'incident-1', reason: 'recall fell', scope: { app: APP, pointer: 'prod' } }

  test.each<[string, (stage: Stage) => Promise<unknown>]>([
    ['resolve prod', (stage) => stage.ben.resolve('prod')],
    ['resolve prod~1', (stage) => stage.ben.resolve('prod~1')],
    ['resolve prod@1', (stage) => stage.ben.resolve('prod@1')],
    ['log', (stage) => stage.ben.log('prod')],
    ['promote to it, refused', (stage) => refused(stage.ben.promote('v3', 'prod'))],
    ['promote from it', (stage) => stage.ben.promote('prod', 'staging')],
    ['rollback', (stage) => stage.ben.rollback('prod')],
    ['undo of something else, refused', (stage) => refused(stage.ben.undo('prod@2'))],
    ['hold', (stage) => stage.ben.hold('prod')],
    ['a stale --expect, refused', (stage) => refused(stage.ben.hold('prod', { expect: 1 }))],
    ['mark of another bundle', (stage) => stage.ben.mark('v4', 'bad')],
    ['the same operation again', (stage) => stage.ana.rollback('prod', { op: 'incident-1' })],
  ])('whoever reads the newest entry appends them first, once, as the one who moved: %s', async (_, act) => {
    const { stage, repair } = await stopped()
    repair()
    await act(stage)
    const { bundle } = (await stage.ana.resolve('v3')).data
    const marks = await stage.marksOn(bundle)
    expect(marks).toMatchObject([{ ...expected, actor: stage.ana.actor }])
    await act(stage).catch(() => undefined)
    expect((await stage.marksOn(bundle)).filter((mark) => mark.op === 'incident-1')).toHaveLength(1)
  })

  test('one that may not write still looks', async () => {
    const stop = intercept('marks/', async () => {
      throw new AishipError('READ_ONLY', 'read-only', { next: ['aiship status'] })
    })
    const stage = await thrice(stop.wrap)
    stop.on()
    await refused(stage.ana.rollback('prod'))
    expect((await stage.ben.resolve('prod')).data.version).toBe('v2')
    expect((await stage.ben.log('prod')).data.total).toBe(4)
    expect(stage.warnings).toEqual([])
  })

  test('one that fails otherwise looks too, and warns', async () => {
    const { stage } = await stopped()
    expect((await stage.ben.resolve('prod')).data.version).toBe('v2')
    expect(stage.warnings).toMatchObject([
      { code: 'DISK_FULL', message: expect.stringContaining('the marks of prod@4') },
    ])
  })

  test('an undo that is stopped there: the lift is appended by the next one', async () => {
    const stop = intercept('marks/', async () => {
      throw new AishipError('DISK_FULL', 'the disk is full', { next: ['aiship status'] })
    })
    const stage = await thrice(stop.wrap)
    await stage.ana.rollback('prod')
    stop.on()
    await refused(stage.ana.undo('prod@4'))
    stop.off()
    await stage.retrain.resolve('prod')
    await stage.ana.promote('v1', 'prod')
    expect((await stage.retrain.promote('v3', 'prod')).changed).toBe(true)
  })

  test('two readers at once append them once', async () => {
    const { stage, repair } = await stopped()
    repair()
    await Promise.all(Array.from({ length: 8 }, () => stage.ben.log('prod')))
    expect(await stage.marksOn((await stage.ana.resolve('v3')).data.bundle)).toHaveLength(1)
  })
})
