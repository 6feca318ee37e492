import fs from 'node:fs'
import { join, relative, sep } from 'node:path'
import { type Digest, digestOf, hexOf } from '../core/digest.ts'
import type { Descriptor } from '../core/ports.ts'
import type { Cleared, FileStat, Look, Trail } from '../core/workspace.ts'
import { openCache, readCached } from './cache.ts'
import { fileTime } from './clock.ts'
import { putStat, WORDS } from './stat-rows.ts'
import { openStatCache, type StatCache } from './statcache.ts'
import { summaryIn, trailBytes } from './trail.ts'

/** What is remembered of the files of one working folder. Paths are absolute. */
export interface Known {
  look(path: string, stat: FileStat): Look
  set(path: string, stored: Descriptor, cleared: Cleared | null): void
  save(): Promise<void>
  /** Where it is null, everything is looked at anew from now on. */
  unchanged(key: string): Uint8Array | null
  keep(key: string, trail: Trail, summary: Uint8Array): Promise<void>
}

/**
 * In: `version`, of the aiship that looks into files. A digest is remembered under the stat that the file had when it was last looked at, which
 * is before it was read: if it changed in between, its stat is another one now, and the cache says nothing.
 */
export function openKnown(root: string, cache: string, version: string): Known {
  const files = openCache(cache)
  const place = hexOf(digestOf(root)).slice(0, 16)
  const [statKey, trailKey] = [`stat/${place}`, `trail/${place}`]
  let began = BigInt(Date.now()) * 1_000_000n
  let loaded: StatCache | null = null
  const stats = (): StatCache => {
    loaded ??= openStatCache(readCached(join(cache, statKey)), version)
    return loaded
  }
  const real = realFolder(root)
  const within = [real, root].map((folder) => (folder.endsWith(sep) ? folder : folder + sep))
  const name = (path: string): string => {
    const folder = within.find((start) => path.startsWith(start))
    const text = folder === undefined ? relative(real, path) : path.slice(folder.length)
    return sep === '/' ? text : text.replaceAll(sep, '/')
  }
  const keyOf = (key: string): Digest => digestOf(JSON.stringify([version, real, key]))
  return {
    look(path, stat) {
      const own = name(path)
      const known = stats().look(own, stat)
      const inside = known?.inside ?? null
      const cleared = inside === null ? null : { path: own, ...inside }
      return { size: Number(stat.size), digest: known?.digest ?? null, cleared }
    },
    set(path, stored, cleared) {
      const own = name(path)
      stats().set(own, stored, cleared?.path === own ? cleared : null, began)
    },
    async save() {
      const bytes = loaded?.changed() ?? null
      if (bytes !== null) await files.set(statKey, bytes)
    },
    unchanged(key) {
      const summary = summaryIn(join(cache, trailKey), keyOf(key))
      if (summary !== null) return summary
      began = fileTime(cache)
      loaded = null
      return null
    },
    async keep(key, { files: taken, folders, above }, summary) {
      const paths = [...folders.keys(), ...taken]
      const rows = new BigUint64Array(paths.length * WORDS)
      let row = 0
      for (const stat of folders.values()) putStat(rows, row++, stat)
      for (const file of taken) {
        if (!stats().stat(name(file), rows, row)) {
          const stat = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false })
          if (stat === undefined) return
          putStat(rows, row, stat)
        }
        row++
      }
      const bytes = trailBytes(keyOf(key), { rows, paths, above: [...above] }, summary, began)
      if (bytes !== null) await files.set(trailKey, bytes)
    },
  }
}

/** A folder that is reached through a link is another one when the link is switched. */
function realFolder(folder: string): string {
  try {
    return fs.realpathSync.native(folder)
  } catch {
    return folder
  }
}
