import fs from 'node:fs'
import path from 'node:path'
import { type ChangeName, makeChange, type Size } from './work.ts'

/** A change of a set that can be made in place and taken back, by renaming: every other file stays what it was, to the nanosecond. */
export interface Change {
  readonly name: ChangeName
  readonly paths: readonly string[]
  /** Bytes that it makes new. */
  readonly bytes: number
  apply(): void
  /** Does nothing when it is not applied. */
  revert(): void
  remove(): void
}

/** In: the set's folder, and one for what belongs there only now and then, on the same file system. */
export function prepareChange(name: ChangeName, data: string, aside: string, size: Size): Change {
  const [coming, saved] = [path.join(aside, `${name}-new`), path.join(aside, `${name}-old`)] as const
  const { paths, bytes } = makeChange(name, data, coming, size)
  let isApplied = false
  const swap = (from: string, to: string) => {
    for (const file of paths) {
      const [target, kept] = [path.join(data, file), path.join(to, file)] as const
      fs.mkdirSync(path.dirname(kept), { recursive: true })
      fs.renameSync(target, kept)
      fs.renameSync(path.join(from, file), target)
    }
    isApplied = !isApplied
  }
  return {
    ...{ name, paths, bytes },
    apply: () => swap(coming, saved),
    revert: () => isApplied && swap(saved, coming),
    remove() {
      for (const folder of [coming, saved]) fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
