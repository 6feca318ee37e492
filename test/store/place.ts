import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Registry } from '../../src/core/ports.ts'
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
