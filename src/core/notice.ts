/** Whom a watch tells of what it did. `env:NAME` in a webhook is read from the environment when it is told, so that no policy holds a secret. */
export type Listener = { readonly command: readonly string[] } | { readonly webhook: string }

/** What is told: JSON on a program's standard input, or the body of a POST. */
export interface Notice {
  /** Once for each move: what has come twice is the same. */
  readonly id: string
  readonly app: string
  readonly pointer: string
  readonly seq: number
  readonly action: string
  /** Why, in a sentence. */
  readonly reason: string
  readonly from: string | null
  readonly to: string | null
  readonly at: string
  /** The object that the verdict can be derived from again. */
  readonly evidence: string
  /** Commands to type next. */
  readonly next: readonly string[]
}

/** Tells one listener. Out: why it could not be told, without its secrets; null if it was. Errors: the reason of the command's signal. */
export type Notify = (listener: Listener, notice: Notice) => Promise<string | null>
