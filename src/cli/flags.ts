/** The flags that every command takes. Declared here once; no command may redefine one. */
export interface Flags {
  readonly dir: string | undefined
  readonly registry: string | undefined
  readonly app: string | undefined
  readonly op: string | undefined
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly color: boolean
  readonly input: boolean
  readonly yes: boolean
  readonly dryRun: boolean
}

/** As help shows them, and what they do. */
export const GLOBAL_FLAGS: readonly (readonly [string, string])[] = [
  ['-C, --dir <dir>', 'work in this folder'],
  ['--registry <url>', 'the registry to use (default: aiship.yaml, else .aiship)'],
  ['--app <name>', 'the app to use (default: aiship.yaml, else the only one in the registry)'],
  ['--op <id>', 'name this operation, so that repeating the command is safe'],
  ['--json', 'print one JSON document'],
  ['-q, --quiet', 'print results only'],
  ['-v, --verbose', 'print more'],
  ['--no-color', 'no colours'],
  ['--no-input', 'never ask'],
  ['-y, --yes', 'answer yes to what is asked'],
  ['-n, --dry-run', 'do everything but the writing'],
]

/** Words that stand before the command's name: which flags take the next word as their value. */
const TAKES_VALUE = new Set(
  GLOBAL_FLAGS.filter(([flags]) => flags.includes('<')).flatMap(([flags]) => flags.replace(/ <.*/, '').split(', ')),
)

/** The words that are neither flags nor a global flag's value, `most` of them at most: a command's name is the first, or the first two. */
export function leadingWords(argv: readonly string[], most: number): readonly string[] {
  const words: string[] = []
  for (let i = 0; i < argv.length && words.length < most; i++) {
    const word = argv[i] as string
    if (word === '--') return [...words, ...argv.slice(i + 1)].slice(0, most)
    if (!word.startsWith('-') || word === '-') words.push(word)
    else if (TAKES_VALUE.has(word)) i++
  }
  return words
}

/** `argv` asks for JSON, whether or not the rest of it can be read. */
export const wantsJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json')
}

/** Option values as flags. */
export function readFlags(options: Readonly<Record<string, unknown>>): Flags {
  const text = (key: string): string | undefined =>
    typeof options[key] === 'string' ? (options[key] as string) : undefined
  return {
    ...{ dir: text('dir'), registry: text('registry'), app: text('app'), op: text('op') },
    ...{ json: options.json === true, quiet: options.quiet === true, verbose: options.verbose === true },
    ...{
      color: options.color !== false,
      input: options.input !== false,
      yes: options.yes === true,
      dryRun: options.dryRun === true,
    },
  }
}
