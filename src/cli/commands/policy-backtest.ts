import type { BacktestRollout, PolicyBacktestData } from '../../core/model.gen.ts'
import { spanWords } from '../../core/rollout-words.ts'
import { policyBacktest } from '../../ops/backtest.ts'
import { arg, defineCommand, text, whole } from '../command.ts'
import { ago, type Style } from '../style.ts'

const USUAL_LIMIT = 20

export const command = defineCommand({
  name: 'policy backtest',
  summary:
    'Judge the past rollouts of a pointer by other guards: what these would have done, and when, beside what was done. Writes nothing.',
  args: [['<pointer>', 'the pointer']],
  options: [
    ['--policy <file>', 'guards, or a rollout policy with an analysis (default: what aiship.yaml says of the pointer)'],
    ['--limit <n>', `so many rollouts, the newest ones (default ${USUAL_LIMIT})`],
  ],
  examples: ['aiship policy backtest prod', 'aiship policy backtest prod --policy stricter.yaml --json'],
  registry: 'open',
  does: 'look',
  input: (words) => ({
    pointer: arg(words, 0),
    policy: text(words, 'policy'),
    limit: whole(words, 'limit', 1) ?? USUAL_LIMIT,
  }),
  run: policyBacktest,
  view: ({ data }, style) => view(data, style),
})

function view({ pointer, guards, rollouts }: PolicyBacktestData, style: Style): string {
  if (rollouts.length === 0) return `${style.bold(pointer)} has had no rollout`
  return [
    `${style.bold(pointer)}  by the guards ${guards.join(', ')}`,
    ...rollouts.flatMap((one) => rolloutLines(one, style)),
  ].join('\n')
}

function rolloutLines(one: BacktestRollout, style: Style): readonly string[] {
  const { candidate, stable, started, ended, would, held, last, numbers } = one
  const after = (at: string): string => spanWords(Date.parse(at) - Date.parse(started))
  const end = ended === null ? 'it runs' : `${ended.action} after ${after(ended.at)}, by ${ended.by.name}`
  const differs = would !== null && (ended === null || ended.action !== would.action || ended.at > would.at)
  const said =
    would === null
      ? `nothing against it: at the end ${last.verdict}, ${last.why}`
      : `${would.action} after ${after(would.at)}: ${would.why}`
  return [
    `${candidate.version} against ${stable.version}, ${ago(started, style.now)}${numbers === 'evidence' ? style.dim('  (from what a watch kept)') : ''}`,
    `  then  ${end}`,
    `  now   ${differs ? style.yellow(said) : said}`,
    ...held.map(({ seq, action, why }) => `        would not have let through ${action} (entry ${seq}): ${why}`),
  ]
}
