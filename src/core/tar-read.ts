import { AishipError } from './errors.ts'
import type { Bytes } from './registry.ts'
import { BLOCK, sumOf, tarPadding } from './tar.ts'

/**
 * A strict reader of tar archives. A package would read much more than is ever written here (links, devices, sparse files, compression,
 * repairs), and each of these is a way to say one thing to us and another to others.
 */

const MAX_PAX = 64 * 1024
/** Bytes after the end: `tar` fills its last record up, which is 10 KiB unless somebody asked for more. */
const MAX_FILL = 2 ** 20

/** Where an archive is read from, front to back. */
export interface TarSource {
  /** At least one byte and at most `most`; none at the end. */
  next(most: number): Promise<Uint8Array>
  /** Passes over bytes; stops at the end. */
  skip(bytes: number): Promise<void>
  /** Bytes before the next one. */
  readonly at: number
  /** All bytes, where that is known. */
  readonly size: number | null
}

export interface TarEntry {
  readonly name: string
  readonly size: number
  readonly isFolder: boolean
  /** Where its bytes start. */
  readonly at: number
  /** Once, and before the next entry is asked for. */
  bytes(): Bytes
}

/**
 * The files and folders of an archive, in its order. Whatever is not read of one is passed over.
 * Errors: ARCHIVE_INVALID for what is no tar archive, and for entries of other kinds; CORRUPT for one that is damaged, cut short or goes on.
 */
export async function* readTar(source: TarSource): AsyncGenerator<TarEntry> {
  let pax: PaxRecords = {}
  for (let isFirst = true; ; isFirst = false) {
    const block = await exactly(source, BLOCK, isFirst)
    if (isEmpty(block)) return readEnd(source, isFirst)
    const { name, size, type } = readHeader(block, isFirst, pax)
    if (source.size !== null && size > source.size - source.at)
      throw damaged(`says that ${JSON.stringify(name)} has ${size} bytes, and ends before`)
    if (type === 'x') {
      if (Object.keys(pax).length > 0) throw invalid('has an extended header after an extended header')
      if (size > MAX_PAX) throw invalid(`has an extended header of ${size} bytes`)
      pax = readPax(await exactly(source, size))
      await exactly(source, tarPadding(size).length)
      continue
    }
    pax = {}
    const at = source.at
    yield { name, size, isFolder: type === '5', at, bytes: () => content(source, at + size, name) }
    const rest = at + size + tarPadding(size).length - source.at
    await source.skip(rest)
    if (source.at !== at + size + tarPadding(size).length) throw damaged(`ends within ${JSON.stringify(name)}`)
  }
}

async function* content(source: TarSource, end: number, name: string): AsyncGenerator<Uint8Array> {
  while (source.at < end) {
    const chunk = await source.next(end - source.at)
    if (chunk.length === 0) throw damaged(`ends within ${JSON.stringify(name)}`)
    yield chunk
  }
}

/** Nothing but empty blocks may follow the first one, which needs at least one more. In: `isAll`, whether nothing came before. */
async function readEnd(source: TarSource, isAll: boolean): Promise<void> {
  if (!isEmpty(await exactly(source, BLOCK))) throw damaged('goes on after an empty block')
  const end = source.at
  for (;;) {
    const chunk = await source.next(64 * 1024)
    if (chunk.length === 0) return
    if (!isEmpty(chunk)) throw damaged('goes on after its end')
    if (source.at - end > MAX_FILL)
      throw isAll ? invalid('is no tar archive, but zeros') : damaged('goes on after its end')
  }
}

const isEmpty = (block: Uint8Array): boolean => block.every((byte) => byte === 0)

async function exactly(source: TarSource, bytes: number, isFirst = false): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for (let got = 0; got < bytes; ) {
    const chunk = await source.next(bytes - got)
    if (chunk.length === 0) throw isFirst ? invalid('is no tar archive') : damaged('is cut short')
    chunks.push(chunk)
    got += chunk.length
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}

interface PaxRecords {
  readonly path?: string
  readonly size?: number
}

function readHeader(block: Uint8Array, isFirst: boolean, pax: PaxRecords) {
  const text = (at: number, width: number): string => {
    const field = block.subarray(at, at + width)
    const stop = field.indexOf(0)
    return utf8(stop === -1 ? field : field.subarray(0, stop))
  }
  const number = (at: number, width: number): number => {
    const digits = /^ *([0-7]{1,11})[ \0]*$/.exec(Buffer.from(block.subarray(at, at + width)).toString('latin1'))?.[1]
    if (digits === undefined) throw damaged('has a header with a number that is none')
    return Number.parseInt(digits, 8)
  }
  const magic = Buffer.from(block.subarray(257, 263)).toString('latin1')
  if (isFirst && (magic.slice(0, 5) !== 'ustar' || block[0] === 0)) throw invalid(`is no tar archive${packed(block)}`)
  if (magic.slice(0, 5) !== 'ustar' || number(148, 8) !== sumOf(block)) throw damaged('has a header that is damaged')
  const type = String.fromCharCode(block[156] as number)
  // GNU's own headers keep something else where POSIX has the start of a long name.
  const prefix = magic === 'ustar\0' ? text(345, 155) : ''
  const name = pax.path ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`)
  if (!'05x\0'.includes(type))
    throw invalid(`has ${JSON.stringify(name)}, which is ${KINDS[type] ?? 'no file'}: only files are accepted`)
  return { name, size: pax.size ?? number(124, 12), type }
}

const KINDS: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
  S: 'a sparse file',
  g: 'a header for all files',
}

function packed(block: Uint8Array): string {
  const start = Buffer.from(block.subarray(0, 6)).toString('hex')
  const by = start.startsWith('1f8b') ? 'gzip' : start.startsWith('28b52ffd') ? 'zstd' : null
  const other = start.startsWith('425a68') ? 'bzip2' : start.startsWith('fd377a585a00') ? 'xz' : null
  const name = by ?? other
  return name === null ? '' : ` but packed with ${name}: unpack it first (${name} -d)`
}

/** Only what may stand in one that is written here, and the times that others add. Errors: ARCHIVE_INVALID, CORRUPT. */
function readPax(bytes: Uint8Array): PaxRecords {
  const found: { path?: string; size?: number } = {}
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const length = Number(Buffer.from(bytes.subarray(at, space)).toString('latin1'))
    const isWhole = space > at && Number.isSafeInteger(length) && length > space - at + 1
    const line = bytes.subarray(space + 1, at + length - 1)
    if (!isWhole || at + length > bytes.length || bytes[at + length - 1] !== 0x0a)
      throw damaged('has an extended header that is damaged')
    const [, key = '', value = ''] = /^([^=]*)=([\s\S]*)$/.exec(utf8(line)) ?? []
    if (key === 'path' && found.path === undefined && value !== '') found.path = value
    else if (key === 'size' && found.size === undefined && /^(0|[1-9][0-9]{0,15})$/.test(value))
      found.size = Number(value)
    else if (!/^[amc]time$/.test(key)) throw invalid(`has an extended header with ${JSON.stringify(key)}`)
    at += length
  }
  if (found.path?.includes('\0')) throw invalid('has a name with a zero byte')
  return found
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new AishipError('ARCHIVE_INVALID', 'the archive has a name that is not UTF-8', { cause: error })
  }
}

const invalid = (why: string): AishipError => new AishipError('ARCHIVE_INVALID', `the archive ${why}`)
const damaged = (why: string): AishipError =>
  new AishipError('CORRUPT', `the archive ${why}`, {
    hint: 'it is damaged or was cut short on its way: copy it again, or export it again',
  })

/** An archive that comes as a stream. */
export function tarStream(bytes: Bytes): TarSource {
  const chunks = bytes[Symbol.asyncIterator]()
  let [rest, at]: [Uint8Array, number] = [new Uint8Array(0), 0]
  async function next(most: number): Promise<Uint8Array> {
    while (rest.length === 0) {
      const { done, value } = await chunks.next()
      if (done === true) return rest
      rest = value
    }
    const taken = rest.subarray(0, most)
    rest = rest.subarray(taken.length)
    at += taken.length
    return taken
  }
  return {
    next,
    async skip(count) {
      for (let left = count; left > 0; ) {
        const chunk = await next(left)
        if (chunk.length === 0) return
        left -= chunk.length
      }
    },
    get at() {
      return at
    },
    size: null,
  }
}
