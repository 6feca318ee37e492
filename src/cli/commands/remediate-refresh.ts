import { refreshPlan } from '../../ops/remediate-plan.ts'
import { arg, defineCommand, PLAN } from '../command.ts'
import { planView } from '../remediation-views.ts'

export const command = defineCommand({
  name: 'remediate refresh',
  summary: 'Look again for what a plan asked for: records that came late make a plan that takes its place.',
  args: [PLAN],
  options: [],
  examples: ['aiship remediate refresh @last'],
  registry: 'open',
  does: 'change',
  input: (words) => ({ plan: arg(words, 0) }),
  run: refreshPlan,
  quiet: ({ data }) => data.plan,
  view: ({ data, changed }, style) => planView(data, changed, style),
})
