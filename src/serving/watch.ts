import fs from 'node:fs'
import type { Watch } from '../core/followed.ts'

/** In: `signal` ends every wait; `isIdle`, waiting keeps no process alive. */
export function openWatch(signal: AbortSignal, isIdle = false): Watch {
  const watchers = new Map<string, fs.FSWatcher>()
  let isDue = false
  let isChanged = false
  let waiting: (() => void) | null = null
  const wake = (): void => {
    isDue = true
    waiting?.()
  }
  const add = (folder: string, names: readonly string[] | null = null): void => {
    if (watchers.has(folder)) return
    try {
      const watcher = fs.watch(folder, { persistent: false }, (_, name) => {
        if (name !== null && names?.includes(name) === false) return
        isChanged = true
        wake()
      })
      watcher.on('error', () => {
        watchers.delete(folder)
        watcher.close()
      })
      watchers.set(folder, watcher)
    } catch {
      // Not there yet, or no more watches are to be had: time wakes as well.
    }
  }
  signal.addEventListener('abort', wake)
  return {
    wake,
    add,
    async next(ms) {
      if (!isDue && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          if (isIdle) timer.unref()
          waiting = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        waiting = null
      }
      const changed = isChanged
      isDue = isChanged = false
      return changed
    },
    close() {
      signal.removeEventListener('abort', wake)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}
