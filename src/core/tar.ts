/** Tar archives as POSIX describes them, written always the same way; `readTar` reads them. */

export const BLOCK = 512
/** Sizes of 8 GiB and more do not fit into a header. */
const MAX_OCTAL = 0o77777777777
/** Two empty blocks end an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK)

export interface TarFile {
  readonly name: string
  readonly size: number
  readonly exec: boolean
}

/** What stands before the bytes of a file: no time, no owner, so that the same files give the same archive. */
export const tarHeader = ({ name, size, exec }: TarFile): Uint8Array => entry(name, size, exec ? 0o755 : 0o644, '0')

/** The entry of a folder: tools that unpack may make none by themselves. */
export const tarFolder = (path: string): Uint8Array => entry(`${path}/`, 0, 0o755, '5')

/** The folders above a file, outermost first. */
export const foldersAbove = (path: string): readonly string[] =>
  path.split('/').flatMap((_, i, parts) => (i === 0 ? [] : [parts.slice(0, i).join('/')]))

function entry(name: string, size: number, mode: number, type: '0' | '5'): Uint8Array {
  const records: string[] = []
  const isShort = /^[\x20-\x7e]{1,100}$/.test(name)
  if (!isShort) records.push(record('path', name))
  if (size > MAX_OCTAL) records.push(record('size', String(size)))
  const own = header(Buffer.from(name).subarray(0, 100), size > MAX_OCTAL ? 0 : size, mode, type)
  if (records.length === 0) return own
  const pax = Buffer.from(records.join(''))
  return Buffer.concat([header(Buffer.from('PaxHeader'), pax.length, 0o644, 'x'), pax, tarPadding(pax.length), own])
}

/** What stands after the bytes of a file. */
export const tarPadding = (size: number): Uint8Array => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK)

function header(name: Uint8Array, size: number, mode: number, type: string): Uint8Array {
  const block = Buffer.alloc(BLOCK)
  block.set(name, 0)
  const octal = (value: number, at: number, width: number): void => {
    block.write(value.toString(8).padStart(width - 1, '0'), at, 'latin1')
  }
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  block.write(type, 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  octal(sumOf(block), 148, 7)
  block[155] = 0x20
  return block
}

/** "30 path=data/…\n": the number counts its own digits too. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const length = Buffer.byteLength(rest)
  const digits = String(length + String(length).length).length
  return `${length + digits}${rest}`
}

/** The sum of a header's bytes, with its own field as spaces. */
export function sumOf(block: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] as number)
  return sum
}
