import type { FollowPin, FollowState } from './model.gen.ts'

/** What stands in a folder that follows a pointer. */
export interface Looked {
  /** The release that `current` links to; null where there is none. */
  readonly current: string | null
  /** Every release there, whole or not. A name is the hex digits of its bundle, and a number where that name was taken. */
  readonly releases: readonly string[]
  /** What the last follower wrote down; null where there was none. */
  readonly state: FollowState | null
  readonly pin: FollowPin | null
}

/** A program to run, without a shell. */
export interface Program {
  readonly argv: readonly string[]
  /** Absolute. */
  readonly cwd: string
  /** Beside PATH, HOME, LANG and AISHIP_*: variables of ours, and names of those to pass on. */
  readonly set: Readonly<Record<string, string>>
  readonly pass: readonly string[]
  readonly timeoutMs: number
  /** For its standard input; nothing where there is none. */
  readonly input?: Uint8Array
}

/** Wakes whoever waits: when a folder that is watched changes, or when it is told to. */
export interface Watch {
  /**
   * Returns after `ms` at the latest; at once if something has happened since it last did. Ends early, and without an error, with the command.
   * Out: true where a folder has changed.
   */
  next(ms: number): Promise<boolean>
  wake(): void
  /** Watches one more folder, absolute, or these names in it; where that can't be, only time wakes. */
  add(folder: string, names?: readonly string[]): void
  close(): void
}

/** What only the one process may do that keeps the folder. Each act fails, and changes nothing, once another has taken the folder over. */
export interface Hands {
  /** True once another follower has begun in the same folder. */
  isLost(): boolean
  save(state: FollowState): void
  /** Puts `release` (the bytes of .aiship-release.json) into a release, and makes `current` link to it: in one step, and durably. */
  flip(name: string, release: Uint8Array): void
  /** Takes a release away: at once for whoever looks, whatever happens while its files are removed. */
  drop(name: string): Promise<void>
}

/**
 * A folder that follows a pointer: `releases/` has checkouts, and the link `current` names the one that is served. `current` is only ever replaced
 * by another link, so that whoever opens it sees one whole release or the other.
 */
export interface Followed {
  /** Absolute. */
  readonly dir: string
  /** Errors: TARGET_NOT_EMPTY where something else stands there. */
  look(): Looked
  /** Where a release lies. Absolute. */
  pathOf(name: string): string
  /**
   * What differs in a release from what was checked out; null if nothing. One lstat a file; only those are read that somebody has touched. What a
   * program has written beside them does not count.
   */
  problemOf(name: string, signal: AbortSignal): Promise<string | null>
  /** Pins the folder to a bundle, or takes the pin away: whoever follows there sees it. */
  setPin(pin: FollowPin | null): void
  /** Who follows there now; null if nobody shows a sign of life. May look for seconds. */
  owner(signal: AbortSignal): Promise<string | null>
  /**
   * Runs `act` as the one process that keeps the folder, once what killed ones have left is swept. A follower that begins later stops this one,
   * without a lock that a kill could leave behind. Errors: OVERTAKEN.
   */
  keep<T>(act: (hands: Hands) => Promise<T>): Promise<T>
  watch(): Watch
  /** Runs a program to its end. Out: what went wrong; null if it ended with 0. */
  run(program: Program, signal: AbortSignal): Promise<string | null>
  /** Sends a signal such as HUP to the process whose number stands in a file. Out: 'absent' where there is no such file or process. Errors: USAGE, NOT_PERMITTED. */
  send(signal: string, pidFile: string): 'sent' | 'absent'
}
