import fs from 'node:fs'
import { join, resolve } from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'
import { bundleOf } from '../core/follow.ts'
import type { Followed, Hands, Looked } from '../core/followed.ts'
import { validateFollowPin, validateFollowState } from '../core/validators.gen.ts'
import { refuseInRegistry } from '../store/checkout.ts'
import { openFolders } from '../store/checkout-folders.ts'
import { INCOMING, RELEASE_FILE } from '../store/checkout-record.ts'
import { inTurn, type Turn } from '../store/checkout-turn.ts'
import { problemOfCheckout } from '../store/checkout-verify.ts'
import { makePath, readWhole, remove, replaceFile, syncFolder } from '../store/durable.ts'
import { storeError } from '../store/errno.ts'
import { findOwner, startBeat } from './owner.ts'
import { runProgram } from './program.ts'
import { openWatch } from './watch.ts'

const RELEASES = 'releases'
const CURRENT = 'current'
const STATE = '.aiship-follow.json'
const PIN = '.aiship-pin.json'
/** What may stand there before the first follower: a volume of its own has the last. */
const OWN = [RELEASES, CURRENT, STATE, PIN, INCOMING, 'lost+found']
const DRAFT = '.aiship-checkout-'

interface Asks {
  /** Where the command was typed: what is relative starts there. */
  readonly base: string
  /** Of which programs get a part. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly isDryRun?: boolean
}

/** A folder on this machine that follows a pointer. Errors: USAGE in a dry run, TARGET_NOT_EMPTY in a registry. */
export function followedFolder(folder: string, { base, env, signal, isDryRun = false }: Asks): Followed {
  const given = resolve(base, folder)
  if (isDryRun)
    throw new AishipError('USAGE', 'follow has no dry run', {
      hint: 'aiship checkout --dry-run says what would be written',
    })
  refuseInRegistry(given)
  const dir = fs.existsSync(given) ? fs.realpathSync(given) : given
  const pathOf = (name: string): string => join(dir, RELEASES, name)
  return {
    dir,
    pathOf,
    look: () => lookInto(dir),
    problemOf: (name, stop) => problemOfCheckout(pathOf(name), stop).catch((error) => broken(error)),
    setPin(pin) {
      const file = join(dir, PIN)
      if (pin === null) remove(file)
      else replaceFile(file, Buffer.from(JSON.stringify(pin)), `${file}.${process.pid}`, true)
    },
    owner: (stop) => findOwner(dir, stop),
    keep: (act) => keep(dir, act),
    watch() {
      const watch = openWatch(signal)
      watch.add(dir, [PIN])
      return watch
    },
    run: (program, stop) => runProgram(program, env, stop),
    send: (name, pidFile) => send(name, resolve(base, pidFile)),
  }
}

/** A release that can't be looked at is not whole. */
function broken(error: unknown): string {
  if (error instanceof AishipError || hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EIO', 'ELOOP'))
    return (error as Error).message
  throw error
}

function lookInto(dir: string): Looked {
  const names = namesIn(dir)
  const foreign = names.filter((name) => !OWN.includes(name))
  if (foreign.length > 0 && !names.includes(STATE))
    throw refuse(dir, `has files that aiship did not write: ${foreign.slice(0, 3).join(', ')}`)
  return {
    current: currentOf(dir),
    releases: namesIn(join(dir, RELEASES)).filter((name) => bundleOf(name) !== null),
    state: readJson(join(dir, STATE), validateFollowState),
    pin: readJson(join(dir, PIN), validateFollowPin),
  }
}

const refuse = (dir: string, why: string): AishipError =>
  new AishipError('TARGET_NOT_EMPTY', `${dir} ${why}`, {
    hint: 'name an absent or empty folder, or one that a follow has kept before; nothing was touched',
    details: { dir },
  })

function namesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder).sort()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    if (hasCode(error, 'ENOTDIR')) throw refuse(folder, 'is there and is not a folder')
    throw storeError(error, 'read', folder)
  }
}

function currentOf(dir: string): string | null {
  const file = join(dir, CURRENT)
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return null
  const target = stat.isSymbolicLink() ? fs.readlinkSync(file) : ''
  const name = target.startsWith(`${RELEASES}/`) ? target.slice(RELEASES.length + 1) : ''
  if (bundleOf(name) === null) throw refuse(dir, `has a ${CURRENT} that is no link of ours`)
  return name
}

/** Null for what is not there, and for what can't be read: what it says is no loss. */
function readJson<T>(file: string, isValid: (value: unknown) => value is T): T | null {
  try {
    const bytes = readWhole(file)
    const value: unknown = bytes === null ? null : JSON.parse(Buffer.from(bytes).toString('utf8'))
    return isValid(value) ? value : null
  } catch {
    return null
  }
}

async function keep<T>(dir: string, act: (hands: Hands) => Promise<T>): Promise<T> {
  lookInto(dir)
  try {
    makePath(join(dir, RELEASES))
  } catch (error) {
    throw storeError(error, 'create the folder', join(dir, RELEASES))
  }
  const folders = openFolders(dir)
  try {
    return await inTurn(folders, dir, async (turn) => {
      turn.overtake()
      sweepDrafts(join(dir, RELEASES))
      const endBeat = startBeat(dir, turn)
      try {
        return await act(handsOf(dir, turn, (path) => folders.reach(path) as string))
      } finally {
        endBeat()
      }
    })
  } catch (error) {
    throw error instanceof AishipError && error.code === 'OVERTAKEN' ? overtaken(dir) : error
  } finally {
    folders.close()
  }
}

const overtaken = (dir: string): AishipError =>
  new AishipError('OVERTAKEN', `another follow began in ${dir} after this one, and goes on in its place`, {
    hint: 'one follow keeps one folder: give each a folder of its own',
    details: { dir },
  })

/** What a checkout that was killed has left: nobody else works there. */
function sweepDrafts(releases: string): void {
  for (const name of fs.readdirSync(releases))
    if (name.startsWith('.') && name.includes(DRAFT)) fs.rmSync(join(releases, name), { recursive: true, force: true })
}

function handsOf(dir: string, turn: Turn, reach: (path: string) => string): Hands {
  let count = 0
  /** A path in the inbox: once that is gone, another has taken over, and nothing can be moved out of it. */
  const inInbox = (): string => turn.inbox.reach(`follow-${count++}`) as string
  return {
    isLost: turn.isLost,
    save: (state) => turn.put(STATE, JSON.stringify(state)),
    flip(name, release) {
      turn.put(`${RELEASES}/${name}/${RELEASE_FILE}`, release)
      const link = inInbox()
      fs.symlinkSync(`${RELEASES}/${name}`, link)
      fs.renameSync(link, reach(CURRENT))
      syncFolder(dir)
    },
    async drop(name) {
      const gone = inInbox()
      fs.renameSync(reach(`${RELEASES}/${name}`), gone)
      await fs.promises.rm(gone, { recursive: true, force: true })
    },
  }
}

function send(signal: string, pidFile: string): 'sent' | 'absent' {
  const bytes = readWhole(pidFile, 1024)
  if (bytes === null) return 'absent'
  const text = Buffer.from(bytes).toString('utf8').trim()
  if (!/^[1-9][0-9]{0,9}$/.test(text))
    throw new AishipError('USAGE', `${pidFile} has no number of a process: ${JSON.stringify(text.slice(0, 40))}`)
  try {
    process.kill(Number(text), `SIG${signal}` as NodeJS.Signals)
    return 'sent'
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return 'absent'
    if (hasCode(error, 'EPERM'))
      throw new AishipError('NOT_PERMITTED', `not permitted to signal process ${text} of ${pidFile}`, { cause: error })
    throw error
  }
}
