import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import type { Amount, Descriptor } from '../core/ports.ts'
import { entriesOf } from './check-parts.ts'
import { looseIn, tablesIn } from './listing.ts'
import { packFiles } from './merge.ts'
import { digestIn, lookAtPack } from './pack-rows.ts'
import { packFile } from './places.ts'
import { tableFile } from './table.ts'
import { changedMs, type TrashFolder, trashFolders } from './trash.ts'

/** What lies in one folder of the trash; a chunk table with its own bytes. */
export function* trashedIn({ path: root }: TrashFolder): Generator<Descriptor> {
  const tables = tablesIn(root).map((digest) => ({ digest, file: tableFile(root, digest) }))
  for (const files of [looseIn(root), tables]) {
    for (const { digest, file } of files) {
      const stat = fs.statSync(file, { throwIfNoEntry: false })
      if (stat?.isFile()) yield { digest, size: stat.size }
    }
  }
  for (const { name } of packFiles(root)) {
    const rows = lookAtPack(packFile(root, name), name)?.rows
    if (rows === undefined || rows === null) continue
    for (const [i, size] of rows.lengths.entries()) yield { digest: digestIn(rows, i), size }
  }
}

export function amountIn(folders: readonly TrashFolder[]): Amount {
  let [objects, bytes] = [0, 0]
  for (const folder of folders) {
    for (const { size } of trashedIn(folder)) {
      objects++
      bytes += size
    }
  }
  return { objects, bytes }
}

const GONE = 'gone-'

/**
 * Deletes for good what nobody has put in or taken out since `before`. A folder is renamed first, so that nothing can come in any more, and looked
 * at once again: a gc that was asleep may have gone on with it. Out: how much.
 */
export function emptyTrash(root: string, before: number): Amount {
  let [objects, bytes] = [0, 0]
  for (const folder of ripeFolders(root, before)) {
    const gone = `${root}/trash/${GONE}${folder.name}`
    fs.renameSync(folder.path, gone)
    if (changedMs({ path: gone }) > before) {
      bringBack(root, folder.name)
      continue
    }
    const amount = amountIn([{ path: gone, name: folder.name }])
    objects += amount.objects
    bytes += amount.bytes
    fs.rmSync(gone, { recursive: true })
  }
  return { objects, bytes }
}

export const ripeFolders = (root: string, before: number): readonly TrashFolder[] =>
  trashFolders(root).filter((folder) => changedMs(folder) <= before)

/** Gives their names back to folders that a killed gc was deleting. */
export function mendTrash(root: string): void {
  for (const { name } of entriesOf(`${root}/trash`)) if (name.startsWith(GONE)) bringBack(root, name.slice(GONE.length))
}

function bringBack(root: string, name: string): void {
  const gone = `${root}/trash/${GONE}${name}`
  const free = fs.existsSync(`${root}/trash/${name}`) ? `${name.slice(0, -8)}${randomBytes(4).toString('hex')}` : name
  fs.renameSync(gone, `${root}/trash/${free}`)
}
