import { shortDigest } from '../core/digest.ts'
import { countText } from '../core/figures.ts'
import type { BlastData, BlastGroup } from '../core/model.gen.ts'
import { SHOWN_ROWS, samplingLines, shownOf } from './slice-view.ts'
import { columns, type Style } from './style.ts'

export function blastView(data: BlastData, style: Style): string {
  const { bundles, window, stays, gaps, outside } = data
  const names = bundles.map(({ bundle, version }) => `${version ?? 'unknown'} (${shortDigest(bundle)})`).join(', ')
  const warn = style.yellow('!')
  return [
    `${style.bold(names)} gave ${countText(data.records)} live answers, ${window.from} to ${window.until}`,
    `${countText(data.decisions)} were acted upon, about ${countText(data.entities)} entities:`,
    columns(
      [
        ['in force', data.in_force, 'its latest decision is one of these'],
        ['superseded', data.superseded, 'another bundle decided since'],
        ['resolved', data.resolved, 'an outcome came'],
      ].map(([name, count, why]) => [`  ${name}`, countText(Number(count)), style.dim(String(why))]),
    ),
    ...table('action', data.actions, style),
    ...table('pointer', data.pointers, style),
    ...data.parts.flatMap(({ by, groups }) => table(by, groups, style)),
    ...(data.modes.length < 2 ? [] : ['', modes(data)]),
    ...(stays.length === 0 ? [`${warn} no pointer of ${data.app} ever said it`] : ['']),
    ...stays.map(
      ({ pointer, seq, as, from, until }) =>
        `${pointer}@${seq} said it to ${as === 'main' ? 'everybody' : 'some'} from ${from} to ${until ?? 'now'}`,
    ),
    ...lateLines(outside, warn),
    ...gaps.map(
      ({ pointer, from, until, records_at_most: most }) =>
        `${warn} nothing was logged of ${pointer} from ${from} to ${until}: ${most === null ? 'how much it answered then is unknown' : `at most ${countText(most)} answers more`}`,
    ),
    ...samplingLines([data.sample_rates[0] ?? 1, data.sample_rates[1] ?? 1]),
    ...boundLines(data, warn),
    ...data.downstream.map(
      ({ bundle, version, records }) =>
        `${version ?? shortDigest(bundle)} went on from its answers: ${countText(records)} records in the same traces`,
    ),
    ...bundles
      .filter(({ version }) => version === null)
      .map(({ bundle }) => `${warn} this registry does not know ${bundle}`),
    ...data.repairs.map(
      ({ done, plan, ended }) =>
        `${warn} ${countText(done)} of these were put right on ${ended} by plan ${shortDigest(plan)}, which the log does not know`,
    ),
    ...(data.in_force === 0
      ? []
      : [`to repair them: ${style.bold(`aiship remediate plan --bad ${data.ref} --good REF -m MESSAGE`)}`]),
  ].join('\n')
}

function table(title: string, groups: readonly BlastGroup[], style: Style): readonly string[] {
  if (groups.length === 0) return []
  const shown = groups.slice(0, style.verbose ? undefined : SHOWN_ROWS)
  const head = [title, 'in force', 'entities', 'decisions'].map(style.dim)
  const rows = shown.map(({ value, in_force, entities, records }) => [
    value ?? '-',
    ...[in_force, entities, records].map(countText),
  ])
  return ['', columns([head, ...rows]), ...shownOf(shown.length, groups.length, 'more with -v')]
}

const modes = ({ modes: all }: BlastData): string =>
  all
    .map(({ mode, arm, records, applied }) => {
      const not = applied === records ? '' : applied === 0 ? ', not acted upon' : `, ${countText(applied)} acted upon`
      return `${mode}${arm === null ? '' : ` ${arm}`} ${countText(records)}${not}`
    })
    .join('; ')

/** "last bad prediction 14:03:40 from two hosts": who went on after the pointer had moved. */
function lateLines(outside: BlastData['outside'], warn: string): readonly string[] {
  const lines = (['late', 'early'] as const).map((why) => {
    const all = outside.filter((one) => one.why === why)
    if (all.length === 0) return null
    const count = all.reduce((sum, { records }) => sum + records, 0)
    const hosts = [...new Set(all.map(({ host }) => host ?? 'an unnamed host'))]
    const from = `${hosts.slice(0, 5).join(', ')}${hosts.length > 5 ? ` and ${hosts.length - 5} more` : ''}`
    const times = all.map(({ first, last }) => (why === 'late' ? last : first)).sort()
    return why === 'late'
      ? `${warn} ${countText(count)} answers after the pointer had moved, the last at ${times.at(-1)}, from ${from}`
      : `${warn} ${countText(count)} answers before a pointer said it, the first at ${times[0]}, from ${from}: a clock or the log is wrong`
  })
  return lines.filter((line) => line !== null)
}

function boundLines({ bounds, records }: BlastData, warn: string): readonly string[] {
  const most = bounds.records[1] ?? null
  if (most === records) return []
  if (most === null) return [`${warn} these are lower bounds: nobody knows how many more there were`]
  const force = bounds.in_force[1] ?? null
  return [
    `${warn} at most ${countText(most)} answers in all${force === null ? '' : `, and ${countText(force)} entities in force`}`,
  ]
}
