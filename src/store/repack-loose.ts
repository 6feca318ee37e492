import fs from 'node:fs'
import path from 'node:path'
import { type Digest, digestOf } from '../core/digest.ts'
import type { Amount } from '../core/ports.ts'
import { makePath, remove, syncFolder, writeNew } from './durable.ts'
import { objectFile } from './layout.ts'
import { looseIn } from './listing.ts'
import { MAX_PACKED } from './pack.ts'
import { freshTmp, makePack } from './pack-copy.ts'
import { type Extent, openPlaces } from './places.ts'
import { bytesAt } from './trash.ts'

/** What goes into one pack: it is written in one go, in which nobody is heard. */
const [MOST_BYTES, MOST_OBJECTS] = [128 * 1024 * 1024, 100_000]

interface Loose {
  readonly digest: Digest
  readonly file: string
  readonly size: number
}

/** Objects in files of their own that may lie in packs, a pack at a time. */
export function* packableIn(root: string, mayPack: (digest: Digest) => boolean): Generator<readonly Loose[]> {
  let [group, bytes]: [Loose[], number] = [[], 0]
  for (const { digest, file } of looseIn(root)) {
    const stat = mayPack(digest) ? fs.statSync(file, { throwIfNoEntry: false }) : undefined
    if (stat?.isFile() !== true || stat.size > MAX_PACKED) continue
    group.push({ digest, file, size: stat.size })
    bytes += stat.size
    if (bytes < MOST_BYTES && group.length < MOST_OBJECTS) continue
    yield group
    ;[group, bytes] = [[], 0]
  }
  if (group.length > 0) yield group
}

/** Writes objects into one pack, then removes their files. What is damaged stays where it is. Errors: as `makePack`. */
export function packLoose(root: string, group: readonly Loose[]): Amount {
  const taken: Loose[] = []
  makePack(root, (into) => {
    for (const one of group) {
      const bytes = fs.existsSync(one.file) ? fs.readFileSync(one.file) : null
      if (bytes === null || digestOf(bytes) !== one.digest) continue
      into.add(one.digest, bytes)
      taken.push(one)
    }
  })
  for (const { file } of taken) remove(file)
  return { objects: taken.length, bytes: taken.reduce((sum, { size }) => sum + size, 0) }
}

/** Gives objects that lie in packs files of their own. Out: how many. Errors: DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE. */
export function unpack(root: string, digests: Iterable<Digest>): number {
  const places = openPlaces(root)
  const folders = new Set<string>()
  let count = 0
  try {
    for (const digest of digests) {
      const file = objectFile(root, digest)
      const place = fs.existsSync(file) ? null : places.find(digest)
      const bytes = place?.form === 'packed' ? bytesAt(place.extents[0] as Extent) : null
      if (bytes === null || digestOf(bytes) !== digest) continue
      const tmp = freshTmp(root)
      writeNew(tmp, bytes, true)
      makePath(path.dirname(file))
      fs.renameSync(tmp, file)
      folders.add(path.dirname(file))
      count++
    }
    for (const folder of folders) syncFolder(folder)
    if (folders.size > 0) syncFolder(`${root}/objects`)
    return count
  } finally {
    places.close()
  }
}
