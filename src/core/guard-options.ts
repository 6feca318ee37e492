import type { Guard } from './model.gen.ts'

/** What a guard says of itself; the rest is for its source. A test holds this to the schema. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  ...[
    'name',
    'kind',
    'source',
    'events',
    'exposures',
    'field',
    'of',
    'bins',
    'direction',
    'margin',
    'ceiling',
    'alpha',
  ],
  ...['by', 'unit', 'overdispersion', 'delay', 'onFail', 'noData', 'deadline', 'worse', 'better', 'cap', 'burnIn'],
  ...['query', 'successCondition', 'failureCondition', 'failureLimit', 'inconclusiveLimit', 'count'],
  ...['consecutiveErrorLimit', 'consecutiveSuccessLimit'],
])

/** The options of a guard's source. */
export const optionsOf = (guard: Guard): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(guard).filter(([key]) => !OWN_KEYS.has(key)))
