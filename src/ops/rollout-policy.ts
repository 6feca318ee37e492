import { AishipError } from '../core/errors.ts'
import type { RolloutPolicy } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { type PolicyFlags, policyOfFlags } from '../core/rollout-flags.ts'
import { policyError } from '../core/rollout-keys.ts'
import { readPolicy } from '../core/rollout-policy.ts'

/** Where a policy comes from: a file (`-` is standard input), or flags. */
export type PolicySource = { readonly file: string } | { readonly flags: PolicyFlags }

/** A policy, and the candidate that its file names, if it does. */
export interface Written {
  readonly policy: RolloutPolicy
  readonly candidate: string | null
}

const MAX_POLICY = 256 * 1024

/** Errors: POLICY_INVALID; FILE_MISSING, NOT_PERMITTED. */
export async function readSource(ctx: Context, source: PolicySource, pointer: string): Promise<Written> {
  if ('flags' in source) return { policy: policyOfFlags(source.flags), candidate: null }
  if (ctx.input === undefined || ctx.policyFile === undefined)
    throw new AishipError('USAGE', 'a policy file cannot be read here', { next: ['aiship help rollout start'] })
  const value = await ctx.policyFile(await ctx.input(source.file, MAX_POLICY), source.file)
  const policy = readPolicy(value)
  const { service, pointer: named, candidate = null } = value as Record<string, string | undefined>
  if (service !== undefined && service !== ctx.app)
    throw policyError(`the policy is for the app ${service}, and this is ${ctx.app}`)
  if (named !== undefined && named !== pointer)
    throw policyError(`the policy is for ${named}, and the command for ${pointer}`)
  return { policy, candidate }
}
