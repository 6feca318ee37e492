import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { AishipError } from '../../src/core/errors.ts'
import { analysisProblem, watchWarnings } from '../../src/core/guard-lint.ts'
import type { Guard, RolloutPolicy, RolloutStep, Watch } from '../../src/core/model.gen.ts'
import { parseRules, rulesBytes } from '../../src/core/rules.ts'

const HEAD = 'version: 1\napp: x\ncomponents: {model: {role: model, path: a}}\n'
const parse = (watch: string) =>
  parseConfig(Buffer.from(`${HEAD}pointers:\n  prod:\n    watch: ${watch}\n`), 'aiship.yaml')

/** `line: message` without the place of the watch, and what it suggests. */
function refusal(watch: string): string {
  try {
    parse(watch)
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    expect(error.code).toBe('CONFIG_INVALID')
    const said = error.message.replace(/^[^:]*:(\d+):\d+:/, '$1:').replace('pointers.prod.watch', 'W')
    return error.hint === undefined ? said : `${said} (${error.hint})`
  }
  return 'accepted'
}

const FIXED =
  '{source: predictions, guards: [{name: errors, kind: rate, events: "status = \'error\'", margin: 20%, onFail: rollback}]}'

test('the form that scripts depend on is taken as it is, and is an object that a move names', () => {
  const { pointers, rules } = parse(FIXED)
  const guards = [{ name: 'errors', kind: 'rate', events: "status = 'error'", margin: '20%', onFail: 'rollback' }]
  expect(rules?.prod?.pointer.watch).toEqual({ source: 'predictions', guards })
  const digest = pointers.prod?.rules
  if (digest === undefined || rules?.prod === undefined) throw new Error('no rules')
  expect(parseRules(rulesBytes(rules.prod), digest)).toEqual(rules.prod)
})

test('what the manual shows is accepted', () => {
  expect(
    refusal(`
      source: predictions
      interval: 30s
      grace: 5s
      budget: 5%
      keep_watching: 72h
      dryRun: [approve]
      notify: [{command: [./page.sh]}, {webhook: "https://hooks.example/x"}, {webhook: env:HOOK}]
      guards:
        - {name: errors, kind: rate, events: "status = 'error'", margin: 20%, onFail: rollback}
        - {name: p95, kind: exceedance, field: latency_ms, of: p95, margin: 20%, onFail: rollback}
        - {name: mix, kind: distribution, field: label, onFail: hold}
        - {name: approve, kind: rate, events: "label = 'yes'", direction: decrease, margin: 5%, onFail: rollback}
        - {name: judge, kind: paired, worse: "shadow.score < live.score", better: "shadow.score > live.score", onFail: abort}
        - {name: revenue, kind: mean, field: score, direction: decrease, burnIn: 500, onFail: hold}
        - {name: cpu, kind: expression, query: "avg(score)", successCondition: "result < 0.9", failureLimit: 2, onFail: hold}
        - {name: floor, kind: rate, events: "status = 'error'", ceiling: 20%, alpha: 0.001, onFail: rollback}
        - {name: rate, kind: rate, source: prometheus, url: "https://prom.example", exposures: 'n{arm="$arm"}', events: 'e', unit: request, overdispersion: 4}`),
  ).toBe('accepted')
})

const guard = (keys: string): string => refusal(`{guards: [{${keys}}]}`)
const RATE = 'name: e, kind: rate, events: x'

test.each<[string, string | RegExp]>([
  [RATE, 'accepted'],
  // What has no such shape.
  [`${RATE}, margin: 0.2`, /^6: W.guards.0.margin must be text/],
  [`${RATE}, margin: 20`, /^6: W.guards.0.margin must be text/],
  [`${RATE}, margin: "20 %"`, '6: W.guards.0.margin can\'t be "20 %" (a share looks like 20% or 0.5%)'],
  [`${RATE}, ceiling: 20`, /^6: W.guards.0.ceiling must be text/],
  [`${RATE}, alpha: 1%`, /^6: W.guards.0.alpha must be a number/],
  [`${RATE}, alpha: .nan`, /^6: .nan is not a number/],
  [`${RATE}, alpha: 2`, '6: W.guards.0.alpha must be at most 1, not 2'],
  [`${RATE}, delay: 3 days`, '6: W.guards.0.delay can\'t be "3 days" (a time looks like 30s, 10m, 2h or 3d)'],
  [`${RATE}, delay: 9999d`, "6: W.guards.0.delay can't be 9999d: it is longer than a year"],
  [`${RATE}, onFail: rolback`, /^6: W.guards.0.onFail can't be "rolback" \(did you mean rollback\?/],
  [`${RATE}, noData: {after: 10m, than: hold}`, /^6: W.guards.0.noData has an unknown key than \(did you mean then\?/],
  [`${RATE}, noData: {after: 0s}`, "6: W.guards.0.noData.after can't be 0s: that is no time at all"],
  ['name: e, kind: rte, events: x', /^6: W.guards.0.kind can't be "rte" \(did you mean rate\?/],
  ['name: E!, kind: rate, events: x', /^6: W.guards.0.name can't be "E!"/],
  ['kind: rate, events: x', '6: W.guards.0 needs name'],
  ['name: p, kind: exceedance, field: latency_ms, of: 95', /^6: W.guards.0.of must be text/],
  ['name: p, kind: exceedance, field: latency_ms, of: p101', /^6: W.guards.0.of can't be "p101" \(a quantile/],
  // Keys that would do nothing.
  [`${RATE}, margn: 20%`, /^6: W.guards.0 has an unknown key margn \(did you mean margin\?/],
  [`${RATE}, burnIn: 500`, '6: W.guards.0.burnIn goes with mean, not with rate'],
  [`${RATE}, bins: [a]`, '6: W.guards.0.bins goes with distribution, not with rate'],
  [`${RATE}, overdispersion: 4`, '6: W.guards.0.overdispersion goes with unit: request: users do not clump'],
  [`${RATE}, url: "https://x.example"`, /^6: W.guards.0 has an unknown key url/],
  [`${RATE}, source: prometeus`, /^6: W.guards.0.source: there is no source "prometeus" \(did you mean prometheus\?/],
  [`${RATE}, source: prometheus, exposures: n`, '6: W.guards.0 needs url, for prometheus'],
  [`${RATE}, source: prometheus, exposures: n, url: ftp://x`, /^6: W.guards.0.url can't be "ftp:\/\/x"/],
  [`${RATE}, source: prometheus, exposures: n, url: "https://ana:secret@x"`, /^6: W.guards.0.url can't be/],
  // What could never fail, or never pass.
  ['name: e, kind: rate', '6: W.guards.0 can never fail: rate needs events'],
  ['name: e, kind: distribution', '6: W.guards.0 can never fail: distribution needs field'],
  ['name: e, kind: paired, worse: x', '6: W.guards.0 can never fail: paired needs better'],
  ['name: p, kind: exceedance, field: latency_ms', /^6: W.guards.0 can never fail: exceedance needs of/],
  [`${RATE}, alpha: 0`, /^6: W.guards.0.alpha can never fail/],
  [`${RATE}, alpha: 0.5`, /^6: W.guards.0.alpha can hardly ever pass/],
  [`${RATE}, margin: 1000%`, '6: W.guards.0.margin can never fail: it tolerates 1000% more'],
  [`${RATE}, margin: 100%, direction: decrease`, /^6: W.guards.0.margin can never fail: nothing falls/],
  [`${RATE}, ceiling: 100%`, '6: W.guards.0.ceiling can never fail: it is everything'],
  [`${RATE}, ceiling: 0%`, '6: W.guards.0.ceiling can never pass: it is nothing'],
  [`${RATE}, ceiling: 5%, margin: 20%`, '6: W.guards.0.margin does not go with a ceiling: that is absolute'],
  [`${RATE}, deadline: 1m`, /^6: W.guards.0.deadline can never be met/],
  ['name: e, kind: expression, query: x', /^6: W.guards.0 can never fail: it has no condition/],
  [
    'name: e, kind: expression, query: x, successCondition: "result < "',
    /^6: W.guards.0.successCondition can't be "result < ": it is no expression/,
  ],
  ['name: e, kind: expression, query: x, failureCondition: "false"', /says the same of every result/],
  ['name: e, kind: expression, query: x, successCondition: "result < 1", failureLimit: -1', /can never fail/],
  ['name: e, kind: expression, query: x, successCondition: "result < 1", count: 3, failureLimit: 3', /can never fail/],
  [
    'name: e, kind: expression, query: x, successCondition: "result < 1", count: 3, consecutiveSuccessLimit: 4',
    /can never pass/,
  ],
  ['name: m, kind: mean, field: score, burnIn: 100', /^6: W.guards.0.burnIn can't be 100/],
  ['name: d, kind: distribution, field: score, bins: [0.5, 0.2]', '6: W.guards.0.bins must ascend: they are edges'],
  ['name: d, kind: distribution, field: label, bins: [a, a]', '6: W.guards.0.bins has one twice'],
  ['name: d, kind: distribution, field: label, bins: [a, 1]', /^6: W.guards.0.bins/],
  ['name: sample-ratio, kind: rate, events: x', /a guard of that name is in every split/],
  // Windows that move.
  [
    'name: e, kind: rate, source: prometheus, url: "https://p.example", exposures: n, events: "rate(e[5m])"',
    /^6: W.guards.0.events must be a raw counter/,
  ],
  ["name: e, kind: rate, events: 'ts > now()'", /^6: W.guards.0.events looks at the clock/],
])('the guard %s', (keys, expected) => {
  expect(guard(keys)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
})

test.each<[string, string | RegExp]>([
  ['{guards: []}', '6: W.guards is empty'],
  ['{}', '6: W needs guards'],
  [`{intervall: 30s, guards: [{${RATE}}]}`, /^6: W has an unknown key intervall \(did you mean interval\?/],
  [`{interval: 0s, guards: [{${RATE}}]}`, "6: W.interval can't be 0s: that is no time at all"],
  [`{interval: 30, guards: [{${RATE}}]}`, /^6: W.interval must be text/],
  [`{guards: [{${RATE}}, {${RATE}}]}`, '6: W.guards.1.name is there twice: e'],
  [`{dryRun: [f], guards: [{${RATE}}]}`, '6: W.dryRun.0 names no guard: f (there is e)'],
  [`{notify: [{}], guards: [{${RATE}}]}`, '6: W.notify.0 is one of command and webhook'],
  [`{notify: [{webhook: "https://a:b@x.example"}], guards: [{${RATE}}]}`, /^6: W.notify.0.webhook must be a URL/],
  [`{source: prometheus, guards: [{${RATE}, exposures: n}]}`, '6: W.guards.0 needs url, for prometheus'],
  [`{source: prometheus, url: 7, guards: [{${RATE}, exposures: n}]}`, /^6: W.url must be text/],
  [
    `{guards: [${[1, 2, 3, 4, 5, 6].map((i) => `{name: e${i}, kind: rate, events: x, onFail: rollback}`).join(', ')}]}`,
    '6: W.guards is exceeded: together the guards call 6% of the healthy candidates worse, and 5% may be (give each an alpha of 0.0083, or say a higher budget)',
  ],
  [
    `{budget: 1%, guards: [${[1, 2].map((i) => `{name: e${i}, kind: rate, events: x, onFail: abort}`).join(', ')}]}`,
    /^6: W.budget is exceeded/,
  ],
  // What only holds is lifted again, and what is in dryRun does nothing.
  [`{guards: [${[1, 2, 3, 4, 5, 6].map((i) => `{name: e${i}, kind: rate, events: x}`).join(', ')}]}`, 'accepted'],
])('the watch %s', (text, expected) => {
  expect(refusal(text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
})

describe('what a watch cannot do', () => {
  const rate: Guard = { name: 'errors', kind: 'rate', events: 'x', onFail: 'rollback' }
  test.each<[string, Watch, readonly RegExp[]]>([
    ['a ceiling decides at 100 %', { guards: [rate, { ...rate, name: 'floor', ceiling: '20%' }] }, []],
    ['a rate does not', { guards: [rate] }, [/at 100 % no guard can tell anything/]],
    [
      'nor does one that only warns',
      { guards: [rate, { ...rate, name: 'floor', ceiling: '20%', onFail: 'warn' }] },
      [/100 %/],
    ],
    ['a dry run acts on nothing', { guards: [rate], dryRun: ['errors'] }, [/^no guard acts/]],
    [
      'requests that clump',
      { guards: [{ ...rate, ceiling: '20%', unit: 'request' }] },
      [/^errors counts requests and does not say how they clump: it will hold, not rollback/],
    ],
  ])('%s', (_, watch, expected) => {
    const said = watchWarnings(watch)
    expect(said).toEqual(expected.map((one) => expect.stringMatching(one)))
  })

  const step = (keys: Partial<RolloutStep>): RolloutStep => ({
    ...{ weight: 0, control: 0, mirror: 0, effects: 'stub', preview: false, hold: 0, units: 0, approval: false },
    ...{ approvers: [], ...keys },
  })
  const policy = (analysis: Watch, ...steps: readonly RolloutStep[]): RolloutPolicy => ({
    ...{ name: null, strategy: 'canary', by: 'targetingKey', steps, ends: 'candidate', preview: null, until: null },
    ...{ deadline: 86_400_000, onNewCandidate: 'queue', analysis },
  })
  const pairs: Guard = { name: 'judge', kind: 'paired', worse: 'w', better: 'b', onFail: 'abort' }
  const late: Guard = { ...rate, name: 'late', delay: '3d' }

  test.each<[string, RolloutPolicy, RegExp | null]>([
    ['a canary', policy({ guards: [rate] }, step({ weight: 5000, control: 5000 })), null],
    [
      'a mirror that nobody compares',
      policy({ guards: [rate] }, step({ mirror: 10_000 }), step({ weight: 5000 })),
      /^step 1 can never end: .* \(nobody is drawn to the candidate\)/,
    ],
    ['one that is compared', policy({ guards: [rate, pairs] }, step({ mirror: 10_000 }), step({ weight: 5000 })), null],
    ['one that a person ends', policy({ guards: [rate] }, step({ mirror: 10_000, approval: true })), null],
    ['everybody at once', policy({ guards: [rate] }, step({ weight: 100_000 })), /^step 1 can never end: .*no control/],
    ['guards that only warn', policy({ guards: [{ ...rate, onFail: 'warn' }] }, step({ weight: 5000 })), /^step 1/],
    [
      'labels after the end',
      policy({ guards: [rate, late] }, step({ weight: 5000 })),
      /^the guard late can never fail/,
    ],
    [
      'labels that are waited for',
      policy({ guards: [rate, late], keep_watching: '5d' }, step({ weight: 5000, control: 5000 })),
      null,
    ],
  ])('%s in a rollout', (_, given, expected) => {
    const said = analysisProblem(given)
    if (expected === null) expect(said).toBeNull()
    else expect(said).toMatch(expected)
  })
})

test('of generated watches the valid ones come back as they are, and the others name line and key', () => {
  const share = fc.integer({ min: 1, max: 99 }).map((n) => `${n}%`)
  const span = fc.integer({ min: 5, max: 90 }).map((n) => `${n}m`)
  const text = fc.constantFrom('status', 'x > 1', '"', 'a: b', '# no', '{}')
  const usual = { onFail: fc.constantFrom('hold', 'warn'), delay: span }
  const optional = <T>(shape: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }, ...requiredKeys: readonly (keyof T)[]) =>
    fc.record(shape, { requiredKeys: [...requiredKeys] })
  const alpha = fc.double({ min: 0.001, max: 0.4, noNaN: true })
  const one = fc.oneof(
    optional({ kind: fc.constant('rate'), events: text, margin: share, alpha, ...usual }, 'kind', 'events'),
    optional({ kind: fc.constant('rate'), events: text, ceiling: share, alpha, ...usual }, 'kind', 'events'),
    optional({ kind: fc.constant('exceedance'), field: text, of: fc.constant('p95'), ...usual }, 'kind', 'field', 'of'),
    optional({ kind: fc.constant('paired'), worse: text, better: text, alpha, ...usual }, 'kind', 'worse', 'better'),
    optional({ kind: fc.constant('mean'), field: text, cap: fc.nat(), ...usual }, 'kind', 'field'),
  )
  const junk = fc.constantFrom<unknown>(null, -1, 2, '', 'x', '0%', '0s', '9999d', true, [], {}, ['a'])
  const broken = fc.option(
    fc.tuple(fc.constantFrom('kind', 'alpha', 'margin', 'ceiling', 'delay', 'onFail', 'of'), junk),
    { freq: 2 },
  )
  const tally = { valid: 0, refused: 0 }
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 3 }), span, broken, (written, interval, wrong) => {
      const named = written.map((guard, i) => ({ name: `g${i}`, ...guard }))
      const guards = named.map((guard, i) => (i === 0 && wrong !== null ? { ...guard, [wrong[0]]: wrong[1] } : guard))
      const value = { interval, guards }
      const file = `${HEAD}pointers:\n  prod:\n    watch:\n${JSON.stringify(value, null, 1).replaceAll(/^/gm, '      ')}\n`
      try {
        const read = parseConfig(Buffer.from(file), 'aiship.yaml').rules?.prod?.pointer.watch
        expect(read).toEqual(value)
        tally.valid++
      } catch (error) {
        if (!(error instanceof AishipError)) throw error
        expect(wrong).not.toBeNull()
        expect(error.message).toMatch(/^aiship.yaml:(?:[6-9]|[1-9]\d+):\d+: pointers\.prod\.watch/)
        tally.refused++
      }
    }),
    { numRuns: 300 },
  )
  expect(tally.valid).toBeGreaterThan(50)
  expect(tally.refused).toBeGreaterThan(50)
})
