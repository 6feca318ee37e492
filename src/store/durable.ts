import fs from 'node:fs'
import path from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'
import { storeError } from './errno.ts'
import { MAX_RECORD_BYTES } from './layout.ts'

/** Makes the names in a folder durable. Windows has no such call; some network file systems refuse it, and then have none either. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const fd = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(fd)
  } catch (error) {
    if (!isRefused(fd, error)) throw error
  } finally {
    fs.closeSync(fd)
  }
}

/** Whether an fsync failed because this file system, or Windows, has none for folders. */
export const isRefused = (fd: number, error: unknown): boolean =>
  (process.platform === 'win32' || hasCode(error, 'EINVAL', 'ENOTSUP')) && fs.fstatSync(fd).isDirectory()

const INNER = ['', '/packs', '/tables'].map((name) => `objects${name}`)
/** Not the cache: one that is a link remembers nothing, and stops nobody. */
const FOLDERS = ['tmp', ...INNER, 'logs', 'labels', 'index', 'presence', 'trash', 'quarantine']

const isLink = (folder: string): boolean => fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true

/** Folders of a registry, by name, that are links. The registry itself may be one. */
export const linkedFolders = (root: string): readonly string[] => FOLDERS.filter((name) => isLink(`${root}/${name}`))

/**
 * A registry that came from somebody else could have links that lead anywhere: reading verifies, writing must not be led out.
 * In: more folders that will be written to. Errors: CORRUPT.
 */
export const refuseLinks = (root: string, ...more: readonly string[]): void =>
  refuseLinked([...FOLDERS.map((name) => `${root}/${name}`), ...more])

/** The same for these folders alone: every move passes here, and each look costs. */
export function refuseLinked(folders: readonly string[]): void {
  const link = folders.find(isLink)
  if (link === undefined) return
  throw new AishipError('CORRUPT', `${link} is a link, and nothing is written through one`, {
    hint: 'put the folder itself in its place; a whole registry may lie behind a link',
    next: ['aiship fsck'],
    details: { path: link },
  })
}

/** Makes `folder`, below `root`, and its own name and those above it durable: also when another process has just made it. */
export function makeFolder(root: string, folder: string): void {
  try {
    makePath(folder)
    for (const above of foldersAbove(root, folder)) syncFolder(above)
  } catch (error) {
    throw storeError(error, 'create the folder', folder)
  }
}

/** Innermost first, up to `root`. */
export function foldersAbove(root: string, folder: string): readonly string[] {
  const found: string[] = []
  for (let above = path.dirname(folder); above.length >= root.length; above = path.dirname(above)) found.push(above)
  return found
}

/**
 * Makes a folder and those above it; mkdirSync's own recursion says ENOENT where the file system is read-only.
 * Out: the topmost one made; null if all were there.
 */
export function makePath(folder: string): string | null {
  try {
    return makeOne(folder)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  const above = makePath(path.dirname(folder))
  const made = makeOne(folder)
  return above ?? made
}

function makeOne(folder: string): string | null {
  try {
    fs.mkdirSync(folder)
    return folder
  } catch (error) {
    if (fs.existsSync(folder)) return null
    throw error
  }
}

/** A full disk makes write(2) write less than asked without an error: only a loop finds out. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done)
}

/** Opens a new file for writing, read-only for everybody later; makes its folder if somebody has tidied it away. */
export function openNew(file: string): number {
  try {
    return fs.openSync(file, 'wx', 0o444)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    makePath(path.dirname(file))
    return fs.openSync(file, 'wx', 0o444)
  }
}

/** Writes a new file and closes it; `sync` makes its bytes durable. A failure leaves nothing behind. */
export function writeNew(file: string, bytes: Uint8Array, sync: boolean): void {
  try {
    const fd = openNew(file)
    try {
      writeAll(fd, bytes)
      if (sync) fs.fsyncSync(fd)
    } catch (error) {
      remove(file)
      throw error
    } finally {
      fs.closeSync(fd)
    }
  } catch (error) {
    throw storeError(error, 'write', file)
  }
}

/** Removes a file that nobody needs; one that can't be removed is a leftover, and those are harmless. */
export function remove(file: string): void {
  try {
    fs.unlinkSync(file)
  } catch {
    // Swept later.
  }
}

/** Puts `bytes` in the place of `file` in one step. */
export function replaceFile(file: string, bytes: Uint8Array, tmp: string, sync: boolean): void {
  writeNew(tmp, bytes, sync)
  try {
    fs.renameSync(tmp, file)
  } catch (error) {
    remove(tmp)
    throw storeError(error, 'replace', file)
  }
}

/** The bytes of a small file, or null where there is none. Errors: CORRUPT if it has more than `maxBytes`, or is no file. */
export function readWhole(file: string, maxBytes = MAX_RECORD_BYTES): Uint8Array | null {
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return null
    // Opening a pipe that nobody writes to would wait for ever, and a device may have no end.
    const { size } = stat
    const problem = stat.isFile() ? `has ${size} bytes, more than the ${maxBytes} allowed` : 'is not a file'
    if (!stat.isFile() || size > maxBytes)
      throw new AishipError('CORRUPT', `${file} ${problem}`, { next: ['aiship fsck'] })
    return fs.readFileSync(file)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw storeError(error, 'read', file)
  }
}
