import { digestOf, hexOf } from './digest.ts'
import type { Actor, Arm, Rollout, RolloutPolicy, RolloutStep, Route } from './model.gen.ts'
import { policyError } from './rollout-keys.ts'
import { policyDigest } from './rollout-policy.ts'
import { armOf, FULL_WEIGHT, isPlain, plainRoute, withMain } from './route.ts'
import { checkRoute } from './route-check.ts'
import { HASH, MAPPING } from './route-decide.ts'

/**
 * A rollout as pure functions. All that they need stands in the pointer's newest entry, and in the settled one that it left; so whoever
 * makes the next step (a person, cron, CI) makes the same.
 */

/** What is known when somebody asks for the next step. */
export interface StepEvent {
  /** How many units the candidate has served in this step, from whoever counts them; null: nobody said. */
  readonly units: number | null
  /** The person who approves; null: nobody does. */
  readonly approval: Actor | null
}

/** Why the next step is not made yet. */
export type Wait =
  | { readonly for: 'resume' }
  | { readonly for: 'time'; readonly until: Date }
  | { readonly for: 'units'; readonly needed: number; readonly seen: number | null }
  | { readonly for: 'approval'; readonly approvers: readonly string[] }

export type Next =
  | { readonly kind: 'wait'; readonly waits: readonly Wait[] }
  | { readonly kind: 'step'; readonly route: Route; readonly rollout: Rollout }
  | { readonly kind: 'complete'; readonly route: Route }
  /** The deadline has passed: what nobody finished in time goes back, whatever else is so. */
  | { readonly kind: 'abort'; readonly route: Route }

/** The rollout at its first step. In: `op`, which names it, so that a repeat of the command makes the same. Errors: POLICY_INVALID for an end date out of reach. */
export function startOf(candidate: Arm, policy: RolloutPolicy, op: string, now: Date): Rollout {
  const { until, deadline } = policy
  const end = until === null ? null : Date.parse(until)
  if (end !== null && end <= now.getTime()) throw policyError(`the end date ${until} has passed`)
  if (end !== null && end >= now.getTime() + deadline)
    throw policyError(`the deadline passes before the end date ${until}`)
  const id = `ro_${hexOf(digestOf(`rollout/${op}`)).slice(0, 12)}`
  const at = now.toISOString()
  const digest = policyDigest(policy)
  return { id, state: 'running', candidate, policy, digest, step: 1, started: at, since: at, queued: null }
}

export function stepNow({ policy, step }: Rollout): RolloutStep {
  const found = policy.steps[step - 1]
  if (found === undefined) throw policyError(`the policy has no step ${step}`)
  return found
}

/** When the hold of the present step is over. */
export function dueAt(rollout: Rollout): Date {
  const { since, policy } = rollout
  const held = Date.parse(since) + stepNow(rollout).hold
  return new Date(policy.until === null ? held : Math.max(held, Date.parse(policy.until)))
}

export const deadlineOf = ({ started, policy }: Rollout): Date => new Date(Date.parse(started) + policy.deadline)

/** What keeps the next step back; nothing: it is due. A step that waits for an unknown number of units waits. */
export function waitsOf(rollout: Rollout, event: StepEvent, now: Date): readonly Wait[] {
  const { units: needed, approval, approvers } = stepNow(rollout)
  const waits: Wait[] = []
  if (rollout.state === 'paused') waits.push({ for: 'resume' })
  const until = dueAt(rollout)
  if (until > now) waits.push({ for: 'time', until })
  if (needed > 0 && !((event.units ?? -1) >= needed)) waits.push({ for: 'units', needed, seen: event.units })
  const isApproved = event.approval?.kind === 'human' && isAmong(event.approval, approvers)
  if (approval && !isApproved) waits.push({ for: 'approval', approvers })
  return waits
}

const isAmong = ({ name }: Actor, approvers: readonly string[]): boolean =>
  approvers.length === 0 || approvers.includes(name)

/** The next step: its route, and the rollout from then on; or why not yet. In: `base`, the settled route that the rollout left. */
export function stepOf(base: Route, rollout: Rollout, event: StepEvent, now: Date): Next {
  if (now >= deadlineOf(rollout)) return { kind: 'abort', route: base }
  const waits = waitsOf(rollout, event, now)
  if (waits.length > 0) return { kind: 'wait', waits }
  const { policy, candidate, step } = rollout
  if (step === policy.steps.length)
    return { kind: 'complete', route: policy.ends === 'stable' ? base : completedRoute(base, candidate) }
  const after: Rollout = { ...rollout, step: step + 1, since: now.toISOString() }
  return { kind: 'step', route: routeAt(base, after), rollout: after }
}

/** A plain route of the candidate; on a pointer with rules, these stay, as with a promote. */
const completedRoute = (base: Route, candidate: Arm): Route =>
  isPlain(base) ? plainRoute(candidate) : withMain(base, candidate)

/**
 * What the pointer says in the rollout's present step. The candidate comes first in the order of the arms' names and the salt is the rollout's
 * own throughout, so that a higher weight moves nobody out of it (research: flagd's fractional, Argo's canary with a matched control).
 */
export function routeAt(base: Route, rollout: Rollout): Route {
  const { candidate, policy, id } = rollout
  const { weight, control, mirror, effects, preview } = stepNow(rollout)
  const stable = armOf(base, 'stable')
  const split = { candidate: weight, control, stable: FULL_WEIGHT - weight - control }
  const to = Object.fromEntries(Object.entries(split).filter(([, share]) => share > 0))
  const conditional = base.serve.filter(({ when }) => when !== undefined)
  const first = preview && policy.preview !== null ? [{ when: policy.preview, to: { candidate: FULL_WEIGHT } }] : []
  const mirrors = [...(base.mirror ?? []), ...(mirror > 0 ? [{ to: 'candidate', per100k: mirror, effects }] : [])]
  const isDrawn = Object.keys(to).length > 1 || (mirror > 0 && mirror < FULL_WEIGHT)
  const bucket = { by: policy.by, salt: `${id}:`, hash: HASH, map: MAPPING, missing: 'stable' }
  return checkRoute({
    arms: { ...base.arms, candidate, ...(control > 0 ? { control: stable } : {}), stable },
    serve: [...first, ...conditional, { to }],
    ...(isDrawn ? { bucket } : {}),
    ...(mirrors.length > 0 ? { mirror: mirrors } : {}),
    fallback: 'stable',
  })
}

/** Why no rollout can start from this route; null: one can. Its rules stay, and its last one is what is split. */
export function baseProblem(base: Route): string | null {
  const last = base.serve.at(-1)
  const isOne = last !== undefined && last.when === undefined && last.to.stable === FULL_WEIGHT
  if (base.fallback !== 'stable' || !isOne) return 'its last rule does not send everybody else to the arm stable'
  if (['candidate', 'control'].some((name) => Object.hasOwn(base.arms, name)))
    return 'it has an arm called candidate or control already'
  return base.bucket === undefined ? null : 'it draws between arms already, by a salt of its own'
}
