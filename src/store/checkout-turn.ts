import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { AishipError, hasCode } from '../core/errors.ts'
import type { Folders } from './checkout-folders.ts'
import { openFolders } from './checkout-folders.ts'
import { targetError } from './checkout-receive.ts'
import { INCOMING } from './checkout-record.ts'
import { writeAll } from './durable.ts'
import { sleep } from './source.ts'

/**
 * One update's part in a folder that several may update at once. Each has a number, higher than those there are, and an inbox of that number:
 * whatever it puts into the checkout is renamed out of its inbox, and whatever it takes away is renamed into it. So who removes another's
 * inbox has stopped it for good, without a lock that a kill could leave in the way: each stops all older ones before it moves its first file,
 * and nobody stops the newest, which therefore ends. Others' inboxes are taken away as files are, so that one that was stopped stops nobody;
 * and no two have the same name, because numbers come again.
 */
export interface Turn {
  readonly inbox: Folders
  /** Stops all older turns, those of killed processes too: returns when nothing of them can move any more. */
  overtake(): void
  /** True once a newer one has stopped this one. */
  isLost(): boolean
  /** Puts a small file into the checkout, durably and in one step. */
  put(name: string, bytes: Uint8Array | string): void
  /** Takes a file out of the checkout; its absence is fine. */
  take(path: string): void
  /** Removes the inbox. Whatever can be said of the turn can be said after that. */
  end(): void
}

/** So long may a turn that is being stopped go on with what it was at. */
const STOP_MS = 10_000

/** Runs `act` as the newest update of a folder, which messages call `dir`. Errors: OVERTAKEN, whatever went wrong once a newer one has stopped it. */
export async function inTurn<T>(folders: Folders, dir: string, act: (turn: Turn) => T | Promise<T>): Promise<T> {
  const turn = takeTurn(folders, dir)
  try {
    return await act(turn)
  } catch (error) {
    throw turn.isLost() ? overtaken(dir) : error
  } finally {
    turn.end()
  }
}

export const overtaken = (dir: string): AishipError =>
  new AishipError('OVERTAKEN', `another checkout into ${dir} began after this one, and goes on in its place`, {
    hint: 'see what is there once it is done; run this command again if that is not it',
    details: { dir },
  })

/** Errors: those of `targetError`. */
function takeTurn(folders: Folders, dir: string): Turn {
  const own = makeInbox(folders)
  const path = `${INCOMING}/${own}`
  const inbox = openInbox(folders.reach(path), dir)
  let count = 0
  // Asked for once: to reach for another path closes the folders that threads are writing to.
  const place = `${folders.root}/${path}`
  const isLost = (): boolean => !fs.existsSync(place)
  const aside = (): string => inbox.reach(`out-${count++}`) as string
  /** Out: where it is now; null where it was not there. */
  const take = (name: string): string | null => {
    const at = folders.reach(name)
    if (at === null) return null
    const to = aside()
    try {
      fs.renameSync(at, to)
      return to
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || isLost()) throw error
      return null
    }
  }
  return {
    inbox,
    isLost,
    overtake() {
      for (const name of inboxes(folders)) {
        const older = order(name, own) < 0 ? take(`${INCOMING}/${name}`) : null
        if (older !== null) clear(older)
      }
    },
    put(name, bytes) {
      const draft = aside()
      const fd = fs.openSync(draft, 'wx', 0o644)
      try {
        writeAll(fd, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
        fs.fsyncSync(fd)
      } finally {
        fs.closeSync(fd)
      }
      fs.renameSync(draft, folders.reach(name) as string)
    },
    take: (name) => void take(name),
    end() {
      inbox.close()
      try {
        fs.rmSync(folders.reach(path) as string, { recursive: true, force: true })
        fs.rmdirSync(folders.reach(INCOMING) as string)
      } catch {
        // Another turn is there, or has removed this one.
      }
    },
  }
}

/** Even before it could begin it may have been stopped. */
function openInbox(at: string | null, dir: string): Folders {
  try {
    if (at !== null) return openFolders(at)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  throw overtaken(dir)
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Removes what updates that were killed a day ago have left; whoever has something to write there need not wait so long. */
export function sweepTurns(folders: Folders): void {
  try {
    for (const name of inboxes(folders)) {
      const at = folders.reach(`${INCOMING}/${name}`) ?? ''
      const stat = fs.lstatSync(at, { throwIfNoEntry: false })
      if (stat !== undefined && Date.now() - stat.mtimeMs > DAY_MS) clear(at)
    }
    fs.rmdirSync(folders.reach(INCOMING) as string)
  } catch {
    // None is there, or some are at work, or nothing can be written.
  }
}

/** Makes the inbox of the highest number. Out: its name. */
function makeInbox(folders: Folders): string {
  const deadline = Date.now() + STOP_MS
  for (;;) {
    try {
      const newest = inboxes(folders).at(-1) ?? '0'
      const own = `${numberOf(newest) + 1}-${randomUUID()}`
      fs.mkdirSync(folders.reach(`${INCOMING}/${own}`, { make: true }) as string, { mode: 0o700 })
      // Who has a higher number by now may have stopped the older ones, and does not know of this one.
      if (inboxes(folders).at(-1) === own) return own
      fs.rmSync(folders.reach(`${INCOMING}/${own}`) ?? '', { recursive: true, force: true })
    } catch (error) {
      // Another has just removed the folder of all inboxes.
      if (hasCode(error, 'ENOENT') && Date.now() < deadline) continue
      const inTheWay = error instanceof AishipError && fs.lstatSync(folders.reach(INCOMING) as string)
      if (!inTheWay || inTheWay.isDirectory()) throw targetError(error, INCOMING)
      fs.rmSync(folders.reach(INCOMING) as string, { force: true })
    }
  }
}

/** The names of all inboxes, the newest last. */
function inboxes(folders: Folders): readonly string[] {
  const at = folders.reach(INCOMING) as string
  const names = fs.lstatSync(at, { throwIfNoEntry: false })?.isDirectory() === true ? fs.readdirSync(at) : []
  return names.filter((name) => /^[0-9]{1,15}(?:-[0-9a-f-]+)?$/.test(name)).sort(order)
}

const numberOf = (name: string): number => Number.parseInt(name, 10)
const order = (a: string, b: string): number => numberOf(a) - numberOf(b) || (a < b ? -1 : a > b ? 1 : 0)

/** Removes an inbox. What its owner has just put there comes with the next look; after that, nothing can be put there. */
function clear(at: string): void {
  const deadline = Date.now() + STOP_MS
  for (;;) {
    try {
      fs.rmSync(at, { recursive: true, force: true })
      return
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT') || Date.now() > deadline) throw error
      sleep(1)
    }
  }
}
