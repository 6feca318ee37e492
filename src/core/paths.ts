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

function partProblem(part: string): string | null {
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
  return path
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[. ]+(?=\/|$)/g, '')
}

/** The first two of `paths` that one file system could not hold both, folders included; null if there are none. */
export function findCollision(paths: readonly string[]): readonly [string, string] | null {
  const seen = new Map<string, string>()
  for (const path of paths) {
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const prefix = end === -1 ? path : path.slice(0, end)
      const key = `${collisionKey(prefix)}${end === -1 ? '' : '/'}`
      const other = seen.get(key)
      if (other !== undefined && other !== prefix) return [other, prefix]
      if (other !== undefined && end === -1) return [other, path]
      seen.set(key, prefix)
      if (end === -1) break
    }
    const [asFile, asFolder] = [collisionKey(path), `${collisionKey(path)}/`]
    const folder = seen.get(asFolder)
    if (folder !== undefined && seen.has(asFile)) return [folder, path]
  }
  return null
}
