import type { ComponentFile, DataSource } from '../core/model.gen.ts'
import { momentOf } from '../core/moment.ts'
import { nameProblem } from '../core/names.ts'
import { brief, keyName } from './refusal.ts'
import type { Source } from './yaml.ts'

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
    const from = readMoment(source, [...place, 'from'], times.from)
    const to = readMoment(source, [...place, 'to'], times.to)
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

function readMoment(source: Source, place: readonly string[], text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const moment = momentOf(text, place.at(-1) === 'to')
  if (moment !== null) return moment
  throw source.refuse(source.at(place), `${keyName(place)}: there is no ${brief(text)}`)
}
