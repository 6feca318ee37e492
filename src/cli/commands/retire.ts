import { retire } from '../../ops/hold.ts'
import { arg, defineCommand, EXPECT, REASON, text, whole } from '../command.ts'
import { entryName, moveView } from '../views.ts'

export const command = defineCommand({
  name: 'retire',
  summary: 'End a pointer with a tombstone. Its history stays; undo or rollback brings it back.',
  args: [['<pointer>', 'the pointer']],
  options: [REASON, EXPECT],
  examples: ['aiship retire prod-eu --reason "merged into prod"'],
  registry: 'open',
  does: 'change',
  first: (words) => [arg(words, 0)],
  input: (words) => ({ pointer: arg(words, 0), reason: text(words, 'reason'), expect: whole(words, 'expect', 0) }),
  run: retire,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => moveView(data, changed, style),
})
