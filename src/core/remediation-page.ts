import { countText, valueText } from './figures.ts'
import { type Html, html } from './html.ts'
import type { RemediateDiffData, RemediationPart } from './model.gen.ts'
import { framed } from './report-frame.ts'

/** Classes in the words of people, in the order of what matters. */
export const CLASS_WORDS = {
  action_changed: 'decided otherwise',
  label_changed: 'other label, same action',
  score_moved: 'other score',
  same: 'the same',
  error: 'the good bundle failed',
  not_replayable: 'could not be tried',
  not_reproducible: 'not decided twice alike',
  erased: 'gone from the log since',
} as const

/** Of an undo all of them are of one class. */
export const UNDO_WORDS = { ...CLASS_WORDS, action_changed: 'taken back' }

/** What a decision was, and what it becomes. */
export const movedWords = ({ undoes }: RemediateDiffData): readonly [string, string] =>
  undoes === null ? ['it did', 'it would do'] : ['now', 'as before']

const KINDS = Object.keys(CLASS_WORDS) as (keyof typeof CLASS_WORDS)[]
/** Of more nobody reads. */
const MOST_ROWS = 200

/** A diff as one page. In: when the page is made. */
export function remediationPage(data: RemediateDiffData, madeAt: Date): string {
  const name = ({ version, bundle }: RemediateDiffData['bad']): string => version ?? bundle.slice(7, 19)
  const title =
    data.undoes === null
      ? `What ${name(data.good)} decides otherwise than ${name(data.bad)}`
      : `What is taken back of receipt ${data.undoes.slice(7, 19)}`
  const words = data.undoes === null ? CLASS_WORDS : UNDO_WORDS
  const moved = movedWords(data)
  const keys = [...new Set(data.by.map(({ key }) => key))]
  return framed(
    title,
    html`<header><h1>${title}</h1><p class="legend">${data.app}, plan <code>${data.plan.slice(7, 19)}</code>, diff <code>${data.diff.slice(7, 19)}</code>${data.incident === null ? '' : `, ${data.incident}`}</p></header>
<section class="verdict ${data.manual === null ? 'none' : 'release'}"><h2>${countText(data.work)} of ${countText(data.items)} decisions would change</h2><ul>${reliance(data).map((line) => html`<li>${line}</li>`)}</ul></section>
<section><h2>What became of them</h2>${table(
      ['', 'decisions'],
      KINDS.filter((kind) => data.classes[kind] > 0).map((kind) => [words[kind], countText(data.classes[kind])]),
    )}</section>
<section><h2>What would change</h2>${table(
      [...moved, 'decisions', 'value'],
      data.moves.map(({ from, to, count, value }) => [
        from ?? '-',
        to ?? '-',
        countText(count),
        valueText(value, 'number'),
      ]),
    )}</section>
${keys.map((key) =>
  partSection(
    key,
    data.by.filter((part) => part.key === key),
    words,
  ),
)}
<section><h2>Examples</h2>${table(
      ['', 'entity', 'request', 'at', ...moved, 'label', 'score', 'error'],
      data.examples.map((one) => [
        ...[words[one.class as keyof typeof CLASS_WORDS], one.entity, one.request_id, one.ts ?? ''],
        ...[one.from ?? '-', one.to ?? '-', `${one.label.from ?? '-'} → ${one.label.to ?? '-'}`],
        ...[`${one.score.from ?? '-'} → ${one.score.to ?? '-'}`, one.error ?? ''],
      ]),
    )}</section>
<footer>${data.app} in ${data.registry}, made ${madeAt.toISOString()}. Only decisions whose action changes are work; nothing is changed by this page.</footer>`,
  )
}

/** How far it can be believed. */
function reliance({ control, manual, undoes }: RemediateDiffData): readonly string[] {
  if (undoes !== null) return ['Nothing is decided again: what was done is taken back.']
  return [
    ...(manual === null ? [] : [`It must not be applied automatically: ${manual}.`]),
    `The bad bundle decided ${countText(control.bad_reproduced)} of ${countText(control.bad_sample)} as it did then; the good one ${countText(control.good_same)} of ${countText(control.good_sample)} alike twice.`,
  ]
}

function partSection(key: string, parts: readonly RemediationPart[], words: typeof UNDO_WORDS): Html {
  const shown = parts.slice(0, MOST_ROWS)
  const kinds = KINDS.filter((kind) => parts.some(({ classes }) => classes[kind] > 0))
  const more = shown.length < parts.length ? `, showing ${shown.length} of ${countText(parts.length)}` : ''
  const rows = shown.map(({ value, classes, value_changed }) => [
    ...[value ?? '-', ...kinds.map((kind) => countText(classes[kind]))],
    valueText(value_changed, 'number'),
  ])
  return html`<section><h2>By ${key}${more}</h2>${table([key, ...kinds.map((kind) => words[kind]), 'value changed'], rows)}</section>`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  if (rows.length === 0) return html`<p class="note">None.</p>`
  return html`<div class="scroll"><table><thead><tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`
}
