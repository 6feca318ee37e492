import { canonicalBytes, type Digest, digestOf } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Component, Role } from './model.gen.ts'
import { INDEX_TYPE, MANIFEST_TYPE, MAX_OCI_MANIFEST, type OciBlob, type OciPiece } from './oci.ts'
import type { Descriptor } from './registry.ts'
import type { CheckoutFile } from './workspace.ts'

/**
 * A bundle as other tools see it: an OCI artifact as the CNCF ModelPack specification describes it (schemas/README.md, "The artifact").
 * It depends on the bundle alone, and on the entry that a tag mirrors. aiship's own manifest refers to it, and so does what a registry knows of
 * the bundle.
 */

export const MODEL_TYPE = 'application/vnd.cncf.model.manifest.v1+json'
export const BUNDLE_TYPE = 'application/vnd.aiship.bundle.v1+json'
/** A bundle's trees, one canonical JSON text a line. */
export const TREES_TYPE = 'application/vnd.aiship.trees.v1+ndjson'
/** The entry that makes a bundle a version where it comes from. */
export const VERSION_TYPE = 'application/vnd.aiship.version.v1+json'
/** Entries that call the bundle or a component bad, one a line. */
export const MARKS_TYPE = 'application/vnd.aiship.marks.v1+ndjson'
/** Evidence of the bundle, one entry a line, oldest first. */
export const EVIDENCE_TYPE = 'application/vnd.aiship.evidence.v1+ndjson'
/** Entries of quarantines that it has to do with, one a line. */
export const QUARANTINE_TYPE = 'application/vnd.aiship.quarantine.v1+ndjson'
const CONFIG_TYPE = 'application/vnd.cncf.model.config.v1+json'
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json'

const FILEPATH = 'org.cncf.model.filepath'
export const COMPONENT = 'dev.aiship.component'
const ROLE = 'dev.aiship.role'
/** On the model's manifest: bundles with the same files can differ, as in their `commands`. */
const BUNDLE = 'dev.aiship.bundle'
/** What `oras pull` calls the file. */
const TITLE = 'org.opencontainers.image.title'
export const REF_NAME = 'org.opencontainers.image.ref.name'

export const MAX_TREES = 256 * 1024 * 1024

/** Of a tree with more files than that, all go as one tar layer: a manifest that names each would be refused by registries. */
const MOST_RAW = 32

/** The entry of a pointer that a tag mirrors, and the id of the registry that has it. */
export interface Mirrored {
  readonly pointer: string
  readonly seq: number
  readonly registry: string
}

/** Files that become one layer. */
export interface PlannedLayer {
  readonly component: Component
  /** Its first path, from the root of a checkout. */
  readonly path: string
  readonly form: 'raw' | 'tar' | 'reference'
  readonly files: readonly CheckoutFile[]
}

/** The layers of a bundle: a file of its own each, or a whole tree. What only refers to bytes elsewhere goes as its reference. */
export function planLayers(
  parts: readonly { readonly component: Component; readonly files: readonly CheckoutFile[] }[],
): readonly PlannedLayer[] {
  return parts.flatMap(({ component, files }): readonly PlannedLayer[] => {
    const { name, path = '.' } = component
    if (component.stored === false)
      return [{ component, path: `.aiship-components/${name}.reference.json`, form: 'reference', files: [] }]
    if (files.length === 0 || files.length > MOST_RAW) return [{ component, path, form: 'tar', files }]
    return files.map((file) => ({ component, path: file.path, form: 'raw', files: [file] }))
  })
}

export function layerBlob({ component, path, form }: PlannedLayer, { digest, size }: Descriptor): OciBlob {
  const mediaType = `application/vnd.cncf.model.${KIND_OF[component.role]}.v1.${form === 'tar' ? 'tar' : 'raw'}`
  const title = form === 'tar' ? `${component.name}.tar` : path
  const annotations = { [FILEPATH]: path, [COMPONENT]: component.name, [ROLE]: component.role, [TITLE]: title }
  return { mediaType, digest, size, annotations }
}

/** ModelPack has four words for what a layer is; the component's own role stands beside it. */
const KIND_OF: Readonly<Record<Role, 'weight' | 'weight.config' | 'dataset' | 'code'>> = {
  'model-weights': 'weight',
  model: 'weight.config',
  hyperparameters: 'weight.config',
  tokenizer: 'weight.config',
  dataset: 'dataset',
  'eval-set': 'dataset',
  'embedding-index': 'dataset',
  embedder: 'code',
  'feature-pipeline': 'code',
  prompt: 'code',
  'tool-schema': 'code',
  'agent-routing': 'code',
  guardrail: 'code',
  'inference-code': 'code',
  runtime: 'code',
}

export const piece = (mediaType: string, bytes: Uint8Array): OciPiece => ({
  ...{ mediaType, digest: digestOf(bytes), size: bytes.length },
  bytes: async function* () {
    yield bytes
  },
})

export const EMPTY: OciPiece = piece(EMPTY_TYPE, Buffer.from('{}'))

/** What ModelPack asks a configuration to say. No time: the same bundle gives the same bytes on any day. */
export const modelConfig = (app: string, layers: readonly OciBlob[]): OciPiece =>
  piece(
    CONFIG_TYPE,
    canonicalBytes({
      descriptor: { name: app },
      config: {},
      modelfs: { type: 'layers', diffIds: layers.map(({ digest }) => digest) },
    }),
  )

/** What the model's manifest says of itself. Of a tag that mirrors a pointer also whose entry it is, and that nobody is to take it for the pointer. */
export const modelAnnotations = (bundle: Digest, mirrored: Mirrored | null): Readonly<Record<string, string>> => ({
  [BUNDLE]: bundle,
  ...(mirrored === null
    ? {}
    : {
        'dev.aiship.pointer': mirrored.pointer,
        'dev.aiship.seq': String(mirrored.seq),
        'dev.aiship.registry': mirrored.registry,
        'dev.aiship.advisory': 'true',
      }),
})

/** An OCI manifest. Errors: USAGE for more layers than a registry takes. */
export function ociManifest(options: {
  readonly type: string
  readonly config: OciBlob
  readonly layers: readonly OciBlob[]
  readonly subject?: OciBlob
  readonly annotations?: OciBlob['annotations']
}): OciPiece {
  const { type, config, layers, subject, annotations } = options
  const bytes = canonicalBytes({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: type,
    config: described(config),
    layers: layers.map(described),
    subject: subject === undefined ? undefined : described(subject),
    annotations,
  })
  if (bytes.length > MAX_OCI_MANIFEST)
    throw new AishipError(
      'USAGE',
      `the artifact would have ${layers.length} layers, in a manifest of ${bytes.length} bytes; registries take ${MAX_OCI_MANIFEST}`,
      { hint: 'put files that belong together into one component with a folder as its path' },
    )
  return { ...piece(MANIFEST_TYPE, bytes), artifactType: type }
}

export const ociIndex = (manifests: readonly OciBlob[]): Uint8Array =>
  canonicalBytes({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: manifests.map(listed) })

const described = ({ mediaType, digest, size, annotations }: OciBlob) => ({ mediaType, digest, size, annotations })
const listed = (blob: OciBlob) => ({ ...described(blob), artifactType: blob.artifactType })
