import type { PointerEntry, Queued } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { entryAt } from './logs.ts'
import { logOf } from './refs.ts'

/**
 * The candidate that waits: behind the rollout that runs, or for the next advance where that one has just been completed. Whatever else is done to
 * the pointer, an abort too, drops it. In: `entry`, the newest. Null: none waits. Errors: CORRUPT.
 */
export async function queuedOn(ctx: Context, pointer: string, entry: PointerEntry): Promise<Queued | null> {
  if (entry.rollout !== null) return entry.rollout.queued
  if (entry.action !== 'complete') return null
  const { entry: last } = await entryAt(ctx, logOf(ctx, pointer), entry.seq - 1)
  return last.rollout?.queued ?? null
}
