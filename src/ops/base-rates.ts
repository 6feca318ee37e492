import type { Digest } from '../core/digest.ts'
import { isForeseen, type Traffic } from '../core/guard-ahead.ts'
import { guardsOf, USUAL_SOURCE } from '../core/guard-plan.ts'
import type { RolloutPolicy } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'

const HOUR = 3_600_000
const HOURS = 24

/** How often what each guard counts happened to what is stable, in the last day of the log, by the guard's name. Those that nothing was logged for are left out. */
export async function ratesNow(
  ctx: Context,
  pointer: string,
  stable: Digest,
  { analysis }: RolloutPolicy,
): Promise<ReadonlyMap<string, Traffic>> {
  const found = new Map<string, Traffic>()
  const guards = analysis === undefined ? [] : guardsOf(analysis).slice(0, analysis.guards.length)
  const asked = guards.filter((guard) => isForeseen(guard) && guard.kind === 'rate' && guard.source === USUAL_SOURCE)
  if (asked.length === 0 || ctx.source === undefined) return found
  const source = await ctx.source(USUAL_SOURCE, {})
  try {
    const end = ctx.now().getTime()
    const windows = Array.from({ length: HOURS }, (_, i) => end - (HOURS - i) * HOUR).map((from) => ({
      from,
      until: from + HOUR,
    }))
    const sides = { pointer, candidate: { bundle: stable, arms: ['control', 'stable'] }, reference: null }
    for (const guard of asked) {
      const { readings } = await source.read({ kind: 'events', guard, threshold: null }, sides, windows)
      const counts = readings.flatMap((one) => (one.kind === 'events' ? [one.counts.candidate] : []))
      const exposures = counts.reduce((sum, one) => sum + one.exposures, 0)
      const events = counts.reduce((sum, one) => sum + one.events, 0)
      if (events > 0) found.set(guard.name, { perHour: exposures / counts.length, baseRate: events / exposures })
    }
    return found
  } finally {
    await source.close()
  }
}
