import type { Digest } from '../core/digest.ts'
import type { GcData } from '../core/model.gen.ts'
import type { Roots, WayBack } from './gc-entries.ts'

/** Of each kind as many are told. */
const MOST = 1000

/** In: the bundles that go. Out: which versions go and which stay, and how far rollbacks lead after that, where they led further. */
export function describeVersions(
  { versions, ways }: Roots,
  going: ReadonlySet<Digest>,
): Pick<GcData, 'collected' | 'staying' | 'rollbacks'> {
  const told = versions.map(({ app, seq, at, bundle, why }) => ({ app, version: `v${seq}`, at, bundle, why }))
  return {
    collected: told
      .filter(({ bundle }) => going.has(bundle))
      .map(({ why: _, ...version }) => version)
      .slice(0, MOST),
    staying: told.flatMap(({ why, ...version }) => (why === null ? [] : [{ ...version, why }])).slice(-MOST),
    rollbacks: ways.flatMap((way) => shortened(way, going)),
  }
}

function shortened({ app, pointer, steps }: WayBack, going: ReadonlySet<Digest>): GcData['rollbacks'] {
  const end = steps.findIndex(({ serves }) => serves.some((bundle) => going.has(bundle)))
  if (end === -1) return []
  return [{ app, pointer, steps: end, last: steps[end - 1]?.seq ?? null }]
}
