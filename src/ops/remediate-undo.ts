import { type Digest, hexOf, shortDigest } from '../core/digest.ts'
import { UNDO_LOST } from '../core/hook.ts'
import type {
  ObjectLines,
  ReceiptLine,
  RemediationDiff,
  RemediationPlan,
  RemediationResult,
  RemediationWork,
  UndoPlanData,
} from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { EMPTY_STEP, remediationLog, workKey } from '../core/remediation.ts'
import { append, newest } from './logs.ts'
import { eachResult } from './remediate-receipt.ts'
import { eachLine, storeLines, verifyLines } from './remediation-lines.ts'
import { openRepair, outOfOrder, typed, undosOf } from './remediation-log.ts'
import { readDiff, storeValue } from './remediation-objects.ts'
import { rememberPlan } from './remediation-plans.ts'
import { allRepairs } from './remediation-repairs.ts'

export interface RemediateUndoInput {
  /** Of the repair, or its receipt. */
  readonly ref: string
  readonly reason: string | null
}

/**
 * Plans to take back what a closed repair did, with what its hook gave back for that. The plan has its diff; it is approved and applied as any other. Its
 * epoch is higher, so that its keys, and those of a repair after it, were never used before. Errors: OUT_OF_ORDER where nothing was closed; NOT_FOUND.
 */
export const remediateUndo: Operation<RemediateUndoInput, UndoPlanData> = async (ctx, { ref, reason }) => {
  const repair = await openRepair(ctx, await planOf(ctx, ref))
  const { receipt, diff: digest } = repair.state
  if (receipt === null || digest === null)
    throw outOfOrder(
      repair,
      `is ${repair.state.step}, and not closed: there is no receipt to undo`,
      typed('status', repair),
    )
  const { plan } = repair
  const before = (await allRepairs(ctx)).find(({ plan, state }) => plan.undoes === receipt && state.receipt !== null)
  if (before !== undefined) {
    const message = `receipt ${shortDigest(receipt)} was taken back already, by plan ${shortDigest(before.digest)}`
    ctx.emit({ type: 'warning', code: 'UNDONE_ALREADY', message })
  }
  const diff = await readDiff(ctx, digest)
  const epoch = Math.max(plan.epoch, await undosOf(ctx)) + 1
  const drawn = await drawUp(ctx, { diff: digest, receipt, work: diff.work, epoch })
  const undo: RemediationPlan = {
    ...{ ...plan, bad: plan.good, good: plan.bad, segments: [] },
    ...{ author: ctx.actor, incident: reason, supersedes: null, undoes: receipt, epoch },
  }
  const name = await storeValue(ctx, undo)
  const madeName = await storeValue(ctx, diffOf(diff, name, drawn))
  const isNew = await putDown(ctx, name, madeName, [
    plan.items.digest,
    drawn.results.digest,
    drawn.work.digest,
    plan.bad,
    plan.good,
  ])
  await rememberPlan(ctx, name)
  const head = { registry: ctx.registry.url, app: ctx.app, plan: name, diff: madeName }
  return { changed: isNew, data: { ...head, items: drawn.work.count, undoes: receipt } }
}

/** The plan of a ref, or of the repair whose receipt it names. */
async function planOf(ctx: Context, ref: string): Promise<string> {
  const hex = ref.replace(/^sha256:/, '')
  if (!/^[0-9a-f]{7,64}$/.test(hex)) return ref
  for (const log of await ctx.registry.logs.list(`remediations/${ctx.app}/`)) {
    const entry = (await newest(ctx, log as `remediations/${string}`))?.entry
    if (entry?.receipt && hexOf(entry.receipt).startsWith(hex)) return entry.plan
  }
  return ref
}

interface Drawn {
  readonly results: ObjectLines
  readonly work: ObjectLines
  readonly moves: RemediationDiff['moves']
}

interface Undone {
  readonly diff: Digest
  readonly receipt: Digest
  readonly work: ObjectLines
  readonly epoch: number
}

/** What an undo decides, and its work: of what was applied, whichever run it was. */
async function drawUp(ctx: Context, { diff, receipt, work, epoch }: Undone): Promise<Drawn> {
  await verifyLines(ctx, work)
  const moves = new Map<string, RemediationDiff['moves'][number]>()
  let [given, missing, isLost] = [0, 0, false]
  async function* backs(): AsyncGenerator<RemediationWork> {
    for await (const lines of byEntity(eachResult(ctx, diff, receipt))) {
      // What was done last to an entity is undone first.
      for (const { work: done, line } of lines.reverse()) {
        if (line.status !== 'applied' && line.status !== 'already_applied') continue
        if (line.undo !== undefined) given++
        else missing++
        isLost ||= line.note?.includes(UNDO_LOST) === true
        yield undoWork(done, line.undo, epoch)
      }
    }
  }
  const works = await storeLines(ctx, `${hexOf(receipt)}-undo`, backs())
  if (missing > 0 && (given > 0 || isLost)) {
    const message = `of ${given + missing} items, ${missing} have no undo from the hook, or one that could not be kept: the hook is asked to take them back without it`
    ctx.emit({ type: 'warning', code: 'UNDO_MISSING', message })
  }
  async function* decided(): AsyncGenerator<RemediationResult> {
    for await (const one of eachLine<RemediationWork>(ctx, works)) {
      count(moves, one)
      yield resultOf(one)
    }
  }
  const results = await storeLines(ctx, `${hexOf(receipt)}-decided`, decided())
  return { results, work: works, moves: [...moves.values()] }
}

interface Done {
  readonly work: RemediationWork
  readonly line: ReceiptLine
}

/** The work is in the order of its entities. */
async function* byEntity(all: AsyncIterable<Done>): AsyncGenerator<Done[]> {
  let group: Done[] = []
  for await (const one of all) {
    if (group.length > 0 && group[0]?.work.entity !== one.work.entity) {
      yield group
      group = []
    }
    group.push(one)
  }
  if (group.length > 0) yield group
}

/** Its key is made of the key of what it takes back, and what it expects was decided by the repair: under that key. */
function undoWork(done: RemediationWork, undo: unknown, epoch: number): RemediationWork {
  const { entity, request_id, expected, target, segment, value } = done
  const back = { action: expected.action }
  return {
    key: workKey({ entity, request_id: done.key, target: back }, epoch),
    ...{ entity, request_id, expected: { action: target.action, request_id: done.key }, target: back, segment },
    ...(value === undefined ? {} : { value }),
    ...(undo === undefined ? {} : { undo }),
  }
}

const resultOf = ({ target, entity, request_id }: RemediationWork): RemediationResult => ({
  ...{ request_id, entity, action: target.action, label: null, score: null, error: null },
})

function count(
  moves: Map<string, RemediationDiff['moves'][number]>,
  { expected, target, value = 0 }: RemediationWork,
): void {
  const [from, to] = [expected.action, target.action]
  const key = JSON.stringify([from, to])
  const known = moves.get(key) ?? { from, to, count: 0, value: 0 }
  moves.set(key, { ...known, count: known.count + 1, value: known.value + value })
}

function diffOf(diff: RemediationDiff, plan: Digest, { results, work, moves }: Drawn): RemediationDiff {
  const none = Object.fromEntries(
    Object.keys(diff.classes).map((name) => [name, 0]),
  ) as unknown as RemediationDiff['classes']
  return {
    ...{ v: 1, app: diff.app, plan, replay: results, work, moves, by: [], epsilon: diff.epsilon, limit: diff.limit },
    control: {
      bad_sample: 0,
      bad_reproduced: 0,
      good_sample: 0,
      good_same: 0,
      unable: 'nothing is decided again by an undo',
    },
    ...{ manual: null, classes: { ...none, action_changed: work.count } },
  }
}

/** Out: false where the same undo was planned before. */
async function putDown(ctx: Context, plan: Digest, diff: Digest, objects: readonly Digest[]): Promise<boolean> {
  const log = remediationLog(ctx.app, plan)
  const before = await newest(ctx, log)
  if (before !== null && before.entry.action !== 'planned') return false
  const planned =
    before ??
    (await append(ctx, log, null, { ...EMPTY_STEP, action: 'planned', plan, objects: [plan, ...objects] })).read
  await append(ctx, log, planned, { ...EMPTY_STEP, action: 'diffed', plan, diff, objects: [diff, ...objects] })
  return true
}
