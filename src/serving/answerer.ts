import type { Answer, Answerer, Pace } from '../core/rehearsal.ts'
import { type Job, makeWorker, type Owner, onlyEnds, type Start, type Worker } from './answerer-worker.ts'
import type { Env } from './program.ts'

/** Processes in a row that ended without an answer: there is nothing to be had from more. */
const MOST_BARREN = 20
const FIRST_BARREN = 4
const NO_ID = 'each answer has to repeat the `id` of the line that it answers'

/** See `Rehearsal`. */
export function openAnswerer(program: Start, env: Env, pace: Pace, signal: AbortSignal): Answerer {
  let job: Job | null = null
  let barren = 0
  let isProven = false
  const crew: Worker[] = []

  const give = (index: number, answer: Answer): void => {
    if (job === null) return
    job.answers[index] = answer
    if (--job.left === 0) job.done()
  }
  const owner: Owner = {
    ...{ program, env, pace },
    job: () => job,
    answered(index, value) {
      isProven = true
      barren = 0
      give(index, { value })
    },
    ended(why, owed, isBarren, isAstray) {
      barren = isBarren ? barren + 1 : 0
      if (isAstray && !isProven) job?.fail(onlyEnds(program, why, NO_ID))
      if (owed.length === 1) give(owed[0] as number, { error: why })
      if (barren >= (isProven ? MOST_BARREN : FIRST_BARREN)) job?.fail(onlyEnds(program, why))
    },
    fail: (error) => job?.fail(error),
  }

  return {
    async ask(asks) {
      if (asks.length === 0) return []
      signal.throwIfAborted()
      const stopAll = (): void => job?.fail(signal.reason)
      signal.addEventListener('abort', stopAll)
      try {
        const answers: Answer[] = []
        await new Promise<void>((done, fail) => {
          job = { asks, answers, next: 0, left: asks.length, done, fail }
          for (let i = 0; i < pace.workers; i++) {
            crew[i] ??= makeWorker(owner)
            crew[i]?.pump()
          }
        })
        return answers
      } catch (error) {
        for (const worker of crew) worker.kill()
        throw error
      } finally {
        job = null
        signal.removeEventListener('abort', stopAll)
      }
    },
    close: async () => void (await Promise.all(crew.map((worker) => worker.close()))),
  }
}
