import type { Basis } from './model.gen.ts'
import type { Stratum, Tally } from './tally.ts'
import { NO_RECORDS, sumOf } from './tally.ts'

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
    const isEnough = (side: 'a' | 'b'): boolean =>
      count(chosen, side) >= Math.min(FEW, Math.max(1, count(some, side) / 2))
    if (!isEnough('a') || !isEnough('b')) continue
    const ofSplit = all(some)
    return {
      ...{ basis, pieces: chosen, steps: [...steps], splitOnly: basis === 'randomised', window: rangeOf(chosen) },
      left_out: { not_split: all(pieces) - ofSplit, other_hours: ofSplit - all(chosen) },
    }
  }
  return { basis: 'sequential', pieces, ...none }
}

const all = (pieces: readonly Piece[]): number => pieces.reduce((sum, { tally }) => sum + tally.n, 0)
const count = (pieces: readonly Piece[], side: 'a' | 'b'): number => all(pieces.filter((one) => one.side === side))

const rangeOf = (pieces: readonly Piece[]): { from: number; to: number } => ({
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

/** Both sides step by step; one after the other, they are one stratum. */
export function strataOf(pieces: readonly Piece[], basis: Basis): readonly Stratum[] {
  const of = (some: readonly Piece[], side: 'a' | 'b'): Tally => {
    const tallies = some.filter((one) => one.side === side).map(({ tally }) => tally)
    return tallies.length === 0 ? NO_RECORDS : sumOf(tallies)
  }
  const groups = groupBy(pieces, ({ at }) => (basis === 'sequential' ? 0 : at))
  return [...groups.values()].map((some) => ({ a: of(some, 'a'), b: of(some, 'b') }))
}
