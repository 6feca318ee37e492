import type { Situation, WatchedWindow } from './guard.ts'
import { closedWindows } from './guard-plan.ts'
import type { Answer, Reading } from './metric-source.ts'
import type { Guard, GuardClass, GuardCount, GuardMeans } from './model.gen.ts'

/** One closed window and what the source said of it; `why` where that is nothing, or can't be. */
export type Heard<K extends Reading['kind'] = Reading['kind']> = {
  readonly window: WatchedWindow
} & (
  | { readonly reading: Extract<Reading, { readonly kind: K }>; readonly why: null }
  | { readonly reading: null; readonly why: string; readonly next: string | null }
)

/** What a guard of one kind makes of the windows. */
export interface Finding {
  readonly failed: boolean
  /** The figures in words: "it happened to 30 of 1000 (3 %)…". */
  readonly says: string
  /** Why it is not a pass, whatever was seen; null: nothing stands against it. */
  readonly unsure: string | null
  /** What was seen on the candidate's side, and what it takes before a pass means something. */
  readonly seen: number
  readonly needed: number
  /** End of the last window that had something. */
  readonly lastSeen: number | null
  readonly lnE: number | null
  readonly lnMax: number | null
  readonly failedAt: number | null
  readonly candidate: GuardCount | null
  readonly reference: GuardCount | null
  readonly threshold?: number | null
  readonly means?: GuardMeans | null
  readonly classes?: readonly GuardClass[] | null
}

/** The answer, window by window. A source that says what no counter says has not answered: nothing is taken from it. */
export function hear<K extends Reading['kind']>(
  kind: K,
  guard: Guard,
  situation: Situation,
  answer: Answer | undefined,
): readonly Heard<K>[] {
  const windows = closedWindows(guard, situation)
  return windows.map((window, i): Heard<K> => {
    const said = answer?.readings[i]
    if (said === undefined) return { window, reading: null, why: 'the source said nothing of it', next: null }
    if (said.kind === 'unavailable') return { window, reading: null, why: said.why, next: said.next }
    if (said.kind !== kind)
      return { window, reading: null, why: `the source gave ${said.kind}, and not ${kind}`, next: null }
    const problem = problemOf(said, guard)
    return problem === null
      ? { window, reading: said as Extract<Reading, { readonly kind: K }>, why: null }
      : { window, reading: null, why: `the source says ${problem}`, next: null }
  })
}

export const answered = <K extends Reading['kind']>(
  heard: readonly Heard<K>[],
): readonly { readonly window: WatchedWindow; readonly reading: Extract<Reading, { readonly kind: K }> }[] =>
  heard.flatMap(({ window, reading }) => (reading === null ? [] : [{ window, reading }]))

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** What no honest counter says; null: it can be. */
function problemOf(reading: Reading, { unit }: Guard): string | null {
  const counts = (given: readonly number[]): string | null => {
    const bad = given.find((one) => !isCount(one))
    return bad === undefined ? null : `${bad}, which is no count`
  }
  const sides = <T>({ candidate, reference }: { candidate: T; reference: T | null }): readonly T[] =>
    reference === null ? [candidate] : [candidate, reference]
  switch (reading.kind) {
    case 'events':
      for (const { exposures, events } of sides(reading.counts)) {
        const problem = counts([exposures, events])
        if (problem !== null) return problem
        // Two counters of requests are never read at quite the same moment; a unit has one event at most.
        if (events > exposures && unit !== 'request') return `that ${events} of ${exposures} had it`
      }
      return null
    case 'classes':
      return counts(sides(reading.classes).flatMap((one) => Object.values(one)))
    case 'moments':
      for (const { n, sum, squares } of sides(reading.moments)) {
        const problem = counts([n])
        if (problem !== null) return problem
        if (!Number.isFinite(sum) || !(Number.isFinite(squares) && squares >= 0)) return 'a sum that is no number'
      }
      return null
    case 'pairs':
      return counts([reading.worse, reading.better, reading.ties])
    default:
      return null
  }
}
