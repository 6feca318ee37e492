import { canonicalBytes, type Digest } from './digest.ts'
import type { Arm, Route } from './model.gen.ts'
import { FULL_WEIGHT, plainRoute } from './route.ts'
import { checkRoute, invalid } from './route-check.ts'
import { DEFAULT_BY, HASH, MAPPING } from './route-decide.ts'

type Serve = Route['serve'][number]
type Bucket = NonNullable<Route['bucket']>

/** A route as somebody writes it: an arm may still be a REF, and what has a usual value may be absent. */
export interface Draft {
  readonly arms: Readonly<Record<string, Arm | string>>
  readonly serve: Route['serve']
  readonly bucket: Partial<Pick<Bucket, 'by' | 'salt' | 'missing'>> | null
  readonly mirror: NonNullable<Route['mirror']>
  readonly fallback: string | null
}

/** One change of a route's rules, as the flags of `route set` say it. */
export interface Edits {
  /** Arms to add or replace: name to REF. */
  readonly arms: Readonly<Record<string, string>>
  /** A rule to add, or to put in the place of the one with the same condition; without `when` it is the last one, for everybody else. */
  readonly rule: Serve | null
  /** Put the rule before all others. */
  readonly isFirst: boolean
  /** The number of a rule to take out, as `route show` counts. */
  readonly remove: number | null
  readonly by: string | null
  readonly salt: string | null
  readonly missing: string | null
  readonly fallback: string | null
  /** What is mirrored from now on; null: as before. */
  readonly mirror: Draft['mirror'] | null
}

const NO_DRAFT: Draft = { arms: {}, serve: [], bucket: null, mirror: [], fallback: null }

const draftOf = ({ arms, serve, bucket, mirror, fallback }: Route): Draft => ({
  ...{ arms, serve, fallback, mirror: mirror ?? [] },
  bucket: bucket === undefined ? null : { by: bucket.by, salt: bucket.salt, missing: bucket.missing },
})

/** The route `before` with the edits made. Arms that nothing names any more go. Errors: ROUTE_INVALID. */
export function edited(before: Route | null, edits: Edits): Draft {
  const draft = before === null ? NO_DRAFT : draftOf(before)
  const { by, salt, missing, mirror } = edits
  const given = {
    ...(by === null ? {} : { by }),
    ...(salt === null ? {} : { salt }),
    ...(missing === null ? {} : { missing }),
  }
  const isAsked = Object.keys(given).length > 0
  const result: Draft = {
    arms: { ...draft.arms, ...edits.arms },
    serve: withRule(without(draft.serve, edits.remove), edits),
    bucket: isAsked ? { ...draft.bucket, ...given } : draft.bucket,
    mirror: mirror ?? draft.mirror,
    fallback: edits.fallback ?? draft.fallback,
  }
  return { ...result, arms: onlyNamed(result, edits.arms) }
}

function without(serve: Route['serve'], remove: number | null): Route['serve'] {
  if (remove === null) return serve
  if (serve[remove - 1] === undefined)
    throw invalid(`there is no rule ${remove}: the route has ${serve.length}`, 'route show numbers them')
  return serve.filter((_, i) => i !== remove - 1)
}

function withRule(serve: Route['serve'], { rule, isFirst }: Edits): Route['serve'] {
  if (rule === null) return serve
  const conditional = serve.filter(({ when }) => when !== undefined)
  if (rule.when === undefined) return [...conditional, rule]
  const same = (one: Serve): boolean => Buffer.compare(canonicalBytes(one.when), canonicalBytes(rule.when)) === 0
  const last = serve.filter(({ when }) => when === undefined)
  if (isFirst) return [rule, ...conditional.filter((one) => !same(one)), ...last]
  return conditional.some(same)
    ? [...conditional.map((one) => (same(one) ? rule : one)), ...last]
    : [...conditional, rule, ...last]
}

/** An arm that was given here stays, so that a name mistyped is refused and not dropped. */
function onlyNamed({ arms, serve, bucket, mirror, fallback }: Draft, given: Edits['arms']): Draft['arms'] {
  const named = new Set([
    ...[...serve.flatMap(({ to }) => Object.keys(to)), ...mirror.map(({ to }) => to), ...Object.keys(given)],
    ...[fallback ?? DEFAULT_FALLBACK, ...(bucket?.missing === undefined ? [] : [bucket.missing])],
  ])
  return Object.fromEntries(Object.entries(arms).filter(([name]) => named.has(name)))
}

/** What a route without `fallback` falls back to. */
const DEFAULT_FALLBACK = 'stable'

/**
 * The route that a draft means, checked. In: each arm that was a REF, looked up; `usual`, for one that has to draw and does not say how.
 * Requests without a key get the fallback, never an arm that they would land in by accident. Errors: ROUTE_INVALID.
 */
export function finish(
  draft: Draft,
  arms: Readonly<Record<string, Arm>>,
  usual: Readonly<Pick<Bucket, 'by' | 'salt'>>,
): Route {
  const fallback = draft.fallback ?? DEFAULT_FALLBACK
  const main = Object.hasOwn(arms, fallback) ? arms[fallback] : undefined
  const isEmpty = draft.serve.length === 0 && draft.mirror.length === 0
  if (isEmpty && main !== undefined && Object.keys(arms).length === 1) return plainRoute(main)
  const route = {
    ...{ arms, fallback, serve: draft.serve.length === 0 ? [{ to: { [fallback]: FULL_WEIGHT } }] : draft.serve },
    ...(draft.mirror.length === 0 ? {} : { mirror: draft.mirror }),
  }
  const { by = usual.by, salt = usual.salt, missing = fallback } = draft.bucket ?? {}
  const needsBucket = draft.bucket !== null || draws(route)
  return checkRoute(needsBucket ? { ...route, bucket: { by, salt, hash: HASH, map: MAPPING, missing } } : route)
}

/** Whether any decision of the route depends on a key. */
export const draws = ({ serve, mirror = [] }: Pick<Route, 'serve' | 'mirror'>): boolean =>
  serve.some(({ to }) => Object.values(to).filter((weight) => weight > 0).length > 1) ||
  mirror.some(({ per100k }) => per100k > 0 && per100k < FULL_WEIGHT)

/** True where a key that was drawn before falls elsewhere after, though no weight has changed. */
export function isRedrawn(before: Route | null, after: Route): boolean {
  if (before?.bucket === undefined || after.bucket === undefined || !draws(before) || !draws(after)) return false
  return before.bucket.salt !== after.bucket.salt || before.bucket.by !== after.bucket.by
}

/** How to draw where a draft leaves it out: as before, so that everybody keeps their place; else by a salt made of `fresh`. */
export function usualBucket(before: Route | null, draft: Draft, fresh: Digest): Readonly<Pick<Bucket, 'by' | 'salt'>> {
  const kept = before?.bucket
  if (kept !== undefined && (draft.bucket?.by ?? kept.by) === kept.by) return { by: kept.by, salt: kept.salt }
  return { by: DEFAULT_BY, salt: `rt_${fresh.slice(7, 13)}:` }
}
