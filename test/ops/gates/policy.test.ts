import { expect, test } from 'vitest'
import { canonicalBytes } from '../../../src/core/digest.ts'
import { makeStage, refused, type Stage } from '../registry.ts'

// The policy that judged an entry, and what becomes of it when aiship.yaml says something else.

const yaml = (min: number, isProtected = true): string =>
  `gates: {accuracy: {evidence: evaluation, metric: accuracy, min: ${min}}}\npointers: {prod: {protected: ${isProtected}, require: [accuracy]}}`

async function proven(isProtected = true): Promise<Stage> {
  const stage = makeStage()
  stage.configure(yaml(0.9, isProtected))
  for (const [i, model] of ['a', 'b', 'c'].entries()) {
    await stage.bundle({ model })
    stage.files.set('report.json', JSON.stringify({ metrics: { accuracy: i === 0 ? 0.95 : 0.8 } }))
    await stage.ana.type(`aiship evidence add v${i + 1} --file report.json`)
  }
  await stage.ana.promote('v1', 'prod')
  return stage
}

test('an entry names the rules that judged it, an object', async () => {
  const stage = await proven()
  const { policy } = await stage.newest('prod')
  expect(policy).toEqual({ protected: true, rules: expect.stringMatching(/^sha256:/) })
  const chunks: Uint8Array[] = []
  for await (const chunk of stage.bare.objects.get(policy?.rules ?? 'sha256:')) chunks.push(chunk)
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({
    v: 1,
    pointer: { protected: true, require: ['accuracy'] },
    gates: { accuracy: { evidence: 'evaluation', metric: 'accuracy', min: 0.9 } },
  })
})

test('a branch that loosens or deletes a gate does not pass by it', async () => {
  const stage = await proven()
  stage.configure(yaml(0.5))
  const refusal = await refused(stage.retrain.promote('v2', 'prod'))
  expect(refusal).toMatchObject({ code: 'POLICY_CHANGED', exit: 6 })
  expect(refusal.message).toContain('gates.accuracy.min: 0.9 -> 0.5')
  expect((await refused(stage.retrain.promote('v2', 'prod', { acceptPolicy: true }))).code).toBe('POLICY_CHANGED')
  stage.configure('pointers: {prod: {}}')
  const deleted = await refused(stage.retrain.promote('v2', 'prod'))
  expect(deleted.message).toMatch(/protected: true -> false; require: \["accuracy"\] is gone/)
  // Not even declared: then the newest entry's policy is in force.
  stage.configure('pointers: {staging: {}}')
  expect((await refused(stage.retrain.promote('v2', 'prod'))).code).toBe('GATE_FAILED')
})

test('a person accepts the difference, which --override does not do', async () => {
  const stage = await proven()
  stage.configure(yaml(0.5))
  const refusal = await refused(stage.ben.promote('v2', 'prod', { override: 'x' }))
  expect(refusal.code).toBe('POLICY_CHANGED')
  expect(refusal.next.at(-1)).toBe('aiship promote v2 prod --accept-policy')
  await stage.ben.promote('v2', 'prod', { acceptPolicy: true })
  expect(stage.warnings.at(-1)?.code).toBe('POLICY_CHANGED')
  // From now on it is the policy.
  await stage.retrain.promote('v3', 'prod')
  expect((await stage.newest('prod')).seq).toBe(3)
})

test('on a pointer that is not protected people are told, and programs may not loosen what was asked', async () => {
  const stage = await proven(false)
  stage.configure(yaml(0.5, false))
  expect((await refused(stage.retrain.promote('v2', 'prod'))).code).toBe('POLICY_CHANGED')
  await stage.ben.promote('v2', 'prod')
  expect(stage.warnings.at(-1)).toMatchObject({
    code: 'POLICY_CHANGED',
    message: expect.stringContaining('gates.accuracy.min: 0.9 -> 0.5'),
  })
})

test('a rollback goes back under the policy that is there, and asks nothing', async () => {
  const stage = await proven()
  stage.configure(yaml(0.5))
  await stage.ana.promote('v2', 'prod', { acceptPolicy: true })
  const { policy } = await stage.newest('prod')
  stage.configure(yaml(0.99))
  await stage.retrain.rollback('prod', { expect: 2 })
  expect((await stage.newest('prod')).policy).toEqual(policy)
})

test('what only says more of a pointer that had no rules is the first policy', async () => {
  const stage = makeStage()
  await stage.bundle({ model: 'a' })
  await stage.bundle({ model: 'b' })
  await stage.retrain.promote('v1', 'prod')
  stage.configure('gates: {parts: {components: [model]}}\npointers: {prod: {require: [parts]}}')
  await stage.retrain.promote('v2', 'prod')
  expect(stage.warnings.at(-1)?.message).toMatch(/gates.parts: .* is new; require: \["parts"\] is new/)
})

test('rules that nobody could have written pass nothing', async () => {
  const stage = makeStage({ declared: null })
  const route = {
    arms: { stable: await stage.bundle({ model: 'a' }) },
    serve: [{ to: { stable: 100_000 } }],
    fallback: 'stable',
  }
  await stage.bundle({ model: 'b' })
  const batch = await stage.bare.objects.batch()
  const pointer = { require: ['empty', 'absent', 'boundless'], freeze: [{ days: ['mon'], zone: 'Mars/Base' }] }
  const gates = { empty: {}, boundless: { evidence: 'evaluation', metric: 'f1' } }
  const { digest: rules } = await batch.bytes(canonicalBytes({ v: 1, pointer, gates }))
  await batch.flush()
  await stage.write('prod', { route, policy: { protected: false, rules } })
  const { also, gate } = (await refused(stage.ana.promote('v2', 'prod'))).details as {
    gate: string
    also: { gate: string; outcome: string }[]
  }
  expect([gate, ...also.map((one) => one.gate)]).toEqual(['empty', 'absent', 'boundless', 'freeze'])
  expect(new Set(also.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']))
})

test('rules that are lost refuse what goes forward, and no rollback', async () => {
  const stage = makeStage({ declared: null })
  const policy = { protected: false, rules: `sha256:${'d'.repeat(64)}` } as const
  for (const model of ['a', 'b']) {
    const arms = { stable: await stage.bundle({ model }) }
    await stage.write('prod', { route: { arms, serve: [{ to: { stable: 100_000 } }], fallback: 'stable' }, policy })
  }
  expect((await refused(stage.ana.promote('v1', 'prod'))).code).toBe('OBJECT_MISSING')
  expect((await stage.ana.rollback('prod')).data.to_version).toBe('v1')
})
