import { configWarnings } from '../core/aliases.ts'
import { digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { manifestBytes } from '../core/manifest.ts'
import type { BundleData, BundledComponent, Component, VersionEntry } from '../core/model.gen.ts'
import type { Context, ObjectBatch, Operation, Result, Stored } from '../core/ports.ts'
import type { SecretFinding } from '../core/secrets.ts'
import type { Captured } from './capture.ts'
import { type Inspection, secretError } from './inspection.ts'
import { takeIn } from './intake.ts'
import { attachLabels, checkFree, checkNewLabels } from './labels.ts'
import { lineageFor, settleLineage, warnOfStale } from './lineage.ts'
import { earlierRun, newest } from './logs.ts'
import { addVersion, indexVersion } from './new-version.ts'
import { checkPlaces, collectPart, configOf, type Part } from './parts.ts'
import { availability, manifestOf } from './plan.ts'
import { versionLog, versionOf } from './refs.ts'
import { badMarksIn, describeMark } from './verdicts.ts'
import { labelsByBundle, versionEntry } from './versions.ts'

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
  if (done !== null) return sameAgain(ctx, done, input.labels)
  const git = ctx.git()
  // Awaited at the end; a failure before that must not be left unheard.
  git.catch(() => undefined)
  const parts: Part[] = []
  for (const spec of config.components) parts.push(await collectPart(ctx, spec))
  const shared = checkPlaces(parts)
  const batch = await ctx.registry.objects.batch()
  try {
    const taken = await takeIn(ctx, parts, shared, batch)
    const refused = taken.inspection.refused()
    if (refused.length > 0 && input.allowSecrets === null) throw secretError(refused)
    const components = taken.captured.map((one) => one.component)
    const manifest = manifestBytes(ctx.app, config.commands, components)
    const digest = digestOf(manifest)
    await checkFree(ctx, input.labels, digest)
    // Read before the look for the bundle: whoever made it a version since then stands behind this entry.
    const before = await newest(ctx, versionLog(ctx.app))
    const known = await versionOf(ctx, digest)
    await batch.flush()
    const stored = await putManifest(batch, manifest)
    const lineage = known === null ? await lineageFor(ctx, config.components, components) : null
    const body = async (version: string) => ({
      bundle: digest,
      message: input.message,
      labels: [...new Set(input.labels)].sort(),
      host: ctx.host,
      git: await git,
      components: foundIn(parts, taken.captured, taken.inspection),
      lineage: settleLineage(lineage ?? {}, version),
      secrets: letThrough(refused, input.allowSecrets ?? ''),
      origin: null,
    })
    const made =
      known === null
        ? await addVersion(ctx, before, digest, body)
        : { entry: await versionEntry(ctx, known), isNew: false }
    await indexVersion(ctx, made.entry, components, before)
    return await finish(ctx, made, input.labels, {
      new_objects: taken.newObjects + (stored.isNew ? 1 : 0),
      new_bytes: taken.newBytes + (stored.isNew ? manifest.length : 0),
      components: taken.captured.map((one) => describe(one, taken.inspection.formats(one.spec.name))),
      ignored: parts.flatMap(({ collected }) => (collected.form === 'reference' ? [] : collected.ignored)).sort(),
      secrets_allowed: refused.length,
    })
  } finally {
    await batch.close()
  }
}

async function putManifest(batch: ObjectBatch, manifest: Uint8Array): Promise<Stored> {
  const stored = await batch.bytes(manifest)
  await batch.flush()
  return stored
}

type Counts = Pick<BundleData, 'new_objects' | 'new_bytes' | 'components' | 'ignored' | 'secrets_allowed'>

/** What is the same for a new version and one that was there: labels, `@last`, and what to warn of. */
async function finish(
  ctx: Context,
  made: { readonly entry: VersionEntry; readonly isNew: boolean },
  labels: readonly string[],
  counts: Counts,
): Promise<Result<BundleData>> {
  const { entry, isNew } = made
  const arm = { bundle: entry.bundle, version: `v${entry.seq}` }
  const attached = await attachLabels(ctx, labels, arm)
  await ctx.memory.set('last', Buffer.from(entry.bundle))
  await ctx.workspace.saveKnown()
  const manifest = await manifestOf(ctx, entry)
  warnOfStale(ctx, entry.lineage, manifest.components)
  for (const mark of await badMarksIn(ctx, arm, manifest))
    ctx.emit({ type: 'warning', code: 'MARKED_BAD', message: describeMark(mark) })
  const names = (await labelsByBundle(ctx)).get(entry.bundle) ?? []
  const { message, at, actor, git } = entry
  const head = { registry: ctx.registry.url, app: ctx.app, ...arm, message, labels: names, at, actor, git }
  return { changed: isNew || attached > 0 || counts.new_objects > 0, data: { ...head, ...counts } }
}

/** The answer of an invocation that was run before with the same `--op`: nothing is read again. */
async function sameAgain(ctx: Context, entry: VersionEntry, labels: readonly string[]): Promise<Result<BundleData>> {
  const { components } = await manifestOf(ctx, entry)
  const listed = components.map((component): BundledComponent => {
    const found = entry.components[component.name]
    return shorten(component, found?.files ?? 0, found?.formats ?? {})
  })
  const counts = {
    new_objects: 0,
    new_bytes: 0,
    components: listed,
    ignored: [],
    secrets_allowed: entry.secrets?.findings.length ?? 0,
  }
  return finish(ctx, { entry, isNew: false }, labels, counts)
}

const describe = ({ component, files }: Captured, formats: BundledComponent['formats']): BundledComponent =>
  shorten(component, files.length, formats)

function shorten(component: Component, files: number, formats: BundledComponent['formats']): BundledComponent {
  const { name, role, layer, kind, digest, size } = component
  return { name, role, layer, kind, digest, size, files, stored: availability(component), formats }
}

/** Of each kind as many are named in an entry, which must stay small; then it says how many there are. */
const MOST_NAMED = 1000

function foundIn(
  parts: readonly Part[],
  captured: readonly Captured[],
  inspection: Inspection,
): VersionEntry['components'] {
  const rows = captured.map(({ spec, files }, index) => {
    const formats = Object.entries(inspection.formats(spec.name))
    const many = formats.filter(([, met]) => met.length > MOST_NAMED)
    const counts = many.map(([format, met]) => [`files of the format ${format}`, String(met.length)] as const)
    const notes = { ...(parts[index] as Part).collected.notes, ...Object.fromEntries(counts) }
    const named = Object.fromEntries(formats.map(([format, met]) => [format, met.slice(0, MOST_NAMED)] as const))
    return [spec.name, { files: files.length, formats: named, notes }] as const
  })
  return Object.fromEntries(rows)
}

function letThrough(findings: readonly SecretFinding[], reason: string): VersionEntry['secrets'] {
  if (findings.length === 0) return null
  const more =
    findings.length > MOST_NAMED ? ` (the first ${MOST_NAMED} of ${findings.length} findings are listed)` : ''
  const named = findings
    .slice(0, MOST_NAMED)
    .map(({ path, line, rule, fingerprint }) => ({ path, line, rule, fingerprint }))
  return { reason: reason + more, findings: named }
}
