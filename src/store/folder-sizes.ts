import { type DigestMap, makeDigestMap } from '../core/digest-map.ts'
import { looseIn, tablesIn } from './listing.ts'
import { packFiles } from './merge.ts'
import { eachRow } from './pack-rows.ts'
import { packFile } from './places.ts'
import { sizeOf } from './stream.ts'
import { readTable } from './table.ts'

/** As `ObjectStore.sizes`, for a folder: no digest of a packed object becomes a text. */
export function folderSizes(root: string): DigestMap {
  const sizes = makeDigestMap()
  for (const digest of tablesIn(root)) {
    try {
      const table = readTable(root, digest)
      if (table !== null) sizes.set(digest, table.size)
    } catch {
      // A table that can't be read has no object; fsck tells of it.
    }
  }
  for (const { name } of packFiles(root))
    eachRow(packFile(root, name), (bytes, at, length) => sizes.setBytes(bytes, at, length))
  // Last, because whoever reads an object looks here first.
  for (const { digest, file } of looseIn(root)) {
    const size = sizeOrNull(file)
    if (size !== null) sizes.set(digest, size)
  }
  return sizes
}

/** A loop of links is no object either. */
function sizeOrNull(file: string): number | null {
  try {
    return sizeOf(file)
  } catch {
    return null
  }
}
