import { AishipError } from '../core/errors.ts'
import { type Wanted, wantedIn } from '../core/follow.ts'
import type { FollowState, SaidAt } from '../core/model.gen.ts'
import { pointerLog } from '../core/pointer.ts'
import type { Context, Event, Watch } from '../core/ports.ts'
import type { FollowInput } from './follow.ts'
import { asError, type Bringing } from './follow-act.ts'
import { newest } from './logs.ts'
import { folderOf, isAway, lookEveryMs } from './reach.ts'
import { logOf, unknownPointer } from './refs.ts'

/** The registry, asked again and again for what the pointer says. What can't be asked is waited for. */
export interface Asker {
  /** Begins to ask, if it is time to and nobody is asking. */
  askIfDue(): void
  /** Makes it time to ask. */
  due(): void
  /** What to serve; null while that is not known, and for a pointer that is retired. */
  wanted(): Wanted | null
  said(): SaidAt | null
  /** The registry and the app that were met; null before. */
  about(): { readonly registry: string; readonly app: string } | null
  url(): string | null
  /** Why the registry did not answer the last time; null if it did. */
  away(): AishipError | null
  /** True once it has answered, or could not. */
  isAnswered(): boolean
  /** What makes it pointless to go on: there is no such pointer. */
  fatal(): AishipError | null
  /** The folder in which a move shows, absolute; null for a registry that is none. */
  folder(): string | null
  context(): Context | null
  connected(): Promise<Context>
}

export function openAsker(
  ctx: Context,
  input: FollowInput,
  before: FollowState | null,
  tell: Bringing['tell'],
  watch: Watch,
): Asker {
  let link: Context | null = null
  let isAsking = false
  let nextMs = 0
  let isRetired = false
  let isAnswered = false
  let wasAsked = false
  let away: AishipError | null = null
  let fatal: AishipError | null = null
  let said = before !== null && before.pointer === input.pointer && before.arm === input.arm ? before.said : null
  let arm: string | null = input.arm

  const hear = (event: Event): void => {
    if (event.type !== 'warning') ctx.emit(event)
    else tell('warning', { code: event.code, message: event.message }, `${event.message} [${event.code}]`)
  }

  async function connected(): Promise<Context> {
    if (link !== null) return link
    if (ctx.connect === undefined) throw new AishipError('INTERNAL', 'this context has no registry to connect to')
    const found = await ctx.connect(hear)
    const isSame = before === null || (before.registry === found.registry.id && before.app === found.app)
    // Numbers of entries of another registry say nothing here.
    if (!isSame && !wasAsked) said = null
    link = found
    return found
  }

  async function ask(): Promise<void> {
    const found = await connected()
    const read = await newest(found, logOf(found, input.pointer))
    if (read === null) throw await unknownPointer(found, input.pointer)
    const { seq } = read.entry
    if (said !== null && seq < said.seq) throw wentBack(input.pointer, seq, said.seq)
    const wanted = wantedIn(read.entry, input.arm)
    if (wanted === null && !isRetired) tell('retired', { seq }, `${input.pointer} is retired: what is served stays`)
    isRetired = wanted === null
    if (wanted !== null) {
      const { bundle, version } = wanted
      said = { bundle, version, seq, at: ctx.now().toISOString() }
      arm = wanted.arm
    }
    if (away !== null) tell('back', { seq }, 'the registry answers again')
    away = null
    wasAsked = true
  }

  function fail(thrown: unknown): void {
    const error = asError(thrown)
    link = null
    if (!wasAsked && !isAway(error, before !== null)) fatal = error
    if (away?.message !== error.message && fatal === null)
      tell(
        'away',
        { code: error.code, message: error.message },
        `${error.message} [${error.code}]; what is served stays`,
      )
    away = error
  }

  return {
    askIfDue() {
      const nowMs = ctx.now().getTime()
      if (isAsking || nowMs < nextMs) return
      isAsking = true
      nextMs = Number.POSITIVE_INFINITY
      ask()
        .catch(fail)
        .finally(() => {
          isAsking = false
          isAnswered = true
          // What has changed meanwhile is asked for at once.
          const everyMs = input.everyMs ?? lookEveryMs(folderOf(link))
          if (nextMs === Number.POSITIVE_INFINITY) nextMs = ctx.now().getTime() + everyMs
          watch.wake()
        })
    },
    due() {
      nextMs = 0
    },
    wanted: () =>
      said === null || isRetired ? null : { bundle: said.bundle, version: said.version, seq: said.seq, arm },
    said: () => said,
    about: () => (link === null ? null : { registry: link.registry.id, app: link.app }),
    url: () => link?.registry.url ?? null,
    away: () => away,
    isAnswered: () => isAnswered,
    fatal: () => fatal,
    folder() {
      const root = folderOf(link)
      return root === null || link === null ? null : `${root}/logs/${pointerLog(link.app, input.pointer)}`
    },
    context: () => link,
    connected,
  }
}

const wentBack = (pointer: string, seq: number, before: number): AishipError =>
  new AishipError('LOG_WENT_BACK', `${pointer} is at entry ${seq}, and was at entry ${before}`, {
    hint: 'a backup was put back, or somebody rewrote the log; if it is meant to be so, delete .aiship-follow.json here',
    next: ['aiship fsck', `aiship log ${pointer}`],
  })
