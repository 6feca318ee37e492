import type { Digest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { Context } from '../core/ports.ts'
import { servedArms } from '../core/route.ts'
import { history } from './logs.ts'
import { logOf, pointerNames } from './refs.ts'
import { openPredictions, readSegments } from './segments.ts'

/** From the first decision of a bundle to the first moment after the last one; `to` is null while it is served. */
export interface Span {
  readonly from: string
  readonly to: string | null
}

/**
 * When a bundle decided: while a pointer gave it weight, and, where there is a prediction log, as long as anything that it decided is logged, for replicas
 * may go on serving what a pointer has left. Null where it never did.
 */
export async function decidedBy(ctx: Context, bundle: Digest, pointer: string | null): Promise<Span | null> {
  const spans = [...(await servedSpans(ctx, bundle, pointer)), ...(await loggedSpan(ctx, bundle, pointer))]
  if (spans.length === 0) return null
  const from = spans.map((one) => one.from).sort()[0] as string
  const ends = spans.map((one) => one.to)
  return { from, to: ends.includes(null) ? null : (ends.sort().at(-1) as string) }
}

async function servedSpans(ctx: Context, bundle: Digest, only: string | null): Promise<readonly Span[]> {
  const spans: Span[] = []
  for (const pointer of only === null ? await pointerNames(ctx) : [only]) {
    let ended: string | null = null
    for await (const { route, at } of history(ctx, logOf(ctx, pointer))) {
      if (servedArms(route).some((arm) => arm.bundle === bundle)) spans.push({ from: at, to: ended })
      ended = at
    }
  }
  return spans.filter(({ from, to }) => to === null || from < to)
}

/** Replays are no decisions that anybody felt. */
const DECIDED = "event = 'prediction' AND mode = 'live'"

async function loggedSpan(ctx: Context, bundle: Digest, pointer: string | null): Promise<readonly Span[]> {
  if ((await readSegments(ctx)).tip === null) return []
  const asked = async (): Promise<readonly Span[]> => {
    const opened = await openPredictions(ctx, { bundles: [bundle] })
    try {
      const sql = `SELECT min(ts) AS first, max(ts) AS last FROM predictions WHERE ${DECIDED} AND ($pointer IS NULL OR pointer = $pointer)`
      const [row] = await opened.query(sql, { pointer })
      if (typeof row?.first !== 'string') return []
      const [from, last] = [Date.parse(row.first), Date.parse(String(row.last))]
      return [{ from: new Date(from).toISOString(), to: new Date(last + 1).toISOString() }]
    } finally {
      opened.close()
    }
  }
  return asked().catch((error) => {
    if (!hasCode(error, 'ENGINE_MISSING')) throw error
    const message = `the predictions were not looked at, so the window is that of the pointers alone: ${error.message}`
    ctx.emit({ type: 'warning', code: 'ENGINE_MISSING', message })
    return []
  })
}

/**
 * Whose decisions a window is of: entities and request ids. Null where nobody can tell, because there is no prediction log, no engine to read it, or not
 * all of it is left. Replays do not count.
 */
export async function decidedFor(
  ctx: Context,
  { bundle, pointer, from, to }: Readonly<Record<'bundle' | 'pointer' | 'from' | 'to', string | null>>,
): Promise<ReadonlySet<string> | null> {
  if (ctx.predictions === undefined || (await readSegments(ctx)).tip === null) return null
  const window = {
    ...(bundle === null ? {} : { bundles: [bundle as Digest] }),
    ...(from === null ? {} : { since: new Date(from) }),
    ...(to === null ? {} : { until: new Date(to) }),
  }
  const asked = async (): Promise<ReadonlySet<string> | null> => {
    const opened = await openPredictions(ctx, window)
    try {
      if (opened.missing.length > 0) return null
      const found = new Set<string>()
      for (const column of ['entity', 'request_id']) {
        const sql = `SELECT DISTINCT ${column} AS id FROM predictions WHERE ${DECIDED} AND ${column} IS NOT NULL AND ($pointer IS NULL OR pointer = $pointer)`
        for (const { id } of await opened.query(sql, { pointer })) found.add(String(id))
      }
      return found.size === 0 ? null : found
    } finally {
      opened.close()
    }
  }
  return asked().catch((error) => {
    if (hasCode(error, 'ENGINE_MISSING')) return null
    throw error
  })
}
