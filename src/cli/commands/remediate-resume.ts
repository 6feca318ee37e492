import { remediateApply } from '../../ops/remediate-apply.ts'
import { APPLY_OPTIONS, applyInput } from '../apply-options.ts'
import { defineCommand, PLAN } from '../command.ts'
import { applyView } from '../repair-view.ts'

export const command = defineCommand({
  name: 'remediate resume',
  summary:
    'Goes on with a repair that was paused, stopped or killed, with the hook and the options of before. What has no answer, and what failed, is sent again with its key.',
  args: [PLAN],
  options: APPLY_OPTIONS,
  examples: ['aiship remediate resume @last', 'aiship remediate resume @last --rate 10/s'],
  registry: 'open',
  does: 'change',
  rules: true,
  input: (words) => applyInput(words, 'resume'),
  run: remediateApply,
  quiet: ({ data }) => data.receipt ?? '',
  view: ({ data }, style) => applyView(data, style),
})
