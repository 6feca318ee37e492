import type { Digest } from '../core/digest.ts'
import { type DigestMap, makeDigestMap } from '../core/digest-map.ts'
import { AishipError } from '../core/errors.ts'
import { collectedIn } from '../core/marks.ts'
import type { FsckData, VersionEntry } from '../core/model.gen.ts'
import type { Context, Finding, Operation, Result } from '../core/ports.ts'
import { type ContentCheck, startContentCheck } from './fsck-content.ts'
import { checkQuarantineLogs, checkSegmentLogs, checkStepLogs } from './fsck-facts.ts'
import { checkMarkLogs, checkPointerLogs, checkVersionLogs } from './fsck-logs.ts'
import { addToIndex, checkIndex, checkLabels, type Index } from './fsck-names.ts'
import { type Report, startReport } from './fsck-report.ts'
import { markLog, marksOf } from './marks.ts'
import { doubtLook } from './unchanged.ts'

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
export const fsck: Operation<FsckInput, FsckData> = async (ctx, input) => {
  const stop = new AbortController()
  // What the medium finds wrong with itself, and all bytes, in threads meanwhile.
  const own = checkMedium(ctx, input, AbortSignal.any([ctx.signal, stop.signal]))
  own.catch(() => undefined)
  try {
    // A repair takes away what the other checks look for.
    if (input.repair) await own
    return await checkAll(ctx, input, own)
  } finally {
    stop.abort()
  }
}

async function checkMedium(ctx: Context, input: FsckInput, signal: AbortSignal): Promise<readonly Finding[]> {
  const progress = (done: number, total: number): void =>
    ctx.emit({ type: 'progress', what: 'reading', done, total, unit: 'bytes' })
  const found: Finding[] = []
  for await (const finding of ctx.selfCheck().check({ ...input, progress, signal })) found.push(finding)
  return found
}

async function checkAll(
  ctx: Context,
  { readData, repair }: FsckInput,
  own: Promise<readonly Finding[]>,
): Promise<Result<FsckData>> {
  const report = startReport()
  const sizes = await sizesOf(ctx.registry)
  // Before what is looked for is added.
  const stored = { objects: sizes.size, bytes: sizes.sum() }
  const apps = await checkVersionLogs(ctx, report)
  const versions = new Map(
    [...apps].map(([app, entries]) => [app, new Map(entries.map((entry) => [`v${entry.seq}`, entry.bundle]))]),
  )
  const index = await checkBundles(ctx, apps, sizes, report)
  await checkMarkLogs(ctx, await checkPointerLogs(ctx, versions, sizes, report), report)
  await checkStepLogs(ctx, report)
  await checkSegmentLogs(ctx, sizes, report)
  await checkQuarantineLogs(ctx, sizes, report)
  const labels = await checkLabels(ctx, versions, report)
  checkLabelsOfVersions(apps, labels, report)
  report.addFirst(await own)
  for (const { message, hint, details } of (await ctx.registry.logs.lost?.()) ?? [])
    report.error('tipWentBack', String(details.log), `${message}: ${hint}`)
  const isWhole = !report.findings.some((finding) => finding.severity === 'error')
  const mended = await checkIndex(ctx, index, isWhole, repair, report)
  const checked = { ...stored, entries: report.entries }
  const findings = report.findings.map(({ mends: _, ...finding }) => finding)
  const data: FsckData = { registry: ctx.registry.url, read_data: readData, findings, checked }
  const errors = report.findings.filter((finding) => finding.severity === 'error')
  if (errors.length > 0) {
    await doubtLook(ctx)
    throw failed(data, errors, mended > 0)
  }
  return { changed: mended > 0, data }
}

/** Out: what the index has to say. Only sound bundles count. */
async function checkBundles(
  ctx: Context,
  apps: ReadonlyMap<string, readonly VersionEntry[]>,
  sizes: DigestMap,
  report: Report,
): Promise<Index> {
  const content = startContentCheck(ctx, sizes, report)
  const index: Index = new Map()
  const total = [...apps.values()].reduce((sum, entries) => sum + entries.length, 0)
  let done = 0
  const marked = new Set(await ctx.registry.logs.list('marks/'))
  const isCollected = async (bundle: Digest): Promise<boolean> =>
    marked.has(markLog(bundle)) && collectedIn(await marksOf(ctx, bundle).catch(() => [])) !== null
  for (const [app, entries] of apps) {
    for (const entry of entries) {
      ctx.signal.throwIfAborted()
      const { seq, bundle, origin } = entry
      if (await isCollected(bundle)) continue
      const version = `v${seq}`
      const check = origin?.files_at === undefined ? content : lazyCheck(ctx, sizes, report, app, entry)
      const manifest = await check.bundle(bundle, app, `${version} of ${app}`)
      addToIndex(index, app, bundle, 'bundle', version)
      for (const component of manifest?.components ?? []) addToIndex(index, app, component.digest, 'component', version)
      ctx.emit({ type: 'progress', what: 'checking bundles', done: ++done, total, unit: 'files' })
    }
  }
  return index
}

/** Files that a lazy pull has left elsewhere are not lost. */
function lazyCheck(
  ctx: Context,
  sizes: DigestMap,
  report: Report,
  app: string,
  { seq, origin }: VersionEntry,
): ContentCheck {
  const message = `v${seq} of ${app} was pulled without its files: what is not here is fetched from ${origin?.files_at}`
  return startContentCheck(ctx, sizes, report, () => report.info('filesElsewhere', `versions/${app}@${seq}`, message))
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

/** The bytes of each object that is stored. */
async function sizesOf({ objects }: Context['registry']): Promise<DigestMap> {
  if (objects.sizes !== undefined) return objects.sizes()
  const sizes = makeDigestMap()
  for await (const { digest, size } of objects.list()) sizes.set(digest, size)
  return sizes
}

function failed(data: FsckData, errors: readonly Finding[], changed: boolean): AishipError {
  const [first] = errors
  const more = errors.length === 1 ? '' : `, and ${errors.length - 1} more`
  const isMended = errors.every(({ mends }) => mends === true)
  return new AishipError('FINDINGS', `the registry is damaged: ${first?.id}: ${first?.message}${more}`, {
    hint: isMended
      ? 'a repair puts it right'
      : 'what is damaged cannot be made up: bundle the same content again, or bring it back from a backup or another registry; everything else works',
    next: [`aiship fsck ${data.read_data ? '--read-data ' : ''}${isMended ? '--repair' : '--json'}`],
    details: { ...data, changed },
  })
}
