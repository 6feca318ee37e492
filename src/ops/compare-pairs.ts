import { estimateOf, judgeMeans, judgeRates, meanEstimate, rateEstimate } from '../core/compared.ts'
import type { Digest } from '../core/digest.ts'
import type { ComparedMetric, PairedAnswers, ServedModel } from '../core/model.gen.ts'
import type { Row, Session } from '../core/predictions.ts'
import { meanInterval, rateInterval, type Sample, type Share } from '../core/stats.ts'
import { LIVE, quoted } from './scan.ts'

const MOST_CHANGES = 20

/** What pairs of answers come to, in SQL, of a table `pairs` with A's answer (`p`, `r`) and B's (`q`, `s`): label and score. */
const SUMMED = `SELECT p, q, kind, count(*) AS n, count(s - r) AS scored, coalesce(sum(s - r), 0) AS d, coalesce(sum((s - r) * (s - r)), 0) AS dd
  FROM pairs GROUP BY p, q, kind ORDER BY n DESC, p, q`

/** The same input, hashed, that both answered live: the first answer of each. In: the table `scanned`, with `h`. */
export async function flips(session: Session, level: number): Promise<PairedAnswers> {
  const first = (g: number, more: string): string =>
    `SELECT h, min({'t': t, 'label': label, 'score': score}) AS one FROM scanned WHERE g = ${g} AND h ${more} GROUP BY h`
  // B first, and of A only what B answered too: B is often the small one.
  return summed(
    await session.query(`WITH b AS (${first(1, 'IS NOT NULL')}), a AS (${first(0, 'IN (SELECT h FROM b)')}),
      pairs AS (SELECT a.one.label AS p, b.one.label AS q, a.one.score AS r, b.one.score AS s, 'input' AS kind FROM a JOIN b USING (h)) ${SUMMED}`),
    level,
  )
}

/** An answer in the other's shadow: paired with the live one of the same request, else with the first live one to the same input. */
export async function shadows(session: Session, a: Digest, b: Digest, level: number): Promise<PairedAnswers> {
  const [some] = await session.query(
    "SELECT count(*) AS n FROM predictions WHERE event = 'prediction' AND mode = 'shadow'",
  )
  if (some?.n === 0) return summed([], level)
  await session.query(`CREATE TEMP TABLE shadowed AS SELECT row_number() OVER (ORDER BY ts, request_id) AS id, request_id, input_hash, bundle, label, score
    FROM predictions WHERE event = 'prediction' AND mode = 'shadow'`)
  const live = (key: string): string => `SELECT ${key}, bundle, arg_min(label, ts) AS label, arg_min(score, ts) AS score
    FROM predictions WHERE ${LIVE} AND ${key} IN (SELECT ${key} FROM shadowed) GROUP BY ${key}, bundle`
  const join = (
    key: string,
    kind: string,
  ): string => `SELECT s.id, s.bundle AS shadow, s.label AS t, s.score AS u, l.label AS v, l.score AS w, '${kind}' AS kind
    FROM shadowed s JOIN (${live(key)}) l ON l.${key} = s.${key} AND l.bundle <> s.bundle`
  return summed(
    await session.query(`WITH by_request AS (${join('request_id', 'request')}),
      by_input AS (${join('input_hash', 'input')} WHERE s.id NOT IN (SELECT id FROM by_request)),
      pairs AS (SELECT CASE WHEN shadow = ${quoted(b)} THEN v ELSE t END AS p, CASE WHEN shadow = ${quoted(b)} THEN t ELSE v END AS q,
        CASE WHEN shadow = ${quoted(b)} THEN w ELSE u END AS r, CASE WHEN shadow = ${quoted(b)} THEN u ELSE w END AS s, kind
        FROM (FROM by_request UNION ALL FROM by_input) WHERE shadow IN (${quoted(a)}, ${quoted(b)})) ${SUMMED}`),
    level,
  )
}

function summed(rows: readonly Row[], level: number): PairedAnswers {
  const total = (key: string, some = rows): number => some.reduce((sum, row) => sum + Number(row[key]), 0)
  const kind = (name: string): number =>
    total(
      'n',
      rows.filter((row) => row.kind === name),
    )
  const changed = rows.filter(({ p, q }) => p !== q)
  const pairs = total('n')
  const flipped: Share = { n: pairs, hits: total('n', changed) }
  const n = total('scored')
  const mean = n > 0 ? total('d') / n : 0
  const interval = meanInterval(
    { n, mean, variance: n > 1 ? Math.max(0, (total('dd') - n * mean * mean) / (n - 1)) : 0 },
    level,
  )
  const changes = new Map<string, { from: string | null; to: string | null; count: number }>()
  for (const { p, q, n: count } of changed) {
    const key = JSON.stringify([p, q])
    changes.set(key, {
      from: p as string | null,
      to: q as string | null,
      count: Number(count) + (changes.get(key)?.count ?? 0),
    })
  }
  return {
    ...{ pairs, by_request: kind('request'), by_input: kind('input') },
    flipped: estimateOf(pairs, flipped.hits / pairs, rateInterval(flipped, level)),
    changes: [...changes.values()].sort((x, y) => y.count - x.count).slice(0, MOST_CHANGES),
    score_difference: interval === null ? null : { value: mean, ...interval },
  }
}

/** How many kinds of outcomes there are to compare. */
export async function countOutcomes(session: Session): Promise<number> {
  const [some] = await session.query(
    "SELECT count(DISTINCT outcome_name) AS n FROM predictions WHERE event IN ('outcome', 'evaluation')",
  )
  return Number(some?.n ?? 0)
}

/**
 * What came of the predictions, by the outcome's name: a rate where all values are true or false, a mean where all are numbers. An outcome counts for the bundle
 * that it names, and only with that bundle's prediction. In: `where`, which predictions count.
 */
export async function compareOutcomes(
  session: Session,
  a: Digest,
  where: string,
  level: number,
): Promise<readonly ComparedMetric[]> {
  if ((await countOutcomes(session)) === 0) return []
  const rows =
    await session.query(`WITH come AS (SELECT request_id, bundle, outcome_name AS name, outcome_value AS value FROM predictions
      WHERE event IN ('outcome', 'evaluation')),
    made AS (SELECT DISTINCT request_id, bundle FROM predictions WHERE ${LIVE} AND ${where} AND request_id IN (SELECT request_id FROM come))
    SELECT name, bundle = ${quoted(a)} AS is_a, count(*) AS n, count(*) FILTER (value = 'true') AS yes, count(*) FILTER (value IN ('true', 'false')) AS told,
      count(TRY_CAST(value AS DOUBLE)) FILTER (value NOT IN ('true', 'false')) AS numbers,
      avg(TRY_CAST(value AS DOUBLE)) AS mean, coalesce(var_samp(TRY_CAST(value AS DOUBLE)), 0) AS variance
    FROM come JOIN made USING (request_id, bundle) GROUP BY name, is_a ORDER BY name`)
  return [...new Set(rows.map(({ name }) => String(name)))].flatMap((name): readonly ComparedMetric[] => {
    const side = (isA: boolean): Row | undefined => rows.find((row) => row.name === name && row.is_a === isA)
    const both = [side(true), side(false)]
    const every = (key: string): boolean => both.every((row) => row === undefined || row[key] === row.n)
    const head = { name: `outcome.${name}`, drift: null }
    if (every('told')) {
      const [p, q] = both.map((row): Share => ({ n: Number(row?.n ?? 0), hits: Number(row?.yes ?? 0) })) as [
        Share,
        Share,
      ]
      const sides = { a: rateEstimate(p, level), b: rateEstimate(q, level) }
      return [{ ...head, unit: 'share', ...sides, ...judgeRates(p, q, level, 'either') }]
    }
    if (!every('numbers')) return []
    const sample = (row: Row | undefined): Sample => ({
      n: Number(row?.n ?? 0),
      mean: Number(row?.mean ?? 0),
      variance: Number(row?.variance ?? 0),
    })
    const [p, q] = both.map(sample) as [Sample, Sample]
    return [
      { ...head, unit: 'number', a: meanEstimate(p, level), b: meanEstimate(q, level), ...judgeMeans(p, q, level) },
    ]
  })
}

/** A provider's models, where one digest was answered by several. */
export async function servedModels(session: Session, a: Digest): Promise<readonly ServedModel[]> {
  const rows =
    await session.query(`SELECT bundle = ${quoted(a)} AS is_a, model_served AS model, count(*) AS count, min(ts) AS first, max(ts) AS last
    FROM predictions WHERE ${LIVE} AND model_served IS NOT NULL GROUP BY is_a, model_served ORDER BY is_a DESC, first`)
  const models = rows.map(({ is_a, model, count, first, last }) => ({
    side: is_a === true ? ('a' as const) : ('b' as const),
    ...{ model: String(model), count: Number(count), first: String(first), last: String(last) },
  }))
  return models.filter(({ side }) => models.filter((one) => one.side === side).length > 1)
}
