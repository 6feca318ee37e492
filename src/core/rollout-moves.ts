import type { PointerEntry, Policy, Queued, Rollout, Route } from './model.gen.ts'
import { backTo, type Move, move } from './pointer.ts'
import { routeAt } from './rollout.ts'

/** The moves of a rollout. Each is one entry; while it runs, `back` and `settled` stay those of what it left. */

interface Why {
  readonly reason: string | null
  readonly override: string | null
}

/** Leaves what is settled for the first step; or, where another rollout runs, that one's candidate. In: `base`, the settled route. */
export function planStart(before: PointerEntry, base: Route, rollout: Rollout, policy: Policy, why: Why): Move {
  const { hold, settled } = before
  const route = routeAt(base, rollout)
  return move(before, { action: 'start', ...why, route, rollout, hold, settled, back: backTo(before), policy })
}

/** The same route, and what is said of the rollout from then on. */
function remark(before: PointerEntry, action: 'pause' | 'resume' | 'queue', rollout: Rollout, why: Why): Move {
  const { route, hold, back, policy, settled } = before
  return move(before, { action, ...why, route, hold, back, policy, settled, rollout })
}

export const planStep = (before: PointerEntry, route: Route, rollout: Rollout, why: Why): Move => ({
  ...move(before, { action: 'step', ...why, route, rollout, ...kept(before) }),
})

const kept = ({ hold, back, policy, settled }: PointerEntry) => ({ hold, back, policy, settled })

/** Null: it is paused already. */
export const planPause = (before: PointerEntry, rollout: Rollout, why: Why): Move | null =>
  rollout.state === 'paused' ? null : remark(before, 'pause', { ...rollout, state: 'paused' }, why)

/** The hold of the step begins anew, for nobody knows what was looked at meanwhile. Null: it runs already. */
export const planResume = (before: PointerEntry, rollout: Rollout, why: Why, now: Date): Move | null =>
  rollout.state === 'running'
    ? null
    : remark(before, 'resume', { ...rollout, state: 'running', since: now.toISOString() }, why)

export const planQueue = (before: PointerEntry, rollout: Rollout, queued: Queued, why: Why): Move =>
  remark(before, 'queue', { ...rollout, queued }, why)

/** Everybody gets the candidate: settled. An end that goes back to what was stable all along settles nothing. */
export function planComplete(before: PointerEntry, route: Route, stood: PointerEntry, why: Why): Move {
  const { hold, back, policy } = before
  const isBack = route === stood.route
  return move(before, {
    ...{ action: 'complete', ...why, route, hold, policy },
    ...(isBack ? { back: stood.back, settled: stood.seq } : { back, settled: before.seq + 1 }),
  })
}

/** The same as a rollback to what was stable, without mark and hold. In: `stood`, the settled entry. */
export function planAbort(before: PointerEntry, stood: PointerEntry, reason: string | null): Move {
  const { hold, policy } = before
  return move(before, {
    action: 'abort',
    reason,
    route: stood.route,
    hold,
    back: stood.back,
    policy,
    settled: stood.seq,
  })
}
