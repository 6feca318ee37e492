import type { CheckoutRecord } from '../core/model.gen.ts'
import { inPool } from '../core/pool.ts'
import type { CheckoutFile, CheckoutPlan, CheckoutResult } from '../core/ports.ts'
import { openFolders } from './checkout-folders.ts'
import { receive, targetError } from './checkout-receive.ts'
import { putFile, putRecord, RELEASE_FILE, statText } from './checkout-record.ts'
import type { FileStat } from './statcache.ts'

/** Objects that are read at the same time. */
const WIDTH = 8

/** Fills a new folder that nobody else knows of yet. */
export async function writeFresh(dir: string, plan: CheckoutPlan): Promise<CheckoutResult> {
  const progress = progressOf(plan, plan.files)
  const written = new Map<string, FileStat>()
  const folders = openFolders(dir)
  try {
    for (const group of byFolder(plan.files)) {
      plan.signal.throwIfAborted()
      await inPool(group, WIDTH, async (file) => {
        const at = folders.reach(file.path, { make: true }) as string
        written.set(file.path, await receive(plan.source, file, at, progress))
      })
    }
    putRecord(dir, { format: 1, files: recordOf(plan.files, written), pending: {} })
    putFile(dir, RELEASE_FILE, plan.release)
  } catch (error) {
    throw targetError(error, dir)
  } finally {
    folders.close()
  }
  return { written: plan.files.length, unchanged: 0, removed: 0, bytes: sizeOf(plan.files) }
}

/** Files of one folder together, folders in order: each is entered once, and the few above it stay open. */
export function byFolder(files: readonly CheckoutFile[]): readonly (readonly CheckoutFile[])[] {
  const groups = new Map<string, CheckoutFile[]>()
  for (const file of files) {
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))
    const group = groups.get(folder)
    if (group === undefined) groups.set(folder, [file])
    else group.push(file)
  }
  return [...groups.keys()].sort().map((folder) => groups.get(folder) as CheckoutFile[])
}

export function recordOf(
  files: readonly CheckoutFile[],
  stats: ReadonlyMap<string, FileStat>,
): CheckoutRecord['files'] {
  // fromEntries, because a file may well be called __proto__.
  return Object.fromEntries(
    files.map(({ path, digest }) => {
      const stat = stats.get(path)
      return [path, { digest, stat: stat === undefined ? '' : statText(stat) }]
    }),
  )
}

export const sizeOf = (files: readonly CheckoutFile[]): number => files.reduce((sum, file) => sum + file.size, 0)

export function progressOf(plan: CheckoutPlan, files: readonly CheckoutFile[]): (bytes: number) => void {
  const total = sizeOf(files)
  let done = 0
  return (bytes) => {
    // In the middle of a file, too: one file may take minutes.
    plan.signal.throwIfAborted()
    done += bytes
    plan.emit({ type: 'progress', what: 'checking out', done, total, unit: 'bytes' })
  }
}
