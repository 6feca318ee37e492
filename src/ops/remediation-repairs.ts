import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { doneIn } from '../core/journal.ts'
import type { ClosedRepair } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { openRepair, type Repair } from './remediation-log.ts'
import { readReceipt } from './remediation-objects.ts'
import { plansOf } from './remediation-plans.ts'

/** Every repair of the app; one that can't be read is warned of and left out. */
export async function allRepairs(ctx: Context): Promise<readonly Repair[]> {
  const found: Repair[] = []
  for (const digest of await plansOf(ctx))
    try {
      found.push(await openRepair(ctx, digest))
    } catch (error) {
      if (!(error instanceof AishipError) || !['CORRUPT', 'OBJECT_MISSING'].includes(error.code)) throw error
      ctx.emit({ type: 'warning', code: error.code, message: `a repair can't be read: ${error.message}` })
    }
  return found
}

/** What was put right of these bundles' decisions, and not taken back. Errors: CORRUPT, OBJECT_MISSING for a receipt. */
export async function closedRepairs(ctx: Context, bundles: readonly Digest[]): Promise<readonly ClosedRepair[]> {
  const all = (await allRepairs(ctx)).filter(({ state }) => state.receipt !== null)
  const undone = new Set(all.map(({ plan }) => plan.undoes))
  const closed = all.filter(
    ({ plan, state }) => plan.undoes === null && bundles.includes(plan.bad) && !undone.has(state.receipt),
  )
  return Promise.all(
    closed.map(async ({ digest, state }) => {
      const receipt = state.receipt as Digest
      const { counts, ended } = await readReceipt(ctx, receipt)
      return { plan: digest, receipt, done: doneIn(counts), ended }
    }),
  )
}
