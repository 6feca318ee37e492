import {
  BUNDLE_TYPE,
  EMPTY,
  EVIDENCE_TYPE,
  layerBlob,
  MARKS_TYPE,
  MAX_TREES,
  type Mirrored,
  MODEL_TYPE,
  modelAnnotations,
  modelConfig,
  ociManifest,
  type PlannedLayer,
  piece,
  planLayers,
  QUARANTINE_TYPE,
  TREES_TYPE,
  VERSION_TYPE,
} from '../core/artifact.ts'
import { canonicalBytes, type Digest, finishDigest, startDigest } from '../core/digest.ts'
import type { Entry } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, MAX_MANIFEST, MAX_TREE } from '../core/manifest.ts'
import { marksInForce } from '../core/marks.ts'
import type { Arm, Manifest, MarkEntry } from '../core/model.gen.ts'
import type { OciPiece } from '../core/oci.ts'
import type { Bytes, Context, Descriptor, ObjectStore } from '../core/ports.ts'
import { foldersAbove, TAR_END, tarFolder, tarHeader, tarPadding } from '../core/tar.ts'
import { contentsOf } from './contents.ts'
import { evidenceOf, scansIn } from './evidence.ts'
import { marksOf } from './marks.ts'
import { completeManifest } from './plan.ts'
import { quarantinesAbout } from './quarantine-copy.ts'
import { filesOf } from './trees.ts'
import { versionEntry } from './versions.ts'

/** A bundle as an OCI artifact: everything that has to be there for others to have it. */
export interface Artifact {
  /** What others read: the files. */
  readonly model: OciPiece
  /** What refers to it: aiship's manifest and trees, then what this registry knows of the bundle. */
  readonly referrers: readonly OciPiece[]
  /** What the manifests name, each once, small ones first. */
  readonly blobs: readonly OciPiece[]
}

/**
 * Puts a bundle together as an artifact. Nothing is copied: tar layers are read once to learn their digests, and read again by whoever sends
 * them. In: `mirrored`, the entry whose pointer the tag mirrors. Errors: OBJECT_MISSING, CORRUPT, NAME_UNSAFE; USAGE for a bundle that no registry
 * would take.
 */
export async function artifactOf(ctx: Context, arm: Arm, mirrored: Mirrored | null = null): Promise<Artifact> {
  const manifest = await completeManifest(ctx, arm)
  const layers = await layersOf(ctx, manifest)
  const config = modelConfig(manifest.app, layers)
  const annotations = modelAnnotations(arm.bundle, mirrored)
  const model = ociManifest({ type: MODEL_TYPE, config, layers, annotations })
  const own = await ownPieces(ctx, arm, manifest)
  const bundle = ociManifest({ type: BUNDLE_TYPE, config: EMPTY, layers: own, subject: model })
  const known = await knownPieces(ctx, arm, manifest)
  const version = ociManifest({ type: VERSION_TYPE, config: EMPTY, layers: known, subject: model })
  const all = [config, EMPTY, ...own, ...known, ...layers]
  const blobs = [...new Map(all.map((one) => [one.digest, one] as const)).values()]
  return { model, referrers: [bundle, version], blobs }
}

async function layersOf(ctx: Context, manifest: Manifest): Promise<readonly OciPiece[]> {
  const { objects } = ctx.registry
  const parts = []
  for (const component of manifest.components) parts.push({ component, files: await filesOf(objects, component) })
  const layers: OciPiece[] = []
  for (const layer of planLayers(parts)) {
    const bytes = bytesOf(objects, layer)
    const found = layer.form === 'tar' ? await measured(ctx, layer, bytes) : (layer.files[0] ?? layer.component)
    layers.push({ ...layerBlob(layer, found), bytes })
  }
  return layers
}

function bytesOf(objects: ObjectStore, { form, component, files }: PlannedLayer): () => Bytes {
  if (form === 'tar') return () => gathered(tarOf(objects, files))
  if (form === 'reference') return piece('', canonicalBytes(component.reference)).bytes
  return () => objects.get((files[0] as Descriptor).digest)
}

/** Files where they stand in a checkout, in the order of their trees, and the folders that they are in. */
async function* tarOf(objects: ObjectStore, files: PlannedLayer['files']): AsyncGenerator<Uint8Array> {
  const made = new Set<string>()
  for (const { path, digest, size, exec } of files) {
    for (const folder of foldersAbove(path)) {
      if (!made.has(folder)) yield tarFolder(folder)
      made.add(folder)
    }
    yield tarHeader({ name: path, size, exec })
    yield* objects.get(digest)
    if (size % 512 !== 0) yield tarPadding(size)
  }
  yield TAR_END
}

const GATHERED_BYTES = 256 * 1024

/** Small chunks as few large ones: each is hashed, written or sent by itself. */
async function* gathered(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of bytes) {
    held.push(chunk)
    size += chunk.length
    if (size < GATHERED_BYTES) continue
    yield held.length === 1 ? chunk : Buffer.concat(held)
    held = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(held)
}

async function measured(ctx: Context, { component }: PlannedLayer, bytes: () => Bytes): Promise<Descriptor> {
  const hash = startDigest()
  let size = 0
  for await (const chunk of bytes()) {
    ctx.signal.throwIfAborted()
    hash.update(chunk)
    size += chunk.length
    ctx.emit({ type: 'progress', what: `reading ${component.name}`, done: size, total: component.size, unit: 'bytes' })
  }
  return { digest: finishDigest(hash), size }
}

/** aiship's manifest, which is the bundle, and the trees that it reaches. */
async function ownPieces(ctx: Context, { bundle }: Arm, manifest: Manifest): Promise<readonly OciPiece[]> {
  const { objects } = ctx.registry
  const own = piece(BUNDLE_TYPE, await collectBytes(objects.get(bundle, MAX_MANIFEST)))
  const trees = (await contentsOf(objects, manifest)).filter((content) => content.isTree)
  if (trees.length === 0) return [own]
  const size = trees.reduce((sum, tree) => sum + tree.size + 1, 0)
  if (size > MAX_TREES)
    throw new AishipError(
      'USAGE',
      `the bundle's folders are listed in ${size} bytes, more than the ${MAX_TREES} that an artifact takes`,
    )
  return [
    own,
    piece(
      TREES_TYPE,
      await lines(
        objects,
        trees.map(({ digest }) => digest),
      ),
    ),
  ]
}

async function lines(objects: ObjectStore, digests: readonly Digest[]): Promise<Uint8Array> {
  const found: Uint8Array[] = []
  for (const digest of digests) found.push(await collectBytes(objects.get(digest, MAX_TREE)), NEWLINE)
  return Buffer.concat(found)
}

const NEWLINE = Buffer.from('\n')

/** The entry of the version, what was said against the bundle for the whole registry, and its evidence. */
async function knownPieces(ctx: Context, { bundle, version }: Arm, manifest: Manifest): Promise<readonly OciPiece[]> {
  const marks: MarkEntry[] = []
  for (const digest of new Set([bundle, ...manifest.components.map((component) => component.digest)]))
    marks.push(...(await standing(ctx, digest)))
  const evidence = [...(await evidenceOf(ctx, bundle)).toReversed(), ...(await scansIn(ctx, manifest)).toReversed()]
  // A list of entities is an object of its own, which an artifact has no place for.
  const quarantined = (await quarantinesAbout(ctx, { bundle, version })).filter((one) => !one.quarantine?.entities)
  return [
    piece(VERSION_TYPE, canonicalBytes(await versionEntry(ctx, version))),
    ...(marks.length === 0 ? [] : [piece(MARKS_TYPE, entryLines(marks))]),
    ...(evidence.length === 0 ? [] : [piece(EVIDENCE_TYPE, entryLines(evidence))]),
    ...(quarantined.length === 0 ? [] : [piece(QUARANTINE_TYPE, entryLines(quarantined))]),
  ]
}

const entryLines = (entries: readonly Entry[]): Uint8Array =>
  Buffer.concat(entries.flatMap((entry) => [canonicalBytes(entry), NEWLINE]))

/** What stands against a digest for the whole registry. */
const standing = async (ctx: Context, digest: Digest): Promise<readonly MarkEntry[]> =>
  marksInForce(await marksOf(ctx, digest)).filter((mark) => mark.scope === null && mark.verdict === 'bad')
