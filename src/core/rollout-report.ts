import type { PointerEntry, Rollout, RolloutReport, Watch } from './model.gen.ts'
import { deadlineOf, dueAt, type StepEvent, stepNow, type Wait, waitsOf } from './rollout.ts'
import { mainArm } from './route.ts'
import { percent } from './route-check.ts'

/** A rollout in words and figures, for people and scripts. */

export const NOTHING_KNOWN: StepEvent = { units: null, approval: null }

/** Null where none runs. In: `watch`, the pointer's guards, which count where the rollout has none of its own. */
export function reportOf(
  entry: PointerEntry,
  now: Date,
  watch: Watch | null,
  event: StepEvent = NOTHING_KNOWN,
): RolloutReport | null {
  const { rollout, route } = entry
  if (rollout === null || route === null) return null
  const { id, state, candidate, policy, digest, step, started, since, queued } = rollout
  const { weight, control, mirror } = stepNow(rollout)
  return {
    ...{ id, strategy: policy.strategy, state, candidate, stable: mainArm(route), step, steps: policy.steps.length },
    ...{ weight, control, mirror, started, since },
    ...{ due: dueAt(rollout).toISOString(), deadline: deadlineOf(rollout).toISOString() },
    waits: waitsOf(rollout, event, now).map(waitWords),
    ...{ queued: queued?.candidate.version ?? null, policy: digest },
    guards: (policy.analysis ?? watch)?.guards.map(({ name }) => name) ?? [],
  }
}

export function waitWords(wait: Wait): string {
  switch (wait.for) {
    case 'resume':
      return 'it is paused'
    case 'time':
      return `its hold is over at ${wait.until.toISOString()}`
    case 'units':
      return wait.seen === null
        ? `it needs ${wait.needed} units, and nobody has said how many there were (--units)`
        : `it needs ${wait.needed} units, and has ${wait.seen}`
    case 'approval':
      return `a person has to approve it (--approve)${wait.approvers.length === 0 ? '' : `: ${wait.approvers.join(', ')}`}`
  }
}

/** "v2 at 5 %, step 1 of 3", "v2 mirrored 10 %, step 1 of 4 (paused)". */
export function rolloutWords(rollout: Rollout): string {
  const { weight, mirror, preview } = stepNow(rollout)
  const share = weight > 0 ? `at ${percent(weight)}` : mirror > 0 ? `mirrored ${percent(mirror)}` : 'not served'
  const seen = preview ? `${share} and to its preview` : share
  const what = weight === 0 && mirror === 0 && preview ? 'to its preview' : seen
  const { candidate, step, policy, state } = rollout
  const where = `step ${step} of ${policy.steps.length}`
  return `${candidate.version} ${what}, ${where}${state === 'paused' ? ' (paused)' : ''}`
}
