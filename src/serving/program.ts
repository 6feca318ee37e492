import { type ChildProcess, spawn } from 'node:child_process'
import { hasCode } from '../core/errors.ts'
import type { Program } from '../core/followed.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** What every program gets of the environment: never credentials. */
const PASSED = /^(?:PATH|HOME|LANG|AISHIP_.*)$/
const SHOWN_LINES = 3
/** Between asking a program to end and ending it. */
const GRACE_MS = 2000
/** After a program has ended, for what it said last; and where that is what it was run for. */
const [LAST_WORDS_MS, WHOLE_OUTPUT_MS] = [100, 5000]

/** Whoever wants what a program prints. */
interface Listener {
  /** Bytes. */
  readonly most: number
  /** Out: false once it is more than `most`. */
  hear(chunk: Uint8Array): boolean
}

/**
 * Runs a program to its end, without a shell, in a process group of its own, so that what it starts ends with it. Out: what went wrong; null if it
 * ended with 0 in time. Errors: the reason of `signal`.
 */
export function runProgram(
  program: Program,
  env: Env,
  signal: AbortSignal,
  listener?: Listener,
): Promise<string | null> {
  const { argv, cwd, timeoutMs } = program
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    let child: ChildProcess
    try {
      child = spawn(argv[0] as string, argv.slice(1), {
        ...{ cwd, env: environment(program, env), stdio: [program.input ? 'pipe' : 'ignore', 'pipe', 'pipe'] },
        ...{ detached: process.platform !== 'win32', windowsHide: true },
      })
    } catch (error) {
      resolve(notStarted(error))
      return
    }
    // A program need not read what it is given.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(program.input)
    let said = ''
    let late: string | null = null
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-4000)
    }
    child.stdout?.on('data', (chunk: Buffer) => {
      hear(chunk)
      if (listener === undefined || listener.hear(chunk) || late !== null) return
      late = `printed more than ${listener.most} bytes`
      stop(child)
    })
    child.stderr?.on('data', hear)
    const timer = setTimeout(() => {
      late = `did not end within ${timeoutMs / 1000} s`
      stop(child)
    }, timeoutMs)
    const onAbort = (): void => stop(child)
    signal.addEventListener('abort', onAbort)
    let isOver = false
    const end = (why: string | null): void => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      for (const stream of [child.stdout, child.stderr]) stream?.destroy()
      if (signal.aborted) reject(signal.reason)
      else resolve(why === null ? null : withWords(why, said))
    }
    child.on('error', (error) => end(notStarted(error)))
    child.on('exit', (code, killedBy) => {
      const why = code === null ? `was ended by ${killedBy}` : `ended with exit code ${code}`
      // What it said last may still be on its way; what runs on in the background may keep the pipes open for ever.
      const whole = setTimeout(() => end(late ?? (code === 0 ? null : why)), listener ? WHOLE_OUTPUT_MS : LAST_WORDS_MS)
      child.on('close', () => {
        clearTimeout(whole)
        end(late ?? (code === 0 ? null : why))
      })
    })
  })
}

/** Runs a program for what it prints on standard output, at most `most` bytes. */
export async function printedBy(
  program: Program,
  env: Env,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly printed: Uint8Array; readonly problem: string | null }> {
  const printed: Uint8Array[] = []
  let size = 0
  const hear = (chunk: Uint8Array): boolean => {
    size += chunk.length
    if (size <= most) printed.push(chunk)
    return size <= most
  }
  const problem = await runProgram(program, env, signal, { most, hear })
  return { printed: Buffer.concat(printed), problem }
}

/** What a program gets of the environment. */
export function environment({ set, pass }: Pick<Program, 'set' | 'pass'>, env: Env): NodeJS.ProcessEnv {
  const passed = Object.entries(env).filter(([name]) => PASSED.test(name) || pass.includes(name))
  return { ...Object.fromEntries(passed), ...set }
}

/** What a traceback has beside where it began and what went wrong: calls and source, what an error carries, and what Node is. */
const [TRACEBACK, OF_TRACEBACK] = [/^(?:\s+at |\s+File "|Traceback \()/m, /^(?:\s|$|\^|\}|Traceback \(|Node\.js v)/]

/** The last lines of what a program said, as one; of a traceback (Node's names the error first, Python's last) only what went wrong. */
export function lastWords(said: string): string {
  const lines = said.trim().split('\n')
  const told = TRACEBACK.test(said) ? lines.filter((line) => !OF_TRACEBACK.test(line)) : lines
  return told.slice(-SHOWN_LINES).join(' / ')
}

/** What went wrong, with what the program said last. */
export function withWords(why: string, said: string): string {
  const tail = lastWords(said)
  return tail === '' ? why : `${why}: ${tail}`
}

/** Why a program could not be started. */
export function notStarted(error: unknown): string {
  if (hasCode(error, 'ENOENT')) return 'could not be started: there is no such program'
  if (hasCode(error, 'EACCES')) return 'could not be started: it may not be executed'
  return `could not be started: ${error instanceof Error ? error.message : String(error)}`
}

/** Asks a program, and what it has started, to end; a little later ends it. */
export function stop(child: ChildProcess): void {
  kill(child, 'SIGTERM')
  setTimeout(() => kill(child, 'SIGKILL'), GRACE_MS).unref()
}

function kill({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name)
  } catch {
    // It is gone.
  }
}
