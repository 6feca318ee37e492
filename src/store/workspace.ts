import fs, { type BigIntStats } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { digestOf, hexOf } from '../core/digest.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import type { FolderItem, Workspace } from '../core/ports.ts'
import { openCache, readCached } from './cache.ts'
import { checkoutInto, planCheckout } from './checkout.ts'
import { sourceError } from './errno.ts'
import { hashFile } from './hash.ts'
import { type FileStat, fileStat, openStatCache, type StatCache } from './statcache.ts'

/**
 * The working folder `root`, absolute. `cache` is a folder whose content may be lost; it is made only if the folder above it is there.
 * With `dryRun` everything is checked and nothing is written. A checkout's folder is relative to `from`, where its name was typed.
 */
export function openWorkspace(
  root: string,
  cache: string,
  { dryRun = false, from = root }: { readonly dryRun?: boolean; readonly from?: string } = {},
): Workspace {
  const known = openKnown(root, cache)
  const absolute = (file: string): string => resolve(root, file)
  return {
    root,
    async read(file, maxBytes) {
      return readStart(absolute(file), maxBytes)
    },
    look(file) {
      const path = absolute(file)
      const stat = statOf(path)
      return stat === null ? null : { size: Number(stat.size), digest: known.digest(path, stat) }
    },
    async hash(file) {
      const path = absolute(file)
      const before = statOf(path)
      const found = await hashFile(path)
      if (before !== null) known.digest(path, before)
      known.set(path, found.digest)
      return found
    },
    remember(file, digest) {
      known.set(absolute(file), digest)
    },
    saveKnown: async () => (dryRun ? undefined : known.save()),
    async list(folder) {
      return listFolder(absolute(folder), folder)
    },
    async create(path, bytes) {
      if (dryRun) return fs.existsSync(absolute(path)) ? 'lost' : 'won'
      return createFile(absolute(path), bytes)
    },
    checkout: (dir, plan) => (dryRun ? planCheckout : checkoutInto)(resolve(from, dir), plan),
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

interface Known {
  digest: (path: string, stat: BigIntStats) => ReturnType<StatCache['digest']>
  set(path: string, digest: Parameters<StatCache['set']>[2]): void
  save(): Promise<void>
}

/**
 * The stat cache of one working folder. A digest is remembered under the stat that the file had when it was last looked at, which is before
 * it was read: if it changed in between, its stat is another one now, and the cache says nothing.
 */
function openKnown(root: string, cache: string): Known {
  const opened = BigInt(Date.now()) * 1_000_000n
  const files = openCache(cache)
  const cacheKey = `stat/${hexOf(digestOf(root)).slice(0, 16)}`
  const looked = new Map<string, FileStat>()
  let loaded: StatCache | null = null
  const load = (): StatCache => {
    loaded ??= openStatCache(readCached(join(cache, cacheKey)))
    return loaded
  }
  const below = root + sep
  const name = (path: string): string =>
    (path.startsWith(below) ? path.slice(below.length) : relative(root, path)).replaceAll(sep, '/')
  return {
    digest(path, stat) {
      const key = name(path)
      looked.set(key, fileStat(stat))
      return load().digest(key, stat)
    },
    set(path, digest) {
      const key = name(path)
      const stat = looked.get(key)
      if (stat !== undefined) load().set(key, stat, digest, opened)
    },
    async save() {
      if (loaded === null || looked.size === 0) return
      loaded.prune((path) => looked.has(path))
      if (loaded.isChanged) await files.set(cacheKey, loaded.bytes())
    },
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
