import fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { hasCode } from '../core/errors.ts'
import type { ProcessName } from '../core/model.gen.ts'
import { storeError } from '../store/errno.ts'
import { isAlive, processName } from './process.ts'

export interface Claim {
  /** Who had it first, and lives or may live. */
  readonly holder: ProcessName | null
  release(): void
}

/**
 * Makes this process the only one of this machine that works on `file`. Claims are numbered and each is created once, so that of several that come after a
 * killed one exactly one wins; the highest number counts. Errors: DISK_FULL, READ_ONLY.
 */
export function claimFile(file: string): Claim {
  try {
    fs.mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const old = numbersOf(file)
    const last = old.at(-1) ?? 0
    const holder = last === 0 ? null : ownerIn(nameOf(file, last))
    if (holder !== null && isAlive(holder) !== false) return { holder, release: () => {} }
    const mine = nameOf(file, last + 1)
    try {
      fs.writeFileSync(mine, JSON.stringify(processName(process.pid)), { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return { holder: ownerIn(mine) ?? processName(0), release: () => {} }
      fs.rmSync(mine, { force: true })
      throw error
    }
    for (const number of old) fs.rmSync(nameOf(file, number), { force: true })
    return { holder: null, release: () => fs.rmSync(mine, { force: true }) }
  } catch (error) {
    throw storeError(error, 'write', file)
  }
}

const nameOf = (file: string, number: number): string => `${file}.claim-${number}`

function numbersOf(file: string): readonly number[] {
  const start = `${basename(file)}.claim-`
  const names = fs.readdirSync(dirname(file)).filter((name) => name.startsWith(start))
  return names.map((name) => Number(name.slice(start.length))).sort((a, b) => a - b)
}

const OWNER = 'owner'

/** Says in a folder of this process whose it is. */
export const signFolder = (dir: string): void =>
  fs.writeFileSync(join(dir, OWNER), JSON.stringify(processName(process.pid)), { mode: 0o600 })

/** Takes away folders in `parent` that processes of this user signed which were killed since. */
export function sweepFolders(parent: string, start: string): void {
  for (const name of fs.readdirSync(parent)) {
    const dir = join(parent, name)
    const owner = name.startsWith(start) && isOwn(dir) ? ownerIn(join(dir, OWNER)) : null
    if (owner !== null && isAlive(owner) === false) fs.rmSync(dir, { recursive: true, force: true })
  }
}

/** Others may put folders, and links, where everybody's temporary ones are. */
function isOwn(dir: string): boolean {
  const stat = fs.lstatSync(dir, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && (process.getuid === undefined || stat.uid === process.getuid())
}

/** Null where nobody can read it: it was not written to its end. */
function ownerIn(file: string): ProcessName | null {
  try {
    const { pid, host, boot, started } = JSON.parse(fs.readFileSync(file, 'utf8')) as ProcessName
    return Number.isSafeInteger(pid) ? { pid, host: String(host), boot, started } : null
  } catch {
    return null
  }
}
