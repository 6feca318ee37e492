import { canonicalBytes, type Digest, digestOf, parseCanonical } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Gate, PointerRules, Policy, Rules } from './model.gen.ts'
import { validateRules } from './rules-validator.gen.ts'

/** Most bytes of the object. */
export const MAX_RULES = 256 * 1024

/** What judges a move of a pointer: what is written of it, and the gates that it requires. Null where only `protected` is said. */
export function rulesFor(pointer: PointerRules, gates: Readonly<Record<string, Gate>>): Rules | null {
  const { require = [], from, freeze, watch } = pointer
  if (require.length === 0 && from === undefined && freeze === undefined && watch === undefined) return null
  return { v: 1, pointer, gates: Object.fromEntries(require.map((name) => [name, gates[name] as Gate])) }
}

/** The bytes of the object that an entry's policy names. */
export const rulesBytes = (rules: Rules): Uint8Array => canonicalBytes(rules)

/** What an entry says of its policy. */
export function policyOfRules(isProtected: boolean, rules: Rules | null): Policy {
  return rules === null ? { protected: isProtected } : { protected: isProtected, rules: digestOf(rulesBytes(rules)) }
}

/** Errors: CORRUPT; FORMAT_NEWER for rules of a later format. */
export function parseRules(bytes: Uint8Array, digest: Digest): Rules {
  const value = parseCanonical(bytes, `the rules ${digest}`, MAX_RULES)
  if (typeof value === 'object' && value !== null && 'v' in value && typeof value.v === 'number' && value.v > 1)
    throw new AishipError('FORMAT_NEWER', `the rules ${digest} have format ${value.v}; this aiship reads format 1`, {
      hint: 'install a newer aiship',
    })
  if (validateRules(value)) return value
  throw new AishipError('CORRUPT', `the rules ${digest} do not have the shape of rules`, { next: ['aiship fsck'] })
}
