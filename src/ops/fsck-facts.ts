import { type Digest, hexOf } from '../core/digest.ts'
import type { DigestMap } from '../core/digest-map.ts'
import type { Context } from '../core/ports.ts'
import { checkLogName, soundEntries } from './fsck-entries.ts'
import type { Report } from './fsck-report.ts'

/** Every entry of the prediction logs, and that the segments which they list are there. */
export async function checkSegmentLogs(ctx: Context, sizes: DigestMap, report: Report): Promise<void> {
  for (const log of await ctx.registry.logs.list('segments/')) {
    checkLogName(report, log, 2)
    const listed = new Map<Digest, { readonly subject: string; readonly rows: number }>()
    for await (const { entry } of soundEntries(ctx, 'segments', log, report)) {
      const { seq, segment, drops } = entry
      if (segment !== null) listed.set(segment.digest, { subject: `${log}@${seq}`, rows: segment.rows })
      for (const digest of drops) listed.delete(digest)
    }
    for (const [digest, { subject, rows }] of listed)
      if (!sizes.has(digest))
        report.error(
          'segmentMissing',
          subject,
          `${subject} lists ${digest} with ${rows} predictions, and it is not there`,
        )
  }
}

/** Every fact that was put down about a bundle or a dataset, and every step of a repair. */
export async function checkStepLogs(ctx: Context, report: Report): Promise<void> {
  for (const kind of ['evidence', 'remediations'] as const)
    for (const log of await ctx.registry.logs.list(`${kind}/`))
      for await (const { entry } of soundEntries(ctx, kind, log, report)) {
        const about = 'plan' in entry ? entry.plan : entry.bundle
        if (!log.endsWith(`/${hexOf(about)}`))
          report.error('entryMisplaced', `${log}@${entry.seq}`, `${log}@${entry.seq} is about ${about}`)
      }
}

/** Everything that was quarantined, and that the entities which it lists are there. */
export async function checkQuarantineLogs(ctx: Context, sizes: Pick<DigestMap, 'has'>, report: Report): Promise<void> {
  for (const log of await ctx.registry.logs.list('quarantine/')) {
    const app = checkLogName(report, log, 2)
    for await (const { entry } of soundEntries(ctx, 'quarantine', log, report)) {
      const subject = `${log}@${entry.seq}`
      const { entities, app: of = app } = entry.quarantine ?? {}
      if (of !== app) report.error('entryMisplaced', subject, `${subject} quarantines what is ${of}'s`)
      if (entities && !sizes.has(entities.digest))
        report.error(
          'entitiesMissing',
          subject,
          `${subject} quarantines ${entities.count} entities (${entities.digest}), and the list is not there`,
        )
    }
  }
}
