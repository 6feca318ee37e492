import { shellWord } from '../core/shell.ts'

/** A printed command, with what the user has said of where to work: it runs as printed. */
export type Carry = (command: string) => string

/** The flags that say where, each with its spellings. */
const WHERE = [
  ['-C', /^(?:-C|--dir)(?:=(.*))?$|^-C(.+)$/s, / (?:-C|--dir)\b/],
  ['--registry', /^--registry(?:=(.*))?$/s, / --registry\b/],
  ['--app', /^--app(?:=(.*))?$/s, / --app\b/],
] as const

/** In: the words as they were typed. A command that has such a flag of its own keeps it, and help needs none. */
export function carryFrom(argv: readonly string[]): Carry {
  const end = argv.indexOf('--')
  const typed = new Map<string, string>()
  const words = end === -1 ? argv : argv.slice(0, end)
  for (const [i, word] of words.entries()) {
    for (const [flag, spelled] of WHERE) {
      const match = spelled.exec(word)
      const value = match === null ? undefined : (match[1] ?? match[2] ?? words[i + 1])
      if (value !== undefined && canBeShown(value)) typed.set(flag, value)
    }
  }
  if (typed.size === 0) return (command) => command
  return (command) => {
    if (!/^aiship (?!help\b)/.test(command)) return command
    const more = WHERE.filter(([flag, , own]) => typed.has(flag) && !own.test(command))
    return [command, ...more.map(([flag]) => `${flag} ${shellWord(typed.get(flag) as string)}`)].join(' ')
  }
}

/** Not what a terminal would change, and not what may be a password. */
const canBeShown = (value: string): boolean => !/\p{C}|:\/\/[^/]*@/u.test(value)

/** Fields of results that hold commands. */
const COMMANDS: ReadonlySet<string> = new Set(['undo', 'next', 'further'])

/** The same for every command in a result. */
export const carryAll = <T>(value: T, carry: Carry): T => walk(value, carry, false) as T

function walk(value: unknown, carry: Carry, isCommand: boolean): unknown {
  if (typeof value === 'string') return isCommand ? carry(value) : value
  if (Array.isArray(value)) return value.map((item) => walk(item, carry, isCommand))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, carry, COMMANDS.has(name))]))
}
