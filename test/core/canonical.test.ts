import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalBytes } from '../../src/core/digest.ts'

test('canonical JSON is what the published implementation of RFC 8785 writes', () => {
  const key = fc.string({ unit: 'grapheme' }).filter((word) => !/^(__proto__|constructor|prototype)$/.test(word))
  const { value: json } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, false),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
      fc.string({ unit: 'grapheme' }),
      fc.array(tie('value')),
      fc.dictionary(key, tie('value')),
    ),
  }))
  fc.assert(
    fc.property(json, (value) => {
      expect(Buffer.from(canonicalBytes(value)).toString('utf8')).toBe(canonicalize(value as object))
    }),
    { numRuns: 2000 },
  )
})
