import { type Digest, hexOf } from '../core/digest.ts'
import type { JournalFile, JournalState } from '../core/journal.ts'
import type {
  JournalAck,
  ReceiptLine,
  RemediationDiff,
  RemediationReceipt,
  RemediationWork,
} from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { eachLine, storeLines } from './remediation-lines.ts'
import { addStepTo, type Repair } from './remediation-log.ts'
import { storeFile, storeValue } from './remediation-objects.ts'

/** A run's place on this machine and in the registry. */
export interface Hold {
  readonly repair: Repair
  readonly diff: RemediationDiff
  readonly journal: JournalFile
  readonly state: JournalState
  readonly generation: number
}

/** Stores the journal as it is, so that another machine could go on from there. */
export const storeJournal = async (ctx: Context, { journal }: Hold): Promise<Digest> =>
  (await storeFile(ctx, journal.path)).digest

/** Says in the log that the run has ended before its work did, and why. */
export async function closePaused(ctx: Context, hold: Hold, reason: string): Promise<Repair> {
  const objects = [await storeJournal(ctx, hold)]
  const { generation } = hold
  return addStepTo(ctx, hold.repair, { action: 'paused', reason, generation, host: ctx.host, objects })
}

/** Seals what was done, item by item, and closes the repair. Out: the receipt's digest, and the receipt. */
export async function closeSealed(
  ctx: Context,
  hold: Hold,
): Promise<{ readonly digest: Digest; readonly receipt: RemediationReceipt }> {
  const { repair, state, generation } = hold
  const results = await storeLines(ctx, `${hexOf(repair.digest)}-receipt`, linesOf(ctx, hold))
  const kept = await storeJournal(ctx, hold)
  const approval = repair.state.approvals[0]
  const started = state.started ?? repair.state.run?.at
  if (approval === undefined || started === undefined) throw new Error('a repair was closed that was never begun')
  const receipt: RemediationReceipt = {
    ...{ v: 1, app: ctx.app, plan: repair.digest, diff: repair.state.diff as Digest },
    approval: { actor: approval.actor, at: approval.at, seq: approval.seq },
    counts: state.counts(),
    results,
    ...{ started, ended: ctx.now().toISOString(), hosts: state.hosts },
  }
  const digest = await storeValue(ctx, receipt)
  const objects = [digest, results.digest, kept]
  await addStepTo(ctx, repair, { action: 'closed', receipt: digest, generation, host: ctx.host, objects })
  return { digest, receipt }
}

async function* linesOf(ctx: Context, { diff, journal, state }: Hold): AsyncGenerator<ReceiptLine> {
  const said = sayings(journal)
  let index = 0
  for await (const { key } of eachLine<RemediationWork>(ctx, diff.work)) {
    const at = state.saidAt(index)
    yield { key, status: state.statusOf(index), ...(at === null ? {} : said(at, index)) }
    index++
  }
}

/** Lines that were read last: the journal has the items nearly in the work's order. */
const KEPT_LINES = 8

/** What the hook said of an item, by the line that has it. */
export function sayings(journal: JournalFile): (at: number, item: number) => Pick<JournalAck, 'undo' | 'note'> {
  const lines = new Map<number, ReadonlyMap<number, JournalAck>>()
  const read = (at: number): ReadonlyMap<number, JournalAck> => {
    const line = journal.lineAt(at)
    const acks = new Map(line.t === 'group' ? line.acks.map((ack) => [ack.i, ack]) : [])
    lines.set(at, acks)
    const [oldest] = lines.keys()
    if (lines.size > KEPT_LINES) lines.delete(oldest as number)
    return acks
  }
  return (at, item) => {
    const { undo, note } = (lines.get(at) ?? read(at)).get(item) ?? {}
    return { ...(undo === undefined ? {} : { undo }), ...(note === undefined ? {} : { note }) }
  }
}
