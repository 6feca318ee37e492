import fs from 'node:fs'
import { dirname } from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'
import type { CheckoutFile, CheckoutPlan } from '../core/ports.ts'
import type { Arrivals } from './checkout-arrivals.ts'
import { copyRow, isFileOfRow, isLinkRow, linkStat, sharedRows } from './checkout-columns.ts'
import type { Earlier } from './checkout-earlier.ts'
import type { Folders } from './checkout-folders.ts'
import { INCOMPLETE, incompleteText, RECORD_FILE, RELEASE_FILE, recordText } from './checkout-record.ts'
import type { Survey } from './checkout-survey.ts'
import type { Turn } from './checkout-turn.ts'
import { putStat } from './stat-rows.ts'

/** What stands in a folder, and what is to be done. */
export interface View {
  readonly earlier: Earlier
  readonly found: Survey
}

/** Makes a folder the planned checkout, out of what has arrived. Nobody else may move anything there meanwhile. */
export function moveIn(plan: CheckoutPlan, folders: Folders, turn: Turn, view: View, arrivals: Arrivals): void {
  const { found } = view
  begin(plan, turn, view)
  for (const path of found.remove) removeFile(folders, turn, path)
  for (const i of found.write) move(arrivals.at(i), folders, turn, (plan.files[i] as CheckoutFile).path)
  finish(plan, folders, turn, found, arrivals)
}

/** From here until `finish` the folder says that it is neither bundle: no release file, and a mark that names what is put in place. */
function begin(plan: CheckoutPlan, turn: Turn, { earlier, found }: View): void {
  turn.put(
    INCOMPLETE,
    incompleteText(
      found.write.map((i) => plan.files[i] as CheckoutFile),
      earlier.pending,
    ),
  )
  turn.take(RELEASE_FILE)
}

function removeFile(folders: Folders, turn: Turn, path: string): void {
  turn.take(path)
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    try {
      fs.rmdirSync(folders.reach(folder) ?? '')
    } catch {
      // Not empty, or gone: somebody's files stay where they are.
      return
    }
  }
}

/** Each turn that was just stopped may have made a folder there once more, or removed an empty one, and does not try again. */
const TRIES = 100

function move(from: string, folders: Folders, turn: Turn, path: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      const at = folders.reach(path, { make: true }) as string
      if (fs.lstatSync(at, { throwIfNoEntry: false })?.isDirectory()) removeEmpty(at)
      fs.renameSync(from, at)
      return
    } catch (error) {
      const isInTheWay = hasCode(error, 'EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY', 'ENOENT')
      if (!isInTheWay || attempt === TRIES || turn.isLost()) throw error
      // What was entered on the way may be gone.
      folders.reach('')
    }
  }
}

/** The survey let through only folders without a file of somebody else's. */
function removeEmpty(folder: string): void {
  for (const name of fs.readdirSync(folder)) removeEmpty(`${folder}/${name}`)
  fs.rmdirSync(folder)
}

/** The folder is whole only if what was moved there is what has arrived; what was kept has been looked at. */
function finish(plan: CheckoutPlan, folders: Folders, turn: Turn, found: Survey, arrivals: Arrivals): void {
  const rows = sharedRows(plan.files.length)
  for (const i of found.keep) copyRow(found.rows, i, rows, i)
  for (const i of found.write) {
    const { path } = plan.files[i] as CheckoutFile
    const at = folders.reach(path)
    const stat = at === null ? undefined : fs.lstatSync(at, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined || !isFileOfRow(arrivals.rows, i, stat))
      throw new AishipError('TARGET_NOT_EMPTY', `somebody else changed ${path} meanwhile`, {
        details: { files: [path] },
      })
    putStat(rows, i, isLinkRow(arrivals.rows, i) ? linkStat(stat) : stat)
  }
  turn.put(RECORD_FILE, recordText(plan.files, rows))
  turn.put(RELEASE_FILE, plan.release)
  turn.take(INCOMPLETE)
}
