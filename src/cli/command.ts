import { AishipError } from '../core/errors.ts'
import type { Context, Result } from '../core/ports.ts'
import type { Style } from './style.ts'

/** How a command's arguments arrive. */
export interface Words {
  /** Positional arguments, in order; missing optional ones are undefined. */
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * What a command must be given to run: `open` a registry that is there, `create` it if need be, or `none`:
 * for commands that work without one.
 */
export type RegistryNeed = 'open' | 'create' | 'none'

/** A command is data: what it takes, the operation it names, and how its result reads. It has no logic of its own. */
export interface Command<I = unknown, D = unknown> {
  readonly name: string
  readonly summary: string
  /** As help shows it: `<ref>`, `[dir]`, `<pointer...>`. */
  readonly args: readonly (readonly [string, string])[]
  readonly options: readonly (readonly [string, string])[]
  readonly examples: readonly string[]
  readonly registry: RegistryNeed
  /** Reads or writes the working folder. */
  readonly workspace?: boolean
  /** Needs aiship.yaml. */
  readonly config?: boolean
  /** Is about the whole registry, so that nobody has to say which app. */
  readonly allApps?: boolean
  input(words: Words): I
  run(ctx: Context, input: I): Promise<Result<D>>
  view(result: Result<D>, style: Style): string
  /** An exit code other than 0 for a result that is not an error. */
  exit?(data: D, words: Words): number
}

/** Lets a table hold commands of all kinds. */
export const defineCommand = <I, D>(command: Command<I, D>): Command => command as unknown as Command

export const REASON = ['--reason <text>', 'why, for the log'] as const
export const EXPECT = ['--expect <seq>', 'do it only if the pointer is at this entry'] as const

export const text = (words: Words, key: string): string | null =>
  typeof words.options[key] === 'string' ? (words.options[key] as string) : null
export const flag = (words: Words, key: string): boolean => words.options[key] === true
export const arg = (words: Words, index: number): string => words.args[index] ?? ''

/** A whole number of at least `min`. Errors: USAGE. */
export function whole(words: Words, key: string, min: number): number | undefined {
  const value = text(words, key)
  if (value === null) return undefined
  const number = /^[0-9]{1,12}$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= min))
    throw new AishipError('USAGE', `--${key} takes a whole number of at least ${min}, not ${JSON.stringify(value)}`)
  return number
}

/** Values of an option that may be given several times. */
export const list = (words: Words, key: string): readonly string[] => {
  const value = words.options[key]
  return Array.isArray(value) ? value.map(String) : []
}
