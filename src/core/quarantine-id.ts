import { canonicalBytes, type Digest, digestOf } from './digest.ts'
import type { Quarantine, Waiver } from './model.gen.ts'

/** What it is called everywhere: the same content has the same id in whatever registry, so that `excludes` means one thing. */
export const idOf = (said: Quarantine | Waiver): Digest => digestOf(canonicalBytes(said))

/** Why a quarantine says nothing, or nobody knows what; null where it is sound. */
export function quarantineProblem({ kind, bundle, dataset, entities, ...window }: Quarantine): string | null {
  const { pointer, from, to, outcome_horizon: horizon } = window
  const isWindow = kind === 'window'
  if ((kind === 'dataset') !== (dataset !== null)) return 'a dataset has its digest, and nothing else has one'
  if ((kind === 'entity-set') !== (entities !== null)) return 'an entity set has entities, and nothing else has them'
  if (kind === 'bundle' && bundle === null) return 'it names no bundle'
  if (!isWindow && kind !== 'bundle' && bundle !== null) return 'only a window is of a bundle'
  if (!isWindow && [pointer, from, to, horizon].some((one) => one !== null)) return 'only a window has times'
  if (isWindow && [bundle, pointer, from, to].every((one) => one === null)) return 'it says of no time and of nothing'
  for (const time of [from, to]) if (time !== null && !Number.isFinite(Date.parse(time))) return `there is no ${time}`
  return from !== null && to !== null && from >= to ? 'it ends before it begins' : null
}
