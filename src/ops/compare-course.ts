import { groupBy, type Piece } from '../core/concurrent.ts'
import type { ComparedSide, SeriesPoint } from '../core/model.gen.ts'
import type { Row, Session } from '../core/predictions.ts'
import type { SliceKey } from '../core/slice-keys.ts'
import { errorShare, scoreSample, sumOf, type Tally } from '../core/tally.ts'
import { names, tallyOf, tallySql } from './scan.ts'

/** What both sides did, in the smallest parts that are told apart. In: the length of a step, and the latency over which an answer is slow, in ms. */
export async function piecesOf(
  session: Session,
  by: readonly SliceKey[],
  step: number,
  slow: number | null,
): Promise<readonly Piece[]> {
  const keys = [...names(by), 'g', 'split']
  const rows =
    await session.query(`SELECT ${keys.join(', ')}, t // ${step} AS slot, min(t) AS first, max(t) AS last, ${tallySql(slow)}
    FROM scanned GROUP BY slot, ${keys.join(', ')}`)
  return rows.map((row) => ({
    side: sideOf(row),
    at: Number(row.slot) * step,
    split: row.split === true,
    slice: JSON.stringify(names(by).map((name) => row[name] ?? null)),
    ...{ first: Number(row.first), last: Number(row.last), tally: tallyOf(row) },
  }))
}

const sideOf = (row: Row): 'a' | 'b' => (row.g === 0 ? 'a' : 'b')

export interface CourseStep {
  readonly at: number
  readonly tally: Tally
}

/** One side step by step, in order. */
export const courseOf = (pieces: readonly Piece[], side: 'a' | 'b'): readonly CourseStep[] =>
  [
    ...groupBy(
      pieces.filter((one) => one.side === side),
      ({ at }) => at,
    ),
  ]
    .map(([at, some]) => ({ at, tally: sumOf(some.map(({ tally }) => tally)) }))
    .sort((x, y) => x.at - y.at)

/** Both courses as they are drawn. */
export async function seriesOf(
  session: Session,
  courses: Readonly<Record<'a' | 'b', readonly CourseStep[]>>,
  step: number,
  isMixed: boolean,
): Promise<readonly SeriesPoint[]> {
  const rows = isMixed
    ? []
    : await session.query(
        `SELECT g, t // ${step} AS slot, quantile_disc(latency, 0.95) AS p95 FROM scanned GROUP BY g, slot`,
      )
  const p95 = new Map(rows.map((row) => [`${sideOf(row)} ${Number(row.slot) * step}`, row.p95 as number | null]))
  return (['a', 'b'] as const).flatMap((side) =>
    courses[side].map(({ at, tally }): SeriesPoint => {
      const [errors, score] = [errorShare(tally), scoreSample(tally)]
      return {
        ...{ at: new Date(at).toISOString(), side, count: tally.n, error_rate: errors.hits / errors.n },
        ...{ latency_p95: p95.get(`${side} ${at}`) ?? null, score_mean: score.n > 0 ? score.mean : null },
      }
    }),
  )
}

/** The times of both sides' records, in ms. */
export const timesOf = (...sides: readonly ComparedSide[]): readonly number[] =>
  sides.flatMap(({ first, last }) => [first, last]).flatMap((time) => (time === null ? [] : [Date.parse(time)]))

/** No more than a few records lie before that, far from all others, in ms: those of a clock that was never set would make one step of all the rest. */
export async function usualStart(session: Session): Promise<number> {
  const [row] = await session.query('SELECT quantile_disc(t, [0.01, 0.5]) AS times FROM scanned')
  const [early, middle] = (row as Row).times as readonly [number, number]
  return 2 * early - middle
}
