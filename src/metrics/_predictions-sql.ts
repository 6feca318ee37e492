import { AishipError } from '../core/errors.ts'
import type { Question, Side, Sides } from '../core/metric-source.ts'
import type { Guard } from '../core/model.gen.ts'
import { COLUMNS } from '../core/predictions.ts'
import { spanOf } from '../core/slice-keys.ts'

/** A question as the log is asked it: windows are numbered from 0, `width` ms each, from `start`. */
export interface Asked {
  readonly question: Question
  readonly sides: Sides
  readonly start: number
  readonly width: number
  readonly count: number
}

/** What a guard says in SQL: of a record, of a pair of them, or an aggregate of a window's. */
export interface Expression {
  readonly name: 'exposures' | 'events' | 'worse' | 'better' | 'query'
  readonly sql: string
  readonly over: 'record' | 'pair' | 'window'
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Those that a question of this kind reads. Errors: SOURCE_FAILED where one is missing. */
export function expressionsOf(guard: Guard, kind: Question['kind']): readonly Expression[] {
  const one = (name: Expression['name'], over: Expression['over']): readonly Expression[] => {
    const sql = guard[name]
    return typeof sql === 'string' ? [{ name, sql, over }] : []
  }
  if (kind === 'pairs') {
    const both = [...one('worse', 'pair'), ...one('better', 'pair')]
    if (both.length < 2) throw failed(`${guard.name}: predictions are paired by worse and better: both must be there`)
    return both
  }
  if (kind === 'value' && guard.query === undefined) throw failed(`${guard.name}: there is no query`)
  const last = kind === 'value' ? one('query', 'window') : kind === 'events' ? one('events', 'record') : []
  return [...one('exposures', 'record'), ...last]
}

const time = (ms: number): string => `${quoted(new Date(ms).toISOString())}::TIMESTAMPTZ`

/**
 * The records of one mode in these windows: all columns, and `w`, the window. Where an expression names it also `outcome`: what came of the request, by name,
 * the first of each, if it was logged before the window was closed.
 */
export function records({ question, sides, start, width, count }: Asked, mode: 'live' | 'shadow'): string {
  const own = `SELECT *, ((epoch_ms(ts) - ${start}) // ${width})::INTEGER AS w FROM predictions
    WHERE event = 'prediction' AND mode = '${mode}' AND (pointer IS NULL OR pointer = ${quoted(sides.pointer)})
    AND ts >= ${time(start)} AND ts < ${time(start + width * count)}`
  const { guard, kind } = question
  const isNamed = /\boutcome\b/i.test(
    [guard.field, guard.by, ...expressionsOf(guard, kind).map(({ sql }) => sql)].join(),
  )
  if (!isNamed) return own
  const delay = typeof guard.delay === 'string' ? (spanOf(guard.delay) ?? 0) : 0
  return `SELECT own.*, named.outcome FROM (${own}) own LEFT JOIN (
    SELECT request_id, bundle, w, map(list(name), list(said.value)) AS outcome FROM (
      SELECT a.request_id, a.bundle, a.w, o.outcome_name AS name, min({'ts': o.ts, 'value': o.outcome_value}) AS said
      FROM (SELECT DISTINCT request_id, bundle, w FROM (${own})) a
      JOIN (SELECT * FROM predictions WHERE event IN ('outcome', 'evaluation')) o ON o.request_id = a.request_id AND o.bundle = a.bundle
      WHERE epoch_ms(o.ts) < ${start + delay} + (a.w + 1) * ${width}
      GROUP BY a.request_id, a.bundle, a.w, o.outcome_name
    ) GROUP BY request_id, bundle, w
  ) named ON named.request_id = own.request_id AND named.bundle = own.bundle AND named.w = own.w`
}

/** 0 for the candidate, 1 for the reference, NULL for neither. */
export function sideSql({ question, sides: { candidate, reference } }: Asked): string {
  // A record that names no arm is told by its bundle, where that is enough.
  const isTold = question.kind !== 'moments' && candidate.bundle !== reference?.bundle
  const is = ({ bundle, arms }: Side): string =>
    `bundle = ${quoted(bundle)} AND (arm IN (${arms.map(quoted).join(', ')})${isTold ? ' OR arm IS NULL' : ''})`
  const other = reference === null ? '' : ` WHEN ${is(reference)} THEN 1`
  return `(CASE WHEN ${is(candidate)} THEN 0${other} END)::TINYINT`
}

/** Only what was drawn can be compared. Where nothing serves beside the candidate, nothing was drawn, and nothing is compared. */
export const drawnSql = ({ sides }: Asked): string => (sides.reference === null ? 'true' : "reason = 'SPLIT'")

/** A condition of the guard. NULL is no. */
export function conditionSql({ question }: Asked, name: Expression['name']): string {
  const found = expressionsOf(question.guard, question.kind).find((one) => one.name === name)
  return found === undefined ? 'true' : `coalesce((\n${found.sql}\n), false)`
}

/** Who is counted once: 64 bits of the key's hash, for numbers are grouped faster than texts. NULL: nobody says. In: `of`, the table. */
export function unitSql(guard: Guard, of = ''): string {
  const isOwn = guard.by !== undefined && guard.by !== 'targetingKey'
  const key = isOwn
    ? `(${fieldSql(guard.by, of)})::VARCHAR`
    : `coalesce(${of}targeting_key, ${of}session_id, ${of}request_id)`
  return isOwn ? `CASE WHEN ${key} IS NOT NULL THEN hash(${key}) END` : `hash(${key})`
}

/** A field of a record: a column, or a key of a map as in `segment.region`. Errors: SOURCE_FAILED. */
export function fieldSql(name: string, of = ''): string {
  const [, map, key] = /^(segment|scores|usage|outcome)\.(.+)$/s.exec(name) ?? []
  if (map !== undefined && key !== undefined) return `${of}${map}[${quoted(key)}]`
  if (Object.hasOwn(COLUMNS, name) && !/^MAP/.test(COLUMNS[name as keyof typeof COLUMNS])) return `${of}${name}`
  throw failed(`predictions have no field ${JSON.stringify(name)}: name a column, or a key as in segment.region`)
}

/** The guard's field as a number; NULL where it is none. */
export function numberSql(guard: Guard): string {
  if (guard.field === undefined) throw failed(`${guard.name}: there is no field`)
  const number = `TRY_CAST(${fieldSql(guard.field)} AS DOUBLE)`
  return `CASE WHEN isfinite(${number}) THEN ${number} END`
}

/** Says whether an expression can be understood, and reads nothing. */
export function bindSql(asked: Asked, { sql, over }: Expression): string {
  const live = records(asked, 'live')
  if (over === 'window') return `SELECT (\n${sql}\n)::DOUBLE AS value FROM (${live}) WHERE false GROUP BY w`
  const from = over === 'record' ? `(${live})` : `(${records(asked, 'shadow')}) AS shadow, (${live}) AS live`
  return `SELECT bool_or(coalesce((\n${sql}\n), false)) AS said FROM ${from} WHERE false`
}

/** Whether the survey would find anything: most logs name everything, and have one rate. */
export const QUICK_SURVEY = `SELECT [] AS mixed, 0 AS unreasoned, 0 AS unarmed, min(sample_rate) AS rate,
  coalesce(min(sample_rate) = max(sample_rate) AND count(reason) = count(*) AND count(arm) = count(*), true) AS enough FROM predictions WHERE event = 'prediction'`

/** What must be known of the records before they are counted: windows in which rates of sampling differ, and what is left out. */
export function surveySql(asked: Asked): string {
  const { kind } = asked.question
  const { reference } = asked.sides
  const side = kind === 'quantile' ? `bundle = ${quoted(reference?.bundle ?? '')}` : `${sideSql(asked)} IS NOT NULL`
  const drawn = kind === 'quantile' ? 'true' : drawnSql(asked)
  const w = kind === 'quantile' ? '0' : 'w'
  return `SELECT coalesce(list({'w': w, 'least': least, 'most': most} ORDER BY w) FILTER (least < most), []) AS mixed,
    coalesce(sum(unreasoned), 0) AS unreasoned, coalesce(sum(unarmed), 0) AS unarmed, min(least) AS rate FROM (
      SELECT ${w} AS w, min(sample_rate) FILTER (drawn) AS least, max(sample_rate) FILTER (drawn) AS most,
        count(*) FILTER (reason IS NULL AND NOT drawn) AS unreasoned, count(*) FILTER (arm IS NULL AND drawn) AS unarmed
      FROM (SELECT w, sample_rate, reason, arm, coalesce(${drawn}, false) AS drawn FROM (${records(asked, 'live')}) WHERE ${side})
      GROUP BY ALL)`
}

const failed = (why: string): AishipError => new AishipError('SOURCE_FAILED', why)
