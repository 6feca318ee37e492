/** Major, minor, patch, and the identifiers of a pre-release. Build metadata says nothing of order. */
interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
  readonly pre: readonly string[]
}

const NUMBER = '(0|[1-9]\\d*)'
/** semver.org's own expression, with the longest that a version may be. */
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`,
)
const PARTIAL = /^(\d+)(?:\.(\d+))?$/
const MAX_LENGTH = 256

/** A version as flagd reads one: a `v` before it is let be, and `1` and `1.2` are 1.0.0 and 1.2.0. Null for anything else. */
function parseVersion(raw: unknown): Version | null {
  const text = String(raw).replace(/^[vV]/, '')
  if (text.length > MAX_LENGTH) return null
  const [, major, minor, patch, pre] = SEMVER.exec(text.trim()) ?? PARTIAL.exec(text) ?? []
  if (major === undefined) return null
  const numbers = { major: Number(major), minor: Number(minor ?? 0), patch: Number(patch ?? 0) }
  if (!Object.values(numbers).every(Number.isSafeInteger)) return null
  return { ...numbers, pre: pre === undefined ? [] : pre.split('.') }
}

/** Precedence as semver.org gives it, rule 11. */
function compareVersions(a: Version, b: Version): number {
  if (a.major !== b.major) return a.major - b.major
  if (a.minor !== b.minor) return a.minor - b.minor
  if (a.patch !== b.patch) return a.patch - b.patch
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length
  for (const [i, one] of a.pre.entries()) {
    const other = b.pre[i]
    if (other === undefined) return 1
    if (one !== other) return compareIdentifiers(one, other)
  }
  return a.pre.length - b.pre.length
}

function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber && isOther) return Number(a) - Number(b)
  if (isNumber !== isOther) return isNumber ? -1 : 1
  return a < b ? -1 : 1
}

type Comparison = (a: Version, b: Version) => boolean

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map(
  Object.entries({
    '=': (a, b) => compareVersions(a, b) === 0,
    '!=': (a, b) => compareVersions(a, b) !== 0,
    '<': (a, b) => compareVersions(a, b) < 0,
    '<=': (a, b) => compareVersions(a, b) <= 0,
    '>': (a, b) => compareVersions(a, b) > 0,
    '>=': (a, b) => compareVersions(a, b) >= 0,
    '^': (a, b) => a.major === b.major,
    '~': (a, b) => a.major === b.major && a.minor === b.minor,
  } satisfies Record<string, Comparison>),
)

export const SEMVER_OPERATORS: readonly string[] = [...COMPARISONS.keys()]

export const isVersion = (raw: unknown): boolean => parseVersion(raw) !== null

/** Versions that rules name come again with each request. */
const parsed = new Map<string, Version | null>()
const MOST_PARSED = 1000

function remembered(raw: unknown): Version | null {
  if (typeof raw !== 'string' || raw.length > MAX_LENGTH) return parseVersion(raw)
  const known = parsed.get(raw)
  if (known !== undefined) return known
  if (parsed.size >= MOST_PARSED) parsed.clear()
  const version = parseVersion(raw)
  parsed.set(raw, version)
  return version
}

/** flagd's `sem_ver`: null where one of the two is no version, or the operator is none. */
export function compareSemver(left: unknown, operator: unknown, right: unknown): boolean | null {
  const compare = COMPARISONS.get(String(operator))
  const a = remembered(left)
  const b = remembered(right)
  return compare === undefined || a === null || b === null ? null : compare(a, b)
}
