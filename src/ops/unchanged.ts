import { canonicalBytes, digestOf } from '../core/digest.ts'
import { collectedIn } from '../core/marks.ts'
import type { BundleData, Component, Manifest, VersionEntry } from '../core/model.gen.ts'
import type { Config, Context, SourceFile } from '../core/ports.ts'
import type { FileStat } from '../core/workspace.ts'
import { newestToFollow } from './logs.ts'
import { marksOf } from './marks.ts'
import type { Part } from './parts.ts'
import { completeManifest, manifestOf } from './plan.ts'
import { indexed, versionLog } from './refs.ts'
import { versionEntry } from './versions.ts'

/** What a bundle was found to be, and what its answer says of that beside the version: kept until something changes. */
export interface Summary extends Pick<BundleData, 'bundle' | 'components' | 'ignored'> {
  /** What two components share, in words. */
  readonly overlap: string | null
  /** Components that change only with what was looked at. The others are asked each time. */
  readonly settled: readonly string[]
}

/** What one look told, before anything is listed or read. */
export interface FirstLook {
  /** What the working tree is, and was; null where that can't be told. */
  readonly same: { readonly entry: VersionEntry; readonly manifest: Manifest; readonly summary: Summary } | null
  /** Components that had to be asked for that, by name. */
  readonly asked: ReadonlyMap<string, Part>
}

const NOTHING: FirstLook = { same: null, asked: new Map() }

/**
 * Looks whether everything is as the last bundle of this folder found it: one stat for each file and folder. That bundle must be a version in the
 * registry, with its manifest and the roots of its components: what is stored is never taken from a cache. Errors: those of collectPart.
 */
export async function lookFirst(ctx: Context, config: Config): Promise<FirstLook> {
  const kept = ctx.workspace.unchanged(await keyOf(ctx, config))
  if (kept === null) return NOTHING
  const summary = JSON.parse(Buffer.from(kept).toString('utf8')) as Summary
  const entry = await entryOf(ctx, summary)
  if (entry === null) return NOTHING
  const manifest = await completeManifest(ctx, { bundle: entry.bundle, version: `v${entry.seq}` }).catch(() => null)
  if (manifest === null || collectedIn(await marksOf(ctx, entry.bundle)) !== null) return NOTHING
  const others = config.components.filter(({ name }) => !summary.settled.includes(name))
  const asked = new Map<string, Part>()
  if (others.length > 0) {
    const [{ collectPart }, { capture }] = await Promise.all([import('./parts.ts'), import('./capture.ts')])
    for (const spec of others) asked.set(spec.name, await collectPart(ctx, spec))
    for (const part of asked.values()) {
      const { component } = capture(part, describe)
      const before = manifest.components.find(({ name }) => name === component.name)
      if (before === undefined || !isSame(before, component)) return { same: null, asked }
    }
  }
  return { same: { entry, manifest, summary }, asked }
}

/**
 * Components of the working tree that are, to the letter, what `base` says: of those that changed only with what the last bundle of this folder
 * looked at, and nothing of that has changed. For looking only.
 */
export async function sameAsIn(ctx: Context, config: Config, base: readonly Component[]): Promise<ReadonlySet<string>> {
  const kept = base.length === 0 ? null : ctx.workspace.unchanged(await keyOf(ctx, config))
  if (kept === null) return new Set()
  const { bundle, settled } = JSON.parse(Buffer.from(kept).toString('utf8')) as Summary
  const components = (await manifestOf(ctx, { bundle }).catch(() => null))?.components ?? []
  const isThere = (component: Component): boolean =>
    base.some((other) => other.name === component.name && isSame(other, component))
  return new Set(settled.filter((name) => components.some((one) => one.name === name && isThere(one))))
}

/** The version that the index says it is: without that the slow way is taken, which mends the index. */
async function entryOf(ctx: Context, { bundle }: Summary): Promise<VersionEntry | null> {
  const last = (await newestToFollow(ctx, versionLog(ctx.app)))?.entry
  const record = await indexed(ctx, bundle).catch(() => null)
  if (record?.kind !== 'bundle') return null
  const isLast = last !== undefined && record.version === `v${last.seq}`
  const entry = isLast ? last : await versionEntry(ctx, record.version).catch(() => null)
  return entry?.bundle === bundle ? entry : null
}

/** What is asked each time is a program's output or git's: never a file, see `keepLook`. */
const describe = ({ content }: SourceFile) => {
  const bytes = 'bytes' in content ? content.bytes : new Uint8Array()
  return { digest: digestOf(bytes), size: bytes.length }
}

const isSame = (a: Component, b: Component): boolean => Buffer.compare(canonicalBytes(a), canonicalBytes(b)) === 0

/** Keeps what a bundle was found to be, unless it has files of which nobody can tell whether they stay. Not for one in which a secret was let through. */
export async function keepLook(
  ctx: Context,
  config: Config,
  parts: readonly Part[],
  found: Omit<Summary, 'settled'>,
): Promise<void> {
  const files: string[] = []
  const folders = new Map<string, FileStat>()
  const above = new Set<string>()
  const settled: string[] = []
  for (const { spec, collected } of parts) {
    const { looked } = collected
    const own = collected.form === 'reference' ? [] : collected.files.flatMap(({ content }) => fileIn(content))
    if (!looked) {
      if (own.length > 0) return
      continue
    }
    settled.push(spec.name)
    for (const file of own) files.push(file)
    for (const [folder, stat] of looked.folders) if (!folders.has(folder)) folders.set(folder, stat)
    for (const folder of looked.above) above.add(folder)
  }
  const summary: Summary = { ...found, settled }
  await ctx.workspace.keep(await keyOf(ctx, config), { files, folders, above }, Buffer.from(JSON.stringify(summary)))
}

const fileIn = (content: SourceFile['content']): readonly string[] => ('file' in content ? [content.file] : [])

/** In the memory of the working folder: which check found something missing or damaged last. */
const DOUBT = 'doubt'

/** Makes the next bundle look whether each of its objects is there, and put back what is not. For whoever found that something is missing or damaged. */
export const doubtLook = (ctx: Context): Promise<void> => ctx.memory.set(DOUBT, Buffer.from(ctx.op.id))

/** Everything that decides what a bundle of these files is, but the files; and whether what was stored is doubted since. */
async function keyOf(ctx: Context, { app, components, commands, ignore, secrets }: Config): Promise<string> {
  const doubt = Buffer.from((await ctx.memory.get(DOUBT)) ?? []).toString('utf8')
  const place = [ctx.registry.id, ctx.project().registry, ctx.app]
  return JSON.stringify([place, doubt, app, components, commands, ignore, secrets])
}
