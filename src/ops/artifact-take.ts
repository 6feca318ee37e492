import type { Digest } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import { authorOf } from '../core/gates.ts'
import type { TakenData, VersionEntry } from '../core/model.gen.ts'
import type { ArtifactSource, OciBlob } from '../core/oci.ts'
import type { Bytes, CheckoutFile, Context, Incoming, ObjectBatch, Result } from '../core/ports.ts'
import { concerns } from '../core/quarantine.ts'
import { foldersAbove } from '../core/tar.ts'
import { readTar, tarStream } from '../core/tar-read.ts'
import { componentOf, type ReadArtifact, readArtifact } from './artifact-read.ts'
import { contextAt } from './elsewhere.ts'
import { takeEvidence } from './evidence.ts'
import { earlierRun, newestToFollow } from './logs.ts'
import { addMark } from './marks.ts'
import { addVersion, indexVersion } from './new-version.ts'
import { takeQuarantines } from './quarantine-copy.ts'
import { versionLog, versionOf } from './refs.ts'
import { otherBundle } from './repeat.ts'
import { versionEntry } from './versions.ts'

/**
 * Stores the bundle of an artifact, whole or not at all, and makes it the next version of its app unless it is one. What was said against it
 * comes along; labels, pointers and holds do not. Errors: those of `readArtifact`; DISK_FULL, READ_ONLY.
 */
export async function takeArtifact(given: Context, source: ArtifactSource): Promise<Result<TakenData>> {
  const artifact = await outside(() => readArtifact(source))
  const { bundle, manifest, version: from } = artifact
  const ctx = contextAt(given, given.registry, manifest.app)
  // Read before the look for the bundle: whoever made it a version since then stands behind this entry.
  const before = await newestToFollow(ctx, versionLog(ctx.app))
  const done = await earlierRun(ctx, versionLog(ctx.app), before)
  if (done !== null && done.bundle !== bundle) throw otherBundle(ctx, done)
  const known = await versionOf(ctx, bundle)
  const stored = await storeAll(ctx, source, artifact)
  // Before the version: nobody may promote it without what is known of it.
  let marks = 0
  for (const { digest, verdict, reason, op, actor } of artifact.marks)
    if ((await addMark(ctx, { digest, verdict, reason, scope: null, lifts: null }, { op, actor })).isNew) marks++
  const evidence = await takeEvidence(ctx, artifact.evidence)
  const concerning = artifact.quarantines.filter((one) => concerns(one.quarantine, bundle, manifest))
  const quarantines = await takeQuarantines(ctx, concerning)
  const body = async (version: string) => bodyOf(artifact, version)
  const made =
    known === null
      ? await addVersion(ctx, before, bundle, body)
      : { entry: await versionEntry(ctx, known), isNew: false }
  await indexVersion(ctx, made.entry, manifest.components, before)
  const data = {
    ...{ registry: ctx.registry.url, app: ctx.app, bundle, version: `v${made.entry.seq}` },
    ...{
      source: source.name,
      origin: from?.registry === ctx.registry.id ? null : originOf(from),
      marks,
      evidence,
      quarantines,
    },
    ...{ new_objects: stored.objects, new_bytes: stored.bytes },
  }
  return { changed: made.isNew || stored.objects + marks + evidence + quarantines > 0, data }
}

/** What is wrong with what comes is not wrong with this registry: no check of ours finds or mends it. */
async function outside<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!hasCode(error, 'CORRUPT', 'OBJECT_MISSING', 'NAME_UNSAFE', 'CHAIN_BROKEN', 'ARCHIVE_INVALID')) throw error
    const { code, message, hint, details } = error as AishipError
    const parts = { hint: hint ?? 'nothing of it was kept; have it exported or pushed again', details, cause: error }
    throw new AishipError(code, message, { ...parts, next: ['aiship help import'] })
  }
}

const originOf = (from: VersionEntry | null): TakenData['origin'] =>
  from === null ? null : { registry: from.registry, version: `v${from.seq}` }

const originWithAuthor = (from: VersionEntry | null): VersionEntry['origin'] =>
  from === null ? null : { registry: from.registry, version: `v${from.seq}`, author: authorOf(from) }

/** What the other registry found out about the bundle holds here too. Its lineage counts from this version: what it names is not here. */
function bodyOf({ bundle, manifest, version: from }: ReadArtifact, version: string) {
  const lineage = Object.entries(from?.lineage ?? {}).map(([name, record]) => [name, { ...record, since: version }])
  const nothing = Object.fromEntries(
    manifest.components.map(({ name }) => [name, { files: 0, formats: {}, notes: {} }]),
  )
  return {
    ...{ bundle, message: from?.message ?? null, labels: [], host: from?.host ?? 'unknown', git: from?.git ?? null },
    ...{
      components: from?.components ?? nothing,
      lineage: Object.fromEntries(lineage),
      secrets: from?.secrets ?? null,
    },
    origin: originWithAuthor(from),
  }
}

interface Amount {
  objects: number
  bytes: number
}

/** Objects durable, then the manifest, as `bundle` does it. */
async function storeAll(ctx: Context, source: ArtifactSource, artifact: ReadArtifact): Promise<Amount> {
  const { manifest, manifestBytes, trees } = artifact
  const roots = new Set(manifest.components.map(({ digest }) => digest))
  const batch = await ctx.registry.objects.batch()
  const fresh: Amount = { objects: 0, bytes: 0 }
  const put = async (bytes: Uint8Array, alone: boolean): Promise<void> => {
    const stored = await batch.bytes(bytes, { alone })
    if (stored.isNew) {
      fresh.objects++
      fresh.bytes += stored.size
    }
  }
  try {
    const received = await outside(() => receiveFiles(ctx, batch, source, artifact, roots))
    fresh.objects += received.objects
    fresh.bytes += received.bytes
    for (const [digest, bytes] of trees) await put(bytes, roots.has(digest))
    await batch.flush()
    await put(manifestBytes, true)
    await batch.flush()
    return fresh
  } finally {
    await batch.close()
  }
}

/** Errors: OBJECT_MISSING for a file of the bundle that no layer has. */
async function receiveFiles(
  ctx: Context,
  batch: ObjectBatch,
  source: ArtifactSource,
  { files, layers, named: blobs }: ReadArtifact,
  roots: ReadonlySet<Digest>,
): Promise<Amount> {
  const wanted = new Map([...files.values()].flat().map((file) => [file.digest, file]))
  const here = await batch.reuse([...wanted.keys()])
  const missing = new Set([...wanted.keys()].filter((digest) => !here.has(digest)))
  const total = [...missing].reduce((sum, digest) => sum + (wanted.get(digest) as CheckoutFile).size, 0)
  const listedBy = new Map([...files].map(([component, listed]) => [component.name, listed]))

  const seen = new Set<Digest>()
  async function* read(blob: OciBlob): AsyncGenerator<Uint8Array> {
    yield* source.read(blob)
    seen.add(blob.digest)
  }

  async function* fromLayers(): AsyncGenerator<Incoming> {
    for (const layer of layers) {
      const listed = listedBy.get(componentOf(layer) ?? '') ?? []
      if (layer.mediaType.endsWith('.tar')) {
        // Of what is here already, nothing is fetched again.
        if (!listed.some(({ digest }) => missing.has(digest))) continue
        yield* fromTar(source.name, read(layer), listed, roots, missing)
      } else if (missing.delete(layer.digest)) {
        const { digest, size } = wanted.get(layer.digest) as CheckoutFile
        yield { digest, size, alone: roots.has(digest), bytes: () => read(layer) }
      }
    }
  }

  let done = 0
  const progress = (bytes: number): void => {
    done += bytes
    ctx.emit({ type: 'progress', what: `reading ${source.name}`, done, total, unit: 'bytes' })
  }
  const received = await batch.receive(fromLayers(), { progress, signal: ctx.signal })
  // All of an archive is sound, or nothing of it is taken: also what was not needed.
  for (const blob of source.blobs === null ? [] : blobs)
    if (!seen.has(blob.digest)) for await (const _ of source.read(blob)) ctx.signal.throwIfAborted()
  const [lost] = missing
  if (lost === undefined) return received
  const { path } = wanted.get(lost) as CheckoutFile
  throw new AishipError(
    'OBJECT_MISSING',
    `${source.name} lacks ${path} (${lost})${missing.size > 1 ? ` and ${missing.size - 1} more` : ''}`,
    {
      hint: 'nothing was stored; export it again',
      details: { missing: [...missing].slice(0, 100) },
    },
  )
}

/** The files of one layer: each at the path that the bundle has it at, and nothing else but the folders that they are in. Errors: ARCHIVE_INVALID, CORRUPT. */
async function* fromTar(
  name: string,
  layer: Bytes,
  listed: readonly CheckoutFile[],
  roots: ReadonlySet<Digest>,
  missing: Set<Digest>,
): AsyncGenerator<Incoming> {
  const byPath = new Map(listed.map((file) => [file.path, file]))
  const folders = new Set(listed.flatMap(({ path }) => foldersAbove(path)))
  for await (const entry of readTar(tarStream(layer))) {
    if (entry.isFolder && entry.size === 0 && folders.delete(entry.name.replace(/\/$/, ''))) continue
    const file = byPath.get(entry.name)
    if (file === undefined || entry.isFolder || file.size !== entry.size)
      throw new AishipError(
        'ARCHIVE_INVALID',
        `${name} has ${JSON.stringify(entry.name)} in a layer, which its bundle has not`,
      )
    byPath.delete(entry.name)
    const { digest, size } = file
    if (missing.delete(digest)) yield { digest, size, alone: roots.has(digest), bytes: () => entry.bytes() }
  }
}
