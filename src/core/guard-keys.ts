import type { Guard } from './model.gen.ts'

/** Which keys a guard of each kind has, so that what does nothing is refused and not believed. */

type Key = keyof Guard & string

const EVERY: readonly Key[] = ['name', 'kind', 'source', 'onFail', 'noData', 'deadline', 'delay']
/** What units are counted, and how sure it must be. */
const COUNTED: readonly Key[] = ['exposures', 'by', 'alpha', 'margin', 'unit', 'overdispersion']
const OF_KIND: Readonly<Record<Guard['kind'], readonly Key[]>> = {
  rate: [...COUNTED, 'events', 'direction', 'ceiling'],
  exceedance: [...COUNTED, 'events', 'field', 'of', 'direction'],
  distribution: [...COUNTED, 'field', 'bins'],
  paired: ['exposures', 'by', 'alpha', 'margin', 'worse', 'better'],
  mean: ['exposures', 'by', 'alpha', 'margin', 'field', 'direction', 'cap', 'burnIn'],
  expression: [
    ...['query', 'successCondition', 'failureCondition', 'failureLimit', 'inconclusiveLimit'],
    ...['count', 'consecutiveErrorLimit', 'consecutiveSuccessLimit'],
  ],
}
/** A query stands for whatever a source of queries counts. */
const ASKED: Key = 'query'
/** What a guard can't do without, by what it asks the log. The words of other sources are in their own keys. */
const NEEDED: Readonly<Record<Guard['kind'], readonly Key[]>> = {
  rate: ['events'],
  exceedance: ['field'],
  distribution: ['field'],
  paired: ['worse', 'better'],
  mean: ['field'],
  expression: ['query'],
}
const NEEDED_ELSEWHERE: Readonly<Record<string, Partial<Record<Guard['kind'], readonly Key[]>>>> = {
  predictions: NEEDED,
  prometheus: { rate: ['events', 'exposures'], expression: ['query'] },
  sql: { rate: ['query'], expression: ['query'] },
}

export const keysOf = (kind: Guard['kind']): readonly Key[] => [...new Set([...EVERY, ...OF_KIND[kind], ASKED])]
/** The kinds that have a key; none where it is no key of guards. */
export const kindsWith = (key: string): readonly Guard['kind'][] =>
  (Object.keys(OF_KIND) as Guard['kind'][]).filter((kind) => (OF_KIND[kind] as readonly string[]).includes(key))
export const neededBy = ({ kind }: Guard, source: string): readonly Key[] =>
  Object.hasOwn(NEEDED_ELSEWHERE, source) ? (NEEDED_ELSEWHERE[source]?.[kind] ?? []) : []
