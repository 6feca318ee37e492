import { AishipError } from '../core/errors.ts'
import type { Context } from '../core/ports.ts'
import type { Cell, Row, Session } from '../core/predictions.ts'
import type { LoggedStep } from '../core/trace-tree.ts'
import { parseTime } from './log.ts'

export type Asked =
  | { readonly request: string; readonly entity: null; readonly at: null }
  /** `at`: a date means its end; null: now. */
  | { readonly request: null; readonly entity: string; readonly at: string | null }

/** Decisions about one entity: the newest of them, and how many there are. */
export interface Decisions {
  readonly rows: readonly Row[]
  readonly total: number
}

export interface Records {
  readonly prediction: Row
  /** Of the same request. */
  readonly others: readonly Row[]
  readonly outcomes: readonly Row[]
  /** Null: nobody asked for an entity's. */
  readonly decisions: Decisions | null
}

/** Live before shadow, what was done before what was not. */
const FIRST = "mode <> 'live', NOT coalesce(applied, true)"
const MOST_READ = 1000

/** The record that is asked for, and what belongs to it. Errors: USAGE; NOT_FOUND. */
export async function recordsOf(ctx: Context, session: Session, asked: Asked): Promise<Records> {
  const decisions = asked.request === null ? await decisionsUntil(session, asked.entity, asked.at) : null
  const id = asked.request ?? decisions?.rows[0]?.request_id
  if (typeof id !== 'string') throw nothing(ctx, asked)
  const rows = await session.query(
    `SELECT * FROM predictions WHERE request_id = $id AND event <> 'step' ORDER BY event <> 'prediction', ${FIRST}, ts`,
    { id },
  )
  const answers = rows.filter(({ event }) => event === 'prediction')
  const wanted = decisions?.rows[0]
  const isWanted = (row: Row): boolean =>
    wanted === undefined || (row.ts === wanted.ts && row.bundle === wanted.bundle && row.mode === wanted.mode)
  const prediction = answers.find(isWanted)
  if (prediction === undefined) throw nothing(ctx, asked)
  return {
    prediction,
    others: answers.filter((row) => row !== prediction),
    outcomes: rows.filter(({ event }) => event === 'outcome' || event === 'evaluation'),
    decisions,
  }
}

const LINE = 'ts, request_id, bundle, mode, label, score, action, applied, status'

async function decisionsUntil(session: Session, entity: string, at: string | null): Promise<Decisions> {
  const until = at === null ? null : new Date(parseTime(at)).toISOString()
  const where = "entity = $entity AND event = 'prediction' AND ($until IS NULL OR ts <= $until::TIMESTAMPTZ)"
  return decided(session, where, FIRST, { entity, until })
}

/** What was decided about the entity of a prediction before it. */
export async function decisionsAbout(session: Session, { entity, ts }: Row): Promise<Decisions> {
  if (typeof entity !== 'string' || typeof ts !== 'string') return { rows: [], total: 0 }
  return decided(session, "entity = $entity AND event = 'prediction' AND ts < $ts::TIMESTAMPTZ", FIRST, { entity, ts })
}

async function decided(
  session: Session,
  where: string,
  order: string,
  params: Readonly<Record<string, string | null>>,
): Promise<Decisions> {
  const rows = await session.query(
    `SELECT ${LINE}, count(*) OVER () AS total FROM predictions WHERE ${where} ORDER BY ${order}, ts DESC, request_id LIMIT ${MOST_READ}`,
    params,
  )
  return { rows, total: Number(rows[0]?.total ?? 0) }
}

/** The steps of the trace that a prediction belongs to, and the other answers in it. */
export async function stepsOf(session: Session, { request_id, trace_id }: Row): Promise<readonly LoggedStep[]> {
  const rows = await session.query(
    `SELECT ts, span_id, parent_span_id, op, action, entity, applied, status, latency_ms, model_served FROM predictions
     WHERE event = 'step' AND (request_id = $request OR trace_id = $trace) ORDER BY ts LIMIT ${MOST_READ}`,
    { request: request_id as string, trace: (trace_id ?? null) as string | null },
  )
  const text = (cell: Cell | undefined): string | null => (typeof cell === 'string' ? cell : null)
  return rows.map((row) => ({
    ...{ ts: String(row.ts), span_id: text(row.span_id), parent: text(row.parent_span_id), op: text(row.op) },
    ...{
      action: text(row.action),
      entity: text(row.entity),
      status: text(row.status),
      model_served: text(row.model_served),
    },
    applied: typeof row.applied === 'boolean' ? row.applied : null,
    latency_ms: typeof row.latency_ms === 'number' ? row.latency_ms : null,
  }))
}

function nothing(ctx: Context, { request, entity, at }: Asked): AishipError {
  const what = request === null ? `decision about ${entity}${at === null ? '' : ` at ${at}`}` : `prediction ${request}`
  return new AishipError('NOT_FOUND', `${ctx.app} has no record of a ${what}`, {
    hint: 'no record does not mean that it was not made: its log may not have been taken in, or was sampled or dropped',
    next: ['aiship predictions ingest FILE'],
  })
}
