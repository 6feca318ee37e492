import { expect, test } from 'vitest'
import { firstAct, judgeAt } from '../../../src/core/backtest.ts'
import { policyBacktest } from '../../../src/ops/backtest.ts'
import { human, refused } from '../registry.ts'
import { analysed, BROKEN, GUARDED, type Scene, SILENT, scene, traffic } from './scene.ts'

const STEPS = { steps: '5%,25%,100%', hold: '1m', deadline: '1h' }

const backtest = async ({ stage }: Scene, policy: string | null = null) =>
  (await policyBacktest(stage.context(human('ana')), { pointer: 'prod', policy, limit: 20 })).data

/** Nobody watched it, and it went all the way. */
async function unwatched() {
  const s = await scene('pointers: {prod: {}}')
  await s.ana.start('v2', 'prod', STEPS)
  for (const _ of [1, 2]) {
    s.stage.wait(61)
    await s.ana.advance('prod')
  }
  s.stage.configure(GUARDED)
  return s
}

test('what nobody watched would have been rolled back, and when; none of its steps after that was its', async () => {
  const s = await unwatched()
  s.become(BROKEN)
  const { guards, rollouts } = await backtest(s)
  expect(guards).toEqual(['errors'])
  expect(rollouts).toMatchObject([
    {
      candidate: { version: 'v2' },
      stable: { version: 'v1' },
      ended: { action: 'complete', seq: 4 },
      numbers: 'sources',
      would: { action: 'rollback', verdict: 'fail', at: '2026-10-01T12:00:10.000Z' },
      held: [],
    },
  ])
  expect((await s.stage.entries('prod')).length).toBe(4)
})

test('what was well would have gone on, step by step', async () => {
  const s = await unwatched()
  s.become(traffic({ perSecond: 2, every: 100 }, { perSecond: 38, every: 100 }))
  const { rollouts } = await backtest(s)
  expect(rollouts).toMatchObject([{ would: null, last: { verdict: 'pass' } }])
  // After a minute there were too few exposures to tell.
  expect(rollouts[0]?.held).toMatchObject([{ seq: 3, action: 'step', verdict: 'unknown' }])
})

test('without numbers it can tell nothing, and says so', async () => {
  const s = await unwatched()
  s.become(SILENT)
  expect((await backtest(s)).rollouts).toMatchObject([
    { numbers: 'none', would: null, last: { verdict: 'unknown' }, held: [{ seq: 3 }, { seq: 4 }] },
  ])
})

test('where the numbers are gone, those that a watch kept of the same guard are judged', async () => {
  const s = await scene()
  await s.ana.start('v2', 'prod', STEPS)
  s.become(BROKEN)
  await s.watch({ forMs: 300_000 })
  s.become(SILENT)
  const { rollouts } = await backtest(s)
  expect(rollouts).toMatchObject([
    { numbers: 'evidence', ended: { action: 'rollback' }, would: { action: 'rollback' } },
  ])
  expect(rollouts[0]?.would?.at).toBe(rollouts[0]?.ended?.at)
})

test('another policy from a file, looser or stricter', async () => {
  const s = await unwatched()
  s.become(BROKEN)
  const guard = (rest: string) => `    - {name: errors, kind: rate, events: errors, exposures: requests, ${rest}}`
  s.stage.files.set('loose.yaml', analysed(guard('ceiling: 60%, onFail: hold')))
  expect((await backtest(s, 'loose.yaml')).rollouts).toMatchObject([{ would: null }])
  s.stage.files.set(
    'strict.yaml',
    'interval: 10s\ngrace: 0s\nsource: command\ncommand: [./count.sh]\nguards:\n' +
      guard('ceiling: 10%, onFail: abort').slice(2),
  )
  expect((await backtest(s, 'strict.yaml')).rollouts).toMatchObject([{ would: { action: 'abort' } }])
  s.stage.files.set('none.yaml', 'a: 1')
  expect(await refused(backtest(s, 'none.yaml'))).toMatchObject({ code: 'POLICY_INVALID', exit: 2 })
})

test('two rollouts one after the other are two', async () => {
  const s = await scene()
  for (const seconds of [30, 1]) {
    await s.ana.start('v2', 'prod', STEPS)
    s.stage.wait(seconds)
    await s.ana.abort('prod')
  }
  expect((await backtest(s)).rollouts.map(({ ended }) => ended?.seq)).toEqual([5, 3])
})

test('a pointer without rollouts has none, and one without guards says what to give', async () => {
  const s = await scene()
  expect((await backtest(s)).rollouts).toEqual([])
  s.stage.configure('pointers: {prod: {}}')
  expect(await refused(backtest(s))).toMatchObject({ code: 'USAGE', exit: 2 })
})

test('of many looks the first one that acts is found, as if each had been tried', async () => {
  const s = await unwatched()
  s.become(BROKEN)
  const { rollouts } = await backtest(s)
  const look = { ...(await lookOf(s)), interval: 1000 }
  const times = Array.from({ length: 900 }, (_, k) => look.start + 100 * (k + 1))
  const each = times.map((at) => judgeAt(look, at)).find(({ action }) => action === 'rollback')
  expect(firstAct(look, times)).toEqual(each)
  expect(rollouts).toHaveLength(1)
})

async function lookOf(s: Scene) {
  const { look } = await import('../../../src/ops/watch-look.ts')
  const { ofRollout } = await import('../../../src/core/watch-stretch.ts')
  const entries = (await s.stage.entries('prod')).filter(({ rollout }) => rollout !== null)
  const watch = s.stage.context(human('ana')).config?.rules.prod?.pointer.watch
  if (watch === undefined) throw new Error('no guards')
  const stretch = ofRollout('prod', entries, { ...watch, interval: '1s' }, Date.parse(s.stage.now()), null)
  const [asked] = (await look(s.stage.context(human('ana')), [stretch])).looks
  if (asked === undefined) throw new Error('nothing was asked')
  return asked
}
