import { rolloutPause } from '../../ops/rollout-hold.ts'
import { arg, defineCommand, EXPECT, REASON, text, whole } from '../command.ts'
import { rolloutView } from '../rollout-view.ts'
import { entryName } from '../views.ts'

export const command = defineCommand({
  name: 'rollout pause',
  summary: 'Stay at the present step, until a person resumes.',
  args: [['<pointer>', 'the pointer']],
  options: [REASON, EXPECT],
  examples: ['aiship rollout pause prod --reason "error rate"'],
  registry: 'open',
  does: 'change',
  input: (words) => ({ pointer: arg(words, 0), reason: text(words, 'reason'), expect: whole(words, 'expect', 0) }),
  run: rolloutPause,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => rolloutView(data, changed, style),
})
