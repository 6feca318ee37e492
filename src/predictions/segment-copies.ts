import fs from 'node:fs'
import path from 'node:path'
import { type Digest, hexOf } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { ObjectStore } from '../core/ports.ts'
import { storeError } from '../store/errno.ts'
import { ownName } from './own-folder.ts'

/** Copies of segments that do not lie in files of their own: of a bucket, or packed. */
export interface SegmentCopies {
  /** A copy for this reader alone, which stays while its folder does; null where the object is gone. Errors: those of `ObjectStore.get`, of writing. */
  take(digest: Digest): Promise<string | null>
  /** Takes copies out that nobody has read for long, and the least recently read of too many; none of what was taken here. */
  prune(now: Date): void
}

/** Beyond that, copies go that were not just read; and after that time in any case. */
const MOST_BYTES = 8 * 2 ** 30
const UNREAD_MS = 30 * 86_400_000
/** A download that has not ended by then never will. */
const DRAFT_MS = 86_400_000

/**
 * In: `cache`, where copies are kept; `own`, the reader's folder. It gets links, not the copies: so any process may take a copy out at any time, and
 * who reads it reads on. A link's making is also what says when a copy was read last (its ctime).
 */
export function openCopies(objects: ObjectStore, cache: string, own: string): SegmentCopies {
  const folder = path.join(cache, 'segments')
  const taken = new Set<string>()
  let isGrown = false

  async function fetch(digest: Digest, copy: string): Promise<boolean> {
    if ((await objects.size(digest)) === null) return false
    const draft = `${copy}.${ownName()}.tmp`
    try {
      fs.mkdirSync(folder, { recursive: true })
      await fs.promises.writeFile(draft, objects.get(digest))
      fs.renameSync(draft, copy)
    } catch (error) {
      fs.rmSync(draft, { force: true })
      throw storeError(error, 'write', copy)
    }
    isGrown = true
    return true
  }

  return {
    async take(digest) {
      const name = `${hexOf(digest)}.parquet`
      const [copy, mine] = [path.join(folder, name), path.join(own, name)]
      // Between the copy's coming and the link, somebody may have taken it out again.
      while (!link(copy, mine)) if (!(await fetch(digest, copy))) return null
      taken.add(name)
      return mine
    },
    prune(now) {
      if (isGrown) pruneFolder(folder, taken, now.getTime())
    },
  }
}

/** False where there is no copy. */
function link(copy: string, mine: string): boolean {
  try {
    fs.linkSync(copy, mine)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return true
    if (hasCode(error, 'ENOENT') && !fs.existsSync(copy)) return false
    duplicate(copy, mine)
  }
  return true
}

/** Where there are no links. */
function duplicate(copy: string, mine: string): void {
  try {
    fs.copyFileSync(copy, mine, fs.constants.COPYFILE_FICLONE)
  } catch (error) {
    throw storeError(error, 'write', mine)
  }
}

/** What can't be looked at or taken out stays: a cache fails nobody. */
function pruneFolder(folder: string, taken: ReadonlySet<string>, nowMs: number): void {
  const files = fs.readdirSync(folder).flatMap((name) => {
    const stat = fs.statSync(path.join(folder, name), { throwIfNoEntry: false })
    return stat === undefined ? [] : [{ name, size: stat.size, readMs: stat.ctimeMs }]
  })
  let total = files.reduce((sum, { size }) => sum + size, 0)
  for (const { name, size, readMs } of files.sort((a, b) => a.readMs - b.readMs)) {
    const isDraft = name.endsWith('.tmp')
    if (taken.has(name) || !(isDraft || name.endsWith('.parquet'))) continue
    const isOld = nowMs - readMs > (isDraft ? DRAFT_MS : UNREAD_MS)
    if (!isOld && (isDraft || total <= MOST_BYTES)) continue
    fs.rmSync(path.join(folder, name), { force: true })
    total -= size
  }
}
