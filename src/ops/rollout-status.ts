import { AishipError } from '../core/errors.ts'
import { plannedGuards } from '../core/guard-ahead.ts'
import { ALPHA } from '../core/guard-power.ts'
import type { PlannedStep, RolloutPlanData, RolloutStatusData } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context, Operation } from '../core/ports.ts'
import { plannedSteps } from '../core/rollout-plan.ts'
import { holdsOf, policyDigest } from '../core/rollout-policy.ts'
import { reportOf } from '../core/rollout-report.ts'
import { spanWords } from '../core/rollout-words.ts'
import { ratesNow } from './base-rates.ts'
import { newest } from './logs.ts'
import { settleMarksSeen } from './marks.ts'
import { logOf, resolveTarget, unknownPointer } from './refs.ts'
import { type PolicySource, readSource } from './rollout-policy.ts'
import { queuedOn } from './rollout-queue.ts'
import { watchHere } from './watch-here.ts'

/** The rollout that runs on a pointer: where it is, what it waits for, what is queued, and the policy that was pinned. Errors: POINTER_UNKNOWN, CORRUPT. */
export const rolloutStatus: Operation<{ readonly pointer: string }, RolloutStatusData> = async (ctx, { pointer }) => {
  const entry = (await newest(ctx, logOf(ctx, checkName(pointer, 'a pointer'))))?.entry
  if (entry === undefined) throw await unknownPointer(ctx, pointer)
  await settleMarksSeen(ctx, entry, { app: ctx.app, pointer })
  const main = mainOf(entry)
  const { seq, hold, rollout } = entry
  const queued = await queuedOn(ctx, pointer, entry)
  return {
    changed: false,
    data: {
      ...{ registry: ctx.registry.url, app: ctx.app, pointer, seq, hold },
      ...{ bundle: main?.bundle ?? null, version: main?.version ?? null },
      ...{ rollout: reportOf(entry, ctx.now(), watchHere(ctx, pointer, entry)), plan: rollout?.policy ?? null },
      queued: queued?.candidate.version ?? null,
    },
  }
}

export interface RolloutPlanInput {
  /** Null: only the steps matter. */
  readonly ref: string | null
  readonly pointer: string
  /** Null: the policy of the rollout that runs. */
  readonly policy: PolicySource | null
  readonly perHour: number | null
  /** Null: of each guard what the log has, else the usual. */
  readonly baseRate: number | null
}

/** Of what a guard counts where nobody says and nothing was logged. */
const USUAL_RATE = 0.01

/**
 * What a rollout would do, and what each of its steps could see of a regression; warns of a hold too short to see one of twice the base rate. Nothing is
 * written. Errors: POLICY_INVALID, POINTER_UNKNOWN, and those of resolveRef.
 */
export const rolloutPlan: Operation<RolloutPlanInput, RolloutPlanData> = async (ctx, input) => {
  const { ref, pointer, perHour } = input
  const baseRate = input.baseRate ?? USUAL_RATE
  const entry = (await newest(ctx, logOf(ctx, checkName(pointer, 'a pointer'))))?.entry
  if (entry === undefined) throw await unknownPointer(ctx, pointer)
  const candidate = ref === null ? (entry.rollout?.candidate.version ?? null) : (await resolveTarget(ctx, ref)).version
  const policy = input.policy === null ? entry.rollout?.policy : (await readSource(ctx, input.policy, pointer)).policy
  if (policy === undefined)
    throw new AishipError('USAGE', `no rollout runs on ${pointer}, and no steps were given`, {
      hint: 'say them:  --steps 5%,25%,100%, or --policy FILE',
      next: ['aiship help rollout plan'],
    })
  const steps = plannedSteps(policy, { perHour, baseRate })
  for (const step of steps) if (step.short) warnOfShort(ctx, step)
  const stable = mainOf(entry)
  const logged =
    stable === null || input.baseRate !== null ? new Map() : await ratesNow(ctx, pointer, stable.bundle, policy)
  const guards = plannedGuards(policy, ({ name }) => {
    const found = logged.get(name)
    if (found === undefined) return { perHour, baseRate, measured: false }
    return { perHour: perHour ?? found.perHour, baseRate: found.baseRate, measured: true }
  })
  return {
    changed: false,
    data: {
      ...{ pointer, candidate, stable: stable?.version ?? null, policy, digest: policyDigest(policy), steps, guards },
      ...{ total: holdsOf(policy.steps), base_rate: baseRate, alpha: ALPHA, traffic_per_hour: perHour },
    },
  }
}

function warnOfShort(ctx: Context, { step, hold, sees }: PlannedStep): void {
  const hours = sees.find(({ ratio }) => ratio === 2)?.hours ?? 0
  const message = `step ${step} holds for ${spanWords(hold)}, and a regression of twice the base rate is seen after ${spanWords(hours * 3_600_000)}`
  ctx.emit({ type: 'warning', code: 'HOLD_TOO_SHORT', message })
}
