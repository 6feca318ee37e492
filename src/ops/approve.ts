import { AishipError } from '../core/errors.ts'
import { approvedBy, authorOf } from '../core/gates.ts'
import type { ApproveData } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import type { Context, Operation } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'
import { addEvidence, evidenceOf, shown } from './evidence.ts'
import { newest } from './logs.ts'
import { logOf, resolveRef, unknownPointer } from './refs.ts'
import { versionEntry } from './versions.ts'

export interface ApproveInput {
  readonly ref: string
  readonly pointer: string
  readonly reason: string | null
  /** Take the approval back. */
  readonly withdraw: boolean
}

/**
 * A person's yes to a bundle on a pointer, in their name; said twice it is `changed: false`. A gate with `approvals` counts it, unless they made the bundle.
 * Errors: PERSON_NEEDED for automation; POINTER_UNKNOWN; those of resolveRef.
 */
export const approve: Operation<ApproveInput, ApproveData> = async (ctx, { ref, pointer, reason, withdraw }) => {
  checkName(pointer, 'a pointer')
  if (ctx.actor.kind === 'automation')
    throw new AishipError('PERSON_NEEDED', `${ctx.actor.name} is automation, and only a person may approve`, {
      next: [`aiship check ${ref} --against ${pointer}`],
    })
  const { bundle, version } = await resolveRef(ctx, ref)
  await checkPointer(ctx, pointer)
  const scope = { app: ctx.app, pointer }
  const before = await evidenceOf(ctx, bundle)
  const [own] = before.filter(
    ({ approval, actor }) =>
      approval?.scope.app === scope.app && approval.scope.pointer === pointer && actor.name === ctx.actor.name,
  )
  const says = own !== undefined && own.approval?.withdrawn === false
  const isSaid = says !== withdraw && own !== undefined
  if (own === undefined && withdraw)
    throw new AishipError('NOT_FOUND', `${ctx.actor.name} has not approved ${version} for ${pointer}`, {
      next: [`aiship evidence ls ${version}`],
    })
  const fact = { bundle, type: 'approval', evaluation: null, approval: { scope, withdrawn: withdraw }, reason } as const
  const { entry, isNew } = isSaid ? { entry: own, isNew: false } : await addEvidence(ctx, fact)
  if (!withdraw && authorOf(await versionEntry(ctx, version)).name === ctx.actor.name)
    ctx.emit({
      type: 'warning',
      code: 'OWN_BUNDLE',
      message: `${ctx.actor.name} made ${version}: a gate that asks for approvals does not count this one`,
    })
  const approved_by = approvedBy(isNew ? [entry, ...before] : before, scope).map(({ actor }) => actor.name)
  const back = `aiship approve ${version} --for ${shellWord(pointer)}${withdraw ? '' : ' --withdraw'}`
  const head = { registry: ctx.registry.url, app: ctx.app, bundle, version, pointer }
  return { changed: isNew, data: { ...head, evidence: shown(entry), approved_by, undo: isNew ? back : null } }
}

async function checkPointer(ctx: Context, pointer: string): Promise<void> {
  const isDeclared = ctx.config !== null && Object.hasOwn(ctx.config.pointers, pointer)
  if (!isDeclared && (await newest(ctx, logOf(ctx, pointer))) === null) throw await unknownPointer(ctx, pointer)
}
