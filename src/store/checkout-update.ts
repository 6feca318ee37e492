import { AishipError } from '../core/errors.ts'
import type { CheckoutFile, CheckoutPlan, CheckoutResult } from '../core/ports.ts'
import { readCached } from './cache.ts'
import { type Arrivals, openArrivals } from './checkout-arrivals.ts'
import { type Help, sizeOf } from './checkout-bring.ts'
import { readEarlier, stampOf } from './checkout-earlier.ts'
import { type Folders, openFolders } from './checkout-folders.ts'
import { moveIn, type View } from './checkout-move.ts'
import { checkSpace, targetError } from './checkout-receive.ts'
import { RELEASE_FILE } from './checkout-record.ts'
import { type Survey, survey } from './checkout-survey.ts'
import { inTurn, overtaken, sweepTurns, type Turn } from './checkout-turn.ts'
import { progressOf } from './checkout-write.ts'

/** A folder that is being updated. */
interface Target {
  readonly dir: string
  readonly folders: Folders
  readonly plan: CheckoutPlan
  readonly help: Help
}

/** Brings a checkout of ours, or an empty folder, to another bundle, file by file. */
export async function update(dir: string, plan: CheckoutPlan, help: Help): Promise<CheckoutResult> {
  return inFolder(dir, async (folders) => {
    const target = { dir, folders, plan, help }
    for (;;) {
      const view = await look(target)
      if (!isDone(view)) return replaceFiles(target, view)
      if (await settle(target, view)) return counted(plan, view.found, null)
    }
  })
}

/** Whether anything there is known to be ours. */
export function isOurs(dir: string): boolean {
  const folders = openFolders(dir)
  try {
    return readEarlier(folders).isRead
  } finally {
    folders.close()
  }
}

/** What `update` would do. */
export async function planUpdate(dir: string, plan: CheckoutPlan, help: Help): Promise<CheckoutResult> {
  return inFolder(dir, async (folders) => {
    const { found } = await look({ dir, folders, plan, help })
    checkSpace(dir, sizeOf(filesOf(plan, found.write)))
    return counted(plan, found, null)
  })
}

/** What stands there already, if that is the plan; null if anything would have to be written. */
export async function asPlanned(dir: string, plan: CheckoutPlan, help: Help): Promise<CheckoutResult | null> {
  return inFolder(dir, async (folders) => {
    const view = await look({ dir, folders, plan, help })
    return isDone(view) ? counted(plan, view.found, null) : null
  })
}

async function inFolder<T>(dir: string, act: (folders: Folders) => Promise<T>): Promise<T> {
  const folders = openFolders(dir)
  try {
    return await act(folders)
  } finally {
    folders.close()
  }
}

/** Looks again where another update moved files meanwhile, which look like somebody's changes. */
const LOOKS = 5

async function look(target: Target): Promise<View> {
  const { folders, plan, help, dir } = target
  for (let looks = 1; ; looks++) {
    const earlier = readEarlier(folders)
    const found = await survey(folders.root, earlier, plan, help)
    const isOurs = found.foreign.length + found.modified.length === 0
    if (!isOurs && looks < LOOKS && stampOf(folders) !== earlier.stamp) continue
    refuseWhatIsNotOurs(dir, found)
    return { earlier, found }
  }
}

const isDone = ({ earlier, found }: View): boolean => earlier.isWhole && found.write.length + found.remove.length === 0

const counted = (plan: CheckoutPlan, { write, keep, remove }: Survey, arrivals: Arrivals | null): CheckoutResult => ({
  ...{ written: write.length, unchanged: keep.length, removed: remove.length, bytes: sizeOf(filesOf(plan, write)) },
  ...arrivals?.shared(write),
})

function refuseWhatIsNotOurs(dir: string, { foreign, modified }: Survey): void {
  const files = [...foreign, ...modified]
  if (files.length === 0) return
  const shown = files.slice(0, 3).join(', ') + (files.length > 3 ? ` and ${files.length - 3} more` : '')
  const mixed = 'changed, or not written by aiship'
  const why =
    foreign.length === 0 ? 'changed since aiship wrote them' : modified.length === 0 ? 'not written by aiship' : mixed
  throw new AishipError('TARGET_NOT_EMPTY', `${dir} has files that are ${why}: ${shown}`, {
    hint: 'move them away and run the same command again, or check out into another folder; nothing was touched',
    details: { dir, files: files.slice(0, 100), foreign: foreign.slice(0, 100), modified: modified.slice(0, 100) },
  })
}

/** The same files, perhaps under another name: another version's, another pointer's. False where they are no longer the same. */
async function settle({ dir, folders, plan }: Target, { earlier }: View): Promise<boolean> {
  const there = readCached(folders.reach(RELEASE_FILE) as string)
  if (there !== null && Buffer.compare(there, plan.release) === 0) {
    sweepTurns(folders)
    return true
  }
  try {
    return await inTurn(folders, dir, (turn) => {
      turn.overtake()
      if (stampOf(folders) !== earlier.stamp) return false
      turn.put(RELEASE_FILE, plan.release)
      return true
    })
  } catch (error) {
    throw targetError(error, RELEASE_FILE)
  }
}

async function replaceFiles(target: Target, first: View): Promise<CheckoutResult> {
  const { dir, folders, plan } = target
  checkSpace(dir, sizeOf(filesOf(plan, first.found.write)))
  let hasBegun = false
  try {
    return await inTurn(folders, dir, async (turn) => {
      const { arrivals, view } = await arrive(target, turn, first)
      hasBegun = true
      moveIn(plan, folders, turn, view, arrivals)
      return counted(plan, view.found, arrivals)
    })
  } catch (error) {
    throw hasBegun ? halfWay(dir, error) : targetError(error, dir)
  }
}

/** Brings in what is to be written, and stops all others. Out: also what stands there then. */
async function arrive(target: Target, turn: Turn, first: View): Promise<{ arrivals: Arrivals; view: View }> {
  const { dir, folders, plan, help } = target
  const arrivals = openArrivals(turn.inbox, plan, help, (files) => {
    const tell = progressOf(plan, files)
    return (bytes) => {
      if (turn.isLost()) throw overtaken(dir)
      tell(bytes)
    }
  })
  for (let view = first; ; ) {
    await arrivals.bring(view.found.write)
    turn.overtake()
    // From here on nobody else moves anything there, unless a newer turn has stopped this one.
    if (!view.earlier.isWhole || stampOf(folders) !== view.earlier.stamp) view = await look(target)
    if (arrivals.hasAll(view.found.write)) return { arrivals, view }
  }
}

const filesOf = ({ files }: CheckoutPlan, numbers: readonly number[]): readonly CheckoutFile[] =>
  numbers.map((i) => files[i] as CheckoutFile)

function halfWay(dir: string, thrown: unknown): unknown {
  const error = targetError(thrown, dir)
  if (!(error instanceof AishipError) || error.code === 'OVERTAKEN') return error
  return new AishipError(error.code, `${error.message}; ${dir} is incomplete`, {
    hint: 'run the same command again to finish it',
    details: { ...error.details, dir, changed: true },
    cause: error,
  })
}
