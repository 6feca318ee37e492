import { type Digest, digestOf } from './digest.ts'
import { AishipError } from './errors.ts'
import { MAX_TREE, treeBytes } from './manifest.ts'
import type { TreeEntry } from './model.gen.ts'
import type { CheckoutFile } from './ports.ts'

/** A tree object: one folder. */
export interface TreeObject {
  readonly digest: Digest
  readonly bytes: Uint8Array
}

interface Folder {
  readonly entries: TreeEntry[]
  readonly folders: Map<string, Folder>
}

/** One object per folder, each after those that it names, the root last. Errors: COMPONENT_INVALID for a folder with too many files. */
export function buildTrees(files: readonly CheckoutFile[]): readonly TreeObject[] {
  const root: Folder = { entries: [], folders: new Map() }
  for (const { path, digest, size, exec } of files) {
    const parts = path.split('/')
    const name = parts.pop() as string
    folderAt(root, parts).entries.push({ name, digest, size, ...(exec ? { exec: true } : {}) })
  }
  const built: TreeObject[] = []
  build(root, '.', built)
  return built
}

function folderAt(root: Folder, parts: readonly string[]): Folder {
  let folder = root
  for (const part of parts) {
    const next = folder.folders.get(part) ?? { entries: [], folders: new Map() }
    folder.folders.set(part, next)
    folder = next
  }
  return folder
}

function build(folder: Folder, path: string, built: TreeObject[]): Digest {
  const below = [...folder.folders].map(
    ([name, sub]): TreeEntry => ({ name, tree: build(sub, `${path}/${name}`, built) }),
  )
  const bytes = treeBytes([...folder.entries, ...below])
  if (bytes.length > MAX_TREE) {
    throw new AishipError('COMPONENT_INVALID', `the folder ${path} has too many files for one listing`, {
      hint: `a listing takes at most ${MAX_TREE / 1024 / 1024} MiB: spread the files over subfolders`,
    })
  }
  const digest = digestOf(bytes)
  built.push({ digest, bytes })
  return digest
}
