import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { hasCode } from '../core/errors.ts'
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
      // Most of what is remembered is what was remembered before, and to read it costs a tenth of writing it.
      if (bytes.length <= SMALL && readCached(path, SMALL)?.equals(bytes)) return
      const draft = `${path}.${process.pid}.tmp`
      try {
        refuseLinks(foldersBetween(dir, dirname(path)))
        makeBelow(dir, dirname(path))
        writeNew(draft, bytes)
        renameSync(draft, path)
      } catch {
        // Losing it costs time only.
      }
    },
  }
}

/**
 * Makes the folder of a cache for a registry that is not a folder; its parent, where it is new, is ignored by git. False where nothing can be
 * written there.
 */
export function makeCacheRoom(dir: string): boolean {
  const parent = dirname(dir)
  try {
    refuseLinks([parent, dir])
    if (!existsSync(parent)) {
      mkdirSync(parent, { recursive: true })
      writeFileSync(join(parent, '.gitignore'), '*\n', { flag: 'wx' })
    }
    mkdirSync(dir, { recursive: true })
    accessSync(dir, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const SMALL = 4096

/** New, so that nothing is written through a link that somebody has put there. */
function writeNew(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes, { flag: 'wx' })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    // A process that had this one's number was stopped while it wrote.
    unlinkSync(file)
    writeFileSync(file, bytes, { flag: 'wx' })
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

/** A link in a project that somebody else made could lead anywhere, and nobody expects a look at a project to write there. Errors: if one is a link. */
export function refuseLinks(folders: readonly string[]): void {
  for (const folder of folders)
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw new Error(`${folder} is a link`)
}

/** Takes away what nobody needs any more of one folder below `dir`. What can't be taken away stays. */
export function pruneCache(dir: string, folder: string, isNeeded: (name: string) => boolean): void {
  const path = join(dir, folder)
  try {
    refuseLinks(foldersBetween(dir, path))
    for (const name of readdirSync(path)) if (!isNeeded(name)) unlinkSync(join(path, name))
  } catch {
    // Nothing is there, or somebody else takes it away.
  }
}

function foldersBetween(dir: string, folder: string): readonly string[] {
  return folder.length <= dir.length ? [dir] : [...foldersBetween(dir, dirname(folder)), folder]
}

/** Makes `folder` and what lies between it and `dir`, and `dir` itself if its parent is there. */
function makeBelow(dir: string, folder: string): void {
  try {
    mkdirSync(dir)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  if (folder !== dir) mkdirSync(folder, { recursive: true })
}
