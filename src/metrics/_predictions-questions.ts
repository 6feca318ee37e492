import type { Question } from '../core/metric-source.ts'
import {
  type Asked,
  conditionSql,
  drawnSql,
  fieldSql,
  numberSql,
  quoted,
  records,
  sideSql,
  unitSql,
} from './_predictions-sql.ts'

/** One statement for each kind of question, over all windows at once. It gives one row, with a list `rows`: a sealed session shows only so many. */
export const askSql = (asked: Asked): string => SQL[asked.question.kind](asked)

const SQL: Readonly<Record<Question['kind'], (asked: Asked) => string>> = {
  events: (asked) => (asked.question.guard.unit === 'request' ? requestEvents(asked) : unitEvents(asked)),
  classes,
  moments,
  pairs,
  value: (asked) =>
    listed(
      'w, value',
      `SELECT w, (\n${asked.question.guard.query}\n)::DOUBLE AS value FROM (${records(asked, 'live')})
       WHERE ${sideSql(asked)} = 0 AND ${drawnSql(asked)} AND ${conditionSql(asked, 'exposures')} GROUP BY w`,
    ),
  quantile,
}

/** In: `keys`, the columns to list. */
function listed(keys: string, rows: string): string {
  const struct = keys.split(', ').map((key) => `'${key}': ${key}`)
  return `SELECT coalesce(list({${struct.join(', ')}} ORDER BY ALL), []) AS rows FROM (${rows})`.replace(
    'ORDER BY ALL',
    `ORDER BY ${keys}`,
  )
}

/** What is counted: `w`, the side `s`, the unit `u`, and more columns. */
function taken(asked: Asked, columns: readonly string[]): string {
  return `SELECT w, ${sideSql(asked)} AS s, ${unitSql(asked.question.guard)} AS u, ${columns.join(', ')}
    FROM (${records(asked, 'live')}) WHERE ${sideSql(asked)} IS NOT NULL AND ${drawnSql(asked)} AND ${conditionSql(asked, 'exposures')}`
}

function eventSql(asked: Asked): string {
  const { question } = asked
  const threshold = question.kind === 'events' ? question.threshold : null
  return threshold === null ? conditionSql(asked, 'events') : `(${numberSql(question.guard)}) > ${threshold}`
}

/**
 * As a log-rank test counts: a unit is exposed in each window in which it is seen until its first event, whichever arm that was in, and has that one event. A unit that
 * is seen on both sides in one window belongs to neither there.
 */
function unitEvents(asked: Asked): string {
  const seen = `SELECT u, w, bit_or((1 << s)::UTINYINT) AS sides, bool_or(e) AS e FROM (${taken(asked, [`${eventSql(asked)} AS e`])})
    WHERE u IS NOT NULL AND e IS NOT NULL GROUP BY u, w`
  return `WITH seen AS MATERIALIZED (${seen}), first AS (SELECT u, min(w) AS f FROM seen WHERE e GROUP BY u)
    ${listed(
      'w, s, n, x',
      `SELECT w, (sides - 1)::INTEGER AS s, count(*) AS n, count(*) FILTER (e) AS x FROM seen LEFT JOIN first USING (u)
       WHERE sides < 3 AND (f IS NULL OR w <= f) GROUP BY w, sides`,
    )}`
}

/** Each request; beside it what tells how those of one user clump together. */
function requestEvents(asked: Asked): string {
  return `WITH taken AS MATERIALIZED (SELECT * FROM (${taken(asked, [`${eventSql(asked)} AS e`])}) WHERE e IS NOT NULL)
    SELECT rows, (SELECT list(clump) FROM (SELECT {'users': count(*), 'n': sum(n), 'x': sum(x), 'xx': sum(x * x), 'xn': sum(x * n), 'nn': sum(n * n)} AS clump
      FROM (SELECT s, count(*) AS n, count(*) FILTER (e) AS x FROM taken GROUP BY s, u) GROUP BY s)) AS clumps
    FROM (${listed('w, s, n, x', 'SELECT w, s, count(*) AS n, count(*) FILTER (e) AS x FROM taken GROUP BY w, s')})`
}

/** A unit counts once, by its first answer. */
function classes(asked: Asked): string {
  const { question } = asked
  const edges = question.kind === 'classes' ? question.edges : null
  const above = edges?.map((edge) => `(${numberSql(question.guard)} >= ${edge})::INTEGER`)
  const name = above === undefined ? `(${fieldSql(question.guard.field ?? '')})::VARCHAR` : above.join(' + ')
  const all = `SELECT * FROM (${taken(asked, [`${name} AS c, epoch_us(ts) AS t, request_id AS r`])}) WHERE c IS NOT NULL`
  const counted =
    question.guard.unit === 'request'
      ? all
      : `SELECT one.w AS w, one.s AS s, one.c AS c FROM (SELECT min({'t': t, 'r': r, 'w': w, 's': s, 'c': c}) AS one FROM (${all}) WHERE u IS NOT NULL GROUP BY u)`
  // One more than may be shows that there are too many.
  return `WITH counted AS MATERIALIZED (${counted}), known AS (SELECT DISTINCT c FROM counted ORDER BY c LIMIT 1001)
    ${listed('w, s, c, n', 'SELECT w, s, c, count(*) AS n FROM counted WHERE c IN (SELECT c FROM known) GROUP BY w, s, c')}`
}

/** A unit counts once, by the mean of its first window. */
function moments(asked: Asked): string {
  const { question } = asked
  const cap = question.kind === 'moments' ? question.cap : null
  const capped = (value: string): string => (cap === null ? value : `least(${value}, ${cap})`)
  const all = `SELECT * FROM (${taken(asked, [`${numberSql(question.guard)} AS v`])}) WHERE v IS NOT NULL`
  const counted =
    question.guard.unit === 'request'
      ? `SELECT w, s, ${capped('v')} AS m FROM (${all})`
      : `SELECT min(w) AS w, arg_min(s, w) AS s, arg_min(m, w) AS m FROM (
          SELECT u, w, min(s) AS s, max(s) AS t, ${capped('fsum(v) / count(*)')} AS m FROM (${all}) WHERE u IS NOT NULL GROUP BY u, w
        ) GROUP BY u HAVING arg_min(s, w) = arg_min(t, w)`
  return listed(
    'w, s, n, sum, squares',
    `SELECT w, s, count(*) AS n, fsum(m) AS sum, fsum(m * m) AS squares FROM (${counted}) GROUP BY w, s`,
  )
}

/**
 * A shadow's answer and the live one of the same request, else the first live one to the same input. A unit counts once, by its first pair that is worse or
 * better; until then as a tie in each window.
 */
function pairs(asked: Asked): string {
  const { question, sides } = asked
  const { guard } = question
  const unit =
    guard.unit === 'request'
      ? 'hash(shadow.request_id)'
      : guard.by !== undefined && guard.by !== 'targetingKey'
        ? `coalesce(${unitSql(guard, 'shadow.')}, ${unitSql(guard, 'live.')})`
        : 'hash(coalesce(shadow.targeting_key, live.targeting_key, shadow.session_id, live.session_id, shadow.request_id))'
  const verdict = `(${conditionSql(asked, 'worse')})::INTEGER - (${conditionSql(asked, 'better')})::INTEGER`
  const join = (key: string, where: string): string =>
    `SELECT shadow.w AS w, ${unit} AS u, epoch_us(shadow.ts) AS t, shadow.request_id AS r, ${verdict} AS v
      FROM (SELECT * FROM shadowed WHERE ${where}) AS shadow JOIN (
        SELECT DISTINCT ON (${key}) * FROM lived WHERE ${key} IN (SELECT ${key} FROM shadowed) ORDER BY ${key}, ts, request_id
      ) AS live ON live.${key} = shadow.${key} AND live.w <= shadow.w`
  return `WITH shadowed AS MATERIALIZED (SELECT * FROM (${records(asked, 'shadow')}) WHERE bundle = ${quoted(sides.candidate.bundle)}),
    lived AS (SELECT * FROM (${records(asked, 'live')}) WHERE bundle = ${quoted(sides.reference?.bundle ?? '')}),
    paired AS MATERIALIZED (${join('request_id', 'true')} UNION ALL ${join('input_hash', 'request_id NOT IN (SELECT request_id FROM lived)')}),
    seen AS (SELECT u, w, (min({'t': t, 'r': r, 'v': v}) FILTER (v <> 0)).v AS v FROM paired GROUP BY u, w),
    first AS (SELECT u, min(w) AS f FROM seen WHERE v IS NOT NULL GROUP BY u)
    ${listed(
      'w, worse, better, ties',
      `SELECT w, count(*) FILTER (v = 1) AS worse, count(*) FILTER (v = -1) AS better, count(*) FILTER (v IS NULL) AS ties
       FROM seen LEFT JOIN first USING (u) WHERE f IS NULL OR w <= f GROUP BY w`,
    )}`
}

/** Over all that the reference's bundle answered live, whoever chose it. */
function quantile(asked: Asked): string {
  const { question, sides } = asked
  const share = question.kind === 'quantile' ? question.quantile : 0
  return listed(
    'w, value, n',
    `SELECT 0 AS w, quantile_disc(v, ${share}) AS value, count(DISTINCT u) AS n FROM (
      SELECT ${unitSql(question.guard)} AS u, ${numberSql(question.guard)} AS v FROM (${records(asked, 'live')})
      WHERE bundle = ${quoted(sides.reference?.bundle ?? '')} AND ${conditionSql(asked, 'exposures')}
    ) WHERE v IS NOT NULL`,
  )
}
