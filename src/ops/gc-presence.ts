import type { Digest } from '../core/digest.ts'
import type { Context } from '../core/ports.ts'
import { readPresence } from '../core/presence.ts'
import { DAY_MS, type Retention } from '../core/retention.ts'

/** What somebody served within this time may be served still, by a host that can't report. */
const REPORTED_MS = 30 * DAY_MS

export interface Reports {
  /** What followers have reported lately, and why it stays. */
  readonly served: readonly { readonly bundle: Digest; readonly why: string }[]
  /** Keys of reports that tell nothing any more. */
  readonly old: readonly string[]
}

/** What followers have reported, in the whole registry. */
export async function reports(ctx: Context, { nowMs }: Pick<Retention, 'nowMs'>): Promise<Reports> {
  const served: { bundle: Digest; why: string }[] = []
  const old: string[] = []
  for (const key of await ctx.registry.names.list('presence/')) {
    const report = readPresence(await ctx.registry.names.read(key), key)
    if (report === null) continue
    const { bundle, host, app, pointer, at } = report
    if (Date.parse(at) < nowMs - REPORTED_MS) old.push(key)
    else if (bundle !== null)
      served.push({ bundle, why: `${host} follows ${pointer} of ${app} and reported to serve it` })
  }
  return { served, old }
}
