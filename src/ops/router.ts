import { AishipError } from '../core/errors.ts'
import type { Arm, Route } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import type { Context } from '../core/ports.ts'
import { plainRoute } from '../core/route.ts'
import { compileRoute, type Decision, type Router } from '../core/route-decide.ts'
import { asError } from './follow-act.ts'
import { keepRoutes } from './live-routes.ts'

/** A decision, and which entry of which pointer it follows from: what a prediction is logged with. */
export interface LiveDecision extends Decision {
  readonly pointer: string
  /** Null: it is the fallback's. */
  readonly seq: number | null
}

export interface RouterState {
  readonly pointer: string
  /** What is decided by: its bundles are those to have ready. */
  readonly route: Route
  /** The entry that says so; null while the fallback serves. */
  readonly seq: number | null
  /** When that entry was made, RFC 3339. */
  readonly since: string | null
  /** True once the pointer is retired: what it said last goes on being decided by. */
  readonly retired: boolean
  /** How long ago the registry said so, ms; null if it never did. */
  readonly age: number | null
  /** True while the registry ought to have answered again, and has not. */
  readonly stale: boolean
  /** Why it has not. */
  readonly error: AishipError | null
}

export interface LiveRouter {
  /**
   * Which bundle serves a request. In process, from memory; never throws and never waits, whatever the context is and whatever became of the
   * registry. In: an object such as `{ targetingKey: 'user-8', geo: { country: 'DE' } }`.
   */
  decide(context: unknown): LiveDecision
  /** What is known now. */
  readonly state: RouterState
  /** Ends the refreshing. What was said last goes on being decided by. */
  close(): void
}

export interface RouterInput {
  readonly pointer: string
  /** How often to look, ms; null: what suits the registry. */
  readonly everyMs: number | null
  /** Decided by until the registry answers. */
  readonly fallback: Arm | null
  readonly onChange: (state: RouterState) => void
  readonly onError: (error: AishipError) => void
  /** The context has its registry open. */
  readonly isOpen: boolean
}

interface Deciding {
  readonly route: Route
  readonly router: Router
  readonly seq: number | null
  readonly since: string | null
}

/** So long the first answer is waited for before what is remembered, or the fallback, will do. */
const PATIENCE_MS = 3000

/** Resolves when it can decide. Errors: why it can't. */
export async function startRouter(ctx: Context, input: RouterInput): Promise<LiveRouter> {
  const { pointer, fallback, isOpen, everyMs } = input
  checkName(pointer, 'a pointer')
  let now = fallback === null ? null : await fallbackOf(fallback)
  let isRetired = false
  const live = keepRoutes(ctx, { pointers: [pointer], everyMs, isOpen, isPatient: fallback !== null })
  const events = live.events()

  /** Out: true where something else is decided by, or nothing any more. */
  function take(): boolean {
    const said = live.get(pointer)
    if (said === null) return false
    const { entry, serving } = said
    const wasRetired = isRetired
    isRetired = serving === null
    if (serving === null || entry.seq === now?.seq) return isRetired !== wasRetired
    now = { route: serving.route, router: serving.router, seq: entry.seq, since: entry.at }
    return true
  }

  const patience = ctx.watch?.()
  await Promise.race([live.first, patience?.next(PATIENCE_MS)]).finally(() => {
    patience?.wake()
    patience?.close()
  })
  take()
  if (now === null && !isRetired) await live.first
  take()
  if (now === null) {
    live.close()
    throw live.problem(pointer) ?? retired(pointer)
  }
  const deciding = (): Deciding => now as Deciding
  const state = (): RouterState => {
    const { route, seq, since } = deciding()
    const { ms: age, isStale: stale } = live.age(pointer)
    return { pointer, route, seq, since, retired: isRetired, age, stale, error: live.problem(pointer) }
  }

  async function listen(): Promise<void> {
    for await (const event of events) {
      if (take()) call(() => input.onChange(state()))
      if (event.type === 'away') call(() => input.onError(event.error))
      if (event.type === 'warning') ctx.emit(event)
    }
  }
  listen().catch((thrown) => call(() => input.onError(asError(thrown))))

  return {
    decide(context) {
      const { router, seq } = deciding()
      return { ...router.decide(context), pointer, seq }
    },
    get state() {
      return state()
    },
    close: live.close,
  }
}

async function fallbackOf({ bundle, version }: Arm): Promise<Deciding> {
  const route = plainRoute({ bundle, version })
  return { route, router: await compileRoute(route), seq: null, since: null }
}

const retired = (pointer: string): AishipError =>
  new AishipError('POINTER_UNKNOWN', `${pointer} is retired: there is nothing to decide by`, {
    next: [`aiship log ${pointer}`],
  })

/** What a caller's own function throws is the caller's, and does not end the refreshing. */
function call(act: () => void): void {
  try {
    act()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
