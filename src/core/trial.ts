import type { Program } from './followed.ts'

/** A folder of this machine in which a bundle's own program runs once. */
export interface Trial {
  /** Absolute; not there yet. */
  readonly dir: string
  /**
   * Runs a program to its end, without a shell. Out: what it printed on standard output, and what went wrong; null if it ended with 0, in time
   * and within `most` bytes. Errors: the reason of `signal`.
   */
  run(
    program: Program,
    most: number,
    signal: AbortSignal,
  ): Promise<{ readonly printed: Uint8Array; readonly problem: string | null }>
  /** Takes the folder away. */
  end(): Promise<void>
}
