import type { LsData } from '../../core/model.gen.ts'
import { ls } from '../../ops/ls.ts'
import { defineCommand, whole } from '../command.ts'
import { ago, columns, plural, type Style } from '../style.ts'

export const command = defineCommand({
  name: 'ls',
  summary: 'The versions, newest first: age, message, the pointers that serve them now, and their state.',
  args: [],
  options: [['--limit <n>', 'how many to show (default 20)']],
  examples: ['aiship ls', 'aiship ls --limit 200 --json'],
  registry: 'open',
  does: 'look',
  input: (words) => ({ limit: whole(words, 'limit', 1) ?? 20 }),
  run: ls,
  view: ({ data }, style) => view(data, style),
})

function view({ versions, total, app }: LsData, style: Style): string {
  if (total === 0) return `${app} has no version yet`
  const isProven = versions.some(({ evidence }) => evidence.evaluations + evidence.approvals > 0)
  const evidence = isProven ? ['evidence'] : []
  const head = ['version', 'bundle', 'age', 'state', 'pointers', ...evidence, 'message'].map(style.dim)
  const paint = { live: style.green, bad: style.red, 'was live': (s: string) => s, never: style.dim }
  const rows = versions.map((v) => {
    const { evaluations, approvals } = v.evidence
    const proven = [
      ...(evaluations > 0 ? [plural(evaluations, 'evaluation')] : []),
      ...(approvals > 0 ? [plural(approvals, 'approval')] : []),
    ]
    const message = [v.message ?? '', ...v.labels.map((label) => `[${label}]`)].join(' ').trim()
    return [
      v.version,
      v.bundle.slice(7, 14),
      ago(v.at, style.now),
      v.tainted ? style.red(`tainted, ${v.state}`) : paint[v.state](v.state),
      v.pointers.join(' '),
      ...(isProven ? [proven.join(', ')] : []),
      message,
    ]
  })
  const more =
    versions.length < total
      ? `\n${style.dim(`${versions.length} of ${total}; more: ${style.command(`aiship ls --limit ${total}`)}`)}`
      : ''
  return columns([head, ...rows]) + more
}
