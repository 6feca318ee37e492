import { AishipError } from '../core/errors.ts'
import type { MetricDriver, MetricPlace, Question, Said, Sides, Span } from '../core/metric-source.ts'
import type { Cell, Row, Session } from '../core/predictions.ts'
import { checkExpression } from './_predictions-expression.ts'
import { askSql } from './_predictions-questions.ts'
import { type Asked, expressionsOf, QUICK_SURVEY, surveySql } from './_predictions-sql.ts'

/**
 * The app's prediction log. `exposures`, `events`, `worse` and `better` are SQL conditions over a record, `query` an aggregate over the candidate's records of
 * a window; they can reach nothing but these records.
 */
export const driver: MetricDriver = {
  open: (place) => ({
    describe: ({ guard, kind }) => {
      const field = guard.field === undefined ? [] : [`field: ${guard.field}`]
      const said = expressionsOf(guard, kind).map(({ name, sql }) => `${name}: ${sql}`)
      return ['predictions', ...field, ...said].join('; ')
    },
    ask: (question, sides, windows) => ask(place, question, sides, windows),
    close: async () => undefined,
  }),
}

async function ask(place: MetricPlace, question: Question, sides: Sides, windows: readonly Span[]): Promise<Said> {
  const { kind } = question
  if ((kind === 'pairs' || kind === 'quantile') && sides.reference === null)
    throw failed('nothing else answers that the candidate could be compared with')
  const [{ from: start, until }] = windows as readonly [Span]
  const bundles = [sides.candidate, ...(sides.reference === null ? [] : [sides.reference])].map(({ bundle }) => bundle)
  const session = await place.predictions({ since: new Date(start), bundles })
  try {
    const { missing, segments } = session
    if (missing.length > 0) throw failed(`${missing.length} segments of the log are gone`, 'aiship fsck')
    const asked: Asked = { question, sides, start, width: until - start, count: windows.length }
    for (const one of expressionsOf(question.guard, kind)) await checkExpression(session, asked, one)
    const quick = await only(session, QUICK_SURVEY)
    const survey = quick.enough === true ? quick : await only(session, surveySql(asked))
    const answered = await only(session, askSql(asked))
    // That others were answered says that the log goes on.
    const heardUntil = Math.max(Number.NEGATIVE_INFINITY, ...segments.map(({ to }) => Date.parse(to)))
    return said(asked, answered, survey, heardUntil, windows)
  } finally {
    session.close()
  }
}

function said(asked: Asked, answered: Row, survey: Row, heardUntil: number, windows: readonly Span[]): Said {
  const { question, sides } = asked
  const { kind } = question
  const mixed = new Map((survey.mixed as readonly Row[]).map((row) => [Number(row.w), row]))
  const notes = notesOf(survey)
  const of = new Map<number, Row[]>()
  for (const row of answered.rows as readonly Row[]) of.set(Number(row.w), [...(of.get(Number(row.w)) ?? []), row])
  if (kind === 'classes' && new Set((answered.rows as readonly Row[]).map(({ c }) => c)).size > 1000)
    throw failed(`${question.guard.field} has more than 1000 values: give bins`)
  const readings = (kind === 'quantile' ? windows.slice(0, 1) : windows).map(({ from }, k) => {
    if (heardUntil < from) return { unavailable: endOf(heardUntil) }
    const rates = kind === 'pairs' ? undefined : mixed.get(k)
    if (rates !== undefined)
      return { unavailable: `records at rates from ${rates.least} to ${rates.most} can't be counted together` }
    return READING[kind](of.get(k) ?? [], sides)
  })
  return kind === 'events' ? { readings, notes, overdispersion: clumping(answered) } : { readings, notes }
}

const endOf = (heardUntil: number): string =>
  heardUntil === Number.NEGATIVE_INFINITY
    ? 'the prediction log has nothing of these bundles yet: aiship predictions ingest takes it in'
    : `the prediction log ends at ${new Date(heardUntil).toISOString()}: aiship predictions ingest takes in what came since`

/** A window's rows as its reading. Without a row nobody was there, in a log that goes on. */
const READING: Readonly<Record<Question['kind'], (rows: readonly Row[], sides: Sides) => unknown>> = {
  events: (rows, sides) =>
    both(sides, (s) => {
      const row = rows.find((one) => one.s === s)
      return { exposures: row?.n ?? 0, events: row?.x ?? 0 }
    }),
  classes: (rows, sides) =>
    both(sides, (s) => Object.fromEntries(rows.filter((row) => row.s === s).map(({ c, n }) => [String(c), n]))),
  moments: (rows, sides) =>
    both(sides, (s) => {
      const row = rows.find((one) => one.s === s)
      return { n: row?.n ?? 0, sum: rounded(row?.sum ?? 0), squares: rounded(row?.squares ?? 0) }
    }),
  pairs: ([row]) => ({ worse: row?.worse ?? 0, better: row?.better ?? 0, ties: row?.ties ?? 0 }),
  value: ([row]) => ({ value: rounded(row?.value ?? null) }),
  quantile: ([row]) => ({ value: row?.value ?? null, n: row?.n ?? 0 }),
}

const both = (sides: Sides, of: (s: number) => unknown): unknown => ({
  candidate: of(0),
  reference: sides.reference === null ? null : of(1),
})

/** In which order the engine added must not show. */
const rounded = (value: Cell): Cell => (typeof value === 'number' ? Number(value.toPrecision(12)) : value)

function notesOf({ unreasoned, unarmed, rate }: Row): readonly string[] {
  return [
    ...(Number(unreasoned) > 0 ? [`${unreasoned} records do not say how they were chosen (reason): left out`] : []),
    ...(Number(unarmed) > 0 ? [`${unarmed} records name no arm: taken by their bundle`] : []),
    ...(typeof rate === 'number' && rate < 1
      ? [`a share of ${rate} of the requests is logged, and counted as it is`]
      : []),
  ]
}

/** How much the requests of one user clump together: the variance of events between users against that of a coin tossed for each request. */
function clumping({ clumps }: Row): number | null {
  let [seen, due] = [0, 0]
  for (const row of (clumps ?? []) as readonly Row[]) {
    const [users, n, x, xx, xn, nn] = ['users', 'n', 'x', 'xx', 'xn', 'nn'].map((key) => Number(row[key])) as number6
    if (users < 2 || x === 0 || x === n) continue
    const p = x / n
    seen += ((xx - 2 * p * xn + p * p * nn) * users) / (users - 1)
    due += p * (1 - p) * n
  }
  return due === 0 ? null : Math.max(1, seen / due)
}

type number6 = [number, number, number, number, number, number]

async function only(session: Session, sql: string): Promise<Row> {
  try {
    const [row] = await session.query(sql)
    return row as Row
  } catch (error) {
    if (!(error instanceof AishipError && error.code === 'USAGE')) throw error
    throw failed(`the prediction log can't be asked that: ${error.message}`)
  }
}

const failed = (why: string, ...next: readonly string[]): AishipError => new AishipError('SOURCE_FAILED', why, { next })
