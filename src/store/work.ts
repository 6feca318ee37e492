import { type Crew, openCrew } from './crew.ts'

/** What is under way in a batch, and the threads for it. */
export interface Work {
  /** Aborted by `end`. */
  readonly signal: AbortSignal
  threads(): Crew
  /** Runs what `end` must wait for. The threads go with the last that runs: what they hold is worth tens of MB to those who go on. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Stops what is under way and waits for it, and for its threads. Whoever asks waits for the same end. */
  end(): Promise<void>
}

export function startWork(): Work {
  let crew: Crew | null = null
  let count = 0
  const running = new Set<Promise<unknown>>()
  const over = new AbortController()
  let ending: Promise<unknown> | null = null

  async function dismiss(): Promise<void> {
    if (--count > 0) return
    const idle = crew
    crew = null
    await idle?.close()
  }

  return {
    signal: over.signal,
    threads() {
      crew ??= openCrew()
      return crew
    },
    async run(work) {
      count++
      const done = work().finally(dismiss)
      running.add(done)
      try {
        return await done
      } finally {
        running.delete(done)
      }
    },
    async end() {
      over.abort(new Error('the batch is closed'))
      ending ??= Promise.allSettled(running)
      await ending
    },
  }
}
