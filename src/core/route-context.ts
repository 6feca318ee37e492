import { PROTOTYPE_KEYS } from './digest.ts'
import { AishipError } from './errors.ts'

/** What is read of a request, at most: more is a mistake or an attack, and every rule would go through it. */
export const MAX_CONTEXT_BYTES = 256 * 1024
export const MAX_DEPTH = 32

export type RequestContext = Readonly<Record<string, unknown>>

const refuse = (why: string): AishipError =>
  new AishipError('CONTEXT_INVALID', `the context ${why}`, {
    hint: 'a context is one JSON object: {"targetingKey":"user-8","geo":{"country":"DE"}}',
    next: ['aiship help route eval'],
  })

/** A request's context as JSON text. `decide` takes anything; whoever answers for others says what is wrong. Errors: CONTEXT_INVALID. */
export function parseContext(text: string): RequestContext {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_CONTEXT_BYTES) throw refuse(`has ${bytes} bytes, more than the ${MAX_CONTEXT_BYTES} allowed`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refuse(`is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('is no object')
  const problem = problemOf(value, text)
  if (problem !== null) throw refuse(problem)
  return value as RequestContext
}

/**
 * What is wrong with what JSON.parse made of `text`: nesting, keys that reach a prototype, keys that are there twice, numbers beyond all bounds; null
 * if nothing is.
 */
export function problemOf(whole: object, text: string, maxDepth = MAX_DEPTH): string | null {
  let members = 0
  // Without recursion: what is too deep is found before it is gone into.
  const left: (readonly [object, number])[] = [[whole, 1]]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [value, depth] = next
    if (depth > maxDepth) return `is nested deeper than ${MAX_DEPTH}`
    const keys = Object.keys(value)
    if (!Array.isArray(value)) members += keys.length
    // Not as entries, which costs as much again: this runs in every request.
    for (const key of keys) {
      const item = (value as Readonly<Record<string, unknown>>)[key]
      if (PROTOTYPE_KEYS.has(key)) return `has the key ${key}`
      if (typeof item === 'number' && !Number.isFinite(item))
        return `has a number that is too large at ${JSON.stringify(key)}`
      if (typeof item === 'object' && item !== null) left.push([item, depth + 1])
    }
  }
  return members === membersIn(text) ? null : 'has a key twice'
}

const [QUOTE, BACKSLASH, COLON] = [34, 92, 58]

/** How many members the objects in a JSON text have, as they are written: each has one colon outside of strings. */
function membersIn(text: string): number {
  let colons = 0
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) isInString = !isInString
    else if (code === BACKSLASH) i++
    else if (code === COLON && !isInString) colons++
  }
  return colons
}
