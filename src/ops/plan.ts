import { AishipError, type ErrorCode } from '../core/errors.ts'
import { collectBytes, componentRoots, MAX_MANIFEST, parseManifest } from '../core/manifest.ts'
import { sameScope } from '../core/marks.ts'
import type { Arm, Component, Hold, Manifest, MarkEntry, PointerEntry, Policy } from '../core/model.gen.ts'
import { gained, type Move } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { badAbout, describeBad, isBarring } from './marks.ts'

/** Reads a bundle's manifest. Errors: OBJECT_MISSING, CORRUPT. */
export async function manifestOf(ctx: Context, arm: Pick<Arm, 'bundle'>): Promise<Manifest> {
  return parseManifest(await collectBytes(ctx.registry.objects.get(arm.bundle, MAX_MANIFEST)), arm.bundle)
}

/** Reads the manifest and looks, in one batch, that the components' roots are here. Errors: OBJECT_MISSING, naming the component. */
export async function completeManifest(ctx: Context, arm: Arm): Promise<Manifest> {
  const manifest = await manifestOf(ctx, arm)
  const roots = componentRoots(manifest)
  const here = await ctx.registry.objects.has(roots)
  const missing = manifest.components.filter((c) => c.stored !== false && !here.has(c.digest))
  if (missing.length > 0) {
    throw new AishipError(
      'OBJECT_MISSING',
      `${arm.version} is not whole in this registry: ${missing.map((c) => c.name).join(', ')} missing`,
      {
        next: ['aiship fsck'],
        details: { missing: missing.map((c) => c.digest) },
      },
    )
  }
  return manifest
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
  /** The command to type to pass, without its `--override`. */
  readonly command: string
}

/**
 * The one planner: checks an entry that newly gives a bundle weight or mirror. Rollbacks do not come here.
 * Errors: OBJECT_MISSING, MARKED_BAD, HELD, PERSON_NEEDED.
 */
export async function checkMove(
  ctx: Context,
  before: PointerEntry | null,
  planned: Move,
  checks: PlanChecks,
): Promise<void> {
  const { pointer, override } = checks
  const isPerson = ctx.actor.kind === 'human'
  if (override !== null && !isPerson) {
    throw new AishipError('PERSON_NEEDED', `${ctx.actor.name} is automation, and only a person may use --override`, {
      next: [`aiship log ${pointer}`],
    })
  }
  const scope = { app: ctx.app, pointer }
  const counts = (mark: MarkEntry): boolean => mark.op !== checks.lifting || !sameScope(mark.scope, scope)
  for (const arm of gained(before, planned)) {
    const manifest = await completeManifest(ctx, arm)
    for (const bad of await badAbout(ctx, arm, manifest, scope, counts)) {
      const details = {
        digest: bad.mark.digest,
        component: bad.component?.name ?? null,
        marked_by: bad.mark.actor.name,
        marked_at: bad.mark.at,
        reason: bad.mark.reason,
      }
      if (override !== null || (isPerson && !isBarring(bad)))
        ctx.emit({ type: 'warning', code: 'MARKED_BAD', message: describeBad(bad) })
      else
        throw refusal(
          ctx,
          'MARKED_BAD',
          `${pointer} was not moved: ${describeBad(bad)}`,
          `aiship mark ${bad.mark.digest.slice(0, 19)} good`,
          checks,
          details,
        )
    }
  }
  const { hold } = checks
  if (hold === null) return
  const who = `${hold.by.name} holds ${pointer} since ${hold.at}${hold.reason === null ? '' : `: ${hold.reason}`}`
  const details = { held_by: hold.by.name, held_at: hold.at, reason: hold.reason }
  if (override === null)
    throw refusal(ctx, 'HELD', `${pointer} was not moved: ${who}`, `aiship unhold ${pointer}`, checks, details)
  ctx.emit({ type: 'warning', code: 'HELD', message: `moved past a hold, which stays: ${who}` })
}

function refusal(
  ctx: Context,
  code: ErrorCode,
  message: string,
  lift: string,
  checks: PlanChecks,
  details: Record<string, unknown>,
): AishipError {
  const isPerson = ctx.actor.kind === 'human'
  const hint = isPerson
    ? 'lift it, or move past it and say why'
    : 'a person has to lift it; automation can neither lift nor override it'
  const next = isPerson ? [lift, `${checks.command} --override "REASON"`] : [`aiship log ${checks.pointer}`]
  return new AishipError(code, message, { hint, next, details })
}
