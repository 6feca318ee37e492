import type { Digest } from '../core/digest.ts'
import { shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { RemediateApproveData } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { approvalsNeeded } from './remediation-approval.ts'
import { addStep, openRepair, outOfOrder, type Repair, refuseUndone, tooEarly, typed } from './remediation-log.ts'
import { readDiff } from './remediation-objects.ts'

export interface RemediateApproveInput {
  readonly plan: string
  readonly reason: string | null
  /** The digest, or its start, of the diff that was looked at; null: the newest. */
  readonly diff: string | null
  /** Why a diff is approved that must not be applied without an explicit word. */
  readonly word: string | null
}

const DAY_MS = 24 * 3_600_000

/**
 * A person's yes to the newest diff of a plan: to no other. Errors: PERSON_NEEDED for automation, and for the author where the pointer's rules ask for
 * others; NOT_APPROVED for a diff that needs an explicit word, and for another diff than the one named; OUT_OF_ORDER.
 */
export const remediateApprove: Operation<RemediateApproveInput, RemediateApproveData> = async (ctx, input) => {
  const repair = await openRepair(ctx, input.plan)
  const { state } = repair
  if (ctx.actor.kind === 'automation')
    throw new AishipError('PERSON_NEEDED', `${ctx.actor.name} is automation, and only a person approves a repair`, {
      next: [typed('diff', repair)],
    })
  if (state.diff === null) throw tooEarly(repair)
  if (state.step === 'closed' || state.step === 'aborted')
    throw outOfOrder(repair, `is ${state.step}`, typed('status', repair))
  if (input.diff !== null && !isNamed(state.diff, input.diff))
    throw new AishipError('NOT_APPROVED', `the newest diff is ${shortDigest(state.diff)}, not ${input.diff}`, {
      hint: 'it was made again since: look at it first',
      next: [typed('diff', repair)],
    })
  await refuseUndone(ctx, repair)
  const diff = await readDiff(ctx, state.diff)
  if (diff.manual !== null && input.word === null)
    throw new AishipError('NOT_APPROVED', `this diff must not be applied without an explicit word: ${diff.manual}`, {
      hint: 'if you know better, say why',
      next: [`${typed('approve', repair)} --not-reproducible "why it may be applied all the same"`],
    })
  const needed = await approvalsNeeded(ctx, repair)
  if (needed > 0 && ctx.actor.name === repair.plan.author.name)
    throw new AishipError(
      'PERSON_NEEDED',
      `${ctx.actor.name} made this plan, and the rules ask for others to approve`,
      {
        next: [typed('status', repair)],
      },
    )
  const own = state.approvals.find(({ actor }) => actor.name === ctx.actor.name)
  const isFresh = own?.seq === state.last?.seq && ctx.now().getTime() - Date.parse(own?.at ?? '') < DAY_MS
  const done = isFresh ? repair : await addApproval(ctx, repair, state.diff, input)
  return { changed: !isFresh, data: approved(ctx, done, state.diff, diff.work.count) }
}

const isNamed = (digest: Digest, text: string): boolean =>
  /^(sha256:)?[0-9a-f]{7,64}$/.test(text) && digest.startsWith(`sha256:${text.replace('sha256:', '')}`)

async function addApproval(ctx: Context, repair: Repair, diff: Digest, input: RemediateApproveInput): Promise<Repair> {
  const step = { action: 'approved', diff, word: input.word, reason: input.reason } as const
  const done = await addStep(ctx, repair, step)
  if (done !== null) return done
  throw new AishipError('NOT_APPROVED', 'something was done with this plan meanwhile: look again', {
    next: [typed('status', repair)],
  })
}

function approved(ctx: Context, repair: Repair, diff: Digest, items: number): RemediateApproveData {
  const approved_by = [...new Set(repair.state.approvals.map(({ actor }) => actor.name))]
  return { registry: ctx.registry.url, app: ctx.app, plan: repair.digest, diff, items, approved_by }
}
