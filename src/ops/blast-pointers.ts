import { type Gap, gapsOf, type Stay, staysOf } from '../core/blast.ts'
import type { Digest } from '../core/digest.ts'
import type { BlastData, PointerEntry } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import type { Context } from '../core/ports.ts'
import type { Bad, BadRecords } from './blast-bad.ts'
import { serves } from './in-force.ts'
import { history, newest } from './logs.ts'
import { logOf, pointerNames } from './refs.ts'
import { quoted } from './scan.ts'

type Found = Pick<BlastData, 'stays' | 'outside' | 'gaps'>

/** Parts of a stay that are looked at for silence. */
const PARTS = 200
const MOST_HOSTS = 100

/**
 * Holds the records against what pointers said: who went on with a bundle after its pointer had left it, or before it said so, and where a pointer
 * said it and nobody logged anything. A record without a pointer is held against all of them.
 */
export async function crossCheck(
  ctx: Context,
  records: BadRecords,
  bad: readonly Bad[],
  skewMs: number,
  only: string | null,
): Promise<Found> {
  const bundles = new Set(bad.map(({ bundle }) => bundle))
  const names = (await pointerNames(ctx)).filter((name) => only === null || name === only)
  const stays: Stay[] = []
  await inPool(names, 8, async (pointer) => {
    stays.push(...staysOf(pointer, await entriesOf(ctx, pointer), bundles))
  })
  stays.sort((a, b) => a.from - b.from || (a.pointer < b.pointer ? -1 : 1))
  const outside = await outsideOf(records, stays, skewMs)
  const now = ctx.now().getTime()
  const gaps = (await Promise.all(stays.map((stay) => silences(records, stay, now)))).flat()
  return {
    stays: stays.map(({ pointer, seq, as, from, until }) => ({
      ...{ pointer, seq, as, from: timeOf(from), until: until === null ? null : timeOf(until) },
    })),
    outside,
    gaps: gaps.map(({ pointer, from, until, most }) => ({
      ...{ pointer, from: timeOf(from), until: timeOf(until), records_at_most: most },
    })),
  }
}

const timeOf = (ms: number): string => new Date(ms).toISOString()

async function entriesOf(ctx: Context, pointer: string): Promise<readonly PointerEntry[]> {
  const entries: PointerEntry[] = []
  for await (const entry of history(ctx, logOf(ctx, pointer))) entries.push(entry)
  return entries.reverse()
}

/** Which machine answered: `x.host`, else the service. */
const HOST = "coalesce(json_extract_string(x, '$.host'), service)"

async function outsideOf(
  { query, isBad }: BadRecords,
  stays: readonly Stay[],
  skewMs: number,
): Promise<Found['outside']> {
  const inside = stays.map(({ pointer, from, until }) => {
    const end = until === null ? '' : ` AND ts < ${moment(until + skewMs)}`
    return `(coalesce(pointer, ${quoted(pointer)}) = ${quoted(pointer)} AND ts >= ${moment(from - skewMs)}${end})`
  })
  // Before the first stay that its pointer has, the clock or the log is wrong; after one, a replica was slow.
  const began = stays.map(
    ({ pointer, from }) => `(coalesce(pointer, ${quoted(pointer)}) = ${quoted(pointer)} AND ts >= ${moment(from)})`,
  )
  const rows =
    await query(`SELECT pointer, ${HOST} AS host, ${any(began)} AS late, count(*) AS records, min(ts) AS first, max(ts) AS last
    FROM predictions WHERE ${isBad} AND event = 'prediction' AND mode = 'live' AND NOT ${any(inside)}
    GROUP BY ALL ORDER BY last DESC, host LIMIT ${MOST_HOSTS}`)
  return rows.map(({ pointer, host, late, records, first, last }) => ({
    ...{ pointer: pointer === null ? null : String(pointer), host: host === null ? null : String(host) },
    ...{ why: late === true ? ('late' as const) : ('early' as const), records: Number(records) },
    ...{ first: String(first), last: String(last) },
  }))
}

const any = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '(false)' : `(${conditions.join(' OR ')})`

const moment = (ms: number): string => `${quoted(new Date(ms).toISOString())}::TIMESTAMPTZ`

/** What a stay should have in the log, and has not. One that lasts is looked at up to the newest record. */
async function silences({ query, since, until }: BadRecords, stay: Stay, now: number): Promise<readonly Gap[]> {
  const [row] = stay.until === null ? await query('SELECT epoch_ms(max(ts)) AS newest FROM predictions') : []
  const from = Math.max(stay.from, since?.getTime() ?? 0)
  const end = Math.min(stay.until ?? Number(row?.newest ?? now), until?.getTime() ?? Number.POSITIVE_INFINITY)
  // An arm gets some of the traffic alone: that nothing is there for a while says little.
  if (stay.as !== 'main' || end <= from) return []
  const step = (end - from) / PARTS
  const rows =
    await query(`SELECT floor((epoch_ms(ts) - ${from}) / ${step})::INT AS part, count(*) AS n FROM predictions
    WHERE event = 'prediction' AND mode = 'live' AND coalesce(pointer, ${quoted(stay.pointer)}) = ${quoted(stay.pointer)}
      AND ts >= ${moment(from)} AND ts < ${moment(end)} GROUP BY part`)
  const parts = Array.from({ length: PARTS }, () => 0)
  for (const { part, n } of rows) if (Number(part) < PARTS) parts[Number(part)] = Number(n)
  return gapsOf({ ...stay, from, until: end }, parts)
}

/** Pointers of the app that serve a bundle now, in any arm or mirror. */
export async function servesNow(ctx: Context, bundle: Digest): Promise<readonly string[]> {
  const names = await pointerNames(ctx)
  const serving = await Promise.all(
    names.map(async (pointer) => {
      const entry = (await newest(ctx, logOf(ctx, pointer)))?.entry
      return entry !== undefined && serves(entry, bundle)
    }),
  )
  return names.filter((_, i) => serving[i] === true)
}
