import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, MAX_TREE, parseTree } from '../core/manifest.ts'
import type { Manifest } from '../core/model.gen.ts'
import type { Descriptor, ObjectStore } from '../core/ports.ts'

/** An object that a bundle reaches. */
export interface Content extends Descriptor {
  /** True for the root of a component, which is never packed. */
  readonly alone: boolean
  readonly isTree: boolean
}

const MAX_DEPTH = 64

/**
 * Every stored object that a bundle reaches, each once, the manifest aside: files, and the trees that list them, which are read.
 * Errors: OBJECT_MISSING, CORRUPT, NAME_UNSAFE.
 */
export async function contentsOf(
  objects: ObjectStore,
  manifest: Pick<Manifest, 'components'>,
): Promise<readonly Content[]> {
  const found = new Map<Digest, Content>()
  const add = (content: Content): void => {
    const known = found.get(content.digest)
    found.set(content.digest, known === undefined || content.alone ? content : known)
  }
  async function tree(digest: Digest, alone: boolean, depth: number): Promise<void> {
    if (depth > MAX_DEPTH)
      throw new AishipError('CORRUPT', `a tree is nested deeper than ${MAX_DEPTH} folders`, { next: ['aiship fsck'] })
    const isKnown = found.get(digest)?.isTree === true
    const bytes = isKnown ? null : await collectBytes(objects.get(digest, MAX_TREE))
    add({ digest, size: bytes?.length ?? found.get(digest)?.size ?? 0, alone, isTree: true })
    if (bytes === null) return
    const { entries } = parseTree(bytes, digest)
    // Read next, one after the other: from far away they come together.
    const below = entries.flatMap((entry) => entry.tree ?? [])
    if (below.length > 1) await objects.bring?.(below)
    for (const entry of entries) {
      if (entry.tree !== undefined) await tree(entry.tree, false, depth + 1)
      else add({ digest: entry.digest as Digest, size: entry.size ?? 0, alone: false, isTree: false })
    }
  }
  for (const { digest, size, tree: isTree, stored } of manifest.components) {
    if (stored === false) continue
    if (isTree === true) await tree(digest, true, 0)
    else add({ digest, size, alone: true, isTree: false })
  }
  return [...found.values()]
}
