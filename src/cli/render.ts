import { AishipError, hasCode } from '../core/errors.ts'
import type { Event, Result } from '../core/ports.ts'
import { clean, jsonLine } from './clean.ts'
import type { Style } from './style.ts'

export type Warning = Omit<Extract<Event, { type: 'warning' }>, 'type'>

interface Meta {
  readonly version: string
  readonly elapsed_ms: number
}

/** The document of a command that succeeded. */
export const resultDocument = (
  command: string,
  result: Result<unknown>,
  warnings: readonly Warning[],
  meta: Meta,
): string =>
  jsonLine({ schema: `aiship.${command}/v1`, ok: true, changed: result.changed, data: result.data, warnings, meta })

/** The document of one that failed. */
export function errorDocument(error: AishipError, changed: boolean, warnings: readonly Warning[], meta: Meta): string {
  const { code, exit, message, hint, next, details } = error
  return jsonLine({
    schema: 'aiship.error/v1',
    ok: false,
    changed,
    error: { code, exit, message, hint: hint ?? null, next, details },
    warnings,
    meta,
  })
}

const MAX_LINE = 400

/** A name or a reason stays on its line, or it could write lines of ours. */
const oneLine = (text: string): string => clean(text).replace(/\s*\n\s*/g, ' / ')
const short = (line: string): string => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line)

/** At most six lines; the last is the action to take. */
export function errorText(error: AishipError, style: Pick<Style, 'red' | 'dim' | 'bold'>): string {
  const lines = [`${style.red('aiship:')} ${short(oneLine(error.message))} ${style.dim(`[${error.code}]`)}`]
  if (error.hint !== undefined) lines.push(`  ${short(oneLine(error.hint))}`)
  const shown = error.next.slice(-(6 - lines.length))
  for (const [i, command] of shown.entries())
    lines.push(`  ${i === shown.length - 1 ? 'next' : 'or  '}  ${style.bold(oneLine(command))}`)
  return `${lines.join('\n')}\n`
}

export const noteText = (message: string): string => `${oneLine(message)}\n`

export const warningText = (warning: Warning, style: Pick<Style, 'yellow' | 'dim'>): string =>
  `${style.yellow('warning:')} ${short(oneLine(warning.message))} ${style.dim(`[${warning.code}]`)}\n`

/** Whatever was thrown, as an error of ours. What nobody foresaw is a bug and says so. */
export function toAishipError(thrown: unknown): AishipError {
  if (thrown instanceof AishipError) return thrown
  if (hasCode(thrown, 'ENOSPC', 'EDQUOT', 'EFBIG'))
    return new AishipError('DISK_FULL', `the disk is full: ${(thrown as Error).message}`, { cause: thrown })
  if (hasCode(thrown, 'EROFS'))
    return new AishipError('READ_ONLY', `read-only: ${(thrown as Error).message}`, { cause: thrown })
  if (hasCode(thrown, 'EACCES', 'EPERM'))
    return new AishipError('NOT_PERMITTED', `not permitted: ${(thrown as Error).message}`, { cause: thrown })
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  // Also from a thread, of whose error only the text is left.
  if (/\b(?:EMFILE|ENFILE)\b/.test(message))
    return new AishipError('REGISTRY_UNREACHABLE', 'too many files are open for this process', {
      hint: 'raise the limit, then run the same command again:  ulimit -n 1024',
      cause: thrown,
    })
  if (thrown instanceof Error && 'syscall' in thrown)
    return new AishipError('REGISTRY_UNREACHABLE', `the system refused: ${message}`, {
      hint: 'see what stands at that path',
      next: ['aiship doctor'],
      cause: thrown,
    })
  return new AishipError('INTERNAL', `a bug in aiship: ${message}`, {
    hint: 'please report it with the output of the same command with -v',
    cause: thrown,
  })
}
