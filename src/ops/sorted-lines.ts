import { valuesOf } from '../core/lines.ts'
import type { Rehearsal, Tape } from '../core/rehearsal.ts'

/** Lines in the order of their keys, however many there are: what does not fit into memory lies on tapes until the end. */
export interface SortedLines {
  /** In: the keys to sort by, and a line with its newline. */
  add(keys: readonly string[], line: string): void
  /** Puts all of them on a tape, in order. */
  end(tape: Tape): Promise<void>
  /** Takes its tapes away. */
  drop(): void
}

type Keyed = readonly [keys: readonly string[], line: string]

const RUN = 50_000
const OUT = 1000

/** In: a name for its tapes. */
export function sortLines(rehearsal: Pick<Rehearsal, 'tape'>, name: string): SortedLines {
  const runs: Tape[] = []
  let held: Keyed[] = []
  const put = (): void => {
    const tape = rehearsal.tape(`${name}-${runs.length}`, true)
    runs.push(tape)
    held.sort(compare)
    for (let at = 0; at < held.length; at += OUT) {
      const some = held.slice(at, at + OUT)
      tape.append(some.map((one) => `${JSON.stringify(one)}\n`).join(''), some.length)
    }
    held = []
  }
  return {
    add(keys, line) {
      if (held.push([keys, line]) >= RUN) put()
    },
    async end(tape) {
      const sources = [...runs.map((run) => each(valuesOf<Keyed>(run.read(), () => OUT))), held.sort(compare).values()]
      let out: string[] = []
      const flush = (): void => {
        tape.append(out.join(''), out.length)
        out = []
      }
      for await (const [, line] of merged(sources)) if (out.push(line) >= OUT) flush()
      flush()
    },
    drop: () => runs.forEach((run) => void run.drop()),
  }
}

async function* each<T>(some: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const all of some) yield* all
}

async function* merged(sources: readonly (AsyncIterator<Keyed> | Iterator<Keyed>)[]): AsyncGenerator<Keyed> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, head: await source.next() })))
  for (;;) {
    let least: (typeof heads)[number] | null = null
    for (const one of heads) {
      if (one.head.done === true) continue
      if (least === null || compare(one.head.value, least.head.value as Keyed) < 0) least = one
    }
    if (least === null) return
    yield least.head.value as Keyed
    least.head = await least.source.next()
  }
}

function compare([a]: Keyed, [b]: Keyed): number {
  for (const [i, key] of a.entries()) {
    const other = b[i] ?? ''
    if (key !== other) return key < other ? -1 : 1
  }
  return 0
}
