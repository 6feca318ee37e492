import { mayChunk } from '../core/dedup.ts'
import type { Digest } from '../core/digest.ts'
import type { Manifest } from '../core/model.gen.ts'
import type { Context, SourceFile } from '../core/ports.ts'
import { newest } from './logs.ts'
import { type Part, placeOf } from './parts.ts'
import { manifestOf } from './plan.ts'
import { versionLog } from './refs.ts'
import { filesOf, type ListedFile } from './trees.ts'

/** Objects of which a file of the working tree may be a new version; none where its component is not to be stored as a difference. */
export type Likeness = (part: Part, file: SourceFile, size: number) => Promise<readonly Digest[]>

/** A file whose size is further off than so many times is another file. */
const FAR = 4

/**
 * What stood at the same place in the same component of the newest version; if nothing did, the file there that is nearest in size: it may have
 * been renamed. A guess that is wrong costs time, never bytes; what can't be read is no guess.
 */
export function startLikeness(ctx: Context): Likeness {
  let before: Promise<Manifest | null> | null = null
  const files = new Map<string, Promise<readonly ListedFile[]>>()
  const filesBefore = (name: string): Promise<readonly ListedFile[]> => {
    before ??= newestManifest(ctx).catch(() => null)
    const known = files.get(name) ?? before.then((manifest) => largeFiles(ctx, manifest, name)).catch(() => [])
    files.set(name, known)
    return known
  }
  return async (part, file, size) => {
    const { role, dedup, name } = part.spec
    if (!mayChunk(role, dedup, size)) return []
    const there = await filesBefore(name)
    const path = placeOf(part, file.path)
    const off = (one: ListedFile): number => Math.abs(one.size - size)
    const near = there.filter((one) => one.size < size * FAR && size < one.size * FAR).sort((a, b) => off(a) - off(b))
    const found = there.find((one) => one.path === path) ?? near[0]
    return found === undefined ? [] : [found.digest]
  }
}

async function newestManifest(ctx: Context): Promise<Manifest | null> {
  const tip = await newest(ctx, versionLog(ctx.app))
  return tip === null ? null : manifestOf(ctx, tip.entry)
}

/** Of 50,000 files most are too small to be stored as a difference. */
async function largeFiles(ctx: Context, manifest: Manifest | null, name: string): Promise<readonly ListedFile[]> {
  const component = manifest?.components.find((one) => one.name === name)
  if (component === undefined) return []
  const all = await filesOf(ctx.registry.objects, component)
  return all.filter(({ size }) => mayChunk(component.role, 'chunks', size))
}
