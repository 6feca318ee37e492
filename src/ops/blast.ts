import { boundsOf, type Gap } from '../core/blast.ts'
import { DECIDED, DID } from '../core/decisions.ts'
import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { BlastData, BlastGroup } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import type { Row } from '../core/predictions.ts'
import { parseKeys, type SliceKey } from '../core/slice-keys.ts'
import { type Bad, type BadInput, type BadRecords, badOf, makeStanding, openBad } from './blast-bad.ts'
import { crossCheck } from './blast-pointers.ts'
import { versionOf } from './refs.ts'
import { closedRepairs } from './remediation-repairs.ts'
import { quoted } from './scan.ts'

export interface BlastInput extends BadInput {
  /** `segment.region`; null: none. */
  readonly by: string | null
  /** How far the clocks of services may be off from the pointer's, in ms. */
  readonly skewMs: number
}

const MOST_GROUPS = 1000

/**
 * What a bundle, or every bundle with a component, served and decided: told by the digest in each record, and not by when it was. Errors: NOT_FOUND where
 * there is no record; those of finding bundles and of opening predictions.
 */
export const blast: Operation<BlastInput, BlastData> = async (ctx, input) => {
  const [bad, by] = [await badOf(ctx, input.ref), parseKeys(input.by ?? '')]
  const records = await openBad(ctx, bad, input)
  try {
    const served = await servedBy(records)
    if (served.records === 0) throw nothing(ctx, input, bad)
    await makeStanding(records, [`${DID} AS did`, 'pointer', ...by.map((key, i) => `${columnOf(key)} AS k${i}`)])
    const found = await crossCheck(ctx, records, bad, input.skewMs, input.pointer)
    const standing = await standingOf(records)
    const [actions = [], pointers = [], ...parts] = await groupsOf(records, [
      'did',
      'pointer',
      ...by.map((_, i) => `k${i}`),
    ])
    const bounds = boundsOf(served.records, served, found.gaps.map(asGap))
    const extra = bounds[1] === null ? null : bounds[1] - served.records
    const data: BlastData = {
      ...{ registry: ctx.registry.url, app: ctx.app, ref: input.ref, bundles: [...bad] },
      window: { from: served.first, until: served.last },
      ...{ records: served.records, decisions: served.decisions, entities: standing.entities },
      ...{ in_force: standing.in_force, superseded: standing.superseded, resolved: standing.resolved },
      ...{ actions, pointers, modes: await modesOf(records), ...found },
      repairs: [
        ...(await closedRepairs(
          ctx,
          bad.map(({ bundle }) => bundle),
        )),
      ],
      parts: by.map(({ name }, i) => ({ by: name, groups: parts[i] ?? [] })),
      bounds: {
        records: [...bounds],
        in_force: [standing.in_force, extra === null ? null : standing.in_force + extra],
      },
      sample_rates: served.rates,
      ...{
        downstream: served.traced === 0 ? [] : await downstreamOf(ctx, records),
        missing_segments: [...records.missing],
      },
    }
    return { changed: false, data }
  } finally {
    records.close()
  }
}

const asGap = (gap: BlastData['gaps'][number]): Gap => ({
  ...{ pointer: gap.pointer, most: gap.records_at_most },
  ...{ from: Date.parse(gap.from), until: Date.parse(gap.until) },
})

const nothing = (ctx: Context, { ref }: BlastInput, bad: readonly Bad[]): AishipError =>
  new AishipError(
    'NOT_FOUND',
    `the log has no prediction of ${ref}${bad.length > 1 ? ` (${bad.length} bundles)` : ''}`,
    {
      hint: `no record is unknown, not zero: it answered nothing, or the logs of ${ctx.app} were not taken in`,
      next: ['aiship predictions ingest FILE'],
    },
  )

async function servedBy({ query, isBad }: BadRecords) {
  const [row] =
    (await query(`SELECT count(*) AS records, count(*) FILTER (${DECIDED}) AS decisions, min(ts) AS first, max(ts) AS last,
    sum(1 / sample_rate) AS requests, sum((1 - sample_rate) / (sample_rate * sample_rate)) AS variance,
    count(trace_id) AS traced, min(sample_rate) AS least, max(sample_rate) AS most
    FROM predictions WHERE ${isBad} AND event = 'prediction' AND mode = 'live'`)) as [Row]
  const number = (key: string): number => Number(row[key] ?? 0)
  return {
    ...{ records: number('records'), decisions: number('decisions') },
    ...{ traced: number('traced'), requests: number('requests'), variance: number('variance') },
    ...{
      first: String(row.first),
      last: String(row.last),
      rates: [number('least'), number('most')] as [number, number],
    },
  }
}

async function standingOf({ query }: BadRecords) {
  const rows = await query('SELECT state, count(*) AS n FROM standing GROUP BY state')
  const of = (state: string): number => Number(rows.find((row) => row.state === state)?.n ?? 0)
  const parts = { in_force: of('in_force'), superseded: of('superseded'), resolved: of('resolved') }
  return { ...parts, entities: parts.in_force + parts.superseded + parts.resolved }
}

/** An expression, or a key, of records in SQL. */
function columnOf({ name, kind, key }: SliceKey): string {
  if (kind === 'component')
    throw new AishipError('USAGE', `blast is not grouped by ${name}`, { next: ['aiship help blast'] })
  return kind === 'segment' ? `segment[${quoted(key)}]` : key
}

/** Decisions, entities, and those whose decision is in force, by the value of each column of the table `bad`; the most of them first. */
async function groupsOf({ query }: BadRecords, names: readonly string[]): Promise<readonly BlastGroup[][]> {
  const value = `CASE ${names.map((name) => `WHEN grouping(${name}) = 0 THEN ${name}`).join(' ')} END`
  const rows =
    await query(`SELECT ${names.map((name) => `grouping(${name}) = 0 AS is_${name}`).join(', ')}, ${value} AS value,
      count(*) AS records, count(DISTINCT bad.w) AS entities, count(*) FILTER (state = 'in_force') AS in_force
    FROM bad LEFT JOIN standing ON standing.w = bad.w AND standing.t = bad.t AND standing.r = bad.r
    GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')})
    ORDER BY in_force DESC, records DESC, value LIMIT ${names.length * MOST_GROUPS}`)
  return names.map((name) =>
    rows
      .filter((row) => row[`is_${name}`] === true)
      .map(({ value, records, entities, in_force }) => ({
        value: value === null ? null : String(value),
        ...{ records: Number(records), entities: Number(entities), in_force: Number(in_force) },
      })),
  )
}

/** Live, shadow, hold-outs and replays, by arm: told apart, since only what was applied was done. */
async function modesOf({ query, isBad }: BadRecords): Promise<BlastData['modes']> {
  const rows =
    await query(`SELECT mode, arm, count(*) AS records, count(*) FILTER (coalesce(applied, mode = 'live')) AS applied
    FROM predictions WHERE ${isBad} AND event = 'prediction' GROUP BY mode, arm ORDER BY records DESC, mode, arm`)
  return rows.map(({ mode, arm, records, applied }) => ({
    ...{ mode: String(mode), arm: arm === null ? null : String(arm) },
    ...{ records: Number(records), applied: Number(applied) },
  }))
}

/** Other bundles that went on from its answers: in the same trace. */
async function downstreamOf(ctx: Context, { query, isBad, bundles }: BadRecords): Promise<BlastData['downstream']> {
  const rows = await query(`SELECT bundle, count(*) AS records FROM predictions WHERE trace_id IN
    (SELECT trace_id FROM predictions WHERE ${isBad} AND trace_id IS NOT NULL) AND NOT (${bundles})
    AND event IN ('prediction', 'step') AND mode = 'live' GROUP BY bundle ORDER BY records DESC, bundle LIMIT 20`)
  return Promise.all(
    rows.map(async ({ bundle, records }) => ({
      ...{ bundle: bundle as Digest, version: await versionOf(ctx, bundle as Digest), records: Number(records) },
    })),
  )
}
