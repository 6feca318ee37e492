import {
  addBatch,
  type Batch,
  hasFailed,
  lnMean,
  type Process,
  startProcess,
  type Test,
} from '../../src/core/eprocess.ts'
import { judgeSeries, judgeValue, type Outcome, USUAL_LIMITS } from '../../src/core/measurements.ts'
import { heldByProfile } from './profile.ts'
import { table } from './report.ts'
import { simulateSticky } from './sticky.ts'
import { random } from './work.ts'

/** G1: rules that decide whether a canary is rolled back, on the same simulated traffic: how often on a healthy one, how soon on a bad one. */

/** A healthy canary is looked at 200 times. */
const REQUESTS = 10_000
/** Requests to the candidate between two looks; of a bad canary fewer, so that a median is not rounded to whole looks. */
const [HEALTHY_STEP, BAD_STEP] = [50, 10]
/** At a weight of 5 % so many times as many go to what is compared with. */
const OTHERS = 19
const ALPHA = 0.01
const SEED = 20_261_127

/** Events among `n` that each happen with probability `p`, by inversion. */
function binomial(next: () => number, n: number, p: number): number {
  let left = next()
  let term = (1 - p) ** n
  for (let k = 0; ; k++) {
    left -= term
    if (left <= 0 || k === n) return k
    term *= ((n - k) / (k + 1)) * (p / (1 - p))
  }
}

/** The same for one n and p that are drawn often. */
function sampler(next: () => number, n: number, p: number): () => number {
  const shares: number[] = []
  let [term, sum] = [(1 - p) ** n, 0]
  for (let k = 0; k < n && sum < 1 - 1e-15; k++) {
    sum += term
    shares.push(sum)
    term *= ((n - k) / (k + 1)) * (p / (1 - p))
  }
  return () => {
    const drawn = next()
    let k = 0
    while (k < shares.length && drawn >= (shares[k] as number)) k++
    return k
  }
}

interface Look {
  /** Since the last look. */
  readonly now: Batch
  readonly soFar: Batch
}

/** A rule sees one look after another; true: it rolls back. */
type Rule = () => (look: Look) => boolean

const eprocess =
  (test: Test): Rule =>
  () => {
    let process = startProcess(test)
    return ({ now }) => {
      process = addBatch(process, now)
      return hasFailed(process, ALPHA)
    }
  }

const WINDOW = 50

/** Of each window of 50 requests the rate, and more than three bad ones. */
const threshold =
  (most: number): Rule =>
  () => {
    const series: Outcome[] = []
    let [events, exposures] = [0, 0]
    return ({ now }) => {
      events += now.events
      exposures += now.exposures
      if (exposures < WINDOW) return false
      series.push(judgeValue(events / exposures, { failure: (rate) => rate !== null && rate > most }))
      events = exposures = 0
      return judgeSeries(series, { ...USUAL_LIMITS, failures: 3 }) === 'failure'
    }
  }

/** One-sided, pooled, of all so far, at each look. 2.326 is the normal quantile of 0.99. */
const zTest: Rule =
  () =>
  ({ soFar }) => {
    const { events, exposures: n, controlEvents, controlExposures: m } = soFar
    const pooled = (events + controlEvents) / (n + m)
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return error > 0 && (events / n - controlEvents / m) / error > 2.326
  }

/** With the usual filling of what is empty. */
function psi(counts: readonly number[], control: readonly number[]): number {
  const shares = (all: readonly number[]): readonly number[] => {
    const sum = all.reduce((a, b) => a + b, 0)
    return all.map((count) => Math.max(count / sum, 1e-4))
  }
  const [now, before] = [shares(counts), shares(control)]
  return now.reduce(
    (sum, share, i) => sum + (share - (before[i] as number)) * Math.log(share / (before[i] as number)),
    0,
  )
}

/** Of "error" and "no error", of all so far. */
const psiOfRate: Rule =
  () =>
  ({ soFar }) => {
    const { events, exposures, controlEvents, controlExposures } = soFar
    return psi([events, exposures - events], [controlEvents, controlExposures - controlEvents]) > 0.1
  }

interface Traffic {
  /** What happens to the control, and to the candidate, so often. */
  readonly base: number
  readonly rate: number
  /** Requests to the candidate between two looks. */
  readonly step: number
  readonly seed: number
}

/** Requests to the candidate until it was rolled back, for each canary; Infinity where it was not. */
function simulate(rule: Rule, canaries: number, { base, rate, step, seed }: Traffic): Float64Array {
  const next = random(seed)
  const controlExposures = step * OTHERS
  const [drawEvents, drawControl] = [sampler(next, step, rate), sampler(next, controlExposures, base)]
  return Float64Array.from({ length: canaries }, () => {
    const see = rule()
    let [events, controlEvents] = [0, 0]
    for (let seen = step; seen <= REQUESTS; seen += step) {
      const now = {
        ...{ events: drawEvents(), exposures: step },
        ...{ controlEvents: drawControl(), controlExposures },
      }
      events += now.events
      controlEvents += now.controlEvents
      if (see({ now, soFar: { events, exposures: seen, controlEvents, controlExposures: seen * OTHERS } })) return seen
    }
    return Number.POSITIVE_INFINITY
  })
}

const healthy = (rate: number, seed: number): Traffic => ({ base: rate, rate, step: HEALTHY_STEP, seed })
const bad = (base: number, rate: number, seed: number): Traffic => ({ base, rate, step: BAD_STEP, seed })

const CLASSES = 10
function mixOf(next: () => number, n: number): readonly number[] {
  let left = n
  return Array.from({ length: CLASSES }, (_, i) => {
    const drawn = i === CLASSES - 1 ? left : binomial(next, left, 1 / (CLASSES - i))
    left -= drawn
    return drawn
  })
}

/** The share of healthy canaries that a rule over score deciles rolls back: by the mean of E over the classes, and by PSI > 0.1 at each look. */
function healthyMix(canaries: number, seed: number): { readonly e: number; readonly psi: number } {
  const next = random(seed)
  let [byE, byPsi] = [0, 0]
  for (let canary = 0; canary < canaries; canary++) {
    let processes: readonly Process[] = Array.from({ length: CLASSES }, () =>
      startProcess({ worse: 'either', margin: 1 }),
    )
    const [all, allControl] = [new Array<number>(CLASSES).fill(0), new Array<number>(CLASSES).fill(0)]
    let [isE, isPsi] = [false, false]
    for (let seen = 0; seen < REQUESTS; seen += HEALTHY_STEP) {
      const [counts, control] = [mixOf(next, HEALTHY_STEP), mixOf(next, HEALTHY_STEP * OTHERS)]
      for (let i = 0; i < CLASSES; i++) {
        all[i] = (all[i] ?? 0) + (counts[i] ?? 0)
        allControl[i] = (allControl[i] ?? 0) + (control[i] ?? 0)
      }
      processes = processes.map((process, i) =>
        addBatch(process, {
          ...{ events: counts[i] ?? 0, exposures: HEALTHY_STEP },
          ...{ controlEvents: control[i] ?? 0, controlExposures: HEALTHY_STEP * OTHERS },
        }),
      )
      isE ||= hasFailed({ lnMax: lnMean(processes.map(({ lnE }) => lnE)) }, ALPHA)
      isPsi ||= psi(all, allControl) > 0.1
    }
    if (isE) byE++
    if (isPsi) byPsi++
  }
  return { e: byE / canaries, psi: byPsi / canaries }
}

const median = (values: Float64Array): number => values.toSorted()[Math.floor((values.length - 1) / 2)] as number
const alarms = (values: Float64Array): number =>
  values.filter((value) => value < Number.POSITIVE_INFINITY).length / values.length

/** P95 of a lognormal latency (sigma 0.6) made half as long again: so many are above the old one. */
const [P95, P95_SHIFTED] = [0.05, 0.1663]

const RULES: readonly (readonly [string, Rule])[] = [
  ['e-process, alpha 0.01', eprocess({ worse: 'higher', margin: 1 })],
  ['e-process, alpha 0.01, margin 20 %', eprocess({ worse: 'higher', margin: 1.2 })],
  ['threshold: rate > 2 %, failureLimit 3', threshold(0.02)],
  ['two-proportion z, p < 0.01, at each look', zTest],
  ['PSI > 0.1, at each look', psiOfRate],
]

/** What is asked of the first two rules: false rollbacks, then the median of requests at 2, 5 and (latency) 1.5 times. */
const FIGURES: readonly (readonly (number | null)[])[] = [
  [0.01, 1700, 250, 150],
  [0.01, 2700, null, null],
]

/** Errors that happen to 1 %, class mixes and latencies, and a family of six guards, each over so many canaries. */
export function guardReport(canaries: number): string {
  const rows: (readonly string[])[] = [['rule', 'healthy', '2x errors', '5x errors', 'p95 x 1.5', 'figures']]
  for (const [i, [name, rule]] of RULES.entries()) {
    const wrong = alarms(simulate(rule, canaries, healthy(0.01, SEED)))
    // A median is told by fewer runs than a share of one in a hundred.
    const runs = [bad(0.01, 0.02, SEED + 1), bad(0.01, 0.05, SEED + 2), bad(P95, P95_SHIFTED, SEED + 3)].map(
      (traffic) => simulate(rule, Math.ceil(canaries / 4), traffic),
    )
    const measured = [wrong, ...runs.map(median)]
    const figures = FIGURES[i]?.map((most, column) => most === null || (measured[column] as number) <= most)
    const judged =
      figures === undefined
        ? ''
        : `${FIGURES[i]?.map((most) => most ?? '-').join(', ')}: ${figures.every(Boolean) ? 'ok' : 'MISS'}`
    rows.push([name, percent(wrong), ...runs.map((run) => `${percent(alarms(run))}, ${requests(median(run))}`), judged])
  }
  const mix = healthyMix(Math.ceil(canaries / 4), SEED + 4)
  rows.push(['e-process over ten score deciles', percent(mix.e), '', '', '', `0.01: ${mix.e <= 0.01 ? 'ok' : 'MISS'}`])
  rows.push(['PSI > 0.1 over ten score deciles', percent(mix.psi), '', '', '', ''])
  const rates = [0.01, 0.05, 0.02, 0.005, 0.05]
  const none = rates.reduce((all, rate, i) => {
    const fired = simulate(eprocess({ worse: 'higher', margin: 1 }), canaries, healthy(rate, SEED + 10 + i))
    return all.map((isQuiet, canary) => isQuiet && fired[canary] === Number.POSITIVE_INFINITY)
  }, new Array<boolean>(canaries).fill(true))
  const family = 1 - (none.filter(Boolean).length / canaries) * (1 - mix.e)
  rows.push(['a family of six e-processes', percent(family), '', '', '', `0.05: ${family <= 0.05 ? 'ok' : 'MISS'}`])
  rows.push(...stickyRows(Math.ceil(canaries / 10)))
  const [still, moved] = [heldByProfile(canaries / 10, 0, SEED + 7), heldByProfile(canaries / 100, 0.15, SEED + 8)]
  rows.push([
    ...['one arm against a profile of 1000 units', percent(still)],
    ...['', '', '', `0.01: ${still <= 0.01 ? 'ok' : 'MISS'}; half of a class moved: ${percent(moved)}`],
  ])
  const words = [
    `${canaries} canaries at a weight of 5 %, each for ${REQUESTS} requests of the candidate, seed ${SEED}: the share that is rolled back, and the median of requests until then.`,
    `A healthy one is looked at after each ${HEALTHY_STEP} requests, a bad one (a quarter as many) after each ${BAD_STEP}.`,
    'Sticky users come back 30 times each, and 2 % of them (5x: 10 %) fail whatever serves them.',
  ].join(' ')
  return `### G1: guards, simulated\n\n${words}\n\n${table(rows)}\n`
}

/** Broken users, of whom a request tells nothing new: by request, by request with what clumps divided out, and by unit. */
function stickyRows(canaries: number): readonly (readonly string[])[] {
  const healthy = simulateSticky(canaries, 0.02, 0.02, ALPHA, SEED + 5)
  const bad = simulateSticky(Math.ceil(canaries / 4), 0.1, 0.02, ALPHA, SEED + 6)
  const names = { perRequest: 'by request', scaled: 'by request, overdispersion 31', perUnit: 'by unit' } as const
  return (Object.keys(names) as (keyof typeof names)[]).map((key) => {
    const [wrong, runs] = [alarms(healthy[key]), bad[key]]
    const judged = key === 'perRequest' ? '' : `0.01: ${wrong <= 0.01 ? 'ok' : 'MISS'}`
    return [
      `sticky users, ${names[key]}`,
      percent(wrong),
      '',
      `${percent(alarms(runs))}, ${requests(median(runs))}`,
      '',
      judged,
    ]
  })
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
const requests = (count: number): string => (count === Number.POSITIVE_INFINITY ? 'never' : String(count))
