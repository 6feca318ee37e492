import type { BreakerOptions } from './model.gen.ts'

/** The shares are of so many items, also before there were so many: a first failure is no share of one. */
const WINDOW = 500

export type Outcome = 'done' | 'conflict' | 'failed'

/** Opens when too much goes wrong. */
export interface Breaker {
  /** Out: why it is open now; null while it is not. */
  add(outcome: Outcome): string | null
}

export function makeBreaker(options: BreakerOptions): Breaker {
  const recent: Outcome[] = []
  const counts = { done: 0, conflict: 0, failed: 0 }
  let [next, row] = [0, 0]
  const tooMany = (what: 'conflict' | 'failed', share: number): boolean => counts[what] > share * WINDOW
  return {
    add(outcome) {
      const old = recent[next]
      if (old !== undefined) counts[old]--
      recent[next] = outcome
      counts[outcome]++
      next = (next + 1) % WINDOW
      row = outcome === 'failed' ? row + 1 : 0
      if (options.in_a_row > 0 && row >= options.in_a_row) return `${row} failures in a row`
      const of = `of the last ${recent.length}`
      if (tooMany('failed', options.failed_share)) return `${counts.failed} ${of} failed`
      if (tooMany('conflict', options.conflict_share)) return `${counts.conflict} ${of} were conflicts`
      return null
    },
  }
}
