import { expect, test } from 'vitest'
import type { PointerEntry } from '../../src/core/model.gen.ts'
import { broughtBy, entryInForce, serves } from '../../src/ops/in-force.ts'
import { human, makeStage, type Stage } from './registry.ts'
import { rollouts } from './rollout/hands.ts'

/** v1, held and not, then v2 step by step beside it with a pause, then back, and forward again. A minute between any two. */
async function story(): Promise<Stage> {
  const stage = makeStage()
  for (const model of ['m1', 'm2', 'm3']) await stage.bundle({ model })
  const ana = rollouts(stage, human('ana'))
  const moves = [
    () => stage.ana.promote('v1', 'prod'),
    () => stage.ben.hold('prod'),
    () => stage.ben.unhold('prod'),
    () => ana.start('v2', 'prod', { steps: '10%,50%,100%' }),
    () => ana.pause('prod'),
    () => ana.resume('prod'),
    () => ana.advance('prod'),
    () => ana.advance('prod'),
    () => ana.advance('prod'),
    () => stage.ben.hold('prod'),
    () => stage.ben.rollback('prod'),
    () => stage.ben.unhold('prod'),
    () => stage.ana.promote('v3', 'prod'),
  ]
  for (const move of moves) {
    stage.wait(60)
    await move()
  }
  return stage
}

const at = (entry: PointerEntry): number => Date.parse(entry.at)

test('what was in force at a moment, and which entry had brought it, are what reading all entries says', async () => {
  const stage = await story()
  const entries = await stage.entries('prod')
  const ctx = stage.context(human('ana'))
  expect(entries.length).toBeGreaterThan(11)
  const bundles = new Set(entries.flatMap(({ to, left }) => [to, ...left.map(({ bundle }) => bundle)]))
  for (const moment of entries.flatMap((entry) => [at(entry) - 1, at(entry), at(entry) + 1])) {
    const expected = entries.findLast((entry) => at(entry) <= moment) ?? null
    expect(await entryInForce(ctx, 'prod', moment)).toEqual(expected)
    for (const bundle of bundles) {
      if (expected === null || bundle === null || !serves(expected, bundle)) continue
      let first = expected.seq
      while (first > 1 && serves(entries[first - 2] as PointerEntry, bundle)) first--
      const found = await broughtBy(ctx, 'prod', expected, bundle)
      expect([expected.seq, bundle, found.seq]).toEqual([expected.seq, bundle, first])
    }
  }
})

test('before the first entry, and of a pointer that is not there, nothing was in force', async () => {
  const stage = await story()
  const ctx = stage.context(human('ana'))
  expect(await entryInForce(ctx, 'prod', 0)).toBeNull()
  expect(await entryInForce(ctx, 'canary', Date.parse('2030-01-01'))).toBeNull()
})

test('a long history is not read through', async () => {
  let reads = 0
  const stage = makeStage({
    wrap: (registry) => {
      const read: typeof registry.logs.read = (log, seq) => {
        reads++
        return registry.logs.read(log, seq)
      }
      return { ...registry, logs: { ...registry.logs, read } }
    },
  })
  for (const model of ['m1', 'm2']) await stage.bundle({ model })
  for (let i = 0; i < 200; i++) {
    stage.wait(60)
    await stage.ana.promote(i % 2 === 0 ? 'v1' : 'v2', 'prod')
  }
  const entries = await stage.entries('prod')
  reads = 0
  const found = await entryInForce(stage.context(human('ana')), 'prod', at(entries[60] as PointerEntry))
  expect(found?.seq).toBe(61)
  expect(reads).toBeLessThan(10)
})
