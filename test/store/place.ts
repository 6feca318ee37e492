import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { FileRequest, ObjectBatch, Registry, StoredFile } from '../../src/core/ports.ts'
import { type FolderOptions, openFolder } from '../../src/store/folder.ts'

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})

/** A folder that is gone after the test. */
export function freshDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'aiship-store-'))
  made.push(dir)
  return dir
}

export const open = (root: string, options: Partial<FolderOptions> = {}): Registry =>
  openFolder(root, { create: true, now: () => new Date(), uuid: randomUUID, ...options })

/** What a batch is asked for: a file as it was last looked at, with nothing to look for in it. */
export const requestOf = (path: string, options: Partial<FileRequest> = {}): FileRequest => ({
  ...{ path, size: statSync(path, { throwIfNoEntry: false })?.size ?? 0, watch: null, alone: false, like: [] },
  ...options,
})

/** Stores one file. */
export async function storeFile(
  batch: ObjectBatch,
  path: string,
  options: Partial<FileRequest> = {},
): Promise<StoredFile> {
  const [stored] = await batch.files([requestOf(path, options)])
  return stored as StoredFile
}
