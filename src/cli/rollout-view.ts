import type { MoveData } from '../core/model.gen.ts'
import type { Style } from './style.ts'
import { moveView, queuedLines, rolloutLines } from './views.ts'

/** A move of a rollout; or that there was none to make, and why. */
export function rolloutView(data: MoveData, isChanged: boolean, style: Style): string {
  if (isChanged) return moveView(data, isChanged, style)
  const { pointer, rollout, queued, seq, to_version: version } = data
  if (rollout === null)
    return [
      `${style.bold(pointer)}  no rollout runs; it says ${version ?? 'nothing'}  ${style.dim(`entry ${seq}`)}`,
      ...queuedLines(pointer, queued, style),
    ].join('\n')
  return [
    `${style.bold(pointer)}  nothing was changed  ${style.dim(`entry ${seq}`)}`,
    ...rolloutLines(pointer, rollout, style),
  ].join('\n')
}
