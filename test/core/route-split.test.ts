import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/core/digest.ts'
import { compileRoute } from '../../src/core/route-decide.ts'
import { BUCKET, canary } from './routes.ts'

// What the research calls I7, on a million keys: shares are what the weights say, and raising a weight moves nobody out.

const KEYS = 1_000_000
const WEIGHTS = [100, 500, 1000, 5000, 10_000, 25_000, 50_000]
/** One in 10^6 for one degree of freedom: the keys are fixed, so it holds or it does not. */
const CRITICAL = 23.93

describe('a million keys', () => {
  test('each weight from 0.1 % to 50 % gets its share, and keeps everybody when it is raised', async () => {
    const steps = await Promise.all(
      WEIGHTS.map(async (weight) => ({
        weight,
        ...(await compileRoute(canary({ candidate: weight }, { bucket: { ...BUCKET, salt: 'ro_7f3:' } }))),
        count: 0,
      })),
    )
    let movedOut = 0
    for (let i = 0; i < KEYS; i++) {
      const context = { targetingKey: `user-${i}` }
      let wasIn = false
      for (const step of steps) {
        const isIn = step.decide(context).arm === 'candidate'
        if (isIn) step.count++
        if (wasIn && !isIn) movedOut++
        wasIn = isIn
      }
    }
    expect(movedOut).toBe(0)
    for (const { weight, count } of steps) {
      const expected = (KEYS * weight) / 100_000
      const chi = (count - expected) ** 2 / expected + (count - expected) ** 2 / (KEYS - expected)
      expect({ weight, count, isWithinChance: chi < CRITICAL }).toMatchObject({ isWithinChance: true })
    }
  }, 120_000)
})

const weights = fc
  .tuple(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 0, max: 50_000 }))
  .map(([a, b]): readonly [number, number] => [Math.min(a, b), Math.max(a, b)])
const keys = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 40 })

test('with one salt, raising the candidate and its control of the same size moves nobody out of the candidate', async () => {
  await fc.assert(
    fc.asyncProperty(weights, keys, fc.stringMatching(/^[!-~]{0,16}$/), async ([low, high], all, salt) => {
      const bucket = { ...BUCKET, salt }
      const matched = (weight: number) =>
        canary({ candidate: weight, control: Math.min(weight, 100_000 - weight) }, { bucket })
      const [before, after] = [await compileRoute(matched(low)), await compileRoute(matched(high))]
      for (const key of all)
        if (before.decide({ targetingKey: key }).arm === 'candidate')
          expect(after.decide({ targetingKey: key }).arm).toBe('candidate')
    }),
    { seed: 7, numRuns: 200 },
  )
})

test('the same route, however its keys are ordered, decides the same for everybody', async () => {
  await fc.assert(
    fc.asyncProperty(weights, keys, async ([low, high], all) => {
      const route = canary({ candidate: low, control: high - low })
      const turned = JSON.parse(
        JSON.stringify(route, (_, value) =>
          value !== null && typeof value === 'object' && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).reverse())
            : value,
        ),
      )
      expect(canonicalBytes(turned)).toEqual(canonicalBytes(route))
      const [one, other] = [await compileRoute(route), await compileRoute(turned)]
      for (const key of all) expect(other.decide({ targetingKey: key })).toEqual(one.decide({ targetingKey: key }))
    }),
    { seed: 7, numRuns: 200 },
  )
})

test('an arm of weight 0 gets nobody, whatever the key', async () => {
  await fc.assert(
    fc.asyncProperty(keys, fc.constantFrom('candidate', 'control'), async (all, arm) => {
      const { decide } = await compileRoute(canary({ candidate: 40_000, control: 40_000, [arm]: 0 }))
      for (const key of all) expect(decide({ targetingKey: key }).arm).not.toBe(arm)
    }),
    { seed: 7 },
  )
})
