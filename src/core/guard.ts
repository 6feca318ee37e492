import type { Digest } from './digest.ts'
import type { Sides, Span } from './metric-source.ts'
import type { ReferenceProfile, Watch } from './model.gen.ts'

/** What a route draws for, per 100,000. `mirror`: of what stable answers, so much goes to the candidate too. */
export interface Served {
  readonly candidate: number
  readonly control: number
  readonly stable: number
  readonly mirror: number
}

/** A window from the start on, and what was served in it; null where that changed on the way. */
export interface WatchedWindow extends Span {
  readonly served: Served | null
}

/** Everything besides the numbers that a verdict depends on. */
export interface Situation {
  readonly watch: Watch
  readonly sides: Sides
  /** When what is watched began, and when it is looked at, in ms since 1970. */
  readonly start: number
  readonly now: number
  /** From the start on, one after the other; which of them are closed depends on the guard. */
  readonly windows: readonly WatchedWindow[]
  /** What is served now. */
  readonly served: Served
  readonly mode: 'rollout' | 'steady' | 'keep_watching'
  /** When the rollout is aborted at the latest, in ms since 1970; null where none runs. */
  readonly deadline: number | null
  /** The candidate bundle's component `profile`; null where it has none. */
  readonly profile: { readonly digest: Digest; readonly profile: ReferenceProfile } | null
  /** By the guard's name what its `quantile` question was answered, once, at the start. */
  readonly frozen: Readonly<Record<string, Frozen>>
}

/** The reference's quantile before the start; `n` is how many units it was read from. */
export interface Frozen {
  readonly value: number | null
  readonly n: number
}
