import { describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf } from '../../../src/core/digest.ts'
import type { LogRecord, Registry } from '../../../src/core/ports.ts'
import { parseTime } from '../../../src/ops/log.ts'
import { APP, makeStage, refused, type Stage } from '../registry.ts'

// `log prod --at TIME` answers what ran then, who moved it and why; `log` says whether the chain is intact.

/** 12:00 v1 by ana; 12:10 v2 by retrain; 12:20 a hold by ben; 12:30 a rollback by ben. */
async function story(): Promise<Stage> {
  const stage = makeStage()
  for (const model of ['m1', 'm2']) await stage.bundle({ model })
  await stage.ana.promote('v1', 'prod', { reason: 'first' })
  stage.wait(600)
  await stage.retrain.promote('v2', 'prod', { reason: 'better recall' })
  stage.wait(600)
  await stage.ben.hold('prod', { reason: 'freeze' })
  stage.wait(600)
  await stage.ben.rollback('prod', { reason: 'recall fell' })
  return stage
}

test('the newest entry comes first, with who, when, what and why', async () => {
  const { data } = await (await story()).ana.log('prod')
  expect(
    data.entries.map((line) => [
      line.seq,
      line.at.slice(11, 16),
      line.action,
      line.version,
      line.actor.name,
      line.reason,
    ]),
  ).toEqual([
    [4, '12:30', 'rollback', 'v1', 'ben', 'recall fell'],
    [3, '12:20', 'hold', 'v2', 'ben', 'freeze'],
    [2, '12:10', 'promote', 'v2', 'retrain', 'better recall'],
    [1, '12:00', 'promote', 'v1', 'ana', 'first'],
  ])
  expect(data.total).toBe(4)
})

test('--limit shows the newest ones, and still says how many there are and that the chain holds', async () => {
  const { data } = await (await story()).ana.log('prod', { limit: 2 })
  expect(data.entries.map((line) => line.seq)).toEqual([4, 3])
  expect(data).toMatchObject({ total: 4, chain: { intact: true, checked: 4, problem: null } })
})

describe('--at', () => {
  test.each<[string, string, readonly number[]]>([
    ['at the very moment of an entry, that entry', '2026-10-01T12:10:00.000Z', [2]],
    ['a millisecond before it, the one before', '2026-10-01T12:09:59.999Z', [1]],
    ['between two, the earlier', '2026-10-01T12:15Z', [2]],
    ['after the last, the last', '2027-01-01', [4]],
    ['a date is its last moment, in UTC', '2026-10-01', [4]],
    ['in another zone', '2026-10-01T14:15+02:00', [2]],
    ['during a hold: the hold, and the move whose bundle ran', '2026-10-01T12:25Z', [3, 2]],
  ])('%s', async (_, at, seqs) => {
    const { data } = await (await story()).ana.log('prod', { at })
    expect(data.entries.map((line) => line.seq)).toEqual(seqs)
  })

  test('says what ran, who moved it there and why, even where somebody else held it since', async () => {
    const { data } = await (await story()).ana.log('prod', { at: '2026-10-01T12:25Z' })
    expect(data.entries.at(-1)).toMatchObject({
      version: 'v2',
      action: 'promote',
      actor: { name: 'retrain', kind: 'automation' },
      reason: 'better recall',
    })
  })

  test('before the first entry: exit 3', async () => {
    const error = await refused((await story()).ana.log('prod', { at: '2026-10-01T11:59:59Z' }))
    expect([error.code, error.exit]).toEqual(['NOT_FOUND', 3])
    expect(error.message).toContain('prod did not exist at 2026-10-01T11:59:59Z')
  })

  test('two entries of one millisecond: the newer was in force', async () => {
    const stage = makeStage()
    for (const model of ['m1', 'm2']) await stage.bundle({ model })
    await stage.ana.promote('v1', 'prod')
    await stage.ana.promote('v2', 'prod')
    expect((await stage.ana.log('prod', { at: stage.now() })).data.entries.map((line) => line.seq)).toEqual([2])
  })

  test('while it was retired: nothing ran', async () => {
    const stage = await story()
    await stage.ana.retire('prod', { reason: 'moved to prod-eu' })
    const { data } = await stage.ana.log('prod', { at: stage.now() })
    expect(data.entries).toMatchObject([{ action: 'retire', bundle: null, version: null, reason: 'moved to prod-eu' }])
  })

  test.each([
    'yesterday',
    '',
    '2026-10-01T12:00',
    '2026-10-01 12:00Z',
    '2026-13-01',
    '2026-02-30',
    '2026-02-30T10:00Z',
    '2025-02-29',
    '2026-10-01T25:00Z',
    '2026-10-01T12:61Z',
    '12:00Z',
    '01.10.2026',
    '2026-10-01Z',
    '0000-00-00',
  ])('%j is no time (2)', async (at) => {
    const error = await refused((await story()).ana.log('prod', { at }))
    expect([error.code, error.exit]).toEqual(['USAGE', 2])
    expect(error.message).toContain(JSON.stringify(at))
  })

  test('a leap day is a day', () => {
    expect(parseTime('2028-02-29')).toBe(Date.parse('2028-02-29T23:59:59.999Z'))
    expect(parseTime('2026-10-01T12:00:00.5Z')).toBe(Date.parse('2026-10-01T12:00:00.500Z'))
  })
})

describe('--op', () => {
  test('shows what one operation did', async () => {
    const stage = await story()
    await stage.ana.promote('v1', 'staging', { op: 'deploy-7' })
    await stage.ana.hold('prod', { op: 'deploy-7' })
    expect((await stage.ana.log('prod', { op: 'deploy-7' })).data.entries).toMatchObject([
      { seq: 5, action: 'hold', op: 'deploy-7' },
    ])
    expect((await stage.ana.log('staging', { op: 'deploy-7' })).data.entries).toMatchObject([
      { seq: 1, action: 'promote' },
    ])
  })

  test('of an operation that was not done: exit 3, saying so', async () => {
    const error = await refused((await story()).ana.log('prod', { op: 'deploy-8' }))
    expect([error.code, error.exit]).toEqual(['NOT_FOUND', 3])
    expect(error.message).toContain('no entry of operation deploy-8: it was not done')
  })
})

test('of a pointer that there is not: exit 3 with the nearest', async () => {
  const error = await refused((await story()).ana.log('prdo'))
  expect([error.code, error.exit, error.hint]).toEqual(['POINTER_UNKNOWN', 3, 'did you mean prod?'])
})

describe('the time of an entry never goes back', () => {
  test('a clock that went back gives the time of the entry before, and says so', async () => {
    const stage = await story()
    stage.wait(-3600)
    await stage.ana.hold('prod')
    const [before, after] = (await stage.entries('prod')).slice(-2)
    expect(after?.at).toBe(before?.at)
    expect(stage.warnings).toMatchObject([{ code: 'CLOCK_SKEW' }])
  })

  test('by a little, without a word', async () => {
    const stage = await story()
    stage.wait(-200)
    await stage.ana.hold('prod')
    expect(stage.warnings).toEqual([])
  })
})

describe('the chain', () => {
  /** A registry in which one stored entry reads differently from some moment on. */
  function damaged(seq: number, change: (record: LogRecord) => LogRecord | null) {
    let isOn = false
    const wrap = (registry: Registry): Registry => ({
      ...registry,
      logs: {
        ...registry.logs,
        read: async (log, n) => {
          const record = await registry.logs.read(log, n)
          return isOn && record !== null && n === seq && log === `pointers/${APP}/prod` ? change(record) : record
        },
        tip: async (log) => {
          const record = await registry.logs.tip(log)
          return isOn && record?.seq === seq && log === `pointers/${APP}/prod` ? change(record) : record
        },
      },
    })
    const stage = makeStage({ wrap })
    return { stage, breakIt: () => (isOn = true) }
  }

  /** The same entry with another reason and an id that fits: what a careful hand would leave. */
  function rewritten({ seq, bytes }: LogRecord): LogRecord {
    const { id, ...rest } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>
    rest.reason = 'rewritten'
    return { seq, bytes: canonicalBytes({ ...rest, id: digestOf(canonicalBytes(rest)) }) }
  }

  const flipped = ({ seq, bytes }: LogRecord): LogRecord => {
    const copy = Uint8Array.from(bytes)
    copy[100] = (copy[100] as number) ^ 1
    return { seq, bytes: copy }
  }

  async function fill(stage: Stage): Promise<void> {
    for (const model of ['m1', 'm2', 'm3', 'm4']) await stage.bundle({ model })
    for (const version of ['v1', 'v2', 'v3', 'v4']) {
      await stage.ana.promote(version, 'prod')
      stage.wait(60)
    }
  }

  test('whole: intact, with the digest of the newest entry to compare', async () => {
    const stage = await story()
    const { chain } = (await stage.ana.log('prod')).data
    const tip = await stage.bare.logs.tip(`pointers/${APP}/prod`)
    expect(chain).toEqual({ intact: true, checked: 4, problem: null, tip: digestOf(tip?.bytes ?? '') })
  })

  test.each<[string, (record: LogRecord) => LogRecord | null, RegExp]>([
    ['rewritten with an id that fits', rewritten, /entry 3 .* does not follow from entry 2 as it is now/],
    ['with a flipped bit', flipped, /entry pointers\/fraud\/prod@2 /],
    ['lost', () => null, /has no entry 2, and has entry 3/],
  ])('an entry %s: broken, said where, and what can be shown is shown', async (_, change, problem) => {
    const { stage, breakIt } = damaged(2, change)
    await fill(stage)
    breakIt()
    const { data } = await stage.ana.log('prod')
    expect(data.chain).toMatchObject({ intact: false, checked: 2 })
    expect(data.chain.problem).toMatch(problem)
    expect(data.entries.map((line) => line.seq)).toEqual([4, 3])
    expect(stage.warnings.at(-1)?.message).toMatch(problem)
  })

  test('--at from before the break is not answered: exit 7', async () => {
    const { stage, breakIt } = damaged(2, rewritten)
    await fill(stage)
    breakIt()
    expect((await refused(stage.ana.log('prod', { at: '2026-10-01T12:00:30Z' }))).exit).toBe(7)
    expect((await stage.ana.log('prod', { at: '2026-10-01T12:02:30Z' })).data.entries.map((line) => line.seq)).toEqual([
      3,
    ])
  })

  test('a damaged newest entry: exit 7 for whoever needs it', async () => {
    const { stage, breakIt } = damaged(4, flipped)
    await fill(stage)
    breakIt()
    for (const attempt of [
      stage.ana.log('prod'),
      stage.ana.rollback('prod'),
      stage.ana.resolve('prod'),
      stage.ana.promote('v1', 'prod'),
    ])
      expect((await refused(attempt)).exit).toBe(7)
  })

  test('a rollback does not care for what is broken behind what it restores', async () => {
    const { stage, breakIt } = damaged(1, flipped)
    await fill(stage)
    breakIt()
    expect((await stage.ana.rollback('prod')).data.to_version).toBe('v3')
  })

  test('an entry that a rollback would restore and that is lost: exit 7, nothing written', async () => {
    const { stage, breakIt } = damaged(3, () => null)
    await fill(stage)
    breakIt()
    expect((await refused(stage.ana.rollback('prod'))).code).toBe('CHAIN_BROKEN')
  })

  test('an undo does not put back an entry that was rewritten: exit 7', async () => {
    const { stage, breakIt } = damaged(3, rewritten)
    await fill(stage)
    breakIt()
    expect((await refused(stage.ana.undo('prod@4'))).code).toBe('CHAIN_BROKEN')
  })

  test('of a long history the newest part is checked, and it is said how much', async () => {
    const stage = makeStage()
    await stage.bundle({ model: 'm1' })
    await stage.ana.promote('v1', 'prod')
    for (let seq = 2; seq <= 1100; seq++) await stage.ana.hold('prod')
    const { data } = await stage.ana.log('prod')
    expect(data).toMatchObject({ total: 1100, chain: { intact: null, checked: 1000, problem: null } })
  })
})
