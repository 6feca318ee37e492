import { AishipError } from './errors.ts'
import type {
  Answer,
  Both,
  Count,
  MetricSource,
  Moments,
  Question,
  RawSource,
  Reading,
  Said,
  Sides,
  Span,
  Unavailable,
} from './metric-source.ts'
import { overdispersionOf } from './overdispersion.ts'

/** More cannot come of one field that is worth comparing. */
const MOST_CLASSES = 1000
/** A share of a whole number by which a count may be off: counters are floating-point numbers. */
const NEAR = 1e-9

/**
 * A source whose every reading is sound. This is the one place where what a source says is doubted; what cannot be true is unavailable, with the reason.
 * In: `signal`, of the command.
 */
export function checkedSource(raw: RawSource, signal: AbortSignal): MetricSource {
  return {
    async read(question, sides, windows) {
      checkWindows(windows)
      let query = ''
      try {
        query = raw.describe(question)
        return answerOf(question, sides, windows, query, await unlessAborted(raw.ask(question, sides, windows), signal))
      } catch (error) {
        signal.throwIfAborted()
        const none = { kind: 'unavailable', ...reasonOf(error) } as const
        return { readings: expected(question, windows).map(() => none), query, overdispersion: null, notes: [] }
      }
    },
    close: () => raw.close(),
  }
}

const expected = (question: Question, windows: readonly Span[]): readonly Span[] =>
  question.kind === 'quantile' ? windows.slice(0, 1) : windows

function reasonOf(error: unknown): { readonly why: string; readonly next: string | null } {
  const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  return { why, next: error instanceof AishipError ? (error.next.at(-1) ?? null) : null }
}

/** What hangs is left behind: it hears of the signal itself. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function checkWindows(windows: readonly Span[]): void {
  const [first] = windows
  const width = first === undefined ? 0 : first.until - first.from
  const isSound = windows.every(
    ({ from, until }, k) =>
      Number.isSafeInteger(from) && until - from === width && from === (first as Span).from + k * width,
  )
  if (!(width > 0) || !isSound)
    throw new AishipError('INTERNAL', 'windows must follow each other, be of one width, and be at least one')
}

function answerOf(question: Question, sides: Sides, windows: readonly Span[], query: string, said: Said): Answer {
  const wanted = expected(question, windows)
  const { readings: heard, notes = [] } = said
  const isWhole = Array.isArray(heard) && heard.length === wanted.length
  const many = Array.isArray(heard) ? `${heard.length} readings` : 'no list of readings'
  const readings = wanted.map((window, k) =>
    isWhole ? sound(question, sides, window, heard[k]) : unavailable(`${many} came for ${wanted.length} windows`),
  )
  const isByRequest = question.kind === 'events' && question.guard.unit === 'request'
  const measured =
    said.overdispersion ?? (isByRequest && said.overdispersion !== null ? overdispersionOf(readings) : null)
  return { readings, query, overdispersion: measured, notes }
}

const unavailable = (why: string): Unavailable => ({ kind: 'unavailable', why, next: null })

/** One reading, or why it can't be one. */
function sound(question: Question, sides: Sides, window: Span, heard: unknown): Reading | Unavailable {
  if (heard === null || heard === undefined) return unavailable('nothing was said of this window')
  if (!isObject(heard)) return unavailable(`a reading is an object, not ${brief(heard)}`)
  if (typeof heard.unavailable === 'string') return unavailable(heard.unavailable)
  if (heard.kind !== undefined && heard.kind !== question.kind)
    return unavailable(`it says ${brief(heard.kind)} where it was asked for ${question.kind}`)
  if (heard.from !== undefined && heard.from !== window.from)
    return unavailable('it speaks of another window than it was asked for')
  try {
    return READ[question.kind](heard, sides)
  } catch (error) {
    if (error instanceof Doubt) return unavailable(error.message)
    throw error
  }
}

/** That something which was said cannot be true. */
class Doubt extends Error {}

type Heard = Readonly<Record<string, unknown>>

const READ: Readonly<Record<Question['kind'], (heard: Heard, sides: Sides) => Reading>> = {
  events: (heard, sides) => ({ kind: 'events', counts: both(heard, sides, counted) }),
  classes: (heard, sides) => ({ kind: 'classes', classes: both(heard, sides, classed) }),
  moments: (heard, sides) => ({ kind: 'moments', moments: both(heard, sides, summed) }),
  pairs: (heard) => ({
    kind: 'pairs',
    worse: count(heard.worse, 'worse'),
    better: count(heard.better, 'better'),
    ties: count(heard.ties, 'ties'),
  }),
  value: (heard) => ({ kind: 'value', value: heard.value === null ? null : number(heard.value, 'value') }),
  quantile(heard) {
    const n = count(heard.n, 'n')
    const value = heard.value === null ? null : number(heard.value, 'value')
    if (value !== null && (n === 0 || !Number.isFinite(value))) throw new Doubt(`a quantile of ${value} among ${n}`)
    return { kind: 'quantile', value, n }
  },
}

function both<T>(heard: Heard, sides: Sides, read: (one: Heard, side: string) => T): Both<T> {
  const side = (name: 'candidate' | 'reference'): T => {
    const one = heard[name]
    if (one === null || one === undefined) throw new Doubt(`nothing was said of the ${name}`)
    if (!isObject(one)) throw new Doubt(`what was said of the ${name} is no object: ${brief(one)}`)
    return read(one, name)
  }
  return { candidate: side('candidate'), reference: sides.reference === null ? null : side('reference') }
}

function counted(one: Heard, side: string): Count {
  const exposures = count(one.exposures, `${side}.exposures`)
  const events = count(one.events, `${side}.events`)
  if (events > exposures) throw new Doubt(`${events} events among ${exposures} exposures of the ${side}`)
  return { exposures, events }
}

function classed(one: Heard, side: string): Readonly<Record<string, number>> {
  const all = Object.entries(one)
  if (all.length > MOST_CLASSES) throw new Doubt(`more than ${MOST_CLASSES} classes on the side of the ${side}`)
  return Object.fromEntries(all.map(([name, n]) => [name, count(n, `${side}[${brief(name)}]`)]))
}

function summed(one: Heard, side: string): Moments {
  const n = count(one.n, `${side}.n`)
  const [sum, squares] = [finite(one.sum, `${side}.sum`), finite(one.squares, `${side}.squares`)]
  // Cauchy and Schwarz: no numbers have such sums.
  if (squares < 0 || sum * sum > n * squares * (1 + NEAR) + NEAR)
    throw new Doubt(`no ${n} numbers of the ${side} have the sum ${sum} and the squares ${squares}`)
  return { n, sum, squares }
}

function count(value: unknown, name: string): number {
  const given = finite(value, name)
  const whole = Math.round(given)
  if (given < 0 || !Number.isSafeInteger(whole) || Math.abs(given - whole) > NEAR * Math.max(1, whole))
    throw new Doubt(`${name} is ${given}, and a count is a whole number from 0 on`)
  return whole
}

function finite(value: unknown, name: string): number {
  const given = number(value, name)
  if (!Number.isFinite(given)) throw new Doubt(`${name} is ${given}`)
  return given
}

function number(value: unknown, name: string): number {
  if (typeof value !== 'number')
    throw new Doubt(value === undefined ? `${name} is missing` : `${name} is no number: ${brief(value)}`)
  return value
}

const isObject = (value: unknown): value is Heard =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
