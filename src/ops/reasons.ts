import type { Digest } from '../core/digest.ts'
import type { Route } from '../core/model.gen.ts'
import { nameProblem } from '../core/names.ts'
import { inPool } from '../core/pool.ts'
import type { Context } from '../core/ports.ts'
import type { Cell, Row, Session } from '../core/predictions.ts'
import { reasonAgain } from '../core/route-again.ts'
import { compileRoute, type Router } from '../core/route-decide.ts'
import { draws } from '../core/route-draft.ts'
import { entryAt, newest } from './logs.ts'
import { logOf } from './refs.ts'
import { LIVE, quoted } from './scan.ts'

/** Entries whose routes are evaluated again, those with the most records first; and keys that are. What lies beyond is unknown. */
const [MOST_ENTRIES, MOST_KEYS] = [256, 250_000]
const WIDTH = 16

/** Whether a split drew a record, as SQL over the view `predictions`; and of how many that do not say so it was found out, and not. */
export interface Judged {
  readonly split: string
  readonly evaluated: number
  readonly unknown: number
}

/**
 * Finds out which live records a split drew. One that does not say so has the route at its `seq` evaluated again, now: segments stay what was
 * logged, and a route that comes to this registry later is still found. Each entry and each key in it is evaluated once.
 */
export async function judgeReasons(ctx: Context, session: Session): Promise<Judged> {
  const rows = await session.query(`SELECT pointer, seq, count(*) AS n, sum(count(*)) OVER () AS bare FROM predictions
    WHERE ${LIVE} AND reason IS NULL GROUP BY pointer, seq ORDER BY pointer IS NULL OR seq IS NULL, n DESC LIMIT ${MOST_ENTRIES}`)
  const [first] = rows
  const said = "coalesce(reason = 'SPLIT', false)"
  if (first === undefined) return { split: said, evaluated: 0, unknown: 0 }
  const routes = await routesAt(ctx, rows)
  // A route that draws for nobody needs no key.
  let evaluated = 0
  for (const { n, route } of routes) if (!draws(route)) evaluated += n
  const drawing = routes.filter(({ route }) => draws(route))
  const ids: string[] = []
  if (drawing.length > 0) {
    const keys =
      await session.query(`SELECT ${HASH}::VARCHAR AS id, ${[...KEYS, 'count(*) AS n'].join(', ')} FROM predictions
      WHERE ${LIVE} AND reason IS NULL AND (pointer, seq) IN (${drawing.map(({ pointer, seq }) => `(${quoted(pointer)}, ${seq})`).join(', ')})
      GROUP BY ${KEYS.join(', ')} ORDER BY id LIMIT ${MOST_KEYS}`)
    const byEntry = new Map(drawing.map((one) => [`${one.pointer} ${one.seq}`, one]))
    for (const row of keys) {
      const { route, router } = byEntry.get(`${row.pointer} ${row.seq}`) as RouteThen
      const reason = reasonAgain(route, router, answeredBy(row))
      if (reason !== null) evaluated += Number(row.n)
      if (reason === 'SPLIT') ids.push(String(row.id))
    }
  }
  const known = { evaluated, unknown: Number(first.bare) - evaluated }
  if (ids.length === 0) return { split: said, ...known }
  await session.query('CREATE TEMP TABLE drawn AS SELECT unnest(string_split($ids, $comma))::UBIGINT AS id', {
    ids: ids.join(','),
    comma: ',',
  })
  return { split: `coalesce(reason = 'SPLIT', ${HASH} IN (SELECT id FROM drawn))`, ...known }
}

/** All that a route is asked about. */
const KEYS = ['pointer', 'seq', 'targeting_key', 'segment', 'bundle', 'arm']
const HASH = `hash(${KEYS.join(', ')})`

const answeredBy = ({ bundle, arm, targeting_key, segment }: Row) => ({
  ...{ bundle: bundle as Digest, arm: textOf(arm), key: textOf(targeting_key) },
  segment: (segment ?? {}) as Readonly<Record<string, string>>,
})

const textOf = (cell: Cell | undefined): string | null => (typeof cell === 'string' ? cell : null)

interface RouteThen {
  readonly pointer: string
  readonly seq: number
  readonly n: number
  readonly route: Route
  readonly router: Router
}

/** The routes of these entries, as far as they are here. */
async function routesAt(ctx: Context, rows: readonly Row[]): Promise<readonly RouteThen[]> {
  const found: RouteThen[] = []
  const tips = new Map<string, Promise<number>>()
  const lastOf = (pointer: string): Promise<number> => {
    const known = tips.get(pointer) ?? newest(ctx, logOf(ctx, pointer)).then((tip) => tip?.entry.seq ?? 0)
    tips.set(pointer, known)
    return known
  }
  await inPool(rows, WIDTH, async ({ pointer, seq, n }) => {
    if (typeof pointer !== 'string' || nameProblem(pointer) !== null) return
    if (typeof seq !== 'number' || seq < 1 || seq > (await lastOf(pointer))) return
    const { route } = (await entryAt(ctx, logOf(ctx, pointer), seq)).entry
    if (route !== null) found.push({ pointer, seq, n: Number(n), route, router: await compileRoute(route) })
  })
  return found
}
