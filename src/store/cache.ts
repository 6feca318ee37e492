import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Memory } from '../core/ports.ts'

/**
 * Small files below `dir`, for what may be lost. Nothing here fails a command: what cannot be read is absent, what cannot be written is not kept.
 * `parent` must be there already: a look at a project without a registry leaves no folder behind.
 */
export function openCache(dir: string): Memory {
  return {
    async get(key) {
      try {
        return readFileSync(join(dir, key))
      } catch {
        return null
      }
    },
    async set(key, bytes) {
      const path = join(dir, key)
      const draft = `${path}.${process.pid}.tmp`
      try {
        makeBelow(dir, dirname(path))
        writeFileSync(draft, bytes)
        renameSync(draft, path)
      } catch {
        // Losing it costs time only.
      }
    },
  }
}

/** Makes `folder` and what lies between it and `dir`, and `dir` itself if its parent is there. */
function makeBelow(dir: string, folder: string): void {
  try {
    mkdirSync(dir)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  if (folder !== dir) mkdirSync(folder, { recursive: true })
}
