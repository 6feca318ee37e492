import type { Event } from '../core/ports.ts'
import type { Output } from './host.ts'
import { bytes } from './style.ts'

const QUIET_MS = 300
const REDRAW_MS = 100
const LINE_MS = 10_000

export interface Progress {
  show(event: Extract<Event, { type: 'progress' }>, now: Date): void
  /** Takes the line away before something else is printed. */
  clear(): void
}

/** One redrawn line on a terminal after 300 ms; elsewhere a line every 10 s. */
export function makeProgress(stderr: Output, started: Date, isOn: boolean): Progress {
  let last = started.getTime()
  let isDrawn = false
  const clear = (): void => {
    if (isDrawn) stderr.write('\r\u001b[K')
    isDrawn = false
  }
  return {
    show(event, now) {
      if (!isOn || now.getTime() - started.getTime() < QUIET_MS) return
      if (now.getTime() - last < (stderr.isTTY ? REDRAW_MS : LINE_MS)) return
      const seconds = (now.getTime() - started.getTime()) / 1000
      last = now.getTime()
      clear()
      stderr.write(
        stderr.isTTY ? progressText(event, seconds).slice(0, stderr.columns - 1) : `${progressText(event, seconds)}\n`,
      )
      isDrawn = stderr.isTTY
    },
    clear,
  }
}

function progressText({ what, done, total, unit }: Extract<Event, { type: 'progress' }>, seconds: number): string {
  const amount = (n: number): string => (unit === 'bytes' ? bytes(n) : String(n))
  const share = total === null || total === 0 ? '' : ` of ${amount(total)}, ${Math.floor((done / total) * 100)} %`
  const rate = unit === 'bytes' && seconds > 0 ? `, ${bytes(done / seconds)}/s` : ''
  const left = total === null || done === 0 ? '' : `, ${Math.ceil((seconds / done) * (total - done))} s left`
  return `${what}: ${amount(done)}${share}${rate}${left}`
}
