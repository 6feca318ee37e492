import { spawn } from 'node:child_process'
import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'

const AISHIP = join(import.meta.dirname, '..', '..', 'bin', 'aiship.js')

/** When a run of the command line is killed. */
export type Moment =
  | { readonly kind: 'never' }
  /** So many ms after its start. */
  | { readonly kind: 'after-start'; readonly ms: number }
  /** So many ms after the entry that it makes has appeared in this folder. */
  | { readonly kind: 'after-commit'; readonly folder: string; readonly ms: number }

export interface Outcome {
  readonly killed: boolean
  readonly code: number | null
  /** The document that it had printed in full before it died. */
  readonly printed: { readonly ok: boolean; readonly changed: boolean } | null
  readonly stderr: string
  /** From the start to the end. */
  readonly ms: number
  /** From the start to the entry; null where none was seen. */
  readonly commitMs: number | null
}

/** Runs aiship as a process of its own and kills it, with the signal that nobody can catch. */
export function runAiship(
  dir: string,
  words: readonly string[],
  moment: Moment,
  watched: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(process.execPath, [AISHIP, ...words, '--json'], {
      cwd: dir,
      env: { PATH: process.env.PATH, HOME: dir, AISHIP_ACTOR: 'ana', AISHIP_ACTOR_KIND: 'human', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const kill = (): void => void child.kill('SIGKILL')
    const timer = moment.kind === 'after-start' ? setTimeout(kill, moment.ms) : null
    let commitMs: number | null = null
    let late: NodeJS.Timeout | null = null
    const watcher = watchFor(watched, () => {
      commitMs = performance.now() - began
      if (moment.kind !== 'after-commit') return
      if (moment.ms < 0.5) kill()
      else late = setTimeout(kill, moment.ms)
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (timer !== null) clearTimeout(timer)
      if (late !== null) clearTimeout(late)
      watcher?.close()
      resolve({
        killed: signal === 'SIGKILL',
        code,
        printed: parse(stdout),
        stderr,
        ms: performance.now() - began,
        commitMs,
      })
    })
  })
}

/** Calls once, when the first entry appears. */
function watchFor(folder: string, then: () => void): FSWatcher | null {
  let isSeen = false
  try {
    return watch(folder, (_, name) => {
      if (isSeen || name === null || !/^[0-9]{12}\.json$/.test(name)) return
      isSeen = true
      then()
    })
  } catch {
    return null
  }
}

function parse(stdout: string): Outcome['printed'] {
  try {
    return JSON.parse(stdout) as Outcome['printed']
  } catch {
    return null
  }
}
