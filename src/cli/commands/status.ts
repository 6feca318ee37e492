import { shortDigest } from '../../core/digest.ts'
import type { PointerStatus, StatusData } from '../../core/model.gen.ts'
import { isTainted } from '../../core/taint.ts'
import { status } from '../../ops/status.ts'
import { defineCommand } from '../command.ts'
import { ago, columns, plural, type Style } from '../style.ts'
import { taintLine, waiverLine } from '../taint-view.ts'
import { badLine, queuedLines } from '../views.ts'

export const command = defineCommand({
  name: 'status',
  summary:
    'What every pointer says, since when and by whom; then the working tree against prod. Runs and hashes nothing.',
  args: [],
  options: [],
  examples: ['aiship status', 'aiship status --app fraud-scorer --registry /srv/aiship'],
  registry: 'open',
  does: 'look',
  workspace: true,
  input: () => ({}),
  run: status,
  view: ({ data }, style) => view(data, style),
})

function view(data: StatusData, style: Style): string {
  const lines = [style.dim(`registry ${data.registry}, app ${data.app}`)]
  if (data.pointers.length === 0) lines.push(`no pointer yet: ${style.command('aiship promote @last prod --create')}`)
  else lines.push(columns(data.pointers.map((pointer) => pointerRow(pointer, style))))
  for (const { pointer, version, followers: all, hold, rollout, queued, split, bad, taint } of data.pointers) {
    if (split !== null) lines.push(`${pointer} serves ${split}`)
    if (rollout !== null)
      lines.push(`${pointer} rolls out ${rollout}${queued === null ? '' : `; ${queued} is queued behind it`}`)
    else lines.push(...queuedLines(pointer, queued, style))
    if (all.reported > 0) {
      const others = all.behind.map(
        (one) => `${one.host} on ${one.version ?? 'nothing'}${one.pinned ? ' (pinned)' : ''}`,
      )
      const rest = others.length === 0 ? '' : `; ${others.slice(0, 5).join(', ')}${others.length > 5 ? ', …' : ''}`
      lines.push(
        `${pointer}: ${all.on_target} of ${plural(all.reported, 'follower')} on ${version ?? 'nothing'}${rest}`,
      )
    }
    if (hold !== null)
      lines.push(
        `${style.yellow('!')} ${pointer} is held by ${hold.by.name} ${ago(hold.at, style.now)}${hold.reason === null ? '' : `: ${hold.reason}`}`,
      )
    for (const mark of bad) lines.push(`${badLine(mark, style)}  ${style.dim(`(${pointer} serves it)`)}`)
    for (const finding of taint) lines.push(`${taintLine(finding, style)}  ${style.dim(`(${pointer} serves it)`)}`)
  }
  for (const waiver of data.waivers) lines.push(waiverLine(waiver, style))
  return [...lines, '', ...workLines(data.work, style)].join('\n').trimEnd()
}

function pointerRow(pointer: PointerStatus, style: Style): readonly string[] {
  const name = style.bold(pointer.pointer)
  if (pointer.state === 'never moved') return [name, '-', 'never moved', '', '']
  if (pointer.state === 'retired' || pointer.bundle === null)
    return [name, '-', 'retired', pointer.since === null ? '' : ago(pointer.since, style.now), pointer.by?.name ?? '']
  const flags = [
    ...(pointer.hold === null ? [] : ['held']),
    ...(pointer.bad.length === 0 ? [] : [style.red('bad')]),
    ...(pointer.taint.some(isTainted) ? [style.red('tainted, live')] : []),
  ]
  const what = [pointer.message ?? '', flags.length === 0 ? '' : `[${flags.join(', ')}]`].join(' ').trim()
  const since = pointer.since === null ? '' : ago(pointer.since, style.now)
  return [name, pointer.version ?? '', shortDigest(pointer.bundle), since, pointer.by?.name ?? '', what]
}

function workLines(work: StatusData['work'], style: Style): readonly string[] {
  if (work === null) return []
  if (work.against === null)
    return [`working tree: nothing to compare with yet; next: ${style.command('aiship bundle')}`]
  const name =
    work.against.ref === work.against.version ? work.against.version : `${work.against.ref} (${work.against.version})`
  if (work.state === 'same') return [`working tree: the same as ${name}`]
  const rows = work.components
    .filter((c) => c.state !== 'same')
    .map((c) => [style.dim(c.layer), c.name, c.state, c.why ?? ''])
  return [`working tree against ${name}:`, columns(rows, '  ')]
}
