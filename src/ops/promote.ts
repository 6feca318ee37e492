import { AishipError } from '../core/errors.ts'
import type { MoveData, PointerEntry, Policy } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import { planPromote } from '../core/pointer.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { isPlain } from '../core/route.ts'
import { commit, repeated, standing, unchanged } from './move.ts'
import { checkMove } from './plan.ts'
import { resolveRef, unknownPointer } from './refs.ts'

export interface PromoteInput {
  readonly ref: string
  readonly pointer: string
  readonly reason: string | null
  readonly expect?: number | undefined
  /** Why a hold or a bad mark is passed; only a person's counts. */
  readonly override: string | null
  /** Make a pointer that is not declared in aiship.yaml. */
  readonly create: boolean
  readonly resetRoute: boolean
  /** Mark what is replaced as bad, and why. */
  readonly leavingBad: string | null
}

/**
 * Moves a pointer forward to a bundle. What it says already is `changed: false` and writes nothing.
 * Errors: USAGE, NOT_FOUND, POINTER_UNKNOWN, POLICY_UNKNOWN, POINTER_MOVED, HELD, MARKED_BAD, OBJECT_MISSING, CONFIRMATION_NEEDED.
 */
export const promote: Operation<PromoteInput, MoveData> = async (ctx, input): Promise<Result<MoveData>> => {
  const { pointer, override } = input
  checkName(pointer, 'a pointer')
  if (input.ref === '@newest')
    throw new AishipError('USAGE', '@newest may change while you read this: name the version to promote', {
      next: ['aiship ls'],
    })
  const done = await repeated(ctx, pointer)
  if (done !== null) return done
  const before = await standing(ctx, pointer, input.expect)
  const policy = await policyFor(ctx, pointer, before?.entry ?? null, input.create)
  const { bundle, version } = await resolveRef(ctx, input.ref)
  const reason = input.reason ?? input.leavingBad
  const arm = { bundle, version }
  const planned = planPromote(before?.entry ?? null, {
    arm,
    reason,
    override,
    policy,
    resetRoute: input.resetRoute,
    leavingBad: input.leavingBad !== null,
  })
  if (planned === null) return unchanged(ctx, pointer, (before as { entry: PointerEntry }).entry)
  const hold = before?.entry.hold ?? null
  await checkMove(ctx, before?.entry ?? null, planned, {
    pointer,
    hold,
    override,
    command: `aiship promote ${input.ref} ${pointer}`,
  })
  if (planned.route !== null && !isPlain(planned.route)) {
    ctx.emit({
      type: 'warning',
      code: 'RULES_KEPT',
      message: `${pointer} keeps its ${planned.route.serve.length} rules; --reset-route drops them`,
    })
  }
  if (policy.protected) await askFirst(ctx, `Move ${pointer} to ${version}?`)
  return commit(ctx, pointer, before, planned)
}

/** The protected prompt. Errors: INTERRUPTED where the answer is no. */
export async function askFirst(ctx: Context, question: string): Promise<void> {
  if (!(await ctx.confirm(question)))
    throw new AishipError('INTERRUPTED', 'nothing was changed: the answer was not yes')
}

/** aiship.yaml's policy for the pointer; without an aiship.yaml, the one that its newest entry carries. */
async function policyFor(ctx: Context, pointer: string, before: PointerEntry | null, create: boolean): Promise<Policy> {
  const isThere = before !== null && before.route !== null
  const declared =
    ctx.config !== null && Object.hasOwn(ctx.config.pointers, pointer) ? ctx.config.pointers[pointer] : undefined
  if (declared !== undefined) return declared
  if (!isThere && !create) {
    const error = await unknownPointer(ctx, pointer)
    const next = [`aiship promote REF ${pointer} --create`]
    throw new AishipError('POINTER_UNKNOWN', `${error.message}, and aiship.yaml does not declare it`, {
      hint: error.hint,
      next,
      details: error.details,
    })
  }
  if (ctx.config !== null) return before?.policy ?? { protected: false }
  if (before?.policy) return before.policy
  if (before === null && create) return { protected: false }
  throw new AishipError(
    'POLICY_UNKNOWN',
    `nothing says how ${pointer} is protected: there is no aiship.yaml here, and its newest entry has no policy`,
    {
      hint: 'run it where aiship.yaml is; rollback works anywhere',
      next: [`aiship status`],
    },
  )
}
