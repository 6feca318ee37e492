import { describe, expect, test } from 'vitest'
import { rolloutStart } from '../../../src/ops/rollout-start.ts'
import { human, refused, routed } from '../registry.ts'
import { analysed, BROKEN, GUARDED, HEALTHY, type Scene, SILENT, scene, traffic } from './scene.ts'

const STEPS = { steps: '5%,25%,100%', hold: '1m', deadline: '1h' }
const guarded = (guard: string, more = ''): string =>
  GUARDED.replace(/ {8}- .*$/, `        - ${guard}`).replace('      guards:', `${more}      guards:`)
const errors = (rest: string): string => `{name: errors, kind: rate, events: errors, exposures: requests, ${rest}}`

const actions = async ({ stage }: Scene): Promise<readonly string[]> =>
  (await stage.entries('prod')).map(({ action }) => action)

const startBy = (s: Scene, policy: string, actor = human('ana')) => {
  s.stage.files.set('rollout.yaml', policy)
  return rolloutStart(s.stage.context(actor), {
    ...{ ref: 'v2', pointer: 'prod', policy: { file: 'rollout.yaml' }, reason: null, override: null },
    command: 'aiship rollout start v2 prod --policy rollout.yaml',
  })
}

describe('what a failing guard asks for', () => {
  test.each([
    ['hold', ['promote', 'start', 'hold'], 'hold'],
    ['abort', ['promote', 'start', 'abort'], 'abort'],
    ['rollback', ['promote', 'start', 'rollback'], 'rollback'],
  ])('%s', async (onFail, expected, action) => {
    const s = await scene(guarded(errors(`onFail: ${onFail}`)))
    await s.ana.start('v2', 'prod', STEPS)
    s.become(BROKEN)
    s.stage.wait(30)
    expect((await s.look()).data).toMatchObject({ verdict: 'fail', action })
    expect(await actions(s)).toEqual(expected)
    // And no more than once.
    s.stage.wait(30)
    if (onFail === 'hold') expect((await s.look()).data).toMatchObject({ verdict: 'fail', action: 'none' })
    expect(await actions(s)).toEqual(expected)
  })

  test('warn goes on, and says so', async () => {
    const s = await scene(guarded(errors('onFail: warn')))
    await s.ana.start('v2', 'prod', STEPS)
    s.become(BROKEN)
    s.stage.wait(30)
    expect((await s.look()).data).toMatchObject({ action: 'warn', move: null })
  })

  test('a held rollout is still rolled back, and aborted at its deadline', async () => {
    const s = await scene(guarded(errors('onFail: hold')))
    await s.ana.start('v2', 'prod', { ...STEPS, deadline: '10m' })
    s.become(BROKEN)
    expect((await s.watch({ forMs: 3_600_000 })).data).toMatchObject({ action: 'abort', ended: 'acted' })
    expect(await actions(s)).toEqual(['promote', 'start', 'hold', 'abort'])
  })
})

describe('people go first', () => {
  test('a move by a person ends a watch, and nothing more is done', async () => {
    const s = await scene()
    await s.ana.start('v2', 'prod', STEPS)
    let slept = 0
    s.stage.meanwhile(async () => {
      if (++slept === 2) {
        await s.ana.pause('prod')
        s.become(BROKEN)
      }
    })
    expect((await s.watch({ forMs: 600_000 })).data).toMatchObject({ ended: 'moved' })
    expect(await actions(s)).toEqual(['promote', 'start', 'pause'])
  })

  test('one between the look and the act comes first', async () => {
    const s = await scene()
    await s.ana.start('v2', 'prod', STEPS)
    s.become({
      answer(question, sides, window) {
        // While the numbers are read, somebody moves the pointer.
        late ??= s.stage.ana.rollback('prod', { reason: 'I saw it' })
        return BROKEN.answer(question, sides, window)
      },
    })
    let late: Promise<unknown> | null = null
    s.stage.wait(30)
    const { data, changed } = await s.look()
    await late
    expect({ changed, ...data }).toMatchObject({ changed: false, ended: 'moved', action: 'none', move: null })
    expect((await s.stage.newest('prod')).actor.name).toBe('ana')
  })

  test('whoever makes a step by hand goes on with the plan', async () => {
    const s = await scene()
    await s.ana.start('v2', 'prod', STEPS)
    let slept = 0
    s.stage.meanwhile(async () => {
      if (++slept === 1) await s.ana.advance('prod', { override: 'I looked' }).catch(() => undefined)
    })
    expect((await s.watch({ forMs: 600_000 })).data.ended).toBe('time')
  })

  test('another program is looked at anew', async () => {
    const s = await scene()
    await s.ana.start('v2', 'prod', STEPS)
    let slept = 0
    s.stage.meanwhile(async () => {
      if (++slept === 2) await s.cron.pause('prod')
    })
    expect((await s.watch({ forMs: 300_000 })).data).toMatchObject({ ended: 'time', rollout: { state: 'paused' } })
  })
})

describe('what is rolled back', () => {
  test('is not rolled back further by a program', async () => {
    const s = await scene(guarded(errors('ceiling: 5%, onFail: rollback')))
    await s.stage.ana.promote('v2', 'prod')
    s.become(BROKEN)
    s.stage.wait(120)
    expect((await s.look()).data).toMatchObject({ action: 'rollback', mode: 'steady' })
    await s.stage.bundle({ model: 'c' })
    s.stage.wait(120)
    expect((await s.look()).data).toMatchObject({
      verdict: 'fail',
      action: 'none',
      why: expect.stringMatching(/takes a person$/),
    })
    expect(await actions(s)).toEqual(['promote', 'promote', 'rollback'])
  })

  test('where there is nothing before it, it is held', async () => {
    const s = await scene(guarded(errors('ceiling: 5%, onFail: rollback')))
    s.become(BROKEN)
    s.stage.wait(120)
    expect((await s.look()).data).toMatchObject({ verdict: 'fail', action: 'hold' })
    expect(await actions(s)).toEqual(['promote', 'hold'])
    s.stage.wait(60)
    expect((await s.look()).data.action).toBe('none')
    expect(await actions(s)).toEqual(['promote', 'hold'])
  })
})

describe('after the rollout', () => {
  const FLOOR = '        - {name: floor, kind: rate, events: errors, exposures: requests, ceiling: 60%, onFail: hold}'
  const KEPT = `${guarded(errors('delay: 5m, onFail: rollback'), '      keep_watching: 1h\n')}\n${FLOOR}`

  test('one that ended within a batch is told by the whole ones', async () => {
    const s = await scene(KEPT)
    await s.ana.start('v2', 'prod', { ...STEPS, deadline: '4m' })
    const { data } = await s.watch({ forMs: 600_000, everyMs: 7000 })
    expect(data).toMatchObject({ mode: 'keep_watching', verdict: 'pass' })
    expect(data.guards[0]).toMatchObject({ name: 'errors', outcome: 'pass', unavailable: 0 })
  })

  test('labels that come late still take it back', async () => {
    const s = await scene(KEPT)
    await s.ana.start('v2', 'prod', { ...STEPS, deadline: '4m' })
    expect((await s.watch({ forMs: 180_000 })).data).toMatchObject({ mode: 'keep_watching', action: 'none' })
    expect(await actions(s)).toEqual(['promote', 'start', 'step', 'complete'])
    s.become(BROKEN)
    const { data } = await s.watch({ forMs: 600_000 })
    expect(data).toMatchObject({ mode: 'keep_watching', action: 'rollback', move: { to_version: 'v1' } })
    expect(data.guards.map(({ name }) => name)).toEqual(['errors', 'floor'])
    expect((await s.replay(5)).data.replay).toBe('same')
  })

  test('once that is over, only what needs nobody beside it decides', async () => {
    const s = await scene(KEPT)
    await s.ana.start('v2', 'prod', { ...STEPS, deadline: '4m' })
    await s.watch({ forMs: 180_000 })
    s.stage.wait(3700)
    s.become(BROKEN)
    expect((await s.look()).data).toMatchObject({
      ...{ mode: 'steady', verdict: 'pass', action: 'none' },
      guards: [
        { name: 'errors', outcome: 'unknown', idle: true },
        { name: 'floor', outcome: 'pass' },
      ],
    })
  })
})

describe('a rollout with an analysis of its own', () => {
  const OWN = analysed(`    - ${errors('onFail: rollback')}`)

  test('is watched by it, whatever the pointer says', async () => {
    const s = await scene('pointers: {prod: {}}')
    await startBy(s, OWN)
    expect((await s.stage.newest('prod')).rollout?.policy.analysis?.guards).toMatchObject([{ name: 'errors' }])
    s.become(BROKEN)
    s.stage.wait(30)
    expect((await s.look()).data.action).toBe('rollback')
  })

  test('is not advanced by anybody while its guards do not pass, but by a person who says why', async () => {
    const s = await scene('pointers: {prod: {}}')
    await startBy(s, OWN)
    s.become(SILENT)
    s.stage.wait(61)
    const waits = (await s.cron.advance('prod')).data.rollout?.waits
    expect(waits).toEqual([
      expect.stringMatching(/^the guards decide, and do not pass: errors: no data: nobody answers/),
    ])
    s.become(BROKEN)
    expect((await s.cron.advance('prod')).data.rollout?.waits).toEqual([
      expect.stringMatching(/aiship watch prod --once does what they ask for: rollback\)$/),
    ])
    expect((await s.ana.advance('prod', { override: 'known, harmless' })).data.action).toBe('step')
    s.become(HEALTHY)
    expect(await actions(s)).toEqual(['promote', 'start', 'step'])
  })

  test('is advanced by a plain advance where they pass, and the entry names why', async () => {
    const s = await scene('pointers: {prod: {}}')
    await startBy(s, OWN)
    s.stage.wait(121)
    expect((await s.cron.advance('prod')).data.action).toBe('step')
    expect((await s.replay(3)).data).toMatchObject({ replay: 'same', verdict: 'pass' })
  })

  test('gates of its own are asked at each step', async () => {
    const s = await scene('pointers: {prod: {}}')
    const gates = 'gates: {accuracy: {evidence: evaluation, metric: accuracy, min: 0.9}}\n'
    expect(await refused(startBy(s, `${OWN}${gates}`))).toMatchObject({ code: 'GATE_UNKNOWN', exit: 6 })
    s.stage.files.set('report.json', '{"metrics": {"accuracy": 0.95}}')
    await s.stage.ana.type('aiship evidence add v2 --type evaluation --file report.json')
    expect((await startBy(s, `${OWN}${gates}`)).changed).toBe(true)
    s.stage.wait(121)
    s.stage.files.set('report.json', '{"metrics": {"accuracy": 0.5}}')
    await s.stage.ana.type('aiship evidence add v2 --type evaluation --file report.json')
    expect((await s.look()).data).toMatchObject({
      ...{
        verdict: 'pass',
        action: 'none',
        move: null,
        why: expect.stringMatching(/nothing worse; .*accuracy is 0.5/),
      },
    })
    expect(await actions(s)).toEqual(['promote', 'start'])
  })
})

test('a step that is refused is not made, and what goes wrong then is still taken back', async () => {
  const s = await scene()
  await s.ana.start('v2', 'prod', STEPS)
  await s.stage.ana.mark('v2', 'bad', { reason: 'poison' })
  const held = await s.watch({ forMs: 120_000 })
  expect(held.data).toMatchObject({
    action: 'none',
    ended: 'time',
    why: expect.stringMatching(/marked bad by ana.*poison/),
  })
  expect(s.stage.warnings.map(({ code }) => code)).toContain('MARKED_BAD')
  s.become(BROKEN)
  expect((await s.watch({ forMs: 120_000 })).data).toMatchObject({ action: 'rollback', ended: 'acted' })
})

test('a repeat with the same --op gives the same answer, and does nothing', async () => {
  const s = await scene()
  await s.ana.start('v2', 'prod', STEPS)
  s.become(BROKEN)
  s.stage.wait(30)
  const first = await s.look('job-7')
  s.stage.wait(30)
  const again = await s.look('job-7')
  expect([first.changed, again.changed]).toEqual([true, false])
  for (const key of ['verdict', 'action', 'why', 'guards', 'evidence', 'seq', 'interval'] as const)
    expect(again.data[key]).toEqual(first.data[key])
  expect(await actions(s)).toEqual(['promote', 'start', 'rollback'])
})

test('a step that needs so many units gets their number from what a guard counts', async () => {
  const s = await scene()
  await s.ana.start('v2', 'prod', { ...STEPS, units: 1000 })
  s.stage.wait(121)
  expect((await s.look()).data.rollout?.waits).toEqual(['it needs 1000 units, and has 605'])
  s.stage.wait(120)
  expect((await s.look()).data.action).toBe('advance')
})

test('on a protected pointer the yes to the rollout is the yes to what its guards let through', async () => {
  const s = await scene(GUARDED.replace('  prod:\n', '  prod:\n    protected: true\n'))
  await s.ana.start('v2', 'prod', STEPS)
  const asked = s.stage.questions.length
  s.stage.say(false)
  await s.watch({ forMs: 300_000 })
  expect(await actions(s)).toEqual(['promote', 'start', 'step', 'complete'])
  expect(s.stage.questions).toHaveLength(asked)
})

describe('people are told', () => {
  const TOLD = guarded(
    errors('onFail: rollback'),
    '      notify: [{command: [./page.sh]}, {webhook: "https://away.example"}]\n',
  )

  test('once the move is there, once for each, and that one could not be is no reason to stay', async () => {
    const s = await scene(TOLD)
    await s.ana.start('v2', 'prod', STEPS)
    s.become(BROKEN)
    const { data } = await s.watch({ forMs: 300_000 })
    expect(data).toMatchObject({
      action: 'rollback',
      told: [
        { to: './page.sh', problem: null },
        { to: 'away.example', problem: 'is away' },
      ],
    })
    expect(s.stage.told.map(({ notice }) => notice)).toMatchObject([
      { pointer: 'prod', seq: 3, action: 'rollback', reason: data.why, to: 'v1', evidence: data.evidence },
      { seq: 3 },
    ])
    expect(s.stage.warnings.map(({ code }) => code)).toEqual(['WATCH_WEAK', 'NOTIFY_FAILED'])
  })

  test('of what somebody else did, nobody is told by it', async () => {
    const s = await scene(TOLD)
    await s.ana.start('v2', 'prod', STEPS)
    s.become(BROKEN)
    const all = await Promise.all([s.watch({ forMs: 300_000 }), s.watch({ forMs: 300_000 })])
    expect(all.filter(({ data }) => data.told.length > 0)).toHaveLength(1)
    expect(s.stage.told).toHaveLength(2)
  })
})

describe('a clock that jumps', () => {
  test('ahead: it looks twice before it does anything', async () => {
    const s = await scene()
    await s.ana.start('v2', 'prod', { ...STEPS, hold: '10m', deadline: '12h' })
    let slept = 0
    s.stage.meanwhile(async () => {
      slept++
      if (slept === 2) s.stage.wait(24 * 3600)
      if (slept === 3) s.stage.wait(-24 * 3600)
      if (slept === 9) await s.ana.pause('prod')
    })
    await s.watch({ forMs: 48 * 3_600_000 })
    expect(await actions(s)).toEqual(['promote', 'start', 'pause'])
    expect(s.stage.warnings.map(({ code }) => code)).toEqual(['WATCH_WEAK', 'CLOCK_JUMPED', 'CLOCK_JUMPED'])
  })

  test('behind the start: no batch is closed, and nothing is done', async () => {
    const s = await scene()
    await s.ana.start('v2', 'prod', STEPS)
    s.become(BROKEN)
    s.stage.wait(-3600)
    expect((await s.look()).data).toMatchObject({ verdict: 'unknown', action: 'none' })
  })
})

describe('a rollout that somebody wrote by hand', () => {
  test.each([
    [
      'another policy',
      (r: object) => ({ ...r, policy: { ...(r as { policy: object }).policy, deadline: 9e9 } }),
      /another policy/,
    ],
    ['a later step', (r: object) => ({ ...r, step: 2 }), /another route/],
    ['a step that there is not', (r: object) => ({ ...r, step: 9 }), /step 9, and its policy has 2/],
  ])('%s: nothing goes forward', async (_, change, message) => {
    const s = await scene()
    await s.ana.start('v2', 'prod', STEPS)
    const { rollout, route, settled, back } = await s.stage.newest('prod')
    if (route === null || rollout === null) throw new Error('no rollout')
    await s.stage.write('prod', { route, rollout: change(rollout) as typeof rollout, settled, back, action: 'step' })
    s.stage.wait(121)
    const error = await refused(s.look())
    expect([error.code, error.exit]).toEqual(['CORRUPT', 7])
    expect(error.message).toMatch(message)
    expect((await s.stage.ana.type(error.next[0] as string)).changed).toBe(true)
  })

  test('another route: the same', async () => {
    const s = await scene()
    await s.ana.start('v2', 'prod', STEPS)
    const { rollout, settled, back } = await s.stage.newest('prod')
    const arms = { candidate: s.v2, stable: s.v1 }
    await s.stage.write('prod', { route: routed(arms, { candidate: 50_000, stable: 50_000 }), rollout, settled, back })
    s.stage.wait(121)
    expect(await refused(s.look())).toMatchObject({ code: 'CORRUPT', message: expect.stringMatching(/another route/) })
  })
})

test('guards that a branch deletes go on until the next move, and that is said', async () => {
  const s = await scene()
  await s.ana.start('v2', 'prod', STEPS)
  s.stage.configure('pointers: {prod: {}, staging: {}, canary: {}}')
  s.become(BROKEN)
  s.stage.wait(30)
  expect((await s.look()).data.action).toBe('rollback')
  expect(s.stage.warnings.map(({ code }) => code)).toEqual(['POLICY_CHANGED', 'WATCH_WEAK'])
})

test('where there is nothing to watch, it says what to write', async () => {
  const s = await scene('pointers: {prod: {}}')
  expect(await refused(s.look())).toMatchObject({
    code: 'USAGE',
    exit: 2,
    message: expect.stringMatching(/nothing to watch on prod/),
  })
})

test('for a cron it is no mistake that a watched rollout is over', async () => {
  const s = await scene('pointers: {prod: {}}')
  await startBy(s, analysed(`    - ${errors('onFail: rollback')}`))
  s.become(BROKEN)
  s.stage.wait(30)
  expect((await s.look()).data.action).toBe('rollback')
  s.stage.wait(30)
  expect(await s.look()).toMatchObject({
    changed: false,
    data: { action: 'none', verdict: 'unknown', guards: [], ended: 'once', why: expect.stringMatching(/is over$/) },
  })
  expect(await refused(s.watch({ forMs: 60_000 }))).toMatchObject({ code: 'USAGE' })
})

test('replay tells an entry that no watch made, and evidence that was changed', async () => {
  const s = await scene()
  expect(await refused(s.replay(1))).toMatchObject({ code: 'NOT_FOUND', exit: 3 })
  expect(await refused(s.replay(9))).toMatchObject({ code: 'NOT_FOUND', exit: 3 })
  await s.ana.start('v2', 'prod', STEPS)
  s.become(traffic({ perSecond: 5, every: 3 }, { perSecond: 95, every: 100 }))
  s.stage.wait(40)
  const { data } = await s.look()
  expect(data.action).toBe('rollback')
  const { route, evidence } = await s.stage.newest('prod')
  if (route === null) throw new Error('retired')
  // The same evidence, for another entry.
  await s.stage.write('prod', { route, evidence })
  expect(await refused(s.replay(4))).toMatchObject({ code: 'CORRUPT', exit: 7 })
})

test('a policy file names the line and the key of what is wrong with its guards', async () => {
  const s = await scene('pointers: {prod: {}}')
  const wrong = analysed('    - {name: errors, kind: rate, evnts: x, onFail: rollback}')
  const error = await refused(startBy(s, wrong))
  expect([error.code, error.exit]).toEqual(['POLICY_INVALID', 2])
  expect(error.message).toMatch(/^rollout\.yaml:\d+:\d+: analysis\.guards\.0 has an unknown key evnts$/)
  const never = analysed(`    - ${errors('onFail: warn')}`)
  expect(await refused(startBy(s, never))).toMatchObject({ message: expect.stringMatching(/step 1 can never end/) })
})
