import { quarantineLs } from '../../ops/quarantine-lift.ts'
import { defineCommand, flag } from '../command.ts'
import { quarantineLine, waiverLine } from '../taint-view.ts'

export const command = defineCommand({
  name: 'quarantine ls',
  summary: 'What is quarantined, and what is let through in spite of it.',
  args: [],
  options: [['--all', 'also what is over']],
  examples: ['aiship quarantine ls', 'aiship quarantine ls --all --json'],
  registry: 'open',
  does: 'look',
  input: (words) => ({ all: flag(words, 'all') }),
  run: quarantineLs,
  view: ({ data: { quarantines, waivers, app } }, style) =>
    quarantines.length + waivers.length === 0
      ? `nothing is quarantined in ${app}`
      : [...quarantines.map((one) => quarantineLine(one, style)), ...waivers.map((one) => waiverLine(one, style))].join(
          '\n',
        ),
})
