import type { Freeze } from './model.gen.ts'

/** Times in which nothing moves forward. */

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const DAY_MINUTES = 24 * 60

/** The window that a moment lies in; null where none does. */
export const frozenBy = (windows: readonly Freeze[], now: Date): Freeze | null =>
  windows.find((window) => contains(window, now)) ?? null

function contains(window: Freeze, now: Date): boolean {
  if (isDated(window)) {
    const [from, until] = spanOf(window)
    return from <= now.getTime() && now.getTime() < until
  }
  const { day, minute } = clockIn(window.zone ?? 'UTC', now)
  const [from, until] = minutesOf(window)
  return daysOf(window).includes(day) && from <= minute && minute < until
}

/** Why a window says nothing, or nobody knows what; null where it is sound. */
export function windowProblem(window: Freeze): string | null {
  const { from, until, days, hours, zone } = window
  if (from !== undefined || until !== undefined) {
    if (from === undefined || until === undefined) return 'from and until go together'
    if (days !== undefined || hours !== undefined || zone !== undefined)
      return 'it has from and until, or days, hours and zone'
    const [start, end] = spanOf(window)
    if (!Number.isFinite(start) || !Number.isFinite(end)) return `there is no ${Number.isFinite(start) ? until : from}`
    return start < end ? null : 'it ends before it begins'
  }
  if (days === undefined && hours === undefined) return 'it says no time'
  const [start, end] = minutesOf(window)
  if (start >= end) return 'it ends before it begins; a night is two windows, up to 24:00 and from 00:00'
  return zone === undefined || isZone(zone) ? null : `there is no time zone ${JSON.stringify(zone)}`
}

/** True where the windows leave no minute of the week free: nothing could ever move forward. */
export function neverThaws(windows: readonly Freeze[]): boolean {
  const byZone = new Map<string, Set<number>>()
  for (const window of windows.filter((one) => !isDated(one))) {
    const zone = window.zone ?? 'UTC'
    const frozen = byZone.get(zone) ?? new Set()
    const [from, until] = minutesOf(window)
    for (const day of daysOf(window))
      for (let minute = from; minute < until; minute++) frozen.add(DAYS.indexOf(day) * DAY_MINUTES + minute)
    byZone.set(zone, frozen)
  }
  return [...byZone.values()].some((frozen) => frozen.size === DAYS.length * DAY_MINUTES)
}

/** "each sat, sun", "each fri 16:00-24:00 (Europe/Berlin)", "from 2026-12-20 until 2027-01-02". */
export function windowWords({ from, until, days, hours, zone, reason }: Freeze): string {
  const why = reason === undefined ? '' : `: ${reason}`
  if (from !== undefined) return `from ${from} until ${until}${why}`
  const when = [days?.join(', ') ?? 'day', ...(hours === undefined ? [] : [hours])].join(' ')
  return `each ${when} (${zone ?? 'UTC'})${why}`
}

const isDated = ({ from, until }: Freeze): boolean => from !== undefined || until !== undefined

/** A day alone begins at midnight UTC. */
const spanOf = ({ from = '', until = '' }: Freeze): readonly [number, number] => [Date.parse(from), Date.parse(until)]

const daysOf = ({ days }: Freeze): readonly (typeof DAYS)[number][] => days ?? DAYS

function minutesOf({ hours }: Freeze): readonly [number, number] {
  const [from = 0, until = DAY_MINUTES] = (hours ?? '00:00-24:00').split('-').map((text) => {
    const [hour = 0, minute = 0] = text.split(':').map(Number)
    return hour * 60 + minute
  })
  return [from, until]
}

function clockIn(zone: string, now: Date): { readonly day: (typeof DAYS)[number]; readonly minute: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).formatToParts(now)
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? ''
  const day = DAYS.find((one) => one === of('weekday').toLowerCase().slice(0, 3)) ?? 'mon'
  return { day, minute: Number(of('hour')) * 60 + Number(of('minute')) }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
