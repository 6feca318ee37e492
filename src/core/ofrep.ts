import { canonicalBytes, type Digest, digestOf } from './digest.ts'
import type { Answer } from './http.ts'
import { MAX_DEPTH, problemOf, type RequestContext } from './route-context.ts'
import type { Decision, Router } from './route-decide.ts'

// The OpenFeature Remote Evaluation Protocol, 0.3: requests and answers. A flag is a pointer, a variant is an arm.

export interface Flag {
  readonly key: string
  /** The pointer's newest entry. */
  readonly seq: number
  /** Null for a pointer that is retired: switched off, and whoever asks takes his own default. */
  readonly serving: { readonly digest: Digest; readonly router: Router } | null
  /** How long ago the registry said so, ms, where that is longer than it should be; else null. */
  readonly staleMs: number | null
}

/** OpenFeature's codes, and what each is in HTTP. */
const STATUS = {
  ...{ PARSE_ERROR: 400, INVALID_CONTEXT: 400, FLAG_NOT_FOUND: 404, PROVIDER_NOT_READY: 500, GENERAL: 500 },
} as const

export interface Failure {
  readonly errorCode: keyof typeof STATUS
  readonly errorDetails: string
}

/** In: `key`, where one flag was asked for; `status`, where another one says it better. */
export function failureAnswer(
  failure: Failure,
  key: string | null,
  status: number = STATUS[failure.errorCode],
): Answer {
  return { status, body: JSON.stringify(key === null ? failure : { key, ...failure }) }
}

/** The context in a request's body, or why there is none that can be relied on. An empty body has an empty context. */
export function readContext(body: string): { readonly context: RequestContext } | { readonly failure: Failure } {
  const refuse = (errorCode: Failure['errorCode'], errorDetails: string) => ({ failure: { errorCode, errorDetails } })
  if (body === '') return { context: {} }
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    return refuse('PARSE_ERROR', `the body is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isObject(value)) return refuse('PARSE_ERROR', 'the body is no JSON object')
  const problem = problemOf(value, body, MAX_DEPTH + 1)
  if (problem !== null) return refuse('INVALID_CONTEXT', `the context ${problem}`)
  const { context = {} } = value
  return isObject(context) ? { context } : refuse('INVALID_CONTEXT', 'the context is no object')
}

const isObject = (value: unknown): value is RequestContext =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What one flag is for a context, as the protocol has it. */
export function evaluation(
  flag: Flag,
  context: RequestContext,
): { readonly decision: Decision | null; readonly body: object } {
  const { key, serving } = flag
  const metadata = {
    ...(serving === null ? {} : { 'aiship.route': serving.digest }),
    'aiship.seq': flag.seq,
    ...(flag.staleMs === null ? {} : { 'aiship.stale': true, 'aiship.age_ms': flag.staleMs }),
  }
  if (serving === null) return { decision: null, body: { key, reason: 'DISABLED', metadata } }
  const decision = serving.router.decide(context)
  const { arm, bundle, version, reason, mirror, unassigned } = decision
  const more = {
    'aiship.version': version,
    ...(unassigned ? { 'aiship.unassigned': true } : {}),
    // Metadata has no lists: JSON as text.
    ...(mirror.length === 0 ? {} : { 'aiship.mirror': JSON.stringify(mirror) }),
  }
  const body = { key, reason, variant: arm, value: { bundle, arm }, metadata: { ...metadata, ...more } }
  return { decision, body }
}

/** The state of what flags are decided by: another one whenever the route of one of them is, or there is one more or less. */
export const flagsVersion = (flags: readonly Flag[]): Digest =>
  digestOf(canonicalBytes(flags.map(({ key, serving }) => [key, serving?.digest ?? null])))

/**
 * Of all flags for one context. By the routes alone, a client would keep what was decided for the country that its user was in before: it asks with
 * the tag of its last answer whatever has changed in the context.
 */
export function etagOf(version: string, context: RequestContext, body: string): string {
  let exact: string | Uint8Array
  try {
    exact = canonicalBytes(context)
  } catch {
    // Numbers that JSON readers round, half characters: another spelling gets another tag.
    exact = body
  }
  return `"${digestOf(`${version}\n${digestOf(exact)}`).slice(7, 39)}"`
}

/** True where one of the tags of an If-None-Match header is `etag`; weak ones count too. */
export const matchesEtag = (header: string | null, etag: string): boolean =>
  header !== null && (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))

/** So long a page that nobody looks at keeps its stream of events. */
const INACTIVE_SEC = 120

/** How a client hears of changes. In: a path of this service. */
export const eventStreams = (stream: string | null): object =>
  stream === null
    ? {}
    : { eventStreams: [{ type: 'sse', endpoint: { requestUri: stream }, inactivityDelaySec: INACTIVE_SEC }] }

/** One event of the stream: what is known under `id` has changed. */
export const refetchEvent = (id: string): string =>
  `id: ${id}\ndata: ${JSON.stringify({ type: 'refetchEvaluation', etag: id })}\n\n`
