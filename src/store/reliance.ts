import fs from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { openPlaces } from './places.ts'
import { changedMs, isPlain, restore, trashFolders } from './trash.ts'

/** The objects that a batch found here, which a gc may be taking out meanwhile because nothing names them yet. */
export interface Reliance {
  /** In: `isPart`, whether the batch has made a chunk table that names it: then a table of it, which a repack may make, is not enough. */
  on(digest: Digest, isPart?: boolean): void
  /**
   * Brings back what was taken out since, of these and of `stored`, which the batch has put here itself. To be called when all is durable, and
   * before anything names it. Costs a look at the trash. Errors: GC_SWEEPING where one is gone for good; those of `restore`.
   */
  settle(stored: Iterable<Digest>): void
}

/** To be called before the first look for an object. */
export function startReliance(root: string): Reliance {
  const before = stateOf(root)
  // Each as often as it was met: a set takes longer, and once in a blue moon it is asked for.
  const digests: Digest[] = []
  const parts = new Set<Digest>()
  return {
    on(digest, isPart = false) {
      digests.push(digest)
      if (isPart) parts.add(digest)
    },
    settle(stored) {
      if (stateOf(root) === before && arePlain(root, parts)) return
      const { lost: all } = restore(root, new Set([...digests, ...stored]), (digest) => parts.has(digest))
      const [lost] = all
      if (lost === undefined) return
      throw new AishipError('GC_SWEEPING', `object ${lost} of ${root} was taken away while this relied on it`, {
        hint: 'a gc or repack was faster; the same command again stores it anew',
        details: { digest: lost },
      })
    },
  }
}

function arePlain(root: string, digests: ReadonlySet<Digest>): boolean {
  if (digests.size === 0) return true
  const places = openPlaces(root)
  try {
    return [...digests].every((digest) => isPlain(places, digest))
  } finally {
    places.close()
  }
}

/** Changes whenever something goes into the trash, or out of it. */
function stateOf(root: string): string {
  const stat = fs.statSync(`${root}/trash`, { throwIfNoEntry: false })
  if (stat === undefined) return 'none'
  return [stat.mtimeMs, ...trashFolders(root).map((folder) => `${folder.name} ${changedMs(folder)}`)].join('\n')
}
