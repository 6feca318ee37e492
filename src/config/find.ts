import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'

/** The file that describes a project. */
const CONFIG_NAME = 'aiship.yaml'

/** Most bytes of an aiship.yaml. */
export const MAX_CONFIG_BYTES = 256 * 1024

/** The nearest aiship.yaml in `dir` or above it, up to the root of the git repository, else of the file system; null if there is none. */
export function findConfig(dir: string): string | null {
  for (let folder = path.resolve(dir); ; folder = path.dirname(folder)) {
    const file = path.join(folder, CONFIG_NAME)
    if (existsSync(file) || isLink(file)) return file
    if (existsSync(path.join(folder, '.git')) || folder === path.dirname(folder)) return null
  }
}

/** One that leads nowhere, if there is no file. */
function isLink(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
  } catch {
    return false
  }
}

/** The bytes of an aiship.yaml. Errors: CONFIG_INVALID for what is no file or too large to be one, NOT_PERMITTED. */
export function readConfigFile(file: string): Uint8Array {
  const refuse = (why: string): AishipError => new AishipError('CONFIG_INVALID', `${file} ${why}`)
  try {
    // Opening a pipe that nobody writes to would wait for ever.
    const fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stat = fstatSync(fd)
      if (!stat.isFile()) throw refuse('is not a file')
      if (stat.size > MAX_CONFIG_BYTES)
        throw refuse(`has ${stat.size} bytes, more than the ${MAX_CONFIG_BYTES} allowed`)
      return readFileSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM')) {
      const hint = 'give yourself read permission'
      throw new AishipError('NOT_PERMITTED', `not permitted to read ${file}`, { hint, cause: error })
    }
    if (hasCode(error, 'ELOOP', 'ENOTDIR') || (hasCode(error, 'ENOENT') && isLink(file)))
      throw refuse('is a link that leads nowhere')
    throw hasCode(error, 'EISDIR', 'ENXIO') ? refuse('is not a file') : error
  }
}
