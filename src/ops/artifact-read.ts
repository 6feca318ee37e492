import {
  BUNDLE_TYPE,
  COMPONENT,
  EVIDENCE_TYPE,
  MARKS_TYPE,
  MAX_TREES,
  MODEL_TYPE,
  QUARANTINE_TYPE,
  TREES_TYPE,
  VERSION_TYPE,
} from '../core/artifact.ts'
import { type Digest, digestOf } from '../core/digest.ts'
import { type Kinds, MAX_ENTRY, readEntry } from '../core/entry.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, MAX_MANIFEST, parseManifest, parseTree } from '../core/manifest.ts'
import type { Component, EvidenceEntry, Manifest, MarkEntry, QuarantineEntry, VersionEntry } from '../core/model.gen.ts'
import { checkName } from '../core/names.ts'
import {
  type ArtifactSource,
  MANIFEST_TYPE,
  MAX_OCI_MANIFEST,
  type OciBlob,
  type OciDocument,
  readOci,
} from '../core/oci.ts'
import type { CheckoutFile } from '../core/ports.ts'
import { listFiles } from './trees.ts'

/** What an artifact says, read and checked, before a single file of it is. */
export interface ReadArtifact {
  readonly bundle: Digest
  readonly manifest: Manifest
  readonly manifestBytes: Uint8Array
  readonly trees: ReadonlyMap<Digest, Uint8Array>
  readonly files: ReadonlyMap<Component, readonly CheckoutFile[]>
  /** Where the files are. */
  readonly layers: readonly OciBlob[]
  /** Every blob that the manifests name, each once. */
  readonly named: readonly OciBlob[]
  /** The version that it was where it comes from; null where that is not said. */
  readonly version: VersionEntry | null
  readonly marks: readonly MarkEntry[]
  /** Oldest first. */
  readonly evidence: readonly EvidenceEntry[]
  readonly quarantines: readonly QuarantineEntry[]
}

/** Most manifests that are looked at. */
const MAX_MANIFESTS = 100

/**
 * Reads everything of an artifact but the files.
 * Errors: ARCHIVE_INVALID for what is not one bundle that aiship wrote; OBJECT_MISSING, CORRUPT, NAME_UNSAFE.
 */
export async function readArtifact(source: ArtifactSource): Promise<ReadArtifact> {
  const invalid = (why: string): AishipError => new AishipError('ARCHIVE_INVALID', `${source.name} ${why}`)
  const met = await documents(source, invalid)
  const of = (type: string): readonly Met[] => met.filter(({ document }) => document.artifactType === type)
  const [own, ...others] = of(BUNDLE_TYPE)
  if (own === undefined) {
    throw new AishipError('ARCHIVE_INVALID', `${source.name} has no aiship bundle`, {
      hint: 'the manifest that says what a bundle is lies beside the model and refers to it; a tool that copies the model alone leaves it behind',
    })
  }
  if (others.length > 0) throw invalid(`has ${others.length + 1} bundles, and one is taken at a time`)
  const model = of(MODEL_TYPE).find(({ blob }) => blob.digest === own.document.subject?.digest)
  if (model === undefined) throw invalid('has a bundle without the model that it refers to')
  const known = of(VERSION_TYPE).filter(({ document }) => document.subject?.digest === model.blob.digest)
  checkBlobs(source, met)

  const read = async (blob: OciBlob, most: number): Promise<Uint8Array> => {
    if (blob.size > most) throw invalid(`has ${blob.digest} with ${blob.size} bytes, more than the ${most} allowed`)
    return collectBytes(source.read(blob))
  }
  const layer = (document: OciDocument, type: string): OciBlob | undefined =>
    document.layers.find(({ mediaType }) => mediaType === type)
  const first = layer(own.document, BUNDLE_TYPE)
  if (first === undefined) throw invalid("has a bundle without aiship's manifest")
  const manifestBytes = await read(first, MAX_MANIFEST)
  const manifest = parseManifest(manifestBytes, first.digest)
  checkName(manifest.app, 'an app')
  const listed = layer(own.document, TREES_TYPE)
  const trees = listed === undefined ? new Map() : treesIn(await read(listed, MAX_TREES))
  const files = await filesIn(manifest, trees, source.name)
  const head = {
    bundle: first.digest,
    manifest,
    manifestBytes,
    trees,
    files,
    layers: model.document.layers,
    named: blobsOf(met),
  }
  for (const { document } of known) {
    const entry = layer(document, VERSION_TYPE)
    const version = entry === undefined ? null : versionIn(await read(entry, MAX_ENTRY))
    if (version?.bundle !== head.bundle) continue
    const lines = async (type: string): Promise<readonly Uint8Array[]> => {
      const blob = layer(document, type)
      return blob === undefined ? [] : linesOf(await read(blob, MAX_TREES))
    }
    const marks = marksIn(await lines(MARKS_TYPE), head)
    const evidence = evidenceIn(await lines(EVIDENCE_TYPE), head)
    const quarantines = (await lines(QUARANTINE_TYPE)).map((line) => entryIn('quarantine', line))
    return { ...head, version, marks, evidence, quarantines }
  }
  return { ...head, version: null, marks: [], evidence: [], quarantines: [] }
}

interface Met {
  readonly blob: OciBlob
  readonly document: OciDocument
}

/** The manifests that may be ours. Others may refer to the same model: signatures, for example. */
async function documents(source: ArtifactSource, invalid: (why: string) => AishipError): Promise<readonly Met[]> {
  const listed = await source.manifests()
  if (listed.length > MAX_MANIFESTS)
    throw invalid(`lists ${listed.length} manifests, more than the ${MAX_MANIFESTS} allowed`)
  if (new Set(listed.map(({ digest }) => digest)).size < listed.length) throw invalid('lists a manifest twice')
  const met: Met[] = []
  for (const blob of listed) {
    const isOurs = blob.artifactType === undefined || OURS.includes(blob.artifactType)
    if (blob.mediaType !== MANIFEST_TYPE || !(isOurs || source.blobs !== null)) continue
    if (blob.size > MAX_OCI_MANIFEST) throw invalid(`has a manifest of ${blob.size} bytes`)
    met.push({ blob, document: readOci(await collectBytes(source.read(blob)), `${blob.digest} in ${source.name}`) })
  }
  return met
}

const OURS: readonly string[] = [MODEL_TYPE, BUNDLE_TYPE, VERSION_TYPE]

const blobsOf = (met: readonly Met[]): readonly OciBlob[] => {
  const all = met.flatMap(({ document: { config, layers } }) => (config === null ? layers : [config, ...layers]))
  return [...new Map(all.map((one) => [one.digest, one])).values()]
}

/** In an archive everything named must be there, and everything there must be named. Errors: OBJECT_MISSING, ARCHIVE_INVALID. */
function checkBlobs({ blobs, name }: ArtifactSource, met: readonly Met[]): void {
  if (blobs === null) return
  const named = new Set([...met.map(({ blob }) => blob), ...blobsOf(met)].map(({ digest }) => digest))
  const missing = [...named].filter((digest) => !blobs.has(digest))
  if (missing.length > 0)
    throw new AishipError(
      'OBJECT_MISSING',
      `${name} lacks ${missing[0]}${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}`,
      {
        hint: 'export it again',
        details: { missing: missing.slice(0, 100) },
      },
    )
  const extra = [...blobs].filter((digest) => !named.has(digest))
  if (extra.length > 0)
    throw new AishipError(
      'ARCHIVE_INVALID',
      `${name} has ${extra.length} blobs that nothing in it names, such as ${extra[0]}`,
    )
}

function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const stop = bytes.indexOf(0x0a, start)
    const end = stop === -1 ? bytes.length : stop
    found.push(bytes.subarray(start, end))
    start = end + 1
  }
  return found
}

const treesIn = (bytes: Uint8Array): ReadonlyMap<Digest, Uint8Array> =>
  new Map(linesOf(bytes).map((line) => [digestOf(line), line]))

/** Errors: OBJECT_MISSING for a tree that is not listed; ARCHIVE_INVALID for one that is and belongs to nothing. */
async function filesIn(
  manifest: Manifest,
  trees: ReadonlyMap<Digest, Uint8Array>,
  name: string,
): Promise<ReadArtifact['files']> {
  const reached = new Set<Digest>()
  const read = async (digest: Digest) => {
    const bytes = trees.get(digest)
    if (bytes === undefined)
      throw new AishipError('OBJECT_MISSING', `${name} lacks the tree ${digest}`, { hint: 'export it again' })
    reached.add(digest)
    return parseTree(bytes, digest)
  }
  const files = new Map<Component, readonly CheckoutFile[]>()
  for (const component of manifest.components) files.set(component, await listFiles(read, component))
  if (reached.size < trees.size)
    throw new AishipError(
      'ARCHIVE_INVALID',
      `${name} has ${trees.size - reached.size} trees that its bundle does not have`,
    )
  return files
}

/** Entries are checked by what they say of themselves: their id, their log, their number. */
const versionIn = (bytes: Uint8Array): VersionEntry => entryIn('versions', bytes)

const entryIn = <K extends keyof Kinds>(kind: K, bytes: Uint8Array): Kinds[K] => {
  const { log, seq, registry } = headOf(bytes)
  return readEntry(kind, log, { seq, bytes }, registry).entry
}

/** Only what is said against the bundle itself or its components, for the whole registry. */
function marksIn(
  lines: readonly Uint8Array[],
  { bundle, manifest }: Pick<ReadArtifact, 'bundle' | 'manifest'>,
): readonly MarkEntry[] {
  const about = new Set([bundle, ...manifest.components.map(({ digest }) => digest)])
  return lines
    .map((line) => entryIn('marks', line))
    .filter(({ digest, verdict, scope }) => verdict === 'bad' && scope === null && about.has(digest))
}

/** Of the bundle, and what was found among the rows of its datasets. */
const evidenceIn = (
  lines: readonly Uint8Array[],
  { bundle, manifest }: Pick<ReadArtifact, 'bundle' | 'manifest'>,
): readonly EvidenceEntry[] => {
  const parts = new Set(manifest.components.map(({ digest }) => digest))
  return lines
    .map((line) => entryIn('evidence', line))
    .filter((one) => (one.type === 'scan' ? parts.has(one.bundle) : one.bundle === bundle))
}

function headOf(bytes: Uint8Array): { readonly log: string; readonly seq: number; readonly registry: string } {
  try {
    const { log, seq, registry } = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return { log: String(log), seq: Number(seq), registry: String(registry) }
  } catch (error) {
    throw new AishipError('CORRUPT', 'an entry that came with the bundle is not readable', { cause: error })
  }
}

/** The component whose files a tar layer has. */
export const componentOf = ({ annotations }: OciBlob): string | undefined => annotations?.[COMPONENT]
