import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { collectBytes, MAX_TREE, parseTree } from '../core/manifest.ts'
import type { Component, Tree, TreeEntry } from '../core/model.gen.ts'
import { compareUtf8 } from '../core/paths.ts'
import type { CheckoutFile, ObjectStore } from '../core/ports.ts'

/** A file of a component, wherever its path starts. */
export type ListedFile = CheckoutFile

/** Most files and folders of one component. */
const MAX_FILES = 5_000_000
const MAX_DEPTH = 64

/** Errors: OBJECT_MISSING, CORRUPT, NAME_UNSAFE. */
export async function readTree(objects: ObjectStore, digest: Digest): Promise<Tree> {
  return parseTree(await collectBytes(objects.get(digest, MAX_TREE)), digest)
}

/** Where listings come from: a registry, or a working tree that was hashed. */
export type ReadTree = (digest: Digest) => Promise<Tree>

/** Every file of a stored component, with its path in a checkout. Errors: OBJECT_MISSING, CORRUPT, NAME_UNSAFE. */
export const filesOf = (objects: ObjectStore, component: Component): Promise<readonly ListedFile[]> =>
  listFiles(
    (tree) => readTree(objects, tree),
    component,
    async (trees) => objects.bring?.(trees),
  )

/** The same, with listings from wherever they come. `bring` is told which are read next: from far away they come together. */
export async function listFiles(
  read: ReadTree,
  component: Component,
  bring: (trees: readonly Digest[]) => Promise<void> = async () => undefined,
): Promise<readonly ListedFile[]> {
  if (component.stored === false || component.path === undefined) return []
  const { digest, size, path, exec } = component
  if (component.tree !== true) return [{ path, digest, size, exec: exec === true }]
  const unfolded = unfold(countListings(read), bring)
  await unfolded.tree(digest, prefixOf(component), 0)
  const total = unfolded.files.reduce((sum, file) => sum + file.size, 0)
  if (total !== size) throw corrupt(`${component.name} is listed with ${size} bytes, and its files have ${total}`)
  return unfolded.files
}

/** What stands before the paths in a component's tree. */
export const prefixOf = (component: Component): string => (component.path === '.' ? '' : `${component.path}/`)

/** Turns listings into files with whole paths. */
function unfold({ read, step }: Listings, bring?: (trees: readonly Digest[]) => Promise<void>) {
  const files: ListedFile[] = []
  async function tree(digest: Digest, prefix: string, depth: number): Promise<void> {
    const { entries } = await read(digest)
    const below = bring === undefined ? [] : entries.flatMap((found) => found.tree ?? [])
    if (below.length > 1) await bring?.(below)
    for (const found of entries) {
      const reading = entry(found, prefix, depth)
      // Most are files: to wait for each costs more than the rest of it.
      if (reading !== null) await reading
    }
  }
  function entry(found: TreeEntry, prefix: string, depth: number): Promise<void> | null {
    const { name, digest, size = 0, exec } = found
    step(depth)
    if (found.tree !== undefined) return tree(found.tree, `${prefix}${name}/`, depth + 1)
    files.push({ path: prefix + name, digest: digest as Digest, size, exec: exec === true })
    return null
  }
  return { files, tree, entry }
}

/** Listings, and how often they may be gone through. */
interface Listings {
  readonly read: ReadTree
  /** Counts one entry. Errors: CORRUPT when there are too many. */
  step(depth: number): void
}

/** Up to so many entries nobody counts how often the same listing comes again. */
const FREE_STEPS = 100_000
const MAX_REPEATS = 100
/** Listings kept, and the most entries of one: reading a larger one again costs little for each of its entries. */
const MAX_KEPT = 200

/**
 * A few small trees that name each other twice, and twice again, unfold to more files than there are disks for. So what is unfolded must stay
 * in proportion to what the listings hold, each counted once; and the listings met last are kept, so that counting does not take minutes.
 */
function countListings(read: ReadTree): Listings {
  const seen = new Set<Digest>()
  const kept = new Map<Digest, Tree>()
  let listed = 0
  let steps = 0
  return {
    async read(digest) {
      const tree = kept.get(digest) ?? (await read(digest))
      if (!seen.has(digest)) listed += tree.entries.length
      seen.add(digest)
      kept.delete(digest)
      if (tree.entries.length <= MAX_KEPT) kept.set(digest, tree)
      for (const oldest of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(oldest)
      return tree
    },
    step(depth) {
      if (depth >= MAX_DEPTH) throw corrupt(`a tree is nested deeper than ${MAX_DEPTH} folders`)
      if (++steps > MAX_FILES) throw corrupt(`a tree lists more than ${MAX_FILES} files and folders`)
      if (steps > FREE_STEPS + MAX_REPEATS * listed)
        throw corrupt(`a tree lists the same ${listed} files and folders more than ${MAX_REPEATS} times`)
    },
  }
}

/** How one file differs; a side is null where there is no such file. */
export interface FileChange {
  readonly path: string
  readonly from: ListedFile | null
  readonly to: ListedFile | null
}

/** What differs between two lists of files, in the order of the paths' bytes. */
export function diffFiles(from: readonly ListedFile[], to: readonly ListedFile[]): readonly FileChange[] {
  const before = new Map(from.map((file) => [file.path, file]))
  const after = new Map(to.map((file) => [file.path, file]))
  const changes: FileChange[] = []
  for (const [path, file] of before) {
    const now = after.get(path) ?? null
    if (now === null || now.digest !== file.digest || now.exec !== file.exec)
      changes.push({ path, from: file, to: now })
  }
  for (const [path, file] of after) if (!before.has(path)) changes.push({ path, from: null, to: file })
  return changes.sort((a, b) => compareUtf8(a.path, b.path))
}

/** The same for two trees of one component, read only where their digests differ: a change in 50,000 files costs a few listings. */
export async function diffTrees(
  from: { readonly read: ReadTree; readonly digest: Digest; readonly prefix: string },
  to: { readonly read: ReadTree; readonly digest: Digest; readonly prefix: string },
): Promise<readonly FileChange[]> {
  const [a, b] = [countListings(from.read), countListings(to.read)]
  const [before, after] = [unfold(a), unfold(b)]
  const compare = async (old: Digest, now: Digest, path: string, depth: number): Promise<void> => {
    if (old === now) return
    const others = new Map((await b.read(now)).entries.map((entry) => [entry.name, entry]))
    for (const entry of (await a.read(old)).entries) {
      a.step(depth)
      const other = others.get(entry.name)
      if (entry.tree !== undefined && other?.tree !== undefined && depth < MAX_DEPTH) {
        await compare(entry.tree, other.tree, `${path}${entry.name}/`, depth + 1)
        others.delete(entry.name)
      } else {
        await before.entry(entry, from.prefix + path, depth)
      }
    }
    for (const other of others.values()) await after.entry(other, to.prefix + path, depth)
  }
  await compare(from.digest, to.digest, '', 0)
  return diffFiles(before.files, after.files)
}

const corrupt = (message: string): AishipError => new AishipError('CORRUPT', message, { next: ['aiship fsck'] })
