import { csvLine } from './csv.ts'
import { type Judged, whyNot } from './remediation-tally.ts'

const COLUMNS = ['class', 'entity', 'request_id', 'ts', 'action_from', 'action_to', 'label_from', 'label_to']
const REST = ['score_from', 'score_to', 'value', 'error']

/** The first line. In: the segment keys that get a column. */
export const csvHead = (keys: readonly string[]): string => csvLine([...COLUMNS, ...REST, ...keys])

/** One decision. */
export function csvRow(one: Judged, keys: readonly string[]): string {
  const { item, result, of, from, to } = one
  const cells = [of, item.entity, item.request_id, item.ts, from, to, item.label, result.label]
  const rest = [item.score, result.score, item.value, whyNot(one)]
  const segment = keys.map((key) => item.segment[key.replace(/^segment\./, '')])
  return csvLine([...cells, ...rest, ...segment])
}
