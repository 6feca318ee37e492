import type { Digest } from '../core/digest.ts'
import type { Failure } from '../core/follow.ts'
import type { Followed } from '../core/followed.ts'
import type { FollowState, Presence } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { presenceBytes, presenceKey, REPORT_MS } from '../core/presence.ts'
import type { FollowInput } from './follow.ts'
import { asError, type Bringing } from './follow-act.ts'
import { saidIn } from './follow-data.ts'

export interface Reported {
  readonly state: FollowState | null
  readonly current: Digest | null
  readonly pinned: boolean
  readonly failure: Failure | null
}

export interface Reporter {
  /** Begins to report, if something is new or a minute is over. In: `link`, the registry; null while it is away. */
  reportIfDue(link: Context | null, what: Reported): void
  /** Waits for what is under way, and says what is new, and that this follower has ended; with `once` the folder goes on being served. */
  end(link: Context | null, what: Reported, isOnce: boolean): Promise<void>
}

/** Says in the registry what this follower serves. Who may not write there says so once, and goes on. */
export function openReporter(ctx: Context, input: FollowInput, folder: Followed, tell: Bringing['tell']): Reporter {
  let last: { readonly text: string; readonly atMs: number } | null = null
  let isRefused = false
  let under: Promise<void> | null = null

  async function write(link: Context, presence: Presence): Promise<void> {
    last = { text: textOf(presence), atMs: Date.parse(presence.at) }
    try {
      await link.registry.names.replace(presenceKey(presence), presenceBytes(presence))
    } catch (thrown) {
      const error = asError(thrown)
      // What is away comes back, and is told then.
      if (error.code === 'REGISTRY_UNREACHABLE' || ctx.signal.aborted) return
      isRefused = true
      const message = `nobody will see what is served here: ${error.message} [${error.code}]`
      tell('not reported', { code: error.code, message: error.message }, message)
    }
  }

  return {
    reportIfDue(link, what) {
      if (link === null || what.state === null || isRefused || under !== null || ctx.signal.aborted) return
      const presence = presenceOf(link, input, folder.dir, what, ctx.now())
      if (textOf(presence) === last?.text && ctx.now().getTime() - last.atMs < REPORT_MS) return
      under = write(link, presence).finally(() => {
        under = null
      })
    },
    async end(link, what, isOnce) {
      await under
      if (link === null || what.state === null || isRefused) return
      const presence = presenceOf(link, input, folder.dir, what, ctx.now())
      if (isOnce && textOf(presence) === last?.text) return
      await write(link, { ...presence, stopped: !isOnce })
    },
  }
}

/** Without the time. */
const textOf = (presence: Presence): string => JSON.stringify({ ...presence, at: '' })

function presenceOf(
  { app, host }: Context,
  { pointer, arm }: FollowInput,
  dir: string,
  { state, current, pinned, failure }: Reported,
  now: Date,
): Presence {
  const served = state?.served.find(({ bundle }) => bundle === current)
  return {
    ...{ format: 1, app, pointer, arm, host, dir, bundle: current },
    ...{ version: served?.version ?? null, seq: served?.seq ?? null, since: served?.at ?? null },
    ...{ said: saidIn(state?.said ?? null), pinned, stopped: false },
    problem: failure === null ? null : { code: failure.error.code, message: failure.error.message.slice(0, 500) },
    at: now.toISOString(),
  }
}
