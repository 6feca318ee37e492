import fs from 'node:fs'
import path from 'node:path'
import { type Digest, hexOf } from '../core/digest.ts'
import { makePath, remove } from './durable.ts'

/** Nothing that is being written stays untouched for so long. */
const SWEEP_AFTER_MS = 24 * 60 * 60 * 1000

export interface Leftover {
  readonly file: string
  readonly ageMs: number
}

/** The files in tmp/: what is being written now, and what interrupted commands have left. */
export function leftovers(root: string, now: Date): readonly Leftover[] {
  const folder = `${root}/tmp`
  // What lies behind a link, or is one file, is not ours to sweep.
  if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  return fs.readdirSync(folder).flatMap((name) => {
    const file = `${folder}/${name}`
    const stat = fs.lstatSync(file, { throwIfNoEntry: false })
    return stat === undefined ? [] : [{ file, ageMs: now.getTime() - stat.mtimeMs }]
  })
}

/** Best effort: leftovers are harmless. */
export function sweepTmp(root: string, now: Date): void {
  try {
    for (const { file, ageMs } of leftovers(root, now)) if (ageMs > SWEEP_AFTER_MS) remove(file)
  } catch {
    // A folder that can't be read can't be swept.
  }
}

/**
 * Keeps damaged bytes under a second name in quarantine/, for whoever wants to look into it. The first name stays: what replaces it does so in
 * one step.
 */
export function setAside(root: string, file: string, digest: Digest, ending = ''): string {
  const folder = `${root}/quarantine`
  makePath(folder)
  for (let n = 1; ; n++) {
    const kept = path.join(folder, `${hexOf(digest)}-${n}${ending}`)
    if (fs.existsSync(kept)) continue
    try {
      fs.linkSync(file, kept)
    } catch {
      fs.copyFileSync(file, kept, fs.constants.COPYFILE_EXCL)
    }
    return kept
  }
}
