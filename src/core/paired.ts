import { type Confidence, QUANTILES, wilson } from './interval.ts'
import type { MeasuredItems } from './model.gen.ts'
import { twoSidedStudent } from './stats-curves.ts'

/** Fewer differences say too little of their own spread, when they are not counted but measured. */
const FEWEST_MEASURED = 20

/** The interval of a difference, and over how many examples. */
export interface Paired {
  readonly range: readonly [number, number]
  readonly count: number
}

/**
 * The interval of mean(a) - mean(b) where each example has a value in both. Null: they are not the same examples, or too few measured ones.
 * Yes and no (every value 0 or 1): Newcombe's score interval for paired shares, Statistics in Medicine 17 (1998) 2635, method 10, which looks at the
 * examples that differ, as McNemar's test does. Anything else: the t interval of the mean difference.
 */
export function pairedInterval(a: MeasuredItems, b: MeasuredItems, confidence: Confidence): Paired | null {
  const count = a.values.length
  if (a.ids !== b.ids || count !== b.values.length) return null
  const pairs = a.values.map((value, i) => [value, b.values[i] as number] as const)
  const isCounted = pairs.flat().every((value) => value === 0 || value === 1)
  if (isCounted) return { count, range: ofShares(pairs, QUANTILES[confidence]) }
  return count < FEWEST_MEASURED
    ? null
    : {
        count,
        range: ofMeans(
          pairs.map(([one, two]) => one - two),
          confidence,
        ),
      }
}

type Pairs = readonly (readonly [number, number])[]

function ofShares(pairs: Pairs, z: number): readonly [number, number] {
  const count = pairs.length
  const times = (one: number, two: number): number => pairs.filter(([x, y]) => x === one && y === two).length
  const [both, onlyA, onlyB, none] = [times(1, 1), times(1, 0), times(0, 1), times(0, 0)]
  const [a, b] = [(both + onlyA) / count, (both + onlyB) / count]
  const [[aLow, aHigh], [bLow, bHigh]] = [wilson({ share: a, count }, z), wilson({ share: b, count }, z)]
  const phi = correlation(both, onlyA, onlyB, none)
  const reach = (one: number, two: number): number =>
    Math.sqrt(Math.max(0, one * one - 2 * phi * one * two + two * two))
  return [a - b - reach(a - aLow, bHigh - b), a - b + reach(aHigh - a, b - bLow)]
}

/** φ of the two by two table, with the method's correction for continuity. */
function correlation(both: number, onlyA: number, onlyB: number, none: number): number {
  const sides = (both + onlyA) * (onlyB + none) * (both + onlyB) * (onlyA + none)
  if (sides === 0) return 0
  const cross = both * none - onlyA * onlyB
  const half = (both + onlyA + onlyB + none) / 2
  return (cross > half ? cross - half : Math.min(cross, 0)) / Math.sqrt(sides)
}

function ofMeans(differences: readonly number[], confidence: Confidence): readonly [number, number] {
  const count = differences.length
  const mean = differences.reduce((sum, one) => sum + one, 0) / count
  const spread = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1)
  const half = twoSidedStudent(confidence, count - 1) * Math.sqrt(spread / count)
  return [mean - half, mean + half]
}
