import { checkedSource } from '../../../src/core/metric-answer.ts'
import type { Question, RawSource, Reading, Sides, Span, Unavailable } from '../../../src/core/metric-source.ts'
import type { WatchData } from '../../../src/core/model.gen.ts'
import type { Context, Result } from '../../../src/core/ports.ts'
import { watch } from '../../../src/ops/watch.ts'
import { watchReplay } from '../../../src/ops/watch-replay.ts'
import { automation, human, makeStage, type StageOptions } from '../registry.ts'
import { rollouts } from '../rollout/hands.ts'

/** What live traffic shows, window by window; what is not said is not there. */
export interface World {
  /** In so many requests to a side, so many events. Of a side: exposures a second, and one event in so many. */
  answer(question: Question, sides: Sides, window: Span): Reading | Unavailable
}

/** Of `perSecond` requests a side; every `n`-th of them has the event. */
export const traffic = (
  candidate: { readonly perSecond: number; readonly every: number },
  reference: { readonly perSecond: number; readonly every: number },
): World => ({
  answer: (question, sides, { from, until }) => {
    const seconds = (until - from) / 1000
    const count = ({ perSecond, every }: typeof candidate) => {
      const before = Math.floor((from / 1000) * perSecond)
      const exposures = Math.floor((until / 1000) * perSecond) - before
      return { exposures, events: Math.floor((before + exposures) / every) - Math.floor(before / every) }
    }
    if (question.kind !== 'events' || seconds <= 0)
      return { kind: 'unavailable', why: 'nothing of that kind is counted', next: null }
    // Each unit's first window: as many as the weights say.
    if (question.guard.name === 'sample-ratio') return { kind: 'unavailable', why: 'not counted here', next: null }
    return {
      kind: 'events',
      counts: { candidate: count(candidate), reference: sides.reference === null ? null : count(reference) },
    }
  },
})

export const HEALTHY = traffic({ perSecond: 5, every: 100 }, { perSecond: 95, every: 100 })
export const BROKEN = traffic({ perSecond: 5, every: 4 }, { perSecond: 95, every: 100 })
export const SILENT: World = { answer: () => ({ kind: 'unavailable', why: 'nobody answers', next: null }) }

export const GUARDED = `pointers:
  staging: {}
  canary: {}
  prod:
    watch:
      interval: 10s
      grace: 0s
      source: command
      command: [./count.sh]
      guards:
        - {name: errors, kind: rate, events: errors, exposures: requests, onFail: rollback}`

/** As a driver gives it, before anybody has doubted it. */
const said = (reading: Reading | Unavailable): unknown => {
  if (reading.kind === 'unavailable') return { unavailable: reading.why }
  return reading.kind === 'events' ? { kind: reading.kind, ...reading.counts } : reading
}

/** v1 serves prod, v2 is the candidate; the world is what the scene says at that moment. */
export async function scene(yaml = GUARDED, options: StageOptions = {}) {
  let world: World = HEALTHY
  const asked: Question[] = []
  const raw: RawSource = {
    describe: () => 'count.sh',
    ask: async (question, sides, windows) => {
      asked.push(question)
      return { readings: windows.map((window) => said(world.answer(question, sides, window))), overdispersion: null }
    },
    close: async () => undefined,
  }
  const source = checkedSource(raw, new AbortController().signal)
  const stage = makeStage({ source, ...options })
  stage.configure(yaml)
  const v1 = await stage.bundle({ model: 'a' })
  const v2 = await stage.bundle({ model: 'b' })
  await stage.ana.promote('v1', 'prod')
  const robot = automation('cron')
  const watchAs =
    (ctx: Context) =>
    (
      opts: { readonly forMs?: number; readonly everyMs?: number; readonly once?: boolean } = {},
    ): Promise<Result<WatchData>> =>
      watch(ctx, {
        pointer: 'prod',
        once: opts.once ?? opts.forMs === undefined,
        forMs: opts.forMs ?? null,
        everyMs: opts.everyMs ?? null,
      })
  return {
    ...{ stage, v1, v2, asked, source },
    ana: rollouts(stage, human('ana')),
    cron: rollouts(stage, robot),
    become: (next: World): void => {
      world = next
    },
    look: (op?: string) => watchAs(stage.context(robot, op))(),
    watch: (opts: Parameters<ReturnType<typeof watchAs>>[0]) => watchAs(stage.context(robot))(opts),
    replay: (seq: number) => watchReplay(stage.context(robot), { pointer: 'prod', seq }),
  }
}

export type Scene = Awaited<ReturnType<typeof scene>>

/** A rollout policy with guards of its own, as a file says it. */
export const analysed = (guards: string, more = ''): string => `
strategy: {canary: {steps: [{setWeight: 5%, hold: {for: 1m}}, {setWeight: 25%, hold: {for: 1m}}, {setWeight: 100%}]}}
deadline: {after: 1h}
analysis:
  interval: 10s
  grace: 0s
  source: command
  command: [./count.sh]
${more}  guards:
${guards}
`
