import { canonicalBytes, digestOf } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Evaluation, EvaluationItem, MeasuredItems } from './model.gen.ts'

/** An entry of the log has to hold them. */
const MOST_ITEMS = 100_000
/** As far as a metric that was rounded to three digits may be off. */
const ROUNDED = 1e-3
const ID = /^[^\p{Cc}\p{Cs}]{1,200}$/u

const invalid = (message: string, details: Readonly<Record<string, unknown>> = {}): AishipError =>
  new AishipError('EVIDENCE_INVALID', message, {
    hint: 'an item looks like {"id": "question 7", "value": 1}; of several metrics each says which: "metric": "accuracy"',
    next: ['aiship help evidence add'],
    details,
  })

/** Reads items as JSON lines. Errors: EVIDENCE_INVALID, with file and line. */
export function parseItems(bytes: Uint8Array, name: string): readonly EvaluationItem[] {
  const lines = textOf(bytes, name).split('\n')
  const items = lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    const refuse = (why: string): AishipError => invalid(`${name}:${i + 1}: ${why}`, { file: name, line: i + 1 })
    let item: unknown
    try {
      item = JSON.parse(line)
    } catch {
      throw refuse('this is not a line of JSON')
    }
    const problem = itemProblem(item, line)
    if (problem !== null) throw refuse(problem)
    return item as EvaluationItem
  })
  if (items.length === 0) throw invalid(`${name} has no items`, { file: name })
  return items
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid(`${name} is not UTF-8`, { file: name })
  }
}

function itemProblem(item: unknown, line: string): string | null {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return 'an item is an object'
  const { id, value, metric, ...rest } = item as Readonly<Record<string, unknown>>
  const [stray] = Object.keys(rest)
  if (stray !== undefined) return `it has an unknown key ${JSON.stringify(stray.slice(0, 60))}`
  const isId = typeof id === 'string' ? ID.test(id) : Number.isSafeInteger(id)
  if (!isId) return 'id must be text or a whole number'
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'value must be a number'
  if (metric !== undefined && typeof metric !== 'string') return 'metric must be text'
  // Of a key that is there twice the last would count, for this reader.
  const keys = [...line.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined)
  return keys.length === Object.keys(item).length ? null : 'a key is here twice'
}

/** Items as they are stored. Errors: EVIDENCE_INVALID for items that are there twice, or of which the metric is not the mean. */
export function itemsOf(
  items: readonly EvaluationItem[],
  { metrics, samples }: Pick<Evaluation, 'metrics' | 'samples'>,
): NonNullable<Evaluation['items']> {
  if (items.length > MOST_ITEMS) throw invalid(`there are ${items.length} items, more than the ${MOST_ITEMS} allowed`)
  const names = Object.keys(metrics)
  const byMetric = new Map<string, Map<string, number>>()
  for (const { id, value, metric = names.length === 1 ? names[0] : undefined } of items) {
    if (metric === undefined) throw invalid(`item ${id} does not say of which metric: there is ${names.join(', ')}`)
    if (!Object.hasOwn(metrics, metric))
      throw invalid(`item ${id} is of ${metric}, which is no metric here: there is ${names.join(', ')}`)
    const values = byMetric.get(metric) ?? new Map<string, number>()
    if (values.has(String(id))) throw invalid(`item ${id} of ${metric} is here twice`)
    byMetric.set(metric, values.set(String(id), value))
  }
  const stored = [...byMetric].map(([metric, values]) => {
    const problem = meanProblem(metric, [...values.values()], metrics[metric] as number, samples[metric])
    if (problem !== null) throw invalid(problem)
    return [metric, sorted(values)] as const
  })
  return Object.fromEntries(stored)
}

function sorted(values: ReadonlyMap<string, number>): MeasuredItems {
  const rows = [...values].sort(([a], [b]) => (a < b ? -1 : 1))
  return { ids: digestOf(canonicalBytes(rows.map(([id]) => id))), values: rows.map(([, value]) => value) }
}

function meanProblem(
  metric: string,
  values: readonly number[],
  stated: number,
  count: number | undefined,
): string | null {
  if (values.length < 2) return `${metric} has one item: that is nothing to compare`
  if (count !== undefined && count !== values.length)
    return `${metric} has ${values.length} items, and samples says ${count}`
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  return Math.abs(mean - stated) <= ROUNDED * Math.max(1, Math.abs(mean))
    ? null
    : `the items of ${metric} have the mean ${Number(mean.toPrecision(6))}, and metrics says ${stated}: items go with a metric that is their mean`
}
