import type { PointerEntry, WatchAction, WatchData } from '../core/model.gen.ts'
import type { Context, Result } from '../core/ports.ts'
import { entryAt } from './logs.ts'
import { settleMarksSeen } from './marks.ts'
import { begin } from './move.ts'
import { logOf } from './refs.ts'
import { evidenceIn } from './watch-replay.ts'

const ACTS: Partial<Readonly<Record<PointerEntry['action'], WatchAction>>> = {
  ...{ step: 'advance', complete: 'advance', hold: 'hold', abort: 'abort', rollback: 'rollback' },
}

/** The same answer as an earlier run of this operation gave; null where none has moved the pointer. Errors: USAGE for an `--op` that was something else. */
export async function watchedBefore(ctx: Context, pointer: string): Promise<Result<WatchData> | null> {
  if (!ctx.op.given) return null
  const actions = Object.keys(ACTS) as PointerEntry['action'][]
  const isIt = async (made: PointerEntry): Promise<boolean> => (await evidenceIn(ctx, made)) !== null
  const { done } = await begin(ctx, pointer, actions, undefined, isIt, settleMarksSeen)
  if (done === null) return null
  const { seq, action } = done.data
  const found = await evidenceIn(ctx, (await entryAt(ctx, logOf(ctx, pointer), seq)).entry)
  const last = found?.evidence.looks.at(-1)
  if (found === null || last === undefined) return null
  const { verdict, why } = found.evidence.verdict
  const guards = found.evidence.looks.flatMap(({ verdicts }) => verdicts)
  return {
    changed: false,
    data: {
      ...{ registry: ctx.registry.url, app: ctx.app, pointer, seq: seq - 1, mode: last.mode, verdict, why, guards },
      ...{ action: ACTS[action] ?? 'none', rollout: null, looked_at: found.evidence.at, interval: last.interval },
      ...{ next_at: null, move: done.data, evidence: found.digest, told: [], ended: 'once' },
    },
  }
}
