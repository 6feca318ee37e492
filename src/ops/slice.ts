import { type Judged, judgeMeans, judgeRates } from '../core/compared.ts'
import { shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { SliceData, SliceInterval, SliceRow } from '../core/model.gen.ts'
import type { Operation } from '../core/ports.ts'
import type { Cell, Row, Session } from '../core/predictions.ts'
import { parseKeys, parseMetrics, type SliceKey, type SliceMetric } from '../core/slice-keys.ts'
import { levelOfEach, meanInterval, quantileBounds, rateInterval } from '../core/stats.ts'
import { errorShare, restOf, scoreSample, slowShare, sumOf, type Tally } from '../core/tally.ts'
import { resolveRef, versionOf } from './refs.ts'
import {
  bundlesIn,
  names,
  type Served,
  sampleOf,
  scan,
  sinceOf,
  tallyOf,
  tallySql,
  untilOf,
  warnOfKeys,
} from './scan.ts'
import { openPredictions } from './segments.ts'

export interface SliceInput {
  /** `segment.region,component:prompt,arm`; empty: each bundle as a whole. */
  readonly by: string
  /** `error_rate,latency_p95,score_mean`. */
  readonly metric: string
  /** 2h, 30d, a date or a time. */
  readonly since: string | null
  readonly until: string | null
  /** REF; null: every bundle that answered. */
  readonly bundle: string | null
  readonly limit: number
}

export const LEVEL = 0.95
/** A group of fewer says little, whatever it says. */
export const SMALL = 100
/** Groups that are looked at; of more, those with the most records. */
const MAX_GROUPS = 10_000

interface Group {
  readonly row: Row
  readonly tally: Tally
}

/**
 * Live predictions in groups, worst first: rates with intervals, quantiles, means, each group against all the others. Errors: USAGE for a key, metric or time
 * that there is none of; NOT_FOUND where nothing was predicted; those of opening predictions.
 */
export const slice: Operation<SliceInput, SliceData> = async (ctx, input) => {
  const [by, metrics] = [parseKeys(input.by), parseMetrics(input.metric)]
  const [since, until] = [sinceOf(ctx, input.since), untilOf(ctx, input.until)]
  const only = input.bundle === null ? undefined : [(await resolveRef(ctx, input.bundle)).bundle]
  const session = await openPredictions(ctx, { since, until, bundles: only })
  try {
    const { served: all, rates } = await scan(ctx, session, only ?? (await bundlesIn(session)), by, null)
    const served = all.flatMap((one) =>
      one.first === null || one.last === null ? [] : [{ ...one, first: one.first, last: one.last }],
    )
    if (served.length === 0) throw nothing(input.bundle ?? ctx.app, since !== undefined || until !== undefined)
    await warnOfKeys(ctx, session, by)
    const versions = new Map(
      await Promise.all(served.map(async ({ bundle }) => [bundle, await versionOf(ctx, bundle)] as const)),
    )
    const isMixed = rates[0] !== rates[1]
    const isByLatency = metrics[0]?.of === 'latency'
    const slowOver = isByLatency ? await slowest(session, served) : null
    const { groups, count, total } = await groupsOf(session, by, slowOver)
    const each = levelOfEach(LEVEL, count)
    const quantiles = isMixed ? null : await quantilesOf(session, by, metrics, groups, each)
    const rows = groups.map((group, i): Ranked => {
      const measures = metrics.map(
        (metric) => [metric.name, measure(metric, group.tally, quantiles?.[i] ?? null, each)] as const,
      )
      const bundles = (group.row.gs as readonly number[]).map((g) => (all[g] as Served).bundle)
      const judged = judge(metrics[0] as SliceMetric, group.tally, restOf(total, group.tally), each)
      const row: SliceRow = {
        ...Object.fromEntries(by.map((key, k) => [key.name, group.row[`k${k}`] ?? null])),
        bundle: bundles.length === 1 ? (bundles[0] ?? null) : null,
        versions: bundles.map((bundle) => versions.get(bundle) ?? `unknown ${shortDigest(bundle)}`).sort(byNumber),
        ...{ count: group.tally.n, requests: group.tally.weight, small: group.tally.n < SMALL },
        ...{ outcome: judged.outcome, why: judged.why },
        ...Object.fromEntries(measures.map(([name, { value }]) => [name, value])),
        intervals: Object.fromEntries(measures.map(([name, { low, high }]) => [name, { low, high }])),
      }
      return { row, rank: rankOf(judged) }
    })
    const data = {
      ...{ registry: ctx.registry.url, app: ctx.app },
      ...{ by: by.map(({ name }) => name), metrics: metrics.map(({ name }) => name) },
      ...{ since: since?.toISOString() ?? null, until: until?.toISOString() ?? null },
      bundles: [...served]
        .sort((x, y) => y.count - x.count)
        .map((one) => ({ ...one, version: versions.get(one.bundle) ?? null })),
      ...{ level: LEVEL, looks: count, total: total.n, sample_rates: rates, slow_over_ms: slowOver },
      rows: rows
        .sort((x, y) => y.rank - x.rank)
        .slice(0, input.limit)
        .map(({ row }) => row),
      rows_total: count,
    }
    return { changed: false, data }
  } finally {
    session.close()
  }
}

/** v9 before v10. */
const byNumber = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1)

interface Ranked {
  readonly row: SliceRow
  readonly rank: number
}

/** How much worse it is at least; of what has no worse side, how far off at least. */
export function rankOf({ outcome, difference }: Pick<Judged, 'outcome' | 'difference'>): number {
  if (difference === null) return Number.NEGATIVE_INFINITY
  return outcome === 'shifted' ? Math.max(difference.low, -difference.high) : difference.low
}

export const nothing = (of: string, isInTime: boolean): AishipError =>
  new AishipError('NOT_FOUND', `there are no live predictions of ${of} ${isInTime ? 'in that time' : 'yet'}`, {
    hint: 'no record is unknown, not zero: either nothing was asked, or its log was not taken in',
    next: ['aiship predictions ingest FILE'],
  })

/** The 95th percentile of latency of all, near enough to tell slow from not. */
async function slowest(session: Session, served: readonly Served[]): Promise<number | null> {
  const sample = sampleOf(served.reduce((sum, { count }) => sum + count, 0))
  const [row] = await session.query(`SELECT quantile_disc(latency, 0.95) AS ms FROM scanned WHERE ${sample}`)
  return (row?.ms ?? null) as number | null
}

/** A component's digest is looked at across all bundles that share it; else each bundle for itself. */
const apart = (by: readonly SliceKey[]): string =>
  [...(by.some(({ kind }) => kind === 'component') ? [] : ['g']), ...names(by)].join(', ')

async function groupsOf(
  session: Session,
  by: readonly SliceKey[],
  slow: number | null,
): Promise<{ readonly groups: readonly Group[]; readonly count: number; readonly total: Tally }> {
  const rows = await session.query(groupedSql(by, [tallySql(slow)], MAX_GROUPS + 1))
  const groups = rows.slice(0, MAX_GROUPS).map((row) => ({ row, tally: tallyOf(row) }))
  if (rows.length <= MAX_GROUPS) return { groups, count: groups.length, total: sumOf(groups.map(({ tally }) => tally)) }
  const [all] = await session.query(`SELECT ${tallySql(slow)} FROM scanned`)
  const [count] = await session.query(`SELECT count(*) AS n FROM (SELECT DISTINCT ${apart(by)} FROM scanned)`)
  return { groups, count: Number(count?.n), total: tallyOf(all as Row) }
}

/** The largest groups, and what is asked of each. */
function groupedSql(by: readonly SliceKey[], columns: readonly string[], limit: number): string {
  const keys = [...names(by), 'gs']
  return `SELECT ${[...names(by), 'list(DISTINCT g ORDER BY g) AS gs', ...columns].join(', ')} FROM scanned
    GROUP BY ${apart(by)} ORDER BY count(*) DESC, ${keys.join(', ')} LIMIT ${limit}`
}

/** For each group, for each metric that is a quantile: its value and the values that bound it. */
async function quantilesOf(
  session: Session,
  by: readonly SliceKey[],
  metrics: readonly SliceMetric[],
  groups: readonly Group[],
  level: number,
): Promise<readonly ReadonlyMap<string, Measure>[]> {
  const wanted = metrics.filter(({ quantile }) => quantile !== null)
  if (wanted.length === 0) return groups.map(() => new Map())
  const sizes = [...new Set(groups.map(({ tally }) => sizeOf(tally)))]
  const plans = wanted.map((metric) => {
    const bounds = sizes.map((size) => quantileBounds(size, metric.quantile as number, level))
    return {
      metric,
      bounds,
      fractions: [metric.quantile as number, ...bounds.flatMap(({ low, high }) => [low ?? 0, high ?? 1])],
    }
  })
  const columns = plans.map(
    ({ metric, fractions }, i) => `quantile_disc(${metric.of}, [${fractions.join(', ')}]) AS q${i}`,
  )
  const rows = await session.query(groupedSql(by, columns, MAX_GROUPS))
  const found = new Map(rows.map((row) => [idOf(row, by), row]))
  return groups.map(({ row, tally }) => {
    const mine = found.get(idOf(row, by))
    const at = sizes.indexOf(sizeOf(tally))
    return new Map(
      plans.map(({ metric, bounds }, i) => {
        const values = (mine?.[`q${i}`] ?? []) as readonly Cell[]
        const { low, high } = bounds[at] as { low: number | null; high: number | null }
        const value = (k: number): number | null => (values[k] ?? null) as number | null
        return [
          metric.name,
          {
            value: value(0),
            low: low === null ? null : value(1 + 2 * at),
            high: high === null ? null : value(2 + 2 * at),
          },
        ]
      }),
    )
  })
}

interface Measure extends SliceInterval {
  readonly value: number | null
}

/** How many values a group's quantiles are of at least, as a power of two. */
function sizeOf(tally: Tally): number {
  const counts = [slowShare(tally).n, scoreSample(tally).n].filter((n) => n > 0)
  // Weights that are equal give their number but for crumbs.
  return Math.floor(Math.log2(Math.max(1, Math.round(Math.min(tally.n, ...counts)))))
}
const idOf = (row: Row, by: readonly SliceKey[]): string =>
  JSON.stringify([row.gs, ...names(by).map((k) => row[k] ?? null)])

const UNKNOWN: Measure = { value: null, low: null, high: null }

function measure(
  metric: SliceMetric,
  tally: Tally,
  quantiles: ReadonlyMap<string, Measure> | null,
  level: number,
): Measure {
  if (metric.quantile !== null) return quantiles?.get(metric.name) ?? UNKNOWN
  if (metric.of === 'errors') {
    const share = errorShare(tally)
    return { value: share.hits / share.n, ...(rateInterval(share, level) ?? UNKNOWN) }
  }
  const sample = scoreSample(tally)
  if (sample.n === 0) return UNKNOWN
  return { value: sample.mean, ...(meanInterval(sample, level) ?? { low: null, high: null }) }
}

/** A group against all the others, in the metric that ranks. */
function judge({ of }: SliceMetric, own: Tally, rest: Tally, level: number): Judged {
  if (of === 'score') return judgeMeans(scoreSample(rest), scoreSample(own), level)
  const share = of === 'errors' ? errorShare : slowShare
  return judgeRates(share(rest), share(own), level, 'up')
}
