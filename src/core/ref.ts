import { type Digest, isDigest } from './digest.ts'
import { AishipError } from './errors.ts'
import { nameProblem } from './names.ts'

/** What a REF says, before anything is looked up. */
export type Ref =
  | { readonly kind: 'special'; readonly name: 'last' | 'newest' | 'work' }
  | { readonly kind: 'entry'; readonly pointer: string; readonly seq: number }
  | { readonly kind: 'earlier'; readonly pointer: string; readonly steps: number }
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'digest'; readonly digest: Digest }
  /** `sha256:` and at least 7 digits: never a pointer or label. */
  | { readonly kind: 'prefix'; readonly hex: string }
  /** A pointer, else a label, else (if it is 7 to 64 hex digits) the start of a digest. */
  | { readonly kind: 'word'; readonly word: string }

const SPECIAL = ['last', 'newest', 'work'] as const

/** Reads a REF, tried in the order `@…`, `x@N`, `x~N`, `vN`, `sha256:…`, then a word. Errors: USAGE. */
export function parseRef(text: string): Ref {
  const refuse = (why: string): AishipError =>
    new AishipError('USAGE', `${JSON.stringify(text)} is not a reference: ${why}`, {
      hint: 'a reference is a pointer, prod~1, prod@41, v42, a label, sha256:… or the start of one, @last, @newest or @work',
      next: ['aiship ls'],
    })
  if (text.startsWith('@')) {
    const name = SPECIAL.find((special) => `@${special}` === text)
    if (name === undefined) throw refuse('only @last, @newest and @work start with "@"')
    return { kind: 'special', name }
  }
  const [, pointer, mark, digits] = /^([^@~]+)([@~])([0-9]{1,12})$/.exec(text) ?? []
  if (pointer !== undefined && digits !== undefined) {
    const problem = nameProblem(pointer)
    if (problem !== null) throw refuse(problem)
    const n = Number(digits)
    if (mark === '~') return { kind: 'earlier', pointer, steps: n }
    if (n === 0) throw refuse('entries are numbered from 1')
    return { kind: 'entry', pointer, seq: n }
  }
  if (/[@~]/.test(text)) throw refuse('write pointer@NUMBER or pointer~NUMBER')
  const version = /^v([1-9][0-9]{0,11})$/.exec(text)?.[1]
  if (version !== undefined) return { kind: 'version', version: Number(version) }
  if (isDigest(text)) return { kind: 'digest', digest: text }
  if (text.startsWith('sha256:')) {
    if (!/^sha256:[0-9a-f]{7,63}$/.test(text)) throw refuse('a digest is sha256: and 7 to 64 of 0-9, a-f')
    return { kind: 'prefix', hex: text.slice(7) }
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(text)) throw refuse('it has a character that no name has')
  return { kind: 'word', word: text }
}

export const isHexPrefix = (word: string): boolean => /^[0-9a-f]{7,64}$/.test(word)
