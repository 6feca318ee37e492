import type { Digest } from './digest.ts'
import type { PointerEntry, VersionEntry } from './model.gen.ts'

/** How long what was made or served stays, by a gc's clock. */
export interface Retention {
  readonly nowMs: number
  readonly keepMs: number
}

/** Of an app's versions so many stay, however old. */
export const NEWEST = 50
/** So often a plain rollback can be repeated, however long ago it leads. */
const STEPS_BACK = 20

export const DAY_MS = 24 * 60 * 60 * 1000
/** As people say it: whole days where it is whole days. */
export const describeTime = (ms: number): string => (ms % DAY_MS === 0 ? `${ms / DAY_MS} days` : `${ms / 1000} s`)

/** Why a version stays; null if it need not. In: `last`, the number of the app's newest. */
export function whyVersionStays(
  { seq, at }: Pick<VersionEntry, 'seq' | 'at'>,
  last: number,
  { nowMs, keepMs }: Retention,
): string | null {
  if (Date.parse(at) > nowMs - keepMs) return `made less than ${describeTime(keepMs)} ago`
  return seq > last - NEWEST ? `one of the newest ${NEWEST}` : null
}

/** What gc needs to know of a pointer's entry. */
export interface Said extends Pick<PointerEntry, 'seq' | 'at' | 'back'> {
  /** The bundles of its route, mirrors included. */
  readonly serves: readonly Digest[]
  /** Those, and whatever else it names. */
  readonly named: readonly Digest[]
}

/** A pointer's entry that stays, and why. */
export interface StayingEntry {
  readonly entry: Said
  readonly why: 'served' | 'serving' | 'back'
}

/** In: the entries of one pointer, entry 1 first. Out: those of which every bundle stays. */
export function stayingEntries(entries: readonly Said[], { nowMs, keepMs }: Retention): readonly StayingEntry[] {
  const staying = new Map<number, StayingEntry>()
  const stay = (entry: Said | undefined, why: StayingEntry['why']): void => {
    if (entry !== undefined && !staying.has(entry.seq)) staying.set(entry.seq, { entry, why })
  }
  stay(entries.at(-1), 'serving')
  for (const [i, entry] of entries.entries()) {
    // It was in force until the next one.
    const next = entries[i + 1]
    if (next !== undefined && Date.parse(next.at) > nowMs - keepMs) stay(entry, 'served')
  }
  for (const { entry } of [...staying.values()]) stay(behind(entries, entry), 'back')
  for (const entry of wayBack(entries).slice(0, STEPS_BACK)) stay(entry, 'back')
  return [...staying.values()]
}

const behind = (entries: readonly Said[], { back }: Said): Said | undefined =>
  back === null ? undefined : entries[back.seq - 1]

/** Where repeated rollbacks lead, the nearest first. */
export function wayBack(entries: readonly Said[]): readonly Said[] {
  const way: Said[] = []
  for (let at = entries.at(-1); at !== undefined; ) {
    at = behind(entries, at)
    if (at !== undefined) way.push(at)
  }
  return way
}
