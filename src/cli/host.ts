/** What a command needs of the process that it runs in. Tests give their own. */
export interface Host {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Answers one line typed by a person, or null at the end of input. */
  readLine(): Promise<string | null>
  readonly stdinIsTTY: boolean
  readonly stdout: Output
  readonly stderr: Output
  /** True where there is a controlling terminal: a person is likely there. */
  hasTerminal(): boolean
  /** Aborted by SIGINT or SIGTERM; the reason is the signal's name. */
  readonly signal: AbortSignal
  now(): Date
  uuid(): string
  readonly user: string
  readonly hostname: string
  readonly nodeVersion: string
}

export interface Output {
  write(text: string): void
  readonly isTTY: boolean
  /** 80 where it is not known. */
  readonly columns: number
}
