import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkedSource } from '../../src/core/metric-answer.ts'
import type { Answer, Question, Said, Sides } from '../../src/core/metric-source.ts'
import { overdispersionOf } from '../../src/core/overdispersion.ts'
import { drawer } from '../draw.ts'
import { events, guardOf, SIDES, START, windowsOf } from './question.ts'

const read = (said: unknown, question: Question = events(), sides: Sides = SIDES, count = 1): Promise<Answer> =>
  checkedSource(
    { describe: () => 'what was asked', ask: async () => said as Said, close: async () => undefined },
    new AbortController().signal,
  ).read(question, sides, windowsOf(count))

const first = async (reading: unknown, question?: Question): Promise<unknown> =>
  (await read({ readings: [reading] }, question)).readings[0]

const count = (exposures: unknown, happened: unknown): unknown => ({ exposures, events: happened })
const both = (candidate: unknown, reference: unknown = count(1, 0)): unknown => ({ candidate, reference })

describe('what a source says is doubted', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /nothing was said of this window/],
    ['a text', 'fine', /a reading is an object/],
    ['a reason', { unavailable: 'no scrape' }, /^no scrape$/],
    ['another kind', { kind: 'value', value: 1 }, /"value" where it was asked for events/],
    ['another window', { from: START + 60_000, candidate: count(1, 0), reference: count(1, 0) }, /another window/],
    ['no candidate', { reference: count(1, 0) }, /nothing was said of the candidate/],
    ['no reference', both(count(1, 0), null), /nothing was said of the reference/],
    ['more events than exposures', both(count(1, 2)), /2 events among 1 exposures/],
    ['less than nothing', both(count(-1, -2)), /exposures is -1/],
    ['NaN', both(count(Number.NaN, 0)), /exposures is NaN/],
    ['infinity', both(count(Number.POSITIVE_INFINITY, 0)), /is Infinity/],
    ['a text for a number', both(count('12', 0)), /no number: "12"/],
    ['parts', both(count(1.5, 0)), /1.5, and a count is a whole number/],
    ['beyond whole numbers', both(count(2 ** 60, 0)), /a count is a whole number/],
    ['no events', both({ exposures: 1 }), /candidate.events is missing/],
  ])('%s', async (_, reading, why) => {
    expect(await first(reading)).toMatchObject({ kind: 'unavailable', why: expect.stringMatching(why) })
  })

  test.each<[Question, unknown, RegExp]>([
    [{ kind: 'moments', guard: guardOf(), cap: null }, { n: 2, sum: 10, squares: 1 }, /no 2 numbers/],
    [{ kind: 'moments', guard: guardOf(), cap: null }, { n: 0, sum: 1, squares: 1 }, /no 0 numbers/],
    [{ kind: 'classes', guard: guardOf(), edges: null }, { a: -1 }, /candidate\["a"\] is -1/],
    [
      { kind: 'classes', guard: guardOf(), edges: null },
      Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, 1])),
      /more than 1000 classes/,
    ],
  ])('%o of %o', async (question, one, why) => {
    expect(await first({ candidate: one, reference: one }, question)).toMatchObject({ why: expect.stringMatching(why) })
  })

  test('pairs, values and quantiles', async () => {
    const pairs: Question = { kind: 'pairs', guard: guardOf() }
    expect(await first({ worse: 1, better: 2, ties: 0 }, pairs)).toEqual({
      kind: 'pairs',
      worse: 1,
      better: 2,
      ties: 0,
    })
    expect(await first({ worse: 1, better: 2 }, pairs)).toMatchObject({ why: 'ties is missing' })
    const value: Question = { kind: 'value', guard: guardOf() }
    for (const one of [1, null, Number.NaN, Number.NEGATIVE_INFINITY])
      expect(await first({ value: one }, value)).toEqual({ kind: 'value', value: one })
    expect(await first({ value: '1' }, value)).toMatchObject({ kind: 'unavailable' })
    expect(await first({}, value)).toMatchObject({ why: 'value is missing' })
    const quantile: Question = { kind: 'quantile', guard: guardOf(), quantile: 0.9 }
    expect((await read({ readings: [{ value: 3, n: 9 }] }, quantile, SIDES, 7)).readings).toEqual([
      { kind: 'quantile', value: 3, n: 9 },
    ])
    expect(await first({ value: 3, n: 0 }, quantile)).toMatchObject({ kind: 'unavailable' })
  })

  test.each([[0], [1], [3]])('%d readings for two windows', async (length) => {
    const said = { readings: Array(length).fill(both(count(1, 0))) }
    const { readings } = await read(said, events(), SIDES, 2)
    expect(readings).toEqual(
      Array(2).fill({ kind: 'unavailable', why: `${length} readings came for 2 windows`, next: null }),
    )
  })

  test('a float that is a whole number is one', async () => {
    expect(await first(both(count(3 + 1e-12, 1 - 1e-12)))).toMatchObject({ counts: { candidate: count(3, 1) } })
  })

  test('whatever is said, the answer is sound and throws nothing', async () => {
    const numbers = fc.oneof(fc.integer({ min: -2, max: 50 }), fc.double(), fc.string(), fc.constant(null))
    const side = fc.oneof(fc.record({ exposures: numbers, events: numbers }), fc.anything())
    const reading = fc.oneof(fc.record({ candidate: side, reference: side }), fc.anything())
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.array(reading, { maxLength: 4 }), fc.anything()), async (readings) => {
        const answer = await read({ readings }, events(), SIDES, 3)
        expect(answer.readings).toHaveLength(3)
        for (const one of answer.readings) {
          if (one.kind !== 'events') continue
          for (const { exposures, events: happened } of [one.counts.candidate, one.counts.reference] as never as {
            exposures: number
            events: number
          }[])
            expect(Number.isInteger(exposures) && happened >= 0 && happened <= exposures).toBe(true)
        }
      }),
    )
  })
})

test('independent requests have an overdispersion near 1, those of users in threes one near 3', () => {
  const next = drawer(5)
  const counts = (clump: number) =>
    Array.from({ length: 2000 }, () => {
      let happened = 0
      for (let i = 0; i < 60; i++) if (next() < 0.1) happened += clump
      const one = { exposures: 60 * clump, events: happened }
      return { kind: 'events' as const, counts: { candidate: one, reference: null } }
    })
  expect(overdispersionOf(counts(1))).toBeCloseTo(1, 0)
  expect(overdispersionOf(counts(3))).toBeGreaterThan(2.6)
  expect(overdispersionOf(counts(3))).toBeLessThan(3.4)
  expect(overdispersionOf(counts(3).slice(0, 10))).toBe(null)
})
