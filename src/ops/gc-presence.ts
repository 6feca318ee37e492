import type { Digest } from '../core/digest.ts'
import type { Context } from '../core/ports.ts'
import { readPresence } from '../core/presence.ts'
import { DAY_MS, type Retention } from '../core/retention.ts'

/** What somebody served within this time may be served still, by a host that can't report. */
const REPORTED_MS = 30 * DAY_MS

/** What followers have reported lately, in the whole registry, and why it stays. */
export async function reported(
  ctx: Context,
  { nowMs }: Retention,
): Promise<readonly { readonly bundle: Digest; readonly why: string }[]> {
  const found: { bundle: Digest; why: string }[] = []
  for (const key of await ctx.registry.names.list('presence/')) {
    const report = readPresence(await ctx.registry.names.read(key), key)
    if (report === null || report.bundle === null || Date.parse(report.at) < nowMs - REPORTED_MS) continue
    const { bundle, host, app, pointer } = report
    found.push({ bundle, why: `${host} follows ${pointer} of ${app} and reported to serve it` })
  }
  return found
}
