import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { AishipError } from '../core/errors.ts'
import { inPool } from '../core/pool.ts'
import type { CheckoutFile, CheckoutPlan, CheckoutResult } from '../core/ports.ts'
import { readCached } from './cache.ts'
import { type Folders, openFolders } from './checkout-folders.ts'
import { checkSpace, receive, targetError } from './checkout-receive.ts'
import { type Earlier, INCOMING, INCOMPLETE, putFile, putRecord, RELEASE_FILE, readRecord } from './checkout-record.ts'
import { type Survey, survey } from './checkout-survey.ts'
import { byFolder, progressOf, recordOf, sizeOf } from './checkout-write.ts'
import { type FileStat, fileStat } from './statcache.ts'

const WIDTH = 8
const NOTHING_YET: Earlier = { format: 1, files: {}, pending: {}, isAsWritten: () => false }

/** Brings a checkout of ours, or an empty folder, to another bundle, file by file. */
export async function update(dir: string, plan: CheckoutPlan): Promise<CheckoutResult> {
  const { earlier, found } = await look(dir, plan)
  const { write, remove } = found
  const isWhole = !fs.existsSync(join(dir, INCOMPLETE))
  if (isWhole && write.length + remove.length === 0) renewRelease(dir, plan.release)
  else await replaceFiles(dir, plan, earlier, found)
  return counted(found)
}

/** What `update` would do. */
export async function planUpdate(dir: string, plan: CheckoutPlan): Promise<CheckoutResult> {
  const { found } = await look(dir, plan)
  checkSpace(dir, sizeOf(found.write))
  return counted(found)
}

async function look(dir: string, plan: CheckoutPlan): Promise<{ readonly earlier: Earlier; readonly found: Survey }> {
  const earlier = readRecord(dir) ?? NOTHING_YET
  const found = await survey(dir, earlier, plan.files)
  refuseWhatIsNotOurs(dir, found)
  return { earlier, found }
}

const counted = ({ write, keep, remove }: Survey): CheckoutResult => ({
  written: write.length,
  unchanged: keep.length,
  removed: remove.length,
  bytes: sizeOf(write),
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

/** The same files under another name: another version's, another pointer's. */
function renewRelease(dir: string, release: Uint8Array): void {
  try {
    const there = readCached(join(dir, RELEASE_FILE))
    if (there === null || Buffer.compare(there, release) !== 0) putFile(dir, RELEASE_FILE, release)
  } catch (error) {
    throw targetError(error, RELEASE_FILE)
  }
}

async function replaceFiles(dir: string, plan: CheckoutPlan, earlier: Earlier, found: Survey): Promise<void> {
  checkSpace(dir, sizeOf(found.write))
  let begun = false
  const folders = openFolders(dir)
  try {
    const inbox = openInbox(dir)
    try {
      const arrived = await bringIn(inbox, plan, found.write)
      begun = true
      begin(dir, plan, earlier)
      for (const path of found.remove) removeFile(folders, path)
      for (const [index, file] of found.write.entries()) move(inbox.reach(String(index)) as string, folders, file)
      const expected = new Map([...arrived, ...found.keep.map((file) => [file.path, file.stat] as const)])
      finish(dir, plan, folders, expected)
    } finally {
      inbox.close()
    }
  } catch (error) {
    throw begun ? halfWay(dir, error) : targetError(error, dir)
  } finally {
    folders.close()
    fs.rmSync(join(dir, INCOMING), { recursive: true, force: true })
  }
}

function openInbox(dir: string): Folders {
  const inbox = join(dir, INCOMING)
  fs.rmSync(inbox, { recursive: true, force: true })
  fs.mkdirSync(inbox, { mode: 0o700 })
  return openFolders(inbox)
}

/** Everything new arrives and is verified before the first file of the checkout changes, so that a missing object leaves the old one whole. */
async function bringIn(
  inbox: Folders,
  plan: CheckoutPlan,
  files: readonly CheckoutFile[],
): Promise<Map<string, FileStat>> {
  const progress = progressOf(plan, files)
  const arrived = new Map<string, FileStat>()
  await inPool(files.entries(), WIDTH, async ([index, file]) => {
    plan.signal.throwIfAborted()
    arrived.set(file.path, await receive(plan.source, file, inbox.reach(String(index)) as string, progress))
  })
  return arrived
}

/** From here until `finish` the folder says that it is neither bundle: no release file, and a record of both bundles' files. */
function begin(dir: string, plan: CheckoutPlan, earlier: Earlier): void {
  putFile(dir, INCOMPLETE, 'An aiship checkout into this folder has not ended. Run it again.\n')
  const pending = Object.fromEntries(plan.files.map((file) => [file.path, file.digest]))
  putRecord(dir, { format: 1, files: earlier.files, pending: { ...earlier.pending, ...pending } })
  fs.rmSync(join(dir, RELEASE_FILE), { force: true })
}

function removeFile(folders: Folders, path: string): void {
  const at = folders.reach(path)
  if (at !== null) fs.rmSync(at, { force: true })
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    try {
      fs.rmdirSync(folders.reach(folder) ?? '')
    } catch {
      // Not empty, or gone: somebody's files stay where they are.
      return
    }
  }
}

function move(from: string, folders: Folders, { path }: CheckoutFile): void {
  const at = folders.reach(path, { make: true }) as string
  if (fs.lstatSync(at, { throwIfNoEntry: false })?.isDirectory()) removeEmpty(at)
  fs.renameSync(from, at)
}

/** The survey let through only folders without a file of somebody else's. */
function removeEmpty(folder: string): void {
  for (const name of fs.readdirSync(folder)) removeEmpty(`${folder}/${name}`)
  fs.rmdirSync(folder)
}

/** The folder is whole only if every file in it is the one that was looked at or has arrived. */
function finish(dir: string, plan: CheckoutPlan, folders: Folders, expected: ReadonlyMap<string, FileStat>): void {
  const stats = new Map<string, FileStat>()
  for (const { path } of byFolder(plan.files).flat()) {
    const at = folders.reach(path)
    const stat = at === null ? undefined : fs.lstatSync(at, { bigint: true, throwIfNoEntry: false })
    const want = expected.get(path)
    // Moving a file gives it a new ctime.
    const isIt = stat?.size === want?.size && stat?.mtimeNs === want?.mtimeNs && stat?.ino === want?.ino
    if (stat === undefined || !isIt)
      throw new AishipError('TARGET_NOT_EMPTY', `somebody else changed ${path} meanwhile`, {
        details: { files: [path] },
      })
    stats.set(path, fileStat(stat))
  }
  putRecord(dir, { format: 1, files: recordOf(plan.files, stats), pending: {} })
  putFile(dir, RELEASE_FILE, plan.release)
  fs.rmSync(join(dir, INCOMPLETE))
}

function halfWay(dir: string, thrown: unknown): unknown {
  const error = targetError(thrown, dir)
  if (!(error instanceof AishipError)) return error
  return new AishipError(error.code, `${error.message}; ${dir} is incomplete`, {
    hint: 'run the same command again to finish it',
    details: { ...error.details, dir, changed: true },
    cause: error,
  })
}
