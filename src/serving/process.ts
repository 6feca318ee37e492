import fs from 'node:fs'
import os from 'node:os'
import { hasCode } from '../core/errors.ts'
import type { ProcessName } from '../core/model.gen.ts'

/** Between asking a group to end and ending it. */
const TERM_MS = 2000
const POLL_MS = 25

/** Names a process of this machine, so that it can be told from another that has its number later. */
export const processName = (pid: number): ProcessName => ({
  ...{ pid, host: os.hostname(), boot: bootId(), started: statOf(pid)?.started ?? null },
})

/** Whether it runs now on this machine; null where the system does not say. */
export function isAlive(process: ProcessName): boolean | null {
  if (process.host !== os.hostname()) return null
  if (process.boot === null || process.started === null) return exists(process.pid) ? null : false
  if (process.boot !== bootId()) return false
  const stat = statOf(process.pid)
  return stat !== null && stat.started === process.started && stat.state !== 'Z'
}

/**
 * Waits for all of a process's group to end, then asks it to, then ends it. A number that belongs to another process by now is left alone: as long as
 * anything of the group is left, the system gives its number to nobody. Out: false where none of this can be told.
 */
export async function endGroup(process: ProcessName, graceMs: number): Promise<boolean> {
  // 0 is this process's own group: what could not be started has it.
  if (process.pid < 2) return true
  if (!isOurs(process)) return process.boot !== null || !exists(-process.pid)
  for (const [signal, ms] of [
    [null, graceMs],
    ['SIGTERM', TERM_MS],
    ['SIGKILL', Number.POSITIVE_INFINITY],
  ] as const) {
    if (signal !== null && isOurs(process)) send(-process.pid, signal)
    for (let waited = 0; waited < ms; waited += POLL_MS) {
      if (!isGroupThere(process)) return true
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
  return true
}

/** Whether its number, as that of a group, can only be its own. */
function isOurs({ pid, host, boot, started }: ProcessName): boolean {
  if (host !== os.hostname() || boot === null || boot !== bootId()) return false
  const stat = statOf(pid)
  return stat === null || stat.started === started
}

/** Those that have ended, and that nobody has taken note of, do nothing more. */
function isGroupThere(process: ProcessName): boolean {
  if (!exists(-process.pid) || !isOurs(process)) return false
  if (globalThis.process.platform !== 'linux') return true
  return fs.readdirSync('/proc').some((name) => {
    const stat = /^[0-9]+$/.test(name) ? statOf(Number(name)) : null
    return stat?.group === process.pid && stat.state !== 'Z'
  })
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !hasCode(error, 'ESRCH')
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone.
  }
}

/** Of this boot, and of this space of process numbers: two containers have each a process 7. */
function bootId(): string | null {
  try {
    return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fs.readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

function statOf(pid: number): { readonly state: string; readonly group: number; readonly started: string } | null {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before may hold anything, also brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] as string, group: Number(fields[2]), started: fields[19] as string }
  } catch {
    return null
  }
}
