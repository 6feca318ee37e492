import { type Batch, type Look, type Test, weigh } from './eprocess.ts'
import type { Situation, WatchedWindow } from './guard.ts'
import { againstShare } from './guard-counts.ts'
import { answered, type Finding, type Heard } from './guard-heard.ts'
import { edgesOf, profileField, testsOf } from './guard-plan.ts'
import { requestsToPass, requestsToSee } from './guard-power.ts'
import type { Settings } from './guard-settings.ts'
import { evidenceWords } from './guard-words.ts'
import type { Guard } from './model.gen.ts'

/** Distributions: how often each class is given, by the mean of what the classes say one by one. */

type Counts = Readonly<Record<string, number>>
interface Mix {
  readonly window: WatchedWindow
  readonly candidate: Counts
  readonly reference: Counts | null
}

/** What is none of the known classes: a new one is seen as more of these. */
const OTHER = '(other)'
/** Of more the mean would be of mostly nothing; the rarest are then among the others. */
const MOST_CLASSES = 50
/** Classes that nobody named are those of the first so many units, which are not judged. */
const LEARNED_FROM = 200

const own = (counts: Counts, name: string): number => (Object.hasOwn(counts, name) ? (counts[name] as number) : 0)
const total = (counts: Counts): number => Object.values(counts).reduce((all, one) => all + one, 0)
const added = (a: Counts, b: Counts): Counts =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, own(a, key) + own(b, key)]),
  )

/** Counts by these classes, in their order. */
const sorted = (counts: Counts, classes: readonly string[]): readonly number[] => {
  const known = classes.map((name) => (name === OTHER ? 0 : own(counts, name)))
  return classes.map((name, i) =>
    name === OTHER ? total(counts) - known.reduce((all, one) => all + one, 0) : (known[i] as number),
  )
}

/** With a reference, each class against how often that gives it; else against the bundle's profile. */
export function judgeMix(
  guard: Guard,
  situation: Situation,
  settings: Settings,
  heard: readonly Heard<'classes'>[],
): Finding {
  const mixes = answered(heard).map(
    ({ window, reading }): Mix => ({ window, ...reading.classes, reference: reading.classes.reference }),
  )
  const { classes, rest } = learn(guard, situation, mixes)
  return situation.sides.reference === null
    ? againstProfile(guard, situation, settings, classes, rest)
    : againstReference(settings, classes, rest)
}

/** The classes, and the windows that are judged by them: they must be known before. */
function learn(
  guard: Guard,
  situation: Situation,
  mixes: readonly Mix[],
): { readonly classes: readonly string[]; readonly rest: readonly Mix[] } {
  const edges = edgesOf(guard, situation)
  if (edges !== null) return { classes: Array.from({ length: edges.length + 1 }, (_, i) => String(i)), rest: mixes }
  const profile = profileField(guard.field ?? '', situation.profile)
  const named = guard.bins?.map(String) ?? (profile === null ? undefined : commonest(profile.counts))
  if (named !== undefined) return { classes: [...named, OTHER], rest: mixes }
  let seen: Counts = {}
  for (const [i, { candidate, reference }] of mixes.entries()) {
    seen = added(seen, added(candidate, reference ?? {}))
    if (total(seen) >= LEARNED_FROM) return { classes: [...commonest(seen), OTHER], rest: mixes.slice(i + 1) }
  }
  return { classes: [OTHER], rest: [] }
}

const commonest = (counts: Counts): readonly string[] =>
  Object.entries(counts)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MOST_CLASSES)
    .map(([name]) => name)
    .sort()

function againstReference(settings: Settings, classes: readonly string[], mixes: readonly Mix[]): Finding {
  const tests = testsOf(settings)
  const looks = mixes.map(({ window, candidate, reference }): Look => {
    const [counts, beside] = [sorted(candidate, classes), sorted(reference ?? {}, classes)]
    const [exposures, controlExposures] = [total(candidate), total(reference ?? {})]
    const batches = classes.flatMap((_, i): Batch[] => {
      const batch = { events: counts[i] as number, exposures, controlEvents: beside[i] as number, controlExposures }
      return tests.map(() => batch)
    })
    return { until: window.until, batches }
  })
  const sums = summed(mixes, classes)
  const { alpha, overdispersion, margin } = settings
  const share = Math.max(...sums.reference) / Math.max(1, sums.beside)
  const power = { alpha, overdispersion, margin: 1 + margin, tests: classes.length }
  const needed = sums.n === 0 || sums.beside === 0 ? 1 : requestsToSee(1 / 5, share, sums.n, sums.beside, power)
  return finding(
    classes.flatMap(() => tests),
    looks,
    ...([classes, alpha, sums] as const),
    needed,
  )
}

/**
 * A profile is a sample too. For each class the shares that it could come from, by Chernoff's bound, which holds for any number of units: wrong with
 * a chance of alpha / 2 over all of them; then the live units against the ends of that range, with the other half of alpha.
 */
function againstProfile(
  guard: Guard,
  situation: Situation,
  settings: Settings,
  classes: readonly string[],
  mixes: readonly Mix[],
): Finding {
  const alpha = settings.alpha / 2
  const counts = profileField(guard.field ?? '', situation.profile)?.counts ?? {}
  const [n, expected] = [total(counts), sorted(counts, classes)]
  const far = Math.log((2 * classes.length) / alpha)
  const ranges = expected.map((count) => ({
    low: endOf(count, n, far, -1) * (1 - settings.margin),
    high: endOf(count, n, far, 1) * (1 + settings.margin),
  }))
  const { overdispersion } = settings
  const test: Test = { worse: 'higher', margin: 1, overdispersion }
  const looks = mixes.map(({ window, candidate }): Look => {
    const [now, exposures] = [sorted(candidate, classes), total(candidate)]
    const batches = ranges.flatMap(({ low, high }, i): Batch[] => {
      const events = now[i] as number
      return [
        againstShare({ exposures, events }, Math.min(1, high)),
        againstShare({ exposures, events: exposures - events }, Math.min(1, 1 - low)),
      ]
    })
    return { until: window.until, batches }
  })
  const sums = { ...summed(mixes, classes), reference: expected, beside: n }
  // That the commonest class is given a fifth as often would have been seen.
  const most = expected.indexOf(Math.max(...expected))
  const [fifth, low] = [(expected[most] as number) / Math.max(1, n) / 5, ranges[most]?.low ?? 0]
  const power = { alpha, overdispersion, tests: 2 * classes.length }
  const canTell = fifth < low
  const needed = canTell ? requestsToPass(1 - fifth, 1 - low, power) : Number.POSITIVE_INFINITY
  const found = finding(
    classes.flatMap(() => [test, test]),
    looks,
    ...([classes, alpha, sums] as const),
    needed,
  )
  return canTell ? found : { ...found, unsure: `the bundle's profile has ${n} units of it, too few to say` }
}

interface Sums {
  readonly candidate: readonly number[]
  readonly reference: readonly number[]
  readonly n: number
  readonly beside: number
  readonly lastSeen: number | null
}

function summed(mixes: readonly Mix[], classes: readonly string[]): Sums {
  const candidate = mixes.reduce<Counts>((all, mix) => added(all, mix.candidate), {})
  const reference = mixes.reduce<Counts>((all, mix) => added(all, mix.reference ?? {}), {})
  return {
    ...{ candidate: sorted(candidate, classes), reference: sorted(reference, classes) },
    ...{ n: total(candidate), beside: total(reference) },
    lastSeen: mixes.findLast((mix) => total(mix.candidate) > 0)?.window.until ?? null,
  }
}

function finding(
  tests: readonly Test[],
  looks: readonly Look[],
  classes: readonly string[],
  alpha: number,
  { candidate, reference, n, beside, lastSeen }: Sums,
  needed: number,
): Finding {
  const { each, ...weighed } = weigh(tests, looks, alpha)
  const perClass = tests.length / classes.length
  const said = classes.map((name, i) => ({
    ...{ name, candidate: candidate[i] as number, reference: reference[i] as number },
    ln_e: Math.max(...each.slice(i * perClass, (i + 1) * perClass)),
  }))
  const top = said.reduce((a, b) => (b.ln_e > a.ln_e ? b : a))
  return {
    ...{ failed: weighed.failedAt !== null, ...weighed, classes: said, lastSeen, unsure: null, seen: n, needed },
    ...{ candidate: { exposures: n, events: top.candidate }, reference: { exposures: beside, events: top.reference } },
    says: `${JSON.stringify(top.name)} is given to ${top.candidate} of ${n} against ${top.reference} of ${beside}, the most unlike of ${classes.length} classes: E of all is ${evidenceWords(weighed.lnMax)}, of ${evidenceWords(-Math.log(alpha))}`,
  }
}

/** The end of the range of shares whose sample of n may have `count`, up or down: where n times the divergence reaches `far`. */
function endOf(count: number, n: number, far: number, way: 1 | -1): number {
  const outside = way === 1 ? 1 : 0
  if (n === 0) return outside
  const p = count / n
  const apart = (q: number): number =>
    n * ((p > 0 ? p * Math.log(p / q) : 0) + (p < 1 ? (1 - p) * Math.log((1 - p) / (1 - q)) : 0))
  let [near, end] = [p, outside]
  for (let i = 0; i < 60; i++) {
    const middle = (near + end) / 2
    if (apart(middle) > far) end = middle
    else near = middle
  }
  return end
}
