import { type Batch, type Look, weigh } from './eprocess.ts'
import type { Served, Situation } from './guard.ts'
import { answered, type Finding, type Heard } from './guard-heard.ts'
import { testsOf } from './guard-plan.ts'
import { requestsToPass, requestsToSee } from './guard-power.ts'
import type { Settings } from './guard-settings.ts'
import { countWords, evidenceWords, percentWords } from './guard-words.ts'
import type { GuardCount } from './model.gen.ts'

/** Guards that count: events against exposures, pairs, and who was drawn. */

/** A pass means that so many times what is tolerated would have been seen. */
const SEEN = 5
/** What happens less often than this need not have been seen to multiply: 5 % of it would have been. */
const LEAST_BASE = 0.01
const NONE: GuardCount = { exposures: 0, events: 0 }
const sum = (a: GuardCount, b: GuardCount): GuardCount => ({
  exposures: a.exposures + b.exposures,
  events: a.events + b.events,
})

/** What happens to the candidate against what happens to the reference. */
export function judgeRate(settings: Settings, heard: readonly Heard<'events'>[]): Finding {
  const { alpha, direction, margin, overdispersion } = settings
  const tests = testsOf(settings)
  let [candidate, reference] = [NONE, NONE]
  let lastSeen: number | null = null
  const looks = answered(heard).map(({ window, reading }): Look => {
    const { candidate: now, reference: beside } = reading.counts
    candidate = sum(candidate, now)
    reference = sum(reference, beside ?? NONE)
    if (now.exposures > 0 && beside !== null && beside.exposures > 0) lastSeen = window.until
    const batch: Batch = {
      ...{ events: now.events, exposures: now.exposures },
      ...{ controlEvents: beside?.events ?? 0, controlExposures: beside?.exposures ?? 0 },
    }
    return { until: window.until, batches: tests.map(() => batch) }
  })
  const weighed = weigh(tests, looks, alpha)
  const observed = reference.events / Math.max(1, reference.exposures)
  const base = direction === 'decrease' ? observed : Math.max(LEAST_BASE, observed)
  const tolerated = direction === 'decrease' ? 1 - margin : 1 + margin
  const ratio = direction === 'decrease' ? tolerated / SEEN : Math.min(tolerated * SEEN, 1 / base)
  const power = { alpha, overdispersion, margin: tolerated }
  const needed = requestsToSee(ratio, base, candidate.exposures, reference.exposures, power)
  const beyond = margin === 0 ? '' : `, where ${percentWords(margin)} is tolerated`
  return {
    ...{ failed: weighed.failedAt !== null, ...weighed, candidate, reference, lastSeen },
    ...{ seen: candidate.exposures, needed: candidate.exposures === 0 ? 1 : needed },
    unsure:
      candidate.exposures > 0 && reference.exposures > 0 && needed === Number.POSITIVE_INFINITY
        ? `it happened to ${countWords(reference)} of the reference, and no candidate could ever be so much worse`
        : null,
    says: `it happened to ${countWords(candidate)} against ${countWords(reference)}${beyond}: E is ${evidenceWords(weighed.lnMax)}, of ${evidenceWords(-Math.log(alpha))}`,
  }
}

/** A share that must stay under one that is written down: events against what had none, at the odds of the ceiling. It needs nobody beside it. */
export function judgeCeiling(
  { alpha, overdispersion, ...settings }: Settings,
  heard: readonly Heard<'events'>[],
): Finding {
  const ceiling = settings.ceiling as number
  let candidate = NONE
  let lastSeen: number | null = null
  const looks = answered(heard).map(({ window, reading }): Look => {
    const now = reading.counts.candidate
    candidate = sum(candidate, now)
    if (now.exposures > 0) lastSeen = window.until
    return { until: window.until, batches: [againstShare(now, ceiling)] }
  })
  const weighed = weigh([{ worse: 'higher', margin: 1, overdispersion }], looks, alpha)
  const power = { alpha, overdispersion }
  const needed = requestsToPass(Math.min(SEEN * ceiling, (1 + ceiling) / 2), ceiling, power)
  return {
    ...{ failed: weighed.failedAt !== null, ...weighed, candidate, reference: null, lastSeen },
    ...{ seen: candidate.exposures, needed, unsure: null },
    says: `it happened to ${countWords(candidate)}, where ${percentWords(ceiling)} is allowed: E is ${evidenceWords(weighed.lnMax)}, of ${evidenceWords(-Math.log(alpha))}`,
  }
}

/** Counts against a share that is known, as a batch: what had the event against what had not. A share of nothing or everything says nothing. */
export const againstShare = ({ exposures, events }: GuardCount, share: number): Batch => ({
  ...{ events, exposures: share },
  ...{ controlEvents: Math.max(0, exposures - events), controlExposures: 1 - share },
})

/** Pairs of one request's two answers: of those that are not alike, how many are worse. */
export function judgePairs({ alpha, margin }: Settings, heard: readonly Heard<'pairs'>[]): Finding {
  let [worse, better, pairs] = [0, 0, 0]
  let lastSeen: number | null = null
  const looks = answered(heard).map(({ window, reading }): Look => {
    const now = reading.worse + reading.better + reading.ties
    if (now > 0) lastSeen = window.until
    worse += reading.worse
    better += reading.better
    pairs += now
    const batch = { events: reading.worse, exposures: 1, controlEvents: reading.better, controlExposures: 1 }
    return { until: window.until, batches: [batch] }
  })
  const weighed = weigh([{ worse: 'higher', margin: 1 + margin }], looks, alpha)
  const ratio = SEEN * (1 + margin)
  // So often that so many times as many can still be worse.
  const base = Math.min(1 / (ratio + 1), Math.max(LEAST_BASE, better / Math.max(1, pairs)))
  return {
    ...{ failed: weighed.failedAt !== null, ...weighed, lastSeen, unsure: null },
    ...{ candidate: { exposures: pairs, events: worse }, reference: { exposures: pairs, events: better } },
    ...{ seen: pairs, needed: requestsToSee(ratio, base, 1, 1, { alpha, margin: 1 + margin }) },
    says: `of ${pairs} pairs ${worse} are worse and ${better} better: E is ${evidenceWords(weighed.lnMax)}, of ${evidenceWords(-Math.log(alpha))}`,
  }
}

const drawn = (served: Served | null): number | null => {
  if (served === null || served.candidate === 0) return null
  const all = served.candidate + served.control + served.stable
  return served.candidate < all ? served.candidate / all : null
}

/** Whether the candidate gets the share of new units that its weight says. In: counts of units in their first window, as events. */
export function judgeRatio(settings: Settings, situation: Situation, heard: readonly Heard<'events'>[]): Finding {
  const { alpha } = settings
  const tests = testsOf(settings)
  let [candidate, reference] = [0, 0]
  let lastSeen: number | null = null
  let [expected, share] = [0, drawn(situation.served) ?? 0.5]
  const looks = answered(heard).flatMap(({ window, reading }): Look[] => {
    const weight = drawn(window.served)
    const { candidate: now, reference: beside } = reading.counts
    if (weight === null || beside === null) return []
    if (now.events + beside.events > 0) lastSeen = window.until
    candidate += now.events
    reference += beside.events
    share = weight
    expected += weight * (now.events + beside.events)
    const batch = {
      ...{ events: now.events, exposures: weight },
      ...{ controlEvents: beside.events, controlExposures: 1 - weight },
    }
    return [{ until: window.until, batches: tests.map(() => batch) }]
  })
  const weighed = weigh(tests, looks, alpha)
  const all = candidate + reference
  return {
    ...{ failed: weighed.failedAt !== null, ...weighed, lastSeen, unsure: null },
    ...{ candidate: { exposures: all, events: candidate }, reference: { exposures: all, events: reference } },
    ...{ seen: Math.floor(expected), needed: Math.max(1, requestsToSee(SEEN, 1, share, 1 - share, { alpha })) },
    says: `of ${all} units the candidate was given ${candidate}, where its weight says ${Number(expected.toFixed(1))}: E is ${evidenceWords(weighed.lnMax)}, of ${evidenceWords(-Math.log(alpha))}`,
  }
}
