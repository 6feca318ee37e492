import { describe, expect, test } from 'vitest'
import { countText, differenceText, estimateText, valueText } from '../../src/core/figures.ts'
import { html } from '../../src/core/html.ts'
import { parseKeys, parseMetrics, spanOf } from '../../src/core/slice-keys.ts'
import { type LoggedStep, traceTree } from '../../src/core/trace-tree.ts'

describe('an agent’s steps', () => {
  const step = (span_id: string | null, parent: string | null, second: number): LoggedStep => ({
    ...{ span_id, parent, ts: `2026-09-30T08:00:0${second}.000Z`, op: span_id, action: null, entity: null },
    ...{ applied: null, status: 'ok', latency_ms: null, model_served: null },
  })
  type Shape = readonly (readonly [string | null, Shape])[]
  const shape = (steps: ReturnType<typeof traceTree>): Shape =>
    steps.map(({ op, steps }) => [op, shape(steps)] as const)

  test.each<[string, readonly LoggedStep[], Shape]>([
    [
      'in order of time',
      [step('b', 'root', 2), step('a', 'root', 1)],
      [
        ['a', []],
        ['b', []],
      ],
    ],
    [
      'inside each other, whatever the order of the log',
      [step('c', 'b', 3), step('a', null, 1), step('b', 'a', 2), step('d', 'a', 4)],
      [
        [
          'a',
          [
            ['b', [['c', []]]],
            ['d', []],
          ],
        ],
      ],
    ],
    [
      'in a circle',
      [step('a', 'b', 1), step('b', 'a', 2), step('c', 'a', 3)],
      [
        ['a', []],
        ['b', []],
        ['c', []],
      ],
    ],
    ['its own parent', [step('a', 'a', 1)], [['a', []]]],
    [
      'without spans',
      [step(null, null, 1), step(null, null, 2)],
      [
        [null, []],
        [null, []],
      ],
    ],
  ])('%s', (_, steps, expected) => {
    expect(shape(traceTree(steps))).toEqual(expected)
  })

  test('a chain of a thousand is shown, whole', () => {
    const chain = Array.from({ length: 1000 }, (_, i) => step(`s${i}`, i === 0 ? null : `s${i - 1}`, 1))
    const count = (steps: ReturnType<typeof traceTree>): number =>
      steps.reduce((sum, one) => sum + 1 + count(one.steps), 0)
    expect(count(traceTree(chain))).toBe(1000)
  })
})

test('keys and metrics', () => {
  expect(parseKeys('segment.region, component:prompt,arm')).toEqual([
    { name: 'segment.region', kind: 'segment', key: 'region' },
    { name: 'component:prompt', kind: 'component', key: 'prompt' },
    { name: 'arm', kind: 'field', key: 'arm' },
  ])
  expect(parseKeys('')).toEqual([])
  expect(parseMetrics('error_rate,latency_p99,score_mean')).toEqual([
    { name: 'error_rate', of: 'errors', quantile: null },
    { name: 'latency_p99', of: 'latency', quantile: 0.99 },
    { name: 'score_mean', of: 'score', quantile: null },
  ])
  for (const bad of ["segment.a'] OR 1", 'component:../x', 'a,b,c,d,e', 'input']) expect(() => parseKeys(bad)).toThrow()
  for (const bad of ['', 'latency_p100', 'latency_mean', 'score_p0', 'rate']) expect(() => parseMetrics(bad)).toThrow()
  expect(['30m', '2h', '7d', '2w', '90s', '2026-10-01', '5x', ''].map(spanOf)).toEqual([
    ...[1_800_000, 7_200_000, 604_800_000, 1_209_600_000, 90_000, null, null, null],
  ])
})

test('figures', () => {
  expect([0.0812, 0, 0.00001].map((one) => valueText(one, 'share'))).toEqual(['8.12 %', '0.00 %', '0.0010 %'])
  expect([41.24, 1812.4, 3.456].map((one) => valueText(one, 'ms'))).toEqual(['41.2 ms', '1812 ms', '3.46 ms'])
  expect([valueText(null, 'ms'), valueText(0.25061, 'number'), countText(1234567)]).toEqual(['-', '0.251', '1,234,567'])
  expect(estimateText({ value: 0.02, low: 0.011, high: null }, 'share')).toBe('2.00 % (1.10 to ?)')
  expect(differenceText({ value: 0.05, low: -0.001, high: 0.11 }, 'share')).toBe('+5.00 points (-0.10 to +11.00)')
  expect(differenceText({ value: 0.00001, low: -0.001, high: 0.01 }, 'share')).toBe('+0.00 points (-0.10 to +1.00)')
})

test('what strangers wrote is text', () => {
  const name = `<script>alert('x')</script>"&\u202e\u0007`
  expect(html`<p title="${name}">${[name, 1]}${html`<b>${'<'}</b>`}</p>`.html).toBe(
    '<p title="&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;  ">' +
      '&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;  1<b>&lt;</b></p>',
  )
})
