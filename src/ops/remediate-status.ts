import type { RemediateStatusData, RemediationDiff, RepairStatus } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { answersOf } from './remediate-answers.ts'
import { isPutDown, journalName, readState, workshopOf } from './remediate-start.ts'
import { approvalsNeeded } from './remediation-approval.ts'
import { openRepair, type Repair } from './remediation-log.ts'
import { readDiff, readReceipt } from './remediation-objects.ts'
import { allRepairs } from './remediation-repairs.ts'

/** Where repairs stand: one plan, or all of the app. Errors: those of findPlan. */
export const remediateStatus: Operation<{ readonly plan: string | null }, RemediateStatusData> = async (
  ctx,
  { plan },
) => {
  const repairs: RepairStatus[] = []
  for (const repair of plan === null ? await allRepairs(ctx) : [await openRepair(ctx, plan)])
    repairs.push(await statusOf(ctx, repair, plan !== null))
  repairs.sort((a, b) => (a.at === b.at ? 0 : (a.at ?? '') < (b.at ?? '') ? 1 : -1))
  return { changed: false, data: { registry: ctx.registry.url, app: ctx.app, one: plan !== null, repairs } }
}

/** In: `closely`, counts what the journal on this machine has, and tells what was answered. */
export async function statusOf(ctx: Context, repair: Repair, closely: boolean): Promise<RepairStatus> {
  const { plan, state, digest } = repair
  const { run, last } = state
  const diff = state.diff === null ? null : await readDiff(ctx, state.diff)
  const items = diff?.work.count ?? null
  const receipt = state.receipt === null ? null : await readReceipt(ctx, state.receipt)
  const here = closely && run !== null && diff !== null && receipt === null ? await lookHere(ctx, repair, diff) : null
  return {
    ...{ plan: digest, bad: plan.bad, good: plan.good, pointer: plan.pointer, incident: plan.incident },
    ...{ undoes: plan.undoes, step: state.step, diff: state.diff, items, stage: state.done, receipt: state.receipt },
    approved_by: [...new Set(state.approvals.map(({ actor }) => actor.name))],
    approvals_needed: Math.max(1, await approvalsNeeded(ctx, repair)),
    ...{ host: run?.host ?? null, generation: run?.generation ?? null },
    running: here?.running ?? (state.step === 'applying' ? null : false),
    counts: receipt?.counts ?? here?.counts ?? null,
    answers: here?.answers ?? [],
    ...{ actor: last?.actor.name ?? null, at: last?.at ?? null, reason: last?.reason ?? null },
  }
}

async function lookHere(ctx: Context, repair: Repair, diff: RemediationDiff) {
  const { hooks, journal: open } = await workshopOf(ctx)
  const journal = open(journalName(ctx, repair))
  if (!journal.exists || !journal.hasClaim(repair.state.run?.op ?? '')) return null
  try {
    const state = readState(journal, diff.work.count, true)
    return {
      counts: state.counts(),
      answers: await answersOf(ctx, { diff, journal, state }),
      running: state.open !== null && !isPutDown(repair) ? hooks.isAlive(state.open.process) : false,
    }
  } finally {
    journal.close()
  }
}
