import type { Digest } from '../core/digest.ts'
import type { RemediationItem } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Session } from '../core/predictions.ts'
import type { Ask } from '../core/rehearsal.ts'
import { idOf } from '../core/remediation.ts'
import { quoted } from './scan.ts'
import { predictionStore } from './segments.ts'

/** The inputs of a plan's items, read from the log at that moment: what was taken out of it since is gone. */
export interface Inputs {
  /** For each item what a program is asked; null where its input is gone. */
  asksOf(items: readonly RemediationItem[]): Promise<readonly (Ask | null)[]>
  close(): void
}

/** Errors: those of opening predictions. */
export async function openInputs(ctx: Context, bad: Digest, segments: readonly Digest[]): Promise<Inputs> {
  const store = await predictionStore(ctx)
  const { session } = await store.open(ctx.registry.objects, segments, { bundles: [bad] })
  return {
    async asksOf(items) {
      const inputs = await inputsOf(session, items)
      return items.map((item, i) => {
        const input = inputs[i]
        return input === undefined ? null : { id: idOf(item), line: lineOf(idOf(item), input) }
      })
    },
    close: () => session.close(),
  }
}

/** Items are in the order of time, so that a few at a time lie in a few places of the log. */
async function inputsOf({ query }: Session, items: readonly RemediationItem[]): Promise<readonly string[]> {
  const [first, last] = [items[0], items.at(-1)]
  if (first === undefined || last === undefined) return []
  const list = (name: string): string => `unnest(from_json($${name}, '["VARCHAR"]'))`
  const rows = await query(
    `SELECT n, input FROM predictions JOIN (SELECT ${list('ids')} AS id, ${list('spans')} AS span, ${list('times')}::TIMESTAMPTZ AS t,
        unnest(range(${items.length}))::INT AS n) AS asked ON request_id = id AND coalesce(span_id, '') = span AND ts = t
      WHERE event = 'prediction' AND mode = 'live' AND input IS NOT NULL
        AND ts >= ${quoted(first.ts)}::TIMESTAMPTZ AND ts <= ${quoted(last.ts)}::TIMESTAMPTZ`,
    {
      ids: JSON.stringify(items.map(({ request_id }) => request_id)),
      spans: JSON.stringify(items.map(({ span_id }) => span_id ?? '')),
      times: JSON.stringify(items.map(({ ts }) => ts)),
    },
  )
  const inputs: string[] = []
  for (const { n, input } of rows) inputs[Number(n)] = String(input)
  return inputs
}

/** The input as it was logged, with the item's id; one that is no object stands under `input`. */
function lineOf(id: string, input: string): string {
  const name = `"id":${JSON.stringify(id)}`
  if (!input.startsWith('{')) return `{${name},"input":${oneLine(input)}}`
  // An id of its own would be the second of that name, or the first.
  if (input.includes('"id"') || input.includes('\n')) return JSON.stringify({ ...(JSON.parse(input) as object), id })
  return `{${name}${input === '{}' ? '' : ','}${input.slice(1)}`
}

const oneLine = (json: string): string => (json.includes('\n') ? JSON.stringify(JSON.parse(json)) : json)
