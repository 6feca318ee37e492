import type { Body } from '../core/entry.ts'
import type { Arm, QuarantineEntry } from '../core/model.gen.ts'
import type { Context } from '../core/ports.ts'
import { idOf } from '../core/quarantine-id.ts'
import { contextAt } from './elsewhere.ts'
import { history } from './logs.ts'
import { quarantineLogs, say } from './quarantine.ts'
import { lookForTaint } from './taint.ts'

/** The entries of the quarantines in force that a bundle has anything to do with: they go where it goes. */
export async function quarantinesAbout(ctx: Context, arm: Arm): Promise<readonly QuarantineEntry[]> {
  const logs = await quarantineLogs(ctx)
  if (logs.length === 0) return []
  const ids = new Set((await (await lookForTaint(ctx)).of(arm)).map(({ quarantine }) => quarantine))
  const found = new Map<string, QuarantineEntry>()
  for (const log of logs)
    for await (const entry of history(ctx, log)) {
      const id = entry.quarantine === null ? null : idOf(entry.quarantine)
      if (id !== null && ids.has(id) && !found.has(id)) found.set(id, entry)
    }
  return [...found.values()]
}

/** Adds them, in the names that they have there, unless something was ever said of them here. Out: how many are new. */
export async function takeQuarantines(
  ctx: Context,
  entries: readonly Pick<QuarantineEntry, 'quarantine' | 'actor' | 'reason'>[],
): Promise<number> {
  let added = 0
  for (const { quarantine, actor, reason } of entries) {
    if (quarantine === null) continue
    const id = idOf(quarantine)
    const body: Body<QuarantineEntry> = { action: 'add', quarantine, waiver: null, lifts: null, reason }
    const at = contextAt(ctx, ctx.registry, quarantine.app)
    if (await say(at, body, ({ all }) => all.some((one) => one.id === id), { op: id, actor })) added++
  }
  return added
}
