import { DECIDED, parseWhere, WHO } from '../core/decisions.ts'
import { type Digest, isDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { Segment } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { Session } from '../core/predictions.ts'
import { history } from './logs.ts'
import { componentOf } from './mark.ts'
import { manifestOf } from './plan.ts'
import { resolveRef, versionLog } from './refs.ts'
import { quoted, sinceOf, untilOf } from './scan.ts'
import { openPredictions } from './segments.ts'

/** Whose decisions are looked at. */
export interface BadInput {
  /** REF, a full digest that no registry knows, the start of one that the log has, or `component:` and the digest of one, or its start. */
  readonly ref: string
  readonly pointer: string | null
  readonly since: string | null
  readonly until: string | null
  /** `segment.region=eu` */
  readonly where: readonly string[]
}

export interface Bad {
  readonly bundle: Digest
  /** Null: the registry does not know it (a dark prediction). */
  readonly version: string | null
}

/** The bundles that are meant. Errors: NOT_FOUND, REF_AMBIGUOUS; those of `resolveRef`. */
export async function badOf(ctx: Context, ref: string): Promise<readonly Bad[]> {
  if (ref.startsWith('component:')) return withComponent(ctx, ref.slice('component:'.length))
  try {
    const { bundle, version } = await resolveRef(ctx, ref, { mayBeGone: true })
    return [{ bundle, version }]
  } catch (error) {
    if (!(error instanceof AishipError) || error.code !== 'NOT_FOUND') throw error
    if (isDigest(ref)) return [{ bundle: ref, version: null }]
    if (!/^[0-9a-f]{7,64}$/.test(ref)) throw error
    return darkOf(ctx, ref, error)
  }
}

/** What the registry does not know, the log may. */
async function darkOf(ctx: Context, hex: string, unknown: AishipError): Promise<readonly Bad[]> {
  const session = await openPredictions(ctx)
  try {
    const rows = await session.query('SELECT DISTINCT bundle FROM predictions WHERE starts_with(bundle, $start)', {
      start: `sha256:${hex}`,
    })
    if (rows.length === 0) throw unknown
    const found = rows.map(({ bundle }) => bundle as Digest).sort()
    if (found.length > 1)
      throw new AishipError('REF_AMBIGUOUS', `${hex} is the start of ${found.length} bundles: ${found.join(', ')}`, {
        hint: 'give more digits',
        next: [`aiship blast ${found[0]}`],
      })
    return [{ bundle: found[0] as Digest, version: null }]
  } finally {
    session.close()
  }
}

async function withComponent(ctx: Context, text: string): Promise<readonly Bad[]> {
  if (!/^(sha256:)?[0-9a-f]{7,64}$/.test(text))
    throw new AishipError(
      'USAGE',
      'a component is named by its digest, or 7 and more of its digits: component:3f9a2c5',
      {
        next: ['aiship show prod', 'aiship ls'],
      },
    )
  const digest = (await componentOf(ctx, text))?.digest ?? text
  const found = new Map<Digest, Bad>()
  for await (const { bundle, seq } of history(ctx, versionLog(ctx.app))) {
    const manifest = await manifestOf(ctx, { bundle }).catch(ifGone)
    if (manifest?.components.some((one) => one.digest === digest)) found.set(bundle, { bundle, version: `v${seq}` })
  }
  if (found.size > 0) return [...found.values()]
  throw new AishipError('NOT_FOUND', `no version of ${ctx.app} has a component ${text}`, { next: ['aiship ls'] })
}

function ifGone(error: unknown): null {
  if (error instanceof AishipError && error.code === 'OBJECT_MISSING') return null
  throw error
}

/** A session over the log from `since` on, and the SQL condition of the records that are meant: others tell what came after. */
export interface BadRecords extends Session {
  /** Those that have records of the bad bundles. */
  readonly segments: readonly Digest[]
  readonly missing: readonly Digest[]
  /** Records of the bad bundles, whatever was made of them. */
  readonly isBad: string
  readonly bundles: string
  readonly since: Date | undefined
  readonly until: Date | undefined
}

/** Opens the log at the records of some bundles. Errors: USAGE; those of opening predictions. */
export async function openBad(ctx: Context, bad: readonly Bad[], input: BadInput): Promise<BadRecords> {
  const [since, until] = [sinceOf(ctx, input.since), untilOf(ctx, input.until)]
  const where = parseWhere(input.where)
  const session = await openPredictions(ctx, { since })
  const bundles = `bundle IN (${bad.map(({ bundle }) => quoted(bundle)).join(', ')})`
  const conditions = [
    bundles,
    ...(until === undefined ? [] : [`ts < ${quoted(until.toISOString())}::TIMESTAMPTZ`]),
    ...(input.pointer === null ? [] : [`pointer = ${quoted(input.pointer)}`]),
    ...where.map(([{ kind, key }, value]) =>
      kind === 'segment' ? `segment[${quoted(key)}] = ${quoted(value)}` : `${key} = ${quoted(value)}`,
    ),
  ]
  return {
    ...{ query: session.query, close: session.close, since, until, bundles },
    segments: session.segments.filter((one) => hasAny(one, bad)).map(({ digest }) => digest),
    missing: session.missing,
    isBad: conditions.join(' AND '),
  }
}

const hasAny = ({ bundles }: Segment, bad: readonly Bad[]): boolean =>
  bundles === null || bundles.some(({ bundle }) => bad.some((one) => one.bundle === bundle))

/** What stands for a record in tables: texts take too long. Of a million entities two share 64 bits once in a hundred million logs. */
export const [WHO_HASH, RECORD_HASH] = [`hash(${WHO})`, "hash(request_id, coalesce(span_id, ''))"]

/**
 * Makes the table `standing`: of each entity that a bad bundle decided about (`w`), its latest bad decision (`t`, `r`), and how it stands: `superseded`
 * where another bundle decided since, `resolved` where an outcome came to it, else `in_force`. Before it the table `bad`, of all their decisions.
 * In: further columns of that.
 */
export async function makeStanding({ query, isBad, bundles }: BadRecords, columns: readonly string[]): Promise<void> {
  const what = [`${WHO_HASH} AS w`, `${RECORD_HASH} AS r`, 'hash(request_id) AS q', 'ts AS t', ...columns].join(', ')
  await query(`CREATE TEMP TABLE bad AS SELECT ${what} FROM predictions WHERE ${isBad} AND ${DECIDED}`)
  await query(`CREATE TEMP TABLE later AS SELECT ${WHO_HASH} AS w, max(ts) AS t FROM predictions
    WHERE ${DECIDED} AND NOT (${bundles}) AND ts > (SELECT min(t) FROM bad) GROUP BY w`)
  await query(
    `CREATE TEMP TABLE outcomes AS SELECT DISTINCT hash(request_id) AS q FROM predictions WHERE event = 'outcome'`,
  )
  await query(`CREATE TEMP TABLE standing AS SELECT w, latest.t, r, CASE WHEN later.t > latest.t THEN 'superseded'
    WHEN q IN (FROM outcomes) THEN 'resolved' ELSE 'in_force' END AS state
    FROM (SELECT w, max(t) AS t, arg_max(r, (t, r)) AS r, arg_max(q, (t, r)) AS q FROM bad GROUP BY w) AS latest LEFT JOIN later USING (w)`)
}
