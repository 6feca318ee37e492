import type { QuarantineCheckData } from '../../core/model.gen.ts'
import { quarantineCheck } from '../../ops/quarantine-check.ts'
import { arg, defineCommand, text } from '../command.ts'
import { plural, type Style } from '../style.ts'

export const command = defineCommand({
  name: 'quarantine check',
  summary:
    'Look for quarantined entities and request ids among the rows of a dataset (CSV, JSON lines, Parquet), and put down what is found: exit 0 where there are none, else 6.',
  args: [['<dataset>', "a component's digest, or a bundle: each dataset in it"]],
  options: [['--key <column>', 'the column that has them (default entity)']],
  examples: [
    'aiship quarantine check v43 --key entity',
    'aiship quarantine check sha256:3f9a2c51ab12 --key request_id',
  ],
  registry: 'open',
  does: 'change',
  input: (words) => ({ subject: arg(words, 0), key: text(words, 'key') ?? 'entity' }),
  run: quarantineCheck,
  quiet: ({ data }) => data.outcome,
  view: ({ data }, style) => data.datasets.flatMap((one) => linesOf(one, style)).join('\n'),
  exit: ({ outcome }) => (outcome === 'pass' ? 0 : 6),
})

function linesOf(one: QuarantineCheckData['datasets'][number], style: Style): readonly string[] {
  const { name, digest, outcome, scan, found, evidence } = one
  const paint = { pass: style.green, fail: style.red, unknown: style.yellow }[outcome]
  const unread = scan.unread === 0 ? '' : `, ${scan.unread} could not be read`
  return [
    `${paint(outcome.padEnd(7))}  ${style.bold(name)} (${digest.slice(7, 19)}): ${plural(scan.rows, 'row')}${unread}; evidence ${evidence.slice(7, 19)}`,
    ...scan.quarantines.map(({ id, entities, rows }) => {
      const of = `of ${plural(entities, 'quarantined id')} in ${id.slice(7, 19)}`
      return `  ${rows === 0 ? 'no row' : plural(rows, 'row')} ${of}`
    }),
    ...(found.length === 0 ? [] : [`  such as ${found.join(', ')}`]),
  ]
}
