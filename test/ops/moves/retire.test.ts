import { expect, test } from 'vitest'
import { makeStage, plain, refused, type Stage } from '../registry.ts'

// `retire` writes a tombstone: history kept, reversible.

async function twice(): Promise<Stage> {
  const stage = makeStage()
  for (const n of [1, 2, 3]) await stage.bundle({ model: `m${n}` })
  for (const n of [1, 2]) await stage.ana.promote(`v${n}`, 'prod')
  return stage
}

test('a tombstone says nothing, leaves everything, marks nothing, and keeps the history', async () => {
  const stage = await twice()
  const before = await stage.newest('prod')
  const { changed, data } = await stage.ana.retire('prod', { reason: 'merged into prod-eu' })
  expect([changed, data.to, data.to_version]).toEqual([true, null, null])
  expect(data).toMatchObject({ action: 'retire', reason: 'merged into prod-eu', undo: 'aiship undo prod@3', marks: [] })
  const entry = await stage.newest('prod')
  expect(entry).toMatchObject({ route: null, from: before.to, back: { seq: 2, bundle: before.to } })
  expect(entry.left.map((arm) => arm.version)).toEqual(['v2'])
  expect((await stage.ana.log('prod')).data.total).toBe(3)
})

test('again: changed: false', async () => {
  const stage = await twice()
  await stage.ana.retire('prod')
  expect((await stage.ana.retire('prod')).changed).toBe(false)
  expect(await stage.entries('prod')).toHaveLength(3)
})

test('rollback brings back what stood, and a second one goes further', async () => {
  const stage = await twice()
  await stage.ana.retire('prod')
  expect((await stage.ana.rollback('prod')).data).toMatchObject({ from: null, to_version: 'v2', left: [], marks: [] })
  expect((await stage.ana.rollback('prod')).data.to_version).toBe('v1')
})

test('promote brings it back as something new, from which a rollback reaches what stood before', async () => {
  const stage = await twice()
  await stage.ana.retire('prod')
  const { data } = await stage.ana.promote('v3', 'prod')
  expect(data).toMatchObject({ from: null, to_version: 'v3', seq: 4 })
  expect((await stage.newest('prod')).route).toEqual(plain({ bundle: data.to ?? 'sha256:', version: 'v3' }))
  expect((await stage.ana.rollback('prod')).data.to_version).toBe('v2')
})

test('promote of the bundle that it said last is a move all the same', async () => {
  const stage = await twice()
  await stage.ana.retire('prod')
  expect((await stage.ana.promote('v2', 'prod')).changed).toBe(true)
})

test('rollback --to works from a tombstone', async () => {
  const stage = await twice()
  await stage.ana.retire('prod')
  expect((await stage.ana.rollback('prod', { to: 'v1' })).data.to_version).toBe('v1')
})

test('undo of what brought it back retires it again', async () => {
  const stage = await twice()
  await stage.ana.retire('prod')
  await stage.ana.promote('v3', 'prod')
  const { data } = await stage.ana.undo('prod@4')
  expect([data.from_version, data.to]).toEqual(['v3', null])
  expect((await refused(stage.ana.resolve('prod'))).exit).toBe(3)
})
