import { shortDigest } from '../../core/digest.ts'
import { AishipError } from '../../core/errors.ts'
import type { GcData, GcItem } from '../../core/model.gen.ts'
import { gc, KEEP_MS } from '../../ops/gc.ts'
import { defineCommand, flag, text, type Words } from '../command.ts'
import { bytes, columns, plural, type Style } from '../style.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: DAY_MS / 24, d: DAY_MS }
/** Of more, `-v` shows all. */
const SHOWN = 20

export const command = defineCommand({
  name: 'gc',
  summary: 'Say what nothing needs: old versions, what was given up. With --apply, into the trash for seven days.',
  args: [],
  options: [
    ['--apply', 'do it: asks on a terminal, needs --yes without one'],
    ['--older-than <time>', 'leave alone what was stored later than that: 30m, 24h (default), 7d'],
    ['--keep <time>', 'keep what was made a version or served within that time: 30d, 90d (default)'],
  ],
  examples: ['aiship gc', 'aiship gc --apply', 'aiship gc --apply --yes --keep 180d'],
  registry: 'open',
  allApps: true,
  input: (words) => ({
    apply: flag(words, 'apply'),
    olderThanMs: timeOf(words, 'olderThan', '--older-than') ?? DAY_MS,
    keepMs: timeOf(words, 'keep', '--keep'),
  }),
  run: gc,
  quiet: (result, style) => (result.changed ? '' : planned(result.data, style)),
  view: ({ data, changed }, style) => (changed ? done(data, style) : planned(data, style)),
})

/** Errors: USAGE. */
function timeOf(words: Words, name: string, option: string): number | undefined {
  const given = text(words, name)
  if (given === null) return undefined
  const [, count, unit = ''] = /^([0-9]{1,6})([smhd])$/.exec(given) ?? []
  if (count === undefined)
    throw new AishipError('USAGE', `${option} takes a time such as 30m, 24h or 7d, not ${JSON.stringify(given)}`)
  return Number(count) * (UNITS[unit] as number)
}

const amount = ({ objects, bytes: size }: GcData['garbage']): string => `${plural(objects, 'object')} (${bytes(size)})`

function planned(data: GcData, style: Style): string {
  const { garbage, purged, leftovers, reports } = data
  const isNothing = garbage.objects + purged.objects + leftovers + reports === 0
  if (isNothing) return ['nothing to take out', ...staying(data, style), ...kept(data)].join('\n')
  return [
    `would take out ${amount(garbage)} that nothing needs${garbage.objects > 0 ? ':' : ''}`,
    ...items(data.items, style),
    ...staying(data, style),
    ...rollbacks(data, 'becomes'),
    ...(purged.objects > 0 ? [`${amount(purged)} that lay in the trash for seven days would be deleted for good`] : []),
    ...(leftovers > 0 ? [`${plural(leftovers, 'unfinished file')} of interrupted commands`] : []),
    ...(reports > 0 ? [`${oldReports(reports)} would be removed`] : []),
    ...kept(data),
    `nothing was changed; to take it out: ${style.command(`aiship gc --apply${given(data)}`)}`,
  ].join('\n')
}

/** What was asked for goes on, or another amount would be taken out than is shown. */
function given({ older_than_ms: olderThan, keep_ms: keep }: GcData): string {
  const flag = (name: string, ms: number, usual: number): string => {
    const [unit, length] = Object.entries(UNITS).findLast(([, one]) => ms % one === 0) ?? ['s', 1000]
    return ms === usual ? '' : ` ${name} ${ms / length}${unit}`
  }
  return flag('--older-than', olderThan, DAY_MS) + flag('--keep', keep, KEEP_MS)
}

function done(data: GcData, style: Style): string {
  const { garbage, purged, restored, leftovers, reports, trash } = data
  return [
    `${amount(garbage)} moved to the trash${purged.objects > 0 ? `; ${amount(purged)} deleted for good` : ''}`,
    ...items(data.items, style),
    ...rollbacks(data, 'is'),
    ...(restored > 0 ? [`${plural(restored, 'object')} brought back from the trash: needed after all`] : []),
    ...(leftovers > 0 ? [`${plural(leftovers, 'unfinished file')} of interrupted commands removed`] : []),
    ...(reports > 0 ? [`${oldReports(reports)} removed`] : []),
    ...kept(data),
    ...(trash.objects > 0 ? [`the trash keeps ${amount(trash)} for seven days; then the next gc deletes it`] : []),
  ].join('\n')
}

const oldReports = (count: number): string => `${plural(count, 'report')} of followers from more than 30 days ago`

function kept({ kept: { young, packed }, older_than_ms }: GcData): readonly string[] {
  const hours = older_than_ms / (DAY_MS / 24)
  return [
    ...(young.objects > 0
      ? [`${amount(young)} stored in the last ${hours.toFixed(hours < 1 ? 2 : 0)} h left alone`]
      : []),
    ...(packed.objects > 0 ? [`${amount(packed)} left in packs that are mostly needed`] : []),
  ]
}

/** Why each version stays, for `-v`. */
function staying({ staying: all }: GcData, style: Style): readonly string[] {
  if (all.length === 0 || !style.verbose) return []
  return [
    'kept:',
    columns(
      all.map(({ app, version, why }) => [`${app} ${version}`, why]),
      '  ',
    ),
  ]
}

const rollbacks = ({ rollbacks: all }: GcData, verb: string): readonly string[] =>
  all.map(({ app, pointer, last }) => {
    const beyond = last === null ? 'any rollback' : `rollback beyond ${pointer}@${last}`
    return `after this, ${beyond} of ${pointer} (${app}) ${verb} impossible`
  })

function items(all: GcData['items'], style: Style): readonly string[] {
  const shown = style.verbose ? all : all.slice(0, SHOWN)
  const rows = shown.map((item) => [bytes(item.size), shortDigest(item.digest), nameOf(item)])
  const more = all.length > shown.length ? [`  and more (-v)`] : []
  return rows.length === 0 ? [] : [columns(rows, '  '), ...more]
}

function nameOf({ kind, name, bundle, version }: GcItem): string {
  if (kind === 'bundle')
    return version === null ? `a bundle of ${name} that never became a version` : `${version} of ${name}`
  const owner = bundle === null ? 'of an unfinished bundle' : `of ${version ?? `bundle ${shortDigest(bundle)}`}`
  return name === null ? (kind === 'folder' ? `a folder ${owner}` : 'unnamed') : `${name}, ${owner}`
}
