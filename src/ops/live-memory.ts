import { canonicalBytes, digestOf, hexOf, parseCanonical } from '../core/digest.ts'
import { readEntry } from '../core/entry.ts'
import type { PointerEntry } from '../core/model.gen.ts'
import { pointerLog } from '../core/pointer.ts'
import type { Context } from '../core/ports.ts'
import { type LiveRoute, liveRoute } from './live-route.ts'

/** What this machine remembers of an app's pointers, for a start while the registry is away. */
export interface Remembered {
  /** As it was named. */
  readonly registry: string
  readonly id: string
  readonly app: string
  /** When the registry said so, ms since 1970. */
  readonly heardMs: number
  readonly routes: readonly LiveRoute[]
}

const MAX_BYTES = 64 * 1024 * 1024

/** The same for the same registry, app and pointers: whoever keeps others does not replace it. Null where nobody knows what is connected to. */
function keyOf(ctx: Context, pointers: readonly string[] | null): string | null {
  if (ctx.target === undefined) return null
  const { registry, app } = ctx.target
  return `routes-${hexOf(digestOf(canonicalBytes([registry, app, pointers]))).slice(0, 16)}`
}

export async function remember(ctx: Context, pointers: readonly string[] | null, known: Remembered): Promise<void> {
  const key = keyOf(ctx, pointers)
  const entries = known.routes.map(({ entry }) => entry)
  if (key !== null) await ctx.memory.set(key, canonicalBytes({ format: 1, ...known, routes: null, entries }))
}

/** Null where nothing is remembered, or not all of it can be relied on. */
export async function recall(ctx: Context, pointers: readonly string[] | null): Promise<Remembered | null> {
  const key = keyOf(ctx, pointers)
  const bytes = key === null ? null : await ctx.memory.get(key)
  if (bytes === null) return null
  try {
    const value = parseCanonical(bytes, 'what is remembered', MAX_BYTES) as Omit<Remembered, 'routes'> & {
      readonly format: number
      readonly entries: readonly PointerEntry[]
    }
    const { format, registry, id, app, heardMs, entries } = value
    if (format !== 1 || typeof app !== 'string' || !Number.isSafeInteger(heardMs)) return null
    const routes = entries.map(({ log, seq, ...rest }) => {
      const pointer = log.slice(pointerLog(app, '').length)
      const record = { seq, bytes: canonicalBytes({ log, seq, ...rest }) }
      const { entry, digest } = readEntry('pointers', pointerLog(app, pointer), record, id)
      return liveRoute(pointer, entry, digest)
    })
    return { registry, id, app, heardMs, routes: await Promise.all(routes) }
  } catch {
    return null
  }
}
