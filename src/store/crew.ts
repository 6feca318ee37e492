import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { AishipError, type ErrorCode } from '../core/errors.ts'
import type { Job, JobName } from './jobs.ts'
import { type Signals, startSignals } from './signals.ts'

/**
 * Threads that work through jobs: plain synchronous functions (`jobs.ts`) that read, hash and write with the synchronous file API, which for
 * many files is ten times as fast as promises. What a job is given and gives back is copied, so it is plain data.
 */
export interface Crew {
  /** Threads, at most as many as there are cores. */
  readonly width: number
  /** Hires all threads, so that they start while their work is still being prepared. */
  warm(): void
  /**
   * Runs a job in a thread that is free, or as soon as one is; jobs begin in the order in which they were given. One whose signals say stop
   * before it has begun never does. Errors: those of the job; one that says that its thread died, or that the crew is closed.
   */
  run<N extends JobName>(name: N, input: Job<N>['input'], signals?: Signals): Promise<Job<N>['output']>
  /** Ends the threads, and waits until they are gone; what they were at is given up. Safe to call twice. */
  close(): Promise<void>
}

const MOST = 8

interface Thread {
  readonly worker: Worker
  /** Null while it has nothing to do. */
  settle: ((answer: Answer) => void) | null
}

/** Who waits for a thread. */
interface Waiter {
  take(thread: Thread): void
  refuse(error: Error): void
}

/** What a thread says when its job is over. */
export type Answer = { readonly output: unknown } | { readonly error: ThrownError }

/** An error that crosses threads. */
export interface ThrownError {
  readonly code: string | null
  readonly message: string
  readonly hint?: string | undefined
  readonly next?: readonly string[] | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

export function openCrew(width: number = Math.min(os.availableParallelism(), MOST)): Crew {
  const threads = new Set<Thread>()
  const waiting: Waiter[] = []
  let isClosed = false

  function hire(): Thread {
    const worker = new Worker(workerFile())
    const thread: Thread = { worker, settle: null }
    const lose = (message: string): void => {
      threads.delete(thread)
      thread.settle?.({ error: { code: null, message } })
    }
    worker.on('message', (answer: Answer) => thread.settle?.(answer))
    worker.on('error', (error) => lose(error.message))
    worker.on('exit', () => lose('a thread ended before its job was done'))
    threads.add(thread)
    return thread
  }

  function take(): Promise<Thread> | Thread {
    for (const thread of threads) if (thread.settle === null) return thread
    if (threads.size < width) return hire()
    return new Promise((resolve, reject) => waiting.push({ take: resolve, refuse: reject }))
  }

  function release(thread: Thread): void {
    const next = waiting.shift()
    thread.settle = null
    if (next === undefined) return
    const free = threads.has(thread) ? thread : hire()
    // Taken before anybody else can look.
    free.settle = () => undefined
    next.take(free)
  }

  return {
    width,
    warm() {
      while (threads.size < width && !isClosed) hire().worker.unref()
    },
    async run(name, input, signals = startSignals()) {
      if (isClosed) throw closed()
      const taken = take()
      const thread = taken instanceof Promise ? await taken : taken
      try {
        if (isClosed) throw closed()
        if (signals.isStopped) throw new Error('stopped')
        const answer = await new Promise<Answer>((resolve) => {
          thread.settle = resolve
          // Only a thread at work keeps the process alive.
          thread.worker.ref()
          thread.worker.postMessage({ name, input, shared: signals.shared })
        })
        if ('error' in answer) throw revive(answer.error)
        return answer.output as never
      } finally {
        thread.worker.unref()
        release(thread)
      }
    },
    async close() {
      isClosed = true
      for (const { refuse } of waiting.splice(0)) refuse(closed())
      await Promise.all([...threads].map(({ worker }) => worker.terminate()))
    },
  }
}

const closed = (): Error => new Error('the crew is closed')

/** Beside the program in dist/; where the source runs, in the dist/ beside it. */
function workerFile(): string {
  const here = [path.join(import.meta.dirname, 'worker.js'), path.join(import.meta.dirname, '../../dist/worker.js')]
  return here.find((file) => fs.existsSync(file)) ?? (here[0] as string)
}

/** In: anything thrown. Out: what of it crosses threads. */
export function freeze(error: unknown): ThrownError {
  if (!(error instanceof AishipError))
    return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  const { code, message, hint, next, details } = error
  return { code, message, hint, next, details: JSON.parse(JSON.stringify(details)) }
}

function revive({ code, message, ...parts }: ThrownError): Error {
  return code === null ? new Error(message) : new AishipError(code as ErrorCode, message, parts)
}
