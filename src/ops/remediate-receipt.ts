import { type Digest, shortDigest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { ReceiptData, ReceiptLine, ReceiptRow, ReceiptStatus, RemediationWork } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { sealAborted } from './remediate-hold.ts'
import { eachLine } from './remediation-lines.ts'
import { openRepair, outOfOrder, type Repair, typed } from './remediation-log.ts'
import { readDiff, readReceipt } from './remediation-objects.ts'

export interface ReceiptInput {
  readonly plan: string
  /** Items with this status, for people to look at. */
  readonly list: ReceiptStatus | null
}

/** What a closed repair did. One that was aborted here is sealed first. Errors: OUT_OF_ORDER where there is no receipt yet. */
export const remediateReceipt: Operation<ReceiptInput, ReceiptData> = async (ctx, { plan, list }) => {
  const found = await openRepair(ctx, plan)
  const sealed = found.state.receipt === null ? await sealAborted(ctx, found) : null
  const repair = sealed ?? found
  const { receipt: digest } = repair.state
  if (digest === null) throw noReceipt(repair)
  const { v: _, results, ...receipt } = await readReceipt(ctx, digest)
  const rows: ReceiptRow[] = []
  if (list !== null)
    for await (const { work, line } of eachResult(ctx, receipt.diff, digest)) {
      if (line.status !== list) continue
      const { entity, request_id, expected, target, key } = work
      rows.push({ entity, request_id, from: expected.action, to: target.action, note: line.note ?? null, key })
    }
  const data = { registry: ctx.registry.url, receipt: digest, ...receipt, results: results.digest, list, rows }
  return { changed: sealed !== null, data }
}

function noReceipt(repair: Repair): AishipError {
  const { step, run } = repair.state
  if (step !== 'aborted' || run === null)
    return outOfOrder(repair, `is ${step}: there is no receipt yet`, typed('status', repair))
  return new AishipError(
    'OUT_OF_ORDER',
    `plan ${shortDigest(repair.digest)} was aborted, and its journal is on ${run.host}`,
    {
      hint: 'the receipt is made there',
      next: [typed('receipt', repair)],
    },
  )
}

/** What became of each item, with the item. */
export async function* eachResult(
  ctx: Context,
  diff: Digest,
  receipt: Digest,
): AsyncGenerator<{ readonly work: RemediationWork; readonly line: ReceiptLine }> {
  const { work } = await readDiff(ctx, diff)
  const { results } = await readReceipt(ctx, receipt)
  const lines = eachLine<ReceiptLine>(ctx, results)
  for await (const one of eachLine<RemediationWork>(ctx, work)) {
    const { value: line } = await lines.next()
    if (line === undefined || line.key !== one.key)
      throw new AishipError('CORRUPT', `receipt ${receipt} is not of the work of ${diff}`, { next: ['aiship fsck'] })
    yield { work: one, line }
  }
}
