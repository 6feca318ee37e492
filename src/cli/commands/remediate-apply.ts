import { remediateApply } from '../../ops/remediate-apply.ts'
import { APPLY_OPTIONS, applyInput } from '../apply-options.ts'
import { defineCommand, PLAN } from '../command.ts'
import { applyView } from '../repair-view.ts'

export const command = defineCommand({
  name: 'remediate apply',
  summary:
    'Sends what an approved diff would change to a hook of yours, each item with a key, so that what is sent twice is done once. Stops by itself when too much goes wrong. With --dry-run the hook is told to change nothing.\n' +
    'What a hook reads and answers: schemas/programs/hook-*, and README, Repair.',
  args: [PLAN],
  options: APPLY_OPTIONS,
  examples: [
    "aiship remediate apply @last --hook 'node hook.js' --dry-run",
    "aiship remediate apply @last --hook 'node hook.js' --rate 50/s --stage 100,1000,all --verify 'node verify.js'",
  ],
  registry: 'open',
  does: 'change',
  rules: true,
  input: (words) => applyInput(words, 'apply'),
  run: remediateApply,
  quiet: ({ data }) => data.receipt ?? '',
  view: ({ data }, style) => applyView(data, style),
})
