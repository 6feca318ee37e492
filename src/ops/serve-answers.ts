import type { Answer, Service } from '../core/http.ts'
import { METRICS_TYPE, metricsText } from '../core/metrics-text.ts'
import type { ServedHealth, ServedPointer } from '../core/model.gen.ts'
import {
  etagOf,
  evaluation,
  eventStreams,
  type Failure,
  type Flag,
  failureAnswer,
  flagsVersion,
  matchesEtag,
  readContext,
} from '../core/ofrep.ts'
import { armOf } from '../core/route.ts'
import type { LiveRoute } from './live-route.ts'
import type { LiveRoutes } from './live-routes.ts'
import type { ServeMetrics } from './serve-metrics.ts'

const NOT_READY: Failure = { errorCode: 'PROVIDER_NOT_READY', errorDetails: 'the registry has not answered yet' }

/** What the service answers, from the routes as they are known at this moment. */
export function openAnswers(live: LiveRoutes, metrics: ServeMetrics): Service {
  const staleMs = (pointer: string): number | null => {
    const { ms, isStale } = live.age(pointer)
    return isStale ? (ms ?? 0) : null
  }
  const flagOf = ({ pointer, entry, serving }: LiveRoute): Flag => ({
    ...{ key: pointer, seq: entry.seq, serving, staleMs: staleMs(pointer) },
  })
  let known: { readonly routes: readonly LiveRoute[]; readonly version: string } | null = null
  function version(): string {
    const routes = live.all()
    // The same list as long as nothing has moved.
    if (known?.routes !== routes) known = { routes, version: flagsVersion(routes.map(flagOf)) }
    return known.version
  }

  function decided(flag: Flag, context: Parameters<typeof evaluation>[1]): object {
    const { decision, body } = evaluation(flag, context)
    if (decision !== null) metrics.decided(flag.key, decision.arm, decision.reason)
    return body
  }

  /** Why a pointer is not known. */
  function unknown(pointer: string): Failure {
    if (live.about() === null) return NOT_READY
    const problem = live.problem(pointer)
    if (problem !== null && problem !== live.problem())
      return { errorCode: 'GENERAL', errorDetails: `${pointer} cannot be read: ${problem.code}` }
    return { errorCode: 'FLAG_NOT_FOUND', errorDetails: `there is no pointer ${JSON.stringify(pointer)}` }
  }

  return {
    version,
    evaluate(key, body) {
      const route = live.get(key)
      if (route === null) return failureAnswer(unknown(key), key)
      const read = readContext(body)
      if ('failure' in read) return failureAnswer(read.failure, key)
      return { status: 200, body: JSON.stringify(decided(flagOf(route), read.context)) }
    },
    evaluateAll(body, ifNoneMatch, stream) {
      if (live.about() === null) return failureAnswer(NOT_READY, null)
      const read = readContext(body)
      if ('failure' in read) return failureAnswer(read.failure, null)
      const etag = etagOf(version(), read.context, body)
      if (matchesEtag(ifNoneMatch, etag)) return { status: 304, body: null, headers: { etag } }
      const { ms, isStale } = live.age()
      const metadata = isStale ? { metadata: { 'aiship.stale': true, 'aiship.age_ms': ms ?? 0 } } : {}
      const flags = live.all().map((route) => decided(flagOf(route), read.context))
      const answer = { flags, ...metadata, ...eventStreams(stream) }
      return { status: 200, body: JSON.stringify(answer), headers: { etag } }
    },
    resolve(pointer, armName) {
      const notFound = (errorDetails: string): Answer =>
        failureAnswer({ errorCode: 'FLAG_NOT_FOUND', errorDetails }, null)
      const route = live.get(pointer)
      if (route === null) return failureAnswer(unknown(pointer), null)
      const { entry, serving } = route
      if (serving === null) return notFound(`${pointer} was retired by entry ${entry.seq}`)
      const name = armName ?? serving.route.fallback
      if (!Object.hasOwn(serving.route.arms, name)) return notFound(`${pointer} has no arm ${JSON.stringify(name)} now`)
      const { ms: age_ms, isStale: stale } = live.age(pointer)
      const answer: ServedPointer = {
        ...{ app: live.about()?.app ?? '', pointer, arm: name, ...armOf(serving.route, name) },
        ...{ seq: entry.seq, at: entry.at, route: serving.digest, held: entry.hold !== null, age_ms, stale },
      }
      return { status: 200, body: JSON.stringify(answer) }
    },
    ready() {
      const { ms: age_ms, isStale } = live.age()
      const isKnown = live.about() !== null
      const answer: ServedHealth = {
        status: isKnown ? (isStale ? 'degraded' : 'ok') : 'starting',
        ...{ pointers: live.all().length, age_ms, problem: live.problem()?.code ?? null },
      }
      return { status: isKnown ? 200 : 503, body: JSON.stringify(answer) }
    },
    metrics: (counted) => ({
      ...{ status: 200, body: metricsText(metrics.all(counted)), headers: { 'content-type': METRICS_TYPE } },
    }),
  }
}
