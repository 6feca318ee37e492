import { AishipError } from '../../core/errors.ts'
import { quarantineWaive } from '../../ops/quarantine-lift.ts'
import { arg, defineCommand, REASON, text } from '../command.ts'
import { waiverLine } from '../taint-view.ts'

export const command = defineCommand({
  name: 'quarantine waive',
  summary:
    'Let one bundle or dataset through in spite of one quarantine, until a time (a person only). Each status says so until then.',
  args: [
    ['<id>', 'the id of the quarantine, or the start of it'],
    ['<subject>', "a bundle, or a component's digest"],
  ],
  options: [['--until <time>', 'when it ends; of a date, the whole day belongs to it'], REASON],
  examples: ['aiship quarantine waive 3fa9c2d1a0b4 v43 --until 2026-12-31 --reason "retrained next week"'],
  registry: 'open',
  does: 'change',
  input: (words) => {
    const [id, subject, until, reason] = [arg(words, 0), arg(words, 1), text(words, 'until'), text(words, 'reason')]
    if (until === null || reason === null)
      throw new AishipError('USAGE', 'a waiver has an end and a reason: --until and --reason', {
        next: ['aiship help quarantine waive'],
      })
    return { id, subject, until, reason }
  },
  run: quarantineWaive,
  quiet: ({ data }) => data.waiver.id,
  view: ({ data, changed }, style) =>
    [
      `${changed ? '' : 'there already: '}${waiverLine(data.waiver, style)}`,
      style.dim(`registry ${data.registry}, app ${data.app}`),
      `undo: ${style.bold(data.undo)}`,
    ].join('\n'),
})
