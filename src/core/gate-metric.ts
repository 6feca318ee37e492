import { type Confidence, differenceInterval } from './interval.ts'
import { type Facts, fail, type Judgement, type Known, partOf, pass, unknown, worst } from './judgement.ts'
import type { Evaluation, EvidenceEntry, Gate } from './model.gen.ts'
import { type Paired, pairedInterval } from './paired.ts'

/** An evaluation that counts, and whose it is. */
interface Measured {
  readonly of: Known
  readonly id: EvidenceEntry['id']
  readonly evaluation: Evaluation
  readonly value: number
}

/** Whether a metric keeps its bounds. In: a gate with `metric`. */
export function judgeMetric(gate: Gate, metric: string, facts: Facts): Judgement {
  const { subject } = facts
  const { version } = subject.arm
  const set = gate.eval_set === undefined ? null : (partOf(subject, gate.eval_set)?.digest ?? undefined)
  if (set === undefined) return unknown(`${version} has no component ${gate.eval_set} to be measured on`)
  const found = measured(metric, [subject, ...facts.others.filter((one) => isSame(gate.same ?? [], subject, one))], set)
  if (found === null) return notMeasured(metric, subject, set !== null)
  const parts = [...bounds(gate, metric, found), ...against(gate, metric, found, facts)]
  if (gate.same_runtime === true) parts.push(runtimeOf(found, version))
  const whose = found.of === subject ? '' : ` (measured of ${found.of.arm.version})`
  const all = worst(parts)
  return { ...all, why: all.why + whose, evidence: [...new Set([found.id, ...all.evidence])] }
}

const isSame = (names: readonly string[], a: Known, b: Known): boolean =>
  names.every((name) => partOf(a, name) !== undefined && partOf(a, name)?.digest === partOf(b, name)?.digest)

/** The newest evaluation that has the metric. In: `set`, what it must have been measured on; null for anything. */
function measured(metric: string, candidates: readonly Known[], set: Evaluation['eval_set'] | null): Measured | null {
  for (const of of candidates)
    for (const { id, evaluation } of of.evidence) {
      const value = evaluation?.metrics[metric]
      if (evaluation === null || value === undefined || !Object.hasOwn(evaluation.metrics, metric)) continue
      if (set === null || evaluation.eval_set === set) return { of, id, evaluation, value }
    }
  return null
}

function notMeasured(metric: string, of: Known, isPicky: boolean): Judgement {
  const { version } = of.arm
  const evaluations = of.evidence.flatMap(({ evaluation }) => evaluation ?? [])
  const has = evaluations.filter(({ metrics }) => Object.hasOwn(metrics, metric))
  const others = [...new Set(evaluations.flatMap(({ metrics }) => Object.keys(metrics)))].sort()
  const why =
    evaluations.length === 0
      ? `${version} has no evaluation`
      : has.length > 0 && isPicky
        ? `${version} has ${metric} on another eval set, or on one that nobody named`
        : `no evaluation of ${version} has ${metric}; there is ${others.slice(0, 8).join(', ')}`
  return unknown(why, evaluate(of))
}

const evaluate = ({ arm: { version }, canRun }: Known): string =>
  canRun ? `aiship check ${version} --run` : `aiship evidence add ${version} --type evaluation --file FILE`

function bounds({ min, max }: Gate, metric: string, { value }: Measured): Judgement[] {
  const is = `${metric} is ${shown(value)}`
  return [
    ...(min === undefined ? [] : [value >= min ? pass(`${is}, at least ${min}`) : fail(`${is}, less than ${min}`)]),
    ...(max === undefined ? [] : [value <= max ? pass(`${is}, at most ${max}`) : fail(`${is}, more than ${max}`)]),
  ]
}

/** What adding up in binary may be off by. */
const SLACK = 1e-12

function against(gate: Gate, metric: string, found: Measured, { subject, baseline }: Facts): Judgement[] {
  const { max_drop_vs: drop, max_rise_vs: rise, by = 0, confidence } = gate
  const pointer = drop ?? rise
  if (pointer === undefined) return []
  if (baseline === null) return [pass(`${pointer} says nothing yet, so ${metric} is compared with nothing`)]
  if (baseline.arm.bundle === subject.arm.bundle) return [pass(`${pointer} says ${subject.arm.version} already`)]
  const base = measured(metric, [baseline], found.evaluation.eval_set)
  if (base === null || base.evaluation.eval_set !== found.evaluation.eval_set)
    return [noBaseline(metric, found, baseline)]
  const worse = (of: number, than: number): number => (drop === undefined ? of - than : than - of)
  const [now, before] = [found.value, base.value]
  const words = `${metric} is ${shown(now)}, and ${shown(before)} on ${pointer} (${baseline.arm.version})`
  const level = confidence ?? 0.95
  const paired = pairedOf(metric, found, base, level)
  const range = paired?.range ?? intervalOf(metric, found, base, level)
  const how = paired === null ? '' : `, over the same ${paired.count} items`
  const told =
    range === null
      ? words
      : `${words}; the difference lies in ${shown(range[0], 3)} to ${shown(range[1], 3)} (${level * 100} %${how})`
  const decided = ((): Judgement => {
    if (confidence === undefined) {
      const isWorse = worse(now, before) - by > SLACK * Math.max(1, Math.abs(now), Math.abs(before))
      return isWorse ? fail(`${told}: worse by more than ${by}`) : pass(`${told}: not worse by more than ${by}`)
    }
    if (range === null)
      return unknown(
        `${words}; without the numbers of examples, or the same items, nobody knows how sure that is`,
        evaluate(subject),
      )
    const [best, most] = drop === undefined ? [range[0], range[1]] : [-range[1], -range[0]]
    if (most <= by) return pass(`${told}: not worse by more than ${by}`)
    return best > by
      ? fail(`${told}: worse by more than ${by}`)
      : unknown(`${told}: too few examples to tell whether it is worse by more than ${by}`, evaluate(subject))
  })()
  return [{ ...decided, evidence: [base.id] }]
}

function noBaseline(metric: string, { evaluation }: Measured, baseline: Known): Judgement {
  const isElsewhere = measured(metric, [baseline], null) !== null
  if (!isElsewhere) return notMeasured(metric, baseline, false)
  const set = evaluation.eval_set === null ? 'what nobody named' : `eval set ${evaluation.eval_set.slice(0, 19)}`
  return unknown(
    `${baseline.arm.version} was not measured on ${set}, so ${metric} can't be compared`,
    evaluate(baseline),
  )
}

/** Where both tell the same items. */
function pairedOf(metric: string, a: Measured, b: Measured, confidence: Confidence): Paired | null {
  const [one, two] = [a, b].map(({ evaluation: { items = {} } }) =>
    Object.hasOwn(items, metric) ? items[metric] : undefined,
  )
  return one && two ? pairedInterval(one, two, confidence) : null
}

/** The interval of the difference of two shares; null where one is no share, or nobody said of how many examples. */
function intervalOf(
  metric: string,
  a: Measured,
  b: Measured,
  confidence: Confidence,
): readonly [number, number] | null {
  const shares = [a, b].map(({ value, evaluation }) => {
    const count = Object.hasOwn(evaluation.samples, metric) ? evaluation.samples[metric] : undefined
    return count === undefined || value < 0 || value > 1 ? null : { share: value, count }
  })
  const [one, two] = shares
  return one && two ? differenceInterval(one, two, confidence) : null
}

function runtimeOf({ evaluation: { runtime } }: Measured, version: string): Judgement {
  if (runtime === 'same') return pass('it was measured in the runtime of the bundle')
  if (runtime === 'different') return fail('it was measured in another runtime than the one of the bundle')
  return unknown('nobody looked in what runtime it was measured', `aiship check ${version} --run`)
}

const shown = (value: number, digits = 6): string => String(Number(value.toPrecision(digits)))
