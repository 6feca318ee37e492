import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEvaluation } from '../../src/config/evaluation.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { digestOf } from '../../src/core/digest.ts'
import { AishipError } from '../../src/core/errors.ts'
import { parseRules, rulesBytes } from '../../src/core/rules.ts'
import { share } from '../share.ts'

const HEAD = 'version: 1\napp: x\ncomponents: {model: {role: model, path: a}}\n'

/** `line: message`, or "accepted". */
function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    expect(['CONFIG_INVALID', 'EVIDENCE_INVALID']).toContain(error.code)
    return error.message.replace(/^[^:]*:(\d+):\d+:/, '$1:')
  }
  return 'accepted'
}

const policy = (text: string): string => refusal(() => parseConfig(Buffer.from(`${HEAD}${text}\n`), 'aiship.yaml'))
const gate = (text: string): string => policy(`gates: {g: ${text}}`)
const pointer = (text: string): string => policy(`pointers: {prod: ${text}, canary: {}}`)

const METRIC = 'evidence: evaluation, metric: f1'

test.each([
  [`{${METRIC}, min: 0.9}`, 'accepted'],
  [`{${METRIC}, max_drop_vs: prod}`, '4: gates.g.max_drop_vs: there is no pointer "prod"'],
  ['{}', '4: gates.g asks nothing'],
  [`{${METRIC}}`, '4: gates.g can never fail: it has no bound'],
  ['{metric: f1, min: 1}', '4: gates.g does not say where the metric comes from'],
  [`{${METRIC}, min: 0.9, max: 0.8}`, '4: gates.g.min can never pass: min is 0.9, more than max'],
  [`{${METRIC}, min: .nan}`, /^4: .nan is not a number/],
  [`{${METRIC}, min: .inf}`, /^4: .inf is not a number/],
  [`{${METRIC}, min: high}`, '4: gates.g.min must be a number, not "high"'],
  [`{${METRIC}, min: 1, by: 0.1}`, '4: gates.g.by goes with max_drop_vs or max_rise_vs'],
  [`{${METRIC}, min: 1, approvals: 2}`, '4: gates.g.approvals does not go with metric: that is a gate of its own'],
  [`{${METRIC}, min: 1, same: [modle]}`, '4: gates.g.same.0: there is no component "modle"'],
  [`{${METRIC}, min: 1, eval_set: eval}`, '4: gates.g.eval_set: there is no component "eval"'],
  [`{${METRIC}, mim: 1}`, '4: gates.g has an unknown key mim'],
  ['{evidence: evaluation, metric: "a b", min: 1}', '4: gates.g.metric can\'t be "a b"'],
  ['{approvals: 0}', '4: gates.g.approvals must be at least 1, not 0'],
  ['{approvals: -2}', '4: gates.g.approvals must be at least 1, not -2'],
  ['{roles: []}', '4: gates.g.roles is empty'],
  ['{roles: [modle]}', '4: gates.g.roles.0 can\'t be "modle"'],
  ['{allow_formats: [safetensor]}', '4: gates.g.allow_formats.0: there is no format "safetensor"'],
  ['{components: [index]}', '4: gates.g.components.0: there is no component "index"'],
  ['{git: dirty}', '4: gates.g.git can\'t be "dirty"'],
])('the gate %s: %s', (text, expected) => {
  expect(gate(text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
})

test.each([
  ['{from: [canary], soak: 2h}', 'accepted'],
  [
    '{auto_promote: {through: gates}}',
    '4: pointers.prod.auto_promote needs a gate under require that compares with what prod says',
  ],
  ['{auto_promote: {}}', '4: pointers.prod.auto_promote needs through'],
  ['{auto_promote: {through: luck}}', '4: pointers.prod.auto_promote.through can\'t be "luck"'],
  ['{auto_promote: true}', '4: pointers.prod.auto_promote must be a map, not true'],
  ['{auto_promote: {through: rollout, soak: 1}}', '4: pointers.prod.auto_promote.soak must be text, not 1'],
  ['{auto_promote: {through: rollout, after: 1h}}', '4: pointers.prod.auto_promote has an unknown key after'],
  ['{require: [acuracy]}', '4: pointers.prod.require.0: there is no gate "acuracy"'],
  ['{require: []}', '4: pointers.prod.require is empty'],
  ['{from: [prod]}', '4: pointers.prod.from can never pass: nothing comes from where it is'],
  ['{from: [canry]}', '4: pointers.prod.from.0: there is no pointer "canry"'],
  ['{soak: 2h}', '4: pointers.prod.soak goes with from: it says how long it must have served there'],
  ['{from: [canary], soak: 2 hours}', '4: pointers.prod.soak can\'t be "2 hours"'],
  ['{from: [canary], soak: 9999d}', '4: pointers.prod.soak can\'t be "9999d": it is longer than a year'],
  ['{freeze: [{}]}', '4: pointers.prod.freeze.0: it says no time'],
  ['{freeze: [{days: [son]}]}', '4: pointers.prod.freeze.0.days.0 can\'t be "son"'],
  ['{freeze: [{hours: "25:00-26:00"}]}', '4: pointers.prod.freeze.0.hours can\'t be "25:00-26:00"'],
  ['{freeze: [{hours: "22:00-06:00"}]}', /^4: pointers.prod.freeze.0: it ends before it begins; a night is two/],
  ['{freeze: [{days: [sat], zone: Mars/Base}]}', '4: pointers.prod.freeze.0: there is no time zone "Mars/Base"'],
  ['{freeze: [{from: 2026-12-20}]}', '4: pointers.prod.freeze.0: from and until go together'],
  ['{freeze: [{from: 2026-12-20, until: 2026-12-19}]}', '4: pointers.prod.freeze.0: it ends before it begins'],
  ['{freeze: [{hours: "00:00-24:00"}]}', '4: pointers.prod.freeze can never pass: it freezes the whole week'],
  [
    '{freeze: [{days: [mon, tue, wed, thu, fri]}, {days: [sat, sun], hours: "00:00-12:00"}, {days: [sat, sun], hours: "12:00-24:00"}]}',
    '4: pointers.prod.freeze can never pass: it freezes the whole week',
  ],
])('the pointer %s: %s', (text, expected) => {
  expect(pointer(text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
})

const evaluation = (text: string, flat = false): string =>
  refusal(() => readEvaluation(Buffer.from(text), 'r.json', flat))

test.each([
  ['{"metrics": {"accuracy": 0.93}}', 'accepted'],
  ['{"metrics": {"accuracy": -1.5, "recall@10": 1e-3}, "samples": 10, "runner": "ci"}', 'accepted'],
  ['', '1: the file must be a map, not empty'],
  ['[]', '1: the file must be a map, not a list'],
  ['{}', '1: the file needs metrics'],
  ['{"accuracy": 0.93}', '1: the file has an unknown key accuracy'],
  ['{"metrics": {}}', '1: metrics is empty'],
  ['{"metrics": {"f1": NaN}}', '1: metrics.f1 must be a number, not "NaN"'],
  ['{"metrics": {"f1": .nan}}', /^1: .nan is not a number/],
  ['{"metrics": {"f1": 1e999}}', /^1: 1e999 is not a number/],
  ['{"metrics": {"f1": "0.9"}}', '1: metrics.f1 must be a number, not "0.9"'],
  ['{"metrics": {"f1": null}}', '1: metrics.f1 must be a number, not empty'],
  ['{"metrics": {"f1": [1]}}', '1: metrics.f1 must be a number, not a list'],
  ['{"metrics":\n {"a b": 1}}', '2: metrics can\'t have "a b"'],
  ['{"metrics": {"f1": 1, "f1": 2}}', '1: the key f1 is here twice'],
  ['{"metrics": {"__proto__": 1}}', "1: __proto__ can't be a key"],
  ['{"metrics": {"f1": 1}, "samples": -1}', '1: samples must be at least 1, not -1'],
  ['{"metrics": {"f1": 1}, "samples": {"f1": 0}}', '1: samples.f1 must be at least 1, not 0'],
  ['{"metrics": {"f1": 1}, "samples": 1.5}', /^1: samples must be/],
  ['{"metrics": {"f1": 1}, "bundle": "v2"}', '1: bundle can\'t be "v2"'],
  ['{"metrics": {"f1": 1}, "items": []}', '1: items is empty'],
  ['{"metrics": {"f1": 1},\n "items": [{"id": "a"}]}', '2: items.0 needs value'],
  ['{"metrics": {"f1": 1}, "items": [{"id": "a", "value": NaN}]}', '1: items.0.value must be a number, not "NaN"'],
  ['{"metrics": {"f1": 1}, "items": [{"id": "", "value": 1}]}', '1: items.0.id can\'t be ""'],
  // What only aiship may say.
  ['{"metrics": {"f1": 1},\n "actor": {"name": "ana", "kind": "human"}}', '2: the file has an unknown key actor'],
  ['{"metrics": {"f1": 1},\n "runtime": "same"}', '2: the file has an unknown key runtime'],
  [`{"metrics": ${'['.repeat(40)}${']'.repeat(40)}}`, /nested deeper/],
])('the evaluation %s: %s', (text, expected) => {
  expect(evaluation(text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
})

describe('what a program prints', () => {
  test.each([
    ['{"accuracy": 0.9, "n": 3}', 'accepted'],
    ['{"metrics": {"accuracy": 0.9}, "samples": 3}', 'accepted'],
    ['{"accuracy": "high"}', '1: accuracy must be a number, not "high"'],
    ['{"accuracy": NaN}', '1: accuracy must be a number, not "NaN"'],
    ['done', '1: the file must be a map, not "done"'],
  ])('%s: %s', (text, expected) => {
    expect(evaluation(text, true)).toBe(expected)
  })
})

describe('contracts', () => {
  const model = (text: string): string =>
    refusal(() =>
      parseConfig(Buffer.from(`version: 1\napp: x\ncomponents:\n  m: {role: model, path: a, ${text}}\n`), 'c'),
    )
  test.each([
    [
      'provides: {embedding: {model: e3, dimensions: 512, sets: [a, 1, true]}}, requires: {columns: {names: {includes: [a]}}}',
      'accepted',
    ],
    ['requires: {embedding: {}}', 'accepted'],
    ['requires: {e: {d: {min: 3}}}', '4: components.m.requires.e.d can\'t be {"min":3}'],
    ['requires: {e: {d: {includes: 3}}}', "4: components.m.requires.e.d.includes can't be 3"],
    ['requires: {e: 3}', '4: components.m.requires.e must be a map, not 3'],
    ['requires: [e]', '4: components.m.requires must be a map, not a list'],
    ['provides: {"a b": {d: 3}}', '4: components.m.provides can\'t have "a b"'],
    ['provides: {a: {"x y": 3}}', '4: components.m.provides.a can\'t have "x y"'],
    ['provides: {a: {x: null}}', "4: components.m.provides.a.x can't be null"],
    ['provides: {a: {x: ["a", [b]]}}', '4: components.m.provides.a.x.1 can\'t be ["b"]'],
    ['provides: {a: {x: ""}}', '4: components.m.provides.a.x can\'t be ""'],
    ['provides: {a: {x: .nan}}', /^4: .nan is not a number/],
    ['provides: {a: {x: 12345678901234567890}}', /^4: 12345678901234567890 is not a number/],
    ['provides: {a: {x: {includes: [1]}}}', '4: components.m.provides.a.x can\'t be {"includes":[1]}'],
    ['provides: {a: {__proto__: 1}}', "4: __proto__ can't be a key"],
    ['provide: {a: {x: 1}}', '4: components.m has an unknown key provide'],
  ])('%s: %s', (text, expected) => {
    expect(model(text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
  })
})

const name = fc
  .stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.@/:+-]{0,20}$/)
  .filter((one) => !['__proto__', 'constructor', 'prototype'].includes(one))
const number = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((one) => !Number.isInteger(one) || Number.isSafeInteger(one))
const junk = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, null, '', '0.9', true, [], {}, -1),
  fc.jsonValue(),
)

/** Ten thousand files together take ten seconds, on a machine that does nothing else. */
const MINUTES = 600_000

const lineOf = (text: string, key: string): number => text.slice(0, text.indexOf(`"${key}":`)).split('\n').length

test(
  'of generated evaluations the valid ones come back as they are, and the others name line and key',
  () => {
    const items = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 7), value: number, metric: name }), {
      minLength: 1,
      maxLength: 3,
    })
    const valid = fc.record(
      { metrics: fc.dictionary(name, number, { minKeys: 1, maxKeys: 5 }), items },
      { requiredKeys: ['metrics'] },
    )
    fc.assert(
      fc.property(
        valid,
        fc.option(fc.tuple(fc.constantFrom('metrics', 'samples', 'items', 'eval_set', 'extra'), junk)),
        (value, broken) => {
          const whole = broken === null ? value : { ...value, [broken[0]]: broken[1] }
          const text = JSON.stringify(whole, null, 1)
          const read = JSON.parse(text) as object
          try {
            expect(readEvaluation(Buffer.from(text), 'r.json', false)).toEqual(read)
          } catch (error) {
            if (!(error instanceof AishipError)) throw error
            expect(broken).not.toBeNull()
            expect(error.code).toBe('EVIDENCE_INVALID')
            expect(error.message).toMatch(/^r\.json:\d+:\d+: /)
            const [key = ''] = broken ?? []
            const line = Number(error.details.line)
            expect(line).toBeGreaterThanOrEqual(lineOf(text, key))
            expect(line).toBeLessThanOrEqual(text.split('\n').length)
          }
        },
      ),
      { numRuns: share(5000) },
    )
  },
  MINUTES,
)

test(
  'of generated policies the valid ones are stored and read as they are, and the others name line and key',
  () => {
    const known = {
      evidence: fc.constant('evaluation'),
      ...{ metric: name, min: number, max: number, by: fc.double({ min: 0, max: 1, noNaN: true }) },
      ...{ max_drop_vs: fc.constantFrom('prod', 'canary', 'nowhere'), confidence: fc.constantFrom(0.9, 0.5) },
      ...{
        approvals: fc.integer({ min: -1, max: 5 }),
        roles: fc.subarray(['model', 'prompt', 'x']),
        git: fc.constant('clean'),
      },
    }
    const gates = fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.record(known, { requiredKeys: [] }).map((all) => Object.fromEntries(Object.entries(all).slice(0, 3))),
    )
    const rules = fc.record(
      {
        ...{
          require: fc.subarray(['a', 'b']),
          from: fc.subarray(['canary', 'prod']),
          soak: fc.constantFrom('1h', '1x'),
        },
        auto_promote: fc.record(
          { through: fc.constantFrom('gates', 'rollout', 'luck'), soak: fc.constantFrom('1h', '1x') },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    )
    let accepted = 0
    fc.assert(
      fc.property(gates, rules, (written, prod) => {
        const parts = {
          components: { m: { role: 'model', path: 'a' } },
          pointers: { prod, canary: {} },
          gates: written,
        }
        const text = JSON.stringify({ version: 1, app: 'x', ...parts }, null, 1)
        try {
          const { rules: found } = parseConfig(Buffer.from(text), 'aiship.yaml')
          accepted += 1
          for (const one of Object.values(found)) {
            const bytes = rulesBytes(one)
            expect(parseRules(bytes, digestOf(bytes))).toEqual(JSON.parse(JSON.stringify(one)))
          }
        } catch (error) {
          if (!(error instanceof AishipError)) throw error
          expect(error).toMatchObject({
            code: 'CONFIG_INVALID',
            message: expect.stringMatching(/^aiship\.yaml:\d+:\d+: (pointers|gates)\.\w+/),
          })
          const [, line, part = ''] = /:(\d+):\d+: (pointers|gates)/.exec(error.message) ?? []
          const after = part === 'pointers' ? lineOf(text, 'gates') : text.split('\n').length
          expect(Number(line)).toBeGreaterThanOrEqual(lineOf(text, part))
          expect(Number(line)).toBeLessThan(after)
        }
      }),
      { numRuns: share(5000) },
    )
    expect(accepted).toBeGreaterThan(0)
  },
  MINUTES,
)
