import fs from 'node:fs'
import path from 'node:path'
import { hasCode } from '../core/errors.ts'
import type { NameStore } from '../core/ports.ts'
import { createOnce } from './create.ts'
import { makeFolder, readWhole, refuseLinks, replaceFile } from './durable.ts'
import { storeError } from './errno.ts'
import { isPart, keyFile, keyPrefixFolder, NAME_FOLDERS, type Place } from './layout.ts'

/** Small records as one file a key. */
export function folderNames(place: Place): NameStore {
  const { root } = place
  const made = new Set<string>()

  /** Also where the folder is there already: another process may have made it and not yet made it durable. */
  function ensure(folder: string): void {
    if (made.has(folder)) return
    refuseLinks(root, folder)
    makeFolder(root, folder)
    made.add(folder)
  }

  return {
    create: async (key, bytes) => {
      const file = keyFile(root, key)
      ensure(path.dirname(file))
      return createOnce(file, bytes, place.tmp(), place.link)
    },
    read: async (key) => readWhole(keyFile(root, key)),
    replace: async (key, bytes) => {
      const file = keyFile(root, key)
      ensure(path.dirname(file))
      replaceFile(file, bytes, place.tmp(), true)
    },
    remove: async (key) => {
      const file = keyFile(root, key)
      refuseLinks(root, path.dirname(file))
      try {
        fs.unlinkSync(file)
      } catch (error) {
        if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw storeError(error, 'remove', file)
      }
    },
    list: async (prefix) => {
      const folder = keyPrefixFolder(prefix)
      const below = folder === '' ? NAME_FOLDERS.flatMap((name) => keysBelow(root, name)) : keysBelow(root, folder)
      return below.filter((key) => key.startsWith(prefix)).sort()
    },
  }
}

function keysBelow(root: string, folder: string): string[] {
  let entries: readonly fs.Dirent[]
  try {
    entries = fs.readdirSync(`${root}/${folder}`, { withFileTypes: true })
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw storeError(error, 'read', `${root}/${folder}`)
  }
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) return isPart(entry.name) ? keysBelow(root, `${folder}/${entry.name}`) : []
    const name = entry.name.endsWith('.json') ? entry.name.slice(0, -'.json'.length) : ''
    return isPart(name) ? [`${folder}/${name}`] : []
  })
}
