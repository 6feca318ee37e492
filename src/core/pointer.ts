import type { Body } from './entry.ts'
import type { Actor, Arm, Hold, PointerEntry, Policy, Rollout, Route } from './model.gen.ts'
import { isPlain, leftArms, mainArm, plainRoute, sameRoute, withMain } from './route.ts'

/** The body of a pointer's next entry: what a move is before it is created. */
export type Move = Body<PointerEntry>

/** The name of a pointer's log. */
export const pointerLog = (app: string, pointer: string): string => `pointers/${app}/${pointer}`

/** The pointer's main bundle, its fallback arm's; null if it has no entry or is retired. */
export const mainOf = (entry: PointerEntry | null): Arm | null => (entry?.route ? mainArm(entry.route) : null)

/** What a rollback restores after a move away from `entry`: its settled entry, or, from a tombstone, what stood before that. */
export function backTo(entry: PointerEntry | null): PointerEntry['back'] {
  const main = mainOf(entry)
  if (entry === null) return null
  return main === null ? entry.back : { seq: entry.settled, bundle: main.bundle }
}

export interface Change {
  readonly action: PointerEntry['action']
  readonly reason: string | null
  readonly route: Route | null
  readonly hold: Hold | null
  readonly back: PointerEntry['back']
  readonly policy: Policy | null
  readonly override?: string | null
  readonly marks?: PointerEntry['marks']
  readonly rollout?: Rollout | null
  /** Where it does not follow from the routes: while a rollout runs, and where one ends. */
  readonly settled?: number | undefined
}

/** Every move is this: a full snapshot, of which `from`, `to`, `left` and `settled` follow from the routes before and after. */
export function move(before: PointerEntry | null, { settled, ...change }: Change): Move {
  const seq = (before?.seq ?? 0) + 1
  const isSettled = before === null || !sameRoute(before.route, change.route)
  return {
    override: null,
    marks: [],
    rollout: null,
    ...change,
    from: mainOf(before)?.bundle ?? null,
    to: change.route === null ? null : mainArm(change.route).bundle,
    settled: settled ?? (isSettled ? seq : before.settled),
    left: leftArms(before?.route ?? null, change.route),
    evidence: [],
  }
}

const badMarks = (arms: readonly Arm[]): PointerEntry['marks'] =>
  arms.map((arm) => ({ digest: arm.bundle, verdict: 'bad', lifts: null }))

export interface PromoteInput {
  readonly arm: Arm
  readonly reason: string | null
  readonly override: string | null
  readonly policy: Policy | null
  /** Drop the rules and arms of a routed pointer. */
  readonly resetRoute: boolean
  /** Mark what is replaced as bad: fixing forward. */
  readonly leavingBad: boolean
}

/** Moves forward to one bundle. Null: the pointer says so already. */
export function planPromote(before: PointerEntry | null, input: PromoteInput): Move | null {
  const current = before?.route ?? null
  const route =
    current === null || input.resetRoute || isPlain(current) ? plainRoute(input.arm) : withMain(current, input.arm)
  if (
    before !== null &&
    mainOf(before)?.bundle === input.arm.bundle &&
    (!input.resetRoute || (current !== null && isPlain(current)))
  )
    return null
  const { reason, override, policy } = input
  const planned = move(before, {
    action: 'promote',
    reason,
    override,
    route,
    hold: before?.hold ?? null,
    back: backTo(before),
    policy,
  })
  return input.leavingBad ? { ...planned, marks: badMarks(planned.left) } : planned
}

export interface RouteInput extends Pick<PromoteInput, 'reason' | 'override' | 'policy'> {
  readonly route: Route
}

/** Moves forward to a route with rules. Null: the pointer says so already. */
export function planRoute(before: PointerEntry | null, { route, reason, override, policy }: RouteInput): Move | null {
  if (before !== null && sameRoute(before.route, route)) return null
  const hold = before?.hold ?? null
  return move(before, { action: 'route', reason, override, route, hold, back: backTo(before), policy })
}

export interface RollbackInput {
  /** The settled entry to restore. */
  readonly target: PointerEntry
  /** Given by `--to`: this bundle alone, as a one-arm route. Null: the target's whole route. */
  readonly to: Arm | null
  readonly reason: string | null
  readonly hold: Hold | null
  readonly mark: boolean
}

/** Restores the target's route and takes the target's own `back`, so that a second rollback goes further. */
export function planRollback(before: PointerEntry, input: RollbackInput): Move {
  const { target, to, reason } = input
  const route = to === null ? target.route : plainRoute(to)
  const hold = input.hold ?? before.hold
  // Out of a rollout, to what stood all along.
  const stays = before.rollout !== null && target.seq === before.settled && sameRoute(route, target.route)
  const planned = move(before, {
    ...{ action: 'rollback', reason, route, hold, back: target.back, policy: before.policy },
    settled: stays ? before.settled : undefined,
  })
  return input.mark ? { ...planned, marks: badMarks(planned.left) } : planned
}

/** Puts back what stood in the entry before `newest`, and lifts what `newest` set: marks, and lifts of marks. A rollout comes back paused. */
export function planUndo(newest: PointerEntry, earlier: PointerEntry, reason: string | null): Move {
  const { route, hold, back } = earlier
  const planned = move(newest, {
    ...{ action: 'undo', reason, route, hold, back, policy: newest.policy },
    rollout: paused(earlier.rollout),
    settled: (newest.rollout ?? earlier.rollout) === null ? undefined : earlier.settled,
  })
  return { ...planned, marks: newest.marks.map(({ digest }) => ({ digest, verdict: 'lifted', lifts: newest.op })) }
}

const paused = (rollout: Rollout | null): Rollout | null => rollout && { ...rollout, state: 'paused' }

/** A rollout that runs is paused by it. */
export function planHold(before: PointerEntry, hold: Hold): Move {
  const { route, back, policy } = before
  return move(before, {
    action: 'hold',
    reason: hold.reason,
    route,
    hold,
    back,
    policy,
    rollout: paused(before.rollout),
  })
}

/** Null: nothing holds it. */
export function planUnhold(before: PointerEntry, reason: string | null): Move | null {
  const { route, back, policy, rollout } = before
  return before.hold === null
    ? null
    : move(before, { action: 'unhold', reason, route, hold: null, back, policy, rollout })
}

/** A tombstone: the history stays, and undo or a rollback brings the pointer back. Null: it is retired already. */
export function planRetire(before: PointerEntry, reason: string | null): Move | null {
  if (before.route === null) return null
  return move(before, {
    action: 'retire',
    reason,
    route: null,
    hold: before.hold,
    back: backTo(before),
    policy: before.policy,
  })
}

/** How long after somebody's rollback another responder's plain `rollback` stops to look first. */
const RESPONDERS_MS = 10 * 60 * 1000

/** Within the time in which responders look first. */
export const isFresh = ({ at }: PointerEntry, now: Date): boolean => now.getTime() - Date.parse(at) < RESPONDERS_MS

/** True where `settled`, the newest move, is another actor's rollback that is too fresh to go behind unseen. */
export function isAnothersFreshRollback(settled: PointerEntry, actor: Actor, now: Date): boolean {
  const isAnother = settled.actor.name !== actor.name || settled.actor.kind !== actor.kind
  return settled.action === 'rollback' && isAnother && isFresh(settled, now)
}

/** The arms that a plan would newly give weight or mirror, and a new main bundle even where another arm of it was served before. */
export function gained(before: PointerEntry | null, planned: Move): readonly Arm[] {
  const newcomers = leftArms(planned.route, before?.route ?? null)
  const main = planned.route === null ? null : mainArm(planned.route)
  const isMainNew = main !== null && main.bundle !== mainOf(before)?.bundle
  return isMainNew && !newcomers.some((arm) => arm.bundle === main.bundle) ? [...newcomers, main] : newcomers
}

/**
 * Whether an undo goes where a rollback would, which nothing refuses. In: `earlier`, what it puts back, and `behind`, the entry that the
 * undone one goes back to.
 */
export const goesBack = (earlier: PointerEntry, behind: PointerEntry | null): boolean =>
  behind !== null && sameRoute(behind.route, earlier.route) && behind.back?.seq === earlier.back?.seq

/**
 * The hold that counts when `newest` is undone and `earlier` put back: one that stands before and after, and only where the undo goes
 * forward again. The hold that a rollback set is part of what its undo takes back. In: `isBack`, as `goesBack` says.
 */
export function holdAgainstUndo(newest: PointerEntry, earlier: PointerEntry, isBack: boolean): Hold | null {
  const putsNothingBack = earlier.route === null || sameRoute(newest.route, earlier.route)
  return putsNothingBack || isBack || newest.hold === null ? null : earlier.hold
}
