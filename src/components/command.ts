import { type ChildProcess, spawn } from 'node:child_process'
import { AishipError, hasCode } from '../core/errors.ts'
import { placeOf } from '../core/origins.ts'
import type { Collector, Project } from '../core/ports.ts'
import { shellLine } from '../core/shell.ts'
import { checkOrigin } from './_refuse.ts'

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const TIMEOUT_MS = 10 * 60 * 1000
/** Between asking a program to end and ending it. */
const GRACE_MS = 2000
const SHOWN_LINES = 5
/** A longer command line can neither be read in a message nor typed again. */
const MAX_SHOWN = 300

/** What a program prints on standard output, run in the project's folder with its environment and without a shell. */
export const driver: Collector = {
  executes: true,
  async collect(spec, project) {
    checkOrigin(spec)
    const at = String(placeOf(spec))
    const path = at.slice(at.lastIndexOf('/') + 1)
    const bytes = await outputOf(spec.name, spec.source as readonly string[], project)
    const file = { path, from: `the output of components.${spec.name}.command`, exec: false, content: { bytes } }
    return { form: 'file', at, files: [file], ignored: [], notes: {} }
  },
}

/** Why a program was ended by us. */
type Ended = 'was stopped' | `ran longer than ${number} minutes` | `printed more than ${number} bytes`

function outputOf(name: string, argv: readonly string[], project: Project): Promise<Uint8Array> {
  const line = shellLine(argv)
  const isShort = line.length <= MAX_SHOWN
  const refuse = (why: string, said: string): AishipError => {
    const tail = said.trim().split('\n').slice(-SHOWN_LINES).join(' / ')
    return new AishipError(
      'COMMAND_FAILED',
      `components.${name}: ${isShort ? line : `${line.slice(0, MAX_SHOWN)}…`} ${why}`,
      {
        hint: tail === '' ? undefined : `it said: ${tail}`,
        next: isShort ? [line] : [],
        details: isShort ? { component: name, command: argv } : { component: name },
      },
    )
  }
  return new Promise((resolve, reject) => {
    project.signal.throwIfAborted()
    let child: ChildProcess
    try {
      child = start(argv, project)
    } catch (error) {
      // Of what is wrong with a program, some is thrown here and some is an event.
      reject(refuse(notStarted(error), ''))
      return
    }
    const out: Uint8Array[] = []
    let size = 0
    let said = ''
    let ended: Ended | null = null
    const end = (why: Ended): void => {
      ended ??= why
      stop(child)
    }
    const onAbort = (): void => end('was stopped')
    const timer = setTimeout(() => end(`ran longer than ${TIMEOUT_MS / 60_000} minutes`), TIMEOUT_MS)
    project.signal.addEventListener('abort', onAbort)
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      project.signal.removeEventListener('abort', onAbort)
      act()
    }
    child.stdout?.on('data', (chunk: Uint8Array) => {
      size += chunk.length
      if (size > MAX_OUTPUT_BYTES) end(`printed more than ${MAX_OUTPUT_BYTES} bytes`)
      else out.push(chunk)
    })
    child.stderr?.on('data', (chunk: Uint8Array) => {
      said = (said + Buffer.from(chunk).toString('utf8')).slice(-4000)
    })
    child.on('error', (error) => {
      settle(() => reject(refuse(notStarted(error), '')))
    })
    child.on('close', (code, killedBy) => {
      settle(() => {
        if (ended !== null) reject(refuse(ended, said))
        else if (code === 0) resolve(Buffer.concat(out))
        else reject(refuse(code === null ? `was ended by ${killedBy}` : `ended with exit code ${code}`, said))
      })
    })
  })
}

function notStarted(error: unknown): string {
  if (hasCode(error, 'ENOENT')) return 'could not be started: there is no such program'
  if (hasCode(error, 'EACCES')) return 'could not be started: it may not be executed'
  if (hasCode(error, 'E2BIG', 'ENAMETOOLONG')) return 'could not be started: it is longer than the system allows'
  return `could not be started: ${error instanceof Error ? error.message : String(error)}`
}

/** In a process group of its own, so that what it starts ends with it. */
function start([program = '', ...args]: readonly string[], project: Project): ChildProcess {
  return spawn(program, args, {
    cwd: project.root,
    env: project.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
}

function stop(child: ChildProcess): void {
  kill(child, 'SIGTERM')
  setTimeout(() => kill(child, 'SIGKILL'), GRACE_MS).unref()
  // What ran away from the group may keep the pipes open.
  setTimeout(() => {
    child.stdout?.destroy()
    child.stderr?.destroy()
  }, 2 * GRACE_MS).unref()
}

function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It is gone.
  }
}
