import { type Digest, shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { RemediationDiff, RemediationEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { newest } from './logs.ts'
import { logOf } from './refs.ts'
import { type Repair, typed } from './remediation-log.ts'
import { rulesOf } from './rules.ts'

/** Keys may be forgotten by whoever was sent them, and the world goes on: an approval is not for ever. */
const MAX_AGE_DAYS = 7
const DAY_MS = 24 * 3_600_000

/** How many people have to approve a repair that are not its author; 0: one person, whoever it is. By the rules of its pointer, or of all if it has none. */
export async function approvalsNeeded(ctx: Context, { plan }: Repair): Promise<number> {
  const pointers = plan.pointer === null ? Object.keys(ctx.config?.pointers ?? {}) : [plan.pointer]
  let most = 0
  for (const pointer of pointers) {
    const policy = ctx.config?.pointers[pointer] ?? (await newest(ctx, logOf(ctx, pointer)))?.entry.policy ?? null
    const rules = await rulesOf(ctx, pointer, policy)
    for (const name of rules?.pointer.require ?? []) most = Math.max(most, rules?.gates[name]?.approvals ?? 0)
  }
  return most
}

/** The newest approval that an apply may rely on. Errors: NOT_APPROVED, naming what is missing. */
export async function checkApproval(ctx: Context, repair: Repair, diff: RemediationDiff): Promise<RemediationEntry> {
  const { approvals } = repair.state
  const refuse = (why: string): AishipError =>
    new AishipError('NOT_APPROVED', why, {
      hint: `what would change:  ${typed('diff', repair)}`,
      next: [typed('approve', repair)],
    })
  const [last] = approvals
  const name = `the diff ${shortDigest(repair.state.diff as Digest)}`
  if (last === undefined) throw refuse(`${name} of plan ${shortDigest(repair.digest)} is not approved`)
  if (diff.manual !== null && !approvals.some(({ word }) => word !== null))
    throw refuse(`${name} must not be applied without an explicit word: ${diff.manual}`)
  const needed = await approvalsNeeded(ctx, repair)
  const people = new Set(approvals.map(({ actor }) => actor.name))
  if (needed > 0) people.delete(repair.plan.author.name)
  if (people.size < Math.max(1, needed))
    throw refuse(`${name} needs ${needed} approvals that are not its author's, and has ${people.size}`)
  const days = (ctx.now().getTime() - Date.parse(last.at)) / DAY_MS
  if (days > MAX_AGE_DAYS)
    throw refuse(`${name} was approved ${Math.floor(days)} days ago, and an approval holds ${MAX_AGE_DAYS} days`)
  return last
}
