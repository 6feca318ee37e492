import { existsSync } from 'node:fs'
import path from 'node:path'

/** The file that describes a project. */
const CONFIG_NAME = 'aiship.yaml'

/** The nearest aiship.yaml in `dir` or above it, up to the root of the git repository, else of the file system; null if there is none. */
export function findConfig(dir: string): string | null {
  for (let folder = path.resolve(dir); ; folder = path.dirname(folder)) {
    const file = path.join(folder, CONFIG_NAME)
    if (existsSync(file)) return file
    if (existsSync(path.join(folder, '.git')) || folder === path.dirname(folder)) return null
  }
}
