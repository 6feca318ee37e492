import type { Component, DiffFile } from '../core/model.gen.ts'
import { insideFile } from './diff-content.ts'
import type { DiffSource } from './diff-side.ts'
import { diffFiles, diffTrees, type FileChange, type ListedFile, listFiles, prefixOf } from './trees.ts'

/** The files of a component that differ, in the order of their paths; of a component that only one side has, all of them. */
export async function changedFiles(
  a: DiffSource,
  b: DiffSource,
  from: Component | null,
  to: Component | null,
  content: boolean,
): Promise<readonly DiffFile[]> {
  const files: DiffFile[] = []
  for (const change of await changesOf(a, b, from, to)) files.push(await describe(a, b, change, content))
  return files
}

async function changesOf(
  a: DiffSource,
  b: DiffSource,
  from: Component | null,
  to: Component | null,
): Promise<readonly FileChange[]> {
  if (from?.tree === true && to?.tree === true && from.path === to.path) {
    const prefix = prefixOf(to)
    return diffTrees({ read: a.readTree, digest: from.digest, prefix }, { read: b.readTree, digest: to.digest, prefix })
  }
  return diffFiles(await filesOn(a, from), await filesOn(b, to))
}

const filesOn = async (side: DiffSource, component: Component | null): Promise<readonly ListedFile[]> =>
  component === null ? [] : listFiles(side.readTree, component)

async function describe(
  a: DiffSource,
  b: DiffSource,
  { path, from, to }: FileChange,
  content: boolean,
): Promise<DiffFile> {
  const inside = content && from !== null && to !== null ? await insideFile(a, b, from, to) : { text: null, keys: [] }
  const exec = from !== null && to !== null && from.exec !== to.exec ? to.exec : null
  const state = from === null ? 'added' : to === null ? 'removed' : 'changed'
  return { path, state, from_size: from?.size ?? null, to_size: to?.size ?? null, exec, ...inside }
}
