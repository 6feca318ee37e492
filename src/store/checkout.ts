import fs from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isCheckoutFile } from '../core/checkout.ts'
import { AishipError, hasCode } from '../core/errors.ts'
import { findCollision, pathProblem } from '../core/paths.ts'
import type { CheckoutPlan, CheckoutResult } from '../core/ports.ts'
import { type Help, openHelp, sizeOf } from './checkout-bring.ts'
import { checkSpace, targetError } from './checkout-receive.ts'
import { byFolder, writeFresh } from './checkout-write.ts'

/**
 * Writes a bundle's files into `dir`. An absent or empty folder gets them all at once, by one rename. Over a checkout of ours the files are
 * put in place one by one, each whole, after all of them have arrived and been verified; while that goes on `.aiship-incomplete` stands there.
 * What we did not write is never touched. Names, links, sizes and free space are checked before anything is written.
 */
export const checkoutInto = (dir: string, given: CheckoutPlan): Promise<CheckoutResult> =>
  withHelp(given, async (plan, help) => {
    const target = resolve(dir)
    const state = await stateOf(target)
    const fresh = state === 'ours' ? null : await tryFresh(target, state, plan, help)
    // The folder above may not be ours to write to, or the target a mount point: then the files go in one by one.
    return fresh ?? (await updates()).update(target, plan, help)
  })

/** What `checkoutInto` would do, found out by the same checks and without writing. */
export const planCheckout = (dir: string, given: CheckoutPlan): Promise<CheckoutResult> =>
  withHelp(given, async (plan, help) => {
    const target = resolve(dir)
    if ((await stateOf(target)) === 'ours') return (await updates()).planUpdate(target, plan, help)
    let above = dirname(target)
    while (!fs.existsSync(above)) above = dirname(above)
    const bytes = sizeOf(plan.files)
    checkSpace(above, bytes)
    return { written: plan.files.length, unchanged: 0, removed: 0, bytes }
  })

/** The code for what is not absent or empty. */
const updates = () => import('./checkout-update.ts')

/** Files in the order in which they are written, and threads for as long as it takes. */
async function withHelp<T>(given: CheckoutPlan, act: (plan: CheckoutPlan, help: Help) => Promise<T>): Promise<T> {
  const help = openHelp()
  try {
    help.expect(given.files.length)
    checkNames(given)
    return await act({ ...given, files: byFolder(given.files) }, help)
  } finally {
    await help.close()
  }
}

function checkNames({ files }: CheckoutPlan): void {
  const paths = files.map((file) => file.path)
  for (const path of paths) {
    const problem = isCheckoutFile(path) ? 'aiship keeps that name for itself' : pathProblem(path)
    if (problem !== null)
      throw new AishipError('NAME_UNSAFE', `${JSON.stringify(path)} is not written: ${problem}`, { details: { path } })
  }
  const collision = findCollision(paths)
  if (collision !== null) {
    const [a, b] = collision.map((path) => JSON.stringify(path))
    throw new AishipError('NAME_UNSAFE', `${a} and ${b} would be the same file on some systems`, {
      details: { paths: collision },
    })
  }
}

type State = 'absent' | 'empty' | 'ours'

async function stateOf(target: string): Promise<State> {
  const stat = lookAt(target)
  refuseInRegistry(target)
  if (stat === undefined) return 'absent'
  if (stat.isSymbolicLink()) {
    throw refuse(target, 'is a symbolic link', `name the folder that it points to: ${fs.readlinkSync(target)}`)
  }
  if (!stat.isDirectory()) throw refuse(target, 'is there and is not a folder', 'name a folder')
  let names: readonly string[]
  try {
    names = fs.readdirSync(target)
  } catch (error) {
    throw targetError(error, target)
  }
  if (names.length === 0) return 'empty'
  // An update of an empty folder that was stopped before its first file.
  if (names.every(isCheckoutFile) || (await updates()).isOurs(target)) return 'ours'
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')
  throw refuse(
    target,
    `has files that aiship did not write: ${shown}`,
    'name an absent or empty folder, or one that an earlier checkout wrote',
    names,
  )
}

function lookAt(target: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(target, { throwIfNoEntry: false })
  } catch (error) {
    throw cannotBe(target, error)
  }
}

/** Nothing there was changed by anybody: it is the path that leads nowhere. */
function cannotBe(target: string, error: unknown): unknown {
  const isBlocked = hasCode(error, 'ENOTDIR', 'ELOOP', 'EEXIST', 'ENOENT')
  return isBlocked
    ? refuse(target, "can't be made: what stands in its path is no folder", 'name a folder')
    : targetError(error, target)
}

/** A registry's folders belong to it: a checkout in them would be damage to the next fsck, or to a collection of garbage. */
export function refuseInRegistry(target: string): void {
  let real = target
  while (!fs.existsSync(real) && real !== dirname(real)) real = dirname(real)
  real = fs.realpathSync(real)
  for (let folder = real; ; folder = dirname(folder)) {
    const isRegistry = ['format.json', 'logs', 'objects'].every((name) => fs.existsSync(join(folder, name)))
    if (isRegistry) throw refuse(target, `lies in the registry ${folder}`, 'name a folder outside of it')
    if (folder === dirname(folder)) return
  }
}

const refuse = (target: string, why: string, hint: string, files: readonly string[] = []): AishipError =>
  new AishipError('TARGET_NOT_EMPTY', `${target} ${why}`, {
    hint,
    details: { dir: target, files: files.slice(0, 100) },
  })

/** Null where a folder beside the target can't be made or moved to its place. */
async function tryFresh(target: string, state: State, plan: CheckoutPlan, help: Help): Promise<CheckoutResult | null> {
  const above = dirname(target)
  // A name may have 255 bytes, and a character four of them.
  const prefix = `.${[...basename(target)].slice(0, 40).join('')}.aiship-checkout-`
  let draft: string
  try {
    fs.mkdirSync(above, { recursive: true })
    sweep(above, prefix)
    draft = fs.mkdtempSync(join(above, prefix))
  } catch (error) {
    if (state === 'empty' && hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return null
    throw cannotBe(target, error)
  }
  try {
    checkSpace(above, sizeOf(plan.files))
    // The draft is closed to others; the folder inside is born with the user's own permissions.
    const whole = join(draft, 'new')
    fs.mkdirSync(whole)
    const result = await writeFresh(whole, plan, help)
    const placed = putInPlace(whole, target, state)
    return placed === 'taken' ? await settleFor(target, plan, help) : placed === 'yes' ? result : null
  } finally {
    removeDraft(draft)
  }
}

/** 'no' where the target is a mount point or the like: something that can be filled but not replaced. */
function putInPlace(whole: string, target: string, state: State): 'yes' | 'no' | 'taken' {
  try {
    if (state === 'empty') fs.chmodSync(whole, fs.statSync(target).mode & 0o7777)
    fs.renameSync(whole, target)
    return 'yes'
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) return 'taken'
    if (hasCode(error, 'EBUSY', 'EXDEV', 'EPERM')) return 'no'
    throw targetError(error, target)
  }
}

/** Somebody else made the target meanwhile. If that was the same checkout, all is well. */
async function settleFor(target: string, plan: CheckoutPlan, help: Help): Promise<CheckoutResult> {
  const isOurs = (await stateOf(target)) === 'ours'
  const found = isOurs ? await (await updates()).asPlanned(target, plan, help) : null
  if (found !== null) return found
  throw new AishipError('OVERTAKEN', `another checkout made ${target} first, and not of this bundle`, {
    hint: 'see what is there; run this command again to bring it to this bundle',
    details: { dir: target },
  })
}

function removeDraft(draft: string): void {
  try {
    // Mostly what was in it is in its place, and to remove what may be more loads more of Node.
    if (fs.readdirSync(draft).length === 0) fs.rmdirSync(draft)
    else fs.rmSync(draft, { recursive: true, force: true })
  } catch {
    // Swept a day later.
  }
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Drafts that a killed process left behind. */
function sweep(above: string, prefix: string): void {
  for (const name of fs.readdirSync(above)) {
    if (!name.startsWith(prefix)) continue
    const stat = fs.lstatSync(join(above, name), { throwIfNoEntry: false })
    if (stat?.isDirectory() && Date.now() - stat.mtimeMs > DAY_MS) removeDraft(join(above, name))
  }
}
