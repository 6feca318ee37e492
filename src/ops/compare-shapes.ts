import { compareDrift } from '../core/compared.ts'
import type { ComparedMetric, Distribution, DistributionBin, Estimate } from '../core/model.gen.ts'
import type { Cell, Row, Session } from '../core/predictions.ts'
import { quantileRanks } from '../core/stats.ts'
import { driftOf, type Ks, ksOf } from '../core/stats-drift.ts'
import { sampleOf } from './scan.ts'

/** A's deciles make the bins of PSI. */
const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
/** How finely cumulative distributions are compared: to the value where there are no more of them. */
const KS_CELLS = 65_536
const DRAWN_BINS = 24
/** Classes that are told apart; the rest are one. */
const MOST_CLASSES = 20

const MIXED = 'unknown: records of several sample rates'

export interface Both<T> {
  readonly a: T
  readonly b: T
}

export interface Shapes {
  readonly metrics: readonly ComparedMetric[]
  /** Of each slice, by its keys as JSON. */
  readonly bySlice: ReadonlyMap<string, ComparedMetric>
  readonly drawn: readonly Distribution[]
  /** The 95th percentile of latency; null where it is not known. */
  readonly p95: Both<Estimate> | null
}

export interface ShapesInput {
  /** The columns of the table `scanned` that make slices. */
  readonly keys: readonly string[]
  /** How many distributions are looked at. */
  readonly looks: number
  /** Of an interval. */
  readonly level: number
  readonly isMixed: boolean
  readonly yardstick: Yardstick
  /** How many have a latency. */
  readonly timed: Both<number>
}

/** Distributions of scores, labels and latencies on both sides of the table `scanned`. */
export async function compareShapes(session: Session, input: ShapesInput): Promise<Shapes> {
  const scores = await compareScores(session, input)
  const classes = await compareClasses(session, input)
  return {
    metrics: [...scores.metrics, ...classes.metrics],
    bySlice: scores.bySlice,
    drawn: [
      ...scores.drawn,
      ...(await drawn(session, 'latency', 'latency_ms', input.yardstick.latency)),
      ...classes.drawn,
    ],
    p95: input.isMixed ? null : await p95Of(session, input.timed, input.level),
  }
}

/** A range of values; null where there are none. `isOpen`: there are some above it. */
type Range = { readonly low: number; readonly high: number; readonly isOpen: boolean } | null

/** What values are measured against, by what A does: any would do, if it is the same for both sides, so a sample of A gives it. */
export interface Yardstick {
  /** A's 95th percentile of latency in ms; null where it has none. */
  readonly slow: number | null
  /** The inner edges of the bins of scores. */
  readonly deciles: readonly number[]
  readonly score: Range
  readonly latency: Range
}

/** In: how many records A has. */
export async function yardstickOf(session: Session, count: number): Promise<Yardstick> {
  const sample = `g = 0 AND ${sampleOf(count)}`
  const [row] = await session.query(`SELECT min(score) AS least, max(score) AS most, min(latency) AS fastest,
    quantile_disc(latency, [0.95, 0.99]) FILTER (${sample}) AS times, quantile_disc(score, [${DECILES.join(', ')}]) FILTER (${sample}) AS deciles FROM scanned`)
  const [slow = null, slowest = null] = (row?.times ?? []) as readonly number[]
  const range = (low: Cell, high: Cell, isOpen: boolean): Range =>
    typeof low === 'number' && typeof high === 'number' ? { low, high, isOpen } : null
  return {
    slow,
    deciles: [...new Set((row?.deciles ?? []) as readonly number[])],
    score: range(row?.least ?? null, row?.most ?? null, false),
    latency: range(row?.fastest ?? null, slowest, true),
  }
}

/** The 95th percentile of latency on both sides, and the values that bound it. In: how many have one. */
async function p95Of(session: Session, timed: Both<number>, level: number): Promise<Both<Estimate>> {
  const bounds = [timed.a, timed.b].map((n) => ({ n, ...quantileRanks(n, 0.95, level) }))
  // Half a rank less: a share of n that is rounded up never becomes the next one.
  const share = (rank: number, n: number): number => Math.max(0, rank - 0.5) / Math.max(1, n)
  const fractions = [0.95, ...bounds.flatMap(({ n, low, high }) => [share(low ?? 1, n), share(high ?? n, n)])]
  const rows = await session.query(
    `SELECT g, quantile_disc(latency, [${fractions.join(', ')}]) AS times FROM scanned GROUP BY g`,
  )
  const estimate = (i: 0 | 1): Estimate => {
    const { n, low, high } = bounds[i] as { n: number; low: number | null; high: number | null }
    const times = (rows.find(({ g }) => g === i)?.times ?? []) as readonly number[]
    const value = (k: number): number | null => times[k] ?? null
    return {
      n,
      value: value(0),
      low: low === null ? null : value(1 + 2 * i),
      high: high === null ? null : value(2 + 2 * i),
    }
  }
  return { a: estimate(0), b: estimate(1) }
}

async function compareScores(session: Session, input: ShapesInput): Promise<Omit<Shapes, 'p95'>> {
  const { keys, looks, isMixed, yardstick } = input
  const { score, deciles } = yardstick
  if (score === null) return { metrics: [], bySlice: new Map(), drawn: [] }
  const bin = deciles.map((edge) => `(score > ${edge})::INTEGER`).join(' + ') || '0'
  const rows = await session.query(`SELECT ${[...keys, 'g', `${bin} AS bin`].join(', ')}, count(*) AS n FROM scanned
    WHERE score IS NOT NULL GROUP BY ${[...keys, 'g', 'bin'].join(', ')}`)
  const slices = new Map<string, Row[]>()
  for (const row of rows) {
    const id = JSON.stringify(keys.map((key) => row[key] ?? null))
    slices.set(id, [...(slices.get(id) ?? []), row])
  }
  const metric = (some: readonly Row[], ks: Ks | null): ComparedMetric => {
    const counts = [0, 1].map((g) => {
      const bins = new Array<number>(deciles.length + 1).fill(0)
      for (const row of some) if (row.g === g) bins[Number(row.bin)] = (bins[Number(row.bin)] ?? 0) + Number(row.n)
      return bins
    })
    const [a, b] = counts as [number[], number[]]
    return compareDrift('score', { a: total(a), b: total(b) }, isMixed ? MIXED : driftOf({ a, b }, looks), ks)
  }
  return {
    metrics: [metric(rows, await ksOfScores(session, score))],
    bySlice: new Map([...slices].map(([id, some]) => [id, metric(some, null)])),
    drawn: await drawn(session, 'score', 'score', score),
  }
}

const total = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0)

async function ksOfScores(session: Session, { low, high }: NonNullable<Range>): Promise<Ks | null> {
  const [row] =
    await session.query(`WITH cells AS (SELECT floor((score - ${low}) / ${high - low || 1} * ${KS_CELLS})::INTEGER AS cell,
      count(*) FILTER (g = 0) AS a, count(*) FILTER (g = 1) AS b FROM scanned WHERE score IS NOT NULL GROUP BY cell),
    sums AS (SELECT sum(a) OVER (ORDER BY cell) AS a, sum(b) OVER (ORDER BY cell) AS b, sum(a) OVER () AS n, sum(b) OVER () AS m FROM cells)
    SELECT max(abs(a / n - b / m)) AS d, any_value(n) AS n, any_value(m) AS m FROM sums`)
  return ksOf(Number(row?.d ?? 0), Number(row?.n ?? 0), Number(row?.m ?? 0))
}

/** Bins of equal width, to look at. */
async function drawn(session: Session, column: string, name: string, range: Range): Promise<readonly Distribution[]> {
  if (range === null) return []
  const { low, high, isOpen } = range
  const width = (high - low) / DRAWN_BINS || 1
  const rows =
    await session.query(`SELECT g, least(${DRAWN_BINS - 1}, floor((${column} - ${low}) / ${width}))::INTEGER AS bin, count(*) AS n
    FROM scanned WHERE ${column} IS NOT NULL GROUP BY g, bin`)
  const bins = Array.from({ length: DRAWN_BINS }, (_, i): DistributionBin => {
    const of = (g: number): number => Number(rows.find((row) => row.g === g && Number(row.bin) === i)?.n ?? 0)
    const [from, to] = [low + i * width, low + (i + 1) * width].map((edge) => edge.toPrecision(3))
    return { label: isOpen && i === DRAWN_BINS - 1 ? `${from} and more` : `${from} to ${to}`, a: of(0), b: of(1) }
  })
  return [{ name, bins }]
}

async function compareClasses(
  session: Session,
  { looks, isMixed }: ShapesInput,
): Promise<Pick<Shapes, 'metrics' | 'drawn'>> {
  const rows =
    await session.query(`WITH counts AS (SELECT label, count(*) FILTER (g = 0) AS a, count(*) FILTER (g = 1) AS b FROM scanned
      WHERE label IS NOT NULL GROUP BY label),
    ranked AS (SELECT *, row_number() OVER (ORDER BY a + b DESC, label) > ${MOST_CLASSES} AS rare FROM counts)
    SELECT CASE WHEN NOT rare THEN label END AS name, sum(a) AS a, sum(b) AS b, count(*) AS n FROM ranked
    GROUP BY name ORDER BY name IS NULL, sum(a + b) DESC, name`)
  if (rows.length === 0) return { metrics: [], drawn: [] }
  const all = rows.map(({ name, a, b, n }) => ({
    label: typeof name === 'string' ? name : `${n} others`,
    ...{ a: Number(a), b: Number(b) },
  }))
  const sum = (side: 'a' | 'b'): number => total(all.map((one) => one[side]))
  const drift = isMixed ? MIXED : driftOf({ a: all.map(({ a }) => a), b: all.map(({ b }) => b) }, looks)
  return {
    metrics: [compareDrift('class_mix', { a: sum('a'), b: sum('b') }, drift, null)],
    drawn: [{ name: 'label', bins: all }],
  }
}
