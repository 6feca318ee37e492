import { describe, expect, test } from 'vitest'
import type { Route } from '../../../src/core/model.gen.ts'
import { human, makeStage, plain, refused, type Stage } from '../registry.ts'
import { rollouts } from '../rollout/hands.ts'

// `route set` changes who gets what. It is a move forward like any other: one entry, one planner, an undo.

async function stage(options?: Parameters<typeof makeStage>[0]): Promise<Stage> {
  const made = makeStage(options)
  for (const n of [1, 2, 3]) await made.bundle({ model: `m${n}` })
  return made
}
async function serving(options?: Parameters<typeof makeStage>[0]): Promise<Stage> {
  const made = await stage(options)
  await made.ana.promote('v1', 'prod')
  return made
}
const routeOf = async (stage: Stage): Promise<Route> => (await stage.newest('prod')).route as Route
const versions = ({ arms }: Route) =>
  Object.fromEntries(Object.entries(arms).map(([name, { version }]) => [name, version]))

test('a share for a candidate: one entry, with a way back and an undo that run as printed', async () => {
  const stage = await serving()
  const { changed, data } = await stage.ana.routeSet('prod', '--to', 'candidate=v2:5%,stable', '--reason', 'try it')
  expect([changed, data.seq, data.action, data.undo]).toEqual([true, 2, 'route', 'aiship undo prod@2'])
  expect(data.rules).toEqual(['1. everybody -> candidate 5 %, stable 95 %'])
  expect(data).toMatchObject({ from: data.to, to_version: 'v1', reason: 'try it', left: [], marks: [], hold: null })
  const entry = await stage.newest('prod')
  expect(entry).toMatchObject({ action: 'route', settled: 2, back: { seq: 1, bundle: data.to }, rollout: null })
  expect(versions(entry.route as Route)).toEqual({ candidate: 'v2', stable: 'v1' })
  expect(entry.route).toMatchObject({
    serve: [{ to: { candidate: 5000, stable: 95_000 } }],
    bucket: { by: 'targetingKey', salt: expect.stringMatching(/^rt_[0-9a-f]{6}:$/), missing: 'stable' },
  })
  await stage.ana.type(data.undo ?? '')
  expect((await routeOf(stage)).serve).toEqual([{ to: { stable: 100_000 } }])
})

test('a rollback restores the route before, and marks what only the new one served', async () => {
  const stage = await serving()
  await stage.ana.routeSet('prod', '--to', 'candidate=v2:5%,stable')
  await stage.ana.routeSet('prod', '--to', 'candidate=v3:10%,stable')
  const { data } = await stage.ana.rollback('prod')
  expect(versions(await routeOf(stage))).toEqual({ candidate: 'v2', stable: 'v1' })
  expect(data.left.map(({ version }) => version)).toEqual(['v3'])
  expect(data.hold?.by.name).toBe('ana')
})

test('the salt stays while shares are raised, so that nobody changes arms', async () => {
  const stage = await serving()
  await stage.ana.routeSet('prod', '--to', 'candidate=v2:1%,stable')
  const { bucket } = await routeOf(stage)
  await stage.ana.routeSet('prod', '--to', 'candidate:25%,stable')
  expect((await routeOf(stage)).bucket).toEqual(bucket)
  expect(stage.warnings).toEqual([])
  await stage.ana.routeSet('prod', '--salt', 'other:')
  expect(stage.warnings).toMatchObject([{ code: 'REDRAWN' }])
})

test('rules: internal users first, then countries and versions, then the draw', async () => {
  const stage = await serving()
  await stage.ana.routeSet('prod', '--country', 'DE,FR', '--app-version', '>=4.2.0', '--to', 'eu=v3')
  await stage.ana.routeSet('prod', '--to', 'candidate=v2:5%,stable')
  const { data } = await stage.ana.routeSet('prod', '--group', 'internal,beta', '--to', 'candidate', '--first')
  expect(data.rules).toEqual([
    '1. group in internal, beta -> candidate',
    '2. geo.country in DE, FR and app.version >= 4.2.0 -> eu',
    '3. everybody else -> candidate 5 %, stable 95 %',
  ])
  const { data: changed } = await stage.ana.routeSet('prod', '--group', 'internal,beta', '--to', 'stable')
  expect(changed.rules[0]).toBe('1. group in internal, beta -> stable')
  const { data: less } = await stage.ana.routeSet('prod', '--remove', '2')
  expect(less.rules).toEqual([
    '1. group in internal, beta -> stable',
    '2. everybody else -> candidate 5 %, stable 95 %',
  ])
  expect(
    less.left.map(({ version }) => version),
    'the arm went with its rule',
  ).toEqual(['v3'])
})

test('by another key, for some of its values, and by JsonLogic', async () => {
  const stage = await serving()
  await stage.ana.routeSet('prod', '--by', 'user.id', '--user', 'ana, ben', '--to', 'candidate=v2')
  await stage.ana.routeSet('prod', '--when', '{"==":[{"var":"plan"},"pro"]}', '--to', 'candidate:50%,stable')
  const { bucket, serve } = await routeOf(stage)
  expect(bucket?.by).toBe('user.id')
  expect(serve.map(({ when }) => when)).toEqual([
    { in: [{ var: 'user.id' }, ['ana', 'ben']] },
    { '==': [{ var: 'plan' }, 'pro'] },
    undefined,
  ])
})

test('a mirror, and its end', async () => {
  const stage = await serving()
  const { data } = await stage.ana.routeSet('prod', '--mirror', 'candidate=v2:10%')
  expect((await routeOf(stage)).mirror).toEqual([{ to: 'candidate', per100k: 10_000, effects: 'stub' }])
  expect(data.rules).toEqual(['1. everybody -> stable'])
  const ended = await stage.ana.routeSet('prod', '--no-mirror')
  expect((await routeOf(stage)).mirror).toBeUndefined()
  expect(ended.data.left.map(({ version }) => version)).toEqual(['v2'])
})

describe('the whole of a route, from a file', () => {
  const FILE = `
arms: {candidate: v2, control: prod, stable: prod}
serve:
  - when: {in: [{var: group}, [internal]]}
    to: candidate
  - to: {candidate: 5%, control: 5000, stable: 90%}
mirror: [{to: candidate, per100k: 1%, effects: deny}]
`
  test('as YAML, with REFs and percentages', async () => {
    const stage = await serving()
    stage.files.set('route.yaml', FILE)
    const { data } = await stage.ana.routeSet('prod', '--file', 'route.yaml')
    expect(data.rules).toEqual([
      '1. group in internal -> candidate',
      '2. everybody else -> candidate 5 %, control 5 %, stable 90 %',
    ])
    expect(versions(await routeOf(stage))).toEqual({ candidate: 'v2', control: 'v1', stable: 'v1' })
    expect((await routeOf(stage)).mirror).toEqual([{ to: 'candidate', per100k: 1000, effects: 'deny' }])
  })

  test('as it is printed: nothing changes', async () => {
    const stage = await serving()
    stage.files.set('route.yaml', FILE)
    await stage.ana.routeSet('prod', '--file', 'route.yaml')
    stage.files.set('-', JSON.stringify(await routeOf(stage)))
    const again = await stage.ana.routeSet('prod', '--file', '-')
    expect([again.changed, again.data.seq, again.data.undo]).toEqual([false, 2, null])
  })

  test('one that leaves its salt out keeps the one that was there', async () => {
    const stage = await serving()
    await stage.ana.routeSet('prod', '--to', 'candidate=v2:5%,stable', '--salt', 'ro_1:')
    stage.files.set('route.yaml', FILE)
    await stage.ana.routeSet('prod', '--file', 'route.yaml')
    expect((await routeOf(stage)).bucket?.salt).toBe('ro_1:')
  })

  test.each([
    ['text', 'hello', /a route is no object/],
    ['an unknown key', '{arms: {stable: v1}, serve: [], rules: []}', /has the key "rules"/],
    ['no arms', '{serve: []}', /arms is no object/],
    ['rules that are no list', '{arms: {stable: v1}, serve: {}}', /serve is no list/],
    ['a rule without `to`', '{arms: {stable: v1}, serve: [{when: {var: a}}]}', /rule 1 has no `to`/],
    [
      'a weight that is no weight',
      '{arms: {stable: v1}, serve: [{to: {stable: all}}]}',
      /stable in rule 1 has the weight "all"/,
    ],
    ['NaN', '{arms: {stable: v1}, serve: [{to: {stable: .nan}}]}', /not a number|number that every/],
    ['more than all', '{arms: {stable: v1}, serve: [{to: {stable: 101%}}]}', /has the weight "101%"/],
    ['a bundle in a rule', '{arms: {stable: v1}, serve: [{to: "stable=v1"}]}', /in a file it stands under arms/],
    ['an arm that is nothing', '{arms: {stable: 7}, serve: []}', /the arm stable is no object/],
    ['a bundle that is no digest', '{arms: {stable: {bundle: v1}}, serve: []}', /has no bundle/],
    ['a prototype key', '{arms: {stable: v1, __proto__: v2}, serve: []}', /__proto__ can't be a key/],
    ['a key twice', '{arms: {stable: v1}, arms: {stable: v2}, serve: []}', /twice/],
    ['another hash', '{arms: {stable: v1}, serve: [], bucket: {hash: 7}}', /is no text/],
  ])('%s is refused, and nothing is written', async (_, text, why) => {
    const stage = await serving()
    stage.files.set('route.yaml', text)
    const error = await refused(stage.ana.routeSet('prod', '--file', 'route.yaml'))
    expect([error.code, error.exit]).toEqual(['ROUTE_INVALID', 2])
    expect(error.message).toMatch(why)
    expect(await stage.entries('prod')).toHaveLength(1)
  })
})

test.each([
  ['shares that do not sum', ['--to', 'candidate=v2:5%'], /sum to 5000 \(5 %\)/],
  ['shares of more than all', ['--to', 'candidate=v2:95%,stable:10%'], /sum to 105000/],
  ['two that are left', ['--to', 'candidate=v2,stable'], /candidate and stable have no share/],
  ['an arm twice', ['--to', 'stable:5%,stable'], /stable is there twice/],
  ['a negative share', ['--to', 'candidate=v2:-5%,stable'], /has the weight "-5%"/],
  ['NaN', ['--to', 'candidate=v2:NaN%,stable'], /has the weight "NaN%"/],
  ['a share without %', ['--to', 'candidate:5,stable'], /can't be an arm/],
  ['an arm called as JavaScript calls its own', ['--to', 'constructor=v2:5%,stable'], /"constructor" can't be an arm/],
  ['an unknown arm', ['--to', 'candidate:5%,stable'], /rule 1 names the arm "candidate"/],
  ['an arm that nothing names', ['--arm', 'candidate=v2'], /the arm candidate is named by no rule/],
  ['an arm without a bundle', ['--arm', 'candidate'], /no arm with its bundle/],
  [
    'an unknown operator',
    ['--to', 'candidate=v2', '--when', '{"matches":[{"var":"a"},1]}'],
    /unknown operator "matches"/,
  ],
  ['a condition that is no JSON', ['--to', 'candidate=v2', '--when', '{"=='], /--when:1:/],
  ['a condition that is a list', ['--to', 'candidate=v2', '--when', '[]'], /--when is no condition/],
  ['a condition with a key twice', ['--to', 'candidate=v2', '--when', '{"var":"a","var":"b"}'], /twice/],
  ['a condition without an arm', ['--group', 'internal'], /a condition needs --to/],
  ['an empty group', ['--group', 'internal,', '--to', 'stable'], /has an empty name/],
  ['a version that is none', ['--app-version', 'new', '--to', 'stable'], /is no test of a version/],
  ['a rule that is not there', ['--remove', '7'], /there is no rule 7/],
  ['odd effects', ['--mirror', 'candidate=v2', '--effects', 'maybe'], /deny, stub, allow/],
  ['a mirror of more than all', ['--mirror', 'candidate=v2:200%'], /has the weight "200%"/],
  ['a fallback that is not there', ['--fallback', 'candidate'], /the fallback names the arm "candidate"/],
  [
    'a key at a prototype',
    ['--by', 'constructor.name', '--to', 'candidate=v2:5%,stable'],
    /constructor is no property/,
  ],
])('%s: exit 2, and nothing is written', async (_, words, why) => {
  const stage = await serving()
  const error = await refused(stage.ana.routeSet('prod', ...words))
  expect([error.code, error.exit]).toEqual(['ROUTE_INVALID', 2])
  expect(error.message).toMatch(why)
  expect(await stage.entries('prod')).toHaveLength(1)
})

describe('the one planner', () => {
  test('a hold refuses it, and the command that is printed passes, for a person', async () => {
    const stage = await serving()
    await stage.ben.hold('prod', { reason: 'freeze' })
    const error = await refused(stage.ana.routeSet('prod', '--group', 'internal', '--to', 'candidate=v2'))
    expect(error.code).toBe('HELD')
    const last = error.next.at(-1) ?? ''
    expect(last).toBe('aiship route set prod --to candidate=v2 --group internal --override "REASON"')
    await stage.ana.type(last.replace('REASON', 'ben knows'))
    expect(await stage.newest('prod')).toMatchObject({ override: 'ben knows', hold: { reason: 'freeze' } })
  })

  test('a bad bundle gets no share, however small, nor a mirror', async () => {
    const stage = await serving()
    await stage.ana.mark('v2', 'bad', { reason: 'leaks' })
    for (const words of [
      ['--to', 'candidate=v2:0.001%,stable'],
      ['--mirror', 'shadow=v2:1%'],
    ]) {
      const error = await refused(stage.retrain.routeSet('prod', ...words))
      expect([error.code, error.message]).toEqual(['MARKED_BAD', expect.stringContaining('leaks')])
    }
    await stage.ana.routeSet('prod', '--to', 'candidate=v2:0%,stable')
  })

  test('automation may, where nothing stands against it, and may not override', async () => {
    const stage = await serving()
    await stage.retrain.routeSet('prod', '--to', 'candidate=v2:5%,stable')
    await stage.ana.hold('prod')
    const error = await refused(stage.retrain.routeSet('prod', '--to', 'candidate:9%,stable', '--override', 'please'))
    expect(error.code).toBe('PERSON_NEEDED')
  })

  test('a protected pointer asks', async () => {
    const stage = await serving({ declared: { prod: { protected: true } } })
    stage.questions.length = 0
    await stage.ana.routeSet('prod', '--to', 'candidate=v2:5%,stable')
    expect(stage.questions).toEqual(['Change who gets what from prod?'])
    stage.say(false)
    expect((await refused(stage.ana.routeSet('prod', '--to', 'candidate:9%,stable'))).code).toBe('INTERRUPTED')
    expect(await stage.entries('prod')).toHaveLength(2)
  })

  test('a running rollout refuses it', async () => {
    const stage = await serving()
    await rollouts(stage, human('ana')).start('v2', 'prod', { steps: '5%,100%' })
    expect((await refused(stage.ana.routeSet('prod', '--to', 'stable'))).code).toBe('ROLLOUT_RUNNING')
  })

  test('--expect, and a repeat of the same --op', async () => {
    const stage = await serving()
    expect((await refused(stage.ana.routeSet('prod', '--to', 'candidate=v2:5%,stable', '--expect', '7'))).code).toBe(
      'POINTER_MOVED',
    )
    const words = ['--to', 'candidate=v2:5%,stable=prod', '--op', 'deploy-1']
    const first = await stage.ana.routeSet('prod', ...words)
    await stage.ana.promote('v3', 'prod')
    const again = await stage.ana.routeSet('prod', ...words)
    expect([first.changed, again.changed, again.data.seq]).toEqual([true, false, first.data.seq])
    expect((await refused(stage.ana.routeSet('prod', '--to', 'candidate=v2:6%,stable', '--op', 'deploy-1'))).code).toBe(
      'USAGE',
    )
  })

  test('a pointer that is not there needs --create, and a bundle for its fallback', async () => {
    const stage = await stage_()
    const error = await refused(stage.ana.routeSet('eu', '--to', 'stable=v1'))
    expect([error.code, error.next]).toEqual(['POINTER_UNKNOWN', ['aiship route set eu --to stable=v1 --create']])
    await stage.ana.type(error.next[0] ?? '')
    expect(await stage.newest('eu')).toMatchObject({ seq: 1, action: 'route', back: null })
    expect((await refused(stage.ana.routeSet('us', '--to', 'candidate=v2', '--create'))).message).toMatch(
      /the fallback names the arm "stable"/,
    )
  })
})
const stage_ = () => stage()

test('promote keeps the rules and says which; --reset-route drops them', async () => {
  const stage = await serving()
  await stage.ana.routeSet('prod', '--group', 'internal', '--to', 'candidate=v2')
  const { data } = await stage.ana.promote('v3', 'prod')
  expect(data.rules).toEqual(['1. group in internal -> candidate', '2. everybody else -> stable'])
  expect(versions(await routeOf(stage))).toEqual({ candidate: 'v2', stable: 'v3' })
  const reset = await stage.ana.promote('v3', 'prod', { resetRoute: true })
  expect(reset.data.rules).toEqual([])
  const { bundle, version } = (await stage.ana.resolve('v3')).data
  expect(await routeOf(stage)).toEqual(plain({ bundle, version }))
})
