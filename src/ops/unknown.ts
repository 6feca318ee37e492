import { AishipError, type ErrorCode } from '../core/errors.ts'
import { nearest } from '../core/names.ts'

// What is said of a name that leads nowhere: the nearest one that does, or why this one does not yet.

interface Unknown {
  readonly code: ErrorCode
  readonly message: string
  readonly near: string | null
}

const error = ({ code, message, near }: Unknown, hint: string | undefined, next: string): AishipError =>
  new AishipError(code, message, { hint, next: [next], details: { nearest: near } })

const neverMoved = (unknown: Unknown, pointer: string): AishipError =>
  error(unknown, `${pointer} is declared and has never been moved`, `aiship promote @last ${pointer}`)

/** In: `there`, the pointers that have an entry, and `declared`, those of aiship.yaml. */
export function noSuchPointer(
  app: string,
  pointer: string,
  there: readonly string[],
  declared: readonly string[],
): AishipError {
  const known = [...new Set([...there, ...declared])]
  const near = known.includes(pointer) ? null : nearest(pointer, known)
  const unknown: Unknown = {
    code: 'POINTER_UNKNOWN',
    message: `${app} has no pointer ${JSON.stringify(pointer)}`,
    near,
  }
  if (there.includes(pointer))
    return error(unknown, `${pointer} was retired; a rollback brings it back`, `aiship rollback ${pointer}`)
  if (declared.includes(pointer)) return neverMoved(unknown, pointer)
  const list = known.length === 0 ? `${app} has no pointer yet` : `${app} has ${known.join(', ')}`
  return error(unknown, near === null ? list : `did you mean ${near}?`, 'aiship status')
}

/** In: `known`, the pointers that have an entry and the labels. */
export function noSuchWord(
  app: string,
  word: string,
  known: readonly string[],
  declared: readonly string[],
): AishipError {
  const near = nearest(word, known)
  const message = `${app} has no pointer, label or bundle called ${JSON.stringify(word)}`
  const unknown: Unknown = { code: 'NOT_FOUND', message, near }
  if (declared.includes(word)) return neverMoved(unknown, word)
  return error(unknown, near === null ? undefined : `did you mean ${near}?`, 'aiship ls')
}
