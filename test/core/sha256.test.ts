import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_SHA256, sha256 } from '../../src/core/sha256.ts'

const reference = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('every length around the edges of a block, the longest, and one after the other', () => {
  for (const length of [...Array.from({ length: 300 }, (_, n) => n), MAX_SHA256 - 1, MAX_SHA256, 0, 1]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) % 256)
    expect(sha256(bytes)).toBe(reference(bytes))
  }
})

test('equal to the one of Node for any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 9000 }), (bytes) => sha256(bytes) === reference(bytes)))
})
