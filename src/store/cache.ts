import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Memory } from '../core/ports.ts'

/**
 * Small files below `dir`, for what may be lost. Nothing here fails a command: what cannot be read is absent, what cannot be written is not kept.
 * `parent` must be there already: a look at a project without a registry leaves no folder behind.
 */
export function openCache(dir: string): Memory {
  return {
    get: async (key) => readCached(join(dir, key)),
    async set(key, bytes) {
      const path = join(dir, key)
      const draft = `${path}.${process.pid}.tmp`
      try {
        makeBelow(dir, dirname(path))
        // New, so that nothing is written through a link that somebody has put there.
        rmSync(draft, { force: true })
        writeFileSync(draft, bytes, { flag: 'wx' })
        renameSync(draft, path)
      } catch {
        // Losing it costs time only.
      }
    },
  }
}

const MAX_CACHED = 256 * 1024 * 1024

/** What may be lost: null for whatever cannot be read, and for what is no file, which might never end. */
export function readCached(file: string, maxBytes = MAX_CACHED): Buffer | null {
  try {
    const stat = statSync(file, { throwIfNoEntry: false })
    return stat?.isFile() === true && stat.size <= maxBytes ? readFileSync(file) : null
  } catch {
    return null
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
