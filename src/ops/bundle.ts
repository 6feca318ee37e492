import { configWarnings } from '../core/aliases.ts'
import { AishipError } from '../core/errors.ts'
import { hasContracts } from '../core/manifest.ts'
import type { BundleData, Manifest, VersionEntry } from '../core/model.gen.ts'
import type { Context, Operation, Result } from '../core/ports.ts'
import { attachLabels, checkFree, checkNewLabels } from './labels.ts'
import { warnOfStale } from './lineage.ts'
import { earlierRun } from './logs.ts'
import { configOf, warnOfOverlap } from './parts.ts'
import { manifestOf } from './plan.ts'
import { versionLog } from './refs.ts'
import { type FirstLook, lookFirst } from './unchanged.ts'
import { badMarksIn, describeMark } from './verdicts.ts'
import { labelsByBundle } from './versions.ts'

export interface BundleInput {
  readonly message: string | null
  readonly labels: readonly string[]
  /** Why what the secret scan finds may be bundled this once; it is recorded. */
  readonly allowSecrets: string | null
}

const MOST_MESSAGE = 10_000

/**
 * Hashes and stores every component of aiship.yaml as one bundle, and gives it the app's next version. Content that is a version already
 * creates nothing; a new label is attached to it. Objects are durable before the manifest names them, and the manifest before the entry does.
 * Errors: CONFIG_MISSING, COMPONENT_INVALID, COMMAND_FAILED, PLACEHOLDER, FILE_MISSING, NAME_UNSAFE, SOURCE_CHANGED, NOT_PERMITTED, SECRET_FOUND,
 * LABEL_TAKEN, USAGE, DISK_FULL, READ_ONLY.
 */
export const bundle: Operation<BundleInput, BundleData> = async (ctx, input) => {
  const config = configOf(ctx)
  if (input.allowSecrets?.trim() === '')
    throw new AishipError('USAGE', '--allow-secrets takes a reason: it is recorded')
  if ((input.message?.length ?? 0) > MOST_MESSAGE)
    throw new AishipError('USAGE', `a message has at most ${MOST_MESSAGE} characters`)
  await checkNewLabels(ctx, input.labels)
  for (const warning of configWarnings(config)) ctx.emit({ type: 'warning', ...warning })
  const done = await earlierRun(ctx, versionLog(ctx.app))
  if (done !== null) {
    const { answerAgain } = await import('./new-bundle.ts')
    return finish(ctx, await answerAgain(ctx, done, input), input.labels)
  }
  const { same, asked } = await lookFirst(ctx, config)
  if (same !== null) return finish(ctx, await answerSame(ctx, same, input), input.labels)
  // Most bundles change nothing: what takes in, scans and stores is loaded when there is something to take in.
  const { bundleAnew } = await import('./new-bundle.ts')
  return finish(ctx, await bundleAnew(ctx, config, input, asked), input.labels)
}

/** A version, and what to say of it. */
export interface Answer {
  readonly entry: VersionEntry
  /** Where it is at hand. */
  readonly manifest?: Manifest
  /** True if it was just made. */
  readonly isNew: boolean
  readonly counts: Pick<BundleData, 'new_objects' | 'new_bytes' | 'components' | 'ignored' | 'secrets_allowed'>
}

/** What is the same for a new version and one that was there: labels, `@last`, and what to warn of. */
async function finish(
  ctx: Context,
  { entry, isNew, counts, manifest: known }: Answer,
  labels: readonly string[],
): Promise<Result<BundleData>> {
  const arm = { bundle: entry.bundle, version: `v${entry.seq}` }
  const attached = await attachLabels(ctx, labels, arm)
  await ctx.memory.set('last', Buffer.from(entry.bundle))
  await ctx.workspace.saveKnown()
  const manifest = known ?? (await manifestOf(ctx, entry))
  warnOfStale(ctx, entry.lineage, manifest.components)
  if (hasContracts(manifest.components)) (await import('./contracts.ts')).warnOfContracts(ctx, manifest, entry)
  for (const mark of await badMarksIn(ctx, arm, manifest))
    ctx.emit({ type: 'warning', code: 'MARKED_BAD', message: describeMark(mark) })
  // What was there before was warned of then, and status tells of it since.
  if (isNew && (await ctx.registry.logs.list('quarantine/')).length > 0)
    await (await import('./taint.ts')).warnOfTaint(ctx, [arm])
  if (isNew && manifest.components.some(({ sources = [] }) => sources.some(({ log = ctx.app }) => log !== ctx.app)))
    await (await import('./taint.ts')).warnOfUnknownLogs(ctx, manifest)
  const names = (await labelsByBundle(ctx)).get(entry.bundle) ?? []
  const { message, at, actor, git } = entry
  const head = { registry: ctx.registry.url, app: ctx.app, ...arm, message, labels: names, at, actor, git }
  return { changed: isNew || attached > 0 || counts.new_objects > 0, data: { ...head, ...counts } }
}

/** Nothing has changed since the last bundle of this folder: nothing is listed or read. Errors: LABEL_TAKEN. */
async function answerSame(
  ctx: Context,
  { entry, manifest, summary }: NonNullable<FirstLook['same']>,
  { labels }: BundleInput,
): Promise<Answer> {
  await checkFree(ctx, labels, entry.bundle)
  warnOfOverlap(ctx, summary.overlap)
  const { components, ignored } = summary
  const counts = { new_objects: 0, new_bytes: 0, components, ignored, secrets_allowed: 0 }
  return { entry, manifest, isNew: false, counts }
}
