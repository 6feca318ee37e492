import { type Command, sh, tool } from './measure.ts'
import type { SetName } from './work.ts'

/** Where one store of one program lies, and what goes into it; all on one file system. */
export interface Place {
  readonly set: SetName
  /** The store's own folder, there and empty at first. */
  readonly store: string
  readonly home: string
  /** The set's folder, named `data`, in a project of its own. */
  readonly data: string
}

/**
 * ingest into an empty store; again, nothing changed; change, after a change of the data; checkout into a folder that is not there; over a
 * checkout of another tag; link, a checkout that copies nothing; verify every byte stored; point, move a name to a tag.
 */
export type Step = 'ingest' | 'again' | 'change' | 'checkout' | 'over' | 'link' | 'verify' | 'point'
type Act = (tag: string, out: string) => Command
export type Steps = Partial<Record<Step, Act>>

/** One program of the bench, with its usual settings. What is not in `steps` it has no command for. */
export interface Program {
  readonly name: string
  /** What it calls its version, '' if it has none of its own; null where it is not installed. */
  version(): string | null
  /** The command of each step that has one, as people type it after the name. */
  readonly says?: Partial<Record<Step, string>>
  /** What it does not do that aiship does, or does beside it: when it stores, when it checks out, when it verifies. */
  readonly lacks: { readonly stores: string; readonly checkout?: string; readonly verify?: string }
  /** Makes the empty store. Not timed, as is everything but the steps. */
  setUp?(place: Place): Command
  /** Has the data, or those paths of it, where this program wants them. */
  bring?(place: Place, paths: readonly string[]): void
  /** After an ingest or a change: gives it a name to check out. */
  seal?(place: Place, tag: string): Command
  /** Before a checkout into `out`. */
  openOut?(place: Place, out: string): Command
  steps(place: Place): Steps
  /** What counts as stored: the store unless it says otherwise; and what of it is a cache. */
  stored?(place: Place): { readonly all: readonly string[]; readonly cache: readonly string[] }
}

/** What a program that keeps things does with data three times alike. */
export function keeping(act: Act): Steps {
  return { ingest: act, again: act, change: act }
}

/** A program and its command in one line, with its version. */
export function titleOf({ name, says }: Program, version: string, step: Step): string {
  const command = says?.[step]
  return `${name} ${version}`.trim() + (command === undefined ? '' : `: ${command}`)
}

export function lackOf({ lacks }: Program, step: Step): string {
  if (step === 'checkout' || step === 'over' || step === 'link') return lacks.checkout ?? lacks.stores
  return step === 'verify' ? (lacks.verify ?? lacks.stores) : lacks.stores
}

/** `says` of a program that has one command for all that it keeps, and one for its checkouts. */
export function saying(keeps: string, checkout: string, others: Partial<Record<Step, string>>) {
  return { ingest: keeps, again: keeps, change: keeps, checkout, over: checkout, ...others }
}

/** The first thing that looks like a version in what `program ...args` prints; null if there is no such program. */
export function versionOf(program: string, args: readonly string[] = ['--version']): string | null {
  const { status, stdout } = tool(program, ...args)
  return status === null ? null : (/(?<![\w.])\d+(\.\d+)*/.exec(stdout)?.[0] ?? '')
}

/** A script of a peer: PATH and a HOME of its own, in English. `$1`, `$2` … are the values. */
export function peerSh(
  place: Place,
  script: string,
  values: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Command {
  return sh(script, values, { cwd: place.data, env: { HOME: place.home, LANG: 'C.UTF-8', ...env } })
}
