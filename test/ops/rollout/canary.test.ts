import { expect, test } from 'vitest'
import { automation, human, losing, makeStage, plain, refused } from '../registry.ts'
import { armNames, rollouts, versionAt, weights } from './hands.ts'

async function onProd(
  flags: Parameters<ReturnType<typeof rollouts>['start']>[2] = { steps: '5%,25%,100%', hold: '10m' },
) {
  const stage = makeStage()
  const arms = [
    await stage.bundle({ model: 'a' }),
    await stage.bundle({ model: 'b' }),
    await stage.bundle({ model: 'c' }),
  ]
  const [v1, v2, v3] = arms as [(typeof arms)[0], (typeof arms)[0], (typeof arms)[0]]
  await stage.ana.promote('v1', 'prod')
  const ana = rollouts(stage, human('ana'))
  const cron = rollouts(stage, automation('cron'))
  const started = await ana.start('v2', 'prod', flags)
  return { stage, v1, v2, v3, ana, cron, started }
}

test('a canary goes step by step, and ends as a plain route of the candidate', async () => {
  const { stage, v1, v2, cron, started } = await onProd()
  expect(started).toMatchObject({
    changed: true,
    data: {
      ...{ action: 'start', seq: 2, from: v1.bundle, to: v1.bundle, undo: 'aiship undo prod@2', left: [], marks: [] },
      rollout: { step: 1, steps: 2, weight: 5000, control: 5000, state: 'running', strategy: 'canary' },
    },
  })
  const first = await stage.newest('prod')
  expect(first).toMatchObject({ settled: 1, back: { seq: 1, bundle: v1.bundle }, hold: null })
  expect(weights(first)).toEqual({ candidate: 5000, control: 5000, stable: 90_000 })
  expect(first.route?.bucket).toMatchObject({ by: 'targetingKey', salt: `${first.rollout?.id}:`, missing: 'stable' })
  expect([versionAt(first, 'candidate'), versionAt(first, 'control'), versionAt(first, 'stable')]).toEqual([
    'v2',
    'v1',
    'v1',
  ])

  const early = await cron.advance('prod')
  expect(early.changed).toBe(false)
  expect(early.data.rollout?.waits).toEqual(['its hold is over at 2026-10-01T12:10:00.000Z'])
  stage.wait(599)
  expect((await cron.advance('prod')).changed).toBe(false)
  stage.wait(1)
  expect((await cron.advance('prod')).data).toMatchObject({
    action: 'step',
    seq: 3,
    rollout: { step: 2, weight: 25_000 },
  })
  const second = await stage.newest('prod')
  expect(second).toMatchObject({ settled: 1, back: { seq: 1 } })
  expect(second.route?.bucket).toEqual(first.route?.bucket)

  stage.wait(600)
  expect((await cron.advance('prod')).data).toMatchObject({
    ...{ action: 'complete', seq: 4, from: v1.bundle, to: v2.bundle, rollout: null, left: [v1] },
    ended: { candidate: 'v2', stable: 'v1' },
  })
  const done = await stage.newest('prod')
  expect(done).toMatchObject({ settled: 4, back: { seq: 1, bundle: v1.bundle }, marks: [], rollout: null })
  expect(done.route).toEqual(plain(v2))
  expect((await cron.advance('prod')).changed).toBe(false)
  expect((await stage.ana.rollback('prod')).data).toMatchObject({ to: v1.bundle, seq: 5 })
  expect(await stage.newest('prod')).toMatchObject({ back: null, settled: 5 })
})

test('shares below one per cent, up to a thousandth, and no control where the policy wants none', async () => {
  const { stage } = await onProd({ steps: '0.001%,0.5%,60%' })
  expect(weights(await stage.newest('prod'))).toEqual({ candidate: 1, control: 1, stable: 99_998 })
  const cron = rollouts(stage, automation('cron'))
  await cron.advance('prod')
  expect(weights(await stage.newest('prod'))).toEqual({ candidate: 500, control: 500, stable: 99_000 })
  await cron.advance('prod')
  const entry = await stage.newest('prod')
  expect(weights(entry)).toEqual({ candidate: 60_000, control: 40_000 })
  expect(armNames(entry)).toEqual(['candidate', 'control', 'stable'])
  await cron.advance('prod')
  expect(await stage.newest('prod')).toMatchObject({ action: 'complete', rollout: null })
})

test('a rollback in the middle is one entry: back to stable, the candidate marked, the hold set', async () => {
  const { stage, v1, v2 } = await onProd()
  const { data } = await stage.ana.rollback('prod', { reason: 'errors' })
  expect(data).toMatchObject({
    ...{ seq: 3, from: v1.bundle, to: v1.bundle, left: [v2], rollout: null },
    ...{ ended: { candidate: 'v2', stable: 'v1', further: null } },
    marks: [{ digest: v2.bundle, verdict: 'bad' }],
  })
  const entry = await stage.newest('prod')
  expect(entry).toMatchObject({ settled: 1, back: null, hold: { reason: 'errors' }, rollout: null })
  expect(entry.route).toEqual(plain(v1))
  expect(await stage.marksOn(v2.bundle)).toMatchObject([{ verdict: 'bad', scope: { pointer: 'prod' } }])
})

test('after it, another responder is told; the same one, or --expect, leaves what was stable too', async () => {
  const stage = makeStage()
  for (const model of ['a', 'b', 'c']) await stage.bundle({ model })
  await stage.ana.promote('v1', 'prod')
  await stage.ana.promote('v2', 'prod')
  const ana = rollouts(stage, human('ana'))
  await ana.start('v3', 'prod', { steps: '5%' })
  const { data } = await stage.ana.rollback('prod')
  expect(data.ended).toMatchObject({ stable: 'v2', further: 'aiship rollback prod --expect 4' })
  stage.wait(30)
  const error = await refused(stage.ben.rollback('prod'))
  expect([error.code, error.exit]).toEqual(['ROLLED_BACK_BY_ANOTHER', 5])
  expect((await stage.ben.type(data.ended?.further ?? '')).changed).toBe(true)
  expect(await stage.newest('prod')).toMatchObject({ seq: 5, to: (await stage.entries('prod'))[0]?.to })
})

test('a rollback by another of a minute ago does not keep anybody from leaving a rollout', async () => {
  const { stage, v1, cron, ana } = await onProd()
  await ana.abort('prod')
  await stage.ana.promote('v2', 'prod')
  await stage.ben.rollback('prod', { hold: false, mark: false })
  await ana.start('v3', 'prod', { steps: '5%' })
  expect((await stage.ana.rollback('prod')).data).toMatchObject({ to: v1.bundle, seq: 7 })
  expect((await cron.advance('prod')).changed).toBe(false)
})

test('where what was stable is bad too, a rollback goes further and marks both', async () => {
  const { stage, ana } = await onProd()
  await ana.abort('prod')
  await stage.ana.promote('v2', 'prod')
  await ana.start('v3', 'prod', { steps: '5%' })
  await stage.ana.mark('v2', 'bad')
  const { data } = await stage.ana.rollback('prod')
  expect(data).toMatchObject({ to_version: 'v1', ended: { candidate: 'v3', stable: 'v2' } })
  expect(data.left.map((arm) => arm.version).sort()).toEqual(['v2', 'v3'])
  expect(await stage.newest('prod')).toMatchObject({ settled: data.seq, back: null })
})

test('that some of what was stable is lost is no reason to stay with the candidate', async () => {
  const { wrap, lose } = losing()
  const stage = makeStage({ wrap })
  const v1 = await stage.bundle({ model: 'a' })
  await stage.bundle({ model: 'b' })
  await stage.ana.promote('v1', 'prod')
  await rollouts(stage, human('ana')).start('v2', 'prod', { steps: '5%' })
  lose('a')
  expect((await stage.ana.rollback('prod')).data).toMatchObject({ to: v1.bundle, ended: { candidate: 'v2' } })
  expect(stage.warnings.map(({ code }) => code)).toEqual(['OBJECT_MISSING'])
})

test('a candidate that is not whole starts nothing, and gets no more', async () => {
  const { wrap, lose } = losing()
  const stage = makeStage({ wrap })
  for (const model of ['a', 'b', 'c']) await stage.bundle({ model })
  await stage.ana.promote('v1', 'prod')
  const ana = rollouts(stage, human('ana'))
  await ana.start('v2', 'prod', { steps: '5%,25%', onNewCandidate: 'supersede' })
  lose('b')
  lose('c')
  expect(await refused(ana.advance('prod'))).toMatchObject({ code: 'OBJECT_MISSING', exit: 7 })
  expect(await refused(ana.start('v3', 'prod', { steps: '5%' }))).toMatchObject({ code: 'OBJECT_MISSING' })
  expect((await stage.newest('prod')).seq).toBe(2)
})

test('abort returns to stable without mark and hold; where nothing runs it changes nothing', async () => {
  const { stage, v1, ana } = await onProd()
  expect((await ana.abort('prod', { reason: 'not better' })).data).toMatchObject({ action: 'abort', seq: 3, marks: [] })
  const entry = await stage.newest('prod')
  expect(entry).toMatchObject({ settled: 1, back: null, hold: null, marks: [], rollout: null })
  expect(entry.route).toEqual(plain(v1))
  expect((await ana.abort('prod')).changed).toBe(false)
  expect(
    await stage
      .as(human('ana'))
      .resolve('prod~1')
      .catch((error) => error.code),
  ).toBe('NOT_FOUND')
})

test('promote and another start during a rollout are exit 6 where the policy refuses', async () => {
  const { stage, ana } = await onProd({ steps: '5%,25%', onNewCandidate: 'refuse' })
  for (const ref of ['v1', 'v2', 'v3'])
    expect(await refused(stage.ana.promote(ref, 'prod'))).toMatchObject({ code: 'ROLLOUT_RUNNING', exit: 6 })
  expect(await refused(ana.start('v3', 'prod', { steps: '5%' }))).toMatchObject({ code: 'ROLLOUT_RUNNING', exit: 6 })
  expect((await ana.start('v2', 'prod', { steps: '5%,25%', onNewCandidate: 'refuse' })).changed).toBe(false)
  expect(await refused(ana.start('v2', 'prod', { steps: '6%' }))).toMatchObject({ code: 'ROLLOUT_RUNNING' })
})

test('a hold pauses a rollout; lifting it leaves it paused, and a person resumes', async () => {
  const { stage, cron, ana } = await onProd()
  await stage.ben.hold('prod', { reason: 'look' })
  expect(await stage.newest('prod')).toMatchObject({ rollout: { state: 'paused', step: 1 }, hold: { reason: 'look' } })
  stage.wait(3600)
  expect((await cron.advance('prod')).data.rollout?.waits).toEqual(['it is paused'])
  expect(await refused(ana.resume('prod'))).toMatchObject({ code: 'HELD', exit: 6 })
  await stage.ben.unhold('prod')
  expect(await refused(cron.resume('prod'))).toMatchObject({ code: 'PERSON_NEEDED', exit: 6 })
  expect((await ana.resume('prod')).data).toMatchObject({ action: 'resume', rollout: { state: 'running', step: 1 } })
  expect((await cron.advance('prod')).changed, 'the hold of the step begins anew').toBe(false)
  stage.wait(600)
  expect((await cron.advance('prod')).data).toMatchObject({ action: 'step' })
  expect((await ana.pause('prod')).data.rollout?.state).toBe('paused')
  expect((await ana.pause('prod')).changed).toBe(false)
})

test('a candidate that was marked bad meanwhile gets no more', async () => {
  const { stage, cron } = await onProd({ steps: '5%,25%' })
  await stage.ben.mark('v2', 'bad', { reason: 'leaks' })
  const error = await refused(cron.advance('prod'))
  expect([error.code, error.exit]).toEqual(['MARKED_BAD', 6])
  expect((await stage.newest('prod')).seq).toBe(2)
})

test('a held pointer starts no rollout, and a person passes with a reason', async () => {
  const stage = makeStage()
  for (const model of ['a', 'b']) await stage.bundle({ model })
  await stage.ana.promote('v1', 'prod')
  await stage.ana.hold('prod')
  const ana = rollouts(stage, human('ana'))
  expect(await refused(ana.start('v2', 'prod', { steps: '5%' }))).toMatchObject({ code: 'HELD', exit: 6 })
  await ana.start('v2', 'prod', { steps: '5%' }, { override: 'known' })
  expect(await stage.newest('prod')).toMatchObject({ override: 'known', hold: { by: { name: 'ana' } } })
  expect(await refused(ana.advance('prod'))).toMatchObject({ code: 'HELD' })
})

test('units and approvals: what nobody has said keeps a step back', async () => {
  const { cron, ana, stage } = await onProd({ steps: '5%,25%', units: 300, approval: true })
  const waiting = (await cron.advance('prod', { units: 299 })).data.rollout?.waits
  expect(waiting).toEqual(['it needs 300 units, and has 299', 'a person has to approve it (--approve)'])
  expect(await refused(cron.advance('prod', { units: 300, approve: true }))).toMatchObject({ code: 'PERSON_NEEDED' })
  expect((await ana.advance('prod', { approve: true })).changed).toBe(false)
  expect((await ana.advance('prod', { approve: true, units: 300 })).changed).toBe(true)
  expect((await stage.newest('prod')).rollout?.step).toBe(2)
})

test('after the deadline the next step is to abort, whatever it waits for', async () => {
  const { stage, cron, ana, v1 } = await onProd({ steps: '5%,25%', hold: '10m', deadline: '1h' })
  await ana.pause('prod')
  stage.wait(3599)
  expect((await cron.advance('prod')).changed).toBe(false)
  stage.wait(1)
  expect((await cron.advance('prod')).data).toMatchObject({ action: 'abort', reason: 'the deadline of 1 h has passed' })
  expect((await stage.newest('prod')).route).toEqual(plain(v1))
})

test('undo of a step, of the start, of the end and of a rollback: a rollout comes back paused', async () => {
  const { stage, ana, v1 } = await onProd({ steps: '5%,25%' })
  await ana.advance('prod')
  await stage.ana.undo('prod@3')
  expect(await stage.newest('prod')).toMatchObject({
    settled: 1,
    rollout: { state: 'paused', step: 1 },
    back: { seq: 1 },
  })
  expect(weights(await stage.newest('prod'))).toMatchObject({ candidate: 5000 })
  await ana.resume('prod')
  await ana.advance('prod')
  await ana.advance('prod')
  expect(await stage.newest('prod')).toMatchObject({ action: 'complete', settled: 7 })
  await stage.ana.undo('prod@7')
  expect(await stage.newest('prod')).toMatchObject({ settled: 1, rollout: { state: 'paused', step: 2 } })
  await stage.ana.rollback('prod')
  await stage.ana.undo('prod@9')
  expect(await stage.newest('prod')).toMatchObject({ settled: 1, rollout: { state: 'paused', step: 2 }, hold: null })
  await ana.abort('prod')
  await ana.start('v3', 'prod', { steps: '5%' })
  const { seq } = await stage.newest('prod')
  await stage.ana.undo(`prod@${seq}`)
  expect(await stage.newest('prod')).toMatchObject({ settled: 1, rollout: null, back: null })
  expect((await stage.newest('prod')).route).toEqual(plain(v1))
})

test('the same operation again is the same answer; another one by its name is refused', async () => {
  const { ana, cron } = await onProd()
  await ana.abort('prod')
  const once = await ana.start('v2', 'prod', { steps: '5%,25%' }, { op: 'deploy-7' })
  const again = await ana.start('v2', 'prod', { steps: '5%,25%' }, { op: 'deploy-7' })
  expect([once.changed, again.changed, again.data.seq]).toEqual([true, false, once.data.seq])
  expect(await refused(ana.start('v3', 'prod', { steps: '5%,25%' }, { op: 'deploy-7' }))).toMatchObject({
    code: 'USAGE',
  })
  expect(await refused(ana.start('v2', 'prod', { steps: '6%' }, { op: 'deploy-7' }))).toMatchObject({ code: 'USAGE' })
  const step = await cron.advance('prod', { op: 'step-1' })
  expect((await cron.advance('prod', { op: 'step-1' })).data.seq).toBe(step.data.seq)
  expect(await refused(cron.advance('prod', { expect: 1 }))).toMatchObject({ code: 'POINTER_MOVED', exit: 5 })
})

test('a new candidate: queued, and started when the one before has ended', async () => {
  const { stage, ana, cron, v2 } = await onProd({ steps: '5%' })
  expect((await ana.start('v3', 'prod', { steps: '10%' })).data).toMatchObject({
    action: 'queue',
    rollout: { queued: 'v3' },
  })
  expect((await ana.start('v3', 'prod', { steps: '10%' })).changed).toBe(false)
  expect((await ana.status('prod')).data.queued).toBe('v3')
  const completed = await cron.advance('prod')
  expect(completed.data).toMatchObject({ action: 'complete', to: v2.bundle, queued: 'v3', dropped: null })
  expect((await ana.status('prod')).data).toMatchObject({ rollout: null, queued: 'v3' })
  expect((await cron.advance('prod')).data).toMatchObject({
    ...{ action: 'start', queued: null, dropped: null },
    rollout: { candidate: { version: 'v3' } },
  })
  expect(await stage.newest('prod')).toMatchObject({ back: { seq: 4, bundle: v2.bundle }, settled: 4 })
  await ana.start('v1', 'prod', { steps: '10%' })
  expect((await stage.ana.rollback('prod')).data).toMatchObject({ queued: null, dropped: 'v1' })
  expect((await cron.advance('prod')).changed, 'a rollback drops what was queued').toBe(false)
})

test.each<[string, Parameters<typeof onProd>[0], (hands: Awaited<ReturnType<typeof onProd>>) => Promise<unknown>]>([
  ['an abort', { steps: '5%,25%' }, async () => null],
  ['an abort after the end', { steps: '5%' }, async ({ cron }) => cron.advance('prod')],
])('%s drops what is queued, and says so', async (_, flags, first) => {
  const hands = await onProd(flags)
  const { stage, ana, cron } = hands
  await ana.start('v3', 'prod', { steps: '10%' })
  await first(hands)
  const { to } = await stage.newest('prod')
  const aborted = await ana.abort('prod', { op: 'calm' })
  expect(aborted).toMatchObject({ changed: true, data: { action: 'abort', to, queued: null, dropped: 'v3' } })
  expect((await ana.abort('prod', { op: 'calm' })).data.dropped, 'asked again').toBe('v3')
  expect((await ana.status('prod')).data).toMatchObject({ rollout: null, queued: null })
  expect((await cron.advance('prod')).changed).toBe(false)
  expect((await ana.abort('prod')).changed).toBe(false)
})

test('whatever takes the place of what is queued says so', async () => {
  const { stage, ana, cron } = await onProd({ steps: '5%' })
  await stage.bundle({ model: 'd' })
  await ana.start('v3', 'prod', { steps: '10%' })
  expect((await ana.start('v3', 'prod', { steps: '20%' })).data).toMatchObject({ queued: 'v3', dropped: null })
  expect((await ana.start('v4', 'prod', { steps: '10%' })).data).toMatchObject({ queued: 'v4', dropped: 'v3' })
  await cron.advance('prod')
  expect((await stage.ana.hold('prod')).data).toMatchObject({ queued: null, dropped: 'v4' })
})

test('a new candidate: superseding, in one entry and by a salt of its own', async () => {
  const { stage, ana, v1, v2 } = await onProd({ steps: '5%,25%', onNewCandidate: 'supersede' })
  const first = await stage.newest('prod')
  const { data } = await ana.start('v3', 'prod', { steps: '10%' })
  expect(data).toMatchObject({ action: 'start', seq: 3, left: [v2], marks: [] })
  const second = await stage.newest('prod')
  expect(second).toMatchObject({ settled: 1, back: { seq: 1, bundle: v1.bundle } })
  expect(second.route?.bucket?.salt).not.toBe(first.route?.bucket?.salt)
})

test('what says nothing yet has nothing stable, and what it says already needs no rollout', async () => {
  const { stage, ana } = await onProd()
  expect(await refused(ana.start('v2', 'staging', { steps: '5%' }))).toMatchObject({ code: 'POINTER_UNKNOWN', exit: 3 })
  await ana.abort('prod')
  expect((await ana.start('v1', 'prod', { steps: '5%' })).changed).toBe(false)
  expect(await refused(ana.pause('prod'))).toMatchObject({ code: 'NO_ROLLOUT', exit: 3 })
  await stage.ana.retire('prod')
  expect(await refused(ana.start('v2', 'prod', { steps: '5%' }))).toMatchObject({ code: 'POINTER_UNKNOWN' })
})

test('a protected pointer asks before each step, and never before an abort', async () => {
  const stage = makeStage({ declared: { prod: { protected: true } } })
  for (const model of ['a', 'b']) await stage.bundle({ model })
  await stage.ana.promote('v1', 'prod')
  const ana = rollouts(stage, human('ana'))
  stage.questions.length = 0
  await ana.start('v2', 'prod', { steps: '5%,25%' })
  await ana.advance('prod')
  stage.say(false)
  expect(await refused(ana.advance('prod'))).toMatchObject({ code: 'INTERRUPTED' })
  expect(stage.questions).toHaveLength(3)
  await ana.abort('prod')
  expect(stage.questions).toHaveLength(3)
})

test('rules that a pointer has stay before the split', async () => {
  const { stage, v1, v2, v3, ana } = await onProd()
  await ana.abort('prod')
  const rule = { when: { '==': [{ var: 'group' }, 'beta'] }, to: { eu: 100_000 } }
  await stage.write('prod', {
    route: { arms: { eu: v3, stable: v1 }, serve: [rule, { to: { stable: 100_000 } }], fallback: 'stable' },
  })
  await ana.start('v2', 'prod', { steps: '5%' })
  expect((await stage.newest('prod')).route?.serve).toEqual([
    rule,
    { to: { candidate: 5000, control: 5000, stable: 90_000 } },
  ])
  await ana.advance('prod')
  expect((await stage.newest('prod')).route).toEqual({
    ...{ arms: { eu: v3, stable: v2 }, fallback: 'stable' },
    serve: [rule, { to: { stable: 100_000 } }],
  })
})
