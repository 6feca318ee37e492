/** An answer to one HTTP request. */
export interface Answer {
  readonly status: number
  /** JSON, unless the headers say otherwise; null: none. */
  readonly body: string | null
  /** In lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What is asked over HTTP, and answered from what is in memory: at once, and without an error. */
export interface Service {
  /** One flag. In: the request's body as it came. */
  evaluate(key: string, body: string): Answer
  /** All flags. In: `ifNoneMatch`, the header; `stream`, where changes are told, as a path; null: nowhere. */
  evaluateAll(body: string, ifNoneMatch: string | null, stream: string | null): Answer
  /** What a pointer says, without a context. In: `arm`, null for the main bundle. */
  resolve(pointer: string, arm: string | null): Answer
  /** The state of what all flags are decided by: changes when an answer may. */
  version(): string
  ready(): Answer
  /** In: what the listener counts. */
  metrics(counted: Counted): Answer
}

export interface Counted {
  /** By route (`/ofrep/v1/evaluate/flags/:key`) and status. */
  readonly requests: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** Open at this moment. */
  readonly streams: number
  /** Connections that were turned away, because there were too many. */
  readonly dropped: number
}

export interface ListenOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Any of them is let in; none: everybody is. */
  readonly tokens: readonly string[]
  /** Origins whose pages may ask; `*`: all. */
  readonly origins: readonly string[]
  readonly maxConnections: number
  /** Hears of what nobody foresaw: the request is answered by 500. */
  onError(error: unknown): void
}

export interface Listening {
  /** Without a slash at its end. */
  readonly url: string
  counted(): Counted
  /** Tells those who listen for changes that there is one. */
  changed(): void
  /** Answers what has been asked, and ends. */
  close(): Promise<void>
}

/** Most bytes of a request's body. */
export const MAX_BODY = 64 * 1024
