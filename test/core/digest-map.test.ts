import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestOf } from '../../src/core/digest.ts'
import { makeDigestMap } from '../../src/core/digest-map.ts'

test('is a Map', () => {
  const name = fc.integer({ min: 0, max: 3000 }).map((n) => digestOf(String(n)))
  const rows = fc.array(fc.tuple(name, fc.nat()), { maxLength: 3000 })
  fc.assert(
    fc.property(rows, fc.array(name), (given, asked) => {
      const [map, model] = [makeDigestMap(), new Map<string, number>()]
      for (const [i, [digest, value]] of given.entries()) {
        const bytes = Buffer.from(`0000${digest.slice(7)}`, 'hex')
        if (i % 2 === 0) map.set(digest, value)
        else map.setBytes(new DataView(bytes.buffer, bytes.byteOffset), 2, value)
        model.set(digest, value)
      }
      expect(map.size).toBe(model.size)
      expect(map.sum()).toBeCloseTo([...model.values()].reduce((a, b) => a + b, 0))
      for (const digest of [...asked, ...model.keys()] as typeof asked) {
        expect(map.get(digest)).toBe(model.get(digest))
        expect(map.has(digest)).toBe(model.has(digest))
      }
    }),
    { numRuns: 30, ...seed() },
  )
})

test('grows', () => {
  const map = makeDigestMap()
  for (let n = 0; n < 100_000; n++) map.set(digestOf(String(n)), n)
  expect(map.size).toBe(100_000)
  for (let n = 0; n < 100_000; n++) expect(map.get(digestOf(String(n)))).toBe(n)
  expect(map.has(digestOf('another'))).toBe(false)
})

/** The same runs for the same AISHIP_SEED. */
function seed(): { seed?: number } {
  const given = process.env.AISHIP_SEED
  return given === undefined ? {} : { seed: Number(given) }
}
