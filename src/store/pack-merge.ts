import fs from 'node:fs'
import { copyRows, makePack } from './pack-copy.ts'
import { lookAtPack } from './pack-rows.ts'
import { packFile } from './places.ts'
import type { Signals } from './signals.ts'

/** What became of packs that were to be one. */
export interface Merged {
  /** What it is called; null where there was nothing to put into it. */
  readonly name: string | null
  /** Those that are gone. */
  readonly gone: readonly string[]
}

/**
 * The job: writes the objects of several packs into one, each hashed on the way, and removes those packs once the new one is durable. Every
 * object of theirs is in the new one, whatever else holds it too: another process may be taking that away. So any number of these may run at
 * once, with readers, who look again for what has gone, and one that is killed has lost nothing. A pack that is damaged stays.
 * Errors: DISK_FULL, READ_ONLY, NOT_PERMITTED, REGISTRY_UNREACHABLE.
 */
export function mergePacks(
  { root, names }: { readonly root: string; readonly names: readonly string[] },
  signals: Signals,
): Merged {
  const whole: string[] = []
  let newest = 0
  const made = makePack(
    root,
    (into) => {
      for (const name of names) {
        const file = packFile(root, name)
        const mtimeMs = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
        const look = lookAtPack(file, name)
        if (look === null || look.problem !== null) continue
        const keep = (i: number): boolean => {
          if (signals.isStopped) throw new Error('stopped')
          signals.advance(look.rows.lengths[i] as number)
          return true
        }
        if (copyRows(file, look.rows, keep, into)?.length !== 0) continue
        whole.push(name)
        newest = Math.max(newest, mtimeMs)
      }
    },
    // As old as the youngest of them: nothing in it was stored later.
    () => newest,
  )
  if (made === null) return { name: null, gone: [] }
  const gone = whole.filter((name) => name !== made.name)
  for (const name of gone) fs.rmSync(packFile(root, name), { force: true })
  return { name: made.name, gone }
}

/**
 * The job: writes those objects of a pack that are to stay into a new one, as old as it. The old one stays for the caller to take away. Out:
 * whether all that are to stay are durable elsewhere: not so where the pack is damaged or gone. In: `keep`, 1 for each that stays. Errors: as
 * `mergePacks`.
 */
export function rewritePack(
  { root, name, keep }: { readonly root: string; readonly name: string; readonly keep: Uint8Array },
  signals: Signals,
): boolean {
  const file = packFile(root, name)
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  const look = lookAtPack(file, name)
  if (stat === undefined || look === null || look.problem !== null) return false
  if (!keep.includes(1)) return true
  let isWhole = false
  const made = makePack(
    root,
    (into) => {
      const isKept = (i: number): boolean => {
        if (signals.isStopped) throw new Error('stopped')
        return keep[i] === 1
      }
      isWhole = copyRows(file, look.rows, isKept, into)?.length === 0
    },
    () => stat.mtimeMs,
  )
  return made !== null && made.name !== name && isWhole
}
