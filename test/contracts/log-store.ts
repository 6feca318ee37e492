import { describe, expect, test } from 'vitest'
import type { LogStore } from '../../src/core/ports.ts'
import { codeOf } from './object-store.ts'

const LOG = 'pointers/app/prod'
const entry = (seq: number, writer = 'a'): Uint8Array => Buffer.from(JSON.stringify({ seq, writer }))
const textOf = (record: { readonly bytes: Uint8Array } | null): string | null =>
  record === null ? null : Buffer.from(record.bytes).toString()

/** Names that must never become a path: each of them is refused by every method. */
const HOSTILE = [
  '',
  'prod',
  '/etc/passwd',
  '../outside/log',
  'pointers/../../outside',
  'pointers/app/..',
  'pointers/app/.',
  'pointers//prod',
  'pointers/app/',
  'pointers/app/a..b',
  'pointers/app/.hidden',
  'pointers/app/a\\b',
  'pointers/app/a\0b',
  'pointers/app/a b',
  'pointers/app/a\n',
  'pointers/app/é',
  `pointers/app/${'x'.repeat(65)}`,
  'a/b/c/d/e/f/g/h/i',
]

/** The laws of LogStore (src/core/ports.ts). `open` makes a fresh, empty store; `races`, of 16 writers each. */
export function logStoreContract(name: string, open: () => Promise<LogStore> | LogStore, races = 20): void {
  describe(`${name} keeps logs`, () => {
    test('an empty log has no tip, no entry and no number', async () => {
      const logs = await open()
      expect(await logs.tip(LOG)).toBeNull()
      expect(await logs.read(LOG, 1)).toBeNull()
      expect(await logs.numbers(LOG)).toEqual([])
      expect(await logs.list('pointers/')).toEqual([])
    })

    test('entries come back as they were appended; the tip is the one with the highest number', async () => {
      const logs = await open()
      for (let seq = 1; seq <= 50; seq++) {
        expect(await logs.append(LOG, seq, entry(seq))).toBe('won')
        const tip = await logs.tip(LOG)
        expect(tip?.seq).toBe(seq)
        expect(textOf(tip)).toBe(Buffer.from(entry(seq)).toString())
      }
      expect(await logs.numbers(LOG)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
      expect(textOf(await logs.read(LOG, 7))).toBe(Buffer.from(entry(7)).toString())
      expect(await logs.read(LOG, 51)).toBeNull()
    })

    test('a loser changes nothing', async () => {
      const logs = await open()
      expect(await logs.append(LOG, 1, entry(1, 'first'))).toBe('won')
      expect(await logs.append(LOG, 1, entry(1, 'second'))).toBe('lost')
      expect(await logs.append(LOG, 1, entry(1, 'first'))).toBe('lost')
      expect(textOf(await logs.read(LOG, 1))).toContain('first')
      expect((await logs.tip(LOG))?.seq).toBe(1)
    })

    test('of many appends of one number exactly one wins', { timeout: 120_000 }, async () => {
      const logs = await open()
      for (let seq = 1; seq <= races; seq++) {
        const writers = Array.from({ length: 16 }, (_, n) => `writer-${n}`)
        const outcomes = await Promise.all(writers.map((writer) => logs.append(LOG, seq, entry(seq, writer))))
        expect(outcomes.filter((outcome) => outcome === 'won')).toHaveLength(1)
        expect(textOf(await logs.read(LOG, seq))).toContain(`"${writers[outcomes.indexOf('won')]}"`)
      }
    })

    test('logs do not see each other; list gives the names below a folder, sorted', async () => {
      const logs = await open()
      const names = [
        'pointers/app/staging',
        'pointers/app/prod',
        'pointers/app2/prod',
        'versions/app',
        `marks/${'a'.repeat(64)}`,
      ]
      for (const log of names) await logs.append(log, 1, entry(1, log))
      for (const log of names) expect(textOf(await logs.tip(log))).toContain(log)
      expect(await logs.list('pointers/app/')).toEqual(['pointers/app/prod', 'pointers/app/staging'])
      expect(await logs.list('pointers/')).toEqual(['pointers/app/prod', 'pointers/app/staging', 'pointers/app2/prod'])
      expect(await logs.list('versions/')).toEqual(['versions/app'])
      expect(await logs.list('nothing/')).toEqual([])
    })

    test('numbers are what a listing shows, gaps included', async () => {
      const logs = await open()
      for (const seq of [1, 2, 5]) await logs.append(LOG, seq, entry(seq))
      expect(await logs.numbers(LOG)).toEqual([1, 2, 5])
    })

    test.each(HOSTILE)('the name %j reaches nothing', async (log) => {
      const logs = await open()
      expect(await codeOf(logs.tip(log))).toBe('NAME_UNSAFE')
      expect(await codeOf(logs.read(log, 1))).toBe('NAME_UNSAFE')
      expect(await codeOf(logs.append(log, 1, entry(1)))).toBe('NAME_UNSAFE')
      expect(await codeOf(logs.numbers(log))).toBe('NAME_UNSAFE')
    })

    test.each(['../', 'pointers/../', '/', 'a b/', 'pointers/\0/'])('the prefix %j reaches nothing', async (prefix) => {
      const logs = await open()
      expect(await codeOf(logs.list(prefix))).toBe('NAME_UNSAFE')
    })

    test.each([0, -1, 1.5, Number.NaN, 1e12, Number.MAX_SAFE_INTEGER + 1])('the number %d is no entry', async (seq) => {
      const logs = await open()
      expect(await codeOf(logs.append(LOG, seq, entry(1)))).toBe('NAME_UNSAFE')
      expect(await codeOf(logs.read(LOG, seq))).toBe('NAME_UNSAFE')
    })
  })
}
