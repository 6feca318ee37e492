import { Command as Commander, CommanderError } from 'commander'
import { AishipError } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import { VERSION } from '../version.gen.ts'
import type { Command, Words } from './command.ts'
import { COMMANDS, GROUPS } from './commands.ts'
import { commandWord, type Flags, GLOBAL_FLAGS, readFlags } from './flags.ts'

export type Parsed =
  | { readonly command: Command; readonly flags: Flags; readonly words: Words }
  | { readonly print: string }

/**
 * Reads a command line. Only the named command's file is loaded. Out: what to run, or a text to print (help, version).
 * Errors: USAGE with the nearest command or flag; a guessed command is never run.
 */
export async function parse(argv: readonly string[]): Promise<Parsed> {
  if (argv.length === 1 && argv[0] === '--version') return { print: `${VERSION}\n` }
  const word = commandWord(argv)
  const wantsHelp =
    word === 'help' || (word === null && (argv.length === 0 || argv.includes('-h') || argv.includes('--help')))
  if (wantsHelp) {
    const topic = argv.slice(argv.indexOf('help') + 1).find((w) => !w.startsWith('-'))
    return { print: word === 'help' && topic !== undefined ? await helpOf(topic) : overview() }
  }
  if (word === null && argv.includes('--version')) return { print: `${VERSION}\n` }
  if (word === null) throw new AishipError('USAGE', 'which command?', { next: ['aiship help'] })
  return parseCommand(await load(word), argv)
}

async function load(word: string): Promise<Command> {
  const listed = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  if (listed !== undefined) return (await listed.load()).command
  const near = nearest(word, Object.keys(COMMANDS))
  throw new AishipError('USAGE', `unknown command ${JSON.stringify(word)}`, {
    hint: near === null ? undefined : `did you mean ${near}?`,
    next: [near === null ? 'aiship help' : `aiship help ${near}`],
    details: { nearest: near },
  })
}

async function helpOf(word: string): Promise<string> {
  return commanderFor(await load(word), () => {}).sub.helpInformation()
}

function parseCommand(command: Command, argv: readonly string[]): Parsed {
  let words: Words | null = null
  let printed = ''
  const { program, sub } = commanderFor(command, (args, options) => {
    words = { args, options }
  })
  const writeOut = (text: string): void => {
    printed += text
  }
  const output = { writeOut, writeErr: () => {} }
  for (const one of [program, sub]) one.exitOverride().configureOutput(output)
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { print: printed }
    throw usageError(error, command)
  }
  if (words === null)
    throw new AishipError('USAGE', `could not read the command line of ${command.name}`, {
      next: [`aiship help ${command.name}`],
    })
  return { command, flags: readFlags(program.opts()), words }
}

/** A commander tree with one command in it; the others are only names. */
function commanderFor(
  command: Command,
  act: (args: readonly string[], options: Record<string, unknown>) => void,
): { program: Commander; sub: Commander } {
  const program = new Commander('aiship').helpOption('-h, --help', 'show help').helpCommand(false)
  for (const [flags, text] of GLOBAL_FLAGS) program.option(flags, text)
  const sub = program.command(command.name).description(command.summary).helpOption('-h, --help', 'show help')
  for (const [spelling, text] of command.args) sub.argument(spelling, text)
  for (const [flags, text] of command.options) sub.option(flags, text)
  if (command.examples.length > 0)
    sub.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  ${example}`).join('\n')}`)
  sub.addHelpText('after', '\nFlags of every command: aiship help')
  sub.action((...given: unknown[]) => {
    const args = given.slice(0, command.args.length).flat() as string[]
    act(args, sub.opts())
  })
  return { program, sub }
}

function usageError(error: CommanderError, command: Command): AishipError {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const near = /Did you mean (?:one of )?(.*?)\??\)/.exec(suggestion ?? '')?.[1]
  return new AishipError(
    'USAGE',
    first.replace(/^./, (c) => c.toLowerCase()),
    {
      hint: near === undefined ? undefined : `did you mean ${near}?`,
      next: [`aiship help ${command.name}`],
    },
  )
}

function overview(): string {
  const lines = [
    'aiship: release whole AI systems, and take them back in milliseconds',
    '',
    'Usage: aiship COMMAND [flags]',
  ]
  for (const group of GROUPS) {
    lines.push('', group)
    for (const [name, { summary, group: own }] of Object.entries(COMMANDS))
      if (own === group) lines.push(`  ${name.padEnd(10)} ${summary}`)
  }
  lines.push('', 'Flags of every command')
  for (const [flags, text] of GLOBAL_FLAGS) lines.push(`  ${flags.padEnd(18)} ${text}`)
  lines.push('  -h, --help         show help of a command', '  --version          show the version', '')
  lines.push(
    'References: prod, prod~1 (what it said before), prod@41 (at entry 41), v42, a label, sha256:… or the start of one, @last, @newest, @work',
    '',
  )
  return lines.join('\n')
}
