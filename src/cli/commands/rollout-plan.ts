import { AishipError } from '../../core/errors.ts'
import type { RolloutPlanData, Sees } from '../../core/model.gen.ts'
import { spanWords } from '../../core/rollout-words.ts'
import { rolloutPlan } from '../../ops/rollout-status.ts'
import { defineCommand, text, type Words } from '../command.ts'
import { isPolicyGiven, POLICY_OPTIONS, policySource } from '../rollout-policy.ts'
import { columns, type Style } from '../style.ts'

export const command = defineCommand({
  name: 'rollout plan',
  summary:
    'What a rollout would do, and how many requests and hours each step needs to see a regression of 1.5, 2 and 5 times. Writes nothing.',
  args: [
    ['<pointer>', 'the pointer, after the candidate: v43 prod; alone it is enough'],
    ['[pointer]', 'the pointer, where the first word is the candidate'],
  ],
  options: [
    ...POLICY_OPTIONS,
    ['--traffic <n/h>', 'requests of all arms together: 1200/h, 20/m, 5/s'],
    [
      '--base-rate <share>',
      'how often what a guard counts happens now (default: the last day of the prediction log, else 1%)',
    ],
  ],
  examples: [
    'aiship rollout plan v43 prod --steps 1%,5%,25%,100% --hold 2h --traffic 20000/h',
    'aiship rollout plan prod --policy rollout.yaml --traffic 5/s --base-rate 0.5%',
  ],
  registry: 'open',
  does: 'look',
  input: (words) => ({
    ref: words.args.length > 1 ? (words.args[0] ?? null) : null,
    pointer: words.args.at(-1) ?? '',
    policy: isPolicyGiven(words) ? policySource(words) : null,
    perHour: perHour(words),
    baseRate: baseRate(words),
  }),
  run: rolloutPlan,
  view: ({ data }, style) => view(data, style),
})

const HOURLY = { s: 3600, m: 60, h: 1, d: 1 / 24 } as const

function perHour(words: Words): number | null {
  const given = text(words, 'traffic')
  if (given === null) return null
  const [, count, unit] = /^([0-9]{1,12}(?:\.[0-9]{1,6})?)\/([smhd])$/.exec(given) ?? []
  const rate = count === undefined ? 0 : Number(count) * HOURLY[unit as keyof typeof HOURLY]
  if (rate > 0) return rate
  throw new AishipError('USAGE', `--traffic takes a rate such as 1200/h or 5/s, not ${JSON.stringify(given)}`)
}

function baseRate(words: Words): number | null {
  const given = text(words, 'baseRate')
  if (given === null) return null
  const [, number] = /^([0-9]{1,3}(?:\.[0-9]{1,6})?)%$/.exec(given) ?? []
  const rate = number === undefined ? 0 : Number(number) / 100
  // Five times as often must be possible.
  if (rate > 0 && rate <= 0.2) return rate
  throw new AishipError('USAGE', `--base-rate takes a share above nothing, up to 20%, not ${JSON.stringify(given)}`)
}

function view(data: RolloutPlanData, style: Style): string {
  const { pointer, candidate, stable, policy, steps, guards, total, base_rate: rate, traffic_per_hour: traffic } = data
  const seen = ({ hours, requests }: Sees): string =>
    hours === null ? `${requests ?? 'tolerated'}` : `${requests} in ${spanWords(hours * 3_600_000)}`
  const rows = steps.map(({ step, words, sees, short }) => [
    `${step}`,
    words,
    ...sees.map(seen),
    ...(short ? [style.yellow('! too short to see 2x')] : []),
  ])
  const end =
    policy.ends === 'candidate' ? `${candidate ?? 'the candidate'} serves everybody` : `${stable} goes on alone`
  return [
    `${style.bold(pointer)}  ${policy.strategy} of ${candidate ?? 'a candidate'} against ${stable ?? 'nothing'}`,
    columns(
      [['', 'serves', ...(steps.some(({ sees }) => sees.length > 0) ? ['sees 1.5x', '2x', '5x'] : [])], ...rows],
      '  ',
    ),
    `then ${end}; holds ${spanWords(total)} in all, aborted after ${spanWords(policy.deadline)}`,
    ...guards.map(({ name, base_rate: base, measured, steps: each }) => {
      const table = each.flatMap((sees, i) => (sees.length === 0 ? [] : [[`${i + 1}`, ...sees.map(seen)]]))
      const of = `${name}, of ${Number((base * 100).toPrecision(3))} %${measured ? ' in the last day' : ''}`
      return `${of}\n${columns([['', '1.5x', '2x', '5x'], ...table], '  ')}`
    }),
    style.dim(
      `requests to the candidate, on average, until something that happens to ${Number((rate * 100).toPrecision(3))} % of them shows so much worse${traffic === null ? '; with --traffic N/h, hours too' : ''}`,
    ),
  ].join('\n')
}
