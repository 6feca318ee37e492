import { rolloutAdvance } from '../../ops/rollout-advance.ts'
import { ACCEPT_POLICY, arg, defineCommand, EXPECT, flag, OVERRIDE, REASON, text, whole } from '../command.ts'
import { rolloutView } from '../rollout-view.ts'
import { entryName } from '../views.ts'

export const command = defineCommand({
  name: 'rollout advance',
  summary:
    'Make the step that is due, or say what it waits for: safe to run every minute. After the deadline it aborts instead.',
  args: [['<pointer>', 'the pointer']],
  options: [
    ['--units <n>', 'how many units the candidate has served in this step'],
    ['--approve', 'go on where the step waits for a person (a person only)'],
    ['--wait', 'go on until the rollout ends, or waits for somebody'],
    REASON,
    EXPECT,
    OVERRIDE,
    ACCEPT_POLICY,
  ],
  examples: [
    'aiship rollout advance prod',
    'aiship rollout advance prod --units 2140 --yes',
    'aiship rollout advance prod --approve --reason "looked at the traces"',
  ],
  registry: 'open',
  rules: true,
  does: 'change',
  input: (words) => ({
    pointer: arg(words, 0),
    units: whole(words, 'units', 0) ?? null,
    approve: flag(words, 'approve'),
    wait: flag(words, 'wait'),
    reason: text(words, 'reason'),
    expect: whole(words, 'expect', 0),
    override: text(words, 'override'),
    acceptPolicy: flag(words, 'acceptPolicy'),
  }),
  run: rolloutAdvance,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => rolloutView(data, changed, style),
})
