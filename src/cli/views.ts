import { shortDigest } from '../core/digest.ts'
import type { Availability, BadMark, MoveData } from '../core/model.gen.ts'
import { ago, bytes, plural, type Style } from './style.ts'

/** "v2 (3f9a2c51ab12)", or "nothing". */
export const bundleName = (bundle: MoveData['to'], version: string | null): string =>
  bundle === null ? 'nothing' : `${version ?? '?'} (${shortDigest(bundle)})`

const VERBS: Readonly<Record<MoveData['action'], string>> = {
  promote: 'promoted',
  rollback: 'rolled back',
  undo: 'undone',
  hold: 'held',
  unhold: 'hold lifted',
  retire: 'retired',
}

/** What every change of a pointer prints: registry, pointer, from, to, seq, and the command that undoes it. */
export function moveView(data: MoveData, isChanged: boolean, style: Style): string {
  const { pointer, seq } = data
  const to = bundleName(data.to, data.to_version)
  if (!isChanged) return `${style.bold(pointer)} says ${to} already; nothing was changed  ${style.dim(`entry ${seq}`)}`
  const isMove = data.from !== data.to
  const lines = [
    isMove
      ? `${style.bold(pointer)}  ${bundleName(data.from, data.from_version)} -> ${style.bold(to)}  ${VERBS[data.action]}, entry ${seq}`
      : `${style.bold(pointer)}  ${VERBS[data.action]}, entry ${seq}; it says ${to}`,
    style.dim(`registry ${data.registry}, app ${data.app}`),
  ]
  for (const mark of data.marks) {
    const arm = data.left.find((left) => left.bundle === mark.digest)
    const what = bundleName(mark.digest, arm?.version ?? (mark.digest === data.to ? data.to_version : null))
    // Lifting the mark of what is left means lifting a lift: an undo that was undone.
    const isBad = mark.verdict === 'bad' || arm !== undefined
    lines.push(isBad ? `! ${what} is marked bad for ${pointer}` : `the mark on ${what} is lifted`)
  }
  if (data.hold !== null)
    lines.push(`! held: moves forward are refused until  ${style.bold(`aiship unhold ${pointer}`)}`)
  if (data.not_restored.length > 0)
    lines.push(`! kept elsewhere, so no pointer brings it back: ${data.not_restored.join(', ')}`)
  if (data.undo !== null) lines.push(`undo: ${style.bold(data.undo)}`)
  return lines.join('\n')
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
