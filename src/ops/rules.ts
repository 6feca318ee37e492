import { AishipError } from '../core/errors.ts'
import { diffKeys } from '../core/keydiff.ts'
import { collectBytes } from '../core/manifest.ts'
import type { KeyChange, Policy, Rules } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { MAX_RULES, parseRules, rulesBytes } from '../core/rules.ts'
import { storeBytes } from './objects.ts'

/** The rules that a policy names: those of aiship.yaml where they are the same, else the object. Errors: OBJECT_MISSING, CORRUPT, FORMAT_NEWER. */
export async function rulesOf(ctx: Context, pointer: string, policy: Policy | null): Promise<Rules | null> {
  if (policy?.rules === undefined) return null
  const written = rulesHere(ctx, pointer)
  if (written !== null && ctx.config?.pointers[pointer]?.rules === policy.rules) return written
  try {
    return parseRules(await collectBytes(ctx.registry.objects.get(policy.rules, MAX_RULES)), policy.rules)
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'OBJECT_MISSING') throw error
    throw new AishipError('OBJECT_MISSING', `the rules that ${pointer} is judged by are missing: ${policy.rules}`, {
      hint: 'where aiship.yaml says the same rules, a move stores them again; rollback needs none',
      next: ['aiship fsck'],
      cause: error,
    })
  }
}

const rulesHere = (ctx: Context, pointer: string): Rules | null =>
  ctx.config !== null && Object.hasOwn(ctx.config.rules, pointer) ? (ctx.config.rules[pointer] ?? null) : null

/** Stores what an entry is about to name. */
export const keepRules = async (ctx: Context, rules: Rules): Promise<void> =>
  void (await storeBytes(ctx, rulesBytes(rules)))

/** What one policy says otherwise than another, line by line. */
export async function policyChanges(
  ctx: Context,
  pointer: string,
  from: Policy,
  to: Policy,
): Promise<readonly string[]> {
  const says = async (policy: Policy): Promise<unknown> => {
    const rules = await rulesOf(ctx, pointer, policy)
    return { ...rules?.pointer, protected: policy.protected, gates: rules?.gates ?? {} }
  }
  return diffKeys(await says(from), await says(to)).map(changeWords)
}

const MAX_VALUE = 120

function changeWords({ key, state, from, to }: KeyChange): string {
  const text = (value: unknown): string => {
    const written = JSON.stringify(value)
    return written.length > MAX_VALUE ? `${written.slice(0, MAX_VALUE)}…` : written
  }
  if (state === 'removed') return `${key}: ${text(from)} is gone`
  return state === 'added' ? `${key}: ${text(to)} is new` : `${key}: ${text(from)} -> ${text(to)}`
}
