import type { GuardCount } from './model.gen.ts'

/** Figures in the sentences of verdicts. */

/** 0.0123 as "1.23 %". */
export const percentWords = (share: number): string => `${Number((share * 100).toPrecision(3))} %`

/** "30 of 1000 (3 %)" */
export const countWords = ({ exposures, events }: GuardCount): string =>
  `${events} of ${exposures}${exposures > 0 ? ` (${percentWords(events / exposures)})` : ''}`

/** E as a number to read: beyond a million nobody counts. */
export function evidenceWords(ln: number): string {
  const e = Math.exp(Math.min(ln, 40))
  return e > 1e6 ? 'over a million' : String(Number(e.toPrecision(3)))
}
