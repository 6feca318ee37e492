import type { Counted } from '../core/http.ts'
import type { Metric } from '../core/metrics-text.ts'
import type { LiveRoutes } from './live-routes.ts'

type Sample = Metric['samples'][number]

/** What is counted, and what is told of it. */
export interface ServeMetrics {
  decided(pointer: string, arm: string, reason: string): void
  moved(pointer: string, entries: number): void
  all(counted: Counted): readonly Metric[]
}

/** In: `build`, of this aiship. */
export function openMetrics(live: LiveRoutes, build: string): ServeMetrics {
  const decisions = new Map<string, number>()
  const moves = new Map<string, number>()
  const count = (counts: Map<string, number>, key: string, more = 1): void =>
    void counts.set(key, (counts.get(key) ?? 0) + more)

  return {
    // Names of pointers and arms have no spaces.
    decided: (pointer, arm, reason) => count(decisions, `${pointer} ${arm} ${reason}`),
    moved: (pointer, entries) => count(moves, pointer, entries),
    all({ requests, streams, dropped }) {
      const app = live.about()?.app ?? ''
      const routes = live.all()
      const { ms, isStale } = live.age()
      const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
        ...{ name, type: 'gauge', help, samples },
      })
      const counter = (name: string, help: string, samples: readonly Sample[]): Metric => ({
        ...{ name, type: 'counter', help, samples },
      })
      const each = (measure: (route: (typeof routes)[number]) => number): readonly Sample[] =>
        routes.map((route) => [{ app, pointer: route.pointer }, measure(route)])
      return [
        gauge('aiship_build_info', 'The aiship that answers.', [[{ version: build }, 1]]),
        gauge(
          'aiship_pointer_info',
          'The bundle of each arm of a pointer; main is the arm that the pointer means as a reference.',
          routes.flatMap(({ pointer, serving }) =>
            Object.entries(serving?.route.arms ?? {}).map(([arm, { bundle, version }]): Sample => {
              const main = String(arm === serving?.route.fallback)
              return [{ app, pointer, arm, bundle, version, main }, 1]
            }),
          ),
        ),
        gauge(
          'aiship_pointer_seq',
          "The number of a pointer's newest entry.",
          each(({ entry }) => entry.seq),
        ),
        gauge(
          'aiship_pointer_moved_timestamp_seconds',
          "When a pointer's newest entry was made.",
          each(({ entry }) => Date.parse(entry.at) / 1000),
        ),
        gauge(
          'aiship_pointer_held',
          '1 where a hold is set.',
          each(({ entry }) => Number(entry.hold !== null)),
        ),
        gauge(
          'aiship_pointer_stale',
          '1 where the registry has not said lately what the pointer says.',
          each(({ pointer }) => Number(live.age(pointer).isStale)),
        ),
        counter(
          'aiship_pointer_moves_total',
          'Entries that pointers got since the start.',
          each(({ pointer }) => moves.get(pointer) ?? 0),
        ),
        gauge('aiship_registry_up', '1 while the registry answers.', [[{}, Number(!isStale)]]),
        gauge(
          'aiship_registry_answer_age_seconds',
          'Time since the registry last answered.',
          ms === null ? [] : [[{}, ms / 1000]],
        ),
        counter(
          'aiship_evaluations_total',
          'Decisions, by arm and reason.',
          [...decisions].map(([key, value]) => {
            const [pointer = '', arm = '', reason = ''] = key.split(' ')
            return [{ app, pointer, arm, reason }, value]
          }),
        ),
        counter(
          'aiship_http_requests_total',
          'Requests that were answered.',
          [...requests].flatMap(([route, byStatus]) =>
            [...byStatus].map(([status, value]): Sample => [{ route, status: String(status) }, value]),
          ),
        ),
        gauge('aiship_event_streams', 'Clients that listen for changes.', [[{}, streams]]),
        counter('aiship_connections_dropped_total', 'Connections turned away: too many.', [[{}, dropped]]),
      ]
    },
  }
}
