import type { Digest } from '../core/digest.ts'
import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { MoveData, PointerEntry, Rollout, Route } from '../core/model.gen.ts'
import type { Move } from '../core/pointer.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { type StepEvent, stepNow, stepOf } from '../core/rollout.ts'
import { planAbort, planComplete, planStep } from '../core/rollout-moves.ts'
import { policyDigest } from '../core/rollout-policy.ts'
import { reportOf, waitWords } from '../core/rollout-report.ts'
import { spanWords } from '../core/rollout-words.ts'
import { entryAt } from './logs.ts'
import { begin, commit, unchanged } from './move.ts'
import { checkMove, policyOf } from './plan.ts'
import { askFirst } from './promote.ts'
import { logOf, unknownPointer } from './refs.ts'
import { queuedOn } from './rollout-queue.ts'
import { startNow } from './rollout-start.ts'
import { watchHere } from './watch-here.ts'

export interface RolloutAdvanceInput {
  readonly pointer: string
  /** How many units the candidate has served in this step, from whoever counts them. */
  readonly units: number | null
  /** A person's word where the step waits for one. */
  readonly approve: boolean
  readonly reason: string | null
  readonly expect?: number | undefined
  readonly override: string | null
  /** For a queued candidate, which starts by the policy of now. */
  readonly acceptPolicy?: boolean | undefined
  /** Go on until the rollout has ended, or waits for somebody. */
  readonly wait: boolean
  /** What the guards said to whoever asked them; absent: they are asked here, if there are any. */
  readonly guarded?: Guarded
}

/** What guards say of going on. */
export interface Guarded {
  readonly passes: boolean
  readonly why: string
  /** Stores what shows it, before an entry names it. */
  keep(): Promise<Digest>
}

/** How long to sleep at most: somebody may pause it, or end it. */
const LOOK_AGAIN_MS = 10_000

/**
 * Makes the step that is due, or says what it waits for, with `changed: false`: safe to run every minute. After the deadline that step is to abort.
 * Where no rollout runs and one was queued, that one starts. With `wait` it sleeps and goes on.
 * Errors: POINTER_UNKNOWN, POINTER_MOVED, HELD, MARKED_BAD, PERSON_NEEDED, OBJECT_MISSING, CONFIRMATION_NEEDED.
 */
export const rolloutAdvance: Operation<RolloutAdvanceInput, MoveData> = async (ctx, input) => {
  if (input.wait && ctx.op.given)
    throw new AishipError('USAGE', '--wait makes several moves, and --op names one', {
      next: [`aiship rollout advance ${input.pointer} --wait`],
    })
  let last = await advanceOnce(ctx, input)
  if (!input.wait) return last
  let hasChanged = last.changed
  for (let sleep = sleepFor(ctx, last); sleep !== null && !ctx.signal.aborted; sleep = sleepFor(ctx, last)) {
    if (last.changed) tell(ctx, last.data)
    await ctx.pause?.(sleep)
    if (ctx.signal.aborted) break
    last = await advanceOnce(ctx, { ...input, expect: undefined, approve: false })
    hasChanged ||= last.changed
  }
  return { ...last, changed: hasChanged }
}

/** Milliseconds until it is worth looking again; null: it has ended, or waits for somebody. */
function sleepFor(ctx: Context, { data: { rollout } }: Result<MoveData>): number | null {
  if (rollout === null || rollout.state === 'paused') return null
  const left = Date.parse(rollout.due) - ctx.now().getTime()
  if (left <= 0 && rollout.waits.length > 0) return null
  return Math.min(Math.max(left, 0), LOOK_AGAIN_MS)
}

function tell(ctx: Context, { pointer, seq, action, rollout }: MoveData): void {
  const where = rollout === null ? 'ended' : `step ${rollout.step} of ${rollout.steps}`
  ctx.emit({ type: 'line', data: { pointer, seq, action, rollout }, message: `${pointer}: ${where}, entry ${seq}` })
}

async function advanceOnce(ctx: Context, input: RolloutAdvanceInput): Promise<Result<MoveData>> {
  const { pointer } = input
  const { before, done } = await begin(ctx, pointer, ['step', 'complete', 'abort', 'start'], input.expect)
  if (done !== null) return done
  if (before === null) throw await unknownPointer(ctx, pointer)
  const { rollout } = before.entry
  return rollout === null ? startQueued(ctx, input, before) : makeStep(ctx, input, before, rollout)
}

async function makeStep(
  ctx: Context,
  input: RolloutAdvanceInput,
  before: Read<PointerEntry>,
  rollout: Rollout,
): Promise<Result<MoveData>> {
  const { pointer, units, override } = input
  checkPinned(pointer, before.entry, rollout)
  if (input.approve) checkApprover(ctx, pointer, rollout)
  const { entry: stood } = await entryAt(ctx, logOf(ctx, pointer), before.entry.settled)
  const event: StepEvent = { units, approval: input.approve ? ctx.actor : null }
  const waiting = async (waits: readonly string[]): Promise<Result<MoveData>> => {
    const { data } = await unchanged(ctx, pointer, before.entry)
    const now = reportOf(before.entry, ctx.now(), watchHere(ctx, pointer, before.entry), event)
    return { changed: false, data: { ...data, rollout: now && { ...now, waits } } }
  }
  const next = stepOf(stood.route as Route, rollout, event, ctx.now())
  if (next.kind === 'wait') return waiting(next.waits.map(waitWords))
  const why = { reason: input.reason, override }
  if (next.kind === 'abort') {
    const reason = `the deadline of ${spanWords(rollout.policy.deadline)} has passed`
    return commit(ctx, pointer, before, planAbort(before.entry, stood, reason))
  }
  const planned =
    next.kind === 'step'
      ? planStep(before.entry, next.route, next.rollout, why)
      : planComplete(before.entry, next.route, stood, why)
  // An end that goes back gives the candidate nothing: nobody has to let it through.
  if (planned.rollout === null && planned.to !== rollout.candidate.bundle) return commit(ctx, pointer, before, planned)
  const guarded = override === null ? (input.guarded ?? (await askGuards(ctx, pointer, before))) : null
  if (guarded !== null && !guarded.passes) return waiting([`the guards decide, and do not pass: ${guarded.why}`])
  return forward(ctx, input, before, planned, rollout, guarded)
}

/** Null where there are none. Loaded where a step is due: most moves have no guards. */
async function askGuards(ctx: Context, pointer: string, before: Read<PointerEntry>): Promise<Guarded | null> {
  const hasGuards = before.entry.rollout?.policy.analysis !== undefined || before.entry.policy?.rules !== undefined
  return hasGuards ? (await import('./watch-guarded.ts')).askGuards(ctx, pointer, before) : null
}

/** A step gives the candidate more, so it is checked as if it came anew. */
async function forward(
  ctx: Context,
  { pointer, override, guarded: isWatched }: RolloutAdvanceInput,
  before: Read<PointerEntry>,
  planned: Move,
  { candidate, policy }: Rollout,
  guarded: Guarded | null,
): Promise<Result<MoveData>> {
  const checked = await checkMove(ctx, before.entry, planned, {
    ...{ pointer, hold: before.entry.hold, override, raised: [candidate] },
    ...{ gates: policy.gates, command: `aiship rollout advance ${pointer}` },
  })
  // Who started the rollout has said yes to what its guards let through.
  if (isWatched === undefined && policyOf(ctx, pointer, before.entry)?.protected)
    await askFirst(ctx, `Give ${candidate.version} the next step on ${pointer}?`)
  const evidence = guarded === null ? checked.evidence : [...checked.evidence, await guarded.keep()]
  return commit(ctx, pointer, before, { ...checked, evidence })
}

/** The policy is the one that was pinned: nobody changes the rules while it runs. */
function checkPinned(pointer: string, { seq }: PointerEntry, { policy, digest }: Rollout): void {
  if (policyDigest(policy) === digest) return
  throw new AishipError('CORRUPT', `the policy in ${pointer}@${seq} is not the one that was pinned`, {
    next: [`aiship rollout abort ${pointer}`],
  })
}

function checkApprover(ctx: Context, pointer: string, rollout: Rollout): void {
  const { approvers } = stepNow(rollout)
  const isOne = approvers.length === 0 || approvers.includes(ctx.actor.name)
  if (ctx.actor.kind === 'human' && isOne) return
  const who = ctx.actor.kind === 'human' ? `${ctx.actor.name} is none of them` : `${ctx.actor.name} is automation`
  throw new AishipError('PERSON_NEEDED', `this step is approved by ${approvers.join(' or ') || 'a person'}; ${who}`, {
    next: [`aiship rollout status ${pointer}`],
  })
}

/** What was queued begins where the rollout before it has just been completed, and nobody has done anything else since. */
async function startQueued(
  ctx: Context,
  { pointer, reason, override, acceptPolicy }: RolloutAdvanceInput,
  before: Read<PointerEntry>,
): Promise<Result<MoveData>> {
  const { entry } = before
  const queued = await queuedOn(ctx, pointer, entry)
  if (queued === null || entry.route === null || queued.candidate.bundle === entry.to)
    return unchanged(ctx, pointer, entry)
  const command = `aiship rollout advance ${pointer}`
  return startNow(
    ctx,
    { pointer, ...queued, reason, override, acceptPolicy, command, ref: queued.candidate.version },
    before,
    entry.route,
  )
}
