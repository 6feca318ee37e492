import type { Served, Situation } from './guard.ts'
import { profileField, SAMPLE_RATIO } from './guard-plan.ts'
import { settingsOf } from './guard-settings.ts'
import type { Guard, Watch } from './model.gen.ts'
import { spanWords } from './rollout-words.ts'

/** Why a guard can tell nothing while this is served; null: it can. `hasProfile`: the bundle's profile has its field. */
export function mutedBy(guard: Guard, served: Served, hasProfile: boolean): string | null {
  const { candidate, control, stable, mirror } = served
  const isSplit = candidate > 0 && control + stable > 0
  switch (guard.kind) {
    case 'expression':
      return null
    case 'paired':
      return mirror > 0 ? null : 'nothing is mirrored, and pairs come of that'
    case 'mean':
      if (isSplit && candidate === control) return null
      return isSplit ? 'a mean needs a control arm as large as the candidate' : NO_CONTROL
    case 'distribution':
      if (isSplit || (candidate > 0 && hasProfile)) return null
      return candidate > 0 ? `${NO_CONTROL}, and the bundle has no profile of ${guard.field ?? 'it'}` : NOBODY
    default:
      if (guard.ceiling !== undefined) return candidate > 0 ? null : NOBODY
      return isSplit ? null : candidate > 0 ? NO_CONTROL : NOBODY
  }
}

const NO_CONTROL = 'no control: everybody gets the candidate, and there is nothing to compare with'
const NOBODY = 'nobody is drawn to the candidate'

/** The same in a situation. A guard whose data come after the rollout must be over says nothing in it, but after it. */
export function idleness(guard: Guard, situation: Situation): string | null {
  const { served, sides, profile, deadline, watch } = situation
  const beside = sides.reference === null ? { ...served, control: 0, stable: 0 } : served
  const hasProfile = sides.reference === null && profileField(guard.field ?? '', profile) !== null
  const muted = mutedBy(guard, beside, hasProfile)
  if (muted !== null || guard.name === SAMPLE_RATIO) return muted
  return deadline !== null && situation.start + firstWords(guard, watch) >= deadline
    ? `its data come ${spanWords(settingsOf(guard, watch).delay)} later, when the rollout is over`
    : null
}

/** How long after the start its first window is closed, in ms. */
export function firstWords(guard: Guard, watch: Watch): number {
  const { delay, grace, interval } = settingsOf(guard, watch)
  return interval + delay + grace
}
