import { canonicalBytes, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { PointerEntry, Route, RouteShowData } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { sameRoute } from '../core/route.ts'
import { ruleLines } from '../core/route-words.ts'
import { entryAt } from './logs.ts'
import { logOf, resolveRef } from './refs.ts'

/** A route that a pointer has, or had. */
export interface Routed {
  readonly pointer: string
  readonly entry: PointerEntry
  readonly route: Route
}

/** The route of `prod`, `prod@41` or `prod~1`. Errors: those of resolveRef; USAGE for what is no pointer. */
export async function routeOf(ctx: Context, ref: string): Promise<Routed> {
  const { pointer, entry, version } = await resolveRef(ctx, ref)
  if (pointer !== null && entry?.route) return { pointer, entry, route: entry.route }
  throw new AishipError('USAGE', `${ref} is the bundle ${version}, and a route is what a pointer has`, {
    hint: 'name a pointer: prod, or prod@41 for what it said then',
    next: ['aiship status'],
  })
}

/** What a pointer serves to whom. Errors: those of `routeOf`. */
export const routeShow: Operation<{ readonly ref: string }, RouteShowData> = async (ctx, { ref }) => {
  const { pointer, entry, route } = await routeOf(ctx, ref)
  const { at, actor, reason } = await setterOf(ctx, logOf(ctx, pointer), entry)
  return {
    changed: false,
    data: {
      ...{ registry: ctx.registry.url, app: ctx.app, pointer, seq: entry.seq, at, actor, reason, route },
      ...{ digest: digestOf(canonicalBytes(route)), rules: ruleLines(route), hold: entry.hold },
    },
  }
}

/** The entry since which the pointer says this: not a hold, nor a pause, which leave the route as it is. */
async function setterOf(ctx: Context, log: ReturnType<typeof logOf>, entry: PointerEntry): Promise<PointerEntry> {
  let set = entry
  for (let seq = entry.seq - 1; seq >= entry.settled; seq--) {
    const { entry: before } = await entryAt(ctx, log, seq)
    if (!sameRoute(before.route, entry.route)) break
    set = before
  }
  return set
}
