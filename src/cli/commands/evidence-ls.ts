import { evidenceLs } from '../../ops/evidence.ts'
import { arg, defineCommand } from '../command.ts'
import { evidenceLine } from '../evidence-view.ts'
import { bundleName } from '../views.ts'

export const command = defineCommand({
  name: 'evidence ls',
  summary: 'Evaluations and approvals of a bundle, newest first.',
  args: [['<ref>', 'the bundle']],
  options: [],
  examples: ['aiship evidence ls prod', 'aiship evidence ls v42 --json'],
  registry: 'open',
  does: 'look',
  first: (words) => [arg(words, 0)],
  input: (words) => ({ ref: arg(words, 0) }),
  run: evidenceLs,
  view: ({ data }, style) => {
    const name = bundleName(data.bundle, data.version)
    if (data.evidence.length === 0) return `${name} has no evidence yet`
    return [style.bold(name), ...data.evidence.map((one) => `  ${one.seq}  ${evidenceLine(one, style)}`)].join('\n')
  },
})
