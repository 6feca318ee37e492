import { AishipError } from '../core/errors.ts'
import type { Followers } from '../core/model.gen.ts'
import type { Context, Result } from '../core/ports.ts'
import { isServed } from '../core/presence.ts'
import type { Style } from './style.ts'

/** How a command's arguments arrive. */
export interface Words {
  /** Positional arguments, in order; missing optional ones are undefined. */
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * What a command must be given to run: `open` a registry that is there, `create` it if need be, `mend` also one that has lost its format.json,
 * or `none`: for commands that work without one.
 */
export type RegistryNeed = 'open' | 'create' | 'mend' | 'none'

/** A command is data: what it takes, the operation it names, and how its result reads. It has no logic of its own. */
export interface Command<I = unknown, D = unknown> {
  readonly name: string
  readonly summary: string
  /** As help shows it: `<ref>`, `[dir]`, `<pointer...>`. */
  readonly args: readonly (readonly [string, string])[]
  readonly options: readonly (readonly [string, string])[]
  readonly examples: readonly string[]
  readonly registry: RegistryNeed
  /**
   * `look`: where the registry can't be reached, what this machine remembers of it will do. `change`: what it writes to the registry must
   * last. A command that says nothing needs the registry itself.
   */
  readonly does?: 'look' | 'change'
  /** Reads or writes the working folder. */
  readonly workspace?: boolean
  /** Needs aiship.yaml. */
  readonly config?: boolean
  /** Moves forward, or says what stands against that: by the rules in aiship.yaml, so that one that can't be read stops it. */
  readonly rules?: boolean
  /** Runs until it is stopped, and answers then: it ends as what is interrupted does. */
  readonly endless?: boolean
  /** Is about the whole registry, so that nobody has to say which app. */
  readonly allApps?: boolean
  /** REFs and pointers that it looks up first: a bucket is asked for them at once. */
  first?(words: Words): readonly string[]
  input(words: Words): I
  run(ctx: Context, input: I): Promise<Result<D>>
  /** What `-q` prints where that is less: what a script goes on with, or nothing. */
  quiet?(result: Result<D>, style: Style): string
  view(result: Result<D>, style: Style): string
  /** An exit code other than 0 for a result that is not an error. */
  exit?(data: D, words: Words): number
}

/** Lets a table hold commands of all kinds. */
export const defineCommand = <I, D>(command: Command<I, D>): Command => command as unknown as Command

/** What help says of a command that runs on by intention. */
export const RUNS_ON = 'until it is stopped; it ends with 130 then (SIGINT), or 143 (SIGTERM)'

export const REASON = ['--reason <text>', 'why, for the log'] as const
/** Of a command about one repair. */
export const PLAN = ['<plan>', 'the plan: its digest, the start of it, or @last'] as const
export const WAIT = [
  '--wait [time]',
  'return when its followers serve it, at the latest after that time (60s): else exit 13',
] as const
export const OVERRIDE = [
  '--override <reason>',
  'move past a hold, a bad mark or a gate, and say why (a person only)',
] as const
export const ACCEPT_POLICY = [
  '--accept-policy',
  'you have seen what aiship.yaml says of the pointer otherwise than its newest entry (a person only)',
] as const
export const EXPECT = ['--expect <seq>', 'do it only if the pointer is at this entry'] as const

/** An option as it is typed. */
export const option = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

export const text = (words: Words, key: string): string | null =>
  typeof words.options[key] === 'string' ? (words.options[key] as string) : null
export const flag = (words: Words, key: string): boolean => words.options[key] === true
export const arg = (words: Words, index: number): string => words.args[index] ?? ''

/** An address in an OCI registry, which holds bundles for others to read and is no registry of aiship. */
export const isOci = (url: string): boolean => /^oci:/i.test(url)

/** A whole number of at least `min`. Errors: USAGE. */
export function whole(words: Words, key: string, min: number): number | undefined {
  const value = text(words, key)
  if (value === null) return undefined
  const number = /^[0-9]{1,12}$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= min))
    throw new AishipError(
      'USAGE',
      `${option(key)} takes a whole number of at least ${min}, not ${JSON.stringify(value)}`,
    )
  return number
}

/** How long `--wait` waits, in ms; undefined where it is not given, and where nothing moves. Errors: USAGE. */
export const waitOf = (words: Words): number | undefined => {
  const ms = words.options.wait === '' ? WAIT_MS : duration(words, 'wait')
  return flag(words, 'dryRun') ? undefined : ms
}

const WAIT_MS = 60_000

/** 13 where it was waited, and somebody does not serve it, or nobody reports that he does. */
export const waitExit = (words: Words, all: readonly Followers[]): number =>
  waitOf(words) === undefined || all.every(isServed) ? 0 : 13

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }

/** A time such as 500ms, 30s or 5m, in ms. In: `least`, ms. Errors: USAGE. */
export function duration(words: Words, key: string, least = 1): number | undefined {
  const value = text(words, key)
  if (value === null) return undefined
  const [, count, unit = ''] = /^([0-9]{1,6})(ms|s|m|min|h)$/.exec(value) ?? []
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN)
  if (!(ms >= least && ms <= MOST_MS))
    throw new AishipError(
      'USAGE',
      `--${key} takes a time such as 500ms, 30s or 5m, from ${least}ms to a day, not ${JSON.stringify(value)}`,
    )
  return ms
}

const MOST_MS = 24 * 3_600_000

/** From the shortest to the longest. */
export const SPANS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 24 * 3_600_000 }

/** How long ago, or how long to keep: 30m, 24h, 7d, in ms. Errors: USAGE. */
export function span(words: Words, key: string): number | undefined {
  const given = text(words, key)
  if (given === null) return undefined
  const [, count, unit = ''] = /^([0-9]{1,6})([smhd])$/.exec(given) ?? []
  if (count !== undefined) return Number(count) * (SPANS[unit] as number)
  throw new AishipError('USAGE', `${option(key)} takes a time such as 30m, 24h or 7d, not ${JSON.stringify(given)}`)
}

/** Values of an option that may be given several times. */
export const list = (words: Words, key: string): readonly string[] => {
  const value = words.options[key]
  return Array.isArray(value) ? value.map(String) : []
}
