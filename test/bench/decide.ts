import { FlagdCore } from '@openfeature/flagd-core'
import type { Digest } from '../../src/core/digest.ts'
import type { Arm, Route } from '../../src/core/model.gen.ts'
import { checkRoute } from '../../src/core/route-check.ts'
import { compileRoute, HASH, MAPPING } from '../../src/core/route-decide.ts'
import { flagdFile } from '../../src/core/route-flagd.ts'
import { table } from './report.ts'

/** DESIGN §10: ns that 99 of 100 decisions take at most. */
const P99_NS = 5000
const CONTEXTS = 1000

const arm = (letter: string, version: Arm['version']): Arm => ({
  bundle: `sha256:${letter.repeat(64)}` as Digest,
  version,
})

/** `count` rules of the kinds that people write; none matches the contexts below, so that all are gone through, and the last one draws. */
function routeOf(count: number): Route {
  const whens = Array.from({ length: count }, (_, i): Record<string, unknown> => {
    if (i % 5 === 0) return { in: [{ var: 'group' }, [`team-${i}`, 'internal', 'beta']] }
    if (i % 5 === 1)
      return { and: [{ in: [{ var: 'geo.country' }, ['DE', 'FR', `X${i}`]] }, { '>=': [{ var: 'age' }, i] }] }
    if (i % 5 === 2) return { sem_ver: [{ var: 'app.version' }, '>=', `${i + 5}.0.0`] }
    if (i % 5 === 3) return { ends_with: [{ var: 'email' }, `@team-${i}.example`] }
    return { '==': [{ var: 'plan' }, `plan-${i}`] }
  })
  const serve = [
    ...whens.map((when) => ({ when, to: { candidate: 100_000 } })),
    { to: { candidate: 5000, control: 5000, stable: 90_000 } },
  ]
  const bucket = { by: 'targetingKey', salt: 'ro_7f3:', hash: HASH, map: MAPPING, missing: 'stable' }
  return checkRoute({
    arms: { candidate: arm('b', 'v2'), control: arm('a', 'v1'), stable: arm('a', 'v1') },
    serve,
    bucket,
    fallback: 'stable',
  })
}

const contexts = Array.from({ length: CONTEXTS }, (_, i) => ({
  ...{ targetingKey: `user-${i * 7919}`, group: 'customers', geo: { country: 'US' }, age: i % 90 },
  ...{ app: { version: `4.${i % 40}.1` }, email: `user-${i}@mail.example`, plan: 'free' },
}))

/** ns of each of `count` calls, sorted; as many were made before and do not count. */
function timed(count: number, call: (context: (typeof contexts)[number]) => unknown): Float64Array {
  const taken = new Float64Array(count)
  for (let i = -count; i < count; i++) {
    const context = contexts[(i + count) % CONTEXTS] as (typeof contexts)[number]
    const start = process.hrtime.bigint()
    call(context)
    if (i >= 0) taken[i] = Number(process.hrtime.bigint() - start)
  }
  return taken.sort()
}

/** W9: one decision in this process, timed alone; beside it flagd's evaluator for JavaScript with the exported file. */
export async function decisionReport(count: number): Promise<string> {
  const rows: string[][] = [['decision', 'p50 µs', 'p99 µs', 'p99.9 µs', 'at most']]
  const row = (name: string, taken: Float64Array, most?: number): void => {
    const at = (share: number): number => taken[Math.floor((taken.length - 1) * share)] as number
    const judged = most === undefined ? '' : `${most / 1000}: ${at(0.99) <= most ? 'ok' : 'MISS'}`
    rows.push([name, ...[0.5, 0.99, 0.999].map((share) => (at(share) / 1000).toFixed(2)), judged])
  }
  for (const rules of [0, 1, 20]) {
    const { decide } = await compileRoute(routeOf(rules))
    row(`aiship, ${rules} rules and a draw`, timed(count, decide), rules === 20 ? P99_NS : undefined)
  }
  const core = new FlagdCore()
  core.setConfigurations(JSON.stringify(flagdFile({ app: 'bench', pointer: 'prod', seq: 1, route: routeOf(20) })))
  row(
    '@openfeature/flagd-core, 20 rules and a draw',
    timed(count, (context) => core.resolveObjectEvaluation('prod', {}, context)),
  )
  return `### W9: a routing decision, in process\n\n${count} decisions, each timed alone, the timer's own time included.\n\n${table(rows)}\n`
}
