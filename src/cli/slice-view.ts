import { countText, estimateText, type Unit, valueText } from '../core/figures.ts'
import type { SliceData, SliceRow } from '../core/model.gen.ts'
import { columns, type Style } from './style.ts'

/** Rows that a table shows; `-v` shows all that were asked for. */
export const SHOWN_ROWS = 20

/** "! worse", and the other outcomes in their colours. */
export function outcomeText(outcome: SliceRow['outcome'], isSmall: boolean, style: Style): string {
  const text = {
    worse: style.red('! worse'),
    shifted: style.yellow('! shifted'),
    better: style.green('better'),
    same: 'same',
    unknown: '? unknown',
  }[outcome]
  return isSmall ? `${text}, small` : text
}

/** "showing 20 of 1,234", where that is so. */
export const shownOf = (shown: number, total: number, more: string): readonly string[] =>
  shown < total ? [`showing ${shown} of ${countText(total)}: ${more}`] : []

export function sliceView(data: SliceData, style: Style): string {
  const rows = data.rows.slice(0, style.verbose ? undefined : SHOWN_ROWS)
  const since = data.since === null ? '' : ` since ${data.since}`
  const head = `${countText(data.total)} live predictions of ${data.app}${since}, worst ${data.metrics[0]} first`
  const titles = ['', ...data.by, 'bundle', 'count', ...data.metrics].map(style.dim)
  const table = rows.map((row) => [
    outcomeText(row.outcome, row.small, style),
    ...data.by.map((key) => String(row[key] ?? '-')),
    row.versions.join(' '),
    countText(row.count),
    ...data.metrics.map((name) => cell(row, name)),
  ])
  return [
    style.bold(head),
    columns([titles, ...table]),
    ...shownOf(rows.length, data.rows_total, 'more with -v and --limit'),
    style.dim(
      `${data.looks} groups were looked at, each against all others; all intervals hold together with ${data.level * 100} %`,
    ),
    ...samplingLines(data.sample_rates),
    ...data.bundles
      .filter(({ version }) => version === null)
      .map(({ bundle, count }) => `! ${countText(count)} of ${bundle}, which this registry does not know`),
  ].join('\n')
}

function cell(row: SliceRow, name: string): string {
  const value = (row[name] ?? null) as number | null
  const unit: Unit = name === 'error_rate' ? 'share' : name.startsWith('latency') ? 'ms' : 'number'
  const interval = row.intervals[name]
  return interval === undefined ? valueText(value, unit) : estimateText({ value, ...interval }, unit)
}

/** What a log of which not all requests are in does to the figures. */
export function samplingLines([least, most]: readonly [number, number]): readonly string[] {
  if (least === most) return least === 1 ? [] : [`one request in ${Number((1 / least).toPrecision(3))} is logged`]
  return [
    `! sample rates from ${least} to ${most} are mixed: rates and means are weighted, quantiles and distributions unknown`,
  ]
}
