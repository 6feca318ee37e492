/**
 * What threads say to each other while a job runs: how far it is, that it is to stop, which item is next. Shared memory, because a thread that
 * works synchronously hears no messages.
 */
export interface Signals {
  /** What crosses threads; `startSignals(shared)` there gives the same signals. */
  readonly shared: SharedArrayBuffer
  /** Adds to what is done, in bytes. */
  advance(bytes: number): void
  /** Bytes done so far, of all threads. */
  done(): number
  /** Asks those at work to stop soon. */
  stop(): void
  readonly isStopped: boolean
  /** The number of the next `count` items that nobody has taken: of several threads each gets others. */
  take(count: number): number
  /** Sets or asks for a sign between two threads: that a file is whole. */
  raise(): void
  readonly isRaised: boolean
  /** Sleeps until something is said, at most `ms`. */
  wait(ms: number): void
}

/** bytes done (u64), then i32: stopped, next item, raised. */
const BYTES = 8 + 3 * 4
const [STOPPED, NEXT, RAISED] = [2, 3, 4] as const

export function startSignals(shared = new SharedArrayBuffer(BYTES + 4)): Signals {
  const bytes = new BigInt64Array(shared, 0, 1)
  const words = new Int32Array(shared)
  const say = (word: number): void => {
    Atomics.store(words, word, 1)
    Atomics.notify(words, RAISED)
  }
  return {
    shared,
    advance: (count) => void Atomics.add(bytes, 0, BigInt(count)),
    done: () => Number(Atomics.load(bytes, 0)),
    stop: () => say(STOPPED),
    get isStopped() {
      return Atomics.load(words, STOPPED) === 1
    },
    take: (count) => Atomics.add(words, NEXT, count),
    raise: () => say(RAISED),
    get isRaised() {
      return Atomics.load(words, RAISED) === 1
    },
    wait: (ms) => void Atomics.wait(words, RAISED, 0, ms),
  }
}
