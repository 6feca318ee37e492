import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startSignals } from '../../src/store/signals.ts'

const seed = Number(process.env.AISHIP_SEED ?? Date.now())

describe('signals', () => {
  test('are the same on both sides of what is shared', () => {
    const here = startSignals()
    const there = startSignals(here.shared)
    expect([there.isStopped, there.isRaised, there.done()]).toEqual([false, false, 0])
    there.advance(7)
    here.advance(5)
    expect([here.done(), there.done()]).toEqual([12, 12])
    here.raise()
    expect([there.isRaised, there.isStopped]).toEqual([true, false])
    there.stop()
    expect([here.isStopped, here.isRaised]).toEqual([true, true])
  })

  test('of one job say nothing to another', () => {
    const [one, other] = [startSignals(), startSignals()]
    one.stop()
    one.raise()
    one.advance(1)
    one.take(1)
    expect([other.isStopped, other.isRaised, other.done(), other.take(1)]).toEqual([false, false, 0, 0])
  })

  test('count bytes beyond 4 GiB, and back where a copy begins again', () => {
    const signals = startSignals()
    for (let n = 0; n < 10; n++) signals.advance(2 ** 31)
    expect(signals.done()).toBe(10 * 2 ** 31)
    signals.advance(-(10 * 2 ** 31))
    expect(signals.done()).toBe(0)
  })

  test('give each item to one taker only', () => {
    const taken = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 50 })
    const property = fc.property(taken, (counts) => {
      const first = startSignals()
      const takers = [first, startSignals(first.shared), startSignals(first.shared)]
      const items = counts.flatMap((count, n) => {
        const from = takers[n % 3]?.take(count) as number
        return Array.from({ length: count }, (_, i) => from + i)
      })
      expect(items).toEqual([...items.keys()])
    })
    fc.assert(property, { seed })
  })

  test('wait no longer than they are told', () => {
    const signals = startSignals()
    const began = performance.now()
    signals.wait(20)
    const waited = performance.now() - began
    expect(waited).toBeGreaterThanOrEqual(15)
    expect(waited).toBeLessThan(5000)
  })
})
