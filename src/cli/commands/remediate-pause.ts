import { remediatePause } from '../../ops/remediate-hold.ts'
import { arg, defineCommand, PLAN, REASON, text } from '../command.ts'
import { repairView } from '../repair-view.ts'

export const command = defineCommand({
  name: 'remediate pause',
  summary: 'Stops a repair, whichever machine runs it, once what is on its way has come back.',
  args: [PLAN],
  options: [REASON],
  examples: ['aiship remediate pause @last --reason "the mailbox is slow"'],
  registry: 'open',
  does: 'change',
  input: (words) => ({ plan: arg(words, 0), reason: text(words, 'reason') }),
  run: remediatePause,
  quiet: () => '',
  view: ({ data }, style) => repairView(data, style),
})
