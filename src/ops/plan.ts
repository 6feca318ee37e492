import { AishipError } from '../core/errors.ts'
import { collectBytes, componentRoots, hasContracts, MAX_MANIFEST, parseManifest } from '../core/manifest.ts'
import { sameScope } from '../core/marks.ts'
import type { Arm, Component, Gate, Hold, Manifest, MarkEntry, PointerEntry, Policy } from '../core/model.gen.ts'
import { gained, type Move } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import type { Judged } from './gates.ts'
import { type Bad, badAbout, describeBad, isBarring } from './marks.ts'
import type { Objection } from './objections.ts'
import { versionEntry } from './versions.ts'

/** Reads a bundle's manifest. Errors: NOT_FOUND for one that was collected; OBJECT_MISSING, CORRUPT. */
export async function manifestOf(ctx: Context, arm: Pick<Arm, 'bundle'> & Partial<Arm>): Promise<Manifest> {
  const bytes = await collectBytes(ctx.registry.objects.get(arm.bundle, MAX_MANIFEST)).catch(async (error) => {
    throw await explainMissing(ctx, arm, error)
  })
  return parseManifest(bytes, arm.bundle)
}

/** That a gc took it out, if one did; else `error`. Loaded when something is missing. */
async function explainMissing(ctx: Context, arm: Pick<Arm, 'bundle'> & Partial<Arm>, error: unknown): Promise<unknown> {
  const { orCollected } = await import('./collected.ts')
  return orCollected(ctx, arm, error)
}

/** Looks, in one batch, that the roots of the components are here. Errors: NOT_FOUND for what was collected; OBJECT_MISSING, naming the component. */
async function checkRoots(ctx: Context, arm: Arm, manifest: Manifest): Promise<void> {
  const here = await ctx.registry.objects.has(componentRoots(manifest))
  const missing = manifest.components.filter((c) => c.stored !== false && !here.has(c.digest))
  if (missing.length === 0) return
  const error = new AishipError(
    'OBJECT_MISSING',
    `${arm.version} is not whole in this registry: ${missing.map((c) => c.name).join(', ')} missing`,
    {
      next: [await (await import('./whole.ts')).nextForMissing(ctx, arm.version)],
      details: { missing: missing.map((c) => c.digest) },
    },
  )
  throw await explainMissing(ctx, arm, error)
}

/** Reads the manifest of a bundle that is whole in this registry. Errors: OBJECT_MISSING, CORRUPT. */
export async function completeManifest(ctx: Context, arm: Arm): Promise<Manifest> {
  const manifest = await manifestOf(ctx, arm)
  await checkRoots(ctx, arm, manifest)
  return manifest
}

/** A bundle that is whole in this registry. */
interface Examined {
  readonly manifest: Manifest
  /** What is said against it. Errors: those of reading marks. */
  readonly bad: Promise<readonly Bad[]>
}

/**
 * Whether a bundle may be served: that it is whole, and what is marked bad of it, asked at the same time, for in a bucket each question is a
 * round trip. In: `anew`, as in `badAbout`. Errors: OBJECT_MISSING, CORRUPT.
 */
export async function examine(
  ctx: Context,
  arm: Arm,
  scope: NonNullable<MarkEntry['scope']>,
  counts?: (mark: MarkEntry) => boolean,
  anew = false,
): Promise<Examined> {
  const manifest = await manifestOf(ctx, arm)
  const bad = badAbout(ctx, arm, manifest, scope, counts, anew)
  // Heard by whoever asks for it, or not at all where the bundle is not whole.
  bad.catch(() => undefined)
  await checkRoots(ctx, arm, manifest)
  return { manifest, bad }
}

/** A provider's model: what serves it is not ours to keep, whatever we store of it. */
const isHosted = (c: Component): boolean => c.kind === 'value' && (c.role === 'model' || c.role === 'embedder')

/** `stored`: the registry has the bytes. `external`: they lie elsewhere. `hosted`: a provider's. */
export const availability = (c: Component): 'stored' | 'external' | 'hosted' =>
  c.stored === false ? 'external' : isHosted(c) ? 'hosted' : 'stored'

/** Components that moving a pointer cannot bring back. */
export const notRestored = (manifest: Manifest): readonly string[] =>
  manifest.components.filter((c) => availability(c) !== 'stored').map((c) => c.name)

/** What aiship.yaml says of the pointer, else what its newest entry carries; null where nothing says anything. */
export const policyOf = (ctx: Context, pointer: string, newest: PointerEntry | null): Policy | null =>
  (ctx.config !== null && Object.hasOwn(ctx.config.pointers, pointer) ? ctx.config.pointers[pointer] : null) ??
  newest?.policy ??
  null

export interface PlanChecks {
  readonly pointer: string
  /** The hold that counts for this move, if any. */
  readonly hold: Hold | null
  readonly override: string | null
  /** The operation whose marks this move takes back. */
  readonly lifting?: string | null
  /** True for an undo: to lift what stands against it would be a newer move, and only the newest can be undone. */
  readonly isUndo?: boolean
  /** It goes back where a rollback would: no gate has a say. */
  readonly goesBack?: boolean
  /** A person has seen that the policy is another one than the newest entry's. */
  readonly acceptPolicy?: boolean | undefined
  /** What a rollout's own policy requires, besides the pointer's rules. */
  readonly gates?: Readonly<Record<string, Gate>> | undefined
  /** What gets more than it had, and so is looked at as if it came anew. */
  readonly raised?: readonly Arm[]
  /** The command to type to pass, without its `--override`. */
  readonly command: string
}

/**
 * The one planner: checks an entry that newly gives a bundle weight or mirror. Rollbacks do not come here. Out: the move, with the evidence that its
 * gates looked at. Errors: OBJECT_MISSING; HELD, else MARKED_BAD, POLICY_CHANGED, GATE_FAILED, GATE_UNKNOWN, with everything that stands against the
 * move; PERSON_NEEDED.
 */
export async function checkMove(
  ctx: Context,
  before: PointerEntry | null,
  planned: Move,
  checks: PlanChecks,
): Promise<Move> {
  const isPerson = ctx.actor.kind === 'human'
  if (checks.override !== null && !isPerson) {
    throw new AishipError('PERSON_NEEDED', `${ctx.actor.name} is automation, and only a person may use --override`, {
      next: [`aiship log ${checks.pointer}`],
    })
  }
  const arms = newcomers(before, planned, checks)
  // Asked beside the marks, for in a bucket each question is a round trip; mostly the answer is that there are none.
  const quarantined = ctx.registry.logs.list('quarantine/')
  quarantined.catch(() => undefined)
  const bundles = await bundlesAgainst(ctx, arms, checks)
  const { objections, evidence, rules } = await gatesAgainst(ctx, before, planned, arms, checks)
  const against = [...holdAgainst(checks), ...bundles, ...objections]
  const isPassed = ({ stopsPeople, isFinal }: Objection): boolean =>
    isPerson && (!stopsPeople || (checks.override !== null && isFinal !== true))
  for (const { code, message } of against.filter(isPassed)) ctx.emit({ type: 'warning', code, message })
  const [first, ...others] = against.filter((one) => !isPassed(one))
  if (first !== undefined) throw (await import('./objections.ts')).refusal(isPerson, checks, first, others)
  if ((await quarantined).length > 0) await (await import('./taint.ts')).warnOfTaint(ctx, arms)
  if (rules !== null) await (await import('./rules.ts')).keepRules(ctx, rules)
  return { ...planned, evidence }
}

/** What would stand against giving a bundle to a pointer: a hold, bad marks, broken contracts. Errors: OBJECT_MISSING, CORRUPT. */
export async function standingAgainst(
  ctx: Context,
  arm: Arm,
  pointer: string,
  hold: Hold | null,
): Promise<readonly Objection[]> {
  const checks = { pointer, hold, override: null, command: '' }
  return [...holdAgainst(checks), ...(await bundlesAgainst(ctx, [arm], checks))]
}

function newcomers(before: PointerEntry | null, planned: Move, { raised = [] }: PlanChecks): readonly Arm[] {
  const fresh = gained(before, planned)
  return [...fresh, ...raised.filter((arm) => !fresh.some(({ bundle }) => bundle === arm.bundle))]
}

/** Most pointers have no gates: what judges them is loaded where some are. */
async function gatesAgainst(
  ctx: Context,
  before: PointerEntry | null,
  planned: Move,
  arms: readonly Arm[],
  { pointer, command, gates, goesBack = false, acceptPolicy = false }: PlanChecks,
): Promise<Judged> {
  const { policy } = planned
  const last = before?.policy ?? policy
  const isSame = last?.protected === policy?.protected && last?.rules === policy?.rules
  if (goesBack || (isSame && policy?.rules === undefined && gates === undefined))
    return { objections: [], evidence: [], rules: null }
  const asked = { pointer, arms, command, planned, acceptPolicy, gates }
  return (await import('./gates.ts')).judgeMove(ctx, before, policy, asked)
}

function holdAgainst({ hold, pointer }: PlanChecks): readonly Objection[] {
  if (hold === null) return []
  const why = hold.reason === null ? '' : `: ${hold.reason}`
  const details = { held_by: hold.by.name, held_at: hold.at, reason: hold.reason }
  const message = `${hold.by.name} holds ${pointer} since ${hold.at}${why}`
  return [{ code: 'HELD', message, lift: `aiship unhold ${pointer}`, stopsPeople: true, details }]
}

/** Bad marks of the bundles, and, of one that does not go back, contracts in it that are not kept. */
async function bundlesAgainst(ctx: Context, arms: readonly Arm[], checks: PlanChecks): Promise<readonly Objection[]> {
  const scope = { app: ctx.app, pointer: checks.pointer }
  const counts = (mark: MarkEntry): boolean => mark.op !== checks.lifting || !sameScope(mark.scope, scope)
  const found: Objection[] = []
  for (const arm of arms) {
    const examined = examine(ctx, arm, scope, counts, true)
    // Heard below, or not at all where all of it is looked at first.
    examined.catch(() => undefined)
    // Pulled without its files: then the roots say nothing of the rest.
    const made = await versionEntry(ctx, arm.version)
    if (made.origin?.files_at !== undefined) await (await import('./whole.ts')).checkWhole(ctx, arm)
    const { manifest, bad: marks } = await examined
    for (const bad of await marks) {
      const { digest, actor, at, reason } = bad.mark
      const details = { digest, component: bad.component?.name ?? null, marked_by: actor.name, marked_at: at, reason }
      const lift = `aiship mark ${digest.slice(0, 19)} good`
      found.push({ code: 'MARKED_BAD', message: describeBad(bad), lift, stopsPeople: isBarring(bad), details })
    }
    if (checks.goesBack !== true && hasContracts(manifest.components))
      found.push(...(await import('./contracts.ts')).contractsAgainst(manifest, made))
  }
  return found
}
