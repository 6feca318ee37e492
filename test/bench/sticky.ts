import { addBatch, type Batch, hasFailed, type Process, startProcess, type Test } from '../../src/core/eprocess.ts'
import { random } from './work.ts'

/**
 * Traffic of users who come back and stay in their arm: some of them are broken, and everything that they ask fails, whatever serves them. Counted by
 * request a few of those look like a bad candidate; counted by unit, as a source counts, each is an event once, in the first window that has it,
 * and nobody afterwards.
 */

const [REQUESTS, STEP, OTHERS, EACH] = [10_000, 50, 19, 30]
const USERS = Math.round(REQUESTS / EACH)

interface Sticky {
  /** Requests to the candidate until it was rolled back, by each way of counting; Infinity: it was not. */
  readonly perRequest: Float64Array
  readonly scaled: Float64Array
  readonly perUnit: Float64Array
}

interface Asked {
  readonly failed: number
  readonly units: number
  readonly events: number
}

/** One arm's users: what becomes of so many requests in the next window, and of the units that made them. */
function armOf(next: () => number, users: number, share: number): (requests: number) => Asked {
  const broken = Uint8Array.from({ length: users }, () => (next() < share ? 1 : 0))
  const [gone, seen] = [new Uint8Array(users), new Int32Array(users)]
  let window = 0
  return (requests) => {
    window++
    let [failed, units, events] = [0, 0, 0]
    for (let i = 0; i < requests; i++) {
      const user = Math.floor(next() * users)
      if (broken[user] === 1) failed++
      if (seen[user] === window || gone[user] === 1) continue
      seen[user] = window
      units++
      if (broken[user] === 0) continue
      events++
      gone[user] = 1
    }
    return { failed, units, events }
  }
}

/** In: the shares of users who are broken in each arm. */
export function simulateSticky(canaries: number, share: number, control: number, alpha: number, seed: number): Sticky {
  const next = random(seed)
  const found = {
    perRequest: new Float64Array(canaries).fill(Number.POSITIVE_INFINITY),
    scaled: new Float64Array(canaries).fill(Number.POSITIVE_INFINITY),
    perUnit: new Float64Array(canaries).fill(Number.POSITIVE_INFINITY),
  }
  const plain: Test = { worse: 'higher', margin: 1 }
  for (let canary = 0; canary < canaries; canary++) {
    const [candidate, beside] = [armOf(next, USERS, share), armOf(next, USERS * OTHERS, control)]
    const processes: { -readonly [key in keyof Sticky]: Process } = {
      ...{ perRequest: startProcess(plain), perUnit: startProcess(plain) },
      scaled: startProcess({ ...plain, overdispersion: EACH + 1 }),
    }
    for (let seen = STEP; seen <= REQUESTS; seen += STEP) {
      const [now, other] = [candidate(STEP), beside(STEP * OTHERS)]
      const requests: Batch = {
        ...{ events: now.failed, exposures: STEP, controlEvents: other.failed, controlExposures: STEP * OTHERS },
      }
      const units: Batch = {
        ...{ events: now.events, exposures: now.units, controlEvents: other.events, controlExposures: other.units },
      }
      for (const key of ['perRequest', 'scaled', 'perUnit'] as const) {
        processes[key] = addBatch(processes[key], key === 'perUnit' ? units : requests)
        if (found[key][canary] === Number.POSITIVE_INFINITY && hasFailed(processes[key], alpha))
          found[key][canary] = seen
      }
    }
  }
  return found
}
