import { type Digest, digestOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, manifestBytes, parseTree } from '../core/manifest.ts'
import type { Component, DiffSide, Manifest, Role } from '../core/model.gen.ts'
import type { Context, SourceFile } from '../core/ports.ts'
import { configOf, placeOf } from './parts.ts'
import { manifestOf } from './plan.ts'
import { resolveRef, versionOf } from './refs.ts'
import { baseOf } from './status.ts'
import { type ListedFile, type ReadTree, readTree } from './trees.ts'
import { type Looked, lookAtWork } from './work.ts'

export interface SideComponent {
  readonly role: Role
  readonly state: 'here' | 'missing' | 'not looked at'
  readonly why: string | null
  /** Null unless it is here. */
  readonly component: Component | null
}

/** One side of a comparison: a stored bundle or the working tree. */
export interface DiffSource {
  readonly side: DiffSide
  readonly components: ReadonlyMap<string, SideComponent>
  readonly commands: Manifest['commands']
  readonly readTree: ReadTree
  /** The bytes of a file; null where it has more than `maxBytes`, or has changed since it was looked at. */
  read(file: ListedFile, maxBytes: number): Promise<Uint8Array | null>
  /** A YAML file's value; undefined where it has none that can be compared. */
  yaml(bytes: Uint8Array, name: string): Promise<unknown>
}

/** Null means the working tree for one side, and for the other what that is compared with. Errors: NOT_FOUND where there is nothing to compare with. */
export async function openSide(
  ctx: Context,
  ref: string | null,
  capture: boolean,
  otherwise: 'base' | 'work',
): Promise<DiffSource> {
  if (ref === '@work' || (ref === null && otherwise === 'work')) return workSide(ctx, capture)
  if (ref !== null) return storedSide(ctx, ref, await resolveRef(ctx, ref))
  const base = await baseOf(ctx)
  if (base !== null) return storedSide(ctx, base.ref, base)
  throw new AishipError('NOT_FOUND', `${ctx.app} has no version to compare with yet`, { next: ['aiship bundle'] })
}

async function storedSide(
  ctx: Context,
  ref: string,
  { bundle, version }: { bundle: Digest; version: string },
): Promise<DiffSource> {
  const { components, commands } = await manifestOf(ctx, { bundle })
  const { objects } = ctx.registry
  return {
    side: { ref, bundle, version },
    components: new Map(
      components.map((one) => [one.name, { role: one.role, state: 'here', why: null, component: one }]),
    ),
    commands,
    readTree: (digest) => readTree(objects, digest),
    read: async ({ digest, size }, maxBytes) => (size > maxBytes ? null : collectBytes(objects.get(digest, size))),
    yaml: yamlReader(ctx),
  }
}

async function workSide(ctx: Context, capture: boolean): Promise<DiffSource> {
  const { commands } = configOf(ctx)
  const looked = await lookAtWork(ctx, capture)
  const trees = new Map<Digest, Uint8Array>()
  const sources = new Map<string, SourceFile>()
  for (const one of looked) {
    if (one.state !== 'here') continue
    for (const { digest, bytes } of one.captured.trees) trees.set(digest, bytes)
    const { collected } = one.part
    if (collected.form !== 'reference')
      for (const file of collected.files) sources.set(placeOf(one.part, file.path), file)
  }
  const bundle = workBundle(ctx, looked)
  return {
    side: { ref: '@work', bundle, version: bundle === null ? null : await versionOf(ctx, bundle) },
    components: new Map(looked.map((one) => [one.spec.name, lookedComponent(one)])),
    commands,
    readTree: async (digest) => parseTree(trees.get(digest) ?? new Uint8Array(), digest),
    read: async (file, maxBytes) => readWork(ctx, sources.get(file.path), file, maxBytes),
    yaml: yamlReader(ctx),
  }
}

/** The digest that a bundle of the working tree would have; null where not all of it was looked at. */
export function workBundle(ctx: Context, looked: readonly Looked[]): Digest | null {
  const components = looked.flatMap((one) => (one.state === 'here' ? [one.captured.component] : []))
  return components.length === looked.length
    ? digestOf(manifestBytes(ctx.app, configOf(ctx).commands, components))
    : null
}

function lookedComponent(one: Looked): SideComponent {
  const { role } = one.spec
  if (one.state === 'here') return { role, state: 'here', why: null, component: one.captured.component }
  return { role, state: one.state, why: one.why, component: null }
}

async function readWork(
  ctx: Context,
  source: SourceFile | undefined,
  file: ListedFile,
  maxBytes: number,
): Promise<Uint8Array | null> {
  if (source === undefined || file.size > maxBytes) return null
  const bytes =
    'bytes' in source.content ? source.content.bytes : await ctx.workspace.read(source.content.file, maxBytes)
  return bytes !== null && digestOf(bytes) === file.digest ? bytes : null
}

const yamlReader =
  (ctx: Context) =>
  async (bytes: Uint8Array, name: string): Promise<unknown> => {
    try {
      return await ctx.yaml?.(bytes, name)
    } catch (error) {
      // What cannot be read safely is compared as text.
      if (error instanceof AishipError) return undefined
      throw error
    }
  }
