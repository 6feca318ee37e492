import { digestOf } from '../core/digest.ts'
import { manifestBytes } from '../core/manifest.ts'
import type { BundledComponent, Component, Contracts, VersionEntry } from '../core/model.gen.ts'
import type { Config, Context, ObjectBatch, Stored } from '../core/ports.ts'
import type { SecretFinding } from '../core/secrets.ts'
import type { Answer, BundleInput } from './bundle.ts'
import type { Captured } from './capture.ts'
import { liftCollected } from './collected.ts'
import { factsIn } from './facts.ts'
import { type Inspection, secretError } from './inspection.ts'
import { takeIn } from './intake.ts'
import { checkFree } from './labels.ts'
import { lineageFor, settleLineage } from './lineage.ts'
import { newestToFollow } from './logs.ts'
import { addVersion, indexVersion } from './new-version.ts'
import { checkPlaces, collectPart, describeOverlap, type Part } from './parts.ts'
import { availability, manifestOf } from './plan.ts'
import { versionLog, versionOf } from './refs.ts'
import { checkBundle } from './repeat.ts'
import { keepLook } from './unchanged.ts'
import { versionEntry } from './versions.ts'

/**
 * Takes in every component, and makes them a version unless they are one. Loaded where the first look did not tell that nothing has changed.
 * In: the components that were collected already, by name. Errors: those of `bundle`.
 */
export async function bundleAnew(
  ctx: Context,
  config: Config,
  input: BundleInput,
  asked: ReadonlyMap<string, Part>,
): Promise<Answer> {
  const git = ctx.git()
  // Awaited at the end; a failure before that must not be left unheard.
  git.catch(() => undefined)
  const parts: Part[] = []
  for (const spec of config.components) parts.push(asked.get(spec.name) ?? (await collectPart(ctx, spec)))
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
    const before = await newestToFollow(ctx, versionLog(ctx.app))
    const known = await versionOf(ctx, digest)
    await batch.flush()
    const stored = await putManifest(batch, manifest)
    const lineage = known === null ? await lineageFor(ctx, config.components, components) : null
    const told = known === null ? await Promise.all(parts.map((part) => factsIn(ctx, part))) : []
    const body = async (version: string) => ({
      bundle: digest,
      message: input.message,
      labels: [...new Set(input.labels)].sort(),
      host: ctx.host,
      git: await git,
      components: foundIn(parts, taken.captured, taken.inspection, told),
      lineage: settleLineage(lineage ?? {}, version),
      secrets: letThrough(refused, input.allowSecrets ?? ''),
      origin: null,
    })
    const made =
      known === null
        ? await addVersion(ctx, before, digest, body)
        : { entry: await versionEntry(ctx, known), isNew: await liftCollected(ctx, digest) }
    await indexVersion(ctx, made.entry, components, before)
    const found = {
      components: taken.captured.map((one) => describe(one, taken.inspection.formats(one.spec.name))),
      ignored: parts.flatMap(({ collected }) => (collected.form === 'reference' ? [] : collected.ignored)).sort(),
    }
    if (refused.length === 0)
      await keepLook(ctx, config, parts, { ...found, bundle: digest, overlap: describeOverlap(shared) })
    const counts = {
      ...found,
      new_objects: taken.newObjects + (stored.isNew ? 1 : 0),
      new_bytes: taken.newBytes + (stored.isNew ? manifest.length : 0),
      secrets_allowed: refused.length,
    }
    return { ...made, counts }
  } finally {
    await batch.close()
  }
}

async function putManifest(batch: ObjectBatch, manifest: Uint8Array): Promise<Stored> {
  const stored = await batch.bytes(manifest, { alone: true })
  await batch.flush()
  return stored
}

/** The answer of an invocation that was run before with the same `--op`: nothing is read again. Errors: USAGE. */
export async function answerAgain(ctx: Context, entry: VersionEntry, input: BundleInput): Promise<Answer> {
  const { components } = await manifestOf(ctx, entry)
  checkBundle(ctx, entry, components, input)
  const listed = components.map((component) => {
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
  return { entry, isNew: false, counts }
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
  told: readonly Contracts[],
): VersionEntry['components'] {
  const rows = captured.map(({ spec, files }, index) => {
    const formats = Object.entries(inspection.formats(spec.name))
    const many = formats.filter(([, met]) => met.length > MOST_NAMED)
    const counts = many.map(([format, met]) => [`files of the format ${format}`, String(met.length)] as const)
    const notes = { ...(parts[index] as Part).collected.notes, ...Object.fromEntries(counts) }
    const named = Object.fromEntries(formats.map(([format, met]) => [format, met.slice(0, MOST_NAMED)] as const))
    const provides = told[index] ?? {}
    const facts = Object.keys(provides).length === 0 ? {} : { provides }
    return [spec.name, { files: files.length, formats: named, notes, ...facts }] as const
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
