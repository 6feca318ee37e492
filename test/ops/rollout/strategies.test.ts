import { expect, test } from 'vitest'
import { compileRoute } from '../../../src/core/route-decide.ts'
import { automation, human, makeStage, plain } from '../registry.ts'
import { rollouts, weights } from './hands.ts'

async function staged() {
  const stage = makeStage()
  const v1 = await stage.bundle({ model: 'a' })
  const v2 = await stage.bundle({ model: 'b' })
  await stage.ana.promote('v1', 'prod')
  return { stage, v1, v2, ana: rollouts(stage, human('ana')), cron: rollouts(stage, automation('cron')) }
}

test('a shadow mirrors to the candidate and serves it to nobody, in the end neither', async () => {
  const { stage, v1, ana, cron } = await staged()
  await ana.start('v2', 'prod', { strategy: 'shadow', steps: '10%,100%', hold: '1h' })
  const entry = await stage.newest('prod')
  expect(weights(entry)).toEqual({ stable: 100_000 })
  expect(entry.route?.mirror).toEqual([{ to: 'candidate', per100k: 10_000, effects: 'stub' }])
  const router = await compileRoute(entry.route as NonNullable<typeof entry.route>)
  for (let i = 0; i < 1000; i++) expect(router.decide({ targetingKey: `user-${i}` }).arm).toBe('stable')
  stage.wait(3600)
  await cron.advance('prod')
  expect((await stage.newest('prod')).route?.mirror?.[0]?.per100k).toBe(100_000)
  stage.wait(3600)
  expect((await cron.advance('prod')).data).toMatchObject({ action: 'complete', from: v1.bundle, to: v1.bundle })
  const end = await stage.newest('prod')
  expect(end).toMatchObject({ settled: 1, back: null, marks: [], rollout: null })
  expect(end.route).toEqual(plain(v1))
})

test('a rollback out of a shadow marks what was only mirrored', async () => {
  const { stage, v2, ana } = await staged()
  await ana.start('v2', 'prod', { strategy: 'shadow', steps: '10%' })
  expect((await stage.ana.rollback('prod')).data.marks).toMatchObject([{ digest: v2.bundle, verdict: 'bad' }])
})

test('blue-green: a preview, an approval, the switch, and blue kept for a while', async () => {
  const { stage, v1, v2, ana } = await staged()
  await ana.start('v2', 'prod', { strategy: 'blue-green', approval: true, keepWarm: '48h' })
  const preview = await stage.newest('prod')
  const router = await compileRoute(preview.route as NonNullable<typeof preview.route>)
  const asked = router.decide({ targetingKey: 'u', header: { 'x-aiship-preview': 'green' } })
  expect([asked.arm, asked.reason]).toEqual(['candidate', 'TARGETING_MATCH'])
  expect(router.decide({ targetingKey: 'u' })).toMatchObject({ arm: 'stable' })
  expect((await ana.advance('prod')).changed).toBe(false)
  await ana.advance('prod', { approve: true })
  const switched = await stage.newest('prod')
  expect(switched.route).toEqual({
    ...{ arms: { candidate: v2, stable: v1 }, fallback: 'stable' },
    serve: [{ to: { candidate: 100_000 } }],
  })
  const after = await compileRoute(switched.route as NonNullable<typeof switched.route>)
  expect(after.decide({})).toMatchObject({ arm: 'candidate', reason: 'STATIC' })
  stage.wait(47 * 3600)
  expect((await ana.advance('prod')).data.rollout?.waits).toEqual(['its hold is over at 2026-10-03T12:00:00.000Z'])
  stage.wait(3600)
  expect((await ana.advance('prod')).data).toMatchObject({ action: 'complete', to: v2.bundle })
})

test('blue-green: while blue is kept, the way back is one entry to it', async () => {
  const { stage, v1, ana } = await staged()
  await ana.start('v2', 'prod', { strategy: 'blue-green', keepWarm: '48h' })
  await ana.advance('prod')
  expect((await stage.ana.rollback('prod')).data).toMatchObject({ to: v1.bundle, seq: 4 })
  expect((await stage.newest('prod')).route).toEqual(plain(v1))
})

test('an A/B test stays as it is split until its end date, and decides nothing', async () => {
  const { stage, v1, ana, cron } = await staged()
  await ana.start('v2', 'prod', { strategy: 'ab', steps: '40%', until: '2026-10-15' })
  expect(weights(await stage.newest('prod'))).toEqual({ candidate: 40_000, control: 60_000 })
  stage.wait(13 * 86_400)
  expect((await cron.advance('prod')).data.rollout?.waits).toEqual(['its hold is over at 2026-10-15T00:00:00.000Z'])
  stage.wait(86_400)
  expect((await cron.advance('prod')).data).toMatchObject({ action: 'complete', to: v1.bundle, rollout: null })
  const again = ana.start('v2', 'prod', { strategy: 'ab', steps: '40%', until: '2026-10-15' })
  await expect(again).rejects.toMatchObject({ code: 'POLICY_INVALID', exit: 2 })
})

test('raising the weight moves nobody out of the candidate, and anonymous requests never get it', async () => {
  const { stage, ana } = await staged()
  await ana.start('v2', 'prod', { steps: '0.1%,1%,5%,25%,50%,90%,100%' })
  const keys = Array.from({ length: 20_000 }, (_, i) => `user-${i}`)
  let inside = new Set<string>()
  for (;;) {
    const entry = await stage.newest('prod')
    if (entry.rollout === null) break
    const router = await compileRoute(entry.route as NonNullable<typeof entry.route>)
    const now = new Set(keys.filter((targetingKey) => router.decide({ targetingKey }).arm === 'candidate'))
    for (const key of inside) expect(now.has(key)).toBe(true)
    expect(now.size).toBeGreaterThan(inside.size)
    for (const context of [{}, { targetingKey: '' }, { targetingKey: 7 }])
      expect(router.decide(context).arm).toBe('stable')
    inside = now
    await ana.advance('prod')
  }
  expect(inside.size).toBeGreaterThan(17_500)
})

test('a plan writes nothing, and says what each step could see', async () => {
  const { stage, ana } = await staged()
  const { data, changed } = await ana.plan('prod', { steps: '5%,50%', hold: '2h' }, 10_000, 'v2')
  expect([changed, data.candidate, data.stable, data.total]).toEqual([false, 'v2', 'v1', 14_400_000])
  expect(data.steps[0]?.sees.map(({ requests }) => requests)).toEqual([6554, 1848, 182])
  expect(stage.warnings.map(({ code, message }) => [code, message])).toEqual([
    ['HOLD_TOO_SHORT', 'step 1 holds for 2 h, and a regression of twice the base rate is seen after 3.7 h'],
  ])
  expect(await stage.entries('prod')).toHaveLength(1)
})

test('it waits, and makes one step after the other', async () => {
  const { stage, ana, v2 } = await staged()
  await ana.start('v2', 'prod', { steps: '5%,25%' })
  expect((await ana.advance('prod', { wait: true })).data).toMatchObject({ action: 'complete', to: v2.bundle })
  expect(await stage.entries('prod')).toHaveLength(4)
})

test('status says where it is, and what the policy is', async () => {
  const { ana } = await staged()
  expect((await ana.status('prod')).data).toMatchObject({ rollout: null, plan: null, version: 'v1' })
  await ana.start('v2', 'prod', { steps: '5%,25%', hold: '10m' })
  const { data } = await ana.status('prod')
  expect(data).toMatchObject({
    version: 'v1',
    rollout: { step: 1, due: '2026-10-01T12:10:00.000Z' },
    plan: { by: 'targetingKey' },
  })
  expect(data.rollout?.deadline).toBe('2026-10-02T12:20:00.000Z')
})
