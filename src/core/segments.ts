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
    if (segment !== null) {
      segments.set(segment.digest, segment)
      delete dropped[segment.digest]
    }
    if (source !== null) {
      const { id, offset, end, digest } = source
      sources[id] = [...(sources[id] ?? []), { offset, end, digest }]
    }
    for (const one of drops) {
      segments.delete(one)
      dropped[one] = seq
    }
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

/** What an app's log needs of its registry: segments that are listed, what could not be read beside them, and bundles; null for all that there are. */
export function keptOfSegments(entries: readonly SegmentEntry[]): {
  readonly files: readonly Digest[]
  readonly bundles: ReadonlySet<Digest> | null
} {
  const dropped = new Set(entries.flatMap(({ drops }) => drops))
  const kept = entries.filter(({ segment }) => segment === null || !dropped.has(segment.digest))
  const segments = kept.flatMap(({ segment }) => segment ?? [])
  const isAll = segments.some(({ bundles }) => bundles === null)
  return {
    files: kept.flatMap(({ segment, quarantine }) => [segment?.digest ?? [], quarantine?.digest ?? []].flat()),
    bundles: isAll ? null : new Set(segments.flatMap(({ bundles }) => (bundles ?? []).map(({ bundle }) => bundle))),
  }
}
