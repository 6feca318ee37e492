import { chiSquareTail, kolmogorovTail } from './stats-curves.ts'

/** Two distributions over the same bins: how often each bin was hit, here and there. */
export interface Binned {
  readonly a: readonly number[]
  readonly b: readonly number[]
}

export interface Drift {
  /** Σ (q - p) ln(q / p) over the bins that either has, each share smoothed as (count + 1/2) / (n + bins / 2). */
  readonly psi: number
  /** What PSI comes to on average where nothing has changed: (bins - 1)(1/n + 1/m). */
  readonly floor: number
  /** The chance of such a PSI where nothing has changed: PSI / (1/n + 1/m) is χ² with bins - 1 degrees of freedom. */
  readonly p: number
  /** Distance (not divergence) of Jensen and Shannon, base 2, unsmoothed: 0 for the same, 1 where no bin is shared. */
  readonly js: number
  readonly bins: number
  readonly outcome: 'same' | 'shifted' | 'unknown'
  readonly why: string
}

/** The customary alarm. */
const PSI_ALARM = 0.1
/** Of fewer on a side no shift is believed: the tails of PSI are those of χ² only where bins are well filled. */
const LEAST = 200
/** A shift that chance alone would show in one of a thousand looks at nothing is none. */
const CHANCE = 0.001

/**
 * How far two distributions are apart, and whether that says anything: where the noise floor is over half of the alarm it does not, nor where
 * chance can do as much. `looks` is how many such pairs are looked at.
 */
export function driftOf({ a, b }: Binned, looks = 1): Drift {
  const used = a.map((count, i) => [count, b[i] ?? 0] as const).filter(([x, y]) => x + y > 0)
  const [n, m] = [sum(a), sum(b)]
  const bins = used.length
  // One bin says nothing of the others that were not hit yet.
  const freedom = Math.max(1, bins - 1)
  const scale = 1 / n + 1 / m
  const floor = freedom * scale
  let [psi, js, pearson] = [0, 0, 0]
  for (const [x, y] of used) {
    const [p, q] = [(x + 0.5) / (n + bins / 2), (y + 0.5) / (m + bins / 2)]
    psi += (q - p) * Math.log(q / p)
    const [r, s] = [x / n, y / m]
    pearson += (r - s) ** 2 / (x + y)
    js += (entropy(r, (r + s) / 2) + entropy(s, (r + s) / 2)) / 2
  }
  if (n === 0 || m === 0)
    return { psi: 0, floor: 0, p: 1, js: 0, bins, outcome: 'unknown', why: 'not enough data: one side has none' }
  const p = chiSquareTail(psi / scale, freedom)
  const figures = { psi, floor, p, js: Math.sqrt(Math.max(0, js)), bins }
  const most = Math.max(LEAST, Math.ceil((4 * freedom) / PSI_ALARM))
  if (2 * floor > PSI_ALARM || Math.min(n, m) < LEAST) {
    return { ...figures, outcome: 'unknown', why: `not enough data: ${Math.min(n, m)} of ${most} a side` }
  }
  if (psi < PSI_ALARM) return { ...figures, outcome: 'same', why: `PSI is under ${PSI_ALARM}` }
  // A bin that hardly anybody hit makes PSI jump; Pearson's χ² of the same counts does not.
  if (Math.max(p, chiSquareTail(pearson * n * m, freedom)) > CHANCE / Math.max(1, looks))
    return { ...figures, outcome: 'unknown', why: 'chance can do as much' }
  return { ...figures, outcome: 'shifted', why: `PSI is over ${PSI_ALARM}` }
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)
const entropy = (p: number, of: number): number => (p === 0 ? 0 : p * Math.log2(p / of))

export interface Ks {
  /** The largest difference between the two cumulative distributions. */
  readonly d: number
  /** The chance of such a D where nothing has changed: Kolmogorov's limit with Stephens' correction for small samples. */
  readonly p: number
}

/** The p of a two-sample Kolmogorov-Smirnov D. Null where either side has nothing. */
export function ksOf(d: number, n: number, m: number): Ks | null {
  if (n === 0 || m === 0) return null
  const root = Math.sqrt((n * m) / (n + m))
  return { d, p: Math.min(1, kolmogorovTail((root + 0.12 + 0.11 / root) * d)) }
}
