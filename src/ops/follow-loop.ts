import { AishipError } from '../core/errors.ts'
import {
  bundleOf,
  type Failure,
  failedAgain,
  goingReleases,
  nextStep,
  type Step,
  sameWanted,
  type Wanted,
} from '../core/follow.ts'
import type { Followed, Hands } from '../core/followed.ts'
import type { FollowData, FollowState } from '../core/model.gen.ts'
import type { Context, Result } from '../core/ports.ts'
import type { FollowInput } from './follow.ts'
import { asError, type Bringing, bring, describe, tellProcess } from './follow-act.ts'
import { openAsker } from './follow-ask.ts'
import { followData } from './follow-data.ts'
import { openReporter, type Reported } from './follow-report.ts'
import { endOnce, stopped, teller } from './follow-tell.ts'
import { lookEveryMs } from './reach.ts'

/** So often is written down when the registry was asked last. */
const SAVE_MS = 60 * 1000

/** What is under way: one thing at a time. */
interface Work {
  readonly wanted: Wanted
  readonly stop: AbortController
  /** Never fails. */
  readonly done: Promise<void>
}

/** The loop of `follow`, in a folder that is kept by this process. Asking, acting and reporting run beside each other: none waits for another. */
export async function keepFollowing(
  ctx: Context,
  input: FollowInput,
  folder: Followed,
  hands: Hands,
): Promise<Result<FollowData>> {
  const watch = folder.watch()
  const tell = teller(ctx, input)
  const looked = folder.look()
  const asker = openAsker(ctx, input, looked.state, tell, watch)
  const reporter = openReporter(ctx, input, folder, tell)
  let state: FollowState | null = looked.state
  let current = looked.current
  let isWhole = current !== null
  let failure: Failure | null = null
  let work: Work | null = null
  let fatal: unknown = null
  let sweeping: Promise<void> | null = null
  /** What was served and wanted when nothing was left to sweep. */
  let sweptFor = ''
  let savedMs = 0
  let changed = false

  if (current !== null) {
    const problem = await folder.problemOf(current, ctx.signal)
    isWhole = problem === null
    if (problem !== null)
      tell('damaged', { path: folder.pathOf(current), message: problem }, `${folder.pathOf(current)}: ${problem}`)
  }

  const nowMs = (): number => ctx.now().getTime()
  const isToBeTold = input.exec !== null || input.signal !== null
  const isTold = (): boolean => !isToBeTold || state?.told === current

  function wantedNow(): Wanted | null {
    const { pin } = folder.look()
    return pin === null ? asker.wanted() : { bundle: pin.bundle, version: pin.version, seq: null, arm: null }
  }

  /** What is written down, of this pointer of this registry; null while nobody knows which registry it is. */
  function stateNow(): FollowState | null {
    const about = asker.about() ?? state
    if (about === null) return null
    const { registry, app } = about
    const said = asker.said()
    return {
      format: 1,
      registry,
      app,
      pointer: input.pointer,
      arm: input.arm,
      said,
      served: state?.served ?? [],
      told: state?.told ?? null,
    }
  }

  function saveIfDue(): void {
    const next = stateNow()
    if (next === null || asker.said() === null) return
    const isSame = next.said?.seq === state?.said?.seq && next.registry === state?.registry && next.arm === state?.arm
    if (isSame && nowMs() - savedMs < SAVE_MS) return
    savedMs = nowMs()
    state = next
    try {
      hands.save(state)
    } catch (thrown) {
      // What is served goes on being served on a disk that is full.
      complain(thrown)
    }
  }

  function complain(thrown: unknown): void {
    const { code, message } = asError(thrown)
    if (!hands.isLost()) tell('failed', { code, message }, `${message} [${code}]`)
  }

  function start(step: Exclude<Step, { do: 'rest' }>): void {
    const stop = new AbortController()
    const signal = AbortSignal.any([ctx.signal, stop.signal])
    const done = act(step, signal)
      .then(
        () => {
          failure = null
        },
        (thrown) => {
          if (hands.isLost()) fatal = thrown
          else if (!signal.aborted) fail(step, asError(thrown))
        },
      )
      .finally(() => {
        work = null
        // What was begun and is not wanted any more goes.
        sweptFor = ''
        watch.wake()
      })
    work = { wanted: step.wanted, stop, done }
  }

  function fail({ do: what, wanted }: Exclude<Step, { do: 'rest' }>, error: AishipError): void {
    const isNew = failure?.error.message !== error.message || !sameWanted(failure.wanted, wanted)
    failure = failedAgain(failure, { what, wanted, atMs: nowMs(), error })
    const data = { code: error.code, message: error.message, bundle: wanted.bundle, attempts: failure.attempts }
    if (isNew) tell('failed', data, `${error.message} [${error.code}]; ${stays()}`)
  }

  const stays = (): string => {
    const one = state?.served.find(({ bundle }) => current !== null && bundle === bundleOf(current))
    return one === undefined ? 'nothing is served yet' : `${describe(one)} goes on being served`
  }

  async function act({ do: what, wanted }: Exclude<Step, { do: 'rest' }>, signal: AbortSignal): Promise<void> {
    const begun = stateNow()
    if (begun === null) throw asker.away() ?? new AishipError('INTERNAL', 'a follower without an app')
    const { app } = begun
    const { now } = ctx
    const bringing: Bringing = {
      ...{ app, input, folder, hands, state: begun, current, now, tell },
      connected: asker.connected,
    }
    const startedMs = nowMs()
    const { bundle, version, seq } = wanted
    if (what === 'bring') {
      const brought = await bring(bringing, wanted, signal)
      ;({ state, name: current } = brought)
      isWhole = changed = true
      const data = {
        bundle,
        version,
        seq,
        path: folder.pathOf(brought.name),
        was_warm: !brought.isNew,
        pinned: seq === null,
      }
      tell('serving', { ...data, elapsed_ms: nowMs() - startedMs }, `${input.pointer}: serving ${describe(wanted)}`)
      return
    }
    const isThere = await tellProcess(bringing, wanted, signal)
    state = { ...(stateNow() as FollowState), told: current }
    hands.save(state)
    tell(
      isThere ? 'told' : 'nobody to tell',
      { bundle, version, seq },
      `${input.pointer}: ${isThere ? 'the process was told' : 'there is no process to tell'}`,
    )
  }

  /** Beside the work, which need not wait for a large release to go. */
  async function sweep(now: string): Promise<void> {
    const keep = { current, wanted: wantedNow()?.bundle ?? null, served: state?.served ?? [], keep: input.keep }
    try {
      for (const name of goingReleases(folder.look().releases, keep)) {
        if (work !== null || ctx.signal.aborted) return
        await hands.drop(name)
      }
    } catch (thrown) {
      complain(thrown)
    }
    sweptFor = now
  }

  const currentBundle = (): Wanted['bundle'] | null => (current === null ? null : bundleOf(current))
  const reportNow = (): Reported => ({
    ...{ state: stateNow(), current: currentBundle(), pinned: folder.look().pin !== null, failure },
  })
  const dataNow = (): FollowData =>
    followData(ctx, input, folder, { state: stateNow() ?? state, isTold: isTold(), asker })

  try {
    for (;;) {
      if (fatal !== null) throw fatal
      if (ctx.signal.aborted) throw stopped(changed)
      // Another has taken the folder over, which says so itself.
      if (hands.isLost()) throw new AishipError('OVERTAKEN', `another follow keeps ${folder.dir}`)
      if (input.pin === null) asker.askIfDue()
      if (asker.fatal() !== null) throw asker.fatal()
      if (asker.folder() !== null) watch.add(asker.folder() as string)
      const wanted = wantedNow()
      const under = work as Work | null
      // A hold is a move too, and no reason to begin again.
      if (under !== null && under.wanted.bundle !== wanted?.bundle) under.stop.abort()
      saveIfDue()
      const everyMs = input.everyMs ?? lookEveryMs(asker.folder())
      const situation = { nowMs: nowMs(), wanted, current: isWhole ? currentBundle() : null, isTold: isTold(), failure }
      const step = nextStep(situation, everyMs)
      if (work === null && step.do !== 'rest') start(step)
      else if (work === null && wanted?.bundle === situation.current && situation.isTold) failure = null
      const now = `${current} ${wanted?.bundle}`
      if (work === null && sweeping === null && wanted !== null && now !== sweptFor)
        sweeping = sweep(now).finally(() => {
          sweeping = null
          watch.wake()
        })
      reporter.reportIfDue(asker.context(), reportNow())
      const isQuiet = work === null && sweeping === null && step.do === 'rest'
      if (input.once && isQuiet && (asker.isAnswered() || input.pin !== null)) {
        endOnce({ away: asker.away(), failure, isWhole, folder, pointer: input.pointer })
        return { changed, data: dataNow() }
      }
      if (await watch.next(step.do === 'rest' ? step.ms : everyMs)) asker.due()
    }
  } finally {
    const under = work as Work | null
    under?.stop.abort()
    await under?.done
    await sweeping
    watch.close()
    await reporter.end(asker.context(), reportNow(), input.once)
  }
}
