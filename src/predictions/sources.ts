import fs from 'node:fs'
import path from 'node:path'
import { AishipError, hasCode } from '../core/errors.ts'
import { shellWord } from '../core/shell.ts'
import { sourceError } from '../store/errno.ts'
import type { ByteSource } from './lines.ts'
import { contentOf, damaged, type Unpack, unpackingOf } from './unpack.ts'

/** A log file that is open, wherever its name has gone since. */
export interface LogFile {
  /** As it is called in reports. */
  readonly name: string
  /** The same for the same file under any name. */
  readonly key: string
  /** True for what does not grow: its last line counts without a newline. */
  readonly isWhole: boolean
  /** Bytes now; null where that is not known. */
  size(): number | null
  /** Another one when the file was written to. */
  stamp(): string
  /** Reads from `offset` on, after decompression. Errors: CORRUPT for a damaged compressed one. */
  read(offset: number): Promise<ByteSource & { close(): void }>
  close(): void
}

/** Endings of what is read in a folder; whatever comes after `.log` and so on is a rotation's number or date. */
const LOG_NAME = /\.(?:jsonl?|ndjson|log)(?:[.-][\w-]+)*$/i

/** The logs at a path: the file itself, or those in the folder and below, the oldest first. Told of folders below that can't be read. Errors: FILE_MISSING, NOT_PERMITTED. */
export function logsAt(place: string, skipped: (folder: string, error: Error) => void): readonly string[] {
  try {
    if (!fs.statSync(place).isDirectory()) return [place]
    return [...filesIn(place, skipped)]
      .map((file) => ({ file, stat: fs.statSync(file, { throwIfNoEntry: false }) }))
      .filter(({ stat }) => stat?.isFile() === true)
      .sort((a, b) => (a.stat?.mtimeMs ?? 0) - (b.stat?.mtimeMs ?? 0) || (a.file < b.file ? -1 : 1))
      .map(({ file }) => file)
  } catch (error) {
    throw sourceError(error, place)
  }
}

/** What is named as a log. Links to files are followed, links to folders are not: they may lead round in a circle, or out to the whole disk. */
function* filesIn(folder: string, skipped: (folder: string, error: Error) => void): Generator<string> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    if (!entry.isDirectory()) {
      if (LOG_NAME.test(entry.name)) yield file
      continue
    }
    try {
      yield* filesIn(file, skipped)
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) skipped(file, sourceError(error, file) as Error)
    }
  }
}

/** Opens a log. Errors: FILE_MISSING, NOT_PERMITTED; CORRUPT for a compressed one that is empty so far; USAGE for what is no file, and a compression that this Node can't read. */
export function openLog(file: string): LogFile {
  let fd: number
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw sourceError(error, file)
  }
  try {
    const stat = fs.fstatSync(fd, { bigint: true })
    if (!stat.isFile()) throw noFile(file)
    const { dev, ino } = stat
    const head = Buffer.alloc(4)
    const got = fs.readSync(fd, head, 0, 4, 0)
    if (got < head.length && /\.(?:gz|zst)$/i.test(file)) throw damaged(file, 'it is empty')
    const unpack = unpackingOf(head, file)
    return {
      name: file,
      key: `${dev} ${ino}`,
      isWhole: unpack !== null,
      size: () => (unpack === null ? fs.fstatSync(fd).size : null),
      stamp() {
        const { size, mtimeNs } = fs.fstatSync(fd, { bigint: true })
        return `${size} ${mtimeNs}`
      },
      read: async (offset) => (unpack === null ? plain(file, fd, offset) : unpacked(file, fd, unpack, offset)),
      close: () => fs.closeSync(fd),
    }
  } catch (error) {
    fs.closeSync(fd)
    throw sourceError(error, file)
  }
}

/** What a pipe gives is read once, from its start to its end: as standard input. */
const noFile = (file: string): AishipError =>
  new AishipError('USAGE', `${file} is no file`, {
    next: [`aiship predictions ingest - < ${shellWord(file)}`],
    details: { path: file },
  })

function plain(file: string, fd: number, offset: number) {
  let at = offset
  return {
    fill: (target: Buffer, from: number) =>
      new Promise<number>((resolve, reject) => {
        fs.read(fd, target, from, Math.min(READ, target.length - from), at, (error, got) => {
          if (error !== null) return reject(sourceError(error, file))
          at += got
          resolve(got)
        })
      }),
    close: () => undefined,
  }
}

const READ = 4 * 1024 * 1024

async function unpacked(file: string, fd: number, open: Unpack, offset: number) {
  const content = contentOf(file, plain(file, fd, 0), open)
  const source = fromStream(content)
  const skip = Buffer.allocUnsafe(READ)
  for (let left = offset; left > 0; ) {
    const got = await source.fill(skip.subarray(0, Math.min(left, READ)), 0)
    if (got === 0) break
    left -= got
  }
  return { ...source, close: () => void content.return(undefined) }
}

/** When what has come counts as all there is now. */
export interface Patience {
  /** In ms; null for never. */
  until(): number | null
  readonly signal: AbortSignal
}

export function fromStream(
  stream: AsyncIterable<Buffer>,
  patience: Patience | null = null,
): ByteSource & { ended(): boolean } {
  const chunks = stream[Symbol.asyncIterator]()
  let pending: Promise<IteratorResult<Buffer>> | null = null
  let left: Buffer = Buffer.alloc(0)
  let isOver = false
  return {
    ended: () => isOver,
    async fill(target, at) {
      while (left.length === 0 && !isOver) {
        pending ??= chunks.next()
        const next = await (patience === null ? pending : orNull(pending, patience))
        if (next === null) return 0
        pending = null
        if (next.done === true) isOver = true
        else left = next.value
      }
      const length = Math.min(left.length, target.length - at)
      left.copy(target, at, 0, length)
      left = left.subarray(length)
      return length
    },
  }
}

/** What is wanted, or null where it does not come in time. */
function orNull<T>(wanted: Promise<T>, { until, signal }: Patience): Promise<T | null> {
  const end = until()
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(null)
    const timer = end === null ? null : setTimeout(giveUp, Math.max(0, end - Date.now()))
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) giveUp()
    const tidy = (): void => {
      if (timer !== null) clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    }
    wanted.then(resolve, reject).finally(tidy)
  })
}
