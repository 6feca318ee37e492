import { AishipError } from '../core/errors.ts'
import type { Arm, CheckData, GateResult, PointerCheck, PointerEntry } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context, Operation } from '../core/ports.ts'
import { servedArms } from '../core/route.ts'
import { contractGates } from './contracts.ts'
import { workBundle } from './diff-side.ts'
import { judge } from './gates.ts'
import { newest } from './logs.ts'
import { manifestOf, policyOf, standingAgainst } from './plan.ts'
import { logOf, pointerNames, resolveRef, unknownPointer, versionOf } from './refs.ts'
import { policyChanges, rulesOf } from './rules.ts'
import { versionEntry } from './versions.ts'
import { checkWhole } from './whole.ts'

export interface CheckInput {
  readonly ref: string
  /** Null: every pointer that aiship.yaml declares, or without one every pointer that is there. */
  readonly against: string | null
  /** Evaluate it first: its own program, in a checkout of it. */
  readonly run: boolean
  /** Milliseconds that the program may take. */
  readonly timeout: number
}

/**
 * What stands against promoting a bundle, pointer by pointer, whether or not anything does. Writes nothing but, with `run`, the evaluation.
 * Errors: those of resolveRef; POINTER_UNKNOWN; OBJECT_MISSING, CORRUPT; with `run` those of `runEvaluation`.
 */
export const check: Operation<CheckInput, CheckData> = async (ctx, { ref, against, run, timeout }) => {
  const arm = await bundleOf(ctx, ref)
  const pointers = against === null ? await pointersHere(ctx) : [against]
  const ran = run ? await (await import('./evaluate.ts')).runEvaluation(ctx, arm, timeout) : null
  const checks: PointerCheck[] = []
  for (const pointer of pointers) checks.push(await checkPointer(ctx, arm, pointer))
  const head = { registry: ctx.registry.url, app: ctx.app, ...arm, ref }
  return { changed: ran !== null, data: { ...head, outcome: worstOf(checks), pointers: checks, ran } }
}

async function bundleOf(ctx: Context, ref: string): Promise<Arm> {
  if (ref !== '@work') {
    const { bundle, version } = await resolveRef(ctx, ref)
    return { bundle, version }
  }
  const bundle = workBundle(ctx, await (await import('./work.ts')).lookAtWork(ctx, false))
  const version = bundle === null ? null : await versionOf(ctx, bundle)
  if (bundle !== null && version !== null) return { bundle, version }
  throw new AishipError(
    'USAGE',
    'as far as looking tells, the working tree is no bundle that is stored, so nothing is known of it',
    {
      next: ['aiship bundle'],
    },
  )
}

async function pointersHere(ctx: Context): Promise<readonly string[]> {
  const declared = Object.keys(ctx.config?.pointers ?? {})
  return declared.length > 0 ? declared : pointerNames(ctx)
}

const worstOf = (all: readonly Pick<GateResult, 'outcome'>[]): CheckData['outcome'] =>
  (['fail', 'unknown'] as const).find((one) => all.some(({ outcome }) => outcome === one)) ?? 'pass'

async function checkPointer(ctx: Context, arm: Arm, pointer: string): Promise<PointerCheck> {
  const before = (await newest(ctx, logOf(ctx, pointer)))?.entry ?? null
  const isDeclared = ctx.config !== null && Object.hasOwn(ctx.config.pointers, pointer)
  if (before === null && !isDeclared) throw await unknownPointer(ctx, pointer)
  const policy = policyOf(ctx, pointer, before)
  const rules = await rulesOf(ctx, pointer, policy)
  const gates = [
    ...(await standing(ctx, arm, pointer, before)),
    ...(rules === null ? [] : await judge(ctx, arm, { pointer, rules, newest: before, planned: null })),
  ]
  const changes = before?.policy && policy !== null ? await policyChanges(ctx, pointer, before.policy, policy) : []
  return { pointer, outcome: worstOf(gates), gates, policy_changes: changes }
}

/** What every move is checked for, gates or none. */
async function standing(
  ctx: Context,
  arm: Arm,
  pointer: string,
  before: PointerEntry | null,
): Promise<readonly GateResult[]> {
  const is = (name: string, outcome: GateResult['outcome'], why: string, next: string | null = null): GateResult => ({
    ...{ name, outcome, why, next },
    evidence: [],
  })
  const isThere = servedArms(before?.route ?? null).some(({ bundle }) => bundle === arm.bundle)
  if (isThere && mainOf(before)?.bundle === arm.bundle)
    return [is('move', 'pass', `${pointer} says ${arm.version} already`)]
  const whole = await checkWhole(ctx, arm).then(
    () => is('whole', 'pass', 'every object is here'),
    (error: unknown) => {
      if (!(error instanceof AishipError)) throw error
      return is('whole', 'fail', error.message, error.next.at(-1) ?? null)
    },
  )
  if (whole.outcome !== 'pass') return [whole]
  const objections = await standingAgainst(ctx, arm, pointer, before?.hold ?? null)
  const contracts = contractGates(await manifestOf(ctx, arm), await versionEntry(ctx, arm.version), arm)
  const isAutomation = ctx.actor.kind === 'automation'
  return [
    whole,
    ...objections
      .filter(({ code }) => !code.startsWith('CONTRACT_'))
      .map(({ code, message, lift, stopsPeople }) =>
        is(code === 'HELD' ? 'hold' : 'marks', stopsPeople || isAutomation ? 'fail' : 'pass', message, lift),
      ),
    ...contracts,
  ]
}
