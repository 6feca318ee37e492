import type { Digest } from './digest.ts'
import type { PointerEntry } from './model.gen.ts'
import { mainOf } from './pointer.ts'
import { everybodysWeights, servedArms } from './route.ts'

/** A time in which a pointer said some bundles: to everybody, or to some (an arm, or a mirror). */
export interface Stay {
  readonly pointer: string
  /** The entry that began it. */
  readonly seq: number
  readonly as: 'main' | 'arm'
  /** Milliseconds since 1970. */
  readonly from: number
  /** Null: it lasts. */
  readonly until: number | null
}

/** When a pointer served any of `bundles`. In: its entries, oldest first. */
export function staysOf(pointer: string, entries: readonly PointerEntry[], bundles: ReadonlySet<Digest>): Stay[] {
  const stays: Stay[] = []
  let open: Stay | null = null
  const end = (at: number): void => {
    if (open !== null && at > open.from) stays.push({ ...open, until: at })
    open = null
  }
  for (const entry of entries) {
    const at = Date.parse(entry.at)
    const as = roleOf(entry, bundles)
    if (open !== null && (open as Stay).as === as) continue
    end(at)
    if (as !== null) open = { pointer, seq: entry.seq, as, from: at, until: null }
  }
  return open === null ? stays : [...stays, open]
}

function roleOf(entry: PointerEntry, bundles: ReadonlySet<Digest>): Stay['as'] | null {
  const { route } = entry
  if (route === null) return null
  const isMain = bundles.has(mainOf(entry)?.bundle as Digest)
  const weights = everybodysWeights(route)
  const isAlone = Object.entries(weights).every(
    ([arm, weight]) => weight === 0 || bundles.has(route.arms[arm]?.bundle as Digest),
  )
  if (isMain && isAlone) return 'main'
  return servedArms(route).some(({ bundle }) => bundles.has(bundle)) ? 'arm' : null
}

/** A time of a stay that has fewer records than it should have. */
export interface Gap {
  readonly pointer: string
  readonly from: number
  readonly until: number
  /** As many as there would be at the pace of the rest, at most; null where there is no pace to go by. */
  readonly most: number | null
}

/** So many records have to be missing before silence is a gap: by chance there would be none once in half a billion times. */
const CERTAIN = 20

/**
 * Silences of a stay. In: the records of the pointer in each of equal parts of it, of whatever bundle. A log that was sampled, or a service that is
 * asked little, is silent now and then; a gap is longer than chance.
 */
export function gapsOf(stay: Stay & { readonly until: number }, parts: readonly number[]): readonly Gap[] {
  const { pointer, from, until } = stay
  const step = (until - from) / Math.max(1, parts.length)
  const spoken = parts.filter((count) => count > 0)
  if (spoken.length === 0) return until > from ? [{ pointer, from, until, most: null }] : []
  const pace = spoken.reduce((sum, count) => sum + count, 0) / spoken.length
  const gaps: Gap[] = []
  let start = 0
  for (let i = 0; i <= parts.length; i++) {
    if (i < parts.length && parts[i] === 0) continue
    if ((i - start) * pace >= CERTAIN)
      gaps.push({
        pointer,
        from: Math.round(from + start * step),
        until: Math.round(from + i * step),
        most: Math.ceil((i - start) * pace),
      })
    start = i + 1
  }
  return gaps
}

/**
 * How many there were, at least and at most. In: what was seen, what the log's sample rates make of it and the variance of that, and what gaps may
 * hide; null for unknown. Three standard deviations up.
 */
export function boundsOf(
  seen: number,
  { requests, variance }: { readonly requests: number; readonly variance: number },
  gaps: readonly Gap[],
): readonly [number, number | null] {
  if (gaps.some(({ most }) => most === null)) return [seen, null]
  const hidden = gaps.reduce((sum, { most }) => sum + (most ?? 0), 0)
  return [seen, Math.ceil(requests + 3 * Math.sqrt(variance)) + hidden]
}
