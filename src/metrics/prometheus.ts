import type { MetricDriver, MetricPlace, Question, Said, Sides, Span } from '../core/metric-source.ts'
import { namedSides, replaced, variablesIn } from '../core/metric-template.ts'
import { failed, urlOf } from './_http.ts'
import { type Increase, increases } from './_prometheus-counters.ts'
import { type Grid, rangeOf, type Series } from './_prometheus-range.ts'

const VARIABLES = ['arm', 'bundle', 'threshold']

/** A Prometheus. Exposures and events are raw counters: what they rise by between a window's ends is what happened in it. */
export const driver: MetricDriver = {
  open: (place) => ({
    describe: ({ guard, kind }) => {
      const queries = kind === 'value' ? { query: guard.query } : { exposures: guard.exposures, events: guard.events }
      const said = Object.entries(queries).map(([name, text]) => `${name}: ${text ?? 'nothing'}`)
      return [`${urlOf(place).origin}${urlOf(place).pathname}`, ...said].join('; ')
    },
    async ask(question, sides, windows) {
      const [first] = windows as readonly [Span]
      const grid: Grid = { from: first.from, width: first.until - first.from, points: windows.length + 1 }
      if (question.kind === 'events') return events(place, question, sides, grid)
      if (question.kind === 'value') return value(place, question, sides, grid)
      throw failed(`prometheus can't be asked for ${question.kind}: it has counters, not requests`)
    },
    close: async () => undefined,
  }),
}

/** The series of each query that a side needs: one for each of its arms, or one for its bundle. */
interface Heard {
  readonly candidate: readonly (readonly Series[])[]
  readonly reference: readonly (readonly Series[])[] | null
}

async function events(
  place: MetricPlace,
  question: Question & { readonly kind: 'events' },
  sides: Sides,
  grid: Grid,
): Promise<Said> {
  const { guard, threshold } = question
  const hear = async (name: 'exposures' | 'events'): Promise<Heard> => {
    const text = guard[name]
    if (text === undefined) throw failed(`${guard.name}: prometheus needs ${name}, a query that gives a raw counter`)
    const used = variablesIn(text, VARIABLES)
    if (used.includes('threshold') && threshold === null)
      throw failed(`${guard.name}: there is no $threshold to put in`)
    const { candidate, reference } = namedSides(used, sides)
    const each = (all: typeof candidate): Promise<readonly (readonly Series[])[]> =>
      Promise.all(
        all.map((named) =>
          rangeOf(
            place,
            replaced(text, (key) => String({ ...named, threshold }[key])),
            grid,
            true,
          ),
        ),
      )
    return { candidate: await each(candidate), reference: reference === null ? null : await each(reference) }
  }
  const [exposures, happened] = [await hear('exposures'), await hear('events')]
  const all = [exposures, happened].flatMap(({ candidate, reference }) => [...candidate, ...(reference ?? [])])
  const isAlive = Array.from({ length: grid.points }, (_, k) =>
    all.flat().some(({ values }) => values[k] !== undefined),
  )
  const counts = { resets: 0, born: 0 }
  const rises = (heard: readonly (readonly Series[])[], what: string): readonly (readonly Increase[])[] =>
    heard.map((series) => increases(series, what, isAlive, counts))
  const count = (side: 'candidate' | 'reference') => {
    const heard = [exposures[side], happened[side]]
    return heard.map((one, i) => rises(one ?? [], `${i === 0 ? 'exposures' : 'events'} of the ${side}`))
  }
  const [candidate, reference] = [count('candidate'), sides.reference === null ? null : count('reference')]
  const readings = Array.from({ length: grid.points - 1 }, (_, k) => {
    const parts = [...candidate, ...(reference ?? [])].flat().map((rise) => rise[k] as Increase)
    const problem = parts.find((part) => typeof part === 'string')
    if (problem !== undefined) return { unavailable: problem }
    const sum = (of: readonly (readonly Increase[])[] | undefined): number =>
      (of ?? []).reduce((total, rise) => total + Number(rise[k]), 0)
    const side = ([e, x]: typeof candidate) => ({ exposures: sum(e), events: sum(x) })
    return { candidate: side(candidate), reference: reference === null ? null : side(reference) }
  })
  return {
    readings,
    notes: [
      ...(counts.resets > 0
        ? [`${counts.resets} times a counter went down: taken for a restart, and counted from zero`]
        : []),
      ...(counts.born > 0 ? [`${counts.born} series began while others were there: counted from zero`] : []),
    ],
  }
}

async function value(place: MetricPlace, { guard }: Question, sides: Sides, grid: Grid): Promise<Said> {
  if (guard.query === undefined) throw failed(`${guard.name}: there is no query`)
  const [named = {}, another] = namedSides(variablesIn(guard.query, ['arm', 'bundle']), {
    ...sides,
    reference: null,
  }).candidate
  if (another !== undefined) throw failed(`${guard.name}: the candidate has several arms, and one number is asked for`)
  const text = replaced(guard.query, (key) => String((named as Readonly<Record<string, string>>)[key]))
  const series = await rangeOf(place, text, grid, false)
  if (series.length > 1)
    throw failed(`the query gives ${series.length} series where one number is asked for: aggregate them`)
  return { readings: Array.from({ length: grid.points - 1 }, (_, k) => ({ value: series[0]?.values[k + 1] ?? null })) }
}
