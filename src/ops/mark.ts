import { type Digest, hexOf, isDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { marksInForce } from '../core/marks.ts'
import type { MarkData, MarkEntry } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { servedArms } from '../core/route.ts'
import { newest } from './logs.ts'
import { addMark, marksOf, settleMarksSeen } from './marks.ts'
import { manifestOf } from './plan.ts'
import { indexed, resolveRef } from './refs.ts'
import { otherOperation } from './repeat.ts'

export interface MarkInput {
  /** A REF (a bundle), or a component's digest or the start of one. */
  readonly subject: string
  readonly verdict: 'bad' | 'good'
  readonly reason: string | null
}

/**
 * A verdict for the whole registry on a bundle or a component. `good` ends every earlier bad mark and needs a person.
 * Errors: PERSON_NEEDED; NOT_FOUND, REF_AMBIGUOUS; USAGE for an `--op` that has said the opposite.
 */
export const mark: Operation<MarkInput, MarkData> = async (ctx, input) => {
  const { verdict, reason } = input
  if (verdict === 'good' && ctx.actor.kind === 'automation') {
    throw new AishipError(
      'PERSON_NEEDED',
      `${ctx.actor.name} is automation, and only a person may call something good again`,
      { next: ['aiship status'] },
    )
  }
  const { digest, kind, version } = await subjectOf(ctx, input.subject)
  await checkOperation(ctx, digest, version, verdict)
  const bad = marksInForce(await marksOf(ctx, digest)).filter((one) => one.verdict === 'bad')
  const wasBad = bad.some(({ scope }) => scope === null)
  // A verdict for the whole registry covers them: its opposite would end them, or not bring them back.
  const ofPointers = bad.flatMap(({ scope }) => (scope === null ? [] : [`${scope.app}/${scope.pointer}`]))
  const { entry, isNew } = await addMark(ctx, { digest, verdict, reason, scope: null, lifts: null })
  const data = {
    registry: ctx.registry.url,
    digest,
    kind,
    version,
    verdict,
    reason: entry.reason,
    actor: entry.actor,
    at: entry.at,
  }
  // Called good without having been bad: the opposite would say what nobody has said.
  const opposite = ofPointers.length > 0 ? null : verdict === 'bad' ? 'good' : wasBad ? 'bad' : null
  if (verdict === 'good' && isNew && ofPointers.length > 0) {
    const message = `it is good for ${[...new Set(ofPointers)].join(', ')} too, where it was marked bad`
    ctx.emit({ type: 'warning', code: 'MARKS_ENDED', message })
  }
  const undo = opposite === null ? null : `aiship mark ${digest.slice(0, 19)} ${opposite}`
  return { changed: isNew, data: { ...data, serving: await serving(ctx, digest), undo } }
}

async function checkOperation(ctx: Context, digest: Digest, version: string, verdict: string): Promise<void> {
  if (!ctx.op.given) return
  const isOurs = (entry: MarkEntry): boolean => entry.op === ctx.op.id && entry.scope === null
  const made = (await marksOf(ctx, digest)).find(isOurs)
  if (made === undefined || made.verdict === verdict) return
  const did = `${made.actor.name} marked ${version} ${made.verdict} with it (at ${made.at})`
  throw otherOperation(ctx, did, `aiship show ${version}`)
}

/** A bundle by its REF, or a component by its digest or the start of one. Errors: those of resolveRef. */
export async function subjectOf(ctx: Context, text: string): Promise<Pick<MarkData, 'digest' | 'kind' | 'version'>> {
  const component = await componentOf(ctx, text)
  if (component !== null) return component
  const { bundle, version } = await resolveRef(ctx, text, { mayBeGone: true })
  return { digest: bundle, kind: 'bundle', version }
}

/** A component's digest, by the index of the app; null if `text` is not the start of one. Errors: REF_AMBIGUOUS. */
export async function componentOf(
  ctx: Context,
  text: string,
): Promise<Pick<MarkData, 'digest' | 'kind' | 'version'> | null> {
  const hex = isDigest(text) ? hexOf(text) : text.replace(/^sha256:/, '')
  if (!/^[0-9a-f]{7,64}$/.test(hex)) return null
  const found: Pick<MarkData, 'digest' | 'kind' | 'version'>[] = []
  for (const key of await ctx.registry.names.list(`index/${ctx.app}/${hex}`)) {
    const digest = `sha256:${key.slice(key.lastIndexOf('/') + 1)}` as Digest
    const record = await indexed(ctx, digest)
    if (record !== null) found.push({ digest, kind: record.kind, version: record.version })
  }
  if (found.length > 1) {
    const which = found.map((one) => `${one.kind} ${one.digest.slice(0, 23)} (${one.version})`).join(', ')
    throw new AishipError('REF_AMBIGUOUS', `${text} is the start of ${found.length} digests: ${which}`, {
      hint: 'give more digits',
      next: ['aiship ls'],
    })
  }
  const [only] = found
  return only?.kind === 'component' ? only : null
}

async function serving(ctx: Context, digest: Digest): Promise<MarkData['serving']> {
  const found: MarkData['serving'][number][] = []
  for (const log of await ctx.registry.logs.list('pointers/')) {
    const [, app, pointer] = log.split('/')
    if (app === undefined || pointer === undefined) continue
    const read = await newest(ctx, log as `pointers/${string}`)
    await settleMarksSeen(ctx, read?.entry ?? null, { app, pointer })
    for (const arm of servedArms(read?.entry.route ?? null)) {
      const isIt =
        arm.bundle === digest ||
        (await manifestOf(ctx, arm).then(
          (m) => m.components.some((c) => c.digest === digest),
          () => false,
        ))
      if (isIt) found.push({ app, pointer, version: arm.version })
    }
  }
  return found
}
