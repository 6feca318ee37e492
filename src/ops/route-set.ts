import { digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Arm, MoveData, PointerEntry, Policy, Route } from '../core/model.gen.ts'
import { type Move, planRoute } from '../core/pointer.ts'
import type { Context, Operation } from '../core/ports.ts'
import { type Draft, finish, isRedrawn, usualBucket } from '../core/route-draft.ts'
import { begin, commit, unchanged } from './move.ts'
import { checkMove } from './plan.ts'
import { askFirst, policyFor, rolloutRunning } from './promote.ts'
import { resolveTarget } from './refs.ts'
import { meantThen, sameMove } from './repeat.ts'
import { draftOfEdits, draftOfFile, type TypedEdits } from './route-edits.ts'

export interface RouteSetInput {
  readonly pointer: string
  /** The whole of the route in a file, as YAML or JSON, `-` for standard input; or changes of the one that is there. */
  readonly route: { readonly file: string } | { readonly edits: TypedEdits }
  readonly reason: string | null
  readonly expect?: number | undefined
  readonly override: string | null
  readonly create: boolean
  readonly acceptPolicy?: boolean | undefined
  /** The command that says this for a pointer, without `--override` and `--create`, for what a refusal prints. */
  readonly command: (pointer: string) => string
}

/**
 * Moves a pointer forward to a route with rules: one entry, through the one planner. The same route again is `changed: false`.
 * Errors: ROUTE_INVALID, FILE_MISSING and those of `promote`.
 */
export const routeSet: Operation<RouteSetInput, MoveData> = async (ctx, input) => {
  const { pointer, override, command, acceptPolicy } = input
  const draft = await draftFor(ctx, input)
  const { before, done } = await begin(ctx, pointer, 'route', input.expect, async (made, earlier) => {
    const find = (ref: string): Promise<Arm | null> => meantThen(ctx, ref, pointer, earlier)
    const route = await lookUp(ctx, draft, earlier, find)
    return sameMove(planOf(input, earlier, route, made.policy), made)
  })
  if (done !== null) return done
  const newest = before?.entry ?? null
  const policy = await policyFor(ctx, input, newest)
  const route = await lookUp(ctx, draft, newest, async (ref) => {
    const { bundle, version } = await resolveTarget(ctx, ref)
    return { bundle, version }
  })
  const planned = planOf(input, newest, route, policy)
  if (planned === null) return unchanged(ctx, pointer, newest as PointerEntry)
  if (newest?.rollout) throw rolloutRunning(pointer, newest)
  const checked = await checkMove(ctx, newest, planned, {
    ...{ pointer, hold: newest?.hold ?? null, override, acceptPolicy, command: command(pointer) },
  })
  if (isRedrawn(newest?.route ?? null, route)) warnOfRedraw(ctx, pointer)
  if (policy.protected) await askFirst(ctx, `Change who gets what from ${pointer}?`)
  return commit(ctx, pointer, before, checked)
}

const draftFor = async (ctx: Context, { route }: RouteSetInput): Promise<(before: Route | null) => Draft> => {
  if ('edits' in route) return draftOfEdits(ctx, route.edits)
  const whole = await draftOfFile(ctx, route.file)
  return () => whole
}

const planOf = (
  input: RouteSetInput,
  before: PointerEntry | null,
  route: Route,
  policy: Policy | null,
): Move | null => {
  const { reason, override } = input
  return planRoute(before, { route, reason, override, policy })
}

/** The route, with the arms that are REFs looked up. In: `find`, null for what was never there. Errors: those of `find`; NOT_FOUND, ROUTE_INVALID. */
async function lookUp(
  ctx: Context,
  draftFrom: (before: Route | null) => Draft,
  entry: PointerEntry | null,
  find: (ref: string) => Promise<Arm | null>,
): Promise<Route> {
  const before = entry?.route ?? null
  const draft = draftFrom(before)
  const arms: Record<string, Arm> = {}
  for (const [name, arm] of Object.entries(draft.arms)) {
    const found = typeof arm === 'string' ? await find(arm) : arm
    if (found === null) throw new AishipError('NOT_FOUND', `${String(arm)} means no bundle`, { next: ['aiship ls'] })
    arms[name] = found
  }
  return finish(draft, arms, usualBucket(before, draft, digestOf(ctx.op.id)))
}

function warnOfRedraw(ctx: Context, pointer: string): void {
  const message = `everybody is drawn anew, since ${pointer} had another salt or key: users may change from one arm to another`
  ctx.emit({ type: 'warning', code: 'REDRAWN', message })
}
