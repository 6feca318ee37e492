import type { MetricDriver, MetricPlace, Question, Said, Sides, Span } from '../core/metric-source.ts'
import { shellLine } from '../core/shell.ts'
import { documentOf, saidIn } from './_document.ts'
import { failed, timeoutOf } from './_http.ts'

const MOST_BYTES = 32 * 1024 * 1024

/** A program of the project: one JSON document on its standard input, one on its standard output. */
export const driver: MetricDriver = {
  open: (place) => ({
    describe: () => shellLine(argvOf(place)),
    ask: (question, sides, windows) => ask(place, question, sides, windows),
    close: async () => undefined,
  }),
}

const argvOf = ({ options }: MetricPlace): readonly string[] => options.command as readonly string[]

async function ask(place: MetricPlace, question: Question, sides: Sides, windows: readonly Span[]): Promise<Said> {
  const argv = argvOf(place)
  const pass = (place.options.env ?? []) as readonly string[]
  const input = Buffer.from(`${documentOf(question, sides, windows)}\n`)
  const program = { argv, cwd: place.root, set: {}, pass, timeoutMs: timeoutOf(place), input }
  const { printed, problem } = await place.run(program, MOST_BYTES)
  const name = argv[0] ?? ''
  if (problem !== null) throw failed(`${name} ${problem.replaceAll('\n', ' / ')}`)
  return saidIn(parsed(Buffer.from(printed).toString('utf8'), name), question, windows, name)
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw failed(`${name} printed something else than one JSON document: ${JSON.stringify(text.slice(0, 200))}`)
  }
}
