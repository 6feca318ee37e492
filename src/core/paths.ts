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
/** Characters that reorder or hide text: bidi controls, zero-width and other default-ignorable ones. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/u
const LONE_SURROGATE = /\p{Surrogate}/u
/** Folders that are ours or git's, under every spelling that some file system folds to them. */
const OURS = new Set(['.git', '.aiship', 'git~1', 'aiship~1'])

/** Why a relative path must not be captured or written; null if it may. */
export function pathProblem(path: string): string | null {
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

/** Most names: nothing in them that a later rule could refuse, device names aside. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/

function partProblem(part: string): string | null {
  if (part.length <= MAX_PART_BYTES && PLAIN.test(part) && !DEVICE.test(part)) return null
  if (part === '') return 'is an empty name'
  if (part === '.' || part === '..') return 'leads out of the folder'
  if (Buffer.byteLength(part) > MAX_PART_BYTES) return `is longer than ${MAX_PART_BYTES} bytes`
  if (LONE_SURROGATE.test(part) || part.includes('\ufffd')) return 'is not valid UTF-8'
  if (CONTROL.test(part)) return 'has a control character'
  if (INVISIBLE.test(part)) return 'has an invisible or text-reordering character'
  if (part.normalize('NFC') !== part) return 'is not in Unicode normal form C'
  if (RESERVED.test(part)) return 'has a character that some systems reserve: one of \\ : * ? " < > |'
  if (/[. ]$/.test(part)) return 'ends in a dot or a space'
  if (DEVICE.test(part)) return 'is the name of a device on some systems'
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

/**
 * The first two of `paths` that one file system could not hold both: two spellings of one name, a file that is also a folder, or one path
 * twice. Null if there are none.
 */
export function findCollision(paths: readonly string[]): readonly [string, string] | null {
  /** By key: the spelling, and whether it is a folder of some path. */
  const seen = new Map<string, { readonly path: string; readonly isFolder: boolean }>()
  const folderKeys = new Map<string, string>()
  const clash = (path: string, key: string, isFolder: boolean): readonly [string, string] | null => {
    const other = seen.get(key)
    if (other === undefined) seen.set(key, { path, isFolder })
    else if (other.path !== path || !other.isFolder || !isFolder) return [other.path, path]
    return null
  }
  for (const path of paths) {
    const name = path.lastIndexOf('/') + 1
    let parent = ''
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end)
      const known = folderKeys.get(folder)
      const key = known ?? `${parent}${collisionKey(path.slice(path.lastIndexOf('/', end - 1) + 1, end))}`
      if (known === undefined) {
        const found = clash(folder, key, true)
        if (found !== null) return found
        folderKeys.set(folder, key)
      }
      parent = `${key}/`
    }
    const found = clash(path, `${parent}${collisionKey(path.slice(name))}`, false)
    if (found !== null) return found
  }
  return null
}

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
