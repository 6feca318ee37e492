import type { CompareData, ComparedMetric, Estimate } from './model.gen.ts'

/** Figures as people read them, in tables and on the page. */

export type Unit = ComparedMetric['unit'] | 'count'

/** "8.10 %", "142 ms", "0.251"; "-" for what is unknown. In: `most`, the largest of those that stand together, which share their digits. */
export function valueText(value: number | null, unit: Unit, most = value ?? 0): string {
  if (value === null || !Number.isFinite(value)) return '-'
  if (unit === 'count') return countText(value)
  if (unit === 'share') return `${decimals(value * 100, 2, most * 100)} %`
  return unit === 'ms' ? `${decimals(value, most < 10 ? 2 : most < 100 ? 1 : 0, most)} ms` : decimals(value, 3, most)
}

/** "8.10 % (7.20 to 9.05)": the unit once. */
export function estimateText({ value, low, high }: Omit<Estimate, 'n'>, unit: Unit): string {
  if (value === null) return '-'
  if (low === null && high === null) return valueText(value, unit)
  return `${valueText(value, unit)} (${bare(low, unit)} to ${bare(high, unit)})`
}

/** "+5.20 points (+4.10 to +6.30)". */
export function differenceText(difference: ComparedMetric['difference'], unit: Unit): string {
  if (difference === null) return '-'
  const { value, low, high } = difference
  const most = Math.max(Math.abs(low), Math.abs(high))
  const signed = (one: number): string => `${one < 0 ? '' : '+'}${bare(one, unit, most)}`
  const name = unit === 'share' ? ' points' : unit === 'ms' ? ' ms' : ''
  return `${signed(value)}${name} (${signed(low)} to ${signed(high)})`
}

/** "PSI 0.214 (noise 0.012), JS 0.19, KS 0.11". */
export function driftText({ drift, why }: ComparedMetric): string {
  if (drift === null) return why
  const ks = drift.ks === null ? '' : `, KS ${drift.ks.d.toFixed(3)}`
  return `PSI ${drift.psi.toFixed(3)} (noise ${drift.floor.toFixed(3)}), JS ${drift.js.toFixed(3)}${ks}`
}

const bare = (value: number | null, unit: Unit, most?: number): string =>
  value === null ? '?' : valueText(value, unit, most).replace(/ (%|ms)$/, '')

/** Fewer digits would lie of small numbers, so they get as many as they need. */
function decimals(value: number, digits: number, most: number): string {
  const isTiny = value !== 0 && Math.abs(most) < 10 ** -digits
  return isTiny ? value.toPrecision(2) : value.toFixed(digits)
}

/** 2,000,004. */
export const countText = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')

/** Of records that do not say why they got their arm; null where all do. */
export function reasonsText({ evaluated, unknown }: CompareData['reasons']): string | null {
  if (evaluated + unknown === 0) return null
  const lost =
    unknown === 0 ? '' : `; of ${countText(unknown)} nobody can tell, so no split is taken to have drawn them`
  return `logged without a reason: ${countText(evaluated + unknown)}, their route evaluated again for ${countText(evaluated)}${lost}`
}
