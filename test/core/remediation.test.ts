import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/core/digest.ts'
import { linesOf, valuesOf } from '../../src/core/lines.ts'
import type { RemediationItem, RemediationResult } from '../../src/core/model.gen.ts'
import { classOf, failed, isSame, resultOf, targetOf, workKey } from '../../src/core/remediation.ts'
import { csvHead, csvRow } from '../../src/core/remediation-csv.ts'
import { judgeItem } from '../../src/core/remediation-tally.ts'

const ITEM: RemediationItem = {
  ...{ action: 'hold', applied: true, entity: 'e', label: 'fraud', request_id: 'r', score: 0.5, segment: {} },
  ...{ ts: '2026-10-01T00:00:00.000Z', unreplayable: null },
}
const made = (more: Partial<RemediationResult>): RemediationResult => ({ ...failed(ITEM, ''), error: null, ...more })
const ACTIONS = { fraud: 'hold', fine: 'pay' }

test.each([
  ['same', { label: 'fraud', score: 0.5 }],
  ['same', { label: 'fraud', score: null }],
  ['same', { label: 'fraud', score: 0.509 }],
  ['score_moved', { label: 'fraud', score: 0.51 }],
  ['label_changed', { label: 'suspect', action: 'hold' }],
  ['action_changed', { label: 'fine' }],
  ['action_changed', { label: 'fraud', action: 'pay' }],
  ['error', { label: 'toString' }],
  ['error', { error: 'no amount' }],
  ['erased', { error: 'erased' }],
  ['not_reproducible', { error: 'not reproducible' }],
] as const)('%s: %j', (expected, more) => {
  expect(classOf(ITEM, made(more), ACTIONS, 0.01)).toBe(expected)
  expect(classOf({ ...ITEM, unreplayable: 'hashed' }, made(more), ACTIONS, 0.01)).toBe('not_replayable')
})

test('where the log names no actions, the label is what was done', () => {
  const item = { ...ITEM, action: null }
  expect(targetOf(item, made({ label: 'fine' }), {})).toBe('fine')
  expect(classOf(item, made({ label: 'fine' }), {}, 0.01)).toBe('action_changed')
  expect(classOf(item, made({ label: 'fraud' }), {}, 0.01)).toBe('same')
})

test('a bundle decides as before where label and score are those, and the action where both name it', () => {
  expect(isSame(ITEM, made({ label: 'fraud', score: 0.5 }))).toBe(true)
  expect(isSame(ITEM, made({ label: 'fraud', score: 0.51 }))).toBe(false)
  expect(isSame(ITEM, made({ label: 'fraud', score: 0.5, action: 'pay' }))).toBe(false)
})

test('any answer becomes a result whose line is canonical JSON', () => {
  const answers = fc.record(
    { label: fc.jsonValue(), action: fc.jsonValue(), score: fc.jsonValue(), error: fc.jsonValue() },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(answers, fc.string(), fc.option(fc.string(), { nil: undefined }), (value, request_id, span_id) => {
      const about = { entity: 'e', request_id, ...(span_id === undefined ? {} : { span_id }) }
      const result = resultOf(about, { value })
      expect(JSON.stringify(result)).toBe(Buffer.from(canonicalBytes(result)).toString('utf8'))
      expect(
        result.error !== null ||
          result.label !== null ||
          result.action !== null ||
          value.label === null ||
          value.action === null,
      ).toBe(true)
    }),
  )
})

test('a key depends on what is to be done alone, and an undo raises it', () => {
  const work = { entity: 'e', request_id: 'r', target: { action: 'pay' } }
  expect(workKey(work, 0)).toBe(workKey({ ...work }, 0))
  const others = [
    workKey({ ...work, entity: 'f' }, 0),
    workKey({ ...work, target: { action: 'hold' } }, 0),
    workKey(work, 1),
  ]
  expect(new Set([workKey(work, 0), ...others]).size).toBe(4)
})

describe('lines', () => {
  async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text, 'utf8')
    let at = 0
    for (const size of sizes) {
      yield bytes.subarray(at, at + size)
      at += size
    }
    yield bytes.subarray(at)
  }
  test('come whole, however the bytes are cut', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)))
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat({ max: 9 })), fc.nat({ max: 5 }), async (lines, sizes, skip) => {
        const text = lines.map((one) => `${one}\n`).join('')
        const found: string[] = []
        for await (const some of linesOf(inPieces(text, sizes))) found.push(...some)
        expect(found).toEqual(lines)
        const values: string[] = []
        for await (const some of valuesOf<string>(inPieces(text, sizes), () => 3, skip)) values.push(...some)
        expect(values).toEqual(lines.slice(skip).map((one) => JSON.parse(one)))
      }),
    )
  })
})

test('a table keeps its cells apart, and none of them is a formula', () => {
  const item = { ...ITEM, entity: '=1+1', segment: { region: 'a "b", c' }, value: -5 }
  const row = csvRow(judgeItem(item, made({ label: 'fine' }), ACTIONS, 0.01), ['segment.region'])
  expect(row).toBe(`action_changed,'=1+1,r,${ITEM.ts},hold,pay,fraud,fine,0.5,,-5,,"a ""b"", c"\n`)
  expect(csvHead(['segment.region']).split(',')).toHaveLength(13)
})
