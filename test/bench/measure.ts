import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** A program and its arguments, as it is started. `env` is added to PATH and HOME. */
export interface Command {
  readonly argv: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Wall time in ms; CPU time of all cores in ms and the largest process's memory at its peak in bytes (null: this machine cannot tell);
 * and what it printed.
 */
export interface Ran {
  readonly ms: number
  readonly cpu: number | null
  readonly peak: number | null
  readonly stdout: string
}

/** A command that did not end with 0; the message is one line. */
export class CommandFailed extends Error {}

const TIME = ['/usr/bin/time', '/bin/time'].find((file) => fs.existsSync(file))
const LONGEST_MS = 30 * 60_000
let made: string | null = null
function scratch(): string {
  made ??= fs.mkdtempSync(path.join(os.tmpdir(), 'aiship-bench-run-'))
  return made
}
let running: ChildProcess | null = null

/** Ends what runs, with everything that it started, and removes the scratch folder. For the end, and for an interruption. */
export function stopRunning(): void {
  if (running?.pid !== undefined) {
    try {
      process.kill(-running.pid, 'SIGKILL')
    } catch {
      // It has just ended.
    }
  }
  if (made !== null) fs.rmSync(made, { recursive: true, force: true })
  made = null
}

/** Runs one whole process. Errors: CommandFailed. */
export async function run({ argv, cwd = scratch(), env }: Command): Promise<Ran> {
  const [usage, out, err] = ['usage', 'out', 'err'].map((name) => path.join(scratch(), name)) as [
    string,
    string,
    string,
  ]
  const argvTimed = TIME === undefined ? withPeak(argv, usage) : [TIME, '-o', usage, '-f', '%M %U %S', ...argv]
  fs.rmSync(usage, { force: true })
  const files = [fs.openSync(out, 'w'), fs.openSync(err, 'w')] as const
  const started = process.hrtime.bigint()
  // A group of its own, so that an interruption can end all of it.
  const child = spawn(argvTimed[0] as string, argvTimed.slice(1), {
    ...{ cwd, env: { PATH: process.env.PATH, HOME: scratch(), ...env } },
    ...{ stdio: ['ignore', ...files], detached: true },
  })
  running = child
  const stuck = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), LONGEST_MS)
  const ended = await new Promise<string | null>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) => resolve(code === 0 ? null : `ended with ${code ?? signal}`))
  })
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  clearTimeout(stuck)
  running = null
  for (const file of files) fs.closeSync(file)
  const stdout = fs.readFileSync(out, 'utf8')
  if (ended !== null) throw new CommandFailed(`${ended}: ${reason(stdout, fs.readFileSync(err, 'utf8'))}`)
  const used = fs.existsSync(usage) ? fs.readFileSync(usage, 'utf8').trim().split('\n').at(-1) : undefined
  const [peak, user, system] = (used ?? '').split(' ').map(Number)
  const cpu = user === undefined || system === undefined ? null : (user + system) * 1000
  return { ms, cpu, peak: peak ? peak * 1024 : null, stdout }
}

/** Where there is no `time`, a Node program says itself what it took. */
function withPeak(argv: readonly string[], usage: string): readonly string[] {
  if (argv[0] !== process.execPath) return argv
  const preload = path.join(scratch(), 'peak.cjs')
  const says = `((u) => [u.maxRSS, u.userCPUTime / 1e6, u.systemCPUTime / 1e6].join(' '))(process.resourceUsage())`
  const code = `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(usage)}, ${says}))`
  fs.writeFileSync(preload, code)
  return [argv[0], '--require', preload, ...argv.slice(1)]
}

/** The line that says most: the message of a JSON answer, else the last line that is no stack trace. */
function reason(stdout: string, stderr: string): string {
  try {
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } }
    return `${error.code} ${error.message}`.slice(0, 160)
  } catch {
    const lines = `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line))
    return (lines.find((line) => /error|fatal|cannot/i.test(line)) ?? lines[0] ?? 'no message').trim().slice(0, 160)
  }
}

/** Runs a program of the system that is not timed, to its end. Out: its status, null if there is no such program, and its output. */
export function tool(...argv: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout, stderr } = spawnSync(argv[0] as string, argv.slice(1), { encoding: 'utf8' })
  return { status, stdout: `${stdout ?? ''}${stderr ?? ''}` }
}

/** A script of sh, in which `$1`, `$2` … are the `values`. */
export function sh(script: string, values: readonly string[] = [], options: Omit<Command, 'argv'> = {}): Command {
  return { argv: ['/bin/sh', '-ec', script, 'sh', ...values], ...options }
}

/**
 * Waits until over 85 % of the machine was idle for a fifth of a second, at most `seconds`. Out: whether it came to that.
 * What was written before goes to the disk first, so that the next one does not pay for it.
 */
export async function quiet(seconds: number): Promise<boolean> {
  flush()
  const end = Date.now() + seconds * 1000
  do {
    const before = cpuTimes()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const after = cpuTimes()
    if (after.idle - before.idle > 0.85 * (after.all - before.all)) return true
  } while (Date.now() < end)
  return false
}

/** Has all that is written on the disk. */
export function flush(): void {
  tool('sync')
}

function cpuTimes(): { idle: number; all: number } {
  let idle = 0
  let all = 0
  for (const { times } of os.cpus()) {
    idle += times.idle
    all += times.user + times.nice + times.sys + times.irq + times.idle
  }
  return { idle, all }
}

/** Bytes that the files and folders take on the disk, in blocks, as `du` counts them. What is not there takes none. */
export function diskBytes(paths: readonly string[]): number {
  const there = paths.filter((file) => fs.existsSync(file))
  if (there.length === 0) return 0
  const { stdout } = tool('du', '-scB1', '--', ...there)
  const total = Number(stdout.trim().split('\n').at(-1)?.split('\t')[0])
  if (!Number.isFinite(total)) throw new Error(stdout)
  return total
}

/** Reads every byte once, so that the page cache has it. */
export async function warm(paths: readonly string[]): Promise<void> {
  await run(sh('find "$@" -type f -print0 | xargs -0r cat > /dev/null', paths))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
