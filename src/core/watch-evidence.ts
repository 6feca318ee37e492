import { batches } from './batches.ts'
import { canonicalBytes, type Digest, parseCanonical } from './digest.ts'
import { AishipError } from './errors.ts'
import type { Served, Situation } from './guard.ts'
import { judgeFamily } from './guard-family.ts'
import { judgeGuard } from './guard-judge.ts'
import { guardsOf } from './guard-plan.ts'
import type { Answer } from './metric-source.ts'
import type { FamilyVerdict, GuardVerdict, WatchAsked, WatchEvidence, WatchLook } from './model.gen.ts'
import { validateWatchEvidence } from './watch-validator.gen.ts'

/** Which rules of judgement these are: to be raised with each change of what the same numbers come to. */
export const EVALUATOR = 1
/** Most bytes of the object. */
export const MAX_EVIDENCE = 64 * 1024 * 1024

/** What is to be judged, before anything was asked. */
export type Stretch = Omit<WatchLook, 'asked' | 'frozen' | 'verdicts'>

/** What a verdict depends on besides the answers. */
export function situationOf(look: Omit<WatchLook, 'asked' | 'verdicts'>): Situation {
  const { watch, sides, start, now, deadline, served, mode, profile, frozen } = look
  const windows = batches(look, now).map((span) => ({ ...span, served: servedIn(look.changes, span.from, span.until) }))
  return { watch, sides, start, now, deadline, windows, served, mode, profile, frozen }
}

/** Null where that changed on the way, and where nobody knows. */
function servedIn(changes: WatchLook['changes'], from: number, until: number): Served | null {
  if (changes.some(({ at }) => at > from && at < until)) return null
  return changes.findLast(({ at }) => at <= from)?.served ?? null
}

export interface Judged {
  readonly looks: readonly WatchLook[]
  readonly verdict: FamilyVerdict
}

/** The one judge, of what is asked now and of what was asked then. In: at least one look. */
export function judge(asked: readonly Omit<WatchLook, 'verdicts'>[]): Judged {
  const looks = asked.map((look): WatchLook => ({ ...look, verdicts: judgeLook(look) }))
  const last = asked.at(-1) as (typeof asked)[number]
  return {
    looks,
    verdict: judgeFamily(
      looks.flatMap(({ verdicts }) => verdicts),
      last,
    ),
  }
}

function judgeLook(look: Omit<WatchLook, 'verdicts'>): readonly GuardVerdict[] {
  const situation = situationOf(look)
  const answers = new Map(look.asked.map((one) => [one.guard, one.answers.map(numbersBack)]))
  return guardsOf(look.watch).map((guard) => judgeGuard(guard, situation, answers.get(guard.name) ?? []))
}

/** As it is stored: canonical JSON has no word for what is no number, nor for one that readers round. */
export const asAsked = (guard: string, answers: readonly Answer[]): WatchAsked => ({
  guard,
  answers: answers.map((answer) => ({ ...answer, readings: answer.readings.map((one) => mapped(one, written)) })),
})

function numbersBack(stored: WatchAsked['answers'][number]): Answer {
  const { readings, ...rest } = stored as unknown as Answer
  return { ...rest, readings: readings.map((one) => (one.kind === 'unavailable' ? one : mapped(one, readBack))) }
}

const written = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && (Number.isInteger(value) || !Number.isFinite(value))
    ? String(value)
    : value

/** Besides its kind, all that a reading has is numbers. */
const readBack = (value: unknown, key: string): unknown =>
  typeof value === 'string' && key !== 'kind' ? Number(value) : value

function mapped<T>(value: T, change: (value: unknown, key: string) => unknown): T {
  const walk = (item: unknown, key: string): unknown =>
    typeof item === 'object' && item !== null
      ? Object.fromEntries(Object.entries(item).map(([name, one]) => [name, walk(one, name)]))
      : change(item, key)
  return walk(value, '') as T
}

export const evidenceBytes = (evidence: WatchEvidence): Uint8Array => canonicalBytes(evidence)

/** Null for an object of another kind. Errors: CORRUPT; FORMAT_NEWER for one of a later format. */
export function parseEvidence(bytes: Uint8Array, digest: Digest): WatchEvidence | null {
  const name = `the evidence ${digest}`
  const value = parseCanonical(bytes, name, MAX_EVIDENCE)
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'watch') return null
  if ('v' in value && typeof value.v === 'number' && value.v > 1)
    throw new AishipError('FORMAT_NEWER', `${name} has format ${value.v}; this aiship reads format 1`, {
      hint: 'install a newer aiship',
    })
  if (validateWatchEvidence(value)) return value
  throw new AishipError('CORRUPT', `${name} does not have the shape of evidence`, { next: ['aiship fsck'] })
}

/** The same numbers judged again, and whether every byte of the verdicts is the same. */
export function judgeAgain(evidence: WatchEvidence): Judged & { readonly isSame: boolean } {
  const now = judge(evidence.looks.map(({ verdicts, ...look }) => look))
  const said = { looks: evidence.looks, verdict: evidence.verdict }
  return { ...now, isSame: Buffer.compare(canonicalBytes(now), canonicalBytes(said)) === 0 }
}
