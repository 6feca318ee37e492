import { type Digest, hexOf } from './digest.ts'
import { AishipError } from './errors.ts'
import type { FollowState, PointerEntry } from './model.gen.ts'
import { armOf } from './route.ts'

/** What a follower is to serve. */
export interface Wanted {
  readonly bundle: Digest
  /** Null for a pin whose version nobody knows. */
  readonly version: string | null
  /** The entry that says so; null for a pin. */
  readonly seq: number | null
  readonly arm: string | null
}

/** What did not work, and how often in a row. */
export interface Failure {
  readonly what: 'bring' | 'tell'
  readonly wanted: Wanted
  readonly attempts: number
  /** When it failed last. */
  readonly atMs: number
  readonly error: AishipError
}

/** Everything that the next step depends on. */
export interface Situation {
  readonly nowMs: number
  /** Null while nobody knows. */
  readonly wanted: Wanted | null
  /** What `current` serves, whole; null where nothing is. */
  readonly current: Digest | null
  /** Whether the process was told of `current`, or nobody is to be told. */
  readonly isTold: boolean
  readonly failure: Failure | null
}

export type Step =
  | { readonly do: 'bring' | 'tell'; readonly wanted: Wanted }
  /** Nothing to do for so long, unless something changes. */
  | { readonly do: 'rest'; readonly ms: number }

const RETRY_MS = 5000
const LONGEST_RETRY_MS = 5 * 60 * 1000

/** When what failed is tried again: 5 s later, then twice as long each time, at most 5 min. */
const retryMs = ({ atMs, attempts }: Failure): number =>
  atMs + Math.min(RETRY_MS * 2 ** Math.min(attempts - 1, 10), LONGEST_RETRY_MS)

/** What a follower does next. A move of the pointer, also to the same bundle, ends the wait for another try. In: `everyMs`, how often it looks. */
export function nextStep({ nowMs, wanted, current, isTold, failure }: Situation, everyMs: number): Step {
  if (wanted === null) return { do: 'rest', ms: everyMs }
  const act = wanted.bundle !== current ? 'bring' : isTold ? null : 'tell'
  if (act === null) return { do: 'rest', ms: everyMs }
  const isAgain = failure?.what === act && sameWanted(failure.wanted, wanted)
  const waitMs = isAgain ? retryMs(failure) - nowMs : 0
  return waitMs > 0 ? { do: 'rest', ms: Math.min(waitMs, everyMs) } : { do: act, wanted }
}

export const sameWanted = (a: Wanted | null, b: Wanted | null): boolean =>
  a?.bundle === b?.bundle && a?.seq === b?.seq && a?.arm === b?.arm

/** The failure after one more: counted up while it is the same that fails. */
export function failedAgain(before: Failure | null, failed: Omit<Failure, 'attempts'>): Failure {
  const isAgain = before?.what === failed.what && sameWanted(before.wanted, failed.wanted)
  return { ...failed, attempts: (isAgain ? before.attempts : 0) + 1 }
}

/**
 * What an entry says to a follower of `arm`: that arm's bundle, or the fallback's where the route has no such arm, as before and after a
 * rollout. Null for a pointer that is retired.
 */
export function wantedIn({ route, seq }: PointerEntry, arm: string | null): (Wanted & { version: string }) | null {
  if (route === null) return null
  const name = arm !== null && Object.hasOwn(route.arms, arm) ? arm : route.fallback
  return { ...armOf(route, name), seq, arm: name }
}

/** The bundle that a release's name stands for; null for what is none. */
export function bundleOf(name: string): Digest | null {
  const hex = /^([0-9a-f]{64})(?:-[1-9][0-9]{0,5})?$/.exec(name)?.[1]
  return hex === undefined ? null : `sha256:${hex}`
}

/** A name for one more release of a bundle. */
export function freshName(bundle: Digest, taken: readonly string[]): string {
  const hex = hexOf(bundle)
  for (let n = 1; ; n++) {
    const name = n === 1 ? hex : `${hex}-${n}`
    if (!taken.includes(name)) return name
  }
}

/** Releases that nothing keeps. In: `served`, newest first; `keep`, how many of those stay beside what is served and what is wanted. */
export function goingReleases(
  releases: readonly string[],
  {
    current,
    wanted,
    served,
    keep,
  }: {
    readonly current: string | null
    readonly wanted: Digest | null
    readonly served: FollowState['served']
    readonly keep: number
  },
): readonly string[] {
  const now = current === null ? null : bundleOf(current)
  const warm = served.map(({ bundle }) => bundle).filter((bundle) => bundle !== now)
  const staying = new Set([...warm.slice(0, keep), ...(wanted === now ? [] : [wanted])])
  const named = new Set<Digest>()
  return releases.filter((name) => {
    if (name === current) return false
    const bundle = bundleOf(name)
    // A second copy of what is served or warm already is what a repair has left.
    if (bundle === null || bundle === now || named.has(bundle) || !staying.has(bundle)) return true
    named.add(bundle)
    return false
  })
}

/** Most that is written down of what was served. */
const MOST_SERVED = 100

/** The same history with one bundle at its head. */
export const servedNow = (served: FollowState['served'], one: FollowState['served'][number]): FollowState['served'] =>
  [one, ...served.filter(({ bundle }) => bundle !== one.bundle)].slice(0, MOST_SERVED)

/** A command line as its words, as a shell reads quotes and backslashes; nothing is expanded. Errors: USAGE. */
export function wordsOf(line: string, option: string): readonly string[] {
  const words: string[] = []
  const token = /\s+|'([^']*)'|"((?:\\["\\$`]|[^"\\]|\\)*?)"|\\([\s\S])|([^\s'"\\]+)/y
  let word: string | null = null
  while (token.lastIndex < line.length) {
    const at = token.lastIndex
    const found = token.exec(line)
    if (found === null)
      throw new AishipError('USAGE', `${option}: a quote or a backslash has no end: ${line.slice(at)}`, {
        hint: 'quote as for a shell; nothing is expanded, and no shell runs',
      })
    const [all, single, double, escaped, plain] = found
    const text = single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain
    if (text === undefined) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + text
    if (all === '') break
  }
  if (word !== null) words.push(word)
  if (words[0] === undefined || words[0] === '') throw new AishipError('USAGE', `${option} names no program`)
  return words
}
