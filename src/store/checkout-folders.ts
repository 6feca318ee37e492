import fs from 'node:fs'
import { AishipError, hasCode } from '../core/errors.ts'

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = fs.constants
/** Where this is there, a name is looked up in a folder that is held open, whatever its path has become meanwhile: openat(2). */
const FD_PATHS = fs.existsSync('/proc/self/fd') ? '/proc/self/fd' : null

interface Level {
  readonly part: string
  readonly fd: number | null
  /** What a name in this folder is opened by. */
  readonly base: string
}

/** The folders below one root, entered part by part and never through a link. Ask for them in the order of their paths: few stay open. */
export interface Folders {
  /** Another path of the root: that of the folder which was opened, whatever has its name by now. For other threads, as long as this is open. */
  readonly root: string
  /**
   * The path by which to reach `path`, until the next one is asked for; null where its folder is not there.
   * Errors: TARGET_NOT_EMPTY where a link or a file is in the way.
   */
  reach(path: string, options?: { readonly make: boolean }): string | null
  close(): void
}

/** Errors: TARGET_NOT_EMPTY if `root` itself is a link or no folder. */
export function openFolders(root: string): Folders {
  const stack: Level[] = [enter('', root, root)]
  const pop = (): void => {
    const fd = stack.pop()?.fd
    if (typeof fd === 'number') fs.closeSync(fd)
  }
  const descend = (parts: readonly string[], make: boolean): boolean => {
    let kept = 0
    while (kept < parts.length && stack[kept + 1]?.part === parts[kept]) kept++
    while (stack.length > kept + 1) pop()
    for (let i = kept; i < parts.length; i++) {
      const path = `${(stack.at(-1) as Level).base}/${parts[i]}`
      if (make) makeOne(path)
      try {
        stack.push(enter(parts[i] as string, path, parts.slice(0, i + 1).join('/')))
      } catch (error) {
        // One that was just made is gone: somebody else moves it.
        if (make || !hasCode(error, 'ENOENT')) throw error
        return false
      }
    }
    return true
  }
  /** The folder that was reached last: mostly the next path lies in it, too. */
  let last: string | null = null
  return {
    root: `${(stack[0] as Level).base}/.`,
    reach(path, { make } = { make: false }) {
      const slash = path.lastIndexOf('/')
      const folder = slash === -1 ? '' : path.slice(0, slash)
      if (folder !== last) {
        last = null
        if (!descend(folder === '' ? [] : folder.split('/'), make)) return null
        last = folder
      }
      return `${(stack.at(-1) as Level).base}/${path.slice(slash + 1)}`
    },
    close() {
      while (stack.length > 0) pop()
    },
  }
}

function makeOne(path: string): void {
  try {
    fs.mkdirSync(path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

function enter(part: string, path: string, shown: string): Level {
  if (FD_PATHS === null) {
    if (!fs.lstatSync(path).isDirectory()) throw inTheWay(shown)
    return { part, fd: null, base: path }
  }
  try {
    const fd = fs.openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    return { part, fd, base: `${FD_PATHS}/${fd}` }
  } catch (error) {
    throw hasCode(error, 'ELOOP', 'ENOTDIR') ? inTheWay(shown) : error
  }
}

const inTheWay = (path: string): AishipError =>
  new AishipError('TARGET_NOT_EMPTY', `${path} is a link or a file where the checkout has a folder`, {
    hint: 'nothing is ever written through a link: move it away, or check out into another folder',
    details: { files: [path] },
  })
