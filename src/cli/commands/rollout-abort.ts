import { rolloutAbort } from '../../ops/rollout-hold.ts'
import { arg, defineCommand, EXPECT, REASON, text, whole } from '../command.ts'
import { rolloutView } from '../rollout-view.ts'
import { entryName } from '../views.ts'

export const command = defineCommand({
  name: 'rollout abort',
  summary:
    'Return to what was stable in one entry, without mark and hold, and drop what is queued. Never asks, and nothing refuses it.',
  args: [['<pointer>', 'the pointer']],
  options: [REASON, EXPECT],
  examples: ['aiship rollout abort prod --reason "not better"'],
  registry: 'open',
  does: 'change',
  input: (words) => ({ pointer: arg(words, 0), reason: text(words, 'reason'), expect: whole(words, 'expect', 0) }),
  run: rolloutAbort,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => rolloutView(data, changed, style),
})
