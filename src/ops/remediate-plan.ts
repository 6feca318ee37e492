import { DECIDED, WHO } from '../core/decisions.ts'
import { canonicalBytes, type Digest, PROTOTYPE_KEYS, shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { RemediatePlanData, RemediationItem, RemediationPlan } from '../core/model.gen.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import type { Row } from '../core/predictions.ts'
import { EMPTY_STEP, remediationLog } from '../core/remediation.ts'
import { type BadInput, type BadRecords, badOf, makeStanding, openBad, RECORD_HASH, WHO_HASH } from './blast-bad.ts'
import { append, newest } from './logs.ts'
import { manifestOf } from './plan.ts'
import { resolveRef, versionOf } from './refs.ts'
import { undosOf } from './remediation-log.ts'
import { storeTape, storeValue } from './remediation-objects.ts'
import { findPlan, rememberPlan } from './remediation-plans.ts'
import { closedRepairs } from './remediation-repairs.ts'
import { quoted } from './scan.ts'
import { readSegments } from './segments.ts'

export interface PlanInput extends Omit<BadInput, 'ref'> {
  readonly bad: string
  readonly good: string
  readonly select: 'latest' | 'all'
  /** So many items at most; null: all. */
  readonly sample: number | null
  /** Feature values may be made anew, with what is known now. */
  readonly recompute: boolean
  readonly incident: string | null
  /** The plan that this one takes the place of. */
  readonly supersedes: string | null
}

/**
 * Freezes which decisions of a bad bundle are to be made again by a good one. Nothing is decided yet, and nothing later asks what is true now. Errors:
 * NOT_FOUND where there is nothing to repair; USAGE, COMMAND_FAILED for a good bundle that can't; those of finding bundles and opening predictions.
 */
export const planRemediation: Operation<PlanInput, RemediatePlanData> = async (ctx, input) => {
  const supersedes = input.supersedes === null ? null : (await findPlan(ctx, input.supersedes)).digest
  return settle(ctx, await draftPlan(ctx, input, supersedes))
}

export interface RefreshInput {
  /** As `findPlan` takes it. */
  readonly plan: string
}

/** Makes the same plan again, for records that came late: what was asked for stays, what is found may be more; then it takes the other's place. */
export const refreshPlan: Operation<RefreshInput, RemediatePlanData> = async (ctx, { plan: ref }) => {
  const { digest, plan } = await findPlan(ctx, ref)
  const again = await draftPlan(
    ctx,
    {
      ...{ bad: plan.bad, good: plan.good, pointer: plan.pointer, since: plan.window.from, until: plan.window.until },
      where: Object.entries(plan.where ?? {}).map(([key, value]) => `${key}=${value}`),
      ...{ select: plan.select, sample: plan.sample, recompute: plan.features === 'recompute' },
      incident: plan.incident,
    },
    digest,
  )
  const isSame =
    again.items.digest === plan.items.digest &&
    again.epoch === plan.epoch &&
    isEqual(again.unreplayable, plan.unreplayable)
  return settle(ctx, isSame ? plan : again)
}

const isEqual = (a: unknown, b: unknown): boolean => Buffer.compare(canonicalBytes(a), canonicalBytes(b)) === 0

async function draftPlan(
  ctx: Context,
  input: Omit<PlanInput, 'supersedes'>,
  supersedes: Digest | null,
): Promise<RemediationPlan> {
  const [bad, ...others] = await badOf(ctx, input.bad)
  if (bad === undefined || others.length > 0)
    throw new AishipError('USAGE', `${input.bad} is ${others.length + 1} bundles, and a plan is about one`, {
      hint: [bad, ...others].map((one) => one?.version).join(', '),
      next: [`aiship remediate plan --bad ${bad?.version} --good ${input.good}`],
    })
  const good = await goodOf(ctx, input.good, bad.bundle)
  const records = await openBad(ctx, [bad], { ...input, ref: input.bad })
  try {
    const { items, rates, unreplayable } = await itemsOf(ctx, records, input)
    const expired = await expiredOf(ctx, records, bad.bundle)
    return {
      ...{ v: 1, app: ctx.app, bad: bad.bundle, good, pointer: input.pointer },
      window: { from: records.since?.toISOString() ?? null, until: records.until?.toISOString() ?? null },
      where: input.where.length === 0 ? null : whereOf(input.where),
      ...{ select: input.select, sample: input.sample, items, segments: [...records.segments], sample_rates: rates },
      unreplayable: expired === 0 ? unreplayable : { ...unreplayable, expired },
      features: input.recompute ? 'recompute' : 'recorded',
      actions: await actionsOf(records),
      ...{ author: ctx.actor, incident: input.incident, supersedes, undoes: null, epoch: await undosOf(ctx) },
    }
  } finally {
    records.close()
  }
}

const whereOf = (where: readonly string[]): Record<string, string> =>
  Object.fromEntries(where.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]))

/** A bundle that can decide again. */
async function goodOf(ctx: Context, ref: string, bad: Digest): Promise<Digest> {
  const good = await resolveRef(ctx, ref)
  if (good.bundle === bad) throw new AishipError('USAGE', `${ref} is the bad bundle itself`, { next: ['aiship ls'] })
  if ((await manifestOf(ctx, good)).commands.predict !== undefined) return good.bundle
  throw new AishipError('COMMAND_FAILED', `${good.version} has no command that predicts`, {
    hint: 'aiship.yaml names it when it is bundled:  commands: {predict: [node, predict.js]}',
    next: ['aiship ls'],
  })
}

/** Why a record cannot be decided again. In: whether features may be made anew. */
const unreplayableSql = (recompute: boolean): string => `CASE
  WHEN input IS NULL AND input_ref IS NOT NULL THEN 'elsewhere'
  WHEN input IS NULL AND input_hash IS NOT NULL THEN 'hashed'
  WHEN input IS NULL THEN 'absent'
  WHEN regexp_full_match(input, '"\\[?(?i)redacted\\]?"') OR json_extract_string(input, '$.redacted') = 'true' THEN 'redacted'
  ${recompute ? '' : "WHEN features_ts IS NOT NULL AND json_extract(input, '$.features') IS NULL THEN 'features'"} END`

const PAGE = 20_000
/** Of classes there are few; of texts that were generated, any number, and none of them says anything. */
const MOST_LABELS = 1000

async function itemsOf(ctx: Context, records: BadRecords, input: Pick<PlanInput, 'select' | 'sample' | 'recompute'>) {
  const { query, isBad } = records
  const isLatest = input.select === 'latest'
  if (isLatest) await makeStanding(records, [])
  const only = isLatest
    ? `SEMI JOIN (SELECT * FROM standing WHERE state = 'in_force') AS s ON s.w = ${WHO_HASH} AND s.t = ts AND s.r = ${RECORD_HASH}`
    : ''
  const id = "request_id, coalesce(span_id, '')"
  const drawn =
    input.sample === null ? '' : `QUALIFY row_number() OVER (ORDER BY md5(concat(${id})), ts) <= ${input.sample}`
  await query(`CREATE TEMP TABLE items AS SELECT request_id, span_id, ts, ${WHO} AS entity, action, label, score, segment, sample_rate,
    TRY_CAST(json_extract_string(x, '$.value') AS DOUBLE) AS value, ${unreplayableSql(input.recompute)} AS why
    FROM predictions ${only} WHERE ${isBad} AND ${DECIDED} ${drawn}`)
  const rates = await query('SELECT sample_rate AS rate, count(*) AS n FROM items GROUP BY rate ORDER BY rate DESC')
  const reasons = await query('SELECT why, count(*) AS n FROM items WHERE why IS NOT NULL GROUP BY why ORDER BY why')
  const count = rates.reduce((sum, { n }) => sum + Number(n), 0)
  if (count === 0) throw nothing(input.select)
  if (ctx.rehearsal === undefined) throw new AishipError('INTERNAL', 'there is nowhere to put items')
  const tape = (await ctx.rehearsal()).tape(`items-${ctx.op.id}`, true)
  try {
    for (const times of await pagesOf(records)) {
      const rows = await query(`SELECT * FROM items WHERE ${times} ORDER BY ts, ${id}`)
      tape.append(rows.map(itemLine).join(''), rows.length)
      ctx.emit({ type: 'progress', what: 'writing items', done: tape.lines, total: count, unit: 'files' })
    }
    return {
      items: await storeTape(ctx, tape),
      rates: rates.map(({ rate, n }) => ({ rate: Number(rate), items: Number(n) })),
      unreplayable: Object.fromEntries(reasons.map(({ why, n }) => [String(why), Number(n)])),
    }
  } finally {
    tape.drop()
  }
}

/** Conditions that take the table `items` in turn, in the order of time: sorting all of it at once would take too much memory. */
async function pagesOf({ query }: BadRecords): Promise<readonly string[]> {
  const ends = await query(`SELECT DISTINCT ts FROM (SELECT ts, row_number() OVER (ORDER BY ts) AS n FROM items)
    WHERE n % ${PAGE} = 0 ORDER BY ts`)
  const moments = ends.map(({ ts }) => `${quoted(String(ts))}::TIMESTAMPTZ`)
  return [...moments, null].map((until, i) =>
    [...(i === 0 ? [] : [`ts > ${moments[i - 1]}`]), until === null ? 'true' : `ts <= ${until}`].join(' AND '),
  )
}

const nothing = (select: PlanInput['select']): AishipError =>
  new AishipError('NOT_FOUND', 'there is no decision to repair', {
    hint:
      select === 'latest'
        ? 'others have decided since, or an outcome came; --select all takes every applied decision'
        : 'nothing of it was applied, or the log was not taken in',
    next: ['aiship blast REF'],
  })

const text = (value: Row[string] | undefined): string | null => (typeof value === 'string' ? value : null)

function itemLine(row: Row): string {
  const [span, value] = [text(row.span_id), row.value]
  const item: RemediationItem = {
    ...{ action: text(row.action), applied: true, entity: String(row.entity), label: text(row.label) },
    ...{ request_id: String(row.request_id), score: typeof row.score === 'number' ? row.score : null },
    segment: asObject(Object.entries((row.segment ?? {}) as Record<string, string>)),
    ...(span === null ? {} : { span_id: span }),
    ...{ ts: String(row.ts), unreplayable: text(row.why) as RemediationItem['unreplayable'] },
    ...(typeof value === 'number' ? { value } : {}),
  }
  return `${Buffer.from(canonicalBytes(item)).toString('utf8')}\n`
}

/** Names that canonical JSON refuses, such as `__proto__`, say nothing here: whoever writes a log must not keep others from repairing. */
const asObject = (pairs: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(pairs.filter(([key]) => !PROTOTYPE_KEYS.has(key)))

/** What labels led to, by whatever bundle; a label that led to two things says nothing. */
async function actionsOf({ query }: BadRecords): Promise<Record<string, string>> {
  const rows =
    await query(`SELECT label, min(action) AS action FROM predictions WHERE ${DECIDED} AND label IS NOT NULL AND action IS NOT NULL
    GROUP BY label HAVING min(action) = max(action) ORDER BY label LIMIT ${MOST_LABELS}`)
  return asObject(rows.map(({ label, action }) => [String(label), String(action)]))
}

/** Records that a segment of the window had, and that went with it. */
async function expiredOf(ctx: Context, { missing }: BadRecords, bad: Digest): Promise<number> {
  if (missing.length === 0) return 0
  const { segments } = (await readSegments(ctx)).state
  const rows = segments
    .filter(({ digest }) => missing.includes(digest))
    .flatMap(({ bundles }) => bundles ?? [])
    .filter(({ bundle }) => bundle === bad)
  return rows.reduce((sum, one) => sum + one.rows, 0)
}

async function settle(ctx: Context, plan: RemediationPlan): Promise<Result<RemediatePlanData>> {
  for (const { done, plan: earlier } of await closedRepairs(ctx, [plan.bad])) {
    const message = `plan ${shortDigest(earlier)} put ${done} decisions of it right already: those that are planned again are told to the hook by the same keys`
    ctx.emit({ type: 'warning', code: 'REPAIRED_ALREADY', message })
  }
  const digest = await storeValue(ctx, plan)
  const log = remediationLog(ctx.app, digest)
  const objects = [digest, plan.items.digest, plan.bad, plan.good]
  const body = { ...EMPTY_STEP, plan: digest, action: 'planned', objects, reason: plan.incident } as const
  const isNew = (await newest(ctx, log)) === null && (await append(ctx, log, null, body)).won
  await rememberPlan(ctx, digest)
  const expired = plan.unreplayable.expired ?? 0
  const cannot = Object.values(plan.unreplayable).reduce((sum, count) => sum + count, 0) - expired
  const [bad, good] = await Promise.all([plan.bad, plan.good].map((bundle) => versionOf(ctx, bundle)))
  const data: RemediatePlanData = {
    ...{ registry: ctx.registry.url, app: ctx.app, plan: digest, items: plan.items.count },
    ...{ replayable: plan.items.count - cannot, unreplayable: plan.unreplayable },
    ...{ bad: { bundle: plan.bad, version: bad ?? null }, good: { bundle: plan.good, version: good ?? null } },
    ...{ pointer: plan.pointer, window: plan.window, where: plan.where, select: plan.select, sample: plan.sample },
    ...{ features: plan.features, sample_rates: plan.sample_rates, incident: plan.incident },
    ...{ supersedes: plan.supersedes, epoch: plan.epoch },
  }
  return { changed: isNew, data }
}
