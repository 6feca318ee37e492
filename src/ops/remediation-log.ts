import type { Digest } from '../core/digest.ts'
import { shortDigest } from '../core/digest.ts'
import type { Body, Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { RemediationEntry, RemediationPlan } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { EMPTY_STEP, remediationLog } from '../core/remediation.ts'
import { type RemediationState, remediationState } from '../core/remediation-state.ts'
import { append, history, newest, newestToFollow } from './logs.ts'
import { findPlan, plansOf } from './remediation-plans.ts'

/** A repair as its log has it. */
export interface Repair {
  readonly digest: Digest
  readonly plan: RemediationPlan
  readonly log: `remediations/${string}`
  readonly tip: Read<RemediationEntry> | null
  readonly state: RemediationState
}

type Step = Pick<RemediationEntry, 'action'> & Partial<Body<RemediationEntry>>

/** Errors: those of findPlan; LOG_WENT_BACK. */
export async function openRepair(ctx: Context, ref: string): Promise<Repair> {
  const { digest, plan } = await findPlan(ctx, ref)
  const log = remediationLog(ctx.app, digest)
  const tip = await newestToFollow(ctx, log)
  return { digest, plan, log, tip, state: await stateAt(ctx, log, tip) }
}

/** The same, as it is now. */
export async function lookAgain(ctx: Context, repair: Repair): Promise<Repair> {
  const tip = await newest(ctx, repair.log)
  return tip?.digest === repair.tip?.digest ? repair : { ...repair, tip, state: await stateAt(ctx, repair.log, tip) }
}

async function stateAt(
  ctx: Context,
  log: `remediations/${string}`,
  tip: Read<RemediationEntry> | null,
): Promise<RemediationState> {
  const entries: RemediationEntry[] = []
  for await (const entry of history(ctx, log, tip)) entries.push(entry)
  return remediationState(entries)
}

/** Appends a step to what was seen. Out: null where somebody else was first. */
export async function addStep(ctx: Context, repair: Repair, step: Step): Promise<Repair | null> {
  const body = { ...EMPTY_STEP, plan: repair.digest, ...step }
  const { won, read } = await append(ctx, repair.log, repair.tip, body)
  // Several steps of one run have its operation: one of them that is there already is not this one.
  const { action, stage } = read.entry
  if (!won || action !== step.action || stage !== (step.stage ?? null)) return null
  return { ...repair, tip: read, state: await stateAt(ctx, repair.log, read) }
}

/** The same. Errors: POINTER_MOVED where somebody else was first. */
export async function addNext(ctx: Context, repair: Repair, step: Step): Promise<Repair> {
  const done = await addStep(ctx, repair, step)
  if (done !== null) return done
  const { last } = (await lookAgain(ctx, repair)).state
  const by = last === null ? '' : ` by ${last.actor.name} (${last.action})`
  throw new AishipError('POINTER_MOVED', `the repair ${shortDigest(repair.digest)} went on meanwhile${by}`, {
    next: [typed('status', repair)],
  })
}

const TRIES = 10

/**
 * Appends a step whatever others append meanwhile, while `may` says that it still makes sense. Errors: what `may` throws; RUNNING_ALREADY if the log never
 * stands still.
 */
export async function addStepTo(
  ctx: Context,
  repair: Repair,
  step: Step,
  may: (now: Repair) => void = () => {},
): Promise<Repair> {
  let now = await lookAgain(ctx, repair)
  for (let tries = 0; tries < TRIES; tries++) {
    may(now)
    const done = await addStep(ctx, now, step)
    if (done !== null) return done
    now = await lookAgain(ctx, now)
  }
  throw new AishipError('RUNNING_ALREADY', `somebody else writes the log of plan ${shortDigest(repair.digest)}`, {
    next: [`aiship remediate status ${shortDigest(repair.digest)}`],
  })
}

/** What to type of a repair. */
export const typed = (verb: string, repair: Repair): string => `aiship remediate ${verb} ${shortDigest(repair.digest)}`

/** The step that a command needs is another one. */
export const outOfOrder = (repair: Repair, why: string, next: string): AishipError =>
  new AishipError('OUT_OF_ORDER', `plan ${shortDigest(repair.digest)} ${why}`, { next: [next] })

/** A plan that has no diff yet: what is due first. */
export function tooEarly(repair: Repair): AishipError {
  const { replayed } = repair.state
  const { undoes } = repair.plan
  if (undoes !== null)
    return outOfOrder(repair, 'was not planned to its end', `aiship remediate undo ${shortDigest(undoes)}`)
  return replayed?.replay == null || replayed.control === null
    ? outOfOrder(repair, 'was not replayed yet', typed('replay', repair))
    : outOfOrder(repair, 'has no diff yet', typed('diff', repair))
}

/** Nothing is decided again where an undo was planned: it was decided then. Errors: OUT_OF_ORDER. */
export function refuseUndo(repair: Repair): void {
  if (repair.plan.undoes === null) return
  throw outOfOrder(repair, 'takes a repair back: nothing is decided again', typed('status', repair))
}

/** What is decided or compared again once a repair is over would change nothing any more. Errors: OUT_OF_ORDER. */
export function refuseOver(repair: Repair): void {
  const { receipt, isAborted } = repair.state
  if (receipt === null && !isAborted) return
  throw outOfOrder(repair, `is ${isAborted ? 'aborted' : 'closed'}: plan again`, typed('refresh', repair))
}

/**
 * Where an undo was begun since a plan was made, the plan's keys may be those of what the undo took back: a hook would answer that all is done. Errors:
 * OUT_OF_ORDER.
 */
export async function refuseUndone(ctx: Context, repair: Repair): Promise<void> {
  const { plan, state } = repair
  if (plan.undoes !== null || state.run !== null || (await undosOf(ctx)) <= plan.epoch) return
  throw outOfOrder(repair, 'was made before a repair was taken back: plan again', typed('refresh', repair))
}

/**
 * How many undos of the app were begun: what they took back is no longer as a repair left it, whether they were ended or not. The logs tell, whatever became
 * of the plans: nothing else is applied without a replay.
 */
export async function undosOf(ctx: Context): Promise<number> {
  let count = 0
  for (const digest of await plansOf(ctx)) {
    const log = remediationLog(ctx.app, digest)
    const { run, replayed } = await stateAt(ctx, log, await newest(ctx, log))
    if (run !== null && replayed === null) count++
  }
  return count
}
