import { canonicalBytes, type Digest, shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { valuesOf } from '../core/lines.ts'
import type {
  RemediateDiffData,
  RemediationControl,
  RemediationDiff,
  RemediationItem,
  RemediationPlan,
  RemediationResult,
  RemediationWork,
} from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { idOf, workKey } from '../core/remediation.ts'
import { csvRow } from '../core/remediation-csv.ts'
import { type Judged, judgeItem, startTally } from '../core/remediation-tally.ts'
import { openTable, type ShownInput, segmentKeys, shown, shownUndo } from './remediate-shown.ts'
import { addNext, openRepair, refuseOver, tooEarly } from './remediation-log.ts'
import { storeTape, storeValue } from './remediation-objects.ts'
import { type FoundPlan, rememberPlan } from './remediation-plans.ts'
import { sortLines } from './sorted-lines.ts'

export interface DiffInput extends ShownInput {
  /** As `findPlan` takes it. */
  readonly plan: string
  /** A score that moved by less is the same. */
  readonly epsilon: number
  /** The least share of the controls that has to agree, in percent. */
  readonly limit: number
}

/**
 * Shows what the good bundle decides otherwise, and puts down what is to be done: an approval binds to that. Of an undo it shows what was put down when it
 * was planned. Errors: OUT_OF_ORDER where it was not replayed; CORRUPT; DISK_FULL.
 */
export const diffRemediation: Operation<DiffInput, RemediateDiffData> = async (ctx, input) => {
  const repair = await openRepair(ctx, input.plan)
  const { digest, plan } = repair
  const { replayed, diff: before } = repair.state
  if (plan.undoes !== null) {
    await rememberPlan(ctx, digest)
    return { changed: false, data: await shownUndo(ctx, repair, input) }
  }
  if (replayed?.replay == null || replayed.control === null) throw tooEarly(repair)
  const keys = segmentKeys(input.by)
  await rememberPlan(ctx, digest)
  const judged = judgedItems(ctx, plan, replayed.replay, input.epsilon)
  const { examples, ...counted } = await countAll(ctx, repair, judged, keys, input.csv)
  const { control } = replayed
  const size = await ctx.registry.objects.size(replayed.replay)
  const diff: RemediationDiff = {
    ...{ v: 1, app: ctx.app, plan: digest, control, epsilon: input.epsilon, limit: input.limit },
    replay: { digest: replayed.replay, size: size ?? 0, count: plan.items.count },
    manual: whyManual(control, input.limit),
    ...counted,
  }
  const name = await storeValue(ctx, diff)
  const isNew = before !== name
  if (isNew) {
    refuseOver(repair)
    await addNext(ctx, repair, { action: 'diffed', diff: name, objects: [name, diff.work.digest] })
  }
  return { changed: isNew, data: await shown(ctx, repair, { name, diff, examples }, input) }
}

/** Why nothing may be applied without an explicit word; null where it may. */
function whyManual({ unable, ...control }: RemediationControl, limit: number): string | null {
  if (unable !== null)
    return `the bad bundle could not be asked again (${unable}), so nobody knows whether the inputs are whole`
  if (control.bad_sample === 0)
    return 'no decision was made again by the bad bundle, so nobody knows whether the inputs are whole'
  const share = (part: number, of: number): number => (100 * part) / of
  const bad = share(control.bad_reproduced, control.bad_sample)
  if (bad < limit)
    return `the bad bundle decides only ${bad.toFixed(1)} % as it did then (limit ${limit} %): inputs are incomplete, or it decides by chance`
  const good = share(control.good_same, control.good_sample)
  return good < limit
    ? `the good bundle decides only ${good.toFixed(1)} % alike twice (limit ${limit} %): it decides by chance`
    : null
}

const AT_ONCE = 5000

/** Every item beside what the good bundle made of it. */
async function* judgedItems(
  ctx: Context,
  plan: RemediationPlan,
  replay: Digest,
  epsilon: number,
): AsyncGenerator<Judged<RemediationItem>> {
  const { objects } = ctx.registry
  const items = valuesOf<RemediationItem>(objects.get(plan.items.digest), () => AT_ONCE)
  const results = valuesOf<RemediationResult>(objects.get(replay), () => AT_ONCE)
  for await (const some of items) {
    ctx.signal.throwIfAborted()
    const { value: made = [] } = (await results.next()) as IteratorResult<readonly RemediationResult[], undefined>
    for (const [i, item] of some.entries()) {
      const result = made[i]
      if (result === undefined || idOf(result) !== idOf(item))
        throw new AishipError('CORRUPT', `${replay} are no results of plan ${shortDigest(plan.items.digest)}`, {
          next: ['aiship remediate replay @last --again'],
        })
      yield judgeItem(item, result, plan.actions ?? {}, epsilon)
    }
  }
}

async function countAll(
  ctx: Context,
  { digest, plan }: FoundPlan,
  judged: AsyncIterable<Judged<RemediationItem>>,
  keys: readonly string[],
  csv: string | null,
) {
  if (ctx.rehearsal === undefined) throw new AishipError('INTERNAL', 'there is nowhere to put work')
  const rehearsal = await ctx.rehearsal()
  const name = `work-${digest.slice(7)}-${ctx.op.id}`
  const [sorted, tape] = [sortLines(rehearsal, name), rehearsal.tape(name, true)]
  const tally = startTally(keys)
  const table = csv === null ? null : await openTable(ctx, csv, keys)
  let done = 0
  try {
    for await (const one of judged) {
      tally.add(one)
      if (++done % AT_ONCE === 0)
        ctx.emit({ type: 'progress', what: 'comparing', done, total: plan.items.count, unit: 'files' })
      if (one.of !== 'action_changed') continue
      const { entity, ts, request_id } = one.item
      sorted.add([entity, ts, request_id], `${Buffer.from(canonicalBytes(workOf(one, plan.epoch))).toString('utf8')}\n`)
      await table?.add(csvRow(one, keys))
    }
    await sorted.end(tape)
    await table?.end()
    return { ...tally.end(), work: await storeTape(ctx, tape) }
  } finally {
    table?.drop()
    sorted.drop()
    tape.drop()
  }
}

function workOf({ item, result, from, to }: Judged, epoch: number): RemediationWork {
  const request_id = idOf(item)
  const target = { action: to, ...(result.label === null ? {} : { label: result.label }) }
  return {
    ...{ entity: item.entity, expected: { action: from, request_id: item.request_id } },
    key: workKey({ entity: item.entity, request_id, target }, epoch),
    ...{ request_id, segment: item.segment, target },
    ...(item.value === undefined ? {} : { value: item.value }),
  }
}
