import fs from 'node:fs'
import type { CheckoutFile, CheckoutPlan, CheckoutResult } from '../core/ports.ts'
import { bringIn, type Help, sizeOf } from './checkout-bring.ts'
import { openFolders } from './checkout-folders.ts'
import { targetError } from './checkout-receive.ts'
import { RECORD_FILE, RELEASE_FILE, recordText } from './checkout-record.ts'
import { sharedCounts } from './checkout-share.ts'

/** Fills a new folder that nobody else knows of yet. */
export async function writeFresh(dir: string, plan: CheckoutPlan, help: Help): Promise<CheckoutResult> {
  const { files } = plan
  const folders = openFolders(dir)
  try {
    const names = files.map(({ path }) => path)
    const { rows, linked, reflinked } = await bringIn(plan, {
      ...{ files, names, into: folders, help, progress: progressOf(plan, files) },
    })
    fs.writeFileSync(folders.reach(RECORD_FILE) as string, recordText(files, rows), { flag: 'wx' })
    fs.writeFileSync(folders.reach(RELEASE_FILE) as string, plan.release, { flag: 'wx' })
    return {
      ...{ written: files.length, unchanged: 0, removed: 0, bytes: sizeOf(files) },
      ...sharedCounts(linked.length, reflinked.length),
    }
  } catch (error) {
    throw targetError(error, dir)
  } finally {
    folders.close()
  }
}

/** Files of one folder together: each is entered once, and the few above it stay open. */
export function byFolder(files: readonly CheckoutFile[]): readonly CheckoutFile[] {
  const groups = new Map<string, CheckoutFile[]>()
  let [last, group]: [string | null, CheckoutFile[]] = [null, []]
  let isGrouped = true
  for (const file of files) {
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))
    if (folder !== last) {
      const known = groups.get(folder)
      isGrouped &&= known === undefined
      group = known ?? []
      if (known === undefined) groups.set(folder, group)
      last = folder
    }
    group.push(file)
  }
  return isGrouped ? files : [...groups.keys()].sort().flatMap((folder) => groups.get(folder) as CheckoutFile[])
}

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
