import { AishipError, type ErrorCode } from '../core/errors.ts'
import { shellLine } from '../core/shell.ts'
import { carryFrom } from './carry.ts'
import { COMMANDS, commandName } from './commands.ts'
import { leadingWords } from './flags.ts'

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

/** What goes back without the registry. */
const BREAK_GLASS = 'where it is served, `aiship follow POINTER DIR --pin REF` goes back to a bundle that is warm there'

/** The same error with a next command, if it has none, or only the one that was typed: that one has just failed. */
export function withNext(error: AishipError, argv: readonly string[]): AishipError {
  const { code, message, hint, next, details, cause } = advised(error, argv)
  return new AishipError(code, message, { hint, details, cause, next: next.map(carryFrom(argv)) })
}

function advised(error: AishipError, argv: readonly string[]): AishipError {
  const { code, message, details, cause } = error
  const word = commandName(leadingWords(argv, 2))
  const breakGlass = word === 'rollback' && code === 'REGISTRY_UNREACHABLE' ? BREAK_GLASS : undefined
  const hint = [error.hint, breakGlass].filter((one) => one !== undefined).join('; ') || undefined
  const typed = [`aiship ${word}`, shellLine(['aiship', ...argv])]
  const useful = error.next.filter((next) => !typed.includes(next) || !isAboutDamage(error))
  if (useful.length > 0)
    return breakGlass === undefined ? error : new AishipError(code, message, { hint, details, cause, next: error.next })
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
