import type { Command } from './command.ts'
import { COMMANDS, GROUPS, groupOf } from './commands.ts'
import { GLOBAL_FLAGS } from './flags.ts'
import { columns } from './style.ts'

/** What `aiship`, `aiship help` and `aiship --help` print. */
export function overview(): string {
  const lines = [
    'aiship: release whole AI systems, and take them back in milliseconds',
    '',
    'Usage: aiship COMMAND [flags]',
  ]
  for (const group of GROUPS) {
    const own = Object.entries(COMMANDS).filter(([, listed]) => listed.group === group)
    lines.push(
      '',
      group,
      columns(
        own.map(([name, { summary }]) => [name, summary]),
        '  ',
      ),
    )
  }
  const flags = [...GLOBAL_FLAGS, ['-h, --help', 'show help of a command'], ['--version', 'show the version']] as const
  lines.push('', 'Flags of every command', columns(flags, '  '), '')
  lines.push(
    'References: prod, prod~1 (what it said before), prod@41 (at entry 41), v42, a label, sha256:… or the start',
  )
  lines.push('of one, @last (what bundle returned), @newest, @work (the working tree; diff and show)', '')
  return lines.join('\n')
}

/** What `aiship help route` prints, of a command whose name has two words. */
export function groupHelp(group: string): string {
  const rows = groupOf([group]).map((name) => [`aiship ${name}`, COMMANDS[name]?.summary ?? ''])
  return [`The ${group} commands`, '', columns(rows, '  '), '', `More on one: aiship help ${group} COMMAND`, ''].join(
    '\n',
  )
}

/** What `aiship help COMMAND` prints. */
export function commandHelp({ name, summary, args, options, examples }: Command): string {
  const words = ['aiship', name, ...args.map(([spelling]) => spelling), ...(options.length > 0 ? ['[flags]'] : [])]
  const lines = [summary, '', `Usage: ${words.join(' ')}`]
  if (args.length > 0) lines.push('', 'Arguments', columns(args, '  '))
  if (options.length > 0) lines.push('', 'Flags', columns(options, '  '))
  if (examples.length > 0) lines.push('', 'Examples', ...examples.map((example) => `  ${example}`))
  lines.push('', 'Flags of every command: aiship help', '')
  return lines.join('\n')
}
