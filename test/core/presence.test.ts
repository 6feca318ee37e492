import { expect, test } from 'vitest'
import type { PointerEntry, Presence } from '../../src/core/model.gen.ts'
import { followersOf, isServed, presenceBytes, presenceKey, readPresence } from '../../src/core/presence.ts'

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const
const NOW = Date.parse('2026-10-01T12:00:00.000Z')
const entry = {
  seq: 4,
  route: {
    arms: { candidate: { bundle: digest('b'), version: 'v2' }, stable: { bundle: digest('a'), version: 'v1' } },
    serve: [{ to: { stable: 100_000 } }],
    fallback: 'stable',
  },
} as unknown as PointerEntry

const report = (host: string, change: Partial<Presence> = {}): Presence => ({
  ...{
    format: 1,
    app: 'fraud',
    pointer: 'prod',
    arm: null,
    host,
    dir: '/srv',
    bundle: digest('a'),
    version: 'v1',
    seq: 4,
  },
  ...{ since: null, said: null, pinned: false, stopped: false, problem: null, at: new Date(NOW - 1000).toISOString() },
  ...change,
})

test('who serves what the pointer says, and who does not', () => {
  const all = [
    report('a'),
    report('b', { bundle: digest('b'), version: 'v2', problem: { code: 'DISK_FULL', message: 'the disk is full' } }),
    report('c', { arm: 'candidate', bundle: digest('b') }),
    report('d', { arm: 'candidate' }),
    report('e', { bundle: null, version: null }),
    report('f', { arm: 'shadow' }),
  ]
  const { behind, ...counts } = followersOf(all, entry, NOW)
  expect(counts).toEqual({ reported: 6, on_target: 3 })
  expect(behind.map(({ host, problem }) => [host, problem])).toEqual([
    ['b', 'the disk is full'],
    ['d', null],
    ['e', null],
  ])
})

test('what was reported five minutes ago, or by one that has ended, does not count', () => {
  const old = (ms: number) => report('a', { at: new Date(NOW - ms).toISOString() })
  expect(followersOf([old(5 * 60_000 - 1)], entry, NOW).reported).toBe(1)
  expect(followersOf([old(5 * 60_000)], entry, NOW).reported).toBe(0)
  expect(followersOf([old(-10 * 60_000)], entry, NOW).reported).toBe(0)
  expect(followersOf([report('a', { stopped: true })], entry, NOW).reported).toBe(0)
})

test('no report is no proof', () => {
  expect(isServed(followersOf([], entry, NOW))).toBe(false)
  expect(isServed(followersOf([report('a')], entry, NOW))).toBe(true)
  expect(isServed(followersOf([report('a'), report('b', { bundle: digest('b') })], entry, NOW))).toBe(false)
})

test('a retired pointer asks nothing of anybody', () => {
  expect(followersOf([report('a')], { ...entry, route: null }, NOW)).toMatchObject({ reported: 1, on_target: 1 })
})

test.each(['web-3', 'WEB_3.eu.example', '', '../../x', 'ä host', '-'.repeat(80), 'x'.repeat(300)])(
  'the host %j has a key',
  (host) => {
    const key = presenceKey(report(host))
    expect(key).toMatch(/^presence\/fraud\/prod\/[A-Za-z0-9][A-Za-z0-9-]*-[0-9a-f]{10}$/)
    expect(key.split('/').at(-1)?.length).toBeLessThanOrEqual(64)
    expect(key).not.toBe(presenceKey(report(host, { dir: '/other' })))
  },
)

test('only a report is read as one', () => {
  const bytes = presenceBytes(report('a'))
  expect(readPresence(bytes, 'x')).toEqual(report('a'))
  for (const text of ['', '{}', '[]', `${Buffer.from(bytes)} `, `{"format":2}`])
    expect(readPresence(Buffer.from(text), 'x')).toBeNull()
  expect(readPresence(null, 'x')).toBeNull()
})
