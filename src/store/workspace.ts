import fs, { type BigIntStats } from 'node:fs'
import { join, resolve } from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'
import type { FolderItem, Workspace } from '../core/ports.ts'
import type { FileStat } from '../core/workspace.ts'
import { checkoutInto, planCheckout } from './checkout.ts'
import { sourceError } from './errno.ts'
import { openKnown } from './known.ts'

/**
 * The working folder `root`, absolute. `cache` is a folder whose content may be lost; it is made only if the folder above it is there.
 * With `dryRun` everything is checked and nothing is written. A checkout's folder is relative to `from`, where its name was typed. What an
 * aiship of another `version` saw in files does not count.
 */
export function openWorkspace(
  root: string,
  cache: string,
  {
    dryRun = false,
    from = root,
    version = '',
  }: { readonly dryRun?: boolean; readonly from?: string; readonly version?: string } = {},
): Workspace {
  const known = openKnown(root, cache, version)
  const absolute = (file: string): string => resolve(root, file)
  return {
    root,
    async read(file, maxBytes) {
      return readStart(absolute(file), maxBytes)
    },
    async part(file, stat, from, length) {
      return readPart(absolute(file), stat, from, length)
    },
    look(file, found) {
      const path = absolute(file)
      const stat = found ?? statOf(path)
      return stat === null ? null : known.look(path, stat)
    },
    async hash(file) {
      const path = absolute(file)
      const stat = statOf(path)
      if (stat !== null) known.look(path, stat)
      const { hashFile } = await import('./hash.ts')
      const found = await hashFile(path)
      known.set(path, found, null)
      return found
    },
    remember(file, stored, cleared = null) {
      known.set(absolute(file), stored, cleared)
    },
    unchanged: (key) => known.unchanged(key),
    keep: async (key, trail, summary) => (dryRun ? undefined : known.keep(key, trail, summary)),
    saveKnown: async () => (dryRun ? undefined : known.save()),
    async list(folder) {
      return listFolder(absolute(folder), folder)
    },
    async create(path, bytes) {
      if (dryRun) return fs.existsSync(absolute(path)) ? 'lost' : 'won'
      return createFile(absolute(path), bytes)
    },
    async checkout(dir, plan) {
      return (dryRun ? planCheckout : checkoutInto)(resolve(from, dir), plan)
    },
  }
}

function statOf(path: string): BigIntStats | null {
  try {
    const stat = fs.statSync(path, { bigint: true, throwIfNoEntry: false })
    return stat?.isFile() ? stat : null
  } catch {
    return null
  }
}

function readStart(path: string, maxBytes = Number.MAX_SAFE_INTEGER): Uint8Array | null {
  try {
    const stat = fs.statSync(path, { throwIfNoEntry: false })
    if (!stat?.isFile()) return null
    if (stat.size <= maxBytes) return fs.readFileSync(path)
    const fd = fs.openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(maxBytes)
      return bytes.subarray(0, fs.readSync(fd, bytes, 0, maxBytes, 0))
    } finally {
      fs.closeSync(fd)
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw sourceError(error, path)
  }
}

function readPart(path: string, stat: FileStat, from: number, length: number): Uint8Array | null {
  try {
    const fd = fs.openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(Math.min(length, Number(stat.size)))
      const read = fs.readSync(fd, bytes, 0, bytes.length, from < 0 ? Math.max(0, Number(stat.size) + from) : from)
      return isSameFile(fs.fstatSync(fd, { bigint: true }), stat) ? bytes.subarray(0, read) : null
    } finally {
      fs.closeSync(fd)
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null
    throw sourceError(error, path)
  }
}

const isSameFile = (a: FileStat, b: FileStat): boolean =>
  (['size', 'mtimeNs', 'ctimeNs', 'ino', 'dev'] as const).every((key) => a[key] === b[key])

function listFolder(path: string, folder: string): readonly FolderItem[] {
  let items: readonly fs.Dirent[]
  try {
    items = fs.readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw sourceError(error, path)
  }
  return items
    .map((item): FolderItem => {
      const kind = item.isFile() ? 'file' : item.isDirectory() ? 'folder' : 'other'
      const size = kind === 'file' ? (fs.lstatSync(join(path, item.name), { throwIfNoEntry: false })?.size ?? 0) : 0
      return { path: folder === '' ? item.name : `${folder}/${item.name}`, kind, size }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

function createFile(path: string, bytes: Uint8Array): 'won' | 'lost' {
  try {
    fs.writeFileSync(path, bytes, { flag: 'wx' })
    return 'won'
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return 'lost'
    if (hasCode(error, 'EROFS'))
      throw new AishipError('READ_ONLY', `could not write ${path}: the file system is read-only`, { cause: error })
    if (hasCode(error, 'ENOSPC', 'EDQUOT'))
      throw new AishipError('DISK_FULL', `no space left for ${path}`, { cause: error })
    if (hasCode(error, 'EACCES', 'EPERM'))
      throw new AishipError('NOT_PERMITTED', `not permitted to write ${path}`, { cause: error })
    throw error
  }
}
