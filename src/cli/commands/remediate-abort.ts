import { remediateAbort } from '../../ops/remediate-hold.ts'
import { arg, defineCommand, PLAN, REASON, text } from '../command.ts'
import { repairView } from '../repair-view.ts'

export const command = defineCommand({
  name: 'remediate abort',
  summary: 'Ends a repair for good. What was done stays done, and gets a receipt.',
  args: [PLAN],
  options: [REASON],
  examples: ['aiship remediate abort @last --reason "the mailbox is slow"'],
  registry: 'open',
  does: 'change',
  input: (words) => ({ plan: arg(words, 0), reason: text(words, 'reason') }),
  run: remediateAbort,
  quiet: () => '',
  view: ({ data }, style) => repairView(data, style),
})
