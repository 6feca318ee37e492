import { countText, differenceText, driftText, estimateText, reasonsText, valueText } from '../core/figures.ts'
import type { CompareData, ComparedMetric, ComparedSlice, PairedAnswers } from '../core/model.gen.ts'
import { spanWords } from '../core/rollout-words.ts'
import { outcomeText, SHOWN_ROWS, samplingLines, shownOf } from './slice-view.ts'
import { columns, type Style } from './style.ts'
import { bundleName } from './views.ts'

const BASES: Readonly<Record<CompareData['basis'], string>> = {
  randomised: 'a split decided who got which, at the same time',
  concurrent: 'at the same time, but no split decided who got which',
  sequential: 'never at the same time: what differs may be time or the release',
  none: 'one of them answered nothing',
}

export function compareView(data: CompareData, style: Style): string {
  const { a, b, window, left_out } = data
  const names = { a: a.version, b: b.version }
  const reasons = reasonsText(data.reasons)
  const left = left_out.not_split + left_out.other_hours
  const slices = data.slices.slice(0, style.verbose ? undefined : SHOWN_ROWS)
  const out = `${countText(left_out.not_split)} that no split drew, ${countText(left_out.other_hours)} of times that only one served, in steps of ${spanWords(data.step_ms)}`
  return [
    style.bold(
      `A ${bundleName(a.bundle, a.version)} ${countText(a.count)} live predictions, B ${bundleName(b.bundle, b.version)} ${countText(b.count)}`,
    ),
    `${BASES[data.basis]}${window === null ? '' : `, ${window.from} to ${window.to}`}`,
    ...(left > 0 ? [style.dim(`left out: ${out}`)] : []),
    ...(reasons === null ? [] : [`${data.reasons.unknown > 0 ? '! ' : ''}${reasons}`]),
    ...samplingLines(data.sample_rates),
    '',
    columns([
      ['', '', `A ${names.a}`, `B ${names.b}`, 'B less A'].map(style.dim),
      ...data.metrics.map((metric) => metricRow(metric, style)),
    ]),
    ...(slices.length === 0 ? [] : ['', ...sliceLines(data, slices, style)]),
    style.dim(
      `${countText(data.looks)} differences were looked at; all intervals hold together with ${data.level * 100} %`,
    ),
    ...pairLines('the same input', data.flips),
    ...pairLines('in the shadow', data.shadow),
    '',
    `${style.bold(`verdict: ${data.verdict.cause}`)}`,
    ...data.verdict.why.map((why) => `  ${why}`),
    ...(data.html === null ? [] : [`the page is in ${style.bold(data.html)}`]),
  ].join('\n')
}

function metricRow(metric: ComparedMetric, style: Style): readonly string[] {
  const { name, unit, a, b, difference, outcome } = metric
  const head = [outcomeText(outcome, false, style), name]
  if (unit === 'distribution') return [...head, countText(a.n), countText(b.n), driftText(metric)]
  return [...head, estimateText(a, unit), estimateText(b, unit), differenceText(difference, unit)]
}

function sliceLines(data: CompareData, slices: readonly ComparedSlice[], style: Style): readonly string[] {
  const find = ({ metrics }: ComparedSlice, name: string): ComparedMetric | undefined =>
    metrics.find((one) => one.name === name)
  const rate = (slice: ComparedSlice, name: string): readonly string[] => {
    const metric = find(slice, name)
    if (metric === undefined) return ['-', '-']
    return [
      `${valueText(metric.a.value, 'share')} -> ${valueText(metric.b.value, 'share')}`,
      differenceText(metric.difference, 'share'),
    ]
  }
  const rows = slices.map((slice) => {
    const score = find(slice, 'score')
    const drift = score?.drift ? `PSI ${score.drift.psi.toFixed(3)} (noise ${score.drift.floor.toFixed(3)})` : '-'
    return [
      outcomeText(slice.outcome, slice.small, style),
      ...data.by.map((key) => slice.by[key] ?? '-'),
      `${countText(slice.a)} / ${countText(slice.b)}`,
      ...rate(slice, 'error_rate'),
      ...rate(slice, 'slow_rate'),
      drift,
    ]
  })
  const titles = ['', ...data.by, 'A / B', 'error_rate', '', 'slow_rate', '', 'score'].map(style.dim)
  return [columns([titles, ...rows]), ...shownOf(slices.length, data.slices.length, 'all with -v')]
}

function pairLines(where: string, { pairs, by_request, by_input, flipped, changes }: PairedAnswers): readonly string[] {
  if (pairs === 0) return []
  const how = by_request > 0 ? ` (${countText(by_request)} by request, ${countText(by_input)} by input)` : ''
  const most = changes.slice(0, 3).map(({ from, to, count }) => `${from ?? '-'} -> ${to ?? '-'} ${countText(count)}`)
  return [
    `${where}: ${pairs === 1 ? '1 pair' : `${countText(pairs)} pairs`}${how}, ${estimateText(flipped, 'share')} answered otherwise${most.length > 0 ? `: ${most.join(', ')}` : ''}`,
  ]
}
