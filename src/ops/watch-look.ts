import { AishipError } from '../core/errors.ts'
import { optionsOf } from '../core/guard-options.ts'
import { beforeQuestion, closedWindows, guardsOf, questionsOf, sidesFor } from '../core/guard-plan.ts'
import type { Answer, MetricSource, Question, Sides, Span } from '../core/metric-source.ts'
import type { Guard, WatchAsked, WatchLook } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { asAsked, type Judged, judge, type Stretch, situationOf } from '../core/watch-evidence.ts'

/** What was asked once and stays so: quantiles before the start, by guard and start. */
export type Frozen = Map<string, WatchLook['frozen'][string]>

/** Asks the sources everything that the guards want to know, and judges. Nothing is changed. Errors: the reason of the command's signal. */
export async function look(ctx: Context, stretches: readonly Stretch[], frozen: Frozen = new Map()): Promise<Judged> {
  const sources = openSources(ctx)
  try {
    const asked: Omit<WatchLook, 'verdicts'>[] = []
    for (const stretch of stretches) asked.push(await ask(stretch, sources.of, frozen))
    return judge(asked)
  } finally {
    await sources.close()
  }
}

/** How many units the candidate has served in a stretch of time, by a guard that counts; null where none can tell. */
export async function unitsIn(ctx: Context, stretch: Stretch, span: Span): Promise<number | null> {
  const guard = guardsOf(stretch.watch).find(({ kind }) => kind === 'rate')
  if (guard === undefined || span.until <= span.from) return null
  const sources = openSources(ctx)
  try {
    const question: Question = { kind: 'events', guard, threshold: null }
    const [reading] = (await answer(sources.of, question, stretch.sides, [span])).readings
    return reading?.kind === 'events' ? reading.counts.candidate.exposures : null
  } finally {
    await sources.close()
  }
}

type SourceOf = (guard: Guard) => Promise<MetricSource>

/** Each place is opened once, however many guards ask it. */
function openSources(ctx: Context): { readonly of: SourceOf; close(): Promise<void> } {
  const opened = new Map<string, Promise<MetricSource>>()
  return {
    async of(guard) {
      if (ctx.source === undefined) throw new AishipError('USAGE', 'no live numbers can be read here')
      const [kind, options] = [guard.source ?? 'predictions', optionsOf(guard)]
      const key = JSON.stringify([kind, options])
      const source = opened.get(key) ?? ctx.source(kind, options)
      opened.set(key, source)
      return source
    },
    async close() {
      for (const source of opened.values()) await source.then((one) => one.close()).catch(() => undefined)
    },
  }
}

async function ask(stretch: Stretch, of: SourceOf, frozen: Frozen): Promise<Omit<WatchLook, 'verdicts'>> {
  const guards = guardsOf(stretch.watch)
  const before: Record<string, WatchLook['frozen'][string]> = {}
  const bare = situationOf({ ...stretch, frozen: {} })
  for (const guard of guards) {
    const found = beforeQuestion(guard, bare)
    if (found === null) continue
    const key = JSON.stringify([guard, stretch.sides, stretch.start])
    const known = frozen.get(key) ?? (await quantile(of, found.question, stretch.sides, found.windows))
    if (known === null) continue
    frozen.set(key, known)
    before[guard.name] = known
  }
  const look = { ...stretch, frozen: before }
  const situation = situationOf(look)
  const asked: WatchAsked[] = []
  for (const guard of guards) {
    const answers: Answer[] = []
    for (const question of questionsOf(guard, situation))
      answers.push(await answer(of, question, sidesFor(guard, situation), closedWindows(guard, situation)))
    asked.push(asAsked(guard.name, answers))
  }
  return { ...look, asked }
}

async function quantile(of: SourceOf, question: Question, sides: Sides, windows: readonly Span[]) {
  const [reading] = (await answer(of, question, sides, windows)).readings
  return reading?.kind === 'quantile' ? { value: reading.value, n: reading.n } : null
}

/** What goes wrong with one place says nothing of the others: its guards are unknown. */
async function answer(of: SourceOf, question: Question, sides: Sides, windows: readonly Span[]): Promise<Answer> {
  if (windows.length === 0) return NOTHING
  try {
    return await (await of(question.guard)).read(question, sides, windows)
  } catch (error) {
    if (!(error instanceof AishipError) || error.code === 'INTERRUPTED' || error.code === 'TERMINATED') throw error
    const why = { kind: 'unavailable', why: error.message, next: error.next.at(-1) ?? null } as const
    return { ...NOTHING, readings: windows.map(() => why) }
  }
}

/** No window is closed yet. */
const NOTHING: Answer = { readings: [], query: '', overdispersion: null, notes: [] }
