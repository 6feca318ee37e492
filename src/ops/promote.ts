import { AishipError } from '../core/errors.ts'
import type { Arm, MoveData, PointerEntry, Policy } from '../core/model.gen.ts'
import { type Move, mainOf, planPromote } from '../core/pointer.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { isPlain } from '../core/route.ts'
import { begin, commit, unchanged } from './move.ts'
import { checkMove, policyOf } from './plan.ts'
import { readLabel, resolveTarget, unknownPointer } from './refs.ts'
import { meantThen, sameMove } from './repeat.ts'

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
  /** A person has seen that aiship.yaml says something else of the pointer than its newest entry. */
  readonly acceptPolicy?: boolean | undefined
  /** Look at every object of the bundle, not at its components' roots alone. */
  readonly verify?: boolean | undefined
  /** Return only when the followers serve it, or after so many ms. */
  readonly wait?: number | undefined
}

/**
 * Moves a pointer forward to a bundle. What it says already is `changed: false` and writes nothing.
 * Errors: USAGE, NOT_FOUND, POINTER_UNKNOWN, POLICY_UNKNOWN, POINTER_MOVED, CONFIRMATION_NEEDED and
 * those of checkMove.
 */
export const promote: Operation<PromoteInput, MoveData> = async (ctx, input) => {
  const moved = await move(ctx, input)
  if (input.wait === undefined) return moved
  const [served = moved] = await (await import('./wait.ts')).waitServed(ctx, [moved], input.wait)
  return served
}

async function move(ctx: Context, input: PromoteInput): Promise<Result<MoveData>> {
  const { pointer, override } = input
  const { before, done } = await begin(ctx, pointer, 'promote', input.expect, async (made, earlier) => {
    const arm = await meantThen(ctx, input.ref, pointer, earlier)
    return arm !== null && sameMove(planOf(input, earlier, arm, made.policy), made)
  })
  if (done !== null) return done
  const { bundle, version } = await resolveTarget(ctx, input.ref)
  const command = (to: string): string => `aiship promote ${input.ref} ${to}`
  if (before?.entry.rollout) throw rolloutRunning(pointer, before.entry)
  const policy = await policyFor(ctx, { ...input, command }, before?.entry ?? null)
  const planned = planOf(input, before?.entry ?? null, { bundle, version }, policy)
  if (input.verify === true) await (await import('./whole.ts')).checkWhole(ctx, { bundle, version })
  if (planned === null) return unchanged(ctx, pointer, (before as { entry: PointerEntry }).entry)
  const hold = before?.entry.hold ?? null
  const { acceptPolicy } = input
  const checked = await checkMove(ctx, before?.entry ?? null, planned, {
    ...{ pointer, hold, override, acceptPolicy, command: command(pointer) },
  })
  if (planned.route !== null && !isPlain(planned.route)) {
    ctx.emit({
      type: 'warning',
      code: 'RULES_KEPT',
      message: `${pointer} keeps its ${planned.route.serve.length} rules; --reset-route drops them`,
    })
  }
  if (policy.protected) await askFirst(ctx, `Move ${pointer} to ${version}?`)
  return commit(ctx, pointer, before, checked)
}

const planOf = (input: PromoteInput, before: PointerEntry | null, arm: Arm, policy: Policy | null): Move | null =>
  planPromote(before, {
    arm,
    policy,
    reason: reasonFor(input),
    override: input.override,
    resetRoute: input.resetRoute,
    leavingBad: input.leavingBad !== null,
  })

export const rolloutRunning = (pointer: string, entry: PointerEntry): AishipError =>
  new AishipError(
    'ROLLOUT_RUNNING',
    `${pointer} was not moved: the rollout of ${entry.rollout?.candidate.version} runs there, from ${mainOf(entry)?.version}`,
    {
      hint: 'to end it and return to what was stable: abort it, or roll back, which marks its candidate bad too',
      next: [`aiship rollout status ${pointer}`, `aiship rollback ${pointer}`, `aiship rollout abort ${pointer}`],
    },
  )

/** The protected prompt. Errors: INTERRUPTED where the answer is no. */
export async function askFirst(ctx: Context, question: string): Promise<void> {
  if (!(await ctx.confirm(question)))
    throw new AishipError('INTERRUPTED', 'nothing was changed: the answer was not yes', {
      hint: 'answer y, or add --yes to the command',
    })
}

/** An entry has one reason, and the marks that it implies are read from it: both texts go in. */
const reasonFor = ({ reason, leavingBad }: PromoteInput): string | null =>
  reason !== null && leavingBad !== null ? `${reason} (leaving bad: ${leavingBad})` : (reason ?? leavingBad)

/**
 * aiship.yaml's policy for the pointer, else the one that its newest entry carries. Only an aiship.yaml makes silence mean "not protected".
 */
export async function policyFor(
  ctx: Context,
  input: { readonly pointer: string; readonly create: boolean; readonly command: (pointer: string) => string },
  before: PointerEntry | null,
): Promise<Policy> {
  const { pointer, create } = input
  const isDeclared = ctx.config !== null && Object.hasOwn(ctx.config.pointers, pointer)
  if (mainOf(before) === null && !isDeclared && !create) throw await notDeclared(ctx, input)
  if (before === null) await checkFree(ctx, pointer)
  const policy = policyOf(ctx, pointer, before)
  if (policy !== null) return policy
  if (ctx.config !== null || before === null) return { protected: false }
  throw new AishipError(
    'POLICY_UNKNOWN',
    `nothing says how ${pointer} is protected: there is no aiship.yaml here, and its newest entry has no policy`,
    { hint: 'run it where aiship.yaml is; rollback works anywhere', next: ['aiship status'] },
  )
}

/** A pointer that is neither declared nor there: mistyped, most often. */
async function notDeclared(
  ctx: Context,
  { pointer, command }: { readonly pointer: string; readonly command: (pointer: string) => string },
): Promise<AishipError> {
  const { message, hint, details } = await unknownPointer(ctx, pointer)
  const near = typeof details.nearest === 'string' ? [command(details.nearest)] : []
  return new AishipError('POINTER_UNKNOWN', `${message}, and aiship.yaml does not declare it`, {
    hint,
    next: [`${command(pointer)} --create`, ...near],
    details,
  })
}

/** Pointers and labels share one space of names: a pointer made now would hide the label. Errors: LABEL_TAKEN. */
async function checkFree(ctx: Context, pointer: string): Promise<void> {
  const label = await readLabel(ctx, pointer)
  if (label === null) return
  throw new AishipError(
    'LABEL_TAKEN',
    `${pointer} is the label of ${label.version}, so no pointer can have that name`,
    {
      next: ['aiship ls'],
    },
  )
}
