import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeBreaker } from '../../src/core/breaker.ts'
import { backoff, chanceFrom, type Flights, makeFlights } from '../../src/core/flights.ts'
import { readAnswer } from '../../src/core/hook.ts'

interface Item {
  readonly key: string
  readonly entity: string
  readonly n: number
}

const item = (n: number, entity: string): Item => ({ key: `k${n}`, entity, n })
const PACE = { concurrency: 2, rate: null, deadlineMs: 1000 }
const takeAll = (flights: Flights<Item>, now: number): readonly Item[] => {
  const taken: Item[] = []
  for (let one = flights.take(now); one !== null; one = flights.take(now)) taken.push(one)
  return taken
}

describe('flights', () => {
  test('of one entity one at a time, in order, however the answers come', () => {
    const step = fc.record({
      pick: fc.nat(),
      what: fc.constantFrom('settle', 'rest', 'nothing', 'late'),
      ms: fc.nat(400),
    })
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }),
        fc.array(step, { maxLength: 200 }),
        fc.integer({ min: 1, max: 6 }),
        (entities, steps, concurrency) => {
          const flights = makeFlights<Item>({ ...PACE, concurrency })
          const items = entities.map((entity, n) => item(n, `e${entity}`))
          for (const one of items) flights.add(one)
          const flying = new Set<Item>()
          const done: Item[] = []
          let now = 0
          const settleSome = [...steps, ...Array.from({ length: 400 }, () => ({ pick: 0, what: 'settle', ms: 400 }))]
          for (const { pick, what, ms } of settleSome) {
            now += ms
            for (const late of flights.late(now)) {
              flying.delete(late)
              flights.rest(late, now + 100)
            }
            for (const due of flights.due(now)) flights.add(due)
            for (const one of takeAll(flights, now)) {
              expect([...flying].some(({ entity }) => entity === one.entity)).toBe(false)
              // Whatever was before it in its entity is done.
              const before = items.filter(({ entity, n }) => entity === one.entity && n < one.n)
              expect(before.every((other) => done.includes(other))).toBe(true)
              flying.add(one)
            }
            expect(flying.size).toBeLessThanOrEqual(concurrency)
            expect(flights.flying).toBe(flying.size)
            const chosen = [...flying][pick % Math.max(1, flying.size)]
            if (chosen === undefined || what === 'nothing') continue
            if (what === 'late') now += PACE.deadlineMs
            else {
              flying.delete(chosen)
              if (what === 'rest') flights.rest(chosen, now + ms)
              else {
                flights.settle(chosen)
                done.push(chosen)
              }
            }
          }
          expect(done).toHaveLength(items.length)
          expect(flights.size).toBe(0)
          expect(flights.wait(now)).toBe(null)
        },
      ),
    )
  })

  test('no more than the rate, in any stretch of time, and no less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 60 }),
        (rate, gaps) => {
          const flights = makeFlights<Item>({ concurrency: 1_000_000, rate, deadlineMs: 1e9 })
          for (let n = 0; n < 20_000; n++) flights.add(item(n, `e${n}`))
          let [now, sent] = [0, takeAll(flights, 0).length]
          for (const gap of gaps) {
            now += gap
            const some = takeAll(flights, now).length
            expect(some).toBeLessThanOrEqual(Math.max(1, rate / 10) + 1)
            sent += some
          }
          expect(sent).toBeLessThanOrEqual(1 + (now / 1000) * rate)
          const wait = flights.wait(now) as number
          expect(takeAll(flights, now + wait).length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('a clock that is set back gives nothing and loses nothing', () => {
    const flights = makeFlights<Item>({ ...PACE, concurrency: 100, rate: 10 })
    for (let n = 0; n < 10; n++) flights.add(item(n, `e${n}`))
    expect(takeAll(flights, 10_000)).toHaveLength(1)
    expect(takeAll(flights, 5000)).toHaveLength(0)
    expect(takeAll(flights, 10_100)).toHaveLength(1)
  })

  test('what was never taken comes back when all is stopped, and what is on its way does not', () => {
    const flights = makeFlights<Item>(PACE)
    const [a, b, c, d] = [item(0, 'x'), item(1, 'x'), item(2, 'y'), item(3, 'z')] as const
    for (const one of [a, b, c, d]) flights.add(one)
    expect(takeAll(flights, 0)).toEqual([a, c])
    flights.rest(c, 10)
    expect(flights.drain()).toEqual([b, d])
    expect(flights.size).toBe(1)
    flights.settle(a)
    expect(flights.size).toBe(0)
    expect(flights.find('k1')).toBe(null)
  })

  test('what a hook that died was sent is told, once', () => {
    const flights = makeFlights<Item>(PACE)
    for (const n of [0, 1, 2]) flights.add(item(n, `e${n}`))
    expect(takeAll(flights, 0)).toHaveLength(2)
    expect(flights.lost().map(({ n }) => n)).toEqual([0, 1])
    expect(flights.lost()).toEqual([])
  })
})

test('rests grow twice as long each time, up to a minute, by chance up to half less', () => {
  const chance = chanceFrom(42)
  for (let tries = 1; tries < 30; tries++) {
    const full = Math.min(60_000, 250 * 2 ** (tries - 1))
    const ms = backoff(tries, chance)
    expect(ms).toBeGreaterThanOrEqual(full / 2)
    expect(ms).toBeLessThanOrEqual(full)
  }
  const again = [chanceFrom(7), chanceFrom(7)].map((one) => Array.from({ length: 5 }, one))
  expect(again[0]).toEqual(again[1])
})

describe('the breaker', () => {
  const options = { in_a_row: 5, failed_share: 0.02, conflict_share: 0.05 }
  const openAfter = (outcomes: readonly ('done' | 'conflict' | 'failed')[]) => {
    const breaker = makeBreaker(options)
    for (const [i, outcome] of outcomes.entries()) {
      const why = breaker.add(outcome)
      if (why !== null) return { after: i + 1, why }
    }
    return null
  }
  const every = (n: number, what: 'conflict' | 'failed', total: number) =>
    Array.from({ length: total }, (_, i) => (i % n === n - 1 ? what : ('done' as const)))

  test('opens after five failures in a row, and not after four and a success', () => {
    expect(openAfter(Array(5).fill('failed'))).toEqual({ after: 5, why: '5 failures in a row' })
    expect(openAfter(['failed', 'failed', 'failed', 'failed', 'done', 'failed', 'failed', 'failed', 'failed'])).toBe(
      null,
    )
  })
  test('opens above 2 % of the last 500, and stays shut at 2 %', () => {
    expect(openAfter(every(50, 'failed', 5000))).toBe(null)
    expect(openAfter(every(40, 'failed', 5000))?.why).toMatch(/^11 of the last \d+ failed$/)
  })
  test('opens above 5 % of conflicts, and stays shut at 5 %', () => {
    expect(openAfter(every(20, 'conflict', 5000))).toBe(null)
    expect(openAfter(every(15, 'conflict', 5000))?.why).toMatch(/^26 of the last \d+ were conflicts$/)
  })
  test('one failure at the start is no share', () => {
    expect(openAfter(['failed', ...every(100, 'failed', 300)])).toBe(null)
  })
})

describe('an answer', () => {
  test.each([
    ['{"key":"a","status":"applied"}', { key: 'a', status: 'applied' }],
    [
      '{"key":"a","status":"applied","undo":{"was":1},"note":"ok"}',
      { key: 'a', status: 'applied', undo: { was: 1 }, note: 'ok' },
    ],
    ['{"key":"a","status":"retry","retry_after_ms":1500}', { key: 'a', status: 'retry', retryAfter: 1500 }],
    ['{"key":"a","status":"retry","retry_after_ms":1e99}', { key: 'a', status: 'retry', retryAfter: 86_400_000 }],
    ['{"key":"a","status":"retry","retry_after_ms":-1}', { key: 'a', status: 'retry' }],
    ['{"key":"a","status":"done"}', { key: 'a', status: 'failed', note: 'it answered the status "done"' }],
    ['{"key":"a"}', { key: 'a', status: 'failed', note: 'it answered the status undefined' }],
    [
      '{"key":"a","status":"applied","undo":{"__proto__":1}}',
      { key: 'a', status: 'applied', note: 'its undo cannot be kept: too long, or no plain JSON' },
    ],
    [
      `{"key":"a","status":"applied","undo":"${'x'.repeat(70_000)}"}`,
      { key: 'a', status: 'applied', note: 'its undo cannot be kept: too long, or no plain JSON' },
    ],
    ['{"key":"a","status":"failed","note":"\\ud800"}', { key: 'a', status: 'failed', note: '\ufffd' }],
    ['{"key":7,"status":"applied"}', null],
    ['connected to the mailbox', null],
    ['null', null],
    ['[]', null],
    ['', null],
  ])('%s', (line, answer) => {
    expect(readAnswer(line)).toEqual(answer)
  })
})
