import { type Digest, isDigest } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Bytes, Descriptor } from './registry.ts'

/** OCI's own formats, as far as aiship needs them, and the places where artifacts are. */

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'

/** What registries take at least, says the distribution specification; and nothing of ours comes near. */
export const MAX_OCI_MANIFEST = 4 * 1024 * 1024

/** OCI's descriptor of a blob. */
export interface OciBlob extends Descriptor {
  readonly mediaType: string
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** A blob and where its bytes come from; they can be read again. */
export interface OciPiece extends OciBlob {
  readonly bytes: () => Bytes
}

/** Where an artifact is read from: an archive, or a repository of an OCI registry. */
export interface ArtifactSource {
  /** For messages. */
  readonly name: string
  /** Its manifests: the model's, and those that refer to it. */
  manifests(): Promise<readonly OciBlob[]>
  /** Verified: the last chunk comes only after the whole has matched. Errors: OBJECT_MISSING, CORRUPT. */
  read(blob: OciBlob): Bytes
  /** Every blob that is there, where all of them belong to the artifact. */
  readonly blobs: ReadonlySet<Digest> | null
  close(): Promise<void>
}

/** A repository of an OCI registry, at one tag or digest. */
export interface OciRepository extends ArtifactSource {
  /** `oci://host/repository`. */
  readonly url: string
  /** The tag that the address names; null where it names none. */
  readonly tag: string | null
  /** Sends a blob unless it is there. Out: whether it was sent. Errors: REGISTRY_UNREACHABLE, NOT_PERMITTED, NOT_AUTHENTICATED. */
  put(blob: OciPiece, progress: (bytes: number) => void): Promise<boolean>
  /** Sends manifests by their digests, and lists those with a `subject` where the registry does not do it. Everything that they name must be there. */
  putManifests(model: OciPiece, referrers: readonly OciPiece[]): Promise<void>
  /** Lets a tag mean a manifest that is there, whatever it meant before. Out: false where it meant that already. */
  putTag(tag: string, manifest: OciPiece): Promise<boolean>
}

/** Where an archive is written, front to back. */
export interface ArchiveSink {
  /** Errors: DISK_FULL, READ_ONLY, OUTPUT_LOST. */
  write(bytes: Uint8Array): Promise<void>
  /** Makes it appear, whole. Out: its bytes as one. */
  end(): Descriptor
  /** What was not ended leaves nothing behind. */
  drop(): void
}

/** Archives of this machine, by path; `-` is standard input or output. */
export interface Archives {
  read(file: string): Promise<ArtifactSource>
  write(file: string): ArchiveSink
}

/** An OCI manifest or index, as far as aiship reads it. */
export interface OciDocument {
  readonly artifactType: string | null
  readonly config: OciBlob | null
  readonly layers: readonly OciBlob[]
  readonly subject: OciBlob | null
  readonly manifests: readonly OciBlob[]
}

/** Reads what any tool may have written: keys that it does not know are passed over. Errors: ARCHIVE_INVALID. */
export function readOci(bytes: Uint8Array, what: string): OciDocument {
  const refuse = (why: string, cause?: unknown): AishipError =>
    new AishipError('ARCHIVE_INVALID', `${what} ${why}`, { cause })
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw refuse('is not readable as JSON', error)
  }
  const whole = recordOf(value)
  if (whole === null || whole.schemaVersion !== 2) throw refuse('is no OCI manifest')
  const blob = (given: unknown): OciBlob => {
    const found = blobOf(given)
    if (found === null) throw refuse('has a descriptor that is none')
    return found
  }
  const optional = (given: unknown): OciBlob | null => (given === undefined || given === null ? null : blob(given))
  const blobs = (given: unknown): readonly OciBlob[] => {
    if (given === undefined || given === null) return []
    if (!Array.isArray(given)) throw refuse('has a list that is none')
    return given.map(blob)
  }
  return {
    artifactType: typeof whole.artifactType === 'string' ? whole.artifactType : null,
    config: optional(whole.config),
    layers: blobs(whole.layers),
    subject: optional(whole.subject),
    manifests: blobs(whole.manifests),
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null

function blobOf(value: unknown): OciBlob | null {
  const { mediaType, digest, size, artifactType, annotations } = recordOf(value) ?? {}
  if (typeof mediaType !== 'string' || !isDigest(digest)) return null
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null
  const named = Object.entries(recordOf(annotations) ?? {}).filter(([, text]) => typeof text === 'string')
  return {
    ...{ mediaType, digest, size },
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    annotations: Object.fromEntries(named) as Record<string, string>,
  }
}
