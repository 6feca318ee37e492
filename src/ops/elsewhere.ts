import { AishipError, type ErrorCode } from '../core/errors.ts'
import type { Context, Registry } from '../core/ports.ts'
import { shellWord } from '../core/shell.ts'

/** The same context at another registry. What it gets only when asked, such as the actor, it still gets only then. */
export const contextAt = (ctx: Context, registry: Registry, app: string): Context =>
  Object.defineProperties({} as Context, {
    ...Object.getOwnPropertyDescriptors(ctx),
    registry: { value: registry, enumerable: true },
    app: { value: app, enumerable: true },
  })

/** What to type at the registry that an error is about. */
const LOOK: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: 'ls',
  REF_AMBIGUOUS: 'ls',
  POINTER_UNKNOWN: 'status',
  OBJECT_MISSING: 'fsck',
  CORRUPT: 'fsck',
  CHAIN_BROKEN: 'fsck',
  NAME_UNSAFE: 'fsck',
}

/** Runs work of which an error is about the registry of `ctx`, one of two: the error says so, and its next step goes there. */
export async function about<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw errorAbout(ctx, error)
  }
}

export function errorAbout({ registry: { url }, app }: Context, error: unknown): unknown {
  if (!(error instanceof AishipError) || error.details.registry !== undefined) return error
  const { code, message, hint, details } = error
  const look = LOOK[code]
  if (look === undefined) return error
  const there = `--registry ${shellWord(url)}${look === 'fsck' ? '' : ` --app ${app}`}`
  return new AishipError(code, `${message} (in ${url})`, {
    hint,
    next: [`aiship ${look} ${there}`],
    details: { ...details, registry: url },
    cause: error,
  })
}
