import type { Event } from '../core/ports.ts'
import type { Output } from './host.ts'
import { bytes } from './style.ts'

const QUIET_MS = 300
const REDRAW_MS = 100
const LINE_MS = 10_000
/** What is left is not guessed from less. */
const LEAST_MS = 500

type Step = Extract<Event, { type: 'progress' }>

export interface Progress {
  show(event: Step, now: Date): void
  /** Takes the line away before something else is printed. */
  clear(): void
  /** The same for good: work that is given up may go on telling of itself for a moment. */
  end(): void
  /** The stream, for whoever else writes to it: the line goes first. */
  readonly beside: Output
}

/** One redrawn line on a terminal after 300 ms; elsewhere a line every 10 s. With the rate since that work began, and the time left at that rate. */
export function makeProgress(stderr: Output, started: Date, isOn: boolean): Progress {
  let last = started.getTime()
  let isDrawn = false
  let isShown = isOn
  /** The work that is going on, and where it began. */
  let work = { what: '', at: 0, done: 0 }
  const clear = (): void => {
    if (isDrawn) stderr.write('\r\u001b[K')
    isDrawn = false
  }
  return {
    show(event, now) {
      if (!isShown) return
      const time = now.getTime()
      if (event.what !== work.what) work = { what: event.what, at: time, done: event.done }
      if (time - started.getTime() < QUIET_MS) return
      if (time - last < (stderr.isTTY ? REDRAW_MS : LINE_MS)) return
      last = time
      clear()
      const text = progressText(event, event.done - work.done, time - work.at)
      stderr.write(stderr.isTTY ? text.slice(0, stderr.columns - 1) : `${text}\n`)
      isDrawn = stderr.isTTY
    },
    clear,
    end() {
      isShown = false
      clear()
    },
    beside: {
      write(text) {
        clear()
        stderr.write(text)
      },
      get isTTY() {
        return stderr.isTTY
      },
      get columns() {
        return stderr.columns
      },
    },
  }
}

/** In: how much of it was done in so many ms. */
function progressText({ what, done, total, unit }: Step, count: number, ms: number): string {
  const amount = (n: number): string => (unit === 'bytes' ? bytes(n) : String(n))
  const share =
    total === null || total === 0 ? '' : ` of ${amount(total)}, ${Math.min(100, Math.floor((done / total) * 100))} %`
  if (count <= 0 || ms < LEAST_MS) return `${what}: ${amount(done)}${share}`
  const rate = unit === 'bytes' ? `, ${bytes((count / ms) * 1000)}/s` : ''
  const left = total === null || total < done ? '' : `, ${span((ms / count) * (total - done))} left`
  return `${what}: ${amount(done)}${share}${rate}${left}`
}

/** Two figures at most: what is guessed is not known to the second. */
function span(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
