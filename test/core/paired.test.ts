import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import { itemsOf, parseItems } from '../../src/core/items.ts'
import type { EvaluationItem, MeasuredItems } from '../../src/core/model.gen.ts'
import { pairedInterval } from '../../src/core/paired.ts'
import { studentTail, twoSidedStudent } from '../../src/core/stats-curves.ts'
import { drawer } from '../draw.ts'

const listed = (values: readonly number[]): MeasuredItems => ({ ids: `sha256:${'a'.repeat(64)}`, values })

/** Values of two bundles from the four counts of a table: both right, only the first, only the second, none. */
function table(both: number, onlyA: number, onlyB: number, none: number): readonly [MeasuredItems, MeasuredItems] {
  const column = (a: number, b: number, c: number, d: number) =>
    listed([both, onlyA, onlyB, none].flatMap((times, i) => Array(times).fill([a, b, c, d][i])))
  return [column(1, 1, 0, 0), column(1, 0, 1, 0)]
}

describe('the paired interval of shares', () => {
  // As published for the method: by its paper, by Altman and others (Statistics with Confidence, 2000), and of Bentur and others (2009).
  test.each([
    [[36, 12, 2, 0], 0.057, 0.34],
    [[14, 5, 0, 22], 0.011, 0.226],
    [[1, 1, 7, 12], -0.507, -0.026],
  ])('%j', (counts, low, high) => {
    const [a, b] = table(...(counts as [number, number, number, number]))
    const range = pairedInterval(a, b, 0.95)?.range ?? [Number.NaN, Number.NaN]
    expect(range.map((end) => Number(end.toFixed(3)))).toEqual([low, high])
  })

  test('holds the difference, turns round with its sides, and needs the same examples', () => {
    const value = fc.constantFrom(0, 1)
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 200 }), (pairs) => {
        const [a, b] = [listed(pairs.map(([one]) => one)), listed(pairs.map(([, two]) => two))]
        const { range, count } = pairedInterval(a, b, 0.95) ?? { range: [Number.NaN, Number.NaN], count: 0 }
        const difference = pairs.reduce((sum, [one, two]) => sum + one - two, 0) / pairs.length
        expect(count).toBe(pairs.length)
        expect(range[0]).toBeLessThanOrEqual(difference + 1e-12)
        expect(range[1]).toBeGreaterThanOrEqual(difference - 1e-12)
        const turned = pairedInterval(b, a, 0.95)?.range ?? [Number.NaN, Number.NaN]
        expect(turned[0]).toBeCloseTo(-range[1], 10)
        expect(turned[1]).toBeCloseTo(-range[0], 10)
        expect(pairedInterval(a, { ...b, ids: `sha256:${'b'.repeat(64)}` }, 0.95)).toBeNull()
        expect(pairedInterval(a, listed([...b.values, 1]), 0.95)).toBeNull()
      }),
    )
  })

  test('covers what it should, and is shorter than without pairs', () => {
    const draw = drawer(7)
    let covered = 0
    for (let run = 0; run < 1000; run++) {
      const pairs = Array.from({ length: 100 }, () => {
        const hard = draw() < 0.3
        return [draw() < (hard ? 0.3 : 0.95) ? 1 : 0, draw() < (hard ? 0.2 : 0.95) ? 1 : 0] as const
      })
      const range = pairedInterval(listed(pairs.map(([a]) => a)), listed(pairs.map(([, b]) => b)), 0.95)?.range
      if (range && range[0] <= 0.03 && range[1] >= 0.03) covered++
    }
    expect(covered).toBeGreaterThan(930)
  })
})

describe('the paired interval of means', () => {
  // Student's sleep data (Biometrika 6, 1908): the difference 1.58, at 95 % 0.70 to 2.46; twice over, for twenty are asked.
  const [a, b] = [
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
  ]
  test('is the t interval, and wants twenty examples', () => {
    expect(pairedInterval(listed(a), listed(b), 0.95)).toBeNull()
    const { range } = pairedInterval(listed([...a, ...a]), listed([...b, ...b]), 0.95) ?? { range: [0, 0] }
    expect((range[0] + range[1]) / 2).toBeCloseTo(1.58, 10)
    // Half of it: t of 19 degrees, 2.093024, times the deviation 1.19719 over the root of 20.
    expect((range[1] - range[0]) / 2).toBeCloseTo((2.093024 * 1.19719) / Math.sqrt(20), 4)
  })

  test.each([
    [12.7062047, 1],
    [4.30265273, 2],
    [2.22813885, 10],
    [2.09302405, 19],
    [1.96233908, 1000],
  ])('t is %d with %d degrees of freedom', (t, df) => {
    expect(twoSidedStudent(0.95, df)).toBeCloseTo(t, 6)
    expect(studentTail(t, df)).toBeCloseTo(0.025, 9)
  })
})

describe('items', () => {
  const one = (items: readonly object[], metrics: Record<string, number> = { f1: 0.5 }, samples = {}) => {
    try {
      return itemsOf(items as readonly EvaluationItem[], { metrics, samples })
    } catch (error) {
      if (!(error instanceof AishipError)) throw error
      return error.message
    }
  }
  const [yes, no] = [
    { id: 'a', value: 1 },
    { id: 'b', value: 0 },
  ]

  test('are stored in the order of their ids, whatever order they came in', () => {
    expect(one([yes, no])).toEqual(one([no, yes]))
    expect(one([yes, no])).toMatchObject({ f1: { values: [1, 0] } })
    expect(one([yes, { id: 'c', value: 0 }])).not.toEqual(one([yes, no]))
    expect(one([])).toEqual({})
  })

  test.each([
    [[yes, yes, no], undefined, 'item a of f1 is here twice'],
    [
      [
        { id: 1, value: 1 },
        { id: '1', value: 0 },
      ],
      undefined,
      'item 1 of f1 is here twice',
    ],
    [[yes], undefined, 'f1 has one item: that is nothing to compare'],
    [
      [yes, { id: 'b', value: 1 }],
      undefined,
      'the items of f1 have the mean 1, and metrics says 0.5: items go with a metric that is their mean',
    ],
    [[yes, no], { f1: 0.5, acc: 1 }, 'item a does not say of which metric: there is f1, acc'],
    [[{ ...yes, metric: 'x' }, no], undefined, 'item a is of x, which is no metric here: there is f1'],
    [[{ ...yes, metric: 'toString' }, no], undefined, 'item a is of toString, which is no metric here: there is f1'],
  ])('%j: refused', (items, metrics, message) => {
    expect(one(items, metrics)).toBe(message)
  })

  test('are as many as samples says', () => {
    expect(one([yes, no], undefined, { f1: 3 })).toBe('f1 has 2 items, and samples says 3')
    expect(one([yes, no], undefined, { f1: 2 })).toHaveProperty('f1')
    const many = Array.from({ length: 100_001 }, (_, id) => ({ id, value: 1 }))
    expect(one(many, { f1: 1 })).toBe('there are 100001 items, more than the 100000 allowed')
  })

  test.each([
    ['{"id":"a","value":1}\n\n{"id":2,"value":0.5,"metric":"f1"}\r\n', 2],
    ['', 'i.jsonl has no items'],
    ['\n \n', 'i.jsonl has no items'],
    ['{"id":"a","value":NaN}', 'i.jsonl:1: this is not a line of JSON'],
    ['{"id":"a","value":1e999}', 'i.jsonl:1: value must be a number'],
    ['{"id":"a","value":1}\n{"id":"b","value":"1"}', 'i.jsonl:2: value must be a number'],
    ['{"id":"a","value":1}\n{"id":"b","value":null}', 'i.jsonl:2: value must be a number'],
    ['{"id":"","value":1}', 'i.jsonl:1: id must be text or a whole number'],
    ['{"id":1.5,"value":1}', 'i.jsonl:1: id must be text or a whole number'],
    ['{"value":1}', 'i.jsonl:1: id must be text or a whole number'],
    ['{"id":"a","value":1,"value":0}', 'i.jsonl:1: a key is here twice'],
    ['{"id":"\\"value\\":","value":1}', 1],
    ['{"id":"a","value":1,"score":0}', 'i.jsonl:1: it has an unknown key "score"'],
    ['[1]', 'i.jsonl:1: an item is an object'],
    ['[{"id":"a",\n"value":1}]', 'i.jsonl:1: this is not a line of JSON'],
  ])('the lines %j', (text, expected) => {
    try {
      expect(parseItems(Buffer.from(text), 'i.jsonl')).toHaveLength(expected as number)
    } catch (error) {
      if (!(error instanceof AishipError)) throw error
      expect(error).toMatchObject({ code: 'EVIDENCE_INVALID', message: expected })
    }
  })
})
