import type { NotifyTarget } from './model.gen.ts'

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
  readonly evidence: string | null
  /** Commands to type next. */
  readonly next: readonly string[]
}

/**
 * Tells one who is to be told. `env:NAME` in a webhook is read from the environment then, so that no policy holds a secret. Out: why it could not be
 * told, without secrets; null if it was. Errors: the reason of the command's signal.
 */
export type Notify = (target: NotifyTarget, notice: Notice) => Promise<string | null>

/** A target's name, without its secrets: the path of a webhook is one. */
export function targetName({ command, webhook = '' }: NotifyTarget): string {
  if (command !== undefined) return command[0] ?? ''
  if (webhook.startsWith('env:')) return webhook.slice('env:'.length)
  return URL.canParse(webhook) ? new URL(webhook).host : 'the webhook'
}
