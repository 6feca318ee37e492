import { describe, expect, test } from 'vitest'
import { causeOf, LOOKS_INSIDE, movesInside } from '../../src/core/cause.ts'
import { compareDrift, compareTallies, METRICS_OF_EACH } from '../../src/core/compared.ts'
import { chooseBasis, fillingStep, groupBy, inSteps, type Piece, stepFor, strataOf } from '../../src/core/concurrent.ts'
import { levelOfEach } from '../../src/core/stats.ts'
import { driftOf } from '../../src/core/stats-drift.ts'
import { NO_RECORDS, sumOf, type Tally } from '../../src/core/tally.ts'
import { drawer } from '../draw.ts'

/** Whether chance alone makes a verdict: logs of two versions that are drawn alike, compared as `compare` does. */

interface Line {
  readonly side: 'a' | 'b'
  readonly at: number
  readonly slice: string
  readonly isError: boolean
  readonly latency: number
  readonly score: number
}

/** B has the share `share` of requests; 5 % of A's fail. */
function made(seed: number, count: number, span: number, share: number, failing: number): readonly Line[] {
  const next = drawer(seed)
  const start = Date.UTC(2026, 8, 30, 8) + Math.floor(next() * 3_600_000)
  return Array.from({ length: count }, (_, i) => {
    const side = next() < share ? 'b' : 'a'
    return {
      ...{ side, at: start + Math.floor((i * span) / count), slice: JSON.stringify([Math.floor(next() * 4)]) },
      isError: next() < (side === 'b' ? failing : 0.05),
      ...{ latency: 20 * Math.exp(2 * next()), score: next() * next() },
    }
  })
}

const quantile = (sorted: readonly number[], p: number): number => sorted[Math.ceil(p * sorted.length) - 1] ?? 0

function piecesOf(lines: readonly Line[], step: number, slow: number): readonly Piece[] {
  type Open<T> = { -readonly [K in keyof T]: T[K] }
  const pieces = new Map<string, Open<Omit<Piece, 'tally'>> & { readonly tally: Open<Tally> }>()
  for (const { side, at, slice, isError, latency, score } of lines) {
    const slot = Math.floor(at / step) * step
    const key = `${side} ${slot} ${slice}`
    let piece = pieces.get(key)
    if (piece === undefined) {
      piece = { side, at: slot, slice, split: true, first: at, last: at, tally: { ...NO_RECORDS } }
      pieces.set(key, piece)
    }
    piece.last = at
    for (const one of ['n', 'weight', 'square', 'timed', 'timed_square', 'scored', 'scored_square'] as const)
      piece.tally[one]++
    if (isError) piece.tally.errors++
    if (latency > slow) piece.tally.slow++
    piece.tally.score_sum += score
    piece.tally.score_squares += score * score
  }
  return [...pieces.values()]
}

function verdictOf(lines: readonly Line[]) {
  const ofA = lines.filter(({ side }) => side === 'a')
  const sorted = (of: (line: Line) => number) => ofA.map(of).sort((x, y) => x - y)
  const [latencies, scores] = [sorted(({ latency }) => latency), sorted(({ score }) => score)]
  const edges = Array.from({ length: 9 }, (_, i) => quantile(scores, (i + 1) / 10))
  const fine = stepFor(lines[0]?.at ?? 0, lines.at(-1)?.at ?? 0)
  const parts = piecesOf(lines, fine, quantile(latencies, 0.95))
  const step = fillingStep(parts, fine)
  const pieces = inSteps(parts, step)
  const chosen = chooseBasis(pieces)
  const slices = groupBy(chosen.pieces, ({ slice }) => slice)
  const level = levelOfEach(0.95, METRICS_OF_EACH * (1 + slices.size) + LOOKS_INSIDE)
  const drift = (some: readonly Line[]) => {
    const bins = (side: 'a' | 'b'): number[] => {
      const counts = new Array<number>(10).fill(0)
      for (const line of some)
        if (line.side === side) {
          const bin = edges.findIndex((edge) => line.score <= edge)
          counts[bin < 0 ? 9 : bin] = (counts[bin < 0 ? 9 : bin] ?? 0) + 1
        }
      return counts
    }
    return compareDrift('score', { a: 1, b: 1 }, driftOf({ a: bins('a'), b: bins('b') }, 2 + slices.size), null)
  }
  const named = (where: string | null, some: readonly Piece[], of: readonly Line[]) =>
    [...compareTallies(strataOf(some, chosen.basis), level), drift(of)].map((metric) => ({ where, metric }))
  const inside = (['a', 'b'] as const).map((side) => {
    const mine = groupBy(
      pieces.filter((one) => one.side === side),
      ({ at }) => at,
    )
    const steps = [...mine].map(([at, some]) => ({ at, tally: sumOf(some.map(({ tally }) => tally)) }))
    const name = side === 'a' ? 'A' : 'B'
    return movesInside({ name, steps: steps.sort((x, y) => x.at - y.at) }, null, level)
  })
  const metrics = [
    ...named(null, chosen.pieces, lines),
    ...[...slices].flatMap(([slice, some]) =>
      named(
        slice,
        some,
        lines.filter((line) => line.slice === slice),
      ),
    ),
  ]
  return { ...causeOf({ basis: chosen.basis, metrics, inside, models: [] }), left_out: chosen.left_out, step }
}

describe('of two that are drawn alike', () => {
  const [SECOND, MINUTE] = [1000, 60_000]
  /** Of each length of time. */
  const RUNS = 50

  test.each([200, 2000])('%d lines make no verdict, in seconds or in hours', (count) => {
    const told = [40 * SECOND, 20 * MINUTE, 180 * MINUTE].flatMap((span) =>
      Array.from({ length: RUNS }, (_, i) =>
        verdictOf(made(count + span + i, count, span, i % 2 === 0 ? 0.5 : 0.1, 0.05)),
      ).filter(({ cause }) => cause !== 'none' && cause !== 'unknown'),
    )
    expect(told.length, told.flatMap(({ why }) => why).join('\n')).toBeLessThanOrEqual(0.05 * 3 * RUNS)
  })

  test.each([40 * SECOND, 180 * MINUTE])('four times as many errors are found in 2,000 lines of %d ms', (span) => {
    for (let seed = 1; seed <= 10; seed++) {
      const { cause, why } = verdictOf(made(seed, 2000, span, 0.5, 0.2))
      expect(cause).toBe('release')
      expect(why[0]).toMatch(/^error_rate: B /)
    }
  })

  test('steps are as long as there are records to fill them, and then none are left out', () => {
    const few = verdictOf(made(1, 200, 40 * SECOND, 0.5, 0.05))
    expect(few.step).toBe(MINUTE)
    expect(few.left_out).toEqual({ not_split: 0, other_hours: 0 })
    expect(verdictOf(made(1, 20_000, 40 * SECOND, 0.5, 0.05)).step).toBe(SECOND)
  })
})
