import type { Basis } from './model.gen.ts'
import { NO_RECORDS, type Stratum, sumOf, type Tally } from './tally.ts'

/** What one side did in one step of time, in one slice, with or without a split that drew it. Times in ms since 1970. */
export interface Piece {
  readonly side: 'a' | 'b'
  readonly at: number
  readonly split: boolean
  readonly slice: string
  readonly first: number
  readonly last: number
  readonly tally: Tally
}

const MINUTE = 60_000
const STEPS = [1, 5, 15, 60, 180, 360, 720, 1440, 7 * 1440].map((minutes) => minutes * MINUTE)
const MOST_STEPS = 96

/** The length of a step that cuts the time from first to last, in ms, into at most 96. */
export function stepFor(first: number, last: number): number {
  const fits = (step: number): boolean => (last - first) / step < MOST_STEPS
  // A log of seconds, as in a test, is cut too.
  const short = [1000, 10_000].find(fits)
  return short ?? STEPS.find(fits) ?? Math.ceil((last - first) / MOST_STEPS / MINUTE + 1) * MINUTE
}

/** A step has to hold so many records of each side; else it is no comparison, and says nothing of when something changed. */
const ENOUGH = 20
const NEARLY_ALL = 0.9

/**
 * The shortest step, from `step` on, in which nearly all that both did while both were there lies in steps that hold enough of both. Where none does, one
 * as long as that time. Steps as they are, where the two were hardly there together.
 */
export function fillingStep(pieces: readonly Piece[], step: number): number {
  const drawn = pieces.filter(({ split }) => split)
  const some = count(drawn, 'a') > 0 && count(drawn, 'b') > 0 ? drawn : pieces
  const [x, y] = (['a', 'b'] as const).map((side) => rangeOf(some.filter((one) => one.side === side))) as [Span, Span]
  const both = { from: Math.max(x.from, y.from), to: Math.min(x.to, y.to) }
  const shared = some.filter(({ first, last }) => last >= both.from && first <= both.to)
  if (!isEnough(shared, some)) return step
  const fills = (length: number): boolean => {
    const steps = [...groupBy(inSteps(shared, length), ({ at }) => at).values()]
    const full = steps.filter((one) => count(one, 'a') >= ENOUGH && count(one, 'b') >= ENOUGH)
    return (['a', 'b'] as const).some((side) => count(full.flat(), side) >= NEARLY_ALL * count(shared, side))
  }
  const longer = [10_000, ...STEPS].filter((one) => one > step && one % step === 0)
  for (const length of [step, ...longer]) if (length > both.to - both.from || fills(length)) return length
  return longer.at(-1) ?? step
}

/** What is in steps of a short length, in longer ones, multiples of it. */
export const inSteps = (pieces: readonly Piece[], step: number): readonly Piece[] =>
  pieces.map((one) => ({ ...one, at: Math.floor(one.at / step) * step }))

export interface Chosen {
  readonly basis: Basis
  /** The pieces that are compared. */
  readonly pieces: readonly Piece[]
  /** The steps that they are of; null: all. */
  readonly steps: readonly number[] | null
  readonly splitOnly: boolean
  readonly window: { readonly from: number; readonly to: number } | null
  readonly left_out: { readonly not_split: number; readonly other_hours: number }
}

/** Fewer on a side, of a side that has more elsewhere, are stragglers, and no comparison. */
const FEW = 100

/**
 * What of two sides may be compared: the steps in which both served, and of these what a split drew, if it drew for both. Where hardly any time was shared, all
 * of it, one after the other.
 */
export function chooseBasis(pieces: readonly Piece[]): Chosen {
  const none = { steps: null, splitOnly: false, window: null, left_out: { not_split: 0, other_hours: 0 } }
  if (count(pieces, 'a') === 0 || count(pieces, 'b') === 0) return { basis: 'none', pieces: [], ...none }
  const drawn = pieces.filter(({ split }) => split)
  for (const [basis, some] of [
    ['randomised', drawn],
    ['concurrent', pieces],
  ] as const) {
    const steps = sharedSteps(some)
    const chosen = some.filter(({ at }) => steps.has(at))
    if (!isEnough(chosen, some)) continue
    const ofSplit = all(some)
    return {
      ...{ basis, pieces: chosen, steps: [...steps], splitOnly: basis === 'randomised', window: rangeOf(chosen) },
      left_out: { not_split: all(pieces) - ofSplit, other_hours: ofSplit - all(chosen) },
    }
  }
  return { basis: 'sequential', pieces, ...none }
}

const isEnough = (chosen: readonly Piece[], of: readonly Piece[]): boolean =>
  (['a', 'b'] as const).every((side) => count(chosen, side) >= Math.min(FEW, Math.max(1, count(of, side) / 2)))
const all = (pieces: readonly Piece[]): number => pieces.reduce((sum, { tally }) => sum + tally.n, 0)
const count = (pieces: readonly Piece[], side: 'a' | 'b'): number => all(pieces.filter((one) => one.side === side))

interface Span {
  readonly from: number
  readonly to: number
}

const rangeOf = (pieces: readonly Piece[]): Span => ({
  from: pieces.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY),
  to: pieces.reduce((most, { last }) => Math.max(most, last), Number.NEGATIVE_INFINITY),
})

/** Steps in which both served, at the same time: the shorter stretch of the two lies at least half within the other. */
function sharedSteps(pieces: readonly Piece[]): ReadonlySet<number> {
  const shared = new Set<number>()
  for (const [at, mine] of groupBy(pieces, ({ at }) => at)) {
    const [a, b] = [mine.filter(({ side }) => side === 'a'), mine.filter(({ side }) => side === 'b')]
    if (a.length === 0 || b.length === 0) continue
    const [x, y] = [rangeOf(a), rangeOf(b)]
    const overlap = Math.min(x.to, y.to) - Math.max(x.from, y.from)
    if (overlap >= 0 && 2 * overlap >= Math.min(x.to - x.from, y.to - y.from)) shared.add(at)
  }
  return shared
}

export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return groups
}

/** Both sides step by step, steps that hold too little of one joined with those after; one after the other, they are one stratum. */
export function strataOf(pieces: readonly Piece[], basis: Basis): readonly Stratum[] {
  const of = (some: readonly Piece[], side: 'a' | 'b'): Tally =>
    sumOf(some.filter((one) => one.side === side).map(({ tally }) => tally))
  const groups = groupBy(pieces, ({ at }) => (basis === 'sequential' ? 0 : at))
  const strata: Stratum[] = []
  let rest: Stratum = { a: NO_RECORDS, b: NO_RECORDS }
  for (const [, some] of [...groups].sort(([x], [y]) => x - y)) {
    rest = { a: sumOf([rest.a, of(some, 'a')]), b: sumOf([rest.b, of(some, 'b')]) }
    if (rest.a.n < ENOUGH || rest.b.n < ENOUGH) continue
    strata.push(rest)
    rest = { a: NO_RECORDS, b: NO_RECORDS }
  }
  if (rest.a.n + rest.b.n === 0) return strata
  const last = strata.pop() ?? { a: NO_RECORDS, b: NO_RECORDS }
  return [...strata, { a: sumOf([last.a, rest.a]), b: sumOf([last.b, rest.b]) }]
}
