import { EXIT } from '../../core/errors.ts'
import type { LogData, LogLine } from '../../core/model.gen.ts'
import { log } from '../../ops/log.ts'
import { arg, defineCommand, text, whole } from '../command.ts'
import { ago, columns, type Style } from '../style.ts'

export const command = defineCommand({
  name: 'log',
  summary:
    'The moves of a pointer, newest first, and whether their chain is intact. --op ID shows what one operation did.',
  args: [['[pointer]', 'the pointer; without one you are told which there are']],
  options: [
    ['--at <time>', 'what was in force then: 2026-10-01T12:00Z, or a date for the end of that day in UTC'],
    ['--limit <n>', 'how many entries to show (default 20)'],
  ],
  examples: ['aiship log prod', 'aiship log prod --at 2026-10-01T12:00Z', 'aiship log prod --op 7c0e…'],
  registry: 'open',
  does: 'look',
  first: (words) => words.args,
  input: (words) => ({ pointer: arg(words, 0), at: text(words, 'at'), limit: whole(words, 'limit', 1) ?? 20 }),
  run: log,
  exit: ({ chain }) => (chain.intact === false ? EXIT.CHAIN_BROKEN : 0),
  view: ({ data }, style) => [table(data, style), chainLine(data, style)].join('\n'),
})

function table(data: LogData, style: Style): string {
  const head = ['seq', 'when', 'who', 'action', 'bundle', 'why'].map(style.dim)
  return columns([head, ...data.entries.map((line) => row(line, style))])
}

function row(line: LogLine, style: Style): readonly string[] {
  const { seq, at, actor, action, version, bundle, reason, override, hold, rollout, marks, split } = line
  const who = actor.kind === 'automation' ? `${actor.name} (automation)` : actor.name
  const notes = [
    reason,
    rollout === null ? null : `(${rollout.replace(' (paused)', ', paused')})`,
    override === null ? null : `override: ${override}`,
    action === 'rollback' && hold !== null ? '(held)' : null,
    ...marks.map((mark) =>
      mark.verdict === 'bad'
        ? `(marked ${mark.digest.slice(7, 14)} bad)`
        : `(lifted the mark on ${mark.digest.slice(7, 14)})`,
    ),
  ]
  const what = bundle === null ? 'nothing' : (split ?? `${version} ${bundle.slice(7, 14)}`)
  return [
    String(seq),
    style.verbose ? at : ago(at, style.now),
    who,
    action,
    what,
    notes.filter((note) => note !== null).join(' '),
  ]
}

function chainLine({ chain, total, entries, pointer }: LogData, style: Style): string {
  const tip = chain.tip === null ? '' : `, newest entry ${chain.tip.slice(7, 19)}`
  if (chain.intact === false) return style.red(`! chain BROKEN: ${chain.problem}`)
  const checked =
    chain.intact === true
      ? `chain intact, ${total} ${total === 1 ? 'entry' : 'entries'}`
      : `chain intact in the newest ${chain.checked} of ${total} entries`
  const more =
    entries.length > 1 && entries.length < total
      ? `; more: ${style.command(`aiship log ${pointer} --limit ${total}`)}`
      : ''
  return style.dim(`${checked}${tip}${more}`)
}
