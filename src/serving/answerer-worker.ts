import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { AishipError } from '../core/errors.ts'
import type { Program } from '../core/followed.ts'
import type { Answer, Ask, Pace } from '../core/rehearsal.ts'
import { shellLine } from '../core/shell.ts'
import { type Env, environment, notStarted, stop, withWords } from './program.ts'

/** So much may be asked of a process at once: a pipe that nobody reads must not fill this machine's memory. */
const [WINDOW, WINDOW_BYTES] = [512, 1 << 20]

/** So many lines with a label, or one for each that was asked, are answers; if none fits by then, so long is waited for one that does. */
const [MANY, ASTRAY_MS] = [20, 2000]

export type Start = Omit<Program, 'timeoutMs'>

/** What is asked now, and how far it is. */
export interface Job {
  readonly asks: readonly Ask[]
  readonly answers: Answer[]
  next: number
  left: number
  readonly done: () => void
  readonly fail: (error: unknown) => void
}

const NOTHING =
  'it answers nothing; it runs in a checkout of the bundle, with PATH, HOME, LANG and AISHIP_* alone, and has to answer before its input ends'

export const onlyEnds = ({ argv }: Start, why: string, hint = NOTHING): AishipError =>
  new AishipError('COMMAND_FAILED', `${shellLine(argv)} ${why}`, { hint, next: ['aiship help remediate replay'] })

export interface Owner {
  readonly program: Start
  readonly env: Env
  readonly pace: Pace
  job(): Job | null
  answered(index: number, value: Readonly<Record<string, unknown>>): void
  /** A process has ended that owed these answers. `isAstray`: it answered, but not by the ids that were asked. */
  ended(why: string, owed: readonly number[], isBarren: boolean, isAstray: boolean): void
  fail(error: unknown): void
}

export interface Worker {
  pump(): void
  kill(): void
  close(): Promise<void>
}

export function makeWorker(owner: Owner): Worker {
  const { program, env, pace } = owner
  let child: ChildProcessWithoutNullStreams | null = null
  let startedAt = 0
  let hasAnswered = false
  let problem: string | null = null
  /** Objects that it printed, before its first answer, of which no id was asked; and those of them that have a label. */
  let [strays, labels] = [0, 0]
  let isAstray = false
  let said = ''
  let rest = ''
  let bytes = 0
  let silence: NodeJS.Timeout | null = null
  /** What the process owes, by id; and what another one owed when it ended, to be asked alone. */
  const owed = new Map<string, number>()
  let suspects: number[] = []

  function start(): void {
    try {
      child = spawn(program.argv[0] as string, program.argv.slice(1), {
        ...{ cwd: program.cwd, env: environment(program, env), stdio: 'pipe' },
        ...{ detached: process.platform !== 'win32', windowsHide: true },
      })
    } catch (error) {
      owner.fail(onlyEnds(program, notStarted(error)))
      return
    }
    const mine = child
    ;[startedAt, hasAnswered, problem, said, rest, bytes] = [Date.now(), false, null, '', '', 0]
    ;[strays, labels, isAstray] = [0, 0, false]
    mine.stdout.setEncoding('utf8').on('data', hear)
    mine.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000)
    })
    // What it does not read any more, it owes.
    mine.stdin.on('error', () => undefined)
    mine.on('error', (error) => owner.fail(onlyEnds(program, notStarted(error))))
    mine.on('close', (code, killedBy) => {
      if (child !== mine) return
      child = null
      listen(false)
      const lost = [...owed.values()].sort((a, b) => a - b)
      owed.clear()
      if (lost.length === 0) {
        pump()
        return
      }
      const how = code === null ? `was ended by ${killedBy}` : `ended with exit code ${code}`
      if (lost.length > 1) suspects = [...lost, ...suspects]
      owner.ended(withWords(problem ?? how, said), lost, !hasAnswered, isAstray)
      pump()
    })
  }

  function hear(text: string): void {
    const lines = text.includes('\n') ? (rest + text).split('\n') : [rest + text]
    rest = lines.pop() ?? ''
    let isNews = false
    for (const line of lines) {
      const value = objectIn(line)
      const id = value === null ? undefined : String(value.id)
      const index = id === undefined ? undefined : owed.get(id)
      // A line of something else than an answer, or a second answer.
      if (value === null || id === undefined || index === undefined) {
        if (value !== null) strays++
        if (value?.label !== undefined) labels++
        continue
      }
      owed.delete(id)
      hasAnswered = true
      isNews = true
      owner.answered(index, value)
    }
    if (owed.size === 0) bytes = 0
    if (rest.length > MOST_LINE) {
      problem = `printed a line of more than ${MOST_LINE / (1 << 20)} MiB`
      kill()
      return
    }
    // What it prints beside answers gains it no time.
    const wasAstray = isAstray
    isAstray = !hasAnswered && labels >= Math.max(1, Math.min(owed.size, MANY))
    if (isNews || owed.size === 0 || (isAstray && !wasAstray)) listen(owed.size > 0)
    pump()
  }

  /** Ends a process that owes something and says nothing, or for a while only what nobody asked. */
  function listen(isOwing: boolean): void {
    if (silence !== null) clearTimeout(silence)
    silence = isOwing ? setTimeout(giveUp, isAstray ? Math.min(ASTRAY_MS, pace.itemMs) : pace.itemMs) : null
  }

  function giveUp(): void {
    const isStray = strays > 0 && !hasAnswered
    // Of one that was asked alone, a line for its one may be chatter.
    isAstray ||= isStray && owed.size > 1 && strays >= owed.size
    problem = isStray
      ? `answered, but no line of ${strays} had an id that was asked`
      : `did not answer within ${pace.itemMs / 1000} s`
    kill()
  }

  function pump(): void {
    const job = owner.job()
    if (job === null || owed.size > WINDOW / 2) return
    const isOver = child !== null && Date.now() - startedAt > pace.processMs
    if (isOver && owed.size === 0) void end()
    if (isOver) return
    const indices = suspects.length > 0 ? (owed.size === 0 ? suspects.splice(0, 1) : []) : more(job)
    if (indices.length === 0) return
    if (child === null) start()
    let text = ''
    for (const index of indices) {
      const { id, line } = job.asks[index] as Ask
      owed.set(id, index)
      text += `${line}\n`
    }
    bytes += text.length
    child?.stdin.write(text)
    if (silence === null) listen(true)
  }

  function more(job: Job): number[] {
    const indices: number[] = []
    const ids = new Set<string>()
    let size = bytes
    while (job.next < job.asks.length && owed.size + indices.length < WINDOW) {
      const { id, line } = job.asks[job.next] as Ask
      const isTooMuch = size > 0 && size + line.length > WINDOW_BYTES
      if (isTooMuch && owed.size + indices.length > 0) break
      // Two of one id are asked one after the other.
      if (owed.has(id) || ids.has(id)) break
      ids.add(id)
      size += line.length
      indices.push(job.next++)
    }
    return indices
  }

  function kill(): void {
    if (child !== null) stop(child)
  }

  async function end(): Promise<void> {
    listen(false)
    const mine = child
    if (mine === null) return
    const over = new Promise((resolve) => mine.once('close', resolve))
    mine.stdin.end()
    const late = setTimeout(() => stop(mine), GRACE_MS)
    await over
    clearTimeout(late)
  }

  return { pump, kill, close: end }
}

/** A line without an end must not fill this machine's memory. */
const MOST_LINE = 16 * (1 << 20)

/** For what a program still does when nothing more is asked. */
const GRACE_MS = 2000

function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>
  } catch {
    return null
  }
}
