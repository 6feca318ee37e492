import { quarantineLift } from '../../ops/quarantine-lift.ts'
import { arg, defineCommand, REASON, text } from '../command.ts'

export const command = defineCommand({
  name: 'quarantine lift',
  summary: 'Say that a quarantine or a waiver is over (a person only). Its entry stays, and other quarantines too.',
  args: [['<id>', 'its id, or the start of it']],
  options: [REASON],
  examples: ['aiship quarantine lift 3fa9c2d1a0b4 --reason "the rows were sound"'],
  registry: 'open',
  does: 'change',
  input: (words) => ({ id: arg(words, 0), reason: text(words, 'reason') }),
  run: quarantineLift,
  quiet: () => '',
  view: ({ data: { id, quarantine, registry, app }, changed }, style) => {
    const short = id.slice(7, 19)
    const what = quarantine === null ? 'waiver' : quarantine.kind
    return [
      `${style.bold(`${what} ${short}`)} is ${changed ? 'lifted' : 'lifted already'}`,
      style.dim(`registry ${registry}, app ${app}`),
      ...(quarantine === null ? [] : [`undo: ${style.bold(`aiship quarantine add ${short}`)}`]),
    ].join('\n')
  },
})
