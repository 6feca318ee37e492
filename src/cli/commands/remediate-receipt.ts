import { AishipError } from '../../core/errors.ts'
import { STATUSES } from '../../core/journal.ts'
import type { ReceiptStatus } from '../../core/model.gen.ts'
import { remediateReceipt } from '../../ops/remediate-receipt.ts'
import { arg, defineCommand, PLAN, text, type Words } from '../command.ts'
import { receiptView } from '../repair-view.ts'

export const command = defineCommand({
  name: 'remediate receipt',
  summary: 'What a closed repair did: counts, who approved it, and by status the items, as CSV.',
  args: [PLAN],
  options: [['--list <status>', 'the items with this status, as CSV: irreversible is work for people']],
  examples: [
    'aiship remediate receipt @last',
    'aiship remediate receipt @last --list irreversible > worklist.csv',
    'aiship remediate receipt @last --list conflict',
  ],
  registry: 'open',
  does: 'change',
  input: (words) => ({ plan: arg(words, 0), list: statusIn(words) }),
  run: remediateReceipt,
  quiet: ({ data }, style) => (data.list === null ? data.receipt : receiptView(data, style)),
  view: ({ data }, style) => receiptView(data, style),
})

function statusIn(words: Words): ReceiptStatus | null {
  const given = text(words, 'list')
  const status = STATUSES.find((one) => one === given) ?? null
  if (given === null || status !== null) return status
  throw new AishipError('USAGE', `--list takes ${STATUSES.join(', ')}, not ${JSON.stringify(given)}`)
}
