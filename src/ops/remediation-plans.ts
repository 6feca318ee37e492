import { type Digest, hexOf, isDigest, parseCanonical } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes } from '../core/manifest.ts'
import type { RemediationEntry, RemediationPlan } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { remediationLog } from '../core/remediation.ts'
import { validateRemediationPlan } from '../core/remediation-validators.gen.ts'
import { history } from './logs.ts'

export interface FoundPlan {
  readonly digest: Digest
  readonly plan: RemediationPlan
  /** Newest first. */
  readonly history: readonly RemediationEntry[]
}

const MAX_PLAN = 16 * 1024 * 1024

/** A plan by its digest, the start of it, or @last. Errors: NOT_FOUND, REF_AMBIGUOUS. */
export async function findPlan(ctx: Context, ref: string): Promise<FoundPlan> {
  const digest = await resolvePlan(ctx, ref)
  const bytes = await collectBytes(ctx.registry.objects.get(digest, MAX_PLAN))
  const plan = parseCanonical(bytes, `plan ${digest}`, MAX_PLAN)
  if (!validateRemediationPlan(plan))
    throw new AishipError('CORRUPT', `${digest} is not a plan`, { next: ['aiship fsck'] })
  const entries: RemediationEntry[] = []
  for await (const entry of history(ctx, remediationLog(ctx.app, digest))) entries.push(entry)
  return { digest, plan, history: entries }
}

async function resolvePlan(ctx: Context, ref: string): Promise<Digest> {
  if (ref === '@last') {
    const bytes = await ctx.memory.get(`remediation/${ctx.registry.id}/${ctx.app}`)
    const text = bytes === null ? '' : Buffer.from(bytes).toString('utf8').trim()
    if (isDigest(text)) return text
  }
  const hex = isDigest(ref) ? hexOf(ref) : ref
  const prefix = `remediations/${ctx.app}/`
  const found = (await ctx.registry.logs.list(prefix)).map((log) => log.slice(prefix.length))
  const [one, ...more] = found.filter((name) => /^[0-9a-f]{7,64}$/.test(hex) && name.startsWith(hex))
  if (one !== undefined && more.length === 0) return `sha256:${one}`
  throw new AishipError(more.length > 0 ? 'REF_AMBIGUOUS' : 'NOT_FOUND', `there is no plan ${JSON.stringify(ref)}`, {
    next: ['aiship remediate status'],
  })
}
