import type { ComponentFile, DataSource } from '../core/model.gen.ts'
import { nameProblem } from '../core/names.ts'
import { brief, keyName } from './refusal.ts'
import type { Source } from './yaml.ts'

const DAY_MS = 24 * 3_600_000

/** Where a component says that its records are from, each time made exact. Errors: CONFIG_INVALID. */
export function readSources(source: Source, name: string, { sources = [] }: ComponentFile): readonly DataSource[] {
  return sources.map(({ log, table, excludes, ...times }, i) => {
    const place = ['components', name, 'sources', String(i)]
    if ((log === undefined) === (table === undefined))
      throw source.refuse(source.at(place), `${keyName(place)} has log or table, one of them`, {
        hint: 'as in {log: fraud-scorer, from: 2026-10-01, to: 2026-10-31} or {table: orders}',
      })
    const problem = log === undefined ? null : nameProblem(log)
    if (problem !== null)
      throw source.refuse(source.at([...place, 'log']), `${keyName([...place, 'log'])} is no app: ${problem}`)
    const from = momentOf(source, [...place, 'from'], times.from, 0)
    const to = momentOf(source, [...place, 'to'], times.to, DAY_MS)
    if (from !== undefined && to !== undefined && from >= to)
      throw source.refuse(source.at([...place, 'to']), `${keyName(place)} ends before it begins`)
    return {
      ...(log === undefined ? { table: table as string } : { log }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(excludes === undefined ? {} : { excludes: excludes as NonNullable<DataSource['excludes']> }),
    }
  })
}

/** In: `wholeDay`, what a date without a time stands for beyond its first moment: nothing of the last day is to be missed. */
function momentOf(
  source: Source,
  place: readonly string[],
  text: string | undefined,
  wholeDay: number,
): string | undefined {
  if (text === undefined) return undefined
  const ms = Date.parse(text)
  // Some dates that there are not are taken for others, such as 30 February for 2 March.
  const isDay = text.length === 10
  const isReal = Number.isFinite(ms) && (!isDay || new Date(ms).toISOString().startsWith(text))
  if (!isReal) throw source.refuse(source.at(place), `${keyName(place)}: there is no ${brief(text)}`)
  return new Date(ms + (isDay ? wholeDay : 0)).toISOString()
}
