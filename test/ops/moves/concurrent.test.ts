import { expect, test } from 'vitest'
import { AishipError } from '../../../src/core/errors.ts'
import { automation, human, makeStage, type Stage } from '../registry.ts'

// Many at once on one registry: every acknowledged move is in the log exactly once, every other was told that it lost (5), and the log
// has no gap and no fork. The folder's own test does this with processes; here the interleaving is as fine as it can be.

async function staged(): Promise<Stage> {
  const stage = makeStage()
  for (const n of [1, 2, 3, 4]) await stage.bundle({ model: `m${n}` })
  for (const n of [1, 2, 3]) await stage.ana.promote(`v${n}`, 'prod')
  return stage
}

interface Told {
  readonly acknowledged: readonly { readonly op: string; readonly seq: number }[]
  readonly refusals: readonly number[]
}

async function all(
  attempts: readonly Promise<{ changed: boolean; data: { op: string; seq: number } }>[],
): Promise<Told> {
  const ends = await Promise.allSettled(attempts)
  const acknowledged = ends.flatMap((end) => (end.status === 'fulfilled' && end.value.changed ? [end.value.data] : []))
  const refusals = ends.flatMap((end) => {
    if (end.status === 'fulfilled') return []
    if (end.reason instanceof AishipError) return [end.reason.exit]
    throw end.reason
  })
  return { acknowledged, refusals }
}

test('64 people moving one pointer: one wins a round, everybody else is told', async () => {
  const stage = await staged()
  const acknowledged: string[] = []
  for (let round = 0; round < 20; round++) {
    const people = Array.from({ length: 64 }, (_, i) => stage.as(human(`p${i}`)))
    const told = await all(
      people.map((one, i) => (i % 2 ? one.hold('prod') : one.promote(`v${1 + (i % 4)}`, 'prod', { override: 'race' }))),
    )
    acknowledged.push(...told.acknowledged.map((one) => one.op))
    expect(new Set(told.refusals)).toEqual(new Set([5]))
    expect(told.acknowledged.length).toBeGreaterThanOrEqual(1)
  }
  const ops = (await stage.entries('prod')).slice(3).map((entry) => entry.op)
  expect(ops.toSorted()).toEqual(acknowledged.toSorted())
})

test('an answer names the entry that was made, and no other', async () => {
  const stage = await staged()
  const told = await all(Array.from({ length: 32 }, (_, i) => stage.as(automation(`job-${i}`)).hold('prod')))
  const entries = await stage.entries('prod')
  for (const { op, seq } of told.acknowledged) expect(entries[seq - 1]?.op).toBe(op)
})

test('moves of different pointers do not get into one another’s way, even where they mark the same bundle', async () => {
  const stage = await staged()
  const pointers = Array.from({ length: 16 }, (_, i) => `region-${i}`)
  for (const pointer of pointers) for (const n of [1, 2]) await stage.ana.promote(`v${n}`, pointer, { create: true })
  const told = await all(pointers.map((pointer, i) => stage.as(human(`p${i}`)).rollback(pointer)))
  expect(told.refusals).toEqual([])
  const marks = await stage.marksOn((await stage.ana.resolve('v2')).data.bundle)
  expect(marks.map((mark) => mark.scope?.pointer).toSorted()).toEqual(pointers.toSorted())
  expect(marks.map((mark) => mark.seq)).toEqual(pointers.map((_, i) => i + 1))
})

test('marks by many at once: each is there, in one chain', async () => {
  const stage = await staged()
  const people = Array.from({ length: 32 }, (_, i) => stage.as(human(`p${i}`)))
  await Promise.all(people.map((one, i) => one.mark('v2', i % 3 ? 'bad' : 'good')))
  const marks = await stage.marksOn((await stage.ana.resolve('v2')).data.bundle)
  expect(new Set(marks.map((mark) => mark.actor.name)).size).toBe(32)
})

test('a first entry is made once', async () => {
  const stage = await staged()
  const told = await all(
    Array.from({ length: 16 }, (_, i) => stage.as(human(`p${i}`)).promote(`v${1 + (i % 4)}`, 'staging')),
  )
  expect([told.acknowledged.length, new Set(told.refusals)]).toEqual([1, new Set([5])])
  expect(await stage.entries('staging')).toHaveLength(1)
})

test('whoever is told that they lost, and looks, and tries again, gets through', async () => {
  const stage = await staged()
  const persistent = async (name: string): Promise<number> => {
    for (let tries = 1; ; tries++) {
      const { data } = await stage.as(human(name)).log('prod')
      const expect = data.entries[0]?.seq ?? 0
      const told = await all([stage.as(human(name)).hold('prod', { expect })])
      if (told.acknowledged.length === 1) return tries
    }
  }
  await Promise.all(Array.from({ length: 12 }, (_, i) => persistent(`p${i}`)))
  const actors = (await stage.entries('prod')).slice(3).map((entry) => entry.actor.name)
  expect(actors.toSorted()).toEqual(Array.from({ length: 12 }, (_, i) => `p${i}`).toSorted())
})
