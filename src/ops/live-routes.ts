import { AishipError } from '../core/errors.ts'
import type { Context, Event, Watch } from '../core/ports.ts'
import { murmur3 } from '../core/route-hash.ts'
import { asError } from './follow-act.ts'
import { type LiveEvent, openEvents } from './live-events.ts'
import { openKnown } from './live-known.ts'
import { type Remembered, recall, remember } from './live-memory.ts'
import type { LiveRoute } from './live-route.ts'
import { folderOf, isAway, lookEveryMs } from './reach.ts'

/** How old what is known is. */
export interface Age {
  /** Since the registry last said so, ms; null if it never did. */
  readonly ms: number | null
  /** True once the registry ought to have answered again, and has not. */
  readonly isStale: boolean
}

/** Routes kept up to date behind whoever decides by them. Nothing here waits or fails, save `first`. */
export interface LiveRoutes {
  get(pointer: string): LiveRoute | null
  /** In the order of their names. */
  all(): readonly LiveRoute[]
  /** Of what is known of one pointer, or of the registry as a whole. */
  age(pointer?: string): Age
  /** Why a pointer, or without one the registry, could not be read the last time; null if it could. */
  problem(pointer?: string): AishipError | null
  /** The registry and the app; null until it is known which pointers they have: from them, or from what was remembered. */
  about(): { readonly registry: string; readonly app: string } | null
  /** Once the registry has answered, or could not. Errors: what makes it pointless to go on, such as POINTER_UNKNOWN and CONFIG_INVALID. */
  readonly first: Promise<void>
  /** Everything that happens from now on, in order, until `close` or the end of the context's signal. Errors: those of `first`. */
  events(): AsyncGenerator<LiveEvent, void, undefined>
  close(): void
}

export interface LiveOptions {
  /** Null: every pointer of the app, also those to come. */
  readonly pointers: readonly string[] | null
  /** How often to look, ms; null: what suits the registry. In a folder a move is seen at once, and a new pointer with the next look. */
  readonly everyMs: number | null
  /** The context has its registry open. Else it is connected to, and while that fails what was remembered will do. */
  readonly isOpen: boolean
  /** Nothing makes it pointless to go on: whatever can't be read is waited for. */
  readonly isPatient?: boolean
}

/** So long a first answer is waited for before what is remembered will do. */
const PATIENCE_MS = 2000
const LONGEST_WAIT_MS = 30_000
/** So long without an answer is stale, even if nothing has failed: a disk that hangs does not answer at all. */
const STALE_MS = 15_000
/** So often is written down when the registry answered last. */
const SAVE_MS = 60_000

/** Begins to keep routes: reads them, and reads them again whenever they may have changed. */
export function keepRoutes(ctx: Context, { pointers, isOpen, isPatient = false, ...options }: LiveOptions): LiveRoutes {
  const events = openEvents()
  const known = openKnown(pointers, events.tell)
  let about: ReturnType<LiveRoutes['about']> = null
  let heardMs: number | null = null
  let hasAnswered = false
  let away: AishipError | null = null
  let everyMs = options.everyMs ?? lookEveryMs(null)
  let isClosed = false
  const patience = newWatch(ctx)
  let asleep = patience

  const nowMs = (): number => ctx.now().getTime()
  const isOver = (): boolean => isClosed || ctx.signal.aborted
  const hear = (event: Event): void => (event.type === 'warning' ? events.tell(event) : ctx.emit(event))

  function takeRemembered(remembered: Remembered | null): void {
    if (remembered === null || about !== null) return
    known.recall(remembered.routes)
    about = { registry: remembered.registry, app: remembered.app }
    heardMs = remembered.heardMs
  }

  async function run(answered: () => void): Promise<void> {
    const remembered = isOpen ? null : await recall(ctx, pointers)
    void patience.next(PATIENCE_MS).then(() => {
      patience.close()
      takeRemembered(remembered)
    })
    let link = isOpen ? ctx : null
    let failures = 0
    let savedMs = 0
    while (!isOver()) {
      const watch = newWatch(ctx)
      asleep = watch
      try {
        link ??= (await ctx.connect?.(hear)) ?? ctx
        everyMs = options.everyMs ?? lookEveryMs(folderOf(link))
        for (;;) {
          const startMs = nowMs()
          await known.read(link, watch, heardMs)
          about = { registry: link.registry.url, app: link.app }
          heardMs = nowMs()
          hasAnswered = true
          failures = 0
          if (away !== null) events.tell({ type: 'back', pointer: null })
          away = null
          patience.wake()
          answered()
          if (known.hasChanged() || heardMs - savedMs >= SAVE_MS) {
            savedMs = heardMs
            await remember(ctx, pointers, { ...about, id: link.registry.id, heardMs, routes: known.all() })
          }
          // Never longer, though the clock be put back.
          await watch.next(Math.min(everyMs, Math.max(0, startMs + everyMs - nowMs())))
          if (isOver()) return
        }
      } catch (thrown) {
        // What was under way was told to end.
        if (isOver()) return
        const error = asError(thrown)
        takeRemembered(remembered)
        patience.wake()
        if (!hasAnswered && !isPatient && !isAway(error, remembered !== null)) throw error
        if (away?.message !== error.message) events.tell({ type: 'away', pointer: null, error })
        away = error
        link = null
        answered()
        await watch.next(backoffMs(ctx.op.id, everyMs, failures++))
      } finally {
        watch.close()
      }
    }
  }

  const first = new Promise<void>((resolve, reject) => {
    run(resolve).then(
      () => {
        events.end()
        resolve()
      },
      (error) => {
        events.end(error)
        reject(error)
      },
    )
  })
  // Whoever waits for it hears of it.
  first.catch(() => {})

  return {
    ...{ get: known.get, all: known.all, first, events: events.listen, about: () => about },
    age(pointer) {
      const trouble = pointer === undefined ? undefined : known.trouble(pointer)
      const sinceMs = trouble === undefined ? heardMs : trouble.heardMs
      const ms = sinceMs === null ? null : Math.max(0, nowMs() - sinceMs)
      const isLate = ms === null || ms > Math.max(STALE_MS, 3 * everyMs)
      return { ms, isStale: !hasAnswered || away !== null || trouble !== undefined || isLate }
    },
    problem: (pointer) => (pointer === undefined ? undefined : known.trouble(pointer)?.error) ?? away,
    close() {
      isClosed = true
      patience.wake()
      asleep.wake()
      events.end()
    },
  }
}

export function newWatch(ctx: Context): Watch {
  if (ctx.watch === undefined) throw new AishipError('INTERNAL', 'this context cannot wait')
  return ctx.watch()
}

/** Twice as long each time, and not the same for all: what comes back is not asked by everybody at once. */
function backoffMs(op: string, everyMs: number, failures: number): number {
  const ms = Math.min(everyMs * 2 ** failures, Math.max(everyMs, LONGEST_WAIT_MS))
  return ms * (0.5 + murmur3(`${op}/${failures}`) / 2 ** 33)
}
