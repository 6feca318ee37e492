import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { hasCode } from '../core/errors.ts'
import { makePath, refuseLinks, syncFolder } from './durable.ts'

/** A folder of the trash that is being filled; made with the first that comes in. */
export interface Bin {
  /** Moves a file of the registry here, to where it stood. Out: its path now; null where it is gone. */
  take(file: string): string | null
  /** Makes durable what was moved so far. */
  sync(): void
  /** Removes its folders, if nothing is left in them. */
  clear(): void
}

/** In: the time, in ms, for the folder's name. */
export function openBin(root: string, nowMs: number): Bin {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const bin = `${root}/trash/${time}-${randomBytes(4).toString('hex')}`
  const touched = new Set<string>()
  let isMade = false

  function make(): void {
    makePath(bin)
    syncFolder(`${root}/trash`)
    syncFolder(root)
    isMade = true
  }

  return {
    take(file) {
      refuseLinks(root, path.dirname(file))
      if (!isMade) make()
      const to = `${bin}/${path.relative(root, file)}`
      makePath(path.dirname(to))
      try {
        fs.renameSync(file, to)
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return null
        throw error
      }
      touched.add(path.dirname(file)).add(path.dirname(to))
      return to
    },
    sync() {
      for (const folder of touched) syncFolder(folder)
      if (touched.size > 0) for (const folder of ['', '/objects']) syncFolder(bin + folder)
      touched.clear()
    },
    clear() {
      if (isMade) removeEmpty(bin)
    },
  }
}

/** Out: whether it is gone. */
function removeEmpty(folder: string): boolean {
  const below = fs.readdirSync(folder, { withFileTypes: true })
  const isEmpty = below.every((one) => one.isDirectory() && removeEmpty(`${folder}/${one.name}`))
  if (isEmpty) fs.rmdirSync(folder)
  return isEmpty
}
