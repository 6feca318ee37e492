import { expect, test } from 'vitest'
import { frozenBy, neverThaws, windowProblem } from '../../src/core/freeze.ts'
import { differenceInterval } from '../../src/core/interval.ts'
import type { Freeze } from '../../src/core/model.gen.ts'

const FRIDAY: Freeze = { days: ['fri'], hours: '16:00-24:00', zone: 'Europe/Berlin' }
const HOLIDAYS: Freeze = { from: '2026-12-20', until: '2027-01-02T06:00:00+01:00' }

test.each<[Freeze, string, boolean]>([
  // 2026-10-02 is a Friday; Berlin is two hours ahead in summer and one in winter.
  [FRIDAY, '2026-10-02T13:59:59Z', false],
  [FRIDAY, '2026-10-02T14:00:00Z', true],
  [FRIDAY, '2026-10-02T21:59:59Z', true],
  [FRIDAY, '2026-10-02T22:00:00Z', false],
  [FRIDAY, '2026-11-06T14:30:00Z', false],
  [FRIDAY, '2026-11-06T15:00:00Z', true],
  [{ days: ['sat', 'sun'] }, '2026-10-03T00:00:00Z', true],
  [{ days: ['sat', 'sun'] }, '2026-10-05T00:00:00Z', false],
  [{ hours: '00:00-06:00' }, '2026-10-05T05:59:00Z', true],
  [{ hours: '00:00-06:00' }, '2026-10-05T06:00:00Z', false],
  [HOLIDAYS, '2026-12-19T23:59:59Z', false],
  [HOLIDAYS, '2026-12-20T00:00:00Z', true],
  [HOLIDAYS, '2027-01-02T04:59:59Z', true],
  [HOLIDAYS, '2027-01-02T05:00:00Z', false],
])('%j at %s: %s', (window, at, isFrozen) => {
  expect(windowProblem(window)).toBeNull()
  expect(frozenBy([window], new Date(at)) !== null).toBe(isFrozen)
})

test('a week without a free minute is found', () => {
  const rest: Freeze = { days: ['mon', 'tue', 'wed', 'thu', 'fri'] }
  expect(neverThaws([rest, { days: ['sat', 'sun'], hours: '00:00-23:59' }])).toBe(false)
  expect(neverThaws([rest, { days: ['sat', 'sun'] }])).toBe(true)
  expect(neverThaws([rest, { days: ['sat', 'sun'], zone: 'Europe/Berlin' }])).toBe(false)
})

test.each([
  // Newcombe's interval of two shares.
  [12, 500, 190, 9500, -0.006654, 0.021673],
  [30, 1000, 190, 19_000, 0.010965, 0.032573],
])('%d of %d against %d of %d', (a, n, b, m, low, high) => {
  const interval = differenceInterval({ share: a / n, count: n }, { share: b / m, count: m }, 0.95)
  expect(interval[0]).toBeCloseTo(low, 6)
  expect(interval[1]).toBeCloseTo(high, 6)
})
