import { distance } from 'fastest-levenshtein'
import { AishipError } from './errors.ts'
import { isDevice } from './paths.ts'

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/

/** A name becomes a folder or a file of the registry. */
const DEVICE = 'it is the name of a device on some systems'

/** Words that read as a digest, a digest prefix or a version can never name anything. */
const readsAsRef = (text: string): boolean => /^(sha256:.*|[0-9a-f]{7,64})$/i.test(text) || /^v[0-9]+$/i.test(text)

/** Why `text` can't name an app, a pointer or a component; null if it can. */
export function nameProblem(text: string): string | null {
  if (readsAsRef(text)) return 'it could be read as a digest or a version'
  if (!NAME.test(text)) return 'use 1 to 63 of a-z, 0-9, ".", "_" and "-", starting with a letter or digit'
  if (text.includes('..')) return '".." is not allowed in a name'
  if (/[.]$/.test(text)) return 'a name cannot end in "."'
  if (isDevice(text)) return DEVICE
  return null
}

/** Errors: USAGE, naming the rule that `text` breaks. */
export function checkName(text: string, what: string): string {
  // Who uses the library may have no types to say so.
  const problem = typeof text === 'string' ? nameProblem(text) : 'it is no text'
  if (problem !== null) {
    throw new AishipError('USAGE', `${JSON.stringify(text) ?? text} can't be ${what}: ${problem}`, {
      hint: 'a name looks like prod, prod-eu or fraud-scorer',
    })
  }
  return text
}

function labelProblem(text: string): string | null {
  if (readsAsRef(text)) return 'it could be read as a digest or a version'
  if (!LABEL.test(text) || text.includes('..') || text.endsWith('.'))
    return 'use 1 to 63 letters, digits, ".", "_", "+" and "-"'
  if (isDevice(text)) return DEVICE
  return null
}

export const isLabel = (text: string): boolean => labelProblem(text) === null

/** Labels may have upper case and "+", for `v1.4.0-rc.1+build`. Errors: USAGE. */
export function checkLabel(text: string): string {
  const problem = labelProblem(text)
  if (problem !== null) {
    throw new AishipError('USAGE', `${JSON.stringify(text)} can't be a label: ${problem}`, {
      hint: 'a label looks like v1.4.0, v1.4.0-rc.1 or 2026.10',
    })
  }
  return text
}

/**
 * The nearest of `known` to a mistyped `word`, or null if none is near (Levenshtein distance of at most a third of the word, at least 2, and less
 * than the word has letters: another word altogether is no mistake in typing this one).
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null
  let bestDistance = Math.min(Math.max(2, Math.ceil(word.length / 3)) + 1, word.length)
  for (const candidate of known) {
    const far = distance(word.toLowerCase(), candidate.toLowerCase())
    if (far < bestDistance) [best, bestDistance] = [candidate, far]
  }
  return best
}
