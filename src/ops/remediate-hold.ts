import type { RepairStatus } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { closeSealed, type Hold } from './remediate-close.ts'
import { journalName, readState, workshopOf } from './remediate-start.ts'
import { statusOf } from './remediate-status.ts'
import { addStepTo, openRepair, outOfOrder, type Repair, typed } from './remediation-log.ts'
import { readDiff } from './remediation-objects.ts'

export interface RemediateHoldInput {
  readonly plan: string
  readonly reason: string | null
}

/** Stops a run, whichever machine it is on, once what is on its way has come back. Errors: OUT_OF_ORDER where none runs. */
export const remediatePause: Operation<RemediateHoldInput, RepairStatus> = async (ctx, { plan, reason }) => {
  const repair = await openRepair(ctx, plan)
  if (repair.state.step === 'paused') return { changed: false, data: await statusOf(ctx, repair, true) }
  const done = await addStepTo(ctx, repair, { action: 'paused', reason }, (now) => {
    if (now.state.step !== 'applying')
      throw outOfOrder(now, `is ${now.state.step}, and not applied`, typed('status', now))
  })
  return { changed: true, data: await statusOf(ctx, done, true) }
}

/**
 * Ends a repair for good. What was done stays done, and gets its receipt: from here if it was run here and is not running, else from the machine that runs it.
 * Errors: OUT_OF_ORDER where it is closed.
 */
export const remediateAbort: Operation<RemediateHoldInput, RepairStatus> = async (ctx, { plan, reason }) => {
  const repair = await openRepair(ctx, plan)
  const isNew = repair.state.step !== 'aborted'
  const aborted = !isNew
    ? repair
    : await addStepTo(ctx, repair, { action: 'aborted', reason }, (now) => {
        if (now.state.step === 'closed') throw outOfOrder(now, 'is closed', typed('receipt', now))
      })
  const sealed = await sealAborted(ctx, aborted)
  return { changed: isNew || sealed !== null, data: await statusOf(ctx, sealed ?? aborted, true) }
}

/** Closes what was aborted, where its journal is and nothing runs it any more. Out: null where there is nothing to close, or not here. */
export async function sealAborted(ctx: Context, repair: Repair): Promise<Repair | null> {
  const { run, diff: digest, step } = repair.state
  if (step !== 'aborted' || run === null || digest === null) return null
  const { hooks, journal: open } = await workshopOf(ctx)
  const journal = open(journalName(ctx, repair))
  if (!journal.exists || !journal.hasClaim(run.op)) return null
  try {
    const diff = await readDiff(ctx, digest)
    const state = readState(journal, diff.work.count, true)
    if (state.open === null || hooks.isAlive(state.open.process) !== false) return null
    if (state.hook !== null && !(await hooks.endGroup(state.hook, 0))) return null
    const hold: Hold = { repair, diff, journal, state, generation: run.generation ?? 0 }
    await closeSealed(ctx, hold)
    return openRepair(ctx, repair.digest)
  } finally {
    journal.close()
  }
}
