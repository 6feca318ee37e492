import type { RolloutStatusData } from '../../core/model.gen.ts'
import { stepWords } from '../../core/rollout-plan.ts'
import { rolloutStatus } from '../../ops/rollout-status.ts'
import { arg, defineCommand } from '../command.ts'
import { ago, columns, type Style } from '../style.ts'
import { queuedLines, rolloutLines } from '../views.ts'

export const command = defineCommand({
  name: 'rollout status',
  summary: 'Where the rollout of a pointer is, what its next step waits for, and the steps of its policy.',
  args: [['<pointer>', 'the pointer']],
  options: [],
  examples: ['aiship rollout status prod', "aiship rollout status prod --json | jq '.data.rollout.waits'"],
  registry: 'open',
  does: 'look',
  input: (words) => ({ pointer: arg(words, 0) }),
  run: rolloutStatus,
  view: ({ data }, style) => view(data, style),
})

function view({ pointer, version, hold, rollout, queued, plan }: RolloutStatusData, style: Style): string {
  if (rollout === null || plan === null)
    return [
      `${style.bold(pointer)}  no rollout runs; it says ${version ?? 'nothing'}`,
      ...queuedLines(pointer, queued, style),
    ].join('\n')
  const rows = plan.steps.map((step, i) => [i + 1 === rollout.step ? '>' : ' ', `${i + 1}`, stepWords(step)])
  return [
    `${style.bold(pointer)}  ${rollout.state}, started ${ago(rollout.started, style.now)}`,
    columns(rows),
    ...rolloutLines(pointer, rollout, style),
    ...(hold === null ? [] : [`! ${pointer} is held by ${hold.by.name}: moves forward are refused`]),
  ].join('\n')
}
