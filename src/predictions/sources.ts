import fs from 'node:fs'
import path from 'node:path'
import { createGunzip, type Gunzip } from 'node:zlib'
import { AishipError } from '../core/errors.ts'
import { sourceError } from '../store/errno.ts'
import type { ByteSource } from './lines.ts'

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
  /** Reads from `offset` on, after decompression. Errors: CORRUPT for a damaged gzip file. */
  read(offset: number): Promise<ByteSource & { close(): void }>
  close(): void
}

/** Endings of what is read in a folder; whatever comes after `.log` and so on is a rotation's number or date. */
const LOG_NAME = /\.(?:jsonl?|ndjson|log)(?:[.-][\w-]+)*$/i
const PACKED: readonly (readonly [string, string, string])[] = [
  ['zstd', '28b52ffd', 'unzstd'],
  ['bzip2', '425a68', 'bunzip2'],
  ['xz', 'fd377a58', 'unxz'],
  ['zip', '504b0304', 'unzip'],
]

/** The logs at a path: the file itself, or those in the folder and below, the oldest first. Errors: FILE_MISSING, NOT_PERMITTED. */
export function logsAt(place: string): readonly string[] {
  try {
    if (!fs.statSync(place).isDirectory()) return [place]
    const names = fs.readdirSync(place, { recursive: true, encoding: 'utf8' })
    const files = names
      .filter((name) => LOG_NAME.test(name) && !name.split(path.sep).some((part) => part.startsWith('.')))
      .map((name) => ({
        file: path.join(place, name),
        stat: fs.statSync(path.join(place, name), { throwIfNoEntry: false }),
      }))
    return files
      .filter(({ stat }) => stat?.isFile() === true)
      .sort((a, b) => (a.stat?.mtimeMs ?? 0) - (b.stat?.mtimeMs ?? 0) || (a.file < b.file ? -1 : 1))
      .map(({ file }) => file)
  } catch (error) {
    throw sourceError(error, place)
  }
}

/** Opens a log. Errors: FILE_MISSING, NOT_PERMITTED; USAGE for a compression that Node can't read. */
export function openLog(file: string): LogFile {
  let fd: number
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw sourceError(error, file)
  }
  try {
    const { dev, ino } = fs.fstatSync(fd, { bigint: true })
    const head = Buffer.alloc(4)
    fs.readSync(fd, head, 0, 4, 0)
    refusePacked(head.toString('hex'), file)
    const isGzip = head.subarray(0, 2).toString('hex') === '1f8b'
    return {
      name: file,
      key: `${dev} ${ino}`,
      isWhole: isGzip,
      size: () => (isGzip ? null : fs.fstatSync(fd).size),
      read: async (offset) => (isGzip ? gunzipped(file, fd, offset) : plain(file, fd, offset)),
      close: () => fs.closeSync(fd),
    }
  } catch (error) {
    fs.closeSync(fd)
    throw sourceError(error, file)
  }
}

function refusePacked(head: string, file: string): void {
  const packed = PACKED.find(([, magic]) => head.startsWith(magic))
  if (packed === undefined) return
  throw new AishipError('USAGE', `${file} is compressed with ${packed[0]}, and only gzip is read`, {
    hint: `${packed[2]} it first, or pipe it: ... | aiship predictions ingest -`,
    details: { path: file },
  })
}

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

async function gunzipped(file: string, fd: number, offset: number) {
  const gunzip: Gunzip = createGunzip({ chunkSize: 256 * 1024 })
  const source = fromStream(unpacked(file, fd, gunzip))
  const skip = Buffer.allocUnsafe(READ)
  for (let left = offset; left > 0; ) {
    const got = await source.fill(skip.subarray(0, Math.min(left, READ)), 0)
    if (got === 0) break
    left -= got
  }
  return { ...source, close: () => void gunzip.destroy() }
}

/** What is in a gzip file, up to where it is damaged: only then comes the error. */
async function* unpacked(file: string, fd: number, gunzip: Gunzip): AsyncGenerator<Buffer> {
  const out: Buffer[] = []
  let failure: unknown = null
  gunzip.on('data', (chunk: Buffer) => out.push(chunk))
  gunzip.on('error', (error) => {
    failure = error
  })
  const packed = Buffer.allocUnsafe(PACKED_READ)
  const input = plain(file, fd, 0)
  for (let isOver = false; !isOver && failure === null; ) {
    const got = await input.fill(packed, 0)
    isOver = got === 0
    // A copy, because it is decompressed in another thread.
    const chunk = Buffer.from(packed.subarray(0, got))
    await new Promise<void>((resolve) => {
      gunzip.once('error', () => resolve())
      if (isOver) gunzip.once('end', resolve).end()
      else gunzip.write(chunk, () => resolve())
    })
    gunzip.removeAllListeners('end')
    yield* out.splice(0)
  }
  if (failure !== null) throw damaged(file, failure)
}

const PACKED_READ = 64 * 1024

const damaged = (file: string, error: unknown): AishipError =>
  new AishipError(
    'CORRUPT',
    `${file} can't be decompressed to its end: ${error instanceof Error ? error.message : String(error)}`,
    {
      hint: 'what came before was read; if it is being written, run this again when it is whole',
      details: { path: file },
      cause: error,
    },
  )

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
