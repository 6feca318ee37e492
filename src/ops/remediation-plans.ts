import { type Digest, hexOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { RemediationPlan } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { readPlan } from './remediation-objects.ts'

export interface FoundPlan {
  readonly digest: Digest
  readonly plan: RemediationPlan
}

const memoryKey = (ctx: Context): string => `remediation/${ctx.registry.id}/${ctx.app}`

/** What `@last` means from here on. */
export const rememberPlan = (ctx: Context, digest: Digest): Promise<void> =>
  ctx.memory.set(memoryKey(ctx), Buffer.from(digest))

/** A plan by its digest, the first digits of it, or `@last`: the last one that this working folder made or used. Errors: NOT_FOUND, REF_AMBIGUOUS, CORRUPT. */
export async function findPlan(ctx: Context, ref: string): Promise<FoundPlan> {
  const digest = await planDigest(ctx, ref)
  return { digest, plan: await readPlan(ctx, digest) }
}

async function planDigest(ctx: Context, ref: string): Promise<Digest> {
  if (ref === '@last') {
    const bytes = await ctx.memory.get(memoryKey(ctx))
    if (bytes !== null) return Buffer.from(bytes).toString('utf8') as Digest
    throw new AishipError('NOT_FOUND', 'no repair was planned in this working folder yet, so there is no @last', {
      next: ['aiship blast REF', 'aiship remediate plan --bad REF --good REF -m MESSAGE'],
    })
  }
  const hex = ref.replace(/^sha256:/, '')
  const found = /^[0-9a-f]{7,64}$/.test(hex) ? (await plansOf(ctx)).filter((one) => hexOf(one).startsWith(hex)) : []
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  if (found.length > 1)
    throw new AishipError('REF_AMBIGUOUS', `${ref} is the start of ${found.length} plans: ${found.join(', ')}`, {
      hint: 'give more digits',
    })
  throw new AishipError('NOT_FOUND', `${ctx.app} has no plan ${JSON.stringify(ref)}`, {
    next: ['aiship remediate plan --bad REF --good REF -m MESSAGE'],
  })
}

/** Every plan of the app. */
export async function plansOf(ctx: Context): Promise<readonly Digest[]> {
  const prefix = `remediations/${ctx.app}/`
  return (await ctx.registry.logs.list(prefix)).map((log): Digest => `sha256:${log.slice(prefix.length)}`)
}
