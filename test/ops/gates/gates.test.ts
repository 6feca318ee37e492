import { describe, expect, test } from 'vitest'
import type { CheckData, MoveData } from '../../../src/core/model.gen.ts'
import type { Result } from '../../../src/core/ports.ts'
import { evidenceLog } from '../../../src/ops/evidence.ts'
import { type Hands, human, makeStage, refused, type Stage } from '../registry.ts'

// Gates in front of a pointer, on a real registry in memory, through the real commands.

/** Puts down an evaluation of a version, as the command reads it. */
async function evaluate(stage: Stage, version: string, report: object, hands: Hands = stage.ana): Promise<void> {
  stage.files.set('report.json', JSON.stringify(report))
  await hands.type(`aiship evidence add ${version} --type evaluation --file report.json`)
}

const check = async (stage: Stage, line: string): Promise<CheckData> =>
  ((await stage.ana.type(`aiship check ${line}`)) as Result<CheckData>).data

/** "accuracy: fail" of each gate. */
const outcomes = ({ pointers }: CheckData): readonly string[] =>
  pointers.flatMap(({ gates }) => gates.map(({ name, outcome }) => `${name}: ${outcome}`))

const why = ({ pointers }: CheckData, gate: string): string | undefined =>
  pointers.flatMap(({ gates }) => gates).find(({ name }) => name === gate)?.why

const ACCURACY = 'gates: {accuracy: {evidence: evaluation, metric: accuracy, min: 0.9}}'
const GATED = `${ACCURACY}\npointers: {prod: {require: [accuracy]}, staging: {}, canary: {}}`

async function gated(yaml = GATED): Promise<Stage> {
  const stage = makeStage()
  stage.configure(yaml)
  await stage.bundle({ model: 'a', features: 'f', eval: 'e' })
  await stage.bundle({ model: 'b', features: 'f', eval: 'e' })
  return stage
}

describe('a metric', () => {
  test('that nobody measured is unknown, and refuses with what to do', async () => {
    const stage = await gated()
    const error = await refused(stage.ana.promote('v1', 'prod'))
    expect(error).toMatchObject({ code: 'GATE_UNKNOWN', exit: 6 })
    expect(error.message).toBe('prod was not moved: gate accuracy: unknown, v1 has no evaluation')
    expect(error.next.at(-1)).toBe('aiship evidence add v1 --type evaluation --file FILE')
    expect(outcomes(await check(stage, 'v1 --against prod'))).toEqual(['whole: pass', 'accuracy: unknown'])
  })

  test.each([
    [0.93, 'pass', 'accuracy is 0.93, at least 0.9'],
    [0.9, 'pass', 'accuracy is 0.9, at least 0.9'],
    [0.89, 'fail', 'accuracy is 0.89, less than 0.9'],
  ])('of %d is a %s', async (accuracy, outcome, words) => {
    const stage = await gated()
    await evaluate(stage, 'v1', { metrics: { accuracy } })
    const data = await check(stage, 'v1 --against prod')
    expect([data.outcome, why(data, 'accuracy')]).toEqual([outcome, words])
    if (outcome === 'pass') expect((await stage.retrain.promote('v1', 'prod')).changed).toBe(true)
    else expect((await refused(stage.retrain.promote('v1', 'prod'))).code).toBe('GATE_FAILED')
  })

  test('of another bundle, or another metric, does not count', async () => {
    const stage = await gated()
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.99 } })
    expect(why(await check(stage, 'v2 --against prod'), 'accuracy')).toBe('v2 has no evaluation')
    await evaluate(stage, 'v2', { metrics: { f1: 0.99 } })
    expect(why(await check(stage, 'v2 --against prod'), 'accuracy')).toBe(
      'no evaluation of v2 has accuracy; there is f1',
    )
  })

  test('counts by its newest evaluation, and the entry names it', async () => {
    const stage = await gated()
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.99 } })
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.5 } })
    expect((await refused(stage.ana.promote('v1', 'prod'))).code).toBe('GATE_FAILED')
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.98 } })
    await stage.ana.promote('v1', 'prod')
    const { evidence } = (await stage.ana.type('aiship evidence ls v1')).data as { evidence: { id: string }[] }
    expect((await stage.newest('prod')).evidence).toEqual([evidence[0]?.id])
  })

  test('is not read from evidence that was forged', async () => {
    const stage = await gated()
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.2 } })
    const v1 = (await stage.ana.resolve('v1')).data.bundle
    const log = evidenceLog(v1)
    const real = await stage.bare.logs.read(log, 1)
    const text = Buffer.from(real?.bytes ?? []).toString()
    // Another number in an entry no longer matches its id.
    await stage.bare.logs.append(log, 2, Buffer.from(text.replace('0.2', '0.99').replace('"seq":1', '"seq":2')))
    expect(await refused(stage.ana.promote('v1', 'prod'))).toMatchObject({ code: 'CORRUPT', exit: 7 })
    // An entry of another bundle, whole in itself, says nothing of this one.
    const v2 = (await stage.ana.resolve('v2')).data.bundle
    const foreign = { bundle: v1, type: 'evaluation', reason: null, approval: null } as const
    const evaluation = { metrics: { accuracy: 0.99 }, samples: {}, eval_set: null, runner: null, runtime: null }
    await stage.append(evidenceLog(v2), null, { ...foreign, evaluation }, human('eve'))
    expect((await refused(stage.ana.promote('v2', 'prod'))).code).toBe('CORRUPT')
  })

  test('must have been measured on the eval set that the gate names', async () => {
    const stage = await gated(
      'gates: {accuracy: {evidence: evaluation, metric: accuracy, min: 0.9, eval_set: eval}}\npointers: {prod: {require: [accuracy]}}',
    )
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.95 } })
    expect(why(await check(stage, 'v1'), 'accuracy')).toMatch(/on another eval set, or on one that nobody named/)
    const { components } = (await stage.ana.type('aiship show v1')).data as {
      components: { name: string; digest: string }[]
    }
    const set = components.find(({ name }) => name === 'eval')?.digest
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.95 }, eval_set: set })
    expect((await check(stage, 'v1')).outcome).toBe('pass')
  })

  test('of a bundle that the pointer had counts while the named components are the same', async () => {
    const yaml = (same: string): string =>
      `gates: {accuracy: {evidence: evaluation, metric: accuracy, min: 0.9, same: [${same}]}}\npointers: {prod: {require: [accuracy]}}`
    const stage = await gated(yaml('features'))
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.95 } })
    await stage.ana.promote('v1', 'prod')
    expect(why(await check(stage, 'v2'), 'accuracy')).toBe('accuracy is 0.95, at least 0.9 (measured of v1)')
    stage.configure(yaml('features, model'))
    expect((await check(stage, 'v2')).outcome).toBe('unknown')
  })
})

describe('not worse than what is served', () => {
  const versus = (more: string): string =>
    `gates: {drop: {evidence: evaluation, metric: accuracy, max_drop_vs: prod, ${more}}}\npointers: {prod: {require: [drop]}}`

  async function served(more: string, before: object, now: object): Promise<CheckData> {
    const stage = await gated(versus(more))
    await evaluate(stage, 'v1', before)
    await stage.ana.promote('v1', 'prod')
    await evaluate(stage, 'v2', now)
    return check(stage, 'v2')
  }
  const of = (accuracy: number, samples?: number) => ({
    metrics: { accuracy },
    ...(samples === undefined ? {} : { samples }),
  })

  test('an empty pointer passes, and says so', async () => {
    const stage = await gated(versus('by: 0.01'))
    await evaluate(stage, 'v1', of(0.5))
    expect(why(await check(stage, 'v1'), 'drop')).toBe('prod says nothing yet, so accuracy is compared with nothing')
    expect((await stage.ana.promote('v1', 'prod')).changed).toBe(true)
  })

  test.each([
    ['by: 0.01', of(0.94), of(0.93), 'pass'],
    ['by: 0.01', of(0.94), of(0.929), 'fail'],
    ['by: 0', of(0.94), of(0.94), 'pass'],
    // With confidence the interval decides: many examples tell, few do not, and without their number nobody knows.
    ['by: 0.02, confidence: 0.95', of(0.94, 100_000), of(0.93, 100_000), 'pass'],
    ['by: 0.02, confidence: 0.95', of(0.94, 100_000), of(0.9, 100_000), 'fail'],
    ['by: 0.02, confidence: 0.95', of(0.94, 100), of(0.93, 100), 'unknown'],
    ['by: 0.02, confidence: 0.95', of(0.94), of(0.94), 'unknown'],
  ])('%s: %j, then %j, is %s', async (more, before, now, outcome) => {
    expect((await served(more, before, now)).outcome).toBe(outcome)
  })

  test('what the pointer serves must have been measured too, and on the same', async () => {
    const stage = await gated(
      ACCURACY.replace('gates: {', `${versus('by: 0.01').split('\n')[0]?.slice(0, -1)}, `).concat(
        '\npointers: {prod: {}}',
      ),
    )
    await stage.ana.promote('v1', 'prod')
    stage.configure(versus('by: 0.01'))
    await evaluate(stage, 'v2', of(0.9))
    expect(why(await check(stage, 'v2'), 'drop')).toBe('v1 has no evaluation')
    await evaluate(stage, 'v1', { ...of(0.9), eval_set: `sha256:${'e'.repeat(64)}` })
    expect(why(await check(stage, 'v2'), 'drop')).toMatch(/v1 was not measured on what nobody named/)
  })

  test('lower is better for what must not rise', async () => {
    const stage = await gated(
      'gates: {slow: {evidence: evaluation, metric: p95, max_rise_vs: prod, by: 5}}\npointers: {prod: {require: [slow]}}',
    )
    await evaluate(stage, 'v1', { metrics: { p95: 100 } })
    await stage.ana.promote('v1', 'prod')
    await evaluate(stage, 'v2', { metrics: { p95: 106 } })
    expect((await check(stage, 'v2')).outcome).toBe('fail')
    await evaluate(stage, 'v2', { metrics: { p95: 90 } })
    expect((await check(stage, 'v2')).outcome).toBe('pass')
  })
})

describe('people', () => {
  const TWO = 'gates: {people: {approvals: 2}}\npointers: {prod: {require: [people]}, staging: {}}'

  test('two must approve, and whoever made the bundle does not count', async () => {
    const stage = await gated(TWO)
    await stage.ana.type('aiship approve v1 --for prod')
    expect(stage.warnings.at(-1)?.code).toBe('OWN_BUNDLE')
    await stage.ben.type('aiship approve v1 --for prod')
    const error = await refused(stage.ben.promote('v1', 'prod'))
    expect(error.message).toMatch(
      /gate people: fail, 1 of 2 people approved v1 \(ben\); ana made it, and does not count/,
    )
    const cy = stage.as(human('cy'))
    await cy.type('aiship approve v1 --for staging')
    expect((await check(stage, 'v1 --against prod')).outcome).toBe('fail')
    await cy.type('aiship approve v1 --for prod')
    expect((await stage.ben.promote('v1', 'prod')).changed).toBe(true)
  })

  test('approving twice is one approval, and it can be taken back', async () => {
    const stage = await gated(TWO)
    const line = 'aiship approve v1 --for prod'
    expect((await stage.ben.type(line)).changed).toBe(true)
    const again = await stage.ben.type(line)
    expect(again).toMatchObject({ changed: false, data: { approved_by: ['ben'], undo: null } })
    const { data } = (await stage.ben.type(`${line} --withdraw`)) as Result<{ approved_by: string[] }>
    expect(data.approved_by).toEqual([])
    await stage.as(human('cy')).type(line)
    expect(why(await check(stage, 'v1 --against prod'), 'people')).toMatch(/^1 of 2 people/)
    expect((await refused(stage.retrain.type(line))).code).toBe('PERSON_NEEDED')
    expect((await refused(stage.ana.type(`${line} --withdraw`))).code).toBe('NOT_FOUND')
  })
})

describe('where it comes from', () => {
  const SOAK = 'pointers: {canary: {}, prod: {from: [canary], soak: 2h}}'

  test('it must have been on canary, for so long, and not have been rolled back there', async () => {
    const stage = await gated(SOAK)
    expect(why(await check(stage, 'v1 --against prod'), 'from')).toBe('v1 has not been on canary')
    await stage.ana.promote('v1', 'canary')
    stage.wait(3600)
    const error = await refused(stage.retrain.promote('v1', 'prod'))
    expect(error.message).toMatch(/v1 has been on canary for 1 h, and 2 h are asked; due at 2026-10-01T14:00:00.000Z/)
    stage.wait(3600)
    await stage.retrain.promote('v1', 'prod')
    await stage.ana.promote('v2', 'canary')
    stage.wait(7200)
    await stage.ana.rollback('canary')
    expect(why(await check(stage, 'v2 --against prod'), 'from')).toBe('v2 was rolled back on canary')
  })

  test('a clock that went back knows nothing of soak', async () => {
    const stage = await gated(SOAK)
    await stage.ana.promote('v1', 'canary')
    stage.wait(-3600)
    const data = await check(stage, 'v1 --against prod')
    expect([data.outcome, why(data, 'from')]).toEqual(['unknown', expect.stringContaining('clock is behind')])
  })
})

describe('a freeze', () => {
  // The stage begins on a Thursday.
  const FROZEN =
    'pointers: {prod: {freeze: [{days: [thu], hours: "14:00-18:00", zone: Europe/Berlin, reason: board meets}]}}'

  test('refuses what goes forward, and nothing that goes back', async () => {
    const stage = await gated('pointers: {prod: {}}')
    await stage.ana.promote('v1', 'prod')
    await stage.ana.promote('v2', 'prod')
    stage.configure(FROZEN)
    const error = await refused(stage.retrain.promote('v1', 'prod'))
    expect(error.message).toContain(
      'gate freeze: fail, frozen each thu 14:00-18:00 (Europe/Berlin): board meets; rollback works',
    )
    expect((await stage.ana.undo('prod@2')).data.to_version).toBe('v1')
    await stage.ana.undo('prod@3', { override: 'needed now' })
    expect((await stage.ana.rollback('prod')).data.to_version).toBe('v1')
    await stage.ana.hold('prod')
    await stage.ana.mark('v2', 'bad')
  })

  test('ends with its hours, and is not told by a clock that went back', async () => {
    const stage = await gated('pointers: {prod: {}}')
    await stage.ana.promote('v1', 'prod')
    stage.configure(FROZEN)
    stage.wait(4 * 3600)
    expect((await check(stage, 'v2')).outcome).toBe('pass')
    await stage.ana.promote('v2', 'prod')
    stage.wait(-24 * 3600)
    expect((await check(stage, 'v1')).outcome).toBe('unknown')
  })
})

describe('the way past', () => {
  test('a person moves past a gate with a reason, and automation does not', async () => {
    const stage = await gated()
    expect((await refused(stage.retrain.promote('v1', 'prod', { override: 'x' }))).code).toBe('PERSON_NEEDED')
    await stage.ana.promote('v1', 'prod', { override: 'the site is down' })
    expect(stage.warnings.at(-1)).toMatchObject({ code: 'GATE_UNKNOWN' })
    expect((await stage.newest('prod')).override).toBe('the site is down')
  })

  test('rollback, hold, mark and abort ask no gate', async () => {
    const stage = await gated(GATED)
    for (const version of ['v1', 'v2']) {
      await evaluate(stage, version, { metrics: { accuracy: 0.95 } })
      await stage.ana.promote(version, 'prod')
    }
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.1 } })
    expect((await stage.retrain.rollback('prod')).data.to_version).toBe('v1')
    await stage.ana.unhold('prod')
    await evaluate(stage, 'v2', { metrics: { accuracy: 0.91 } })
    await stage.ana.type('aiship rollout start v2 prod --steps 5%,100% --override "again"')
    await evaluate(stage, 'v2', { metrics: { accuracy: 0.1 } })
    expect((await refused(stage.retrain.type('aiship rollout advance prod'))).exit).toBe(6)
    const aborted = (await stage.retrain.type('aiship rollout abort prod')) as Result<MoveData>
    expect(aborted.data.to_version).toBe('v1')
  })

  test('routes and rollouts go through the same gates', async () => {
    const stage = await gated()
    await evaluate(stage, 'v1', { metrics: { accuracy: 0.95 } })
    await stage.ana.promote('v1', 'prod')
    expect((await refused(stage.ana.routeSet('prod', '--to', 'candidate=v2:5%,stable'))).code).toBe('GATE_UNKNOWN')
    expect((await refused(stage.ana.type('aiship rollout start v2 prod --steps 5%,100%'))).code).toBe('GATE_UNKNOWN')
    await evaluate(stage, 'v2', { metrics: { accuracy: 0.95 } })
    await stage.ana.routeSet('prod', '--to', 'candidate=v2:5%,stable')
    await evaluate(stage, 'v2', { metrics: { accuracy: 0.2 } })
    // Going back to one arm gives nobody anything new.
    await stage.ana.undo('prod@2')
    expect((await refused(stage.ana.undo('prod@3'))).code).toBe('GATE_FAILED')
  })
})

describe('the parts of a bundle', () => {
  test.each([
    ['{roles: [model-weights, eval-set]}', 'pass'],
    ['{roles: [prompt]}', 'fail'],
    ['{components: [model, features]}', 'pass'],
    // The stage writes versions as one that came without a word on its files.
    ['{allow_formats: [safetensors, onnx]}', 'unknown'],
    ['{git: clean}', 'unknown'],
  ])('%s is a %s', async (gate, outcome) => {
    const stage = await gated(`gates: {parts: ${gate}}\npointers: {prod: {require: [parts]}}`)
    expect((await check(stage, 'v1')).outcome).toBe(outcome)
  })
})

describe('a metric that is compared item by item', () => {
  const yaml =
    'gates: {acc: {evidence: evaluation, metric: acc, max_drop_vs: prod, by: 0.02, confidence: 0.95}}\npointers: {prod: {require: [acc]}, staging: {}}'
  /** Two hundred questions, of which the first so many are answered wrong. */
  const report = (wrong: number, ids = (i: number): string => `q${i}`) => {
    const items = Array.from({ length: 200 }, (_, i) => ({ id: ids(i), value: i < wrong ? 0 : 1 }))
    return { metrics: { acc: (200 - wrong) / 200 }, items }
  }

  test('passes where the same items tell enough, and would not without them', async () => {
    const stage = await gated(yaml)
    await evaluate(stage, 'v1', report(40))
    await stage.ana.promote('v1', 'prod', { override: 'first' })
    await evaluate(
      stage,
      'v2',
      report(40, (i) => `other ${i}`),
    )
    // Two samples of two hundred: how sure is one of two percent?
    expect(why(await check(stage, 'v2 --against prod'), 'acc')).toMatch(/too few examples/)
    await evaluate(stage, 'v2', report(40))
    const data = await check(stage, 'v2 --against prod')
    expect(why(data, 'acc')).toBe(
      'acc is 0.8, and 0.8 on prod (v1); the difference lies in -0.0149 to 0.0149 (95 %, over the same 200 items): not worse by more than 0.02',
    )
    expect((await stage.retrain.promote('v2', 'prod')).changed).toBe(true)
  })

  test('fails where the same items got worse', async () => {
    const stage = await gated(yaml)
    await evaluate(stage, 'v1', report(10))
    await stage.ana.promote('v1', 'prod', { override: 'first' })
    await evaluate(stage, 'v2', report(40))
    expect((await refused(stage.retrain.promote('v2', 'prod'))).code).toBe('GATE_FAILED')
  })

  test('items that are no sound evidence are refused, and nothing is put down', async () => {
    const stage = await gated(yaml)
    const { metrics, items } = report(10)
    for (const bad of [
      { metrics, items: [...items, items[0]] },
      { metrics: { acc: 0.99 }, items },
      { metrics, items: items.slice(0, 1) },
      { metrics, samples: 7, items },
      { metrics, items: [{ id: 'a', value: 'NaN' }] },
    ])
      await expect(evaluate(stage, 'v1', bad)).rejects.toMatchObject({ code: 'EVIDENCE_INVALID' })
    stage.files.set('items.jsonl', items.map((one) => JSON.stringify(one)).join('\n'))
    stage.files.set('report.json', JSON.stringify({ metrics }))
    expect((await stage.ana.type('aiship evidence ls v1')).data).toMatchObject({ evidence: [] })
    await stage.ana.type('aiship evidence add v1 --file report.json --items items.jsonl')
    const { evidence } = (await stage.ana.type('aiship evidence ls v1')).data as {
      evidence: { evaluation: { samples: object; items: { acc: { values: number[] } } } }[]
    }
    expect(evidence[0]?.evaluation.samples).toEqual({ acc: 200 })
    expect(evidence[0]?.evaluation.items.acc.values).toHaveLength(200)
  })
})
