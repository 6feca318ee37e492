import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parseTo, parseWeight, readDraft } from '../../src/core/route-read.ts'
import { canary, GATED } from './routes.ts'

// What `route set` reads: shares as they are typed, and the whole of a route in a file.

const SCHEMAS = path.join(import.meta.dirname, '../../schemas')
const ajv = new Ajv2020({ strict: false })
for (const file of ['common', 'route-file'])
  ajv.addSchema(JSON.parse(readFileSync(path.join(SCHEMAS, `${file}.schema.json`), 'utf8')))
const fits = ajv.getSchema('route-file.schema.json')

const rule = (to: unknown) => ({ arms: { stable: 'v1', candidate: 'v2' }, serve: [{ to }] })

describe('a route file: the reader and the schema say the same', () => {
  test.each<[string, unknown, boolean]>([
    ['one arm', rule('stable'), true],
    ['percentages', rule({ candidate: '5%', stable: '95%' }), true],
    ['parts of 100,000', rule({ candidate: 5000, stable: 95_000 }), true],
    ['a route as it is printed', GATED, true],
    ['another', canary({ candidate: 5000, control: 5000 }), true],
    ['a mirror', { ...rule('stable'), mirror: [{ to: 'candidate', per100k: '1%', effects: 'deny' }] }, true],
    ['a key and a salt', { ...rule('stable'), bucket: { by: 'user.id', salt: 'x:' }, fallback: 'stable' }, true],
    ['nothing', {}, false],
    ['text', 'stable', false],
    ['a list', [], false],
    ['null', null, false],
    ['no rules', { arms: {} }, false],
    ['another key', { ...rule('stable'), rules: [] }, false],
    ['another key of a rule', { ...rule('stable'), serve: [{ to: 'stable', if: {} }] }, false],
    ['a rule without an arm', { ...rule('stable'), serve: [{ when: { var: 'a' } }] }, false],
    ['a condition that is text', { ...rule('stable'), serve: [{ when: 'a', to: 'stable' }] }, false],
    ['a negative weight', rule({ stable: -1 }), false],
    ['half a part', rule({ stable: 0.5 }), false],
    ['more than all', rule({ stable: 100_001 }), false],
    ['a weight that is text', rule({ stable: 'all' }), false],
    ['an arm that is a number', { arms: { stable: 1 }, serve: [] }, false],
    ['an arm without a bundle', { arms: { stable: {} }, serve: [] }, false],
    ['a key that is a number', { ...rule('stable'), bucket: { by: 1 } }, false],
    ['a mirror to nobody', { ...rule('stable'), mirror: [{}] }, false],
    ['a fallback that is a list', { ...rule('stable'), fallback: [] }, false],
  ])('%s', (_, value, isGood) => {
    const read = (): unknown => readDraft(value)
    if (isGood) expect(read).not.toThrow()
    else expect(read).toThrow(expect.objectContaining({ code: 'ROUTE_INVALID' }))
    expect({ fits: fits?.(JSON.parse(JSON.stringify(value))) }).toEqual({ fits: isGood })
  })
})

describe('shares', () => {
  test.each([
    ['candidate', { candidate: 100_000 }, {}],
    ['candidate:5%,stable', { candidate: 5000, stable: 95_000 }, {}],
    ['candidate=v43:0.125%, stable', { candidate: 125, stable: 99_875 }, { candidate: 'v43' }],
    ['a=sha256:0123456:5%,b=prod~1', { a: 5000, b: 95_000 }, { a: 'sha256:0123456', b: 'prod~1' }],
    ['a=@last:100%,b', { a: 100_000, b: 0 }, { a: '@last' }],
    ['a:5%', { a: 5000 }, {}],
  ])('%s', (text, weights, arms) => {
    expect(parseTo(text)).toEqual({ weights, arms })
  })

  test.each([
    '',
    'a,',
    'A',
    'a:5',
    'a:5%%',
    'a:%',
    'a:1.2345%',
    'a:101%',
    'a,b',
    'a:60%,b:60%,c',
    'a:5%,a',
    'a=',
    '=v1',
    '__proto__',
  ])('%j is refused', (text) => {
    expect(() => parseTo(text)).toThrow(expect.objectContaining({ code: 'ROUTE_INVALID' }))
  })

  test.each([
    ['5%', 5000],
    ['0.001%', 1],
    ['100.0%', 100_000],
    [0, 0],
  ])('%j is %i', (text, weight) => {
    expect(parseWeight(text, 'it')).toBe(weight)
  })
})
