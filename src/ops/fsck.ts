import { AishipError } from '../core/errors.ts'
import type { FsckData, VersionEntry } from '../core/model.gen.ts'
import type { Context, Operation } from '../core/ports.ts'
import { startContentCheck } from './fsck-content.ts'
import { checkMarkLogs, checkPointerLogs, checkVersionLogs } from './fsck-logs.ts'
import { addToIndex, checkIndex, checkLabels, type Index } from './fsck-names.ts'
import { type Report, startReport } from './fsck-report.ts'

export interface FsckInput {
  /** Read every byte of every object; else names, sizes, chains, manifests and trees. */
  readonly readData: boolean
  /** Rebuild what is derived and sweep leftovers. */
  readonly repair: boolean
}

/**
 * Checks the whole registry, every app of it: each entry and its chain, each bundle down to its files, labels, marks, the index, and what the
 * medium finds wrong with itself. Errors: FINDINGS, with all findings in `details`, if any of them is an error.
 */
export const fsck: Operation<FsckInput, FsckData> = async (ctx, { readData, repair }) => {
  const report = startReport()
  for await (const finding of ctx.selfCheck().check({ readData, repair })) report.add(finding)
  const apps = await checkVersionLogs(ctx, report)
  const versions = new Map(
    [...apps].map(([app, entries]) => [app, new Map(entries.map((entry) => [`v${entry.seq}`, entry.bundle]))]),
  )
  const index = await checkBundles(ctx, apps, report)
  await checkMarkLogs(ctx, await checkPointerLogs(ctx, versions, report), report)
  const labels = await checkLabels(ctx, versions, report)
  checkLabelsOfVersions(apps, labels, report)
  const isWhole = !report.findings.some((finding) => finding.severity === 'error')
  const mended = await checkIndex(ctx, index, isWhole, repair, report)
  const checked = { ...(await countObjects(ctx)), entries: report.entries }
  const findings = [...report.findings]
  const data: FsckData = { registry: ctx.registry.url, read_data: readData, findings, checked }
  const errors = findings.filter((finding) => finding.severity === 'error')
  if (errors.length > 0) throw failed(data, errors.length, mended > 0)
  return { changed: mended > 0, data }
}

/** Out: what the index has to say. Only sound bundles count. */
async function checkBundles(
  ctx: Context,
  apps: ReadonlyMap<string, readonly VersionEntry[]>,
  report: Report,
): Promise<Index> {
  const content = startContentCheck(ctx, report)
  const index: Index = new Map()
  const total = [...apps.values()].reduce((sum, entries) => sum + entries.length, 0)
  let done = 0
  for (const [app, entries] of apps) {
    for (const { seq, bundle } of entries) {
      ctx.signal.throwIfAborted()
      const version = `v${seq}`
      const manifest = await content.bundle(bundle, app, `${version} of ${app}`)
      addToIndex(index, app, bundle, 'bundle', version)
      for (const component of manifest?.components ?? []) addToIndex(index, app, component.digest, 'component', version)
      ctx.emit({ type: 'progress', what: 'checking bundles', done: ++done, total, unit: 'files' })
    }
  }
  return index
}

/** A label that was asked for and is not there: its writer was stopped between the version and the label. */
function checkLabelsOfVersions(
  apps: ReadonlyMap<string, readonly VersionEntry[]>,
  labels: ReadonlySet<string>,
  report: Report,
): void {
  for (const [app, entries] of apps) {
    for (const { seq, labels: asked } of entries) {
      for (const label of asked.filter((one) => !labels.has(`labels/${app}/${one}`))) {
        const how = `aiship bundle --label ${label} of the same content gives it`
        report.info(
          'labelMissing',
          `labels/${app}/${label}`,
          `v${seq} of ${app} was to be called ${label}, and is not: ${how}`,
        )
      }
    }
  }
}

async function countObjects(ctx: Context): Promise<{ objects: number; bytes: number }> {
  let [objects, bytes] = [0, 0]
  for await (const { size } of ctx.registry.objects.list()) {
    objects++
    bytes += size
  }
  return { objects, bytes }
}

function failed(data: FsckData, errors: number, changed: boolean): AishipError {
  const first = data.findings.find((finding) => finding.severity === 'error')
  const more = errors === 1 ? '' : `, and ${errors - 1} more`
  return new AishipError('FINDINGS', `the registry is damaged: ${first?.id}: ${first?.message}${more}`, {
    hint: 'what is damaged cannot be made up: bring it back from a backup or another registry; everything else still works',
    next: ['aiship fsck --json'],
    details: { ...data, changed },
  })
}
