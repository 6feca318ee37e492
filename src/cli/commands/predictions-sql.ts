import type { PredictionsSqlData } from '../../core/model.gen.ts'
import { predictionsSql } from '../../ops/predictions-sql.ts'
import { arg, defineCommand, list, span } from '../command.ts'
import { columns, type Style } from '../style.ts'

export const command = defineCommand({
  name: 'predictions sql',
  summary:
    'Ask the predictions a question: one SELECT statement, in the dialect of DuckDB, over the view `predictions`.\n' +
    'No file, network or setting can be reached from it. schemas/README.md has the columns.',
  args: [['<statement>', 'as in: SELECT bundle, count(*) FROM predictions GROUP BY ALL']],
  options: [
    ['--since <time>', 'only predictions since then: 30m, 24h, 7d'],
    ['--bundle <ref...>', 'only those of this bundle'],
  ],
  examples: [
    `aiship predictions sql "SELECT segment['region'] AS region, avg(latency_ms) FROM predictions GROUP BY 1"`,
    `aiship predictions sql "SELECT * FROM predictions WHERE status = 'error' LIMIT 10" --since 2h --bundle prod --json`,
  ],
  registry: 'open',
  does: 'look',
  input: (words) => ({ sql: arg(words, 0), sinceMs: span(words, 'since') ?? null, bundles: list(words, 'bundle') }),
  run: predictionsSql,
  view: ({ data }, style) => view(data, style),
})

const SHOWN = 100

function view({ rows, cut }: PredictionsSqlData, style: Style): string {
  const [first] = rows
  if (first === undefined) return 'no rows'
  const names = Object.keys(first)
  const shown = rows.slice(0, style.verbose ? rows.length : SHOWN)
  const cell = (value: unknown): string =>
    value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  const table = columns([
    names,
    ...shown.map((row) => names.map((name) => cell((row as Record<string, unknown>)[name]))),
  ])
  const all = `${rows.length}${cut ? ' and more' : ''}`
  const more = cut || rows.length > shown.length ? [`showing ${shown.length} of ${all} rows`] : []
  return [table, ...more].join('\n')
}
