import { unhold } from '../../ops/hold.ts'
import { arg, defineCommand, EXPECT, REASON, text, whole } from '../command.ts'
import { entryName, moveView } from '../views.ts'

export const command = defineCommand({
  name: 'unhold',
  summary: 'Lift the lock on a pointer (a person only).',
  args: [['<pointer>', 'the pointer']],
  options: [REASON, EXPECT],
  examples: ['aiship unhold prod --reason "fixed in v43"'],
  registry: 'open',
  does: 'change',
  first: (words) => [arg(words, 0)],
  input: (words) => ({ pointer: arg(words, 0), reason: text(words, 'reason'), expect: whole(words, 'expect', 0) }),
  run: unhold,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) =>
    changed ? moveView(data, true, style) : `${style.bold(data.pointer)} is not held; nothing was changed`,
})
