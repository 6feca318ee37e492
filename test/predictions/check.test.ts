import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Digest } from '../../src/core/digest.ts'
import { type CheckOptions, checkLine, noneSeen } from '../../src/predictions/check.ts'
import { countKeys, duplicateKey } from '../../src/predictions/duplicate-key.ts'

const A: Digest = `sha256:${'a'.repeat(64)}`
const OPTIONS: CheckOptions = {
  ...{ keepPayloads: false, hashKey: null, bundle: null },
  seen: noneSeen(),
  bundles: new Map<string, Digest | { why: string }>([
    ['aaaaaaaaaaaa', A],
    ['bbbbbbbbbbbb', { why: 'ambiguous' }],
  ]),
}
const start = `{"ts":"2026-03-22T10:00:00Z","request_id":"r","bundle":"${A}"`
const check = (text: string, more: Partial<CheckOptions> = {}) => checkLine(text, { ...OPTIONS, ...more })
const reason = (text: string): string | null => {
  const done = check(text)
  return done.kind === 'bad' ? done.reason : null
}
const record = (text: string, more: Partial<CheckOptions> = {}): Record<string, unknown> | null => {
  const done = check(text, more)
  return done.kind === 'text' ? JSON.parse(done.text) : null
}

test.each([
  `${start}}`,
  `${start},"v":1,"event":"prediction","seq":12,"arm":"candidate","mode":"shadow","reason":"SPLIT","targeting_key":"u1"}`,
  `${start},"segment":{"region":"eu","n":3,"b":true},"scores":{"a":0.5},"usage":{"input_tokens":12},"x":{"any":[1]}}`,
  `${start} , "label" : "a : b" }`,
  `${start},"label":"a\\":\\"b"}`,
  `${start},"entity":"é😀 \\ud83d\\ude00"}`,
  `{"ts":"2028-02-29T23:59:59.123456789+05:30","request_id":"r","bundle":"${A}"}`,
  `${start},"event":"step","trace_id":"${'1'.repeat(32)}","span_id":"${'2'.repeat(16)}"}`,
  `${start},"event":"outcome","outcome":{"name":"chargeback","value":true}}`,
])('is stored as it is: %s', (text) => {
  expect(check(text)).toEqual({ kind: 'sound' })
})

test.each([
  ['', 'no JSON'],
  ['[]', 'no JSON object'],
  ['{"ts":"x"', 'no JSON'],
  [`${start},"score":NaN}`, 'no JSON'],
  [`${start},"score":1e999}`, 'score is not of the type number'],
  [`${start},"score":"0.5"}`, 'score is not of the type number'],
  [`${start},"request_id":"again"}`, 'the key "request_id" stands twice'],
  [`{"request_id" :"r",${start.slice(1)}}`, 'the key "request_id" stands twice'],
  [`${start},"segment":{"a":1,"\\u0061":2}}`, 'the key "a" stands twice'],
  [`${start},"label":"a\\u0000b"}`, 'a NUL'],
  [`${start},"label":"a\\ud800b"}`, 'half a character'],
  [`${start},"__proto__":{"a":1}}`, 'the key __proto__'],
  [`${start},"v":2}`, 'a record of format 2'],
  [`${start},"latency_ms":-1}`, 'latency_ms'],
  [`${start},"sample_rate":0}`, 'sample_rate'],
  [`${start},"event":"step"}`, 'trace_id is missing'],
  [`${start},"event":"outcome"}`, 'outcome is missing'],
  [`${start},"mode":"canary"}`, 'mode is none of live, shadow, holdout, replay'],
  [`{"request_id":"r","bundle":"${A}"}`, 'ts is missing'],
  [`{"ts":"2026-03-22T10:00:00","request_id":"r","bundle":"${A}"}`, 'ts is not a time with Z or an offset'],
  [`{"ts":"2026-02-30T10:00:00Z","request_id":"r","bundle":"${A}"}`, 'there is no 2026-02-30'],
  [`{"ts":"2026-02-29T10:00:00Z","request_id":"r","bundle":"${A}"}`, 'there is no 2026-02-29'],
  [`{"ts":1774173600,"request_id":"r","bundle":"${A}"}`, 'ts is not a time'],
  ['{"ts":"2026-03-22T10:00:00Z","request_id":"r","bundle":"v42"}', 'bundle is not a digest'],
  ['{"ts":"2026-03-22T10:00:00Z","request_id":"r","bundle":"bbbbbbbbbbbb"}', 'ambiguous'],
])('is refused: %s', (text, why) => {
  expect(reason(text)).toContain(why)
})

describe('a line that is written anew', () => {
  test('has no nulls in segment, scores, usage and outcome either', () => {
    const maps = '"segment":{"region":null,"device":"ios"},"scores":{"a":null,"b":1},"usage":{"input_tokens":null}'
    expect(record(`${start},${maps}}`)).toMatchObject({ segment: { device: 'ios' }, scores: { b: 1 }, usage: {} })
    const outcome = (value: unknown) =>
      `${start},"event":"outcome","outcome":${JSON.stringify({ name: 'clicked', value, observed_ts: null })}}`
    expect(record(outcome(false))).toMatchObject({ outcome: { name: 'clicked', value: false } })
    expect(reason(outcome(null))).toBe('value is missing')
    expect(reason(`${start},"segment":["a",null]}`)).toContain('segment is not of the type object')
  })

  test('keeps unknown keys in x, and has no nulls', () => {
    expect(record(`${start},"level":30,"score":null,"x":{"a":1}}`)).toEqual({
      ...{ ts: '2026-03-22T10:00:00Z', request_id: 'r', bundle: A },
      x: { level: 30, a: 1 },
    })
  })
  test('has the whole digest of an abbreviated one', () => {
    const text = '{"ts":"2026-03-22T10:00:00Z","request_id":"r","bundle":"HEX"}'
    expect(record(text.replace('HEX', 'aaaaaaaaaaaa'))?.bundle).toBe(A)
    expect(record(text.replace('HEX', 'c'.repeat(64)))?.bundle).toBe(`sha256:${'c'.repeat(64)}`)
    expect(check(text.replace('HEX', 'dddddddddddd'))).toEqual({ kind: 'unresolved', hex: 'dddddddddddd' })
  })
  test('has the hash of a payload, and the payload only if it is kept', () => {
    const text = `${start},"input":{"b":2,"a":[1.5,"é"]}}`
    // printf '{"a":[1.5,"é"],"b":2}' | sha256sum
    const plain = 'sha256:4195b4d1d0348bec3693f887941ef4f675df8278b4504171d479fc4db40cc15a'
    expect(record(text)?.input).toBeUndefined()
    expect(record(text)?.input_hash).toBe(plain)
    expect(record(text, { hashKey: Buffer.alloc(16) })?.input_hash).toMatch(/^hmac-sha256:[0-9a-f]{64}$/)
    expect(check(text, { keepPayloads: true })).toEqual({ kind: 'sound' })
  })
  test('has the bundle of the command where it names none', () => {
    expect(record('{"ts":"2026-03-22T10:00:00Z","request_id":"r"}', { bundle: A })?.bundle).toBe(A)
  })
})

describe('keys that stand twice', () => {
  const json = fc.jsonValue({ maxDepth: 4 })
  test('are not seen where there are none, however it is written', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        expect(duplicateKey(JSON.stringify(value, null, space))).toBeNull()
      }),
    )
  })
  test('are seen wherever they stand', () => {
    fc.assert(
      fc.property(fc.string(), json, json, fc.nat(3), (key, one, two, depth) => {
        const twice = `{${JSON.stringify(key)}:${JSON.stringify(one)} ,${JSON.stringify(key)} :${JSON.stringify(two)}}`
        const text = `${'[{"k":'.repeat(depth)}${twice}${'}]'.repeat(depth)}`
        expect(duplicateKey(text)).not.toBeNull()
      }),
    )
  })
  test('are never missed by the count that is quicker', () => {
    const keysOf = (value: unknown): number =>
      typeof value !== 'object' || value === null
        ? 0
        : (Array.isArray(value) ? 0 : Object.keys(value).length) +
          Object.values(value).reduce((sum: number, one) => sum + keysOf(one), 0)
    fc.assert(
      fc.property(json, (value) => {
        const count = countKeys(JSON.stringify(value))
        expect(count === -1 || count >= keysOf(value)).toBe(true)
      }),
    )
  })
})
