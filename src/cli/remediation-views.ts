import { shortDigest } from '../core/digest.ts'
import { countText, valueText } from '../core/figures.ts'
import type {
  RemediateDiffData,
  RemediatePlanData,
  RemediateReplayData,
  RemediationControl,
} from '../core/model.gen.ts'
import { CLASS_WORDS, movedWords, UNDO_WORDS } from '../core/remediation-page.ts'
import { SHOWN_ROWS, shownOf } from './slice-view.ts'
import { columns, type Style } from './style.ts'

const WHY: Readonly<Record<string, string>> = {
  absent: 'no input was logged',
  elsewhere: 'the input stands elsewhere (input_ref)',
  hashed: 'only a hash of the input was logged; take logs in with --keep-payloads',
  redacted: 'the input was redacted',
  expired: 'gone with their segment',
  features: 'features would be made anew with what is known now; --features recompute allows that',
}

const named = ({ bundle, version }: RemediatePlanData['bad']): string =>
  `${version ?? 'unknown'} (${shortDigest(bundle)})`

export function planView(data: RemediatePlanData, changed: boolean, style: Style): string {
  const id = shortDigest(data.plan)
  const where = [
    ...(data.pointer === null ? [] : [`served by ${data.pointer}`]),
    ...(data.window.from === null ? [] : [`from ${data.window.from}`]),
    ...(data.window.until === null ? [] : [`before ${data.window.until}`]),
    ...Object.entries(data.where ?? {}).map(([key, value]) => `${key} is ${value}`),
    ...(data.sample === null ? [] : [`a sample of ${countText(data.sample)}`]),
  ]
  const what = data.select === 'latest' ? 'decisions in force' : 'applied decisions'
  return [
    `plan ${style.bold(id)}  ${countText(data.items)} ${what} of ${named(data.bad)}, to be made again by ${named(data.good)}${changed ? '' : ': it was there already'}`,
    ...(where.length === 0 ? [] : [where.join(', ')]),
    ...(data.supersedes === null ? [] : [`it takes the place of ${shortDigest(data.supersedes)}`]),
    `${countText(data.replayable)} can be decided again`,
    ...Object.entries(data.unreplayable).map(
      ([reason, count]) => `${style.yellow('!')} ${countText(count)} cannot: ${WHY[reason] ?? reason}`,
    ),
    ...sampled(data, style),
    `nothing is changed by it; next: ${style.bold(`aiship remediate replay ${id}`)}`,
  ].join('\n')
}

function sampled({ sample_rates: rates, items }: RemediatePlanData, style: Style): readonly string[] {
  const stand = rates.reduce((sum, { rate, items: n }) => sum + n / rate, 0)
  if (rates.every(({ rate }) => rate === 1)) return []
  return [
    `${style.yellow('!')} the log has not all of them: ${countText(items)} records stand for about ${countText(stand)}`,
  ]
}

export function replayView(data: RemediateReplayData, changed: boolean, style: Style): string {
  const id = shortDigest(data.plan)
  const warn = style.yellow('!')
  const rate =
    data.duration_ms < LEAST_MS ? '' : `, ${countText(data.items / (data.duration_ms / 1000))} items a second`
  return [
    `plan ${style.bold(id)}  ${countText(data.decided)} of ${countText(data.items)} decided again${rate}`,
    ...(changed ? [] : ['it was replayed already; --again does it once more']),
    ...(data.resumed === 0 ? [] : [`${countText(data.resumed)} of them in an earlier run`]),
    ...(data.not_replayable === 0 ? [] : [`${warn} ${countText(data.not_replayable)} could not be tried`]),
    ...(data.erased === 0 ? [] : [`${warn} ${countText(data.erased)} are gone from the log since`]),
    ...data.reasons.map(({ error, count }) => `${warn} ${countText(count)} failed: ${error}`),
    ...controlLines(data.control, warn),
    `nothing is changed by it; next: ${style.bold(`aiship remediate diff ${id}`)}`,
  ].join('\n')
}

/** A rate over less says nothing. */
const LEAST_MS = 1000

const controlLines = (control: RemediationControl, warn: string): readonly string[] => [
  control.unable === null
    ? `the bad bundle decided ${countText(control.bad_reproduced)} of ${countText(control.bad_sample)} as it did then`
    : `${warn} the bad bundle could not be asked again: ${control.unable}`,
  `the good bundle decided ${countText(control.good_same)} of ${countText(control.good_sample)} alike twice`,
]

const KINDS = Object.keys(CLASS_WORDS) as (keyof typeof CLASS_WORDS)[]

export function diffView(data: RemediateDiffData, style: Style): string {
  const id = shortDigest(data.plan)
  const warn = style.yellow('!')
  const keys = [...new Set(data.by.map(({ key }) => key))]
  return [
    ...(data.undoes === null
      ? [
          `plan ${style.bold(id)}  ${named(data.good)} decides ${style.bold(countText(data.work))} of ${countText(data.items)} otherwise than ${named(data.bad)}`,
          ...KINDS.filter((kind) => data.classes[kind] > 0).map(
            (kind) => `  ${countText(data.classes[kind])} ${CLASS_WORDS[kind]}`,
          ),
          ...controlLines(data.control, warn),
        ]
      : [
          `plan ${style.bold(id)}  takes back ${style.bold(countText(data.work))} items of receipt ${shortDigest(data.undoes)}`,
        ]),
    ...(data.manual === null ? [] : [`${style.red('!')} it must not be applied automatically: ${data.manual}`]),
    ...(data.moves.length === 0 ? [] : ['', movesTable(data, style)]),
    ...keys.flatMap((key) => ['', partsTable(key, data, style)]),
    ...(data.examples.length === 0 ? [] : ['', examplesTable(data, style)]),
    ...[data.csv, data.html].flatMap((file) => (file === null ? [] : [`written: ${file}`])),
    data.work === 0
      ? 'there is nothing to be done'
      : `nothing is changed by it; next: ${style.bold(`aiship remediate approve ${id}`)}`,
  ].join('\n')
}

const valueOr = (value: number): string => (value === 0 ? '' : valueText(value, 'number'))

const classWords = ({ undoes }: RemediateDiffData): typeof UNDO_WORDS => (undoes === null ? CLASS_WORDS : UNDO_WORDS)

const movesTable = (data: RemediateDiffData, style: Style): string =>
  columns([
    [...movedWords(data), 'decisions', ...(data.moves.some(({ value }) => value !== 0) ? ['value'] : [])].map(
      style.dim,
    ),
    ...data.moves
      .slice(0, SHOWN_ROWS)
      .map(({ from, to, count, value }) => [from ?? '-', to ?? '-', countText(count), valueOr(value)]),
  ])

function partsTable(key: string, data: RemediateDiffData, style: Style): string {
  const words = classWords(data)
  const parts = data.by.filter((part) => part.key === key)
  const shown = parts.slice(0, style.verbose ? undefined : SHOWN_ROWS)
  const kinds = KINDS.filter((kind) => parts.some(({ classes }) => classes[kind] > 0))
  const head = [key, ...kinds.map((kind) => words[kind])].map(style.dim)
  const rows = shown.map(({ value, classes }) => [value ?? '-', ...kinds.map((kind) => countText(classes[kind]))])
  return [columns([head, ...rows]), ...shownOf(shown.length, parts.length, 'more with -v')].join('\n')
}

/** A few, the most telling first; all of them with -v. */
function examplesTable(data: RemediateDiffData, style: Style): string {
  const { examples } = data
  const words = classWords(data)
  const byClass = [...examples].sort(
    (a, b) => KINDS.indexOf(a.class as (typeof KINDS)[number]) - KINDS.indexOf(b.class as (typeof KINDS)[number]),
  )
  return columns([
    ['', 'entity', 'request', ...movedWords(data), 'score', ''].map(style.dim),
    ...byClass
      .slice(0, style.verbose ? undefined : SHOWN_EXAMPLES)
      .map((one) => [
        words[one.class as (typeof KINDS)[number]],
        ...[one.entity, one.request_id, one.from ?? '-', one.to ?? '-'],
        `${one.score.from ?? '-'} -> ${one.score.to ?? '-'}`,
        one.error ?? '',
      ]),
  ])
}

const SHOWN_EXAMPLES = 10
