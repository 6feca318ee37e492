import fs from 'node:fs'
import { AishipError } from '../core/errors.ts'
import { openFolders } from './checkout-folders.ts'

/** What stands where a planned file is to be, and is no file. */
export interface Obstacles {
  /** True if it will be gone: a folder full of files that this update removes, or a file of the old bundle where the new one has a folder. */
  isCleared(path: string): boolean
  close(): void
}

/** `ours`: the paths of what was written there. */
export function openObstacles(dir: string, ours: ReadonlySet<string>): Obstacles {
  const folders = openFolders(dir)
  const hasForeign = (at: string, path: string): boolean =>
    fs.readdirSync(at, { withFileTypes: true }).some((item) => {
      const below = `${path}/${item.name}`
      if (item.isDirectory()) return hasForeign(`${at}/${item.name}`, below)
      return !item.isFile() || !ours.has(below)
    })
  return {
    isCleared(path) {
      try {
        const at = folders.reach(path)
        const stat = at === null ? undefined : fs.lstatSync(at, { throwIfNoEntry: false })
        if (at === null || stat === undefined) return true
        return stat.isDirectory() && !hasForeign(at, path)
      } catch (error) {
        if (!(error instanceof AishipError)) throw error
        // Such a file is judged under its own path.
        const [obstacle] = error.details.files as readonly string[]
        return obstacle !== undefined && ours.has(obstacle)
      }
    },
    close: () => folders.close(),
  }
}
