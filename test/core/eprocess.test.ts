import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Condition, readCondition } from '../../src/core/condition.ts'
import {
  addBatch,
  type Batch,
  hasFailed,
  lnMean,
  type Process,
  RATIOS,
  startProcess,
  type Test,
} from '../../src/core/eprocess.ts'
import {
  type Conditions,
  judgeSeries,
  judgeValue,
  type Limits,
  type Outcome,
  USUAL_LIMITS,
} from '../../src/core/measurements.ts'

interface Vectors {
  readonly grids: { readonly G: readonly number[]; readonly G2: readonly number[] }
  readonly cases: readonly {
    readonly name: string
    readonly batches: readonly (readonly [number, number, number, number])[]
    readonly r0: number
    readonly grid: 'G' | 'G2'
    readonly lnE: number
  }[]
}
const VECTORS = JSON.parse(readFileSync(path.join(import.meta.dirname, 'vectors/eprocess.json'), 'utf8')) as Vectors

const batch = ([events, exposures, controlEvents, controlExposures]: readonly number[]): Batch =>
  ({ events, exposures, controlEvents, controlExposures }) as Batch
const run = (given: Test, batches: readonly (readonly number[])[]): Process =>
  batches.reduce((process, one) => addBatch(process, batch(one)), startProcess(given))
const HIGHER: Test = { worse: 'higher', margin: 1 }

describe('the e-process', () => {
  test('has the ratios of the vectors', () => {
    expect(RATIOS.higher).toEqual(VECTORS.grids.G)
    for (const [i, ratio] of VECTORS.grids.G2.entries()) expect(RATIOS.either[i]).toBeCloseTo(ratio, 15)
  })

  test.each(VECTORS.cases)('$name', ({ batches, r0, grid, lnE }) => {
    const process = run({ worse: grid === 'G' ? 'higher' : 'either', margin: r0 }, batches)
    expect(Math.abs(process.lnE - lnE)).toBeLessThanOrEqual(1e-8)
  })

  test('decides by its highest look: 3 of 3 failing at alpha 0.01, 2 of 2 not yet', () => {
    expect(hasFailed(run(HIGHER, [[2, 2, 0, 38]]), 0.01)).toBe(false)
    const failed = run(HIGHER, [
      [3, 3, 0, 57],
      [0, 5000, 500, 5000],
    ])
    expect(failed.lnE).toBeLessThan(0)
    expect(hasFailed(failed, 0.01)).toBe(true)
  })

  test('of classes, the mean decides', () => {
    const control = [500, 300, 150, 50]
    const mean = (candidate: readonly number[]): number =>
      Math.exp(
        lnMean(
          candidate.map((count, i) => run({ worse: 'either', margin: 1 }, [[count, 200, control[i] ?? 0, 1000]]).lnE),
        ),
      )
    expect(mean([80, 70, 30, 20])).toBeCloseTo(1.419726, 6)
    expect(mean([130, 30, 30, 10])).toBeCloseTo(101.510582, 5)
  })

  test('lower is worse the other way round', () => {
    expect(hasFailed(run({ worse: 'lower', margin: 1 }, [[10, 500, 950, 9500]]), 0.01)).toBe(true)
    expect(hasFailed(run({ worse: 'lower', margin: 1 }, [[60, 500, 950, 9500]]), 0.01)).toBe(false)
  })

  test.each([
    [Number.NaN, 10, 0, 10],
    [-1, 10, 0, 10],
    [0, Number.POSITIVE_INFINITY, 0, 10],
  ])('%d of %d is no count', (...counts) => {
    expect(() => run(HIGHER, [counts])).toThrow(RangeError)
  })

  test('neither the order of batches nor an empty arm changes what they say', () => {
    const counts = fc.tuple(
      fc.nat(20),
      fc.integer({ min: 20, max: 500 }),
      fc.nat(50),
      fc.integer({ min: 50, max: 9000 }),
    )
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 6 }), (batches) => {
        const there = run(HIGHER, batches)
        expect(run(HIGHER, batches.toReversed()).lnE).toBeCloseTo(there.lnE, 8)
        expect(run(HIGHER, [...batches, [4, 0, 3, 100], [4, 10, 3, 0]]).lnE).toBe(there.lnE)
      }),
    )
  })
})

function condition(text: string): Condition {
  const read = readCondition(text)
  if (typeof read === 'function') return read
  throw new Error(read.problem)
}

const WORDS: Readonly<Record<string, Outcome>> = { S: 'success', F: 'failure', I: 'inconclusive', E: 'error' }
const series = (text: string): readonly Outcome[] => [...text].map((letter) => WORDS[letter] as Outcome)

describe('a series of measurements', () => {
  test.each<[Partial<Limits>, string, Outcome | 'running']>([
    [{ failures: 2 }, 'FFS', 'running'],
    [{ failures: 2 }, 'FFSF', 'failure'],
    [{}, 'EEEES', 'running'],
    [{}, 'EEEEE', 'error'],
    [{ count: 5, failures: 2 }, 'FEFESSS', 'success'],
    [{ failures: 3, successesInARow: 3, count: 6 }, 'SSFSFS', 'inconclusive'],
    [{ failures: -1, successesInARow: 2, count: 4 }, 'FSFS', 'failure'],
    [{}, 'FI', 'inconclusive'],
    // Ended before anything was measured: nothing is known.
    [{ count: 1 }, '', 'running'],
  ])('%j: %s is %s', (limits, text, verdict) => {
    expect(judgeSeries(series(text), { ...USUAL_LIMITS, ...limits })).toBe(verdict)
  })

  const [success, failure] = [condition('result >= 0.95'), condition('result < 0.95')]
  test.each<[string, Conditions, number | null, Outcome]>([
    ['success', { success }, 0.95, 'success'],
    ['success', { success }, 0.94, 'failure'],
    ['failure', { failure }, 0.94, 'failure'],
    ['failure', { failure }, 0.95, 'success'],
    ['both', { success, failure }, Number.NaN, 'inconclusive'],
    ['both that leave a gap', { success, failure: condition('result < 0.5') }, 0.7, 'inconclusive'],
    // Argo calls the first of these a failure and the second a success.
    ['success', { success }, Number.NaN, 'inconclusive'],
    ['failure', { failure }, Number.NaN, 'inconclusive'],
    ['failure', { failure }, Number.POSITIVE_INFINITY, 'inconclusive'],
    ['success', { success }, null, 'error'],
  ])('with a condition of %s: %j %d is %s', (_, conditions, value, outcome) => {
    expect(judgeValue(value, conditions)).toBe(outcome)
  })

  test('without a condition is refused, for it could never fail', () => {
    expect(() => judgeValue(1, {})).toThrow(RangeError)
  })
})
