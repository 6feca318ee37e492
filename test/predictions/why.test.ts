import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle, type Digest, promote, type WhyData, why } from '../../src/index.ts'
import { line, makePlace, type Place, textOf } from './place.ts'

// What the transcript does not show: predictions of bundles that nobody knows, without a pointer, in shadows only.

let place: Place
let A: Digest
let B: Digest
const DARK = `sha256:${'d'.repeat(64)}` as Digest
const asked = async (request: string): Promise<WhyData> =>
  (await why(await place.context(), { request, entity: null, at: null })).data
const about = async (entity: string, at: string | null = null): Promise<WhyData> =>
  (await why(await place.context(), { request: null, entity, at })).data

beforeAll(async () => {
  place = await makePlace()
  A = place.bundle
  await promote(await place.context(), {
    ...{
      ref: 'v1',
      pointer: 'prod',
      reason: 'first',
      override: null,
      create: true,
      resetRoute: false,
      leavingBad: null,
    },
  })
  place.file('params.json', '{"seed":2}')
  B = (await bundle(await place.context(), { message: 'second', labels: [], allowSecrets: null })).data.bundle as Digest
  // After the promotion, which is now.
  const soon = new Date(Date.now() + 60_000).toISOString()
  const outcome = { event: 'outcome', outcome: { name: 'chargeback', value: true } }
  const log = [
    line(A, 'old', { entity: 'order:1', label: 'allow' }),
    line(DARK, 'dark', { ts: '2026-03-23T10:00:00Z', entity: 'order:1', label: 'block' }),
    line(A, 'served', { ts: soon, entity: 'order:2' }),
    line(B, 'stray', { ts: soon, pointer: 'prod', seq: 1, arm: 'main', reason: 'STATIC' }),
    line(B, 'far', { ts: soon, pointer: 'prod', seq: 99, arm: 'main' }),
    line(B, 'twice', { entity: 'order:3', mode: 'shadow' }),
    line(A, 'twice', { ts: '2026-03-22T10:00:05Z', entity: 'order:3' }),
    line(B, 'twice', { ...outcome, ts: '2026-03-24T10:00:00Z' }),
    line(A, 'twice', { ...outcome, ts: '2026-03-24T10:00:01Z' }),
    line(B, 'unseen', { entity: 'order:4', mode: 'shadow' }),
    line(A, "it's", { entity: "o'hara" }),
  ]
  await place.ingest(place.file('log.jsonl', textOf(log)))
}, 30_000)
afterAll(() => place.end())

test('a bundle that nobody knows is named, and nothing is made up about it', async () => {
  const data = await asked('dark')
  expect(data).toMatchObject({ bundle: DARK, version: null, git: null, components: [], marks: [] })
  expect(data.before).toMatchObject({ decision: { request_id: 'old', version: 'v1' }, changes: null })
})

test('without a pointer, those that served the bundle then; with one that did not, that', async () => {
  const [served, stray, old] = [await asked('served'), await asked('stray'), await asked('old')]
  expect(served.pointers).toMatchObject([{ pointer: 'prod', seq: 1, served: true, put: { seq: 1, reason: 'first' } }])
  expect(stray.pointers).toMatchObject([{ pointer: 'prod', version: 'v1', served: false, put: null }])
  expect(stray.decided_by).toMatchObject({ pointer: 'prod', seq: 1, agrees: false })
  // Made before the pointer was.
  expect(old.pointers).toEqual([])
})

test('an entry that is not there is no reason', async () => {
  expect((await asked('far')).decided_by).toBeNull()
})

test('the live answer goes before the shadow, and each outcome says whose it is', async () => {
  const data = await asked('twice')
  expect(data).toMatchObject({ bundle: A, prediction: { mode: 'live' }, others: [{ bundle: B, mode: 'shadow' }] })
  expect(data.outcomes.map(({ bundle }) => bundle)).toEqual([B, A])
  expect(await about('order:3')).toMatchObject({ bundle: A, decisions: [{ mode: 'live' }, { mode: 'shadow' }] })
})

test('of an entity with shadows only, the shadow', async () => {
  expect(await about('order:4')).toMatchObject({ bundle: B, prediction: { mode: 'shadow', applied: false } })
})

test('as of a day', async () => {
  expect(await about('order:1')).toMatchObject({ bundle: DARK, decisions_total: 2 })
  expect(await about('order:1', '2026-03-22')).toMatchObject({ bundle: A, decisions_total: 1 })
  await expect(about('order:1', '2026-03-21')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(about('order:1', '21 March')).rejects.toMatchObject({ code: 'USAGE' })
})

test('ids are values, never SQL', async () => {
  expect(await asked("it's")).toMatchObject({ request_id: "it's" })
  expect(await about("o'hara")).toMatchObject({ request_id: "it's" })
  await expect(asked("' OR true --")).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
