import { describe, expect, test } from 'vitest'
import type { NameStore } from '../../src/core/ports.ts'
import { codeOf } from './object-store.ts'

const KEY = 'labels/app/v1.4.0-rc.1+build'
const bytes = (text: string): Uint8Array => Buffer.from(text)
const text = (value: Uint8Array | null): string | null => (value === null ? null : Buffer.from(value).toString())

const HOSTILE = [
  '',
  'labels',
  'logs/app/x',
  'objects/ab/cd',
  '../labels/x',
  'labels/../../x',
  'labels/app/',
  'labels/app/..',
  'labels//x',
  'labels/app/a/../b',
  'labels/app/\0',
  '/labels/app/x',
]

/** The laws of NameStore (src/core/ports.ts). `open` makes a fresh, empty store. */
export function nameStoreContract(name: string, open: () => Promise<NameStore> | NameStore): void {
  describe(`${name} keeps names`, () => {
    test('a name is created once', async () => {
      const names = await open()
      expect(await names.read(KEY)).toBeNull()
      expect(await names.create(KEY, bytes('first'))).toBe('won')
      expect(await names.create(KEY, bytes('second'))).toBe('lost')
      expect(text(await names.read(KEY))).toBe('first')
    })

    test('of many that create one name exactly one wins', { timeout: 120_000 }, async () => {
      const names = await open()
      const outcomes = await Promise.all(Array.from({ length: 16 }, (_, n) => names.create(KEY, bytes(`writer ${n}`))))
      expect(outcomes.filter((outcome) => outcome === 'won')).toHaveLength(1)
      expect(text(await names.read(KEY))).toBe(`writer ${outcomes.indexOf('won')}`)
    })

    test('what is derived can be replaced', async () => {
      const names = await open()
      const key = `index/app/${'ab'.repeat(32)}`
      await names.replace(key, bytes('one'))
      await names.replace(key, bytes('two'))
      expect(text(await names.read(key))).toBe('two')
      expect(await names.create(key, bytes('three'))).toBe('lost')
    })

    test('what followers report is never remembered', async () => {
      const [one, other] = [await open(), await open()]
      const key = 'presence/app/prod/web-1-0123456789'
      for (const report of ['first', 'second']) {
        await one.replace(key, bytes(report))
        expect(text(await one.read(key))).toBe(report)
      }
      expect(await one.list('presence/app/prod/')).toEqual([key])
      for (let twice = 0; twice < 2; twice++) await one.remove(key)
      expect(await one.read(key)).toBeNull()
      expect(await other.list('presence/app/prod/')).toEqual([])
      expect(await other.list('presence/other/')).toEqual([])
    })

    test('list gives the keys that start so, sorted', async () => {
      const names = await open()
      const hex = (start: string): string => start.padEnd(64, '0')
      const keys = [
        `index/app/${hex('ab1')}`,
        `index/app/${hex('ab2')}`,
        `index/app/${hex('c')}`,
        `index/app2/${hex('ab1')}`,
        'labels/app/x',
      ]
      for (const key of [...keys].reverse()) await names.create(key, bytes('x'))
      expect(await names.list('index/app/ab')).toEqual(keys.slice(0, 2))
      expect(await names.list('index/app/')).toEqual(keys.slice(0, 3))
      expect(await names.list('index/')).toEqual(keys.slice(0, 4))
      expect(await names.list('index/app/ff')).toEqual([])
      expect(await names.list('labels/other/')).toEqual([])
    })

    test.each(HOSTILE)('the key %j reaches nothing', async (key) => {
      const names = await open()
      expect(await codeOf(names.read(key))).toBe('NAME_UNSAFE')
      expect(await codeOf(names.create(key, bytes('x')))).toBe('NAME_UNSAFE')
      expect(await codeOf(names.replace(key, bytes('x')))).toBe('NAME_UNSAFE')
      expect(await codeOf(names.remove(key))).toBe('NAME_UNSAFE')
    })

    test.each(['../', 'labels/../', 'logs/', 'labels/a b', 'labels/\0'])(
      'the prefix %j reaches nothing',
      async (prefix) => {
        const names = await open()
        expect(await codeOf(names.list(prefix))).toBe('NAME_UNSAFE')
      },
    )
  })
}
