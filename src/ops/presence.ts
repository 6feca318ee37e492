import type { Followers, PointerEntry, Presence } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import type { Context } from '../core/ports.ts'
import { followersOf, presencePrefix, readPresence } from '../core/presence.ts'

/** Reports that are read at the same time. */
const WIDTH = 16

export const NOBODY: Followers = { reported: 0, on_target: 0, behind: [] }

/** What followers have reported of a pointer, however long ago. */
export async function reportsOn(ctx: Context, app: string, pointer: string): Promise<readonly Presence[]> {
  const keys = await ctx.registry.names.list(presencePrefix(app, pointer))
  const found: Presence[] = []
  await inPool(keys, WIDTH, async (key) => {
    const report = readPresence(await ctx.registry.names.read(key), key)
    if (report !== null) found.push(report)
  })
  return found.sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.dir < b.dir ? -1 : 1))
}

/** Who serves what the entry says. A pointer can be moved and looked at whatever is wrong with the reports. */
export async function followers(ctx: Context, pointer: string, entry: PointerEntry): Promise<Followers> {
  try {
    const reports = await reportsOn(ctx, ctx.app, pointer)
    return reports.length === 0 ? NOBODY : followersOf(reports, entry, ctx.now().getTime())
  } catch {
    return NOBODY
  }
}
