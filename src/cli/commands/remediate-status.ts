import { remediateStatus } from '../../ops/remediate-status.ts'
import { defineCommand } from '../command.ts'
import { repairsView, repairView } from '../repair-view.ts'

export const command = defineCommand({
  name: 'remediate status',
  summary: 'Where a repair stands, or all of them.',
  args: [['[plan]', 'the plan: its digest, the start of it, or @last']],
  options: [],
  examples: ['aiship remediate status', 'aiship remediate status @last'],
  registry: 'open',
  input: ({ args }) => ({ plan: args[0] ?? null }),
  run: remediateStatus,
  view: ({ data: { repairs, one } }, style) =>
    one && repairs[0] !== undefined ? repairView(repairs[0], style) : repairsView(repairs, style),
})
