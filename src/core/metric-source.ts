import type { Digest } from './digest.ts'
import type { Program } from './followed.ts'
import type { Guard, Segment } from './model.gen.ts'
import type { Session, Window } from './predictions.ts'

/** A stretch of time, in ms since 1970: from `from` on, before `until`. */
export interface Span {
  readonly from: number
  readonly until: number
}

/** Who is counted on one side: exposures of this bundle under one of these arms of the route. */
export interface Side {
  readonly bundle: Digest
  readonly arms: readonly string[]
}

/** Whose numbers are compared. */
export interface Sides {
  readonly pointer: string
  readonly candidate: Side
  /** What serves beside it by lot; null where nothing does. */
  readonly reference: Side | null
}

/** What a source is asked for one guard. Everything but `quantile` is asked for each window. */
export type Question =
  /** How many units were exposed, and how many of them had the event. `threshold`: the event is the guard's field being over it. */
  | { readonly kind: 'events'; readonly guard: Guard; readonly threshold: number | null }
  /** Counts of each class of the guard's field; of a number, by these inner edges, ascending: class `i` lies from edge i - 1 on and before edge i. */
  | { readonly kind: 'classes'; readonly guard: Guard; readonly edges: readonly number[] | null }
  /** Sums of the guard's field by unit, each unit's mean cut at `cap`. */
  | { readonly kind: 'moments'; readonly guard: Guard; readonly cap: number | null }
  /** Pairs of a shadow's answer and the live one. */
  | { readonly kind: 'pairs'; readonly guard: Guard }
  /** One number at the end of each window. */
  | { readonly kind: 'value'; readonly guard: Guard }
  /** The quantile of the guard's field on the reference's side over the whole stretch, which is frozen from then on. */
  | { readonly kind: 'quantile'; readonly guard: Guard; readonly quantile: number }

export interface Count {
  readonly exposures: number
  readonly events: number
}

export interface Moments {
  readonly n: number
  readonly sum: number
  readonly squares: number
}

export interface Both<T> {
  readonly candidate: T
  /** Null: there is nobody to compare with. */
  readonly reference: T | null
}

/** What a source has to say of one window. */
export type Reading =
  | { readonly kind: 'events'; readonly counts: Both<Count> }
  | { readonly kind: 'classes'; readonly classes: Both<Readonly<Record<string, number>>> }
  | { readonly kind: 'moments'; readonly moments: Both<Moments> }
  | { readonly kind: 'pairs'; readonly worse: number; readonly better: number; readonly ties: number }
  /** Null: the query had no answer. NaN and the infinities are given as they came. */
  | { readonly kind: 'value'; readonly value: number | null }
  | { readonly kind: 'quantile'; readonly value: number | null; readonly n: number }

/** Why there is no reading, and what to do: silence is never zero. */
export interface Unavailable {
  readonly kind: 'unavailable'
  readonly why: string
  /** A command, or null. */
  readonly next: string | null
}

/** The answer to one question, a reading for each window in their order; one alone for `quantile`. */
export interface Answer {
  readonly readings: readonly (Reading | Unavailable)[]
  /** What was asked, as the source puts it: a query, a command, a URL without its secrets. */
  readonly query: string
  /** Observed variance of events per unit against a coin's, where it could be told: what `overdispersion` should be at least. */
  readonly overdispersion: number | null
  /** What was left out or taken for granted, a sentence each. */
  readonly notes: readonly string[]
}

/** A place that live numbers come from. */
export interface MetricSource {
  /**
   * Answers a question over closed windows. In: windows that follow each other, all of them from the start.
   * Never throws for what the place says or does not say: that is `unavailable`. Errors: the reason of the command's signal.
   */
  read(question: Question, sides: Sides, windows: readonly Span[]): Promise<Answer>
  close(): Promise<void>
}

/** What a driver heard, before anybody looked whether it can be true. */
export interface Said {
  /**
   * One for each window, in their order; one alone for `quantile`. An object with the keys of the reading (`candidate` and `reference`; `worse`, `better`
   * and `ties`; `value`; `value` and `n`), or `{unavailable: why}`; null where nothing was said. With `from`, ms since 1970, it says itself which window it is of.
   */
  readonly readings: readonly unknown[]
  /** Undefined: it is estimated from windows that follow each other. */
  readonly overdispersion?: number | null
  readonly notes?: readonly string[]
}

/** One source of numbers, open. */
export interface RawSource {
  /** What is asked for this question, without secrets. */
  describe(question: Question): string
  /** Errors: SOURCE_FAILED with the reason and what to do; any other error is what its message says. */
  ask(question: Question, sides: Sides, windows: readonly Span[]): Promise<Said>
  close(): Promise<void>
}

/** What a driver may touch. */
export interface MetricPlace {
  /** Checked by the schema of its kind. Secrets in it are names of variables: `env:NAME`. */
  readonly options: Readonly<Record<string, unknown>>
  /** The project's folder. Absolute. */
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** A sealed session over the app's predictions in a window, the segments that it reads, and those of them that are gone. */
  predictions(
    window: Window,
  ): Promise<Session & { readonly segments: readonly Segment[]; readonly missing: readonly Digest[] }>
  /** Runs a program to its end. Out: what it printed, at most `most` bytes, and what went wrong. Errors: the reason of `signal`. */
  run(program: Program, most: number): Promise<{ readonly printed: Uint8Array; readonly problem: string | null }>
}

/** A kind of source: a file of src/metrics exports one. */
export interface MetricDriver {
  open(place: MetricPlace): RawSource
}
