import picomatch from 'picomatch/posix'

export type Matcher = (path: string) => boolean

const MAX_LENGTH = 1024
/** More of them in one part of a path would let a hostile name keep the matcher busy for seconds. */
const MAX_STARS = 4
const MAX_BRACES = 8

const WILD = /[*?]|\[[^\]]+\]|\{[^{}]*,[^{}]*\}/
/** Letters of a richer grammar that we don't have: here they stand for themselves, as in `report (1).txt`. */
const LITERAL = /[()|+@$^!]/g

/** True if `text` names files by a pattern: it has `*`, `?`, `[…]` or `{…,…}`. */
export const isGlob = (text: string): boolean => WILD.test(text)

/** The folder above the first part with a pattern in it; '' for the root. */
export function globBase(glob: string): string {
  const parts = glob.split('/')
  const first = parts.findIndex((part) => isGlob(part))
  return parts.slice(0, first === -1 ? parts.length - 1 : first).join('/')
}

/** Why `glob` is not a pattern of ours; null if it is one. */
export function globProblem(glob: string): string | null {
  if (glob === '') return 'it is empty'
  if (glob.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`
  if (glob.includes('\\')) return 'write "/" between folders, and no backslash'
  if (glob.startsWith('/')) return 'it is absolute; patterns are relative to the folder of aiship.yaml'
  const parts = glob.split('/')
  if (parts.includes('..')) return '".." leads out of the folder'
  if (parts.some((part) => part !== '**' && (part.match(/\*/g)?.length ?? 0) > MAX_STARS))
    return `it has more than ${MAX_STARS} "*" between two slashes`
  if (parts.filter((part) => part === '**').length > MAX_STARS) return `it has more than ${MAX_STARS} "**"`
  const withoutGroups = glob.replace(/\[[^\]]+\]/g, '').replace(/\{[^{}]*\}/g, '')
  if (/[{}]/.test(withoutGroups)) return 'a "{" needs its "}", without another "{" between them'
  if (withoutGroups.includes('[')) return 'a "[" needs its "]"'
  if ((glob.match(/\{/g)?.length ?? 0) > MAX_BRACES) return `it has more than ${MAX_BRACES} "{"`
  return null
}

/**
 * Matches whole paths with "/" between the parts: `*` and `?` stay in one part, `**` spans folders, `[a-z]` and `[!a-z]` are one character,
 * `{a,b}` is either. Names that begin with a dot are names like any other.
 */
export function makeMatcher(glob: string): Matcher {
  const pattern = glob
    .split(/(\[[^\]]+\])/)
    .map((piece) =>
      WILD.test(piece) && piece.startsWith('[') ? piece.replace(/^\[!/, '[^') : piece.replace(LITERAL, '\\$&'),
    )
    .join('')
  return picomatch(pattern, { dot: true, noextglob: true, nonegate: true, maxLength: 4 * MAX_LENGTH })
}

/** Like a line of `.gitignore`: a pattern without a slash matches at any depth, and what it matches includes everything below. */
export function makeIgnoreMatcher(line: string): Matcher {
  const bare = line.replace(/^\.\//, '').replace(/(?:\/\*\*)?\/*$/, '')
  const anchored = bare.includes('/') ? bare : `**/${bare}`
  const [itself, below] = [makeMatcher(anchored), makeMatcher(`${anchored}/**`)]
  return (path) => itself(path) || below(path)
}
