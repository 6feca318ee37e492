import type { Program } from './followed.ts'
import type { ProcessName } from './model.gen.ts'

/** What is asked of a program: one line, without its newline, of a JSON object with this `id`. */
export interface Ask {
  readonly id: string
  readonly line: string
}

/** Its answer, or why there is none. */
export type Answer = { readonly value: Readonly<Record<string, unknown>> } | { readonly error: string }

/** How a program is asked. */
export interface Pace {
  /** Processes. */
  readonly workers: number
  /** So long a process may say nothing while something is asked of it, in ms. */
  readonly itemMs: number
  /** So long a process is used, in ms; then another one takes its place: what leaks memory ends. */
  readonly processMs: number
}

/** A program that answers lines by lines, `{"id", …}` by `{"id", …}` in any order, in several processes. */
export interface Answerer {
  /**
   * Asks, and waits for all answers, in the order of the asks. A process that ends or is silent is replaced, and what it owed is asked again, one at
   * a time: what ends a process alone is answered by the reason. Errors: COMMAND_FAILED where the program can't be started, or only ever ends.
   */
  ask(asks: readonly Ask[]): Promise<readonly Answer[]>
  /** Lets the processes end; those that do not are ended. */
  close(): Promise<void>
}

/** A file of lines on this machine that outlives a crash. Nobody else can read it. Errors: DISK_FULL, READ_ONLY. */
export interface Tape {
  /** Absolute. */
  readonly path: string
  /** Whole lines in it. */
  readonly lines: number
  /** In: whole lines, each with its newline. */
  append(text: string, lines: number): void
  /** Makes sure that what was appended is still there after a power cut. */
  sync(): void
  read(): AsyncIterable<Uint8Array>
  /** Takes it away. */
  drop(): void
}

/** Where a bundle decides again what was decided before. */
export interface Rehearsal {
  /** Absolute, and not there yet: for a checkout. It goes with `end`. */
  dirOf(name: string): string
  /** Until `end`, nobody else of this machine works on what has this name. Out: who does already, else null. */
  claim(name: string): ProcessName | null
  /** The tape of that name: as it was left, but for half a line; `isNew` for an empty one. */
  tape(name: string, isNew?: boolean): Tape
  /** Errors: USAGE in a dry run. */
  answerer(program: Omit<Program, 'timeoutMs'>, pace: Pace): Answerer
  /** Takes checkouts away; tapes stay until they are dropped. */
  end(): Promise<void>
}
