import { canonicalBytes, type Digest, digestOf, isDigest, parseCanonical } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Component, Layer, Manifest, Role, Tree, TreeEntry } from './model.gen.ts'
import { nameProblem } from './names.ts'
import { compareUtf8, pathProblem } from './paths.ts'
import type { Bytes } from './ports.ts'
import { scanTree } from './tree-scan.ts'
import { validateManifest, validateTree } from './validators.gen.ts'

export const MAX_MANIFEST = 16 * 1024 * 1024
export const MAX_TREE = 64 * 1024 * 1024

export const LAYERS = ['data', 'features', 'logic', 'serving'] as const satisfies readonly Layer[]

/** The role says what a component is, and so in which layer it lies. */
export const LAYER_OF: Readonly<Record<Role, Layer>> = {
  dataset: 'data',
  'eval-set': 'data',
  'embedding-index': 'data',
  'feature-pipeline': 'features',
  tokenizer: 'features',
  embedder: 'features',
  'model-weights': 'logic',
  model: 'logic',
  hyperparameters: 'logic',
  prompt: 'logic',
  'tool-schema': 'logic',
  'agent-routing': 'logic',
  guardrail: 'logic',
  'inference-code': 'serving',
  runtime: 'serving',
}

/** The bytes of a bundle. The same inputs give the same bytes, whatever order they came in. */
export function manifestBytes(
  app: string,
  commands: Manifest['commands'],
  components: readonly Component[],
): Uint8Array {
  const sorted = [...components].sort((a, b) => compareUtf8(a.name, b.name))
  return canonicalBytes({ format: 1, app, commands, components: sorted } satisfies Manifest)
}

/** Errors: CORRUPT; NAME_UNSAFE for a component that would stand outside a checkout. */
export function parseManifest(bytes: Uint8Array, digest: Digest): Manifest {
  const value = parseCanonical(bytes, `manifest ${digest}`, MAX_MANIFEST)
  const refuse = (why: string): AishipError =>
    new AishipError('CORRUPT', `manifest ${digest} ${why}`, { next: ['aiship fsck'] })
  if (!validateManifest(value)) throw refuse('does not have the shape of a manifest')
  const manifest = value
  let last = ''
  for (const component of manifest.components) {
    if (compareUtf8(component.name, last) <= 0) throw refuse('does not list its components once each, in order')
    if (nameProblem(component.name) !== null) throw refuse(`has a component named ${JSON.stringify(component.name)}`)
    if (LAYER_OF[component.role] !== component.layer)
      throw refuse(`puts ${component.role} into the layer ${component.layer}`)
    const isStored = component.stored !== false
    if (isStored !== (component.path !== undefined)) throw refuse(`does not say where ${component.name} stands`)
    if (isStored === (component.reference !== undefined)) throw refuse(`does not say what ${component.name} refers to`)
    if (component.reference !== undefined && !isDigestOf(component, canonicalBytes(component.reference)))
      throw refuse(`has another digest for ${component.name} than that of its reference`)
    if (!isDeclaredSoundly(component, manifest)) throw refuse(`says of ${component.name} what makes no sense`)
    const problem = standsAtRoot(component) || component.path === undefined ? null : pathProblem(component.path)
    if (problem !== null) {
      throw new AishipError('NAME_UNSAFE', `manifest ${digest} puts ${component.name} at an unsafe path: ${problem}`, {
        next: ['aiship fsck'],
      })
    }
    last = component.name
  }
  return manifest
}

const isDigestOf = (component: Component, bytes: Uint8Array): boolean =>
  component.digest === digestOf(bytes) && component.size === bytes.length

/** Sources are one thing each, and go forward in time; what is derived is of something. */
function isDeclaredSoundly({ sources = [], derived_from: derived = [] }: Component, { components }: Manifest): boolean {
  return (
    sources.every(
      ({ log, table, from = '', to = '9' }) => (log === undefined) !== (table === undefined) && from < to,
    ) && derived.every((input) => isDigest(input) || components.some(({ name }) => name === input))
  )
}

/** A glob or a list: a tree laid over the checkout's root. */
const standsAtRoot = (component: Component): boolean => component.path === '.' && component.tree === true

/** The object of one folder. */
export function treeBytes(entries: readonly TreeEntry[]): Uint8Array {
  return canonicalBytes({ format: 1, entries: [...entries].sort((a, b) => compareUtf8(a.name, b.name)) } satisfies Tree)
}

/** Errors: CORRUPT; NAME_UNSAFE for a name that must not reach a file system. */
export function parseTree(bytes: Uint8Array, digest: Digest): Tree {
  return scanTree(bytes) ?? parseAnyTree(bytes, digest)
}

function parseAnyTree(bytes: Uint8Array, digest: Digest): Tree {
  const value = parseCanonical(bytes, `tree ${digest}`, MAX_TREE)
  const refuse = (why: string): AishipError =>
    new AishipError('CORRUPT', `tree ${digest} ${why}`, { next: ['aiship fsck'] })
  if (!validateTree(value)) throw refuse('does not have the shape of a tree')
  const tree = value
  let last: string | null = null
  for (const entry of tree.entries) {
    if (last !== null && compareUtf8(entry.name, last) <= 0) throw refuse('does not list its names once each, in order')
    const isFile = entry.digest !== undefined && entry.size !== undefined && entry.tree === undefined
    const isFolder =
      entry.tree !== undefined && entry.digest === undefined && entry.size === undefined && entry.exec === undefined
    if (!isFile && !isFolder)
      throw refuse(`has an entry that is neither a file nor a folder: ${JSON.stringify(entry.name)}`)
    const problem = entry.name.includes('/') ? 'a name has no "/"' : pathProblem(entry.name)
    if (problem !== null) {
      throw new AishipError('NAME_UNSAFE', `tree ${digest} has an unsafe name: ${problem}`, { next: ['aiship fsck'] })
    }
    last = entry.name
  }
  return tree
}

/** Collects an object that must be small. In: what `get` gave. */
export async function collectBytes(bytes: Bytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}

/** The objects that must be durable before a manifest may name them, its trees' contents aside: the roots. */
export const componentRoots = (manifest: Manifest): readonly Digest[] =>
  manifest.components.filter((component) => component.stored !== false).map((component) => component.digest)

/** True where its components ask something of each other, or say something of themselves: most do not. */
export const hasContracts = (components: readonly Component[]): boolean =>
  components.some(({ provides, requires }) => provides !== undefined || requires !== undefined)
