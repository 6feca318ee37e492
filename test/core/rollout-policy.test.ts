import { describe, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import { requestsToSee } from '../../src/core/guard-power.ts'
import { type PolicyFlags, policyOfFlags } from '../../src/core/rollout-flags.ts'
import { plannedSteps } from '../../src/core/rollout-plan.ts'
import { policyDigest, readPolicy } from '../../src/core/rollout-policy.ts'
import { readShare, readSpan, spanWords } from '../../src/core/rollout-words.ts'
import { NO_FLAGS } from '../ops/rollout/hands.ts'

const refusal = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    if (error instanceof AishipError && error.code === 'POLICY_INVALID') return error.message
    throw error
  }
  throw new Error('it was taken')
}

const canary = (steps: unknown, rest: object = {}): unknown => ({
  strategy: { canary: { steps } },
  deadline: { after: '24h' },
  ...rest,
})
const STEPS = [{ setWeight: '5%' }, { setWeight: '25%' }]
const byFlags = (flags: Partial<PolicyFlags>) => policyOfFlags({ ...NO_FLAGS, ...flags })

describe('what a policy may not say', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /is no object/],
    ['a list', [], /is no object/],
    ['no strategy', { deadline: { after: '1h' } }, /no strategy/],
    ['no deadline', { strategy: { canary: { steps: STEPS } } }, /no deadline/],
    ['a deadline of nothing', canary(STEPS, { deadline: { after: '0s' } }), /could never complete/],
    [
      'a deadline before the holds are over',
      canary([{ setWeight: '5%', hold: { for: '2d' } }]),
      /could never complete/,
    ],
    [
      'a deadline that promotes',
      canary(STEPS, JSON.parse('{"deadline":{"after":"1h","then":"promote"}}')),
      /deadline.then can't be "promote"/,
    ],
    [
      'two strategies',
      { ...(canary(STEPS) as object), strategy: { canary: { steps: STEPS }, shadow: { steps: [] } } },
      /is one of/,
    ],
    ['a strategy that there is not', { strategy: { canry: {} }, deadline: { after: '1h' } }, /"canry" is no strategy/],
    ['no step', canary([]), /has no step/],
    ['steps that are none', canary({}), /steps is a list/],
    [
      'weights that fall',
      canary([{ setWeight: '25%' }, { setWeight: '5%' }]),
      /does not raise the weight: 5 % after 25 %/,
    ],
    ['weights that stay', canary([{ setWeight: '5%' }, { setWeight: '5%' }]), /does not raise/],
    ['a mirror after a weight', canary([{ setWeight: '5%' }, { mirror: { weight: '10%' } }]), /does not raise/],
    ['a negative weight', canary([{ setWeight: '-5%' }]), /can't be "-5%"/],
    ['a weight that is no number', canary([{ setWeight: 'NaN%' }]), /can't be "NaN%"/],
    ['NaN', canary([{ setWeight: Number.NaN }]), /is text, not NaN/],
    ['a number without its sign', canary([{ setWeight: 5 }]), /is text, not 5/],
    ['more than everything', canary([{ setWeight: '101%' }]), /no more than 100%/],
    ['nothing at all', canary([{ setWeight: '0%' }]), /more than nothing/],
    ['less than a thousandth of a per cent', canary([{ setWeight: '0.0001%' }]), /the least share/],
    ['100 % alone', canary([{ setWeight: '100%' }]), /is a promote/],
    ['a hold after 100 %', canary([...STEPS, { setWeight: '100%', hold: { for: '1h' } }]), /can wait for nothing/],
    ['a pause before anything', canary([{ pause: {} }]), /no step before it/],
    ['two words in one step', canary([{ setWeight: '5%', pause: {} }]), /is one of setWeight, mirror and pause/],
    ['negative units', canary([{ setWeight: '5%', hold: { minUnits: -1 } }]), /whole number from 0/],
    ['a time that is none', canary([{ setWeight: '5%', hold: { for: '10 minutes' } }]), /can't be "10 minutes"/],
    ['a century', canary([{ setWeight: '5%', hold: { for: '36500d' } }]), /can't be/],
    ['effects that there are not', canary([{ mirror: { weight: '5%', effects: 'real' } }]), /can't be "real"/],
    ['a word that is mistyped', canary([{ setWieght: '5%' }]), /"setWieght" is no key/],
    ['guards where nobody watches them', canary(STEPS, { guards: [] }), /the policy has guards/],
    ['another kind', canary(STEPS, { kind: 'Canary' }), /kind can't be/],
    ['what becomes of a new candidate', canary(STEPS, { onNewCandidate: 'ignore' }), /onNewCandidate can't be/],
    [
      'a key that is no path',
      { strategy: { canary: { steps: STEPS, bucket: { by: 'a..b' } } }, deadline: { after: '1h' } },
      /bucket.by/,
    ],
    ['a prototype', JSON.parse('{"strategy":{"__proto__":{}},"deadline":{"after":"1h"}}'), /is no strategy/],
    [
      'shares that do not sum',
      {
        strategy: { ab: { split: { candidate: '50%', stable: '49%' }, until: '2027-01-01' } },
        deadline: { after: '1d' },
      },
      /sum to 99 %/,
    ],
    [
      'a test without an end',
      { strategy: { ab: { split: { candidate: '50%', stable: '50%' } } }, deadline: { after: '1d' } },
      /has no until/,
    ],
    [
      'a test until some day',
      { strategy: { ab: { split: { candidate: '50%', stable: '50%' }, until: 'soon' } }, deadline: { after: '1d' } },
      /is a day or a time/,
    ],
    ['a shadow that serves', { strategy: { shadow: { steps: STEPS } }, deadline: { after: '1d' } }, /serves nobody/],
    [
      'a preview that is no condition',
      { strategy: { blueGreen: { preview: { when: { eval: ['x'] } } } }, deadline: { after: '1d' } },
      /preview.when/,
    ],
    [
      'green before the switch',
      {
        strategy: { blueGreen: { preview: { when: { '==': [{ var: 'a' }, 1] } }, prePromotion: STEPS } },
        deadline: { after: '1d' },
      },
      /blue serves everybody/,
    ],
  ])('%s', (_, value, message) => {
    expect(refusal(() => readPolicy(value))).toMatch(message)
  })

  test.each<[Partial<PolicyFlags>, RegExp]>([
    [{}, /has no steps/],
    [{ steps: '5%,,25%' }, /can't be ""/],
    [{ steps: '5,25' }, /can't be "5"/],
    [{ steps: '5%', strategy: 'rainbow' }, /no strategy "rainbow"/],
    [{ strategy: 'ab', steps: '50%' }, /no end date/],
    [{ strategy: 'ab', steps: '50%,60%', until: '2027-01-01' }, /has one share/],
    [{ strategy: 'ab', steps: '100%', until: '2027-01-01' }, /compares nobody/],
    [{ strategy: 'blue-green', steps: '5%' }, /has no steps/],
    [{ strategy: 'blue-green', preview: '{' }, /JsonLogic/],
    [{ steps: '5%', hold: 'ever' }, /can't be "ever"/],
    [{ steps: '5%', until: '2027-01-01' }, /--until does not go with the strategy canary/],
    [{ steps: '5%', keepWarm: '48h' }, /--keep-warm does not go with the strategy canary/],
    [{ steps: '5%', preview: '{}' }, /--preview does not go with the strategy canary/],
    [{ strategy: 'shadow', steps: '5%', units: 5 }, /--units does not go with the strategy shadow/],
    [{ strategy: 'blue-green', hold: '1h' }, /--hold does not go with the strategy blue-green/],
    [
      { strategy: 'ab', steps: '50%', until: '2027-01-01', approval: true },
      /--approval does not go with the strategy ab/,
    ],
  ])('by flags: %j', (flags, message) => {
    expect(refusal(() => byFlags(flags))).toMatch(message)
  })
})

test('the same policy by flags and in a file has the same digest', () => {
  const file = canary([
    { setWeight: '1%', hold: { for: '15m', minUnits: 300 } },
    { setWeight: '12.5%', hold: { for: '15m', minUnits: 300 } },
    { setWeight: '100%' },
  ])
  const flags = byFlags({ steps: '1%, 12.5%, 100%', hold: '15m', units: 300, deadline: '1d' })
  expect(flags).toEqual(readPolicy(file))
  expect(policyDigest(flags)).toBe(policyDigest(readPolicy(file)))
  expect(flags.steps.map(({ weight, control }) => [weight, control])).toEqual([
    [1000, 1000],
    [12_500, 12_500],
  ])
})

test('the worked examples of all strategies become steps', () => {
  const shadowFirst = canary([
    { mirror: { weight: '10%', for: '2h', effects: 'stub' } },
    { setWeight: '2%', hold: { for: '2h', minUnits: 500 } },
    { pause: { approvers: ['risk-oncall'] } },
    { setWeight: '50%' },
    { setWeight: '100%' },
  ])
  expect(readPolicy(shadowFirst).steps).toMatchObject([
    { weight: 0, mirror: 10_000, hold: 7_200_000 },
    { weight: 2000, control: 2000, mirror: 0, units: 500, approval: true, approvers: ['risk-oncall'] },
    { weight: 50_000, control: 50_000, approval: false },
  ])
  const when = { '==': [{ var: 'header.x-aiship-preview' }, 'green'] }
  const blueGreen = {
    preview: { when },
    prePromotion: [{ mirror: { weight: '100%', for: '30m', effects: 'deny' } }, { pause: {} }],
    postPromotion: { watch: '2h', control: '1%' },
    keepWarm: '48h',
  }
  expect(readPolicy({ strategy: { blueGreen }, deadline: { after: '4d' } })).toMatchObject({
    ...{ strategy: 'blue-green', ends: 'candidate', preview: when },
    steps: [
      { weight: 0, mirror: 100_000, effects: 'deny', preview: true, approval: true, hold: 1_800_000 },
      { weight: 99_000, control: 1000, preview: false, hold: 7_200_000 },
      { weight: 100_000, control: 0, hold: 172_800_000 },
    ],
  })
  expect(byFlags({ strategy: 'ab', steps: '33.3%', until: '2027-01-01' })).toMatchObject({
    ...{ strategy: 'ab', ends: 'stable', until: '2027-01-01T00:00:00.000Z' },
    steps: [{ weight: 33_300, control: 66_700 }],
  })
  expect(byFlags({ strategy: 'shadow', steps: '10%,100%' })).toMatchObject({ ends: 'stable' })
})

test('how many requests it takes: the figures of the research', () => {
  const seen = [1.5, 2, 5, 20].map((ratio) => requestsToSee(ratio, 0.01, 0.05, 0.95))
  expect(seen).toEqual([6554, 1848, 182, 20])
})

test('hours follow from traffic, and a hold that ends before twice the rate is seen is short', () => {
  const { steps } = byFlags({ steps: '5%,50%', hold: '2h' })
  expect(steps.length).toBe(2)
  const policy = byFlags({ steps: '5%,50%', hold: '2h' })
  const [first, second] = plannedSteps(policy, { perHour: 10_000, baseRate: 0.01 })
  expect(first).toMatchObject({ short: true, sees: [{ ratio: 1.5 }, { ratio: 2, hours: 3.7 }, { ratio: 5 }] })
  expect(second).toMatchObject({ short: false })
  expect(plannedSteps(policy, { perHour: null, baseRate: 0.01 })[0]).toMatchObject({
    short: false,
    sees: [{ hours: null }, {}, {}],
  })
})

test('shares and times to the last digit', () => {
  expect(['0.001%', '0.1%', '5%', '12.345%', '99.999%', '100%', '100.0%'].map((text) => readShare(text, 'x'))).toEqual([
    ...[1, 100, 5000, 12_345, 99_999, 100_000, 100_000],
  ])
  expect(['30s', '10m', '2h', '7d'].map((text) => readSpan(text, 'x'))).toEqual([
    30_000, 600_000, 7_200_000, 604_800_000,
  ])
  expect([30_000, 600_000, 5_400_000, 604_800_000].map(spanWords)).toEqual(['30 s', '10 min', '1.5 h', '7 d'])
})
