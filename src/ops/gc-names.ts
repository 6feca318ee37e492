import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, MAX_TREE, parseTree } from '../core/manifest.ts'
import type { GcItem, Manifest } from '../core/model.gen.ts'
import type { Context, Garbage } from '../core/ports.ts'
import type { Kept } from './gc-entries.ts'
import { readDocument } from './gc-roots.ts'

/** Garbage by what people call it. */
export interface NamedGarbage {
  readonly items: readonly GcItem[]
  /** The bundles in it. */
  readonly manifests: ReadonlySet<Digest>
}

/** In: `listed`, what is to be named; `alone`, every piece that may be a bundle or the root of a component; and all versions. */
export async function nameGarbage(
  ctx: Context,
  listed: readonly Garbage[],
  alone: readonly Digest[],
  versions: readonly Kept[],
): Promise<NamedGarbage> {
  const names = new Map<Digest, Pick<GcItem, 'kind' | 'name' | 'bundle'>>()
  const wanted = new Set(listed.map(({ digest }) => digest))
  const manifests = new Map<Digest, Manifest>()
  const trees: Digest[] = []
  const seen = new Set<Digest>()
  for (const digest of alone) {
    ctx.signal.throwIfAborted()
    const document = await orNull(readDocument(ctx, digest))
    if (document?.kind === 'manifest') manifests.set(digest, document.manifest)
    if (document?.kind === 'tree') trees.push(digest)
  }

  const call = (digest: Digest, kind: GcItem['kind'], name: string | null, bundle: Digest | null): void => {
    if (wanted.has(digest) && !names.has(digest)) names.set(digest, { kind, name, bundle })
  }

  async function callTree(digest: Digest, path: string, bundle: Digest | null): Promise<void> {
    call(digest, 'folder', path === '' ? null : path, bundle)
    if (seen.has(digest)) return
    seen.add(digest)
    const bytes = await orNull(collectBytes(ctx.registry.objects.get(digest, MAX_TREE)))
    if (bytes === null) return
    for (const entry of parseTree(bytes, digest).entries) {
      const at = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.tree !== undefined) await callTree(entry.tree, at, bundle)
      else if (entry.digest !== undefined) call(entry.digest, 'file', at, bundle)
    }
  }

  for (const [digest, { app, components }] of manifests) {
    call(digest, 'bundle', app, digest)
    for (const { name, digest: root, tree, stored } of components) {
      if (stored === false) continue
      if (tree === true) await callTree(root, name, digest)
      else call(root, 'file', name, digest)
    }
  }
  // Of a bundle that was given up before it had a manifest.
  for (const tree of trees) await callTree(tree, '', null)
  const nameless = { kind: 'file', name: null, bundle: null } as const
  const byBundle = new Map(versions.map(({ bundle, seq }) => [bundle, `v${seq}`]))
  const items = listed.map(({ digest, size }) => {
    const named = names.get(digest) ?? nameless
    return { digest, size, ...named, version: byBundle.get(named.bundle as Digest) ?? null }
  })
  return { items, manifests: new Set(manifests.keys()) }
}

/** What is damaged or gone has no name. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof AishipError) return null
    throw error
  }
}
