import { causeOf, LOOKS_INSIDE, movesInside } from '../core/cause.ts'
import { compareQuantiles, compareTallies, METRICS_OF_EACH } from '../core/compared.ts'
import {
  type Chosen,
  chooseBasis,
  fillingStep,
  groupBy,
  inSteps,
  type Piece,
  stepFor,
  strataOf,
} from '../core/concurrent.ts'
import { AishipError } from '../core/errors.ts'
import type { CompareData, ComparedMetric, ComparedSide, ComparedSlice } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import type { Session } from '../core/predictions.ts'
import { parseKeys, type SliceKey } from '../core/slice-keys.ts'
import { levelOfEach } from '../core/stats.ts'
import { slowShare, sumOf } from '../core/tally.ts'
import { courseOf, piecesOf, seriesOf, timesOf, usualStart } from './compare-course.ts'
import { compareOutcomes, countOutcomes, flips, servedModels, shadows } from './compare-pairs.ts'
import { compareShapes, yardstickOf } from './compare-shapes.ts'
import { archivesOf } from './export.ts'
import { judgeReasons } from './reasons.ts'
import { type Resolved, resolveRef } from './refs.ts'
import { names, scan, sinceOf, untilOf, warnOfKeys } from './scan.ts'
import { openPredictions } from './segments.ts'
import { LEVEL, nothing, rankOf, SMALL } from './slice.ts'

export interface CompareInput {
  readonly a: string
  readonly b: string
  /** `segment.region,segment.device`; empty: no slices. */
  readonly by: string
  readonly since: string | null
  readonly until: string | null
  /** Also write the comparison as a page: a path, or `-` for standard output. */
  readonly html: string | null
}

/** More slices than this say nothing, however they are corrected. */
const MAX_SLICES = 1000

/**
 * How two bundles did on live traffic, while both served it: rates, latency, scores, classes, outcomes, each with what chance can do; slice by slice, worst
 * first; and whether a shift is the release or the world. Errors: USAGE; those of a REF, of opening predictions and of writing a file.
 */
export const compare: Operation<CompareInput, CompareData> = async (ctx, input) => {
  const by = parseKeys(input.by)
  if (by.some(({ kind }) => kind === 'component'))
    throw new AishipError('USAGE', 'a component is the same in both or in one of them: there is nothing to compare', {
      hint: 'slice looks at a component across all bundles that share it',
      next: [`aiship slice --by ${input.by}`],
    })
  const [since, until] = [sinceOf(ctx, input.since), untilOf(ctx, input.until)]
  const [a, b] = [await resolveRef(ctx, input.a), await resolveRef(ctx, input.b)]
  if (a.bundle === b.bundle)
    throw new AishipError('USAGE', `${input.a} and ${input.b} are the same bundle, ${a.version}`, {
      hint: 'how one bundle did over time is what slice shows',
      next: [`aiship slice --bundle ${a.version}`],
    })
  const bundles = [a.bundle, b.bundle]
  const session = await openPredictions(ctx, { since, until, bundles })
  try {
    const { split, evaluated, unknown } = await judgeReasons(ctx, session)
    const { served, rates } = await scan(ctx, session, bundles, by, split)
    const side = (ref: string, { bundle, version }: Resolved, g: number): ComparedSide => {
      const { count = 0, first = null, last = null } = served[g] ?? {}
      return { ref, bundle, version, count, first, last }
    }
    const sides = { a: side(input.a, a, 0), b: side(input.b, b, 1) }
    if (sides.a.count + sides.b.count === 0)
      throw nothing(`${a.version} and ${b.version}`, since !== undefined || until !== undefined)
    await warnOfKeys(ctx, session, by)
    const head = { registry: ctx.registry.url, app: ctx.app, ...sides, by: by.map(({ name }) => name) }
    const times = { since: since?.toISOString() ?? null, until: until?.toISOString() ?? null }
    const reasons = { logged: sides.a.count + sides.b.count - evaluated - unknown, evaluated, unknown }
    const result = await compareScanned(session, sides, by, rates, split, ctx.now().getTime())
    const data = { ...head, ...times, reasons, ...result, html: input.html }
    if (input.html !== null) await writePage(ctx, data, input.html)
    return { changed: false, data }
  } finally {
    session.close()
  }
}

async function writePage(ctx: Context, data: CompareData, file: string): Promise<void> {
  const { reportPage } = await import('../core/report-page.ts')
  const sink = (await archivesOf(ctx)).write(file)
  try {
    await sink.write(Buffer.from(reportPage(data, ctx.now())))
    sink.end()
  } finally {
    sink.drop()
  }
}

type Compared = Omit<CompareData, 'registry' | 'app' | 'a' | 'b' | 'by' | 'since' | 'until' | 'reasons' | 'html'>

async function compareScanned(
  session: Session,
  { a, b }: Pick<CompareData, 'a' | 'b'>,
  by: readonly SliceKey[],
  rates: CompareData['sample_rates'],
  split: string,
  nowMs: number,
): Promise<Compared> {
  const isMixed = rates[0] !== rates[1]
  // A record from the future, on one side alone, would make one step of all that is past.
  const lasts = [a, b].flatMap(({ last }) => (last === null ? [] : [Date.parse(last)]))
  const end = Math.max(nowMs, Math.min(...lasts))
  const start = await usualStart(session)
  const times = timesOf(a, b).map((time) => Math.max(start, Math.min(time, end)))
  const fine = stepFor(Math.min(...times), Math.max(...times))
  await refuseMany(session, by)
  const yardstick = await yardstickOf(session, a.count)
  const parts = await piecesOf(session, by, fine, yardstick.slow)
  const step = fillingStep(parts, fine)
  const pieces = inSteps(parts, step)
  const past = pieces.filter(({ at }) => at + step > start && at <= end)
  const courses = { a: courseOf(past, 'a'), b: courseOf(past, 'b') }
  const series = await seriesOf(session, courses, step, isMixed)

  const chosen = chooseBasis(pieces)
  const slices = groupBy(by.length === 0 ? [] : chosen.pieces, ({ slice }) => slice)
  const flipped = await flips(session, LEVEL)
  await session.query(`DELETE FROM scanned WHERE NOT (${conditionOf(chosen, step, 't', 'split')})`)
  // All that a verdict may rest on is one family.
  const looks = METRICS_OF_EACH * (1 + slices.size) + LOOKS_INSIDE + (await countOutcomes(session))
  const level = levelOfEach(LEVEL, looks)
  const metrics = compareTallies(strataOf(chosen.pieces, chosen.basis), level)
  const timed = { a: timedOf(chosen.pieces, 'a'), b: timedOf(chosen.pieces, 'b') }
  const shapes = await compareShapes(session, {
    keys: names(by),
    looks: 2 + slices.size,
    level,
    isMixed,
    timed,
    yardstick,
  })
  const condition = conditionOf(chosen, step, 'epoch_ms(ts)', split)
  const all = [
    ...metrics,
    ...(shapes.p95 === null
      ? []
      : [compareQuantiles('latency_p95', shapes.p95, metrics.find(isSlow) as ComparedMetric)]),
    ...shapes.metrics,
    ...(await compareOutcomes(session, a.bundle, condition, level)),
  ].filter(({ a, b }) => a.n + b.n > 0)
  const compared = [...slices]
    .map(([slice, some]) => sliceOf(by, slice, some, chosen, level, shapes.bySlice.get(slice)))
    .sort((x, y) => worst(y) - worst(x))
  const models = await servedModels(session, a.bundle)
  // B's coming is the first moment at which A's world may have changed for another reason than A.
  const arrival = chosen.window === null ? null : Math.floor(chosen.window.from / step) * step
  return {
    ...{
      level: LEVEL,
      looks,
      basis: chosen.basis,
      left_out: chosen.left_out,
      sample_rates: rates,
      slow_over_ms: yardstick.slow,
    },
    window: chosen.window && {
      from: new Date(chosen.window.from).toISOString(),
      to: new Date(chosen.window.to).toISOString(),
    },
    ...{ metrics: all, distributions: shapes.drawn, slices: compared },
    ...{ series, step_ms: step, models },
    flips: flipped,
    shadow: await shadows(session, a.bundle, b.bundle, LEVEL),
    verdict: causeOf({
      basis: chosen.basis,
      metrics: [...all.map((metric) => ({ where: null, metric })), ...compared.flatMap(named)],
      inside: [
        movesInside({ name: 'A', steps: courses.a }, arrival, level),
        movesInside({ name: 'B', steps: courses.b }, null, level),
      ],
      models,
    }),
  }
}

/** Before anything is done with each of them: they may be as many as the records. */
async function refuseMany(session: Session, by: readonly SliceKey[]): Promise<void> {
  if (by.length === 0) return
  const [row] = await session.query(`SELECT count(*) AS n FROM (SELECT DISTINCT ${names(by).join(', ')} FROM scanned)`)
  const count = Number(row?.n)
  if (count <= MAX_SLICES) return
  const keys = by.map(({ name }) => name).join(' and ')
  throw new AishipError('USAGE', `${keys} make ${count} slices, more than ${MAX_SLICES}`, {
    hint: 'among so many, nothing short of a catastrophe can be told from chance',
    next: ['aiship help compare'],
  })
}

/** What was chosen, in SQL. In: the time in ms and whether a split drew it, as the table has them. */
function conditionOf({ steps, splitOnly }: Chosen, step: number, time: string, split: string): string {
  const slots = steps === null ? [] : [`${time} // ${step} IN (${steps.map((at) => at / step).join(', ')})`]
  return [...slots, ...(splitOnly ? [split] : [])].join(' AND ') || 'true'
}

const isSlow = ({ name }: ComparedMetric): boolean => name === 'slow_rate'
const sumOfSide = (pieces: readonly Piece[], side: 'a' | 'b') =>
  sumOf(pieces.filter((one) => one.side === side).map(({ tally }) => tally))
const timedOf = (pieces: readonly Piece[], side: 'a' | 'b'): number => Math.round(slowShare(sumOfSide(pieces, side)).n)

function sliceOf(
  by: readonly SliceKey[],
  slice: string,
  pieces: readonly Piece[],
  { basis }: Chosen,
  level: number,
  drift: ComparedMetric | undefined,
): ComparedSlice {
  const values = JSON.parse(slice) as readonly (string | null)[]
  const metrics = [...compareTallies(strataOf(pieces, basis), level), ...(drift === undefined ? [] : [drift])].filter(
    ({ a, b }) => a.n + b.n > 0,
  )
  const [a, b] = [sumOfSide(pieces, 'a').n, sumOfSide(pieces, 'b').n]
  const outcomes = metrics.map(({ outcome }) => outcome)
  const outcome = (['worse', 'shifted', 'better', 'unknown'] as const).find((one) => outcomes.includes(one)) ?? 'same'
  const keys = Object.fromEntries(by.map(({ name }, i) => [name, values[i] ?? null]))
  return { by: keys, a, b, small: Math.min(a, b) < SMALL, outcome, metrics }
}

const named = (slice: ComparedSlice) => {
  const where = Object.values(slice.by)
    .map((value) => value ?? '-')
    .join(' ')
  return slice.metrics.map((metric) => ({ where, metric }))
}

/** By how much a slice is worse at least, in errors or in slow answers. */
const worst = ({ metrics }: ComparedSlice): number =>
  Math.max(...metrics.filter(({ unit }) => unit === 'share').map(rankOf))
