import { type ChildProcess, spawn } from 'node:child_process'
import type { Program } from '../core/followed.ts'
import type { Hook, Hooks } from '../core/hook.ts'
import { endGroup, isAlive, processName } from './process.ts'
import { type Env, environment, lastWords, notStarted, runProgram, withWords } from './program.ts'

/** A line of a hook that is longer is none. */
const MAX_LINE = 1024 * 1024
const TAIL = 4000
/** After a process has ended, for what it said last. */
const LAST_WORDS_MS = 1000

/** What runs a repair's programs. `signal` wakes whoever waits for one of them. */
export const hooksOf = (env: Env, signal: AbortSignal): Hooks => ({
  own: processName(process.pid),
  start: (program) => startHook(program, env, signal),
  run: (program) => runProgram(program, env, signal),
  isAlive,
  endGroup,
})

/** Starts a program that runs on, without a shell, in a process group of its own. One that can't be started has ended. */
function startHook(program: Program, env: Env, signal: AbortSignal): Hook {
  let lines: string[] = []
  let ended: string | null = null
  let said = ''
  let wake: () => void = () => {}
  const end = (why: string): void => {
    ended ??= withWords(why, said)
    wake()
  }
  const child = spawned(program, env, (error) => end(notStarted(error)))
  const name = processName(child?.pid ?? 0)
  let rest = ''
  child?.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n')
    rest = (parts.pop() as string).slice(0, MAX_LINE)
    lines.push(...parts)
    wake()
  })
  child?.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-TAIL)
  })
  // A hook that is gone says so by its end.
  child?.stdin?.on('error', () => {})
  child?.on('error', (error) => end(notStarted(error)))
  child?.on('exit', (code, killedBy) => {
    const why = code === null ? `was ended by ${killedBy}` : `ended with exit code ${code}`
    // What it left running may keep the pipe open.
    const whole = setTimeout(() => end(why), LAST_WORDS_MS)
    child.on('close', () => {
      clearTimeout(whole)
      end(why)
    })
  })
  return {
    process: name,
    send: (text) => void child?.stdin?.write(text),
    async next(ms) {
      if (lines.length === 0 && ended === null && ms > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            signal.removeEventListener('abort', wake)
            resolve()
          }
          signal.addEventListener('abort', wake)
        })
        signal.removeEventListener('abort', wake)
      }
      const heard = lines
      lines = []
      return { lines: heard, ended }
    },
    async end(graceMs) {
      child?.stdin?.end()
      if (name.pid > 0) await endGroup(name, graceMs)
      for (const stream of [child?.stdout, child?.stderr, child?.stdin]) stream?.destroy()
      return lastWords(said)
    },
  }
}

function spawned(program: Program, env: Env, fail: (error: unknown) => void): ChildProcess | null {
  const { argv, cwd } = program
  try {
    return spawn(argv[0] as string, argv.slice(1), {
      ...{ cwd, env: environment(program, env), stdio: 'pipe', windowsHide: true },
      detached: process.platform !== 'win32',
    })
  } catch (error) {
    fail(error)
    return null
  }
}
