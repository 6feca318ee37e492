import { policyError } from './rollout-keys.ts'
import { FULL_WEIGHT } from './route.ts'

/** How shares and times are written in policies and flags. */

const MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** A year: what holds longer is a mistake. */
const MAX_SPAN = 366 * MS.d

/** "5%", "0.125%" as a weight per 100,000. Errors: POLICY_INVALID for what is no share above nothing, up to everything. */
export function readShare(text: string, place: string): number {
  const refuse = (why: string) => policyError(`${place} ${why}`, 'a share looks like 0.5%, 5% or 100%')
  const [, number] = /^([0-9]{1,9}(?:\.[0-9]{1,9})?)%$/.exec(text) ?? []
  if (number === undefined) throw refuse(`can't be ${JSON.stringify(text)}`)
  const [whole = '', fraction = ''] = number.split('.')
  if (!/^.{0,3}0*$/.test(fraction)) throw refuse(`can't be ${text}: the least share is 0.001%`)
  const weight = Number(whole) * (FULL_WEIGHT / 100) + Number(fraction.slice(0, 3).padEnd(3, '0'))
  if (weight > FULL_WEIGHT) throw refuse(`can't be ${text}: there is no more than 100%`)
  if (weight === 0) throw refuse(`can't be ${text}: a share is more than nothing`)
  return weight
}

/** "30s", "10m", "2h", "7d" in milliseconds. Errors: POLICY_INVALID. */
export function readSpan(text: string, place: string): number {
  const [, count, unit] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? []
  const ms = count === undefined ? Number.NaN : Number(count) * MS[unit as keyof typeof MS]
  if (ms <= MAX_SPAN) return ms
  throw policyError(`${place} can't be ${JSON.stringify(text)}`, 'a time looks like 30s, 10m, 2h or 7d, up to a year')
}

/** 5,400,000 as "1.5 h". */
export function spanWords(ms: number): string {
  const unit = (['d', 'h', 'm'] as const).find((one) => ms >= MS[one]) ?? 's'
  return `${Number((ms / MS[unit]).toFixed(1))} ${unit === 'm' ? 'min' : unit}`
}
