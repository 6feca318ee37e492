import type { Question, Said, Sides, Span } from '../core/metric-source.ts'
import { failed } from './_http.ts'

/** What a program or a URL is asked: one JSON document. Its answer is `{"readings": […]}`, or `{"value": 0.2}` for what is so in the newest window. */
export function documentOf(
  question: Question,
  { pointer, candidate, reference }: Sides,
  windows: readonly Span[],
): string {
  const time = (ms: number): string => new Date(ms).toISOString()
  return JSON.stringify({
    ...{ v: 1, question, pointer, candidate, reference },
    windows: windows.map(({ from, until }) => ({ from: time(from), until: time(until) })),
  })
}

/** In: `who` answered. Errors: SOURCE_FAILED. */
export function saidIn(answer: unknown, question: Question, windows: readonly Span[], who: string): Said {
  const { readings, value, notes } = (answer ?? {}) as { readonly [key: string]: unknown }
  if (Array.isArray(readings)) {
    const own = Array.isArray(notes) ? notes.filter((note) => typeof note === 'string') : []
    return { readings: readings.map(readTime), notes: own }
  }
  if (question.kind === 'value' && value !== undefined) return newest(value, windows)
  throw failed(`${who} gave neither {"readings": […]} nor, for a value, {"value": …}`)
}

/** A number that is so now says nothing of then. */
export const newest = (value: unknown, windows: readonly Span[]): Said => ({
  readings: windows.map((_, k) =>
    k === windows.length - 1 ? { value } : { unavailable: 'only what is so in the newest window was said' },
  ),
})

/** A reading may say which window it is of. */
function readTime(reading: unknown): unknown {
  const from = (reading as { readonly from?: unknown } | null)?.from
  return typeof from === 'string' ? { ...(reading as object), from: Date.parse(from) } : reading
}
