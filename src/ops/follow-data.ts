import type { Digest } from '../core/digest.ts'
import { bundleOf } from '../core/follow.ts'
import type { Followed } from '../core/followed.ts'
import type { FollowData, FollowState, PointerSaid, SaidAt } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import type { FollowInput } from './follow.ts'
import type { Asker } from './follow-ask.ts'

export interface Known {
  readonly state: FollowState | null
  readonly isTold: boolean
  /** Null where the registry was not asked. */
  readonly asker: Pick<Asker, 'url' | 'away'> | null
}

/** What is served in a folder, what else is warm there, and what the pointer said last. */
export function followData(
  ctx: Pick<Context, 'now'>,
  { pointer, arm }: FollowInput,
  folder: Followed,
  { state, isTold, asker }: Known,
): FollowData {
  const { current, releases, pin } = folder.look()
  const bundle = current === null ? null : bundleOf(current)
  const servedAs = (one: Digest | null) => state?.served.find((known) => known.bundle === one)
  const others = new Set(releases.map((name) => bundleOf(name) as Digest))
  const at = state?.said?.at ?? null
  return {
    ...{ registry: asker?.url() ?? null, app: state?.app ?? '', pointer, arm, dir: folder.dir },
    path: current === null ? null : folder.pathOf(current),
    ...{ bundle, version: servedAs(bundle)?.version ?? null, seq: servedAs(bundle)?.seq ?? null },
    ...{ said: saidIn(state?.said ?? null), asked_at: at },
    age_ms: at === null ? null : Math.max(0, ctx.now().getTime() - Date.parse(at)),
    ...{ away: asker !== null && asker.away() !== null, pinned: pin !== null, told: isTold },
    warm: [...others]
      .filter((one) => one !== bundle)
      .map((one) => ({ bundle: one, version: servedAs(one)?.version ?? null })),
  }
}

export const saidIn = (said: SaidAt | null): PointerSaid | null =>
  said === null ? null : { bundle: said.bundle, version: said.version, seq: said.seq }
