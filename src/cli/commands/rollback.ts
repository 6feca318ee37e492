import type { RollbackData } from '../../core/model.gen.ts'
import { rollbackAll } from '../../ops/rollback-all.ts'
import { defineCommand, EXPECT, REASON, text, WAIT, waitExit, waitOf, whole } from '../command.ts'
import type { Style } from '../style.ts'
import { entryName, moveView } from '../views.ts'

export const command = defineCommand({
  name: 'rollback',
  summary:
    'Take a pointer back to what it served before: never asks, marks what it leaves bad, sets a hold. Again goes further back.',
  args: [['<pointer...>', 'the pointers to take back']],
  options: [
    ['--to <ref>', 'a bundle that the pointer has served'],
    REASON,
    EXPECT,
    WAIT,
    ['--no-hold', 'leave the pointer open to moves forward'],
    ['--no-mark', 'do not mark what is left as bad'],
  ],
  examples: [
    'aiship rollback prod --reason "recall fell"',
    'aiship rollback prod --to v40',
    'aiship rollback prod-eu prod-us',
  ],
  registry: 'open',
  does: 'change',
  first: (words) => words.args,
  input: (words) => ({
    pointers: words.args,
    to: text(words, 'to'),
    reason: text(words, 'reason'),
    expect: whole(words, 'expect', 0),
    wait: waitOf(words),
    hold: words.options.hold !== false,
    mark: words.options.mark !== false,
  }),
  run: rollbackAll,
  quiet: ({ data }) =>
    'pointers' in data ? data.pointers.map(({ result }) => entryName(result)).join('\n') : entryName(data),
  view: ({ data, changed }, style) =>
    'pointers' in data
      ? data.pointers.map((one) => oneView(one.result, one.changed, style)).join('\n\n')
      : oneView(data, changed, style),
  exit: (data, words) =>
    waitExit(words, 'pointers' in data ? data.pointers.map(({ result }) => result.followers) : [data.followers]),
})

const oneView = (data: RollbackData, isChanged: boolean, style: Style): string =>
  [
    ...data.skipped.map((skipped) => `skipped ${skipped.version} (entry ${skipped.seq}): ${skipped.why}`),
    moveView(data, isChanged, style),
  ].join('\n')
