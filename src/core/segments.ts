import type { Digest } from './digest.ts'
import type { Segment, SegmentEntry, SegmentSource } from './model.gen.ts'
import type { Window } from './predictions.ts'

/** What an app's segment log says. */
export interface SegmentState {
  /** The entry up to which it was read, and its digest; 0 and null before the first. */
  readonly seq: number
  readonly digest: Digest | null
  /** In the log's order. */
  readonly segments: readonly Segment[]
  /** Ranges of log files that were read, by the file's id. */
  readonly sources: Readonly<Record<string, readonly Range[]>>
  /** What was dropped, and by which entry. */
  readonly dropped: Readonly<Record<Digest, number>>
}

export type Range = Pick<SegmentSource, 'offset' | 'end' | 'digest'>

export const segmentLog = (app: string): `segments/${string}` => `segments/${app}`

export const NO_SEGMENTS: SegmentState = { seq: 0, digest: null, segments: [], sources: {}, dropped: {} }

/** The state after further entries, oldest first. In: `digest`, that of the last one's bytes. */
export function foldSegments(state: SegmentState, entries: readonly SegmentEntry[], digest: Digest): SegmentState {
  const segments = new Map(state.segments.map((one) => [one.digest, one]))
  const sources: Record<string, readonly Range[]> = Object.assign(Object.create(null), state.sources)
  const dropped: Record<Digest, number> = { ...state.dropped }
  for (const { seq, segment, source, drops } of entries) {
    if (source !== null) {
      const { id, offset, end, digest } = source
      sources[id] = [...(sources[id] ?? []), { offset, end, digest }]
    }
    for (const one of drops) {
      segments.delete(one)
      dropped[one] = seq
    }
    if (segment === null) continue
    segments.set(segment.digest, segment)
    delete dropped[segment.digest]
  }
  return { seq: entries.at(-1)?.seq ?? state.seq, digest, segments: [...segments.values()], sources, dropped }
}

/** The segments that may have a record of the window. */
export const segmentsIn = (segments: readonly Segment[], { since, until, bundles }: Window): readonly Segment[] =>
  segments.filter(
    (one) =>
      (since === undefined || Date.parse(one.to) >= since.getTime()) &&
      (until === undefined || Date.parse(one.from) < until.getTime()) &&
      (bundles === undefined || one.bundles === null || one.bundles.some(({ bundle }) => bundles.includes(bundle))),
  )

/** So many small segments become one. */
const TOGETHER = 16
/** What a segment of each size is counted among, in bytes: each record is written again as often as there are of these. */
const TIERS = [64 * 1024, 1024 * 1024, 8 * 1024 * 1024]

/** Small segments that should be one; none where there are few of a size. In: `isFixed`, of which the digest must stay. */
export function segmentsToMerge(
  segments: readonly Segment[],
  isFixed: (digest: Digest) => boolean,
): readonly Segment[] {
  for (const [i, most] of TIERS.entries()) {
    const least = TIERS[i - 1] ?? 0
    const alike = segments.filter(({ size, digest }) => size >= least && size < most && !isFixed(digest))
    if (alike.length >= TOGETHER) return alike.slice(0, TOGETHER)
  }
  return []
}

/** What an app's log needs of its registry: segments that are listed, what could not be read beside them, and bundles; null for all that there are. */
export function keptOfSegments(entries: readonly SegmentEntry[]): {
  readonly files: readonly Digest[]
  readonly bundles: ReadonlySet<Digest> | null
} {
  /** What became of a segment: part of another one, or null. */
  const became = new Map<Digest, Digest | null>()
  for (const { segment, drops } of entries) {
    for (const one of drops) became.set(one, segment?.digest ?? null)
    if (segment !== null) became.delete(segment.digest)
  }
  const isListed = (digest: Digest): boolean => !became.has(digest)
  function isThere(digest: Digest): boolean {
    const now = became.get(digest)
    return now === undefined || (now !== null && isThere(now))
  }
  const segments = entries.flatMap(({ segment }) => (segment !== null && isListed(segment.digest) ? [segment] : []))
  const beside = entries.filter(({ segment }) => segment === null || isThere(segment.digest))
  const isAll = segments.some(({ bundles }) => bundles === null)
  return {
    files: [...segments.map(({ digest }) => digest), ...beside.flatMap(({ quarantine }) => quarantine?.digest ?? [])],
    bundles: isAll ? null : new Set(segments.flatMap(({ bundles }) => (bundles ?? []).map(({ bundle }) => bundle))),
  }
}
