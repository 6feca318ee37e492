import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { digestOf, hexOf } from '../core/digest.ts'
import { AishipError } from '../core/errors.ts'
import { FIRST_SUM, type JournalFile, journalText, readJournal } from '../core/journal.ts'
import type { JournalLine } from '../core/model.gen.ts'
import { refuseLinked, remove, syncFolder, writeAll, writeNew } from './durable.ts'
import { storeError } from './errno.ts'

const CHUNK = 1024 * 1024

/**
 * The journal in `dir`, which is made when something is first written, as private as its owner's: what a hook gives back to undo with may be anything.
 * `top`: the folder in which the first new one hides from git.
 */
export function openJournal(top: string, dir: string): JournalFile {
  const path = join(dir, 'journal.jsonl')
  let fd: number | null = null
  let end = 0
  let sum = FIRST_SUM
  let isTorn = false
  const writable = (): number => {
    if (fd === null) throw new AishipError('INTERNAL', 'a journal is read before it is written')
    return fd
  }
  const guarded = <T>(doing: string, act: () => T): T => {
    try {
      return act()
    } catch (error) {
      throw storeError(error, doing, path)
    }
  }
  return {
    path,
    get exists() {
      return fs.existsSync(path)
    },
    claim(op) {
      guarded('write', () => makeRoom(top, dir))
      const file = claimFile(dir, op)
      if (!fs.existsSync(file)) writeNew(file, Buffer.from(`${op}\n`), true)
      guarded('write', () => syncFolder(dir))
    },
    hasClaim: (op) => fs.existsSync(claimFile(dir, op)),
    get end() {
      return end
    },
    read(add, isTolerant = false) {
      guarded('open', () => {
        makeRoom(top, dir)
        if (fd !== null) fs.closeSync(fd)
        fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600)
        syncFolder(dir)
      })
      const lines = readJournal(chunksOf(writable()), isTolerant)
      let next = lines.next()
      for (; next.done !== true; next = lines.next()) add(next.value.line, next.value.at)
      ;({ end, sum } = next.value)
      isTorn = true
      return next.value.isDamaged
    },
    append(lines) {
      const at: number[] = []
      const texts: string[] = []
      let [next, after] = [end, sum]
      for (const line of lines) {
        const made = journalText(line, after)
        at.push(next)
        texts.push(made.text)
        next += Buffer.byteLength(made.text)
        after = made.sum
      }
      const file = writable()
      try {
        // Only now: until it writes, another process may be the one that does.
        if (isTorn) fs.ftruncateSync(file, end)
        isTorn = false
        writeAt(file, Buffer.from(texts.join('')), end)
        fs.fdatasyncSync(file)
      } catch (error) {
        // Else the next line would follow on half of this one.
        fs.ftruncateSync(file, end)
        throw storeError(error, 'write', path)
      }
      ;[end, sum] = [next, after]
      return at
    },
    lineAt: (at) => guarded('read', () => readLine(writable(), at)),
    async replace(bytes) {
      guarded('write', () => makeRoom(top, dir))
      const draft = `${path}.${process.pid}`
      try {
        const file = fs.openSync(draft, 'w', 0o600)
        try {
          for await (const chunk of bytes) writeAll(file, chunk)
          fs.fsyncSync(file)
        } finally {
          fs.closeSync(file)
        }
        fs.renameSync(draft, path)
        syncFolder(dir)
      } catch (error) {
        remove(draft)
        throw storeError(error, 'write', path)
      }
    },
    close(isRemoved = false) {
      if (fd !== null) fs.closeSync(fd)
      fd = null
      if (isRemoved) fs.rmSync(dir, { recursive: true, force: true })
    },
  }
}

const claimFile = (dir: string, op: string): string => join(dir, `run-${hexOf(digestOf(op)).slice(0, 32)}`)

/** Makes the folder and those above it, durably, and never through a link that somebody has put there. */
function makeRoom(top: string, dir: string): void {
  const folders: string[] = []
  for (let folder = dir; folder.length > top.length; folder = dirname(folder)) folders.unshift(folder)
  refuseLinked(folders)
  if (!fs.existsSync(top)) {
    fs.mkdirSync(top, { recursive: true })
    fs.writeFileSync(join(top, '.gitignore'), '*\n', { flag: 'wx' })
  }
  for (const folder of folders) {
    if (fs.existsSync(folder)) continue
    fs.mkdirSync(folder, { mode: 0o700 })
    syncFolder(dirname(folder))
  }
}

function* chunksOf(fd: number): Generator<Uint8Array> {
  const buffer = Buffer.alloc(CHUNK)
  for (let at = 0; ; ) {
    const got = fs.readSync(fd, buffer, 0, CHUNK, at)
    if (got === 0) return
    yield buffer.subarray(0, got)
    at += got
  }
}

/** One line, of which the sum was checked when the journal was read, or written. */
function readLine(fd: number, at: number): JournalLine {
  let bytes = Buffer.alloc(0)
  const buffer = Buffer.alloc(64 * 1024)
  for (;;) {
    const got = fs.readSync(fd, buffer, 0, buffer.length, at + bytes.length)
    const stop = buffer.subarray(0, got).indexOf(10)
    bytes = Buffer.concat([bytes, buffer.subarray(0, stop === -1 ? got : stop)])
    if (stop !== -1 || got === 0) return JSON.parse(bytes.toString('utf8').slice(17)) as JournalLine
  }
}

/** A full disk makes write(2) write less than asked without an error: only a loop finds out. */
function writeAt(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done, at + done)
}
