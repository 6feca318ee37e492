import type { DigestMap } from '../core/digest-map.ts'
import type { Context } from '../core/ports.ts'
import { checkLogName, soundEntries } from './fsck-logs.ts'
import type { Report } from './fsck-report.ts'

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
