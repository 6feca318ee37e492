import { type Unit, valueText } from './figures.ts'
import { type Html, html } from './html.ts'

/** Charts as inline SVG. They are coloured by classes, so that the page's style alone decides; A is solid, B dashed or hollow, for who sees no colours. */

export type Side = 'a' | 'b'
const SIDES: readonly Side[] = ['a', 'b']

export interface Line {
  readonly side: Side
  /** In order of time. `at` in ms since 1970; null: unknown then, which breaks the line. */
  readonly points: readonly { readonly at: number; readonly value: number | null }[]
}

export interface LineChart {
  readonly title: string
  readonly unit: Unit
  readonly lines: readonly Line[]
  /** Steps farther apart than this are not joined, in ms. */
  readonly step: number
  /** When both served. */
  readonly window: { readonly from: number; readonly to: number } | null
}

const [WIDTH, HEIGHT] = [680, 170]
const BOX = { left: 62, right: 10, top: 10, bottom: 26 }

const fixed = (value: number): string => value.toFixed(1)
/** From a range of values to a range of pixels. */
const scale =
  (from: number, to: number, start: number, end: number) =>
  (value: number): number =>
    to === from ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start)

export function lineChart({ title, unit, lines, step, window }: LineChart): Html {
  const points = lines.flatMap((line) => line.points)
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  if (values.length === 0) return html``
  const times = points.map(({ at }) => at)
  const [first, last] = [least(times), most(times)]
  const ticks = ticksOf(Math.min(0, least(values)), most(values))
  const x = scale(first, last, BOX.left, WIDTH - BOX.right)
  const y = scale(ticks[0] as number, ticks.at(-1) as number, HEIGHT - BOX.bottom, BOX.top)
  const shade =
    window === null
      ? html``
      : html`<rect class="window" x="${fixed(x(Math.max(first, window.from)))}" y="${BOX.top}" width="${fixed(Math.max(1, x(Math.min(last, window.to)) - x(Math.max(first, window.from))))}" height="${HEIGHT - BOX.top - BOX.bottom}"/>`
  return html`<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${title} over time</title>${shade}${ticks.map(
    (tick) =>
      html`<line class="grid" x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/><text class="tick end" x="${BOX.left - 6}" y="${fixed(y(tick) + 4)}">${valueText(tick, unit)}</text>`,
  )}${timeTicks(first, last).map(
    ({ at, text }) => html`<text class="tick middle" x="${fixed(x(at))}" y="${HEIGHT - 8}">${text}</text>`,
  )}${lines.map(({ side, points }) => pathsOf(side, points, step, x, y))}</svg></figure>`
}

type Scale = (value: number) => number

function pathsOf(side: Side, points: Line['points'], step: number, x: Scale, y: Scale): readonly Html[] {
  const runs: { at: number; value: number }[][] = []
  let before: number | null = null
  for (const { at, value } of points) {
    if (value === null) continue
    if (before === null || at - before > 1.5 * step) runs.push([])
    runs.at(-1)?.push({ at, value })
    before = at
  }
  return runs.map((run) => {
    const [only] = run
    if (run.length === 1 && only !== undefined)
      return html`<circle class="dot ${side}" cx="${fixed(x(only.at))}" cy="${fixed(y(only.value))}" r="2.5"/>`
    return html`<polyline class="line ${side}" points="${run.map(({ at, value }) => `${fixed(x(at))},${fixed(y(value))}`).join(' ')}"/>`
  })
}

export interface Bin {
  readonly label: string
  readonly a: number
  readonly b: number
}

/** The share of each side in each bin, side by side. */
export function barChart(title: string, bins: readonly Bin[]): Html {
  const sums = { a: total(bins, 'a'), b: total(bins, 'b') }
  const share = (bin: Bin, side: Side): number => (sums[side] > 0 ? bin[side] / sums[side] : 0)
  const ticks = ticksOf(0, most(bins.flatMap((bin) => SIDES.map((side) => share(bin, side)))))
  const y = scale(0, ticks.at(-1) as number, HEIGHT - BOX.bottom, BOX.top)
  const wide = (WIDTH - BOX.left - BOX.right) / Math.max(1, bins.length)
  const every = Math.ceil(bins.length / 6)
  return html`<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${title}: the share of each side in each bin</title>${ticks.map(
    (tick) =>
      html`<line class="grid" x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/><text class="tick end" x="${BOX.left - 6}" y="${fixed(y(tick) + 4)}">${valueText(tick, 'share')}</text>`,
  )}${bins.map((bin, i) => {
    const left = BOX.left + i * wide
    const bars = SIDES.map((side, k) => {
      const height = HEIGHT - BOX.bottom - y(share(bin, side))
      return html`<rect class="bar ${side}" x="${fixed(left + wide * (0.1 + 0.4 * k))}" y="${fixed(y(share(bin, side)))}" width="${fixed(wide * 0.38)}" height="${fixed(height)}"><title>${side.toUpperCase()}, ${bin.label}: ${bin[side]} (${valueText(share(bin, side), 'share')})</title></rect>`
    })
    const [from = ''] = bin.label.split(' to ')
    const label =
      i % every === 0
        ? html`<text class="tick middle" x="${fixed(left + wide / 2)}" y="${HEIGHT - 8}">${from.slice(0, 18)}</text>`
        : html``
    return html`${bars}${label}`
  })}</svg></figure>`
}

/** A difference and the range that it may lie in, against nothing. In: the range that all of a table's are drawn in. */
export function rangeMark(
  difference: { readonly value: number; readonly low: number; readonly high: number },
  from: number,
  to: number,
): Html {
  const x = scale(from, to, 4, 156)
  const within = (value: number): string => fixed(Math.max(2, Math.min(158, x(value))))
  return html`<svg class="range" viewBox="0 0 160 16" role="img"><title>${difference.low} to ${difference.high}</title><line class="zero" x1="${within(0)}" x2="${within(0)}" y1="1" y2="15"/><line class="whisker" x1="${within(difference.low)}" x2="${within(difference.high)}" y1="8" y2="8"/><circle class="value" cx="${within(difference.value)}" cy="8" r="3"/></svg>`
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
const total = (bins: readonly Bin[], side: Side): number => bins.reduce((sum, bin) => sum + bin[side], 0)

/** Three to six round values that the range lies in. */
function ticksOf(from: number, to: number): readonly number[] {
  const span = to - from || Math.abs(to) || 1
  const power = 10 ** Math.floor(Math.log10(span / 3))
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => span / one <= 5) ?? span
  const first = Math.floor(from / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9))
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
}

const DAY = 86_400_000

function timeTicks(first: number, last: number): readonly { readonly at: number; readonly text: string }[] {
  const span = last - first
  const from = span > 2 * DAY ? 5 : 11
  const shown = (at: number): string =>
    new Date(at).toISOString().slice(from, span > 2 * DAY ? 10 : span > 10 * 60_000 ? 16 : 19)
  const count = span === 0 ? 1 : 5
  return Array.from({ length: count }, (_, i) => first + (span * (i + 0.5)) / count).map((at) => ({
    at,
    text: shown(at),
  }))
}
