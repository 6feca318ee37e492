import { declaredOf } from '../core/contracts.ts'
import { canonicalBytes, digestOf } from '../core/digest.ts'
import { buildTrees, type TreeObject } from '../core/folders.ts'
import { LAYER_OF } from '../core/manifest.ts'
import type { Component } from '../core/model.gen.ts'
import type { ComponentSpec, Descriptor, SourceFile } from '../core/ports.ts'
import { type Part, placeOf } from './parts.ts'
import type { ListedFile } from './trees.ts'

/** A component with its digest, and what was met on the way. */
export interface Captured {
  readonly spec: ComponentSpec
  readonly component: Component
  /** With their paths in a checkout. */
  readonly files: readonly ListedFile[]
  readonly trees: readonly TreeObject[]
}

/** What a component is, its files being what `describe` says. Pure: reads nothing. Errors: COMPONENT_INVALID. */
export function capture(part: Part, describe: (file: SourceFile) => Descriptor): Captured {
  const { spec, collected } = part
  const base = {
    ...{ name: spec.name, role: spec.role, layer: LAYER_OF[spec.role] },
    ...{ ...declaredOf(spec), ...originOf(spec) },
  }
  if (collected.form === 'reference') {
    const { reference } = collected
    const bytes = canonicalBytes(reference)
    // Bytes that stay where they are are external, however their digest was found.
    const kind = spec.kind === 'image' ? 'image' : 'external'
    const component: Component = {
      ...base,
      kind,
      digest: digestOf(bytes),
      size: bytes.length,
      stored: false,
      reference,
    }
    return { spec, component, files: [], trees: [] }
  }
  const listed = collected.files.map((file): ListedFile => ({ ...describe(file), path: file.path, exec: file.exec }))
  const placed = listed.map((file) => ({ ...file, path: placeOf(part, file.path) }))
  if (collected.form === 'file') {
    const { digest, size, exec } = listed[0] as ListedFile
    const component: Component = {
      ...base,
      kind: spec.kind,
      digest,
      size,
      path: collected.at,
      ...(exec ? { exec: true } : {}),
    }
    return { spec, component, files: placed, trees: [] }
  }
  const trees = buildTrees(listed)
  const root = trees.at(-1) as TreeObject
  const size = listed.reduce((sum, file) => sum + file.size, 0)
  const component: Component = { ...base, kind: spec.kind, digest: root.digest, size, path: collected.at, tree: true }
  return { spec, component, files: placed, trees }
}

/** What is declared of where it comes from; nothing at all where nothing is, so that a bundle without is what it always was. */
const originOf = ({ sources, derivedFrom }: ComponentSpec): Pick<Component, 'sources' | 'derived_from'> => ({
  ...(sources.length === 0 ? {} : { sources }),
  ...(derivedFrom.length === 0 ? {} : { derived_from: derivedFrom }),
})
