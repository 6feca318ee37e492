import { hold } from '../../ops/hold.ts'
import { arg, defineCommand, EXPECT, REASON, text, whole } from '../command.ts'
import { entryName, moveView } from '../views.ts'

export const command = defineCommand({
  name: 'hold',
  summary: 'Lock a pointer against moves forward.',
  args: [['<pointer>', 'the pointer']],
  options: [REASON, EXPECT],
  examples: ['aiship hold prod --reason "release freeze"'],
  registry: 'open',
  does: 'change',
  first: (words) => [arg(words, 0)],
  input: (words) => ({ pointer: arg(words, 0), reason: text(words, 'reason'), expect: whole(words, 'expect', 0) }),
  run: hold,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => moveView(data, changed, style),
})
