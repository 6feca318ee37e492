import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { hasCode } from '../core/errors.ts'
import { INCOMING } from '../store/checkout-record.ts'
import type { Turn } from '../store/checkout-turn.ts'
import { writeAll } from '../store/durable.ts'
import { pause } from '../store/pause.ts'

/** In the inbox of whoever keeps the folder. Its time is the sign of life. */
const OWNER = 'owner'
const BEAT_MS = 1000
/** Without a sign of life for so long, it is dead. */
const DEAD_MS = 5 * BEAT_MS

interface Owner {
  readonly file: string
  readonly pid: number
  readonly host: string
  /** Where its number means the same process as here. */
  readonly space: string
}

/** Folders that this process keeps: two may be kept by one, and one not twice. */
const kept = new Set<string>()

/** Shows a sign of life every second in `dir`. Out: ends it. */
export function startBeat(dir: string, turn: Turn): () => void {
  const file = turn.inbox.reach(OWNER) as string
  kept.add(dir)
  const fd = fs.openSync(file, 'wx', 0o644)
  try {
    writeAll(fd, Buffer.from(JSON.stringify({ pid: process.pid, host: os.hostname(), space: pidSpace() })))
  } catch {
    // The disk is full: what is there is served all the same.
  }
  const timer = setInterval(() => {
    try {
      const now = new Date()
      fs.futimesSync(fd, now, now)
    } catch {
      // Whoever comes then takes over, and that is safe.
    }
  }, BEAT_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    fs.closeSync(fd)
    kept.delete(dir)
  }
}

/**
 * Who keeps the folder now; null if nobody shows a sign of life. A process of this machine is asked for by its number; of others it is watched,
 * and never compared with a clock, whether they go on.
 */
export async function findOwner(dir: string, signal: AbortSignal): Promise<string | null> {
  const owners = readOwners(dir).filter((owner) => !isGone(owner, kept.has(dir)))
  if (owners.length === 0) return null
  const before = owners.map(({ file }) => timeOf(file))
  for (let waited = 0; waited < DEAD_MS && !signal.aborted; waited += BEAT_MS / 4) {
    await pause(BEAT_MS / 4, signal)
    const alive = owners.find(({ file }, i) => timeOf(file) !== before[i] && timeOf(file) !== null)
    if (alive !== undefined) return `process ${alive.pid} on ${alive.host}`
  }
  return null
}

function readOwners(dir: string): readonly Owner[] {
  try {
    return fs.readdirSync(join(dir, INCOMING)).flatMap((name) => {
      const file = join(dir, INCOMING, name, OWNER)
      const owner = readOwner(file)
      return owner === null ? [] : [{ ...owner, file }]
    })
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}

function readOwner(file: string): Omit<Owner, 'file'> | null {
  try {
    const { pid, host, space } = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>
    return Number.isSafeInteger(pid) ? { pid: pid as number, host: String(host), space: String(space) } : null
  } catch {
    return null
  }
}

/** True only where it is sure: the number belongs to nobody, or to this process. */
function isGone({ pid, host, space }: Owner, isKept: boolean): boolean {
  if (host !== os.hostname() || space === '' || space !== pidSpace()) return false
  if (pid === process.pid) return !isKept
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return hasCode(error, 'ESRCH')
  }
}

/** Two containers may have the same name, and each a process 1. '' where it can't be told. */
function pidSpace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/pid')
  } catch {
    return process.platform === 'linux' ? '' : process.platform
  }
}

const timeOf = (file: string): number | null => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null
