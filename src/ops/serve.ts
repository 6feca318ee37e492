import { AishipError } from '../core/errors.ts'
import type { Listening } from '../core/http.ts'
import type { ServeData, ServeLine } from '../core/model.gen.ts'
import { mainOf } from '../core/pointer.ts'
import type { Context, Operation } from '../core/ports.ts'
import { asError } from './follow-act.ts'
import type { LiveEvent } from './live-events.ts'
import { keepRoutes, type LiveRoutes, newWatch } from './live-routes.ts'
import { openAnswers } from './serve-answers.ts'
import { openMetrics } from './serve-metrics.ts'
import { tokensOf } from './serve-tokens.ts'

export interface ServeInput {
  /** None: every pointer of the app, also those to come. */
  readonly pointers: readonly string[]
  readonly host: string
  readonly port: number
  /** A file with tokens, one a line. */
  readonly tokenFile: string | null
  /** Without a token, on an address that others reach. */
  readonly allowAnonymous: boolean
  readonly origins: readonly string[]
  readonly maxConnections: number
  /** How often to look, ms; null: what suits the registry. */
  readonly everyMs: number | null
  /** Of this aiship. */
  readonly build: string
}

/** The address is told once routes are known; where the registry does not answer, so late. */
const PATIENCE_MS = 2500

/**
 * Answers over HTTP which bundle serves a request: the OpenFeature protocol, `resolve`, health, metrics. Goes on from its last known state while the
 * registry is away. Runs until it is told to end. Errors: LISTEN_FAILED, USAGE, POINTER_UNKNOWN; those of opening the registry.
 */
export const serve: Operation<ServeInput, ServeData> = async (ctx, input) => {
  if (ctx.listen === undefined) throw new AishipError('INTERNAL', 'this context cannot listen')
  const tokens = await tokensOf(ctx, input)
  const live = keepRoutes(ctx, {
    pointers: input.pointers.length === 0 ? null : input.pointers,
    everyMs: input.everyMs,
    isOpen: false,
  })
  const events = live.events()
  let listening: Listening | null = null
  try {
    const metrics = openMetrics(live, input.build)
    const { host, port, origins, maxConnections } = input
    const onError = (error: unknown): void => {
      const { code, message } = asError(error)
      tell(ctx, { event: 'failed', code, message }, message)
    }
    const options = { host, port, tokens, origins, maxConnections, onError }
    listening = await ctx.listen(openAnswers(live, metrics), options)
    await firstOf(ctx, live)
    const { url } = listening
    ctx.emit({ type: 'address', url })
    tell(ctx, { event: 'listening', url }, tokens.length === 0 ? 'whoever reaches it may ask' : 'a token is needed')
    for await (const event of events) {
      if (event.type === 'moved') {
        const { route, before } = event
        if (before !== null) metrics.moved(route.pointer, route.entry.seq - before.entry.seq)
        if (before === null || route.serving?.digest !== before.serving?.digest) listening.changed()
      }
      tellOf(ctx, event)
    }
    return { changed: false, data: dataOf(live, listening) }
  } finally {
    live.close()
    await listening?.close()
  }
}

/** Errors: what makes it pointless to go on. */
async function firstOf(ctx: Context, live: LiveRoutes): Promise<void> {
  const watch = newWatch(ctx)
  let failure: unknown = null
  live.first.then(watch.wake, (error) => {
    failure = error
    watch.wake()
  })
  await watch.next(PATIENCE_MS)
  watch.close()
  if (failure !== null) throw failure
}

const tell = (ctx: Context, line: Omit<ServeLine, 'at'>, message: string): void =>
  ctx.emit({ type: 'line', data: { at: ctx.now().toISOString(), ...line }, message })

function tellOf(ctx: Context, event: LiveEvent): void {
  if (event.type === 'moved') {
    const { pointer, entry } = event.route
    const main = mainOf(entry)
    const { seq, action } = entry
    const facts = { pointer, seq, action, bundle: main?.bundle ?? null, version: main?.version ?? null }
    const said = main === null ? 'retired' : main.version
    tell(ctx, { event: event.before === null ? 'found' : 'moved', ...facts }, `${pointer}: ${said}, entry ${seq}`)
  } else if (event.type === 'warning') {
    const { code, message } = event
    tell(ctx, { event: 'warning', code, message }, `${message} [${code}]`)
  } else {
    const about = event.pointer === null ? {} : { pointer: event.pointer }
    if (event.type === 'back')
      tell(ctx, { event: 'back', ...about }, `${event.pointer ?? 'the registry'} answers again`)
    else {
      const { code, message } = event.error
      tell(ctx, { event: 'away', ...about, code, message }, `${message} [${code}]; what is known goes on being served`)
    }
  }
}

function dataOf(live: LiveRoutes, { url, counted }: Listening): ServeData {
  const byStatus = [...counted().requests.values()].flatMap((one) => [...one.values()])
  const { registry = null, app = null } = live.about() ?? {}
  return { registry, app, url, pointers: live.all().length, requests: byStatus.reduce((sum, one) => sum + one, 0) }
}
