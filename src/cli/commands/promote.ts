import { promote } from '../../ops/promote.ts'
import { arg, defineCommand, EXPECT, flag, REASON, text, WAIT, waitExit, waitOf, whole } from '../command.ts'
import { entryName, moveView } from '../views.ts'

export const command = defineCommand({
  name: 'promote',
  summary: 'Move a pointer forward to a bundle. What it says already is a success that writes nothing.',
  args: [
    ['<ref>', 'the bundle: v42, a digest, a label, another pointer, @last'],
    ['<pointer>', 'the pointer to move'],
  ],
  options: [
    REASON,
    EXPECT,
    WAIT,
    ['--override <reason>', 'move past a hold or a bad mark, and say why (a person only)'],
    ['--create', 'make a pointer that aiship.yaml does not declare'],
    ['--reset-route', "drop the pointer's rules and arms"],
    ['--leaving-bad <reason>', 'mark what is replaced as bad'],
    ['--verify', 'look first that every object of the bundle is in the registry'],
  ],
  examples: [
    'aiship promote @last staging',
    'aiship promote v42 prod --reason "better recall" --yes',
    'aiship promote canary prod',
  ],
  registry: 'open',
  does: 'change',
  first: (words) => words.args,
  input: (words) => ({
    ref: arg(words, 0),
    pointer: arg(words, 1),
    reason: text(words, 'reason'),
    expect: whole(words, 'expect', 0),
    wait: waitOf(words),
    override: text(words, 'override'),
    create: flag(words, 'create'),
    resetRoute: flag(words, 'resetRoute'),
    leavingBad: text(words, 'leavingBad'),
    verify: flag(words, 'verify'),
  }),
  run: promote,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => moveView(data, changed, style),
  exit: ({ followers }, words) => waitExit(words, [followers]),
})
