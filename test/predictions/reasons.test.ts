import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle, type CompareData, compare, compileRoute, type Digest, routeSet } from '../../src/index.ts'
import { entryAt } from '../../src/ops/logs.ts'
import { makePlace, type Place } from './place.ts'
import { type Answer, traffic } from './traffic.ts'

// What a split drew is found out by the route where the log does not say it. The route is asked here too, record by record.

let place: Place
let answers: readonly (Answer & { readonly seq: number })[] = []

const comparedWith = async (lines: readonly object[]): Promise<CompareData> => {
  await place.ingest(place.file('log.jsonl', `${lines.map((one) => JSON.stringify(one)).join('\n')}\n`))
  const none = { by: '', since: null, until: null, html: null }
  return (await compare(await place.context(), { a: 'v1', b: 'v2', ...none })).data
}

async function setRoute(route: object): Promise<number> {
  place.file('route.json', JSON.stringify(route))
  const ask = { reason: null, override: null, create: true, command: () => '' }
  const file = { pointer: 'prod', route: { file: 'route.json' } }
  return (await routeSet(await place.context(), { ...file, ...ask })).data.seq
}

beforeAll(async () => {
  place = await makePlace()
  place.file('params.json', '{"seed":2}')
  const B = (await bundle(await place.context(), { message: null, labels: [], allowSecrets: null })).data.bundle
  const arms = { candidate: 'v2', stable: 'v1' }
  const split = { to: { candidate: 40_000, stable: 60_000 } }
  const rest = { fallback: 'stable', bucket: { by: 'targetingKey', salt: 'rk1:' } }
  const seq = await setRoute({ arms, serve: [split], ...rest })
  const { route } = (await entryAt(await place.context(), 'pointers/scorer/prod', seq)).entry
  const router = await compileRoute(route as NonNullable<typeof route>)
  answers = traffic(place.bundle, B as Digest, 2000).map((one) => {
    const { bundle: own, arm, reason } = router.decide({ targetingKey: one.targeting_key })
    return { ...one, bundle: own, arm, reason, pointer: 'prod', seq }
  })
}, 60_000)
afterAll(() => place.end())

test('where the log does not say it, the route is evaluated again, and says the same', async () => {
  const bare = answers.map(({ reason, ...one }, i) => ({ ...one, ...(i % 4 === 0 ? { reason } : {}) }))
  // What answered is not what the route says; the entry is not there; there is none; and nobody knows the pointer.
  const strange = answers.slice(0, 40).map(({ reason, ...one }, i) => ({
    ...{ ...one, request_id: `strange-${i}` },
    ...([
      {
        bundle:
          one.bundle === place.bundle ? (answers.find((x) => x.bundle !== place.bundle)?.bundle ?? '') : place.bundle,
        arm: undefined,
      },
      { seq: 99 },
      { seq: undefined },
      { pointer: 'nobody' },
    ][i % 4] ?? {}),
  }))
  const data = await comparedWith([...bare, ...strange])
  expect(data.reasons).toEqual({ logged: 500, evaluated: 1500, unknown: 40 })
  expect(data).toMatchObject({ basis: 'randomised', left_out: { not_split: 40 } })
  const whole = data.metrics.find(({ name }) => name === 'error_rate')
  const of = (b: Digest) => answers.filter((one) => one.bundle === b).length
  expect([whole?.a.n, whole?.b.n]).toEqual([of(data.a.bundle), of(data.b.bundle)])
})
