import { shortDigest } from '../core/digest.ts'
import type { Availability, BadMark, Followers, MoveData, RolloutReport, TransferData } from '../core/model.gen.ts'
import { ago, bytes, plural, type Style } from './style.ts'

/** "v2 (3f9a2c51ab12)", or "nothing". */
export const bundleName = (bundle: MoveData['to'], version: string | null): string =>
  bundle === null ? 'nothing' : `${version ?? '?'} (${shortDigest(bundle)})`

const VERBS: Readonly<Record<MoveData['action'], string>> = {
  promote: 'promoted',
  route: 'route set',
  start: 'rollout started',
  step: 'next step',
  complete: 'rollout complete',
  abort: 'rollout aborted',
  pause: 'rollout paused',
  resume: 'rollout resumed',
  queue: 'candidate queued',
  rollback: 'rolled back',
  undo: 'undone',
  hold: 'held',
  unhold: 'hold lifted',
  retire: 'retired',
}

/** The entry that a command has made or found, for `-q`: `prod@42`. */
export const entryName = ({ pointer, seq }: Pick<MoveData, 'pointer' | 'seq'>): string => `${pointer}@${seq}`

/** What every change of a pointer prints: registry, pointer, from, to, seq, and the command that undoes it. */
export function moveView(data: MoveData, isChanged: boolean, style: Style): string {
  const { pointer, seq } = data
  const to = bundleName(data.to, data.to_version)
  const served = data.followers.reported > 0 ? followerLines(pointer, data.followers, style) : []
  if (!isChanged)
    return [
      `${style.bold(pointer)} says ${to} already; nothing was changed  ${style.dim(`entry ${seq}`)}`,
      ...served,
    ].join('\n')
  const isMove = data.from !== data.to
  const { ended } = data
  const isBack = ended !== null && data.to_version !== null && data.action !== 'complete'
  const lines = [
    ...(isBack
      ? [
          `ended the rollout of ${ended.candidate}; ${pointer} ${isMove ? 'goes back to' : 'stays on'} ${data.to_version}`,
        ]
      : []),
    isMove
      ? `${style.bold(pointer)}  ${bundleName(data.from, data.from_version)} -> ${style.bold(to)}  ${VERBS[data.action]}, entry ${seq}`
      : `${style.bold(pointer)}  ${VERBS[data.action]}, entry ${seq}; it says ${to}`,
    style.dim(`registry ${data.registry}, app ${data.app}`),
  ]
  lines.push(...data.rules.map((rule) => `  ${rule}`))
  if (data.rollout !== null) lines.push(...rolloutLines(pointer, data.rollout, style))
  else lines.push(...queuedLines(pointer, data.queued, style))
  if (data.dropped !== null) lines.push(`dropped from the queue: ${data.dropped}`)
  for (const mark of data.marks) {
    const arm = data.left.find((left) => left.bundle === mark.digest)
    const candidate = data.rollout?.candidate.bundle === mark.digest ? data.rollout.candidate.version : null
    const what = bundleName(mark.digest, arm?.version ?? (mark.digest === data.to ? data.to_version : candidate))
    // Lifting the mark of what is left means lifting a lift: an undo that was undone.
    const isBad = mark.verdict === 'bad' || arm !== undefined
    lines.push(isBad ? `! ${what} is marked bad for ${pointer}` : `the mark on ${what} is lifted`)
  }
  if (data.hold !== null)
    lines.push(`! held: moves forward are refused until  ${style.command(`aiship unhold ${pointer}`)}`)
  if (data.not_restored.length > 0)
    lines.push(`! kept elsewhere, so no pointer brings it back: ${data.not_restored.join(', ')}`)
  const isServing = data.action === 'promote' || data.action === 'rollback'
  if (served.length > 0) lines.push(...served)
  else if (isServing) lines.push(style.dim(`pointer moved; nobody reports serving ${pointer}`))
  if (data.undo !== null) lines.push(`undo: ${style.bold(data.undo)}`)
  if (ended !== null && ended.further !== null)
    lines.push(`to leave ${data.to_version} too: ${style.bold(ended.further)}`)
  return lines.join('\n')
}

/** Where a rollout is, and what its next step waits for. */
export function rolloutLines(pointer: string, rollout: RolloutReport, style: Style): readonly string[] {
  const { candidate, stable, strategy, state, step, steps, waits, queued, deadline, guards } = rollout
  return [
    `${strategy} of ${candidate.version} against ${stable.version}: step ${step} of ${steps}, to be complete by ${deadline}`,
    waits.length > 0
      ? `the next step waits: ${waits.join('; ')}`
      : `the next step is due: ${style.command(`aiship rollout advance ${pointer}`)}`,
    ...(guards.length === 0
      ? []
      : [`guards decide: ${guards.join(', ')}; they are asked by  ${style.command(`aiship watch ${pointer}`)}`]),
    ...(state === 'paused' ? [`to go on: ${style.command(`aiship rollout resume ${pointer}`)}`] : []),
    ...(queued === null ? [] : [`${queued} is queued behind it`]),
  ]
}

/** Where no rollout runs: what waits to be started. */
export const queuedLines = (pointer: string, queued: string | null, style: Style): readonly string[] =>
  queued === null
    ? []
    : [`${queued} is queued: the next  ${style.command(`aiship rollout advance ${pointer}`)}  starts it`]

/** "3 of 4 followers serve it", and who does not. */
function followerLines(pointer: string, { reported, on_target, behind }: Followers, style: Style): readonly string[] {
  const count = `${on_target} of ${plural(reported, 'follower')} of ${pointer} ${on_target === 1 ? 'serves' : 'serve'} it`
  return [count, ...behind.slice(0, SHOWN_HOSTS).map((one) => `! ${behindLine(one, style)}`), ...more(behind.length)]
}

const SHOWN_HOSTS = 10
const more = (count: number): readonly string[] => (count > SHOWN_HOSTS ? [`! and ${count - SHOWN_HOSTS} more`] : [])

/** "web-3 serves v41, pinned, since 3 min ago: no space left". */
function behindLine({ host, bundle, version, pinned, problem, at }: Followers['behind'][number], style: Style): string {
  const why = problem === null ? '' : `: ${problem}`
  const what = bundle === null ? 'serves nothing' : `serves ${bundleName(bundle, version)}${pinned ? ', pinned' : ''}`
  return `${host} ${what}, reported ${ago(at, style.now)}${why}`
}

/** "marked bad for prod by ana 3 h ago: leaks prompts (in component index)". */
export function badLine(bad: BadMark, style: Style): string {
  const where = bad.scope === null ? '' : ` for ${bad.scope.pointer}`
  const why = bad.reason === null ? '' : `: ${bad.reason}`
  const what = bad.component === null ? bad.version : `${bad.component} in ${bad.version}`
  return `${style.red('!')} ${what} was marked bad${where} by ${bad.by.name} ${ago(bad.at, style.now)}${why}`
}

/** "3 files, 1.2 kB", "external", "hosted". */
export function contentOf(component: {
  readonly stored: Availability
  readonly files: number
  readonly size: number
  readonly kind: string
}): string {
  if (component.stored === 'external') return 'external, bytes lie elsewhere'
  if (component.stored === 'hosted') return "a provider's model"
  if (component.kind === 'value') return 'value'
  return `${plural(component.files, 'file')}, ${bytes(component.size)}`
}

/** What went from where to where, and what it is called at either end. */
export function transferView(data: TransferData, verb: 'push' | 'pull', style: Style): string {
  const [from, to] = verb === 'push' ? ['here', 'there'] : ['there', 'here']
  const names = `${data.from_version} ${from} is ${style.bold(`${data.version} ${to}`)}`
  const name = bundleName(data.bundle, data.from_version)
  const part = data.new_objects === data.objects ? '' : `${data.new_objects} of `
  const rate = data.duration_ms < LEAST_MS ? '' : `, ${bytes((data.new_bytes / data.duration_ms) * 1000)}/s`
  const sent = `${verb}ed ${part}${plural(data.objects, 'object')}, ${bytes(data.new_bytes)}${rate}`
  const lines = [
    data.new_objects === 0 ? `${name}: all ${plural(data.objects, 'object')} are ${to} already` : `${name}  ${sent}`,
    data.new_version ? names : `${names} already`,
  ]
  if (data.marks > 0)
    lines.push(
      `! ${plural(data.marks, 'mark')} ${verb === 'push' ? 'went' : 'came'} along: ${style.command(`aiship show ${data.version}`)}`,
    )
  if (data.quarantines > 0)
    lines.push(
      `! ${plural(data.quarantines, 'quarantine')} ${verb === 'push' ? 'went' : 'came'} along: ${style.command('aiship quarantine ls')}`,
    )
  if (data.evidence > 0)
    lines.push(
      `${plural(data.evidence, 'piece')} of evidence ${verb === 'push' ? 'went' : 'came'} along: ${style.command(`aiship evidence ls ${data.version}`)}`,
    )
  if (data.predictions !== null)
    lines.push(
      `${plural(data.predictions.records, 'prediction')} in ${plural(data.predictions.segments, 'new segment')}`,
    )
  if (data.lazy) lines.push(`files that are not ${to} yet are fetched when a checkout needs them`)
  lines.push(style.dim(`from ${data.from} to ${data.to}, app ${data.app}`))
  return lines.join('\n')
}

/** A rate over less says nothing. */
const LEAST_MS = 100
