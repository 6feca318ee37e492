import { barChart, lineChart, rangeMark } from './charts.ts'
import { countText, differenceText, driftText, estimateText, reasonsText, type Unit, valueText } from './figures.ts'
import { type Html, html } from './html.ts'
import type { CompareData, ComparedMetric, ComparedSlice, PairedAnswers, SeriesPoint } from './model.gen.ts'
import { framed } from './report-frame.ts'
import { spanWords } from './rollout-words.ts'

/** Slices that the page has; it says how many there are. */
const MOST_SLICES = 200

const CAUSES: Readonly<Record<CompareData['verdict']['cause'], string>> = {
  release: 'It is the release.',
  world: 'It is the world, not the release.',
  both: 'It is the release, and the world changed too.',
  none: 'No difference that matters.',
  unknown: 'Unknown.',
}

const BASES: Readonly<Record<CompareData['basis'], string>> = {
  randomised: 'A split decided who got which, at the same time.',
  concurrent: 'Both served at the same time, but no split decided who got which.',
  sequential: 'They never served at the same time: what differs may be time or the release.',
  none: 'One of them answered nothing in this time.',
}

/**
 * A comparison as one page that needs nothing else: no script, no font, no request; its policy allows its own style, by hash, and nothing besides. In: the
 * comparison; when the page is made.
 */
export function reportPage(data: CompareData, madeAt: Date): string {
  const { a, b, verdict, window } = data
  const title = `${a.version} and ${b.version} of ${data.app}`
  return framed(
    title,
    html`<header><h1>${title}</h1><p class="legend"><span class="key a"></span> A ${a.version} <code>${a.bundle.slice(7, 19)}</code>, ${countText(a.count)} live predictions <span class="key b"></span> B ${b.version} <code>${b.bundle.slice(7, 19)}</code>, ${countText(b.count)}</p></header>
<section class="verdict ${verdict.cause}"><h2>${CAUSES[verdict.cause]}</h2><ul>${verdict.why.map((why) => html`<li>${why}</li>`)}</ul></section>
<p>${BASES[data.basis]}${window === null ? '' : ` From ${window.from} to ${window.to}.`}${leftOut(data)}${reasons(data)}${sampling(data)}</p>
<section><h2>Metrics</h2>${metricsTable(data.metrics)}<p class="note">${countText(data.looks)} differences were looked at; all intervals hold together with ${data.level * 100} %. Unknown is never a pass. slow_rate is the share slower than A's 95th percentile${data.slow_over_ms === null ? '' : `, ${valueText(data.slow_over_ms, 'ms')}`}.</p></section>
${slicesSection(data)}
<section><h2>Over time</h2>${seriesCharts(data)}${window === null ? html`` : html`<p class="note">Shaded: when both served.</p>`}</section>
<section><h2>Distributions</h2>${data.distributions.map(({ name, bins }) => barChart(name, bins))}</section>
${pairsSection('The same input, answered by both', data.flips)}${pairsSection("In the other's shadow", data.shadow)}${modelsSection(data)}
<footer>${data.app} in ${data.registry}, made ${madeAt.toISOString()}. PSI is smoothed as (count + 1/2) / (n + bins / 2); its noise is (bins - 1)(1/n + 1/m). JS is a distance, base 2.</footer>`,
  )
}

const leftOut = ({ left_out, step_ms }: CompareData): string =>
  left_out.not_split + left_out.other_hours === 0
    ? ''
    : ` Left out: ${countText(left_out.not_split)} that no split drew, ${countText(left_out.other_hours)} of times that only one served, in steps of ${spanWords(step_ms)}.`

function reasons(data: CompareData): string {
  const text = reasonsText(data.reasons)
  return text === null ? '' : ` L${text.slice(1)}.`
}

const sampling = ({ sample_rates: [least, most] }: CompareData): string =>
  least === 1
    ? ''
    : ` Sample rates: ${least === most ? least : `${least} to ${most}, so rates and means are weighted, quantiles and distributions unknown`}.`

const OUTCOMES: Readonly<Record<ComparedMetric['outcome'], string>> = {
  worse: '▲ worse',
  better: '▼ better',
  shifted: '◆ shifted',
  same: 'same',
  unknown: '? unknown',
}

const outcomeCell = (outcome: ComparedMetric['outcome'], isSmall = false): Html =>
  html`<td class="outcome ${outcome}">${OUTCOMES[outcome]}${isSmall ? ', small' : ''}</td>`

function metricsTable(metrics: readonly ComparedMetric[]): Html {
  const row = (metric: ComparedMetric): Html => {
    const { name, unit, a, b, difference, outcome, why } = metric
    const cells =
      unit === 'distribution'
        ? [countText(a.n), countText(b.n), driftText(metric)]
        : [estimateText(a, unit), estimateText(b, unit), differenceText(difference, unit)]
    return html`<tr>${outcomeCell(outcome)}<th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}<td class="why">${why}</td></tr>`
  }
  return html`<div class="scroll"><table><thead><tr><th></th><th>metric</th><th>A</th><th>B</th><th>B less A</th><th></th></tr></thead><tbody>${metrics.map(row)}</tbody></table></div>`
}

function slicesSection(data: CompareData): Html {
  if (data.slices.length === 0) return html``
  const shown = data.slices.slice(0, MOST_SLICES)
  const errors = shown.flatMap((slice) => found(slice, 'error_rate')?.difference ?? [])
  const [from, to] = [Math.min(0, ...errors.map(({ low }) => low)), Math.max(0, ...errors.map(({ high }) => high))]
  const rate = (slice: ComparedSlice, name: string): Html => {
    const metric = found(slice, name)
    if (metric === undefined) return html`<td>-</td><td>-</td>`
    const of = (value: number | null): string => valueText(value, 'share')
    return html`<td>${of(metric.a.value)} → ${of(metric.b.value)}</td><td>${differenceText(metric.difference, 'share').replace(' points', '')}</td>`
  }
  const row = (slice: ComparedSlice): Html => {
    const [error, score] = [found(slice, 'error_rate'), found(slice, 'score')]
    const mark = error?.difference ? rangeMark(error.difference, from, to) : html``
    return html`<tr>${outcomeCell(slice.outcome, slice.small)}${data.by.map((key) => html`<th scope="row">${slice.by[key] ?? '-'}</th>`)}<td class="number">${countText(slice.a)} / ${countText(slice.b)}</td>${rate(slice, 'error_rate')}<td>${mark}</td>${rate(slice, 'slow_rate')}<td>${score?.drift ? `${score.drift.psi.toFixed(3)} (noise ${score.drift.floor.toFixed(3)})` : '-'}</td></tr>`
  }
  const of = shown.length < data.slices.length ? `, showing ${shown.length} of ${countText(data.slices.length)}` : ''
  return html`<section><h2>Slices, worst first${of}</h2><div class="scroll"><table><thead><tr><th></th>${data.by.map((key) => html`<th>${key}</th>`)}<th>A / B</th><th>error_rate</th><th colspan="2">points</th><th>slow_rate</th><th>points</th><th>PSI of scores</th></tr></thead><tbody>${shown.map(row)}</tbody></table></div></section>`
}

const found = ({ metrics }: ComparedSlice, name: string): ComparedMetric | undefined =>
  metrics.find((one) => one.name === name)

function seriesCharts({ series, step_ms, window }: CompareData): readonly Html[] {
  const both = window && { from: Date.parse(window.from), to: Date.parse(window.to) }
  const chart = (title: string, unit: Unit, of: (point: SeriesPoint) => number | null): Html => {
    const lines = (['a', 'b'] as const).map((side) => ({
      side,
      points: series.filter((one) => one.side === side).map((one) => ({ at: Date.parse(one.at), value: of(one) })),
    }))
    return lineChart({ title, unit, lines, step: step_ms, window: both })
  }
  return [
    chart('error_rate', 'share', ({ error_rate }) => error_rate),
    chart('latency_p95', 'ms', ({ latency_p95 }) => latency_p95),
    chart('score_mean', 'number', ({ score_mean }) => score_mean),
    chart('predictions in each step', 'count', ({ count }) => count),
  ]
}

function pairsSection(
  title: string,
  { pairs, by_request, by_input, flipped, changes, score_difference }: PairedAnswers,
): Html {
  if (pairs === 0) return html``
  const how = `${countText(pairs)} pairs (${countText(by_request)} by request, ${countText(by_input)} by input); ${estimateText(flipped, 'share')} answered otherwise.`
  const scores = score_difference === null ? '' : ` B's score less A's: ${differenceText(score_difference, 'number')}.`
  const rows = changes.map(
    ({ from, to, count }) =>
      html`<tr><td>${from ?? '-'}</td><td>${to ?? '-'}</td><td class="number">${countText(count)}</td></tr>`,
  )
  const table =
    rows.length === 0
      ? html``
      : html`<div class="scroll"><table><thead><tr><th>A said</th><th>B said</th><th>pairs</th></tr></thead><tbody>${rows}</tbody></table></div>`
  return html`<section><h2>${title}</h2><p>${how}${scores}</p>${table}</section>`
}

function modelsSection({ models }: CompareData): Html {
  if (models.length === 0) return html``
  const rows = models.map(
    ({ side, model, count, first, last }) =>
      html`<tr><td>${side.toUpperCase()}</td><td>${model}</td><td class="number">${countText(count)}</td><td>${first}</td><td>${last}</td></tr>`,
  )
  return html`<section><h2>Models that a provider served inside one digest</h2><div class="scroll"><table><thead><tr><th></th><th>model</th><th>predictions</th><th>first</th><th>last</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}
