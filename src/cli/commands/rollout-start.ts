import { shellWord } from '../../core/shell.ts'
import { rolloutStart } from '../../ops/rollout-start.ts'
import { ACCEPT_POLICY, arg, defineCommand, EXPECT, flag, OVERRIDE, option, REASON, text, whole } from '../command.ts'
import { POLICY_OPTIONS, policySource } from '../rollout-policy.ts'
import { rolloutView } from '../rollout-view.ts'
import { entryName } from '../views.ts'

export const command = defineCommand({
  name: 'rollout start',
  summary:
    'Give a candidate some of the traffic of a pointer, step by step. Each step is one entry; rollback and rollout abort return in one entry.',
  args: [
    ['<ref>', 'the candidate: v42, a digest, a label, another pointer, @last'],
    ['<pointer>', 'the pointer whose traffic it gets'],
  ],
  options: [...POLICY_OPTIONS, REASON, EXPECT, OVERRIDE, ACCEPT_POLICY],
  examples: [
    'aiship rollout start v43 prod --steps 1%,5%,25%,100% --hold 2h',
    'aiship rollout start v43 prod --strategy shadow --steps 10%,100% --hold 1h',
    'aiship rollout start v43 prod --strategy blue-green --keep-warm 48h',
    'aiship rollout start v43 prod --strategy ab --steps 50% --until 2026-12-01',
    'aiship rollout start v43 prod --policy rollout.yaml',
  ],
  registry: 'open',
  rules: true,
  does: 'change',
  input: (words) => ({
    ref: arg(words, 0),
    pointer: arg(words, 1),
    policy: policySource(words),
    reason: text(words, 'reason'),
    expect: whole(words, 'expect', 0),
    override: text(words, 'override'),
    acceptPolicy: flag(words, 'acceptPolicy'),
    command: ['aiship rollout start', ...words.args.map(shellWord), ...spelled(words.options)].join(' '),
  }),
  run: rolloutStart,
  quiet: ({ data }) => entryName(data),
  view: ({ data, changed }, style) => rolloutView(data, changed, style),
})

const SPELLED = [
  'policy',
  'strategy',
  'steps',
  'hold',
  'units',
  'deadline',
  'by',
  'until',
  'keepWarm',
  'preview',
  'onNew',
]

/** The options that say how, as they would be typed. */
const spelled = (options: Readonly<Record<string, unknown>>): readonly string[] => [
  ...SPELLED.flatMap((key) => {
    const value = options[key]
    return typeof value === 'string' ? [`${option(key)} ${shellWord(value)}`] : []
  }),
  ...(options.approval === true ? ['--approval'] : []),
]
