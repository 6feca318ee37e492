import { type Bad, type Copy, checkCopies, checkRanges, type Ranges } from './check-data.ts'
import { type Crew, openCrew } from './crew.ts'
import type { JobName } from './jobs.ts'
import { startSignals } from './signals.ts'

/** Reads and hashes objects: here while there is little, over all cores from then on. */
export interface Reader {
  copies(copies: readonly Copy[]): Promise<readonly Bad[]>
  ranges(ranges: Ranges): Promise<readonly Bad[]>
  /** Stops what is under way. */
  close(): void
}

/** From here on threads pay for their start. */
const MUCH_BYTES = 8 * 1024 * 1024
const PROGRESS_MS = 100
/** Tasks begun before their turn, so that none waits behind one large object. */
const AHEAD = 64

/** `progress` is told of bytes as they are read. Errors of its reads: the reason of `signal`. */
export function startReader(progress: (bytes: number) => void, signal: AbortSignal | null): Reader {
  const signals = startSignals()
  let crew: Crew | null = null
  let [told, asked] = [0, 0]
  const tell = (): void => {
    const done = signals.done()
    if (done > told) progress(done - told)
    told = done
  }
  const stop = (): void => signals.stop()
  const timer = setInterval(tell, PROGRESS_MS)
  signal?.addEventListener('abort', stop)

  async function run<N extends JobName, I>(
    name: N,
    here: (input: I, given: typeof signals) => readonly Bad[],
    input: I,
    bytes: number,
  ): Promise<readonly Bad[]> {
    signal?.throwIfAborted()
    asked += bytes
    if (crew === null && asked > MUCH_BYTES) crew = openCrew()
    const bad = crew === null ? here(input, signals) : await crew.run(name, input as never, signals)
    signal?.throwIfAborted()
    return bad as readonly Bad[]
  }

  return {
    copies: (copies) =>
      run(
        'checkCopies',
        checkCopies,
        { copies },
        copies.reduce((sum, one) => sum + sizeOf(one), 0),
      ),
    ranges: (ranges) =>
      run(
        'checkRanges',
        checkRanges,
        ranges,
        ranges.lengths.reduce((sum, length) => sum + length, 0),
      ),
    close() {
      signals.stop()
      clearInterval(timer)
      signal?.removeEventListener('abort', stop)
      crew?.close()
      tell()
    },
  }
}

export const sizeOf = ({ extents }: Copy): number => extents.reduce((sum, { length }) => sum + length, 0)

/** Begins tasks before the ones in front of them are done; what comes of them comes in their order. */
export async function* ahead<T>(tasks: Iterable<() => Promise<T>>): AsyncGenerator<T> {
  const begun: Promise<T>[] = []
  for (const task of tasks) {
    const running = task()
    // Awaited at its turn; a failure before that must not be left unheard.
    running.catch(() => undefined)
    begun.push(running)
    if (begun.length >= AHEAD) yield await (begun.shift() as Promise<T>)
  }
  for (const running of begun) yield await running
}
