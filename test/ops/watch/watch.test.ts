import { expect, test } from 'vitest'
import { plain } from '../registry.ts'
import { BROKEN, SILENT, scene } from './scene.ts'

const STEPS = { steps: '5%,25%,100%', hold: '1m', deadline: '1h' }

test('a canary that errs more than the rest is rolled back by one entry, marked and held, with evidence that says the same again', async () => {
  const { stage, ana, become, look, replay, v1, v2 } = await scene()
  await ana.start('v2', 'prod', STEPS)
  become(BROKEN)
  stage.wait(9)
  expect((await look()).data).toMatchObject({ verdict: 'unknown', action: 'none', mode: 'rollout', ended: 'once' })
  stage.wait(21)
  const { data, changed } = await look()
  expect({ changed, ...data }).toMatchObject({
    ...{ changed: true, verdict: 'fail', action: 'rollback', seq: 2, ended: 'once' },
    guards: [{ name: 'errors', outcome: 'fail' }],
    move: { seq: 3, action: 'rollback', to: v1.bundle, actor: { name: 'cron', kind: 'automation' } },
  })
  const entry = await stage.newest('prod')
  expect(entry).toMatchObject({ seq: 3, hold: { by: { name: 'cron' } }, evidence: [data.evidence], rollout: null })
  expect(entry.route).toEqual(plain(v1))
  expect(entry.reason).toBe(data.why)
  expect(await stage.marksOn(v2.bundle)).toMatchObject([{ verdict: 'bad', scope: { pointer: 'prod' } }])
  expect((await replay(3)).data).toMatchObject({ replay: 'same', verdict: 'fail', why: data.why })
})

test('a healthy one goes step by step to the end, and never before its hold is over', async () => {
  const { stage, ana, look, watch, replay } = await scene()
  await ana.start('v2', 'prod', STEPS)
  stage.wait(59)
  expect((await look()).data).toMatchObject({ action: 'none', rollout: { waits: [expect.stringMatching(/its hold/)] } })
  const { data } = await watch({ forMs: 10 * 60_000 })
  expect(data).toMatchObject({ ended: 'time', mode: 'steady' })
  const entries = await stage.entries('prod')
  expect(entries.map(({ action }) => action)).toEqual(['promote', 'start', 'step', 'complete'])
  for (const { seq, evidence, actor } of entries.slice(2)) {
    expect([actor.kind, evidence.length]).toEqual(['automation', 1])
    expect((await replay(seq)).data.replay).toBe('same')
  }
})

test('what cannot be told holds it where it is, until the deadline aborts it', async () => {
  const { stage, ana, become, watch } = await scene()
  await ana.start('v2', 'prod', { ...STEPS, deadline: '20m' })
  become(SILENT)
  const { data } = await watch({ forMs: 3_600_000 })
  expect(data).toMatchObject({
    verdict: 'unknown',
    action: 'abort',
    ended: 'acted',
    why: 'the deadline of 20 min has passed',
  })
  expect((await stage.entries('prod')).map(({ action }) => action)).toEqual(['promote', 'start', 'abort'])
})

test('a batch that closes while it looks is read at once after', async () => {
  const { stage, ana, become, watch } = await scene()
  await ana.start('v2', 'prod', STEPS)
  let slept = 0
  stage.meanwhile(async () => {
    slept++
  })
  become({
    answer(question, sides, window) {
      if (question.guard.name === 'errors') stage.wait(3)
      return BROKEN.answer(question, sides, window)
    },
  })
  expect((await watch({ forMs: 600_000 })).data.action).toBe('rollback')
  expect(slept).toBeLessThan(5)
})
