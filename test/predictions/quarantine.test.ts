import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle, promote, rollback } from '../../src/index.ts'
import { quarantineAdd } from '../../src/ops/quarantine-add.ts'
import { quarantineCheck } from '../../src/ops/quarantine-check.ts'
import { openEngine } from '../../src/predictions/duckdb.ts'
import { line, makePlace, type Place, textOf } from './place.ts'

// A window from the prediction log, and its rows in a dataset.

const NONE = { subject: null, bundle: null, pointer: null, from: null, to: null, horizon: null, entities: null }
const RELEASE = { message: null, labels: [], allowSecrets: null }
const LATER = '2099-03-22T10:00:00.000Z'
const CONFIG = `version: 1
app: scorer
components:
  params: {role: hyperparameters, path: params.json}
  data: {role: dataset, path: data, sources: [{table: orders, from: 2020-01-01, to: 2020-02-01}]}
`

let place: Place
beforeAll(async () => {
  place = await makePlace()
  const move = { ref: '@last', pointer: 'prod', reason: null, override: null, create: true, resetRoute: false }
  await promote(await place.context(), { ...move, leavingBad: null })
  place.file('params.json', '{"seed":2}')
  await bundle(await place.context(), RELEASE)
  await promote(await place.context(), { ...move, leavingBad: null })
  await rollback(await place.context(), { pointer: 'prod', to: null, reason: null, hold: false, mark: false })
  const bad = (await bundle(await place.context(), RELEASE)).data.bundle
  const of = (request: string, more: object) => line(bad, request, { ts: LATER, mode: 'live', ...more })
  place.file(
    'predictions.jsonl',
    textOf([
      of('r1', { entity: 'o:1', ts: '2026-01-01T00:00:00Z' }),
      of('r2', { entity: 'o:2', ts: '2026-01-03T00:00:00.000250Z' }),
      of('r3', { entity: 'o:3', mode: 'replay' }),
      of('r4', { entity: 'o:4', mode: 'shadow' }),
      line(place.bundle, 'r5', { entity: 'o:5', ts: '2026-01-02T00:00:00Z' }),
    ]),
  )
  await place.ingest('predictions.jsonl')
})
afterAll(() => place.end())

/** A Parquet file of these rows. */
async function parquet(name: string, sql: string): Promise<void> {
  const path = place.file(name, '')
  const engine = await openEngine(place.dir, 256, new AbortController().signal)
  try {
    await engine.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`)
  } finally {
    engine.close()
  }
}

describe('the window of a bundle', () => {
  test('reaches as far as its live decisions are logged; replays and shadows are none', async () => {
    const { data } = await quarantineAdd(await place.context(), { ...NONE, bundle: 'v2', incident: null, reason: null })
    expect(data.quarantine.from).toBe('2026-01-01T00:00:00.000Z')
    // Later than the log's last one, which the rollback ended.
    expect(data.quarantine.to).not.toBeNull()
    const closed = { ...NONE, bundle: 'v2', pointer: 'canary', incident: null, reason: null }
    await expect(quarantineAdd(await place.context(), closed)).rejects.toMatchObject({ code: 'NEVER_SERVED' })
  })

  test('has entities and request ids that a scan finds in CSV and Parquet, though nobody declared them', async () => {
    place.file('aiship.yaml', CONFIG)
    place.file('data/a.csv', 'entity\no:5\no:3\n')
    await parquet(
      'data/b.parquet',
      "SELECT * FROM (VALUES ('o:2', 'live'), ('o:2', 'replay'), ('o:9', 'live')) t(entity, mode)",
    )
    await bundle(await place.context(), RELEASE)
    const { data } = await quarantineCheck(await place.context(), { subject: '@last', key: 'entity' })
    const [found] = data.datasets
    expect(found).toMatchObject({ outcome: 'fail', found: ['o:2'], replayed: 1 })
    expect(found?.scan).toMatchObject({ rows: 5, unread: 0, quarantines: [{ entities: 4, rows: 2 }] })
    expect(place.warnings()).toContain('REPLAYED_ROWS')
  })

  test('of a Parquet file without the column, or that is none, proves nothing', async () => {
    place.file('aiship.yaml', CONFIG)
    place.file('data/a.csv', 'entity\no:9\n')
    await parquet('data/b.parquet', "SELECT 'o:2' AS customer")
    await bundle(await place.context(), RELEASE)
    const { data } = await quarantineCheck(await place.context(), { subject: '@last', key: 'entity' })
    expect(data.datasets[0]).toMatchObject({ outcome: 'unknown', scan: { rows: 2, unread: 1 } })
    place.file('data/b.parquet', 'PAR1 but no Parquet')
    await bundle(await place.context(), RELEASE)
    const broken = await quarantineCheck(await place.context(), { subject: '@last', key: 'entity' })
    expect(broken.data.datasets[0]).toMatchObject({ outcome: 'unknown', scan: { rows: 1, unread: 1 } })
    expect(place.warnings()).toContain('NOT_READ')
  })
})
