import { parseArgs } from 'node:util'
import { AishipError } from '../core/errors.ts'
import type { HelpData, VersionData } from '../core/model.gen.ts'
import { nearest } from '../core/names.ts'
import { VERSION } from '../version.gen.ts'
import type { Command, Words } from './command.ts'
import { COMMANDS, commandName, groupOf } from './commands.ts'
import { type Flags, GLOBAL_FLAGS, leadingWords, readFlags } from './flags.ts'

export type Parsed =
  | { readonly command: Command; readonly flags: Flags; readonly words: Words }
  | { readonly print: string; readonly about: 'version' | 'help'; readonly data: VersionData | HelpData }

/**
 * Reads a command line. Only the named command's file is loaded. Out: what to run, or a text to print (help, version), and its data for `--json`.
 * Errors: USAGE with the nearest command or flag; a guessed command is never run.
 */
export async function parse(argv: readonly string[]): Promise<Parsed> {
  const [word = null] = leadingWords(argv, 1)
  const isAsked = (...flags: readonly string[]): boolean => argv.some((one) => flags.includes(one))
  if (word === null && isAsked('--version'))
    return { print: `${VERSION}\n`, about: 'version', data: { version: VERSION } }
  if (word === null || word === 'help') {
    if (word === null && argv.length > 0 && !isAsked('-h', '--help')) {
      throw new AishipError('USAGE', 'which command?', { next: ['aiship help'] })
    }
    const topic = leadingWords(argv.slice(argv.indexOf('help') + 1), 2)
    const isTopic = word === 'help' && topic[0] !== undefined && topic[0] !== 'help'
    return isTopic ? helpOn(topic) : help(null)
  }
  const name = leadingWords(argv, 2)
  if (isAsked('-h', '--help') && groupOf(name).length > 0 && commandName(name) === null) return helpOn(name)
  const command = await load(name)
  const read = readWords(command, argv)
  if (read === null) return help(command)
  return { command, flags: readFlags(read.options), words: read }
}

async function help(command: Command | null): Promise<Parsed> {
  const { overview, commandHelp } = await import('./help.ts')
  const text = command === null ? overview() : commandHelp(command)
  return { print: text, about: 'help', data: { command: command?.name ?? null, text } }
}

/** Of a command, or of a group of commands such as `route`. */
async function helpOn(words: readonly string[]): Promise<Parsed> {
  const [group = ''] = words
  if (groupOf(words).length === 0 || words.length > 1) return help(await load(words))
  const text = (await import('./help.ts')).groupHelp(group)
  return { print: text, about: 'help', data: { command: group, text } }
}

async function load(words: readonly string[]): Promise<Command> {
  const name = commandName(words)
  const listed = name === null ? undefined : COMMANDS[name]
  if (listed !== undefined) return (await listed.load()).command
  const [word = '', second] = words
  const group = groupOf(words)
  if (group.length > 0 && second === undefined) {
    const known = group.map((one) => one.slice(word.length + 1)).join(', ')
    throw new AishipError('USAGE', `which ${word} command?`, {
      hint: `there are ${known}`,
      next: [`aiship help ${word}`],
    })
  }
  const asked = group.length > 0 ? `${word} ${second}` : word
  const near = nearest(asked, group.length > 0 ? group : Object.keys(COMMANDS))
  throw new AishipError('USAGE', `unknown command ${JSON.stringify(asked)}`, {
    hint: near === null ? undefined : `did you mean ${near}?`,
    next: [near === null ? `aiship help${group.length > 0 ? ` ${word}` : ''}` : `aiship help ${near}`],
    details: { nearest: near },
  })
}

/** A flag as it is declared: `-m, --message <text>`, `--label <name...>`, `--no-hold`, `--wait [time]`. */
interface Flag {
  readonly type: 'string' | 'boolean'
  readonly multiple: boolean
  readonly short?: string
  /** Its value may be left out: `--wait [time]`. */
  readonly mayBeBare: boolean
}

/** Flags and words of one command line; null where help is asked for. Node's own reader cuts it up, so that a start loads no other. */
function readWords(command: Command, argv: readonly string[]): Words | null {
  const flags = new Map<string, Flag>(
    [...GLOBAL_FLAGS, ...command.options, ['-h, --help', '']].map(([spelling]) => declared(spelling)),
  )
  checkGroups(command, argv, flags)
  const { tokens } = parseArgs({
    args: bareWithValue(argv, flags),
    options: Object.fromEntries(flags),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const options: Record<string, unknown> = {}
  const args: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value)
    if (token.kind !== 'option') continue
    const flag = flags.get(token.name)
    if (flag === undefined) throw unknownFlag(command, token.rawName, flags)
    const { name, rawName, value, inlineValue } = token
    if (flag.type === 'boolean' && value !== undefined) throw usage(command, `${rawName} takes no value`)
    if (
      flag.type === 'string' &&
      (value === undefined || (inlineValue !== true && value.startsWith('-') && value !== '-'))
    ) {
      throw usage(
        command,
        `${rawName} needs a value`,
        value === undefined ? undefined : `a value that starts with "-" is written ${rawName}=${value}`,
      )
    }
    if (name.startsWith('no-')) options[camel(name.slice(3))] = false
    else if (flag.multiple) options[camel(name)] = [...((options[camel(name)] as string[] | undefined) ?? []), value]
    else options[camel(name)] = value ?? true
  }
  if (options.help === true) return null
  // The first words are the command's own name.
  return { args: checkCount(command, args.slice(command.name.split(' ').length)), options }
}

/** The reader below takes a second for each 40,000 short flags in one word. */
const MAX_GROUP = 32

function checkGroups(command: Command, argv: readonly string[], flags: ReadonlyMap<string, Flag>): void {
  const takesRest = [...flags.values()].filter((flag) => flag.type === 'string').map((flag) => flag.short)
  const end = argv.indexOf('--')
  for (const word of end === -1 ? argv : argv.slice(0, end)) {
    if (word.length <= MAX_GROUP || !/^-[^-]/.test(word)) continue
    const group = [...word.slice(1, MAX_GROUP)]
    if (!group.some((letter) => takesRest.includes(letter))) throw unknownFlag(command, word, flags)
  }
}

/** A flag whose value may be left out takes the next word only if that begins as a number does. */
function bareWithValue(argv: readonly string[], flags: ReadonlyMap<string, Flag>): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, i) => {
    const isBare = (end === -1 || i < end) && word.startsWith('--') && flags.get(word.slice(2))?.mayBeBare === true
    return isBare && !/^[0-9]/.test(argv[i + 1] ?? '') ? `${word}=` : word
  })
}

function declared(spelling: string): [string, Flag] {
  const [, short, name = '', value] = /^(?:-(\w), )?--([\w-]+)(?: [<[](.+)[>\]])?$/.exec(spelling) ?? []
  const flag = {
    type: value === undefined ? ('boolean' as const) : ('string' as const),
    multiple: value?.endsWith('...') === true,
    mayBeBare: spelling.endsWith(']'),
  }
  return [name, short === undefined ? flag : { ...flag, short }]
}

function checkCount(command: Command, given: readonly string[]): readonly string[] {
  const spellings = command.args.map(([spelling]) => spelling)
  const missing = spellings.filter((spelling) => spelling.startsWith('<'))[given.length]
  if (missing !== undefined) throw usage(command, `${missing} is missing`)
  const isOpen = spellings.at(-1)?.includes('...') === true
  if (!isOpen && given.length > spellings.length)
    throw usage(command, `one word too many: ${JSON.stringify(given[spellings.length])}`)
  return given
}

const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

function unknownFlag(command: Command, rawName: string, flags: ReadonlyMap<string, Flag>): AishipError {
  const near = nearest(rawName.replace(/^-+/, ''), flags.keys())
  return usage(command, `unknown flag ${rawName}`, near === null ? undefined : `did you mean --${near}?`)
}

const usage = (command: Command, message: string, hint?: string): AishipError =>
  new AishipError('USAGE', message, { hint, next: [`aiship help ${command.name}`] })
