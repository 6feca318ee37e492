import type { Read } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import type { Arm, MoveData, PointerEntry, Policy, Rollout, RolloutPolicy, Route } from '../core/model.gen.ts'
import { type Move, mainOf } from '../core/pointer.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { baseProblem, startOf } from '../core/rollout.ts'
import { policyError } from '../core/rollout-keys.ts'
import { planQueue, planStart } from '../core/rollout-moves.ts'
import { policyDigest } from '../core/rollout-policy.ts'
import { entryAt } from './logs.ts'
import { begin, commit, unchanged } from './move.ts'
import { checkMove } from './plan.ts'
import { askFirst, policyFor, rolloutRunning } from './promote.ts'
import { logOf, resolveTarget, unknownPointer } from './refs.ts'
import { meantThen } from './repeat.ts'
import { type PolicySource, readSource } from './rollout-policy.ts'

export interface RolloutStartInput {
  readonly ref: string
  readonly pointer: string
  readonly policy: PolicySource
  readonly reason: string | null
  readonly expect?: number | undefined
  readonly override: string | null
  readonly acceptPolicy?: boolean | undefined
  /** The command, for a refusal to print. */
  readonly command: string
}

/**
 * Starts to give a pointer's traffic to a candidate: its first step is one entry, through the one planner. While another rollout runs, the policy
 * of that one says what becomes of the new candidate. The same candidate by the same policy again is `changed: false`.
 * Errors: POLICY_INVALID, ROUTE_INVALID, ROLLOUT_RUNNING and those of `promote`.
 */
export const rolloutStart: Operation<RolloutStartInput, MoveData> = async (ctx, input) => {
  const { pointer } = input
  const written = await readSource(ctx, input.policy, pointer)
  const digest = policyDigest(written.policy)
  const isIt = (made: PointerEntry, arm: Arm | null): boolean => {
    const queued = made.action === 'queue' ? made.rollout?.queued : null
    const begun = made.action === 'start' ? made.rollout : null
    const policy = begun?.digest ?? (queued ? policyDigest(queued.policy) : null)
    return policy === digest && (begun ?? queued)?.candidate.bundle === arm?.bundle
  }
  const { before, done } = await begin(ctx, pointer, ['start', 'queue'], input.expect, async (made, earlier) =>
    isIt(made, await meantThen(ctx, input.ref, pointer, earlier)),
  )
  if (done !== null) return done
  const { bundle, version } = await resolveTarget(ctx, input.ref)
  const candidate: Arm = { bundle, version }
  await checkNamed(ctx, written.candidate, candidate)
  if (before === null) throw await nothingStable(ctx, input)
  if (before.entry.route === null) throw await nothingStable(ctx, input, before.entry)
  if (mainOf(before.entry)?.bundle === bundle) return unchanged(ctx, pointer, before.entry)
  const running = before.entry.rollout
  const start = { ...input, candidate, policy: written.policy }
  if (running === null) return startNow(ctx, start, before, before.entry.route)
  return meet(ctx, start, before, running)
}

interface Start extends Omit<RolloutStartInput, 'policy'> {
  readonly candidate: Arm
  readonly policy: RolloutPolicy
}

/** The first step. In: `base`, the settled route. */
export async function startNow(
  ctx: Context,
  { pointer, candidate, policy, reason, override, acceptPolicy, command }: Start,
  before: Read<PointerEntry>,
  base: Route,
): Promise<Result<MoveData>> {
  const problem = baseProblem(base)
  if (problem !== null)
    throw new AishipError('ROUTE_INVALID', `no rollout can start on ${pointer}: ${problem}`, {
      hint: 'promote --reset-route makes its route plain',
      next: [`aiship route show ${pointer}`],
    })
  const rollout = startOf(candidate, policy, `${logOf(ctx, pointer)}/${ctx.op.id}`, ctx.now())
  const rules = await policyFor(ctx, { pointer, create: false, command: () => command }, before.entry)
  const planned = planStart(before.entry, base, rollout, rules, { reason, override })
  return checked(ctx, { pointer, candidate, override, acceptPolicy, command, policy }, before, planned, rules)
}

async function checked(
  ctx: Context,
  {
    pointer,
    candidate,
    override,
    acceptPolicy,
    command,
    policy: { gates },
  }: Pick<Start, 'pointer' | 'candidate' | 'override' | 'acceptPolicy' | 'command' | 'policy'>,
  before: Read<PointerEntry>,
  planned: Move,
  rules: Policy,
): Promise<Result<MoveData>> {
  const move = await checkMove(ctx, before.entry, planned, {
    ...{ pointer, hold: before.entry.hold, override, acceptPolicy, raised: [candidate], command, gates },
  })
  if (rules.protected) await askFirst(ctx, `Start the rollout of ${candidate.version} on ${pointer}?`)
  return commit(ctx, pointer, before, move)
}

/** A candidate that comes while another rollout runs: queued, superseding or refused, as the running one's policy says. */
async function meet(
  ctx: Context,
  start: Start,
  before: Read<PointerEntry>,
  running: Rollout,
): Promise<Result<MoveData>> {
  const { pointer, candidate, policy, reason, override } = start
  const isSame = (one: { readonly candidate: Arm; readonly policy: RolloutPolicy } | null): boolean =>
    one !== null && one.candidate.bundle === candidate.bundle && policyDigest(one.policy) === policyDigest(policy)
  if (isSame(running) || isSame(running.queued)) return unchanged(ctx, pointer, before.entry)
  const { onNewCandidate } = running.policy
  if (onNewCandidate === 'refuse' || running.candidate.bundle === candidate.bundle)
    throw rolloutRunning(pointer, before.entry)
  if (onNewCandidate === 'supersede') {
    const { entry: stood } = await entryAt(ctx, logOf(ctx, pointer), before.entry.settled)
    return startNow(ctx, start, before, stood.route as Route)
  }
  const rules = await policyFor(ctx, { pointer, create: false, command: () => start.command }, before.entry)
  const planned = planQueue(before.entry, running, { candidate, policy }, { reason, override })
  return checked(ctx, start, before, planned, rules)
}

/** A file may say what it is for: then it is for nothing else. */
async function checkNamed(ctx: Context, ref: string | null, { bundle, version }: Arm): Promise<void> {
  if (ref === null) return
  const named = await resolveTarget(ctx, ref)
  if (named.bundle !== bundle)
    throw policyError(`the policy is for ${ref} (${named.version}), and the command for ${version}`)
}

async function nothingStable(
  ctx: Context,
  { ref, pointer }: Pick<RolloutStartInput, 'ref' | 'pointer'>,
  retired?: PointerEntry,
): Promise<AishipError> {
  const unknown = retired === undefined ? await unknownPointer(ctx, pointer) : null
  const message = unknown?.message ?? `${pointer} was retired by entry ${retired?.seq} and serves nothing`
  return new AishipError('POINTER_UNKNOWN', `${message}, so there is nothing stable to go on with meanwhile`, {
    hint: 'the first release of a pointer is a promote',
    next: [`aiship promote ${ref} ${pointer}`],
    details: unknown?.details,
  })
}
