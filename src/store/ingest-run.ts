import { type Signals, startSignals } from './signals.ts'

const PROGRESS_MS = 100

/** The jobs of one call, to be watched and stopped together. */
export interface Run {
  /** Those of a new job. Errors: why no job may begin any more. */
  signals(): Signals
  /** Remembers what is under way, so that nothing goes on behind the caller's back. */
  watch<T>(job: Promise<T>): Promise<T>
  /** Stops all of them; the first failure is the one that counts. */
  fail(error: unknown): void
  /** Errors: the reason of the signal, else the first failure. */
  check(): void
  /** Waits until none is running. */
  end(): Promise<void>
}

/** `progress` is told of bytes as they are done, and its failure is one of the run; `signal` stops all jobs. */
export function startRun(progress: (bytes: number) => void, signal: AbortSignal | null): Run {
  const all: Signals[] = []
  const running: Promise<unknown>[] = []
  let told = 0
  let failed: { readonly error: unknown } | null = null
  const stop = (): void => {
    for (const signals of all) signals.stop()
  }
  const fail = (error: unknown): void => {
    // A thread that was stopped may answer before the one that it was stopped for.
    if (failed === null || isStop(failed.error)) failed = { error }
    stop()
  }
  const tell = (): void => {
    const done = all.reduce((sum, signals) => sum + signals.done(), 0)
    try {
      if (done > told) progress(done - told)
    } catch (error) {
      fail(error)
    }
    told = done
  }
  const check = (): void => {
    signal?.throwIfAborted()
    if (failed !== null) throw failed.error
  }
  const timer = setInterval(tell, PROGRESS_MS)
  signal?.addEventListener('abort', stop)
  return {
    signals() {
      check()
      const signals = startSignals()
      all.push(signals)
      return signals
    },
    watch(job) {
      running.push(job.catch(fail))
      return job
    },
    fail,
    check,
    async end() {
      clearInterval(timer)
      signal?.removeEventListener('abort', stop)
      await Promise.all(running)
      tell()
    },
  }
}

const isStop = (error: unknown): boolean => error instanceof Error && /^(?:Error: )?stopped\b/.test(error.message)
