import fs from 'node:fs'
import { type Digest, hexOf } from '../core/digest.ts'
import { makePath, refuseLinks, remove, syncFolder } from './durable.ts'
import type { Packed } from './ingest-small.ts'
import { objectFile } from './layout.ts'
import { setAside } from './leftovers.ts'
import { packFile, packsFolder } from './places.ts'
import { syncFiles } from './stream.ts'
import { tableFile } from './table.ts'

/** A file in tmp/ that is to get its name. */
export interface Pending {
  readonly tmp: string
  readonly isDurable: boolean
  /** True if other bytes stand under its name. */
  readonly replaces: boolean
}

/** What a batch has in tmp/. */
export interface Unpublished {
  readonly objects: ReadonlyMap<Digest, Pending>
  readonly packs: readonly Packed[]
  /** Chunk tables, by the object that each makes up. */
  readonly tables: ReadonlyMap<Digest, Pending>
  /** Folders whose names are relied on. Another process may have published there, and not yet made them durable. */
  readonly relied: ReadonlySet<string>
}

export const folderOf = (root: string, digest: Digest): string => `${root}/objects/${hexOf(digest).slice(0, 2)}`
export const tablesFolder = (root: string): string => `${root}/objects/tables`

/**
 * Gives all of it its names: first bytes are made durable, then named, then the names are made durable; tables come after what they name.
 * rename(2) works where link(2) does not, and of two writers of one object the second puts the same bytes in the place of the first's.
 * Errors: those of the system; then nothing is left in tmp/.
 */
export async function publish(
  root: string,
  { objects, packs, tables, relied }: Unpublished,
  { isCopy = false }: { readonly isCopy?: boolean } = {},
): Promise<void> {
  // What is lost of a copy comes again from where it came, and everything that is read is verified.
  const sync = isCopy ? async () => undefined : syncFiles
  const syncOne = isCopy ? () => undefined : syncFolder
  const folders = new Set(relied)
  for (const digest of objects.keys()) folders.add(folderOf(root, digest))
  if (packs.length > 0) folders.add(packsFolder(root))
  if (tables.size > 0) folders.add(tablesFolder(root))
  if (folders.size === 0) return
  const named = [...objects.values(), ...tables.values()]
  try {
    refuseLinks(root, ...folders)
    await sync(named.filter(({ isDurable }) => !isDurable).map(({ tmp }) => tmp))
    for (const folder of folders) makePath(folder)
    for (const [digest, { tmp, replaces }] of objects) {
      const file = objectFile(root, digest)
      if (replaces) setAside(root, file, digest)
      fs.renameSync(tmp, file)
    }
    for (const { tmp, name } of packs) fs.renameSync(tmp, packFile(root, name))
    await sync([...folders])
    syncOne(`${root}/objects`)
    syncOne(root)
    if (tables.size === 0) return
    for (const [digest, { tmp }] of tables) fs.renameSync(tmp, tableFile(root, digest))
    syncOne(tablesFolder(root))
  } catch (error) {
    for (const { tmp } of [...named, ...packs]) remove(tmp)
    throw error
  }
}
