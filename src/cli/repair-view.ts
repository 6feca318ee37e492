import { answerText, STATUS_WORDS } from '../core/answers.ts'
import { csvLine } from '../core/csv.ts'
import { type Digest, shortDigest } from '../core/digest.ts'
import { countText } from '../core/figures.ts'
import { doneIn } from '../core/journal.ts'
import type { ApplyData, ReceiptData, ReceiptRow, RepairStatus, StatusCounts } from '../core/model.gen.ts'
import { ago, type Style } from './style.ts'

/** While a run is alive it still waits for these. */
const ALIVE_WORDS = { ...STATUS_WORDS, in_doubt: 'on their way' }

/** "1,204 applied, 3 left alone (conflict)". */
const countsText = (counts: StatusCounts, words = STATUS_WORDS): string =>
  Object.entries(words)
    .filter(([name]) => (counts[name] ?? 0) > 0)
    .map(([name, word]) => `${countText(counts[name] as number)} ${word}`)
    .join(', ') || 'nothing'

const todo = (plan: Digest, counts: StatusCounts | null, style: Style): readonly string[] =>
  (counts?.irreversible ?? 0) === 0
    ? []
    : [
        `for people:  ${style.command(`aiship remediate receipt ${shortDigest(plan)} --list irreversible > worklist.csv`)}`,
      ]

export function applyView({ plan, step, items, counts, answers, receipt, undo }: ApplyData, style: Style): string {
  const name = shortDigest(plan)
  const said = answers.map((answer) => `  ${answerText(answer)}`)
  if (step === 'dry')
    return [`dry run of ${name}: ${countsText(counts ?? {})} of ${countText(items ?? 0)}`, ...said].join('\n')
  if (step === 'paused')
    return [
      `${style.bold(name)} paused: ${countsText(counts ?? {})}`,
      ...said,
      `go on:  ${style.command(`aiship remediate resume ${name}`)}`,
    ].join('\n')
  if (counts === null) return `${name} is closed: receipt ${shortDigest(receipt as Digest)}`
  return [
    `${style.bold(name)} closed: ${countsText(counts)}; receipt ${shortDigest(receipt as Digest)}`,
    ...todo(plan, counts, style),
    ...(undo === null ? [] : [`undo:  ${style.command(undo)}`]),
  ].join('\n')
}

/** One repair closely. */
export function repairView(repair: RepairStatus, style: Style): string {
  const { plan, items, counts, approved_by: by, approvals_needed: needed } = repair
  const lines = [`${style.bold(shortDigest(plan))}  ${stepText(repair, style)}`]
  if (repair.incident !== null) lines.push(repair.incident)
  if (repair.undoes !== null) lines.push(`takes back receipt ${shortDigest(repair.undoes)}`)
  if (repair.diff !== null)
    lines.push(
      `diff ${shortDigest(repair.diff)} with ${countText(items ?? 0)} items, approved by ${by.join(', ') || 'nobody'}${needed > 1 ? `, ${needed} needed` : ''}`,
    )
  const words = repair.running === true ? ALIVE_WORDS : STATUS_WORDS
  if (counts !== null) lines.push(countsText(counts, words))
  for (const answer of repair.answers) lines.push(`  ${answerText(answer, words)}`)
  if (repair.receipt !== null) lines.push(`receipt ${shortDigest(repair.receipt)}`)
  const next = nextOf(repair)
  if (next !== null) lines.push(`next:  ${style.command(`aiship remediate ${next}`)}`)
  return lines.join('\n')
}

/** A line each. */
export const repairsView = (repairs: readonly RepairStatus[], style: Style): string =>
  repairs.map((one) => `${style.bold(shortDigest(one.plan))}  ${stepText(one, style)}`).join('\n') ||
  'no repair was planned'

function stepText({ step, host, actor, at, reason, running }: RepairStatus, style: Style): string {
  const where = step === 'applying' ? ` on ${host}${running === false ? ', and its process is gone' : ''}` : ''
  const why = reason === null ? '' : `: ${reason}`
  return `${step}${where}, by ${actor ?? 'nobody'}${at === null ? '' : ` ${ago(at, style.now)}`}${why}`
}

function nextOf({ step, plan, running, undoes }: RepairStatus): string | null {
  const name = shortDigest(plan)
  if (step === 'planned') return `replay ${name}`
  if (step === 'replayed') return `diff ${name}`
  if (step === 'diffed') return `approve ${name}`
  if (step === 'approved') return `apply ${name} --hook 'HOOK' --dry-run`
  if (step === 'paused' || (step === 'applying' && running !== true)) return `resume ${name}`
  if (step === 'applying') return `pause ${name}`
  return step === 'closed' && undoes === null ? `receipt ${name}` : null
}

export function receiptView(data: ReceiptData, style: Style): string {
  if (data.list !== null) return csv(data.rows)
  const { plan, counts, approval, started, ended, hosts } = data
  return [
    `receipt ${style.bold(shortDigest(data.receipt))} of plan ${shortDigest(plan)}: ${countsText(counts)}`,
    `approved by ${approval.actor.name}, ${approval.at}; applied ${started} to ${ended} on ${hosts.join(', ')}`,
    ...todo(plan, counts, style),
    ...(doneIn(counts) === 0 ? [] : [`undo:  ${style.command(`aiship remediate undo ${shortDigest(plan)}`)}`]),
  ].join('\n')
}

const COLUMNS = ['entity', 'request_id', 'from', 'to', 'note', 'key'] as const

const csv = (rows: readonly ReceiptRow[]): string =>
  [COLUMNS, ...rows.map((row) => COLUMNS.map((name) => row[name]))].map(csvLine).join('').trimEnd()
