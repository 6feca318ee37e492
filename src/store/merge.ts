import fs from 'node:fs'
import { entriesOf } from './check-parts.ts'
import { type Crew, openCrew } from './crew.ts'
import { mergePacks } from './pack-merge.ts'
import { packName, packsFolder } from './places.ts'
import { startSignals } from './signals.ts'

/** Packs up to here are of the smallest class; each class above goes up to FACTOR times as much. */
const SMALLEST = 64 * 1024
const FACTOR = 8
/** Of a class there may be so many: one more, and they are merged. */
const MOST = 8
/** Larger ones are left alone: merging them again and again would cost more than it saves. */
export const LEFT_ALONE = 64 * 1024 * 1024
/** From here on a thread pays for its start, and the program can hear that it is to stop. */
export const MUCH_BYTES = 8 * 1024 * 1024

export interface PackFile {
  readonly name: string
  /** Bytes of the file. */
  readonly size: number
  readonly mtimeMs: number
}

/** The packs that a folder of a registry's layout has, by name. */
export function packFiles(root: string): readonly PackFile[] {
  const folder = packsFolder(root)
  return entriesOf(folder).flatMap(({ name: file }) => {
    const name = packName(file)
    const stat = name === null ? undefined : fs.statSync(`${folder}/${file}`, { throwIfNoEntry: false })
    return name !== null && stat?.isFile() ? [{ name, size: stat.size, mtimeMs: stat.mtimeMs }] : []
  })
}

/**
 * Keeps packs few: merges those of a size while there are more than 8 of it. To be called after new ones were published; costs a look at the
 * folder where there is nothing to do. Best effort: what can't be done now is left to the next one.
 */
export async function tidyPacks(root: string): Promise<void> {
  let crew: Crew | null = null
  try {
    for (let group = crowd(root); group !== null; group = crowd(root)) {
      const input = { root, names: group.map(({ name }) => name) }
      const isMuch = group.reduce((sum, { size }) => sum + size, 0) > MUCH_BYTES
      if (isMuch) crew ??= openCrew(1)
      const { gone } = crew === null ? mergePacks(input, startSignals()) : await crew.run('mergePacks', input)
      if (gone.length < MOST) return
    }
  } catch {
    // Many packs are slow, and no loss.
  } finally {
    crew?.close()
  }
}

/** The smallest packs of which there are too many; null where none are. */
function crowd(root: string): readonly PackFile[] | null {
  const classes = new Map<number, PackFile[]>()
  for (const pack of packFiles(root)) {
    if (pack.size > LEFT_ALONE) continue
    const size = Math.max(0, Math.floor(Math.log(pack.size / SMALLEST) / Math.log(FACTOR)) + 1)
    classes.set(size, [...(classes.get(size) ?? []), pack])
  }
  const crowded = [...classes].filter(([, packs]) => packs.length > MOST).sort(([a], [b]) => a - b)
  return crowded[0]?.[1] ?? null
}
