/**
 * The one grammar of file names, applied when a file is bundled, received and checked out, so that a bundle made on one system can be
 * written on every other and never outside its folder.
 */

const MAX_PART_BYTES = 255
const MAX_PATH_BYTES = 1024
const MAX_PARTS = 64

/** Names that Windows gives to devices, alone or before an extension. */
const DEVICE = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
const RESERVED = /[\\:*?"<>|]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
/** Folders that are ours or git's, under every spelling that some file system folds to them. */
const OURS = new Set(['.git', '.aiship', 'git~1', 'aiship~1'])

/** Why a relative path must not be captured or written; null if it may. */
export function pathProblem(path: string): string | null {
  if (isPlainPath(path)) return null
  if (path === '') return 'it is empty'
  if (path.startsWith('/')) return 'it is absolute'
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`
  const parts = path.split('/')
  if (parts.length > MAX_PARTS) return `it is nested deeper than ${MAX_PARTS} folders`
  for (const part of parts) {
    const problem = partProblem(part)
    if (problem !== null) return `${JSON.stringify(part)} ${problem}`
  }
  return null
}

/** True for what Windows opens as a device, whatever folder it is looked for in. */
export const isDevice = (part: string): boolean => DEVICE.test(part)

/** Most names: nothing in them that a later rule could refuse, device names aside. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/

const PLAIN_PATH = /^[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*$/
const DEVICE_PART = /(?:^|\/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[./]|$)/i
/** Too short for more than 64 parts, or for a part of more than 255 bytes. */
const SHORT = 2 * MAX_PARTS

/** True for most paths: short, with plain names only, and so without a problem. Says nothing about the others. */
export const isPlainPath = (path: string): boolean =>
  path.length < SHORT && PLAIN_PATH.test(path) && !DEVICE_PART.test(path)

/** Patterns with classes of Unicode stand where they are used: to make them takes half a millisecond, and at a start most are not. */
function partProblem(part: string): string | null {
  if (part.length <= MAX_PART_BYTES && PLAIN.test(part) && !isDevice(part)) return null
  if (part === '') return 'is an empty name'
  if (part === '.' || part === '..') return 'leads out of the folder'
  if (Buffer.byteLength(part) > MAX_PART_BYTES) return `is longer than ${MAX_PART_BYTES} bytes`
  if (/\p{Surrogate}/u.test(part) || part.includes('\ufffd')) return 'is not valid UTF-8'
  if (CONTROL.test(part)) return 'has a control character'
  // Bidi controls, zero-width and other default-ignorable characters reorder or hide text.
  if (/[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/u.test(part))
    return 'has an invisible or text-reordering character'
  if (part.normalize('NFC') !== part) return 'is not in Unicode normal form C'
  if (RESERVED.test(part)) return 'has a character that some systems reserve: one of \\ : * ? " < > |'
  if (/[. ]$/.test(part)) return 'ends in a dot or a space'
  if (isDevice(part)) return 'is the name of a device on some systems'
  if (OURS.has(collisionKey(part))) return 'reads as .git or .aiship on some systems'
  return null
}

/**
 * Two names with one key are the same file on some file system. NFKC, upper, lower, NFKC folds what case-insensitive and normalising
 * file systems fold (`ß` and `SS`, `ﬀ` and `ff`, full-width letters), invisible characters and trailing dots go.
 */
export function collisionKey(path: string): string {
  if (PLAIN.test(path)) return path.toLowerCase()
  return path
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/(?<![. ])[. ]+(?=\/|$)/g, '')
}

/** A name that some path has, in its first spelling. */
interface Place {
  readonly path: string
  readonly isFolder: boolean
  /** What lies in it, by key. */
  readonly below: Map<string, Place>
}

/**
 * The first two of `paths` that one file system could not hold both: two spellings of one name, a file that is also a folder, or one path
 * twice. Null if there are none.
 */
export function findCollision(paths: readonly string[]): readonly [string, string] | null {
  const root = makePlace('', true)
  let clash: readonly [string, string] | null = null
  /** Where a name leads to; null where that would be another thing than what is there. */
  const step = (from: Place, path: string, start: number, isFolder: boolean): Place | null => {
    const key = collisionKey(path.slice(start))
    const other = from.below.get(key)
    if (other === undefined) {
      const made = makePlace(path, isFolder)
      from.below.set(key, made)
      return made
    }
    if (other.isFolder && isFolder && other.path === path) return other
    clash = [other.path, path]
    return null
  }
  /** The folder of the path before: most lie in the same. */
  let last = root
  for (const path of paths) {
    const name = path.lastIndexOf('/') + 1
    if (name !== (last === root ? 0 : last.path.length + 1) || !path.startsWith(last.path)) {
      let folder: Place | null = root
      for (let start = 0; start < name && folder !== null; ) {
        const end = path.indexOf('/', start)
        folder = step(folder, path.slice(0, end), start, true)
        start = end + 1
      }
      if (folder === null) return clash
      last = folder
    }
    if (step(last, path, name, false) === null) return clash
  }
  return null
}

/** Most are files: a map is made for what has something in it. */
const makePlace = (path: string, isFolder: boolean): Place => ({
  path,
  isFolder,
  below: isFolder ? new Map() : NOTHING,
})
const NOTHING: Place['below'] = new Map()

/** The order of the UTF-8 bytes, in which trees list names. UTF-16 has another one where surrogates meet U+E000 to U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return utf8Rank(x) - utf8Rank(y)
  }
  return a.length - b.length
}

const utf8Rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
