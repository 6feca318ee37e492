import { AishipError } from '../../core/errors.ts'
import { shellWord } from '../../core/shell.ts'
import { routeSet } from '../../ops/route-set.ts'
import {
  ACCEPT_POLICY,
  arg,
  defineCommand,
  EXPECT,
  flag,
  list,
  OVERRIDE,
  REASON,
  text,
  type Words,
  whole,
} from '../command.ts'
import { entryName, moveView } from '../views.ts'

const EDITS = [
  ['--to <shares>', 'who gets it: candidate, or candidate=v43:5%,stable (what is left)'],
  ['--group <names>', 'only requests whose group is one of these: internal,beta'],
  ['--country <codes>', 'only requests whose geo.country is one of these: DE,FR'],
  ['--app-version <test>', 'only requests whose app.version is: ">=4.2.0"'],
  ['--user <keys>', 'only these keys'],
  ['--when <json>', 'only requests that this JsonLogic holds for, as in a flagd file'],
  ['--first', 'put the rule before all others'],
  ['--remove <n>', 'take out rule n, as route show counts'],
  ['--arm <name=ref...>', 'add an arm, or give it another bundle'],
  ['--mirror <arm...>', 'send requests there too and drop its answers: candidate=v43:10%'],
  ['--effects <what>', 'what a mirrored request may do outside: deny, stub (default) or allow'],
  ['--no-mirror', 'mirror nothing any more'],
  ['--by <path>', 'where the key stands in a context (default targetingKey)'],
  ['--missing <arm>', 'who serves requests without a key (default: the fallback)'],
  ['--fallback <arm>', 'who serves what no rule matches; its bundle is the main one (default stable)'],
  ['--salt <text>', 'draw everybody anew, by another salt'],
] as const

export const command = defineCommand({
  name: 'route set',
  summary:
    'Send some of the requests to another arm: the first rule that matches wins, and shares are drawn by a key that stays. One entry, as promote.',
  args: [['<pointer>', 'the pointer']],
  options: [
    ['--file <file>', 'the whole of the route, YAML or JSON; - is standard input'],
    ...EDITS,
    REASON,
    EXPECT,
    OVERRIDE,
    ACCEPT_POLICY,
    ['--create', 'make a pointer that aiship.yaml does not declare'],
  ],
  examples: [
    'aiship route set prod --to candidate=v43:5%,stable',
    'aiship route set prod --group internal --to candidate=v43 --first',
    'aiship route set prod --country DE,FR --app-version ">=4.2.0" --to eu=v44',
    'aiship route set prod --mirror candidate=v43:10%',
    'aiship route show prod --json | jq .data.route > route.json; aiship route set prod --file route.json',
  ],
  registry: 'open',
  rules: true,
  does: 'change',
  input: (words) => ({
    pointer: arg(words, 0),
    route: routeFrom(words),
    reason: text(words, 'reason'),
    expect: whole(words, 'expect', 0),
    override: text(words, 'override'),
    acceptPolicy: flag(words, 'acceptPolicy'),
    create: flag(words, 'create'),
    command: (pointer: string) => ['aiship route set', shellWord(pointer), ...spelled(words)].join(' '),
  }),
  run: routeSet,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => moveView(data, changed, style),
})

function routeFrom(words: Words): Parameters<typeof routeSet>[1]['route'] {
  const file = text(words, 'file')
  const given = EDITS.filter(([spelling]) => words.options[keyOf(spelling)] !== undefined).map(([spelling]) =>
    flagOf(spelling),
  )
  if (file !== null && given.length > 0)
    throw new AishipError(
      'USAGE',
      `--file is the whole of the route, and ${given[0]} changes a part of it: give one of the two`,
    )
  if (file !== null) return { file }
  if (given.length === 0)
    throw new AishipError('USAGE', 'nothing to set: say who gets what with --to, or give the whole route with --file', {
      next: ['aiship help route set'],
    })
  const word = (key: string): string | null => text(words, key)
  return {
    edits: {
      ...{ to: word('to'), when: word('when'), group: word('group'), country: word('country'), user: word('user') },
      ...{ appVersion: word('appVersion'), by: word('by'), salt: word('salt'), missing: word('missing') },
      ...{ fallback: word('fallback'), isFirst: flag(words, 'first'), remove: whole(words, 'remove', 1) ?? null },
      ...{ arms: list(words, 'arm'), mirror: list(words, 'mirror'), effects: word('effects') },
      noMirror: words.options.mirror === false,
    },
  }
}

/** `--app-version`, and where its value is kept: `appVersion`. */
const flagOf = (spelling: string): string => spelling.replace(/ .*/, '')
const keyOf = (spelling: string): string =>
  flagOf(spelling)
    .replace(/^--(no-)?/, '')
    .replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** The flags as they were typed, for a command that is printed. */
const spelled = (words: Words): readonly string[] =>
  [['--file <file>'], ...EDITS].flatMap(([spelling]) => {
    const value = words.options[keyOf(spelling as string)]
    const name = flagOf(spelling as string)
    if (value === undefined || (value === false) !== name.startsWith('--no-')) return []
    if (typeof value === 'boolean') return [name]
    return [value].flat().flatMap((one) => [name, shellWord(String(one))])
  })
