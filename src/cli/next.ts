import { AishipError, type ErrorCode } from '../core/errors.ts'
import { shellLine } from '../core/shell.ts'
import { COMMANDS } from './commands.ts'
import { commandWord } from './flags.ts'

/** Longer than this, a command line is no help in an error of six lines. */
const MAX_TYPED = 300

/** What to type after an error that comes up anywhere, and so cannot say it itself. For the rest it is the same command, once the cause is gone. */
const AFTER: Partial<Record<ErrorCode, string>> = {
  CONFIG_INVALID: 'aiship doctor',
  FORMAT_NEWER: 'npm install -g aiship@latest',
  CORRUPT: 'aiship fsck',
  OBJECT_MISSING: 'aiship fsck',
  CHAIN_BROKEN: 'aiship fsck',
  POINTER_UNKNOWN: 'aiship status',
  NOT_FOUND: 'aiship ls',
}

/** The same error with a next command, if it has none, or only the one that was typed: that one has just failed. */
export function withNext(error: AishipError, argv: readonly string[]): AishipError {
  const { code, message, hint, details, cause } = error
  const word = commandWord(argv)
  const useful = error.next.filter((next) => next !== `aiship ${word}` || !isAboutDamage(error))
  if (useful.length > 0) return error
  return new AishipError(code, message, { hint, details, cause, next: [after(error, word, argv)] })
}

const isAboutDamage = ({ code }: AishipError): boolean => AFTER[code] === 'aiship fsck' || code === 'FINDINGS'

function after(error: AishipError, word: string | null, argv: readonly string[]): string {
  const known = word !== null && Object.hasOwn(COMMANDS, word)
  const help = known ? `aiship help ${word}` : 'aiship help'
  if (!known || error.code === 'USAGE') return help
  const next = AFTER[error.code]
  if (next !== undefined) return next === `aiship ${word}` ? 'aiship doctor' : next
  if (isAboutDamage(error)) return 'aiship doctor'
  const typed = shellLine(['aiship', ...argv])
  // A word that cannot be shown as it is cannot be typed as it is shown.
  if (typed.length > MAX_TYPED || /\p{C}/u.test(typed)) return help
  if (error.code === 'CONFIRMATION_NEEDED') return `${typed} --yes`
  if (error.code === 'INTERNAL') return argv.includes('-v') ? 'aiship doctor' : `${typed} -v`
  return typed
}
