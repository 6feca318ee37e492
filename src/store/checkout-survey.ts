import fs, { type BigIntStats } from 'node:fs'
import type { Digest } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import type { CheckoutFile } from '../core/ports.ts'
import { openFolders } from './checkout-folders.ts'
import type { Earlier } from './checkout-record.ts'
import { hashFile } from './hash.ts'
import { type FileStat, fileStat } from './statcache.ts'

/** What an update has to do to a folder that holds an earlier checkout. */
export interface Survey {
  readonly keep: readonly (CheckoutFile & { readonly stat: FileStat })[]
  readonly write: readonly CheckoutFile[]
  /** Paths of the old bundle's files that the new one has not. */
  readonly remove: readonly string[]
  /** In the way, and not ours. */
  readonly foreign: readonly string[]
  /** Ours once, and changed since. */
  readonly modified: readonly string[]
}

/** Compares the folder with the plan. Reads only files that someone has touched; changes nothing. */
export async function survey(dir: string, earlier: Earlier, files: readonly CheckoutFile[]): Promise<Survey> {
  const planned = new Map(files.map((file) => [file.path, file]))
  const ours = new Set([...Object.keys(earlier.files), ...Object.keys(earlier.pending)])
  const out = {
    keep: [] as Survey['keep'][number][],
    write: [] as CheckoutFile[],
    remove: [] as string[],
    foreign: [] as string[],
    modified: [] as string[],
  }
  const folders = openFolders(dir)
  try {
    for (const path of [...new Set([...planned.keys(), ...ours])].sort()) {
      const file = planned.get(path)
      const found = find(folders.reach, path, ours)
      if (found === 'absent') {
        if (file !== undefined) out.write.push(file)
      } else if (found === 'obstructed') {
        if (file !== undefined) out.foreign.push(path)
      } else if (!ours.has(path)) {
        out.foreign.push(path)
      } else {
        const digest = await ourDigest(found, path, earlier, file)
        if (digest === null) out.modified.push(path)
        else if (file === undefined) out.remove.push(path)
        else if (digest === file.digest && hasExec(found.stat, file.exec))
          out.keep.push({ ...file, stat: fileStat(found.stat) })
        else out.write.push(file)
      }
    }
  } finally {
    folders.close()
  }
  return out
}

interface Found {
  readonly at: string
  readonly stat: BigIntStats
}

/** A folder full of files that this update removes is no obstacle: it will be gone. */
function find(
  reach: (path: string) => string | null,
  path: string,
  ours: ReadonlySet<string>,
): Found | 'absent' | 'obstructed' {
  let at: string | null
  try {
    at = reach(path)
  } catch (error) {
    if (!(error instanceof AishipError)) throw error
    // A file of the old bundle may stand where the new one has a folder; it is judged under its own path.
    const [obstacle] = error.details.files as readonly string[]
    return obstacle !== undefined && ours.has(obstacle) ? 'absent' : 'obstructed'
  }
  const stat = at === null ? undefined : fs.lstatSync(at, { bigint: true, throwIfNoEntry: false })
  if (at === null || stat === undefined) return 'absent'
  if (stat.isFile()) return { at, stat }
  return stat.isDirectory() && !hasForeign(at, path, ours) ? 'absent' : 'obstructed'
}

function hasForeign(at: string, path: string, ours: ReadonlySet<string>): boolean {
  return fs.readdirSync(at, { withFileTypes: true }).some((item) => {
    const below = `${path}/${item.name}`
    if (item.isDirectory()) return hasForeign(`${at}/${item.name}`, below, ours)
    return !item.isFile() || !ours.has(below)
  })
}

/** The digest of a file that is as we left it, or as the update that was interrupted left it; null if anybody else has changed it. */
async function ourDigest(
  { at, stat }: Found,
  path: string,
  earlier: Earlier,
  file: CheckoutFile | undefined,
): Promise<Digest | null> {
  const was = Object.hasOwn(earlier.files, path) ? earlier.files[path]?.digest : undefined
  if (was !== undefined && earlier.isAsWritten(path, stat)) return was
  const pending = Object.hasOwn(earlier.pending, path) ? earlier.pending[path] : undefined
  const { digest } = await hashFile(at)
  return digest === was || digest === pending || digest === file?.digest ? digest : null
}

/** Windows keeps no such bit, so there nothing differs by it. */
const hasExec = (stat: BigIntStats, wanted: boolean): boolean =>
  process.platform === 'win32' || ((stat.mode & 0o100n) !== 0n) === wanted
