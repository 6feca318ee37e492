import { undo } from '../../ops/undo.ts'
import { arg, defineCommand, EXPECT, REASON, text, whole } from '../command.ts'
import { entryName, moveView } from '../views.ts'

export const command = defineCommand({
  name: 'undo',
  summary: 'Take back the newest move of a pointer: its route, its hold and the marks that it set.',
  args: [['<move>', 'the move, as it was printed: prod@43']],
  options: [
    REASON,
    EXPECT,
    ['--override <reason>', 'go back to what is held, marked bad or kept out by a gate, and say why (a person only)'],
  ],
  examples: ['aiship undo prod@43'],
  registry: 'open',
  rules: true,
  does: 'change',
  first: (words) => [arg(words, 0)],
  input: (words) => ({
    move: arg(words, 0),
    reason: text(words, 'reason'),
    expect: whole(words, 'expect', 0),
    override: text(words, 'override'),
  }),
  run: undo,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => moveView(data, changed, style),
})
