import { expect, test } from 'vitest'
import type { GateResult } from '../../../src/core/model.gen.ts'
import { automation, human, makeStage, refused, type Stage } from '../registry.ts'
import { rollouts } from '../rollout/hands.ts'

// Continuous training kept apart: what automation may do on a pointer with `auto_promote`, and a person may all the same.

const yaml = (auto: string): string =>
  `gates: {as-good: {evidence: evaluation, metric: f1, max_drop_vs: prod, by: 0.01}}
pointers: {prod: {require: [as-good], auto_promote: ${auto}}, staging: {}}`

async function trained(auto = '{through: rollout, soak: 20m}') {
  const stage = makeStage()
  stage.configure(yaml(auto))
  const hands = { ana: rollouts(stage, human('ana')), retrain: rollouts(stage, automation('retrain')) }
  /** One night: another model, measured. Time goes on before and after. */
  const night = async (f1 = 0.9): Promise<string> => {
    stage.wait(3600)
    const { version } = await stage.bundle({ model: `m${stage.now()}`, eval: 'e', data: 'same' })
    stage.wait(60)
    stage.files.set('report.json', JSON.stringify({ metrics: { f1 } }))
    await stage.retrain.type(`aiship evidence add ${version} --file report.json`)
    return version
  }
  await night()
  await stage.ana.promote('v1', 'prod')
  return { stage, night, ...hands }
}

const STEPS = { steps: '5%,100%', hold: '20m' }

/** What refuses, by the rule's own words. */
async function reason(what: Promise<unknown>): Promise<string> {
  const error = await refused(what)
  expect(error).toMatchObject({ exit: 6 })
  return error.message.replace(/^prod was not moved: /, '')
}

test('a better model goes out by a rollout, and by nothing else', async () => {
  const { stage, night, retrain } = await trained()
  await night()
  await stage.retrain.promote('v2', 'staging')
  const error = await refused(stage.retrain.promote('v2', 'prod'))
  expect(error).toMatchObject({ code: 'GATE_FAILED', details: { gate: 'auto_promote' } })
  expect(error.message).toMatch(/gate auto_promote: fail, automation moves it through a rollout only/)
  expect(error.next).toEqual(['aiship rollout start v2 prod --steps 5%,100% --hold 20m'])
  await stage.retrain.type(error.next[0] ?? '')
  stage.wait(20 * 60)
  expect((await retrain.advance('prod')).data).toMatchObject({ action: 'complete', to_version: 'v2' })
})

test('a worse model does not go out at all, and one that got worse meanwhile goes no further', async () => {
  const { stage, night, retrain } = await trained()
  await night(0.5)
  expect(await reason(retrain.start('v2', 'prod', STEPS))).toMatch(/^gate as-good: fail, f1 is 0.5/)
  await night(0.95)
  await retrain.start('v3', 'prod', STEPS)
  stage.wait(20 * 60)
  stage.files.set('report.json', '{"metrics": {"f1": 0.1}}')
  await stage.retrain.type('aiship evidence add v3 --file report.json')
  expect(await reason(retrain.advance('prod'))).toMatch(/^gate as-good: fail/)
})

test.each([
  [{ steps: '5%,100%', hold: '10m' }, /gives the candidate a part for 10 min, and 20 min are asked/],
  [{ strategy: 'blue-green', keepWarm: '1h' } as const, /gives the candidate everything at once/],
])('a rollout that is none does not count: %j', async (flags, words) => {
  const { night, retrain, ana } = await trained()
  await night()
  expect(await reason(retrain.start('v2', 'prod', flags))).toMatch(words)
  // A person may.
  expect((await ana.start('v2', 'prod', flags)).changed).toBe(true)
})

test('what was rolled back cannot come back by itself, not even when the hold is lifted', async () => {
  const { stage, night, retrain } = await trained()
  await night()
  await night()
  await retrain.start('v3', 'prod', STEPS)
  stage.wait(20 * 60)
  await retrain.advance('prod')
  await stage.ana.rollback('prod', { reason: 'wrong on Mondays' })
  expect(await reason(retrain.start('v3', 'prod', STEPS))).toMatch(/^ana holds prod .*v3 was marked bad/)
  const fresh = await night()
  expect(await reason(retrain.start(fresh, 'prod', STEPS))).toMatch(/^ana holds prod/)
  await stage.ana.unhold('prod')
  // Made before the rollback, and never seen in production.
  expect(await reason(retrain.start('v2', 'prod', STEPS))).toMatch(
    /v2 was made before ana decided otherwise \(rollback, prod@4 at .*\): bundle again, or let a person move it/,
  )
  expect(await reason(retrain.start('v3', 'prod', STEPS))).toMatch(
    /v3 was marked bad for prod.*v3 was made before ana decided otherwise/,
  )
  expect((await retrain.start(fresh, 'prod', STEPS)).changed).toBe(true)
})

test('a bundle with a bad component is refused, whatever else is new in it', async () => {
  const { stage, night, retrain } = await trained()
  await night()
  const { data } = await stage.ana.type('aiship show v2')
  const snapshot = (data as { components: { name: string; digest: string }[] }).components.find(
    ({ name }) => name === 'data',
  )
  await stage.ana.mark(snapshot?.digest ?? '', 'bad', { reason: 'labels were shifted' })
  await night()
  expect(await reason(retrain.start('v3', 'prod', STEPS))).toMatch(/^v3 contains data, which was marked bad by ana/)
})

test('an older build does not go over a newer one, nor over what a person chose since', async () => {
  const { stage, night, retrain, ana } = await trained()
  await night()
  await night()
  await retrain.start('v3', 'prod', STEPS)
  expect(await reason(retrain.start('v2', 'prod', { ...STEPS, steps: '1%,100%' }))).toMatch(
    /v2 is an older build than v3, which prod serves/,
  )
  stage.wait(20 * 60)
  await retrain.advance('prod')
  expect(await reason(retrain.start('v2', 'prod', STEPS))).toMatch(/v2 is an older build than v3/)
  await night()
  await stage.ben.promote('v2', 'prod', { reason: 'for the audit' })
  expect(await reason(retrain.start('v4', 'prod', STEPS))).toMatch(
    /v4 was made before ben decided otherwise \(promote, prod@4/,
  )
  // Of a person's own choice automation may make the next steps.
  await ana.start('v4', 'prod', STEPS)
  stage.wait(20 * 60)
  expect((await retrain.advance('prod')).data).toMatchObject({ action: 'complete', to_version: 'v4' })
})

test('through gates, a promote will do; the rest holds all the same', async () => {
  const { stage, night } = await trained('{through: gates}')
  await night()
  await night()
  expect((await stage.retrain.promote('v3', 'prod')).changed).toBe(true)
  expect(await reason(stage.retrain.promote('v2', 'prod'))).toMatch(
    /^gate auto_promote: fail, v2 is an older build than v3/,
  )
  await night(0.5)
  expect(await reason(stage.retrain.promote('v4', 'prod'))).toMatch(/^gate as-good: fail/)
})

test('the first release of a pointer takes a person', async () => {
  const stage: Stage = makeStage()
  stage.configure(yaml('{through: gates}'))
  await stage.bundle({ model: 'a' })
  stage.files.set('report.json', '{"metrics": {"f1": 1}}')
  await stage.retrain.type('aiship evidence add v1 --file report.json')
  expect(await reason(stage.retrain.promote('v1', 'prod'))).toBe(
    "gate auto_promote: fail, prod says nothing yet, and its first release is a person's",
  )
  expect((await stage.ana.promote('v1', 'prod')).changed).toBe(true)
})

test('check tells automation, and judges a person by the gates alone', async () => {
  const { stage, night } = await trained()
  await night()
  await night()
  await stage.ana.promote('v3', 'prod')
  const gates = async (who: typeof stage.ana): Promise<readonly GateResult[]> => {
    const { data } = await who.type('aiship check v2 --against prod')
    return (data as { pointers: { gates: GateResult[] }[] }).pointers[0]?.gates ?? []
  }
  expect((await gates(stage.retrain)).find(({ name }) => name === 'auto_promote')).toMatchObject({
    outcome: 'fail',
    next: 'aiship log prod',
  })
  expect((await gates(stage.ana)).map(({ name }) => name)).toEqual(['whole', 'as-good'])
})

test('the rule is part of the policy: a branch without it does not pass by it', async () => {
  const { stage, night } = await trained()
  await night()
  stage.configure(yaml('{through: gates}'))
  expect(await refused(stage.retrain.promote('v2', 'prod'))).toMatchObject({ code: 'POLICY_CHANGED' })
})
