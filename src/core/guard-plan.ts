import type { Test } from './eprocess.ts'
import type { Served, Situation, WatchedWindow } from './guard.ts'
import { type Settings, settingsOf } from './guard-settings.ts'
import type { Question, Sides, Span } from './metric-source.ts'
import type { Guard, ProfileField, Watch } from './model.gen.ts'

/** A guard as it is asked about: with its source, and what the watch says of it. */
export type WholeGuard = Guard & { readonly source: string }

/** The name of the guard that is there in every split. */
export const SAMPLE_RATIO = 'sample-ratio'
/**
 * Each unit's first window: how many of them are the candidate's is given by the weights, whatever the bundles do. Otherwise something drops
 * answers, or draws wrongly, and nothing that is compared can be trusted.
 */
const RATIO_GUARD: WholeGuard = {
  ...{ name: SAMPLE_RATIO, kind: 'rate', source: 'predictions', events: 'true' },
  ...{ margin: '0%', direction: 'either', alpha: 1e-4, onFail: 'hold' },
}

/** Keys of a watch that say nothing to a source. */
const WATCH_KEYS: ReadonlySet<string> = new Set([
  ...['source', 'interval', 'grace', 'budget', 'keep_watching', 'dryRun', 'notify', 'guards'],
])
export const USUAL_SOURCE = 'predictions'

/** The guards with source and its options filled in, and the one that nobody writes: units can be told apart in the prediction log alone. */
export function guardsOf(watch: Watch): readonly WholeGuard[] {
  const usual = watch.source ?? USUAL_SOURCE
  const options = Object.fromEntries(Object.entries(watch).filter(([key]) => !WATCH_KEYS.has(key)))
  const written = watch.guards.map((guard): WholeGuard => {
    const source = guard.source ?? usual
    return { ...(source === usual ? options : {}), ...guard, source }
  })
  const logged = written.find(({ source }) => source === USUAL_SOURCE)
  return logged === undefined ? written : [...written, { ...(usual === USUAL_SOURCE ? options : {}), ...RATIO_GUARD }]
}

/** The windows of a guard that are closed: late answers, and labels that come days later, have had their time. */
export function closedWindows(guard: Guard, { watch, windows, now }: Situation): readonly WatchedWindow[] {
  const { delay, grace } = settingsOf(guard, watch)
  return windows.filter(({ until }) => until + delay + grace <= now)
}

/** Windows from the start to now, the last one whole. `served`: what was served in it. */
export function windowsFrom(
  start: number,
  now: number,
  interval: number,
  served: (window: Span) => Served | null,
): readonly WatchedWindow[] {
  const count = Math.max(0, Math.floor((now - start) / interval))
  return Array.from({ length: count }, (_, k) => {
    const window = { from: start + k * interval, until: start + (k + 1) * interval }
    return { ...window, served: served(window) }
  })
}

/** How long before the start the threshold of an exceedance guard is read from. */
const BEFORE_MS = 24 * 3_600_000

/** What must be asked once, before anything else, and over which stretch; null: nothing. */
export function beforeQuestion(
  guard: Guard,
  { start, sides }: Situation,
): { readonly question: Question; readonly windows: readonly Span[] } | null {
  if (guard.kind !== 'exceedance' || guard.of === undefined || sides.reference === null) return null
  const question = { kind: 'quantile', guard, quantile: Number(guard.of.slice(1)) / 100 } as const
  return { question, windows: [{ from: start - BEFORE_MS, until: start }] }
}

/** What is asked of the guard's source, of its closed windows. Nothing where the answer could say nothing. */
export function questionsOf(guard: Guard, situation: Situation): readonly Question[] {
  switch (guard.kind) {
    case 'rate':
      return isSplitGuard(guard) && situation.sides.reference === null
        ? []
        : [{ kind: 'events', guard, threshold: null }]
    case 'exceedance': {
      const threshold = situation.frozen[guard.name]?.value ?? null
      return threshold === null || situation.sides.reference === null ? [] : [{ kind: 'events', guard, threshold }]
    }
    case 'distribution':
      return [{ kind: 'classes', guard, edges: edgesOf(guard, situation) }]
    case 'paired':
      return [{ kind: 'pairs', guard }]
    case 'mean':
      return situation.sides.reference === null ? [] : [{ kind: 'moments', guard, cap: guard.cap ?? null }]
    case 'expression':
      return [{ kind: 'value', guard }]
  }
}

/** Compares with what serves beside it. */
const isSplitGuard = ({ ceiling }: Guard): boolean => ceiling === undefined

/** Inner edges of the classes of a number: the guard's own, else those frozen in the bundle. */
export function edgesOf({ bins, field = '' }: Guard, { profile }: Situation): readonly number[] | null {
  if (bins !== undefined) return bins.every((bin) => typeof bin === 'number') ? (bins as readonly number[]) : null
  return profileField(field, profile)?.edges ?? null
}

/** What the bundle's profile has of a field. */
export function profileField(field: string, profile: Situation['profile']): ProfileField | null {
  const fields = profile?.profile.fields ?? {}
  return Object.hasOwn(fields, field) ? (fields[field] ?? null) : null
}

/**
 * Whom a guard is asked about: a mean is compared with an arm that is drawn as the candidate's is, the others with everybody on stable's bundle. A
 * ceiling needs nobody, so that where nobody is drawn any more it counts everybody.
 */
export function sidesFor({ kind, ceiling }: Guard, { sides, served }: Situation): Sides {
  if (sides.reference === null) return sides
  if (kind === 'mean') return { ...sides, reference: { ...sides.reference, arms: ['control'] } }
  return ceiling !== undefined && served.control + served.stable === 0 ? { ...sides, reference: null } : sides
}

/** What is tolerated, as tests of a ratio: "either" way with a margin is both one-sided ones. */
export function testsOf({ direction, margin, overdispersion }: Settings): readonly Test[] {
  const higher: Test = { worse: 'higher', margin: 1 + margin, overdispersion }
  const lower: Test = { worse: 'lower', margin: 1 - margin, overdispersion }
  if (direction === 'increase') return [higher]
  if (direction === 'decrease') return [lower]
  return margin === 0 ? [{ worse: 'either', margin: 1, overdispersion }] : [higher, lower]
}
