import fs from 'node:fs'
import path from 'node:path'
import type { Tape } from '../core/rehearsal.ts'
import { storeError } from '../store/errno.ts'

const PART = 1 << 20

/** A file of lines that goes on where it was left; see `Rehearsal`. In: absolute. */
export function openTape(file: string, isNew: boolean): Tape {
  return asStore(file, () => {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    const fd = fs.openSync(file, isNew ? 'w+' : 'a+', 0o600)
    let { lines, end } = wholeLines(fd)
    // Half a line, or the zeros that a power cut leaves, were never written.
    fs.ftruncateSync(fd, end)
    let isOpen = true
    const close = (): void => {
      if (isOpen) fs.closeSync(fd)
      isOpen = false
    }
    return {
      path: file,
      get lines() {
        return lines
      },
      append: (text, count) =>
        asStore(file, () => {
          const bytes = Buffer.from(text, 'utf8')
          for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, bytes.length - at, end + at)
          end += bytes.length
          lines += count
        }),
      sync: () => asStore(file, () => fs.fsyncSync(fd)),
      read: () => fs.createReadStream(file, { highWaterMark: PART }),
      drop() {
        close()
        fs.rmSync(file, { force: true })
      },
    }
  })
}

function wholeLines(fd: number): { lines: number; end: number } {
  const part = Buffer.alloc(PART)
  let [lines, end] = [0, 0]
  for (let at = 0; ; ) {
    const read = fs.readSync(fd, part, 0, PART, at)
    if (read === 0) return { lines, end }
    for (let i = part.indexOf(10); i !== -1 && i < read; i = part.indexOf(10, i + 1)) {
      lines++
      end = at + i + 1
    }
    at += read
  }
}

function asStore<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storeError(error, 'write', file)
  }
}
