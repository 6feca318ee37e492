import { rolloutResume } from '../../ops/rollout-hold.ts'
import { arg, defineCommand, EXPECT, REASON, text, whole } from '../command.ts'
import { rolloutView } from '../rollout-view.ts'
import { entryName } from '../views.ts'

export const command = defineCommand({
  name: 'rollout resume',
  summary: 'Go on with a paused rollout: the hold of its present step begins anew (a person only).',
  args: [['<pointer>', 'the pointer']],
  options: [REASON, EXPECT, ['--override <reason>', 'go on past a hold or a bad mark, and say why (a person only)']],
  examples: ['aiship rollout resume prod'],
  registry: 'open',
  does: 'change',
  input: (words) => ({
    pointer: arg(words, 0),
    reason: text(words, 'reason'),
    expect: whole(words, 'expect', 0),
    override: text(words, 'override'),
  }),
  run: rolloutResume,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => rolloutView(data, changed, style),
})
