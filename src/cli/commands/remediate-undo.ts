import { shortDigest } from '../../core/digest.ts'
import { countText } from '../../core/figures.ts'
import { remediateUndo } from '../../ops/remediate-undo.ts'
import { arg, defineCommand, REASON, text } from '../command.ts'

export const command = defineCommand({
  name: 'remediate undo',
  summary:
    'Plans to take back what a repair did, with what its hook gave back for that. Nothing is done before the new plan is approved and applied.',
  args: [['<plan>', 'the plan that was applied, or its receipt']],
  options: [REASON],
  examples: ['aiship remediate undo @last --reason "the good one was worse"'],
  registry: 'open',
  does: 'change',
  input: (words) => ({ ref: arg(words, 0), reason: text(words, 'reason') }),
  run: remediateUndo,
  quiet: ({ data }) => data.plan,
  view: ({ data }, style) =>
    [
      `plan ${style.bold(shortDigest(data.plan))} takes back ${countText(data.items)} items of receipt ${shortDigest(data.undoes)}`,
      `next:  ${style.command(`aiship remediate diff ${shortDigest(data.plan)}`)}`,
    ].join('\n'),
})
