import type { MoveData } from '../core/model.gen.ts'
import type { Context, Result } from '../core/ports.ts'
import { isServed } from '../core/presence.ts'
import { entryAt } from './logs.ts'
import { followers } from './presence.ts'
import { logOf } from './refs.ts'

const LOOK_MS = 200

/** Waits until moves are served, at most `waitMs` for all of them. Out: the same results with who serves them then. */
export async function waitServed<D extends MoveData>(
  ctx: Context,
  results: readonly Result<D>[],
  waitMs: number,
): Promise<readonly Result<D>[]> {
  const waited: Result<D>[] = []
  let left = waitMs
  for (const result of results) {
    const { pointer, seq } = result.data
    const { entry } = await entryAt(ctx, logOf(ctx, pointer), seq)
    let now = result.data.followers
    while (!isServed(now) && left > 0 && !ctx.signal.aborted) {
      const startedMs = ctx.now().getTime()
      await ctx.pause?.(Math.min(LOOK_MS, left))
      now = await followers(ctx, pointer, entry)
      // Whatever the clock says, it ends.
      left -= Math.max(LOOK_MS, ctx.now().getTime() - startedMs)
    }
    waited.push({ ...result, data: { ...result.data, followers: now } })
  }
  return waited
}
