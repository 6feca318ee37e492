import { AishipError } from './errors.ts'
import type { Side, Sides } from './metric-source.ts'

/** What a query may name of a side: `$arm`, `$bundle`. Neither can have a character in it that means something in a query. */
interface Named {
  readonly arm?: string
  readonly bundle?: string
}

const NAME = /\$([A-Za-z_]\w*)/g

/** The variables of a query, in the order of their first use. In: `known`, those that there are. Errors: SOURCE_FAILED. */
export function variablesIn(text: string, known: readonly string[]): readonly string[] {
  const used = [...new Set([...text.matchAll(NAME)].map(([, name = '']) => name))]
  const unknown = used.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw failed(`a query can't have $${unknown}: there are ${known.map((name) => `$${name}`).join(', ')}`)
  return used
}

/** The query with each variable replaced. */
export const replaced = (text: string, by: (name: string) => string): string =>
  text.replace(NAME, (_, name: string) => by(name))

/**
 * Which arms and bundles a query must be asked for, one after the other, to have all of each side: an arm's numbers are taken once, even where the query
 * names only the bundle. In: `used`, the query's variables. Errors: SOURCE_FAILED where one query would answer for both sides.
 */
export function namedSides(
  used: readonly string[],
  { candidate, reference }: Sides,
): { readonly candidate: readonly Named[]; readonly reference: readonly Named[] | null } {
  const sides = { candidate: namesOf(candidate, used), reference: reference === null ? null : namesOf(reference, used) }
  const keys = sides.candidate.map((one) => JSON.stringify(one))
  if (sides.reference?.some((one) => keys.includes(JSON.stringify(one))))
    throw failed('a query needs $arm or $bundle: without, both sides would have the same numbers')
  return sides
}

function namesOf({ bundle, arms }: Side, used: readonly string[]): readonly Named[] {
  const all = arms.map((arm) => ({
    ...(used.includes('arm') ? { arm: checked(arm, /^[a-z][a-z0-9-]{0,31}$/) } : {}),
    ...(used.includes('bundle') ? { bundle: checked(bundle, /^sha256:[0-9a-f]{64}$/) } : {}),
  }))
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}

function checked(text: string, shape: RegExp): string {
  if (!shape.test(text)) throw failed(`${JSON.stringify(text)} can't be put into a query`)
  return text
}

const failed = (why: string): AishipError => new AishipError('SOURCE_FAILED', why)
