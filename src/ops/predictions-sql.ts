import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { PredictionsSqlData } from '../core/model.gen.ts'
import type { Operation } from '../core/ports.ts'
import { MOST_ROWS } from '../core/predictions.ts'
import { resolveRef } from './refs.ts'
import { openPredictions } from './segments.ts'

export interface SqlInput {
  /** One SELECT statement of DuckDB's dialect over the view `predictions`. */
  readonly sql: string
  /** How far back, in ms; null for all. */
  readonly sinceMs: number | null
  /** REFs; empty for all. */
  readonly bundles: readonly string[]
}

/**
 * Answers a question about the app's predictions. Nothing but their segments can be reached from the statement, and nothing is changed by it.
 * Errors: ENGINE_MISSING; USAGE for what isn't one SELECT statement; those of `resolveRef`; CORRUPT.
 */
export const predictionsSql: Operation<SqlInput, PredictionsSqlData> = async (ctx, { sql, sinceMs, bundles: refs }) => {
  if (sql.trim() === '')
    throw new AishipError('USAGE', 'there is no statement', { next: ['aiship help predictions sql'] })
  const bundles: Digest[] = []
  for (const ref of refs) bundles.push((await resolveRef(ctx, ref, { mayBeGone: true })).bundle)
  const window = {
    since: sinceMs === null ? undefined : new Date(ctx.now().getTime() - sinceMs),
    bundles: refs.length === 0 ? undefined : bundles,
  }
  const opened = await openPredictions(ctx, window, { sealed: true })
  try {
    const rows = await opened.query(sql)
    const { segments, missing } = opened
    const data = { rows: rows.slice(0, MOST_ROWS), cut: rows.length > MOST_ROWS, segments: segments.length, missing }
    return { changed: false, data: { app: ctx.app, ...data } }
  } finally {
    opened.close()
  }
}
