import { expect, test } from 'vitest'
import { mayChunk } from '../../src/core/dedup.ts'

const KIB = 1024

test.each([
  ['model-weights', 'auto', 4096 * KIB, true],
  ['model-weights', 'auto', 4096 * KIB - 1, false],
  ['model-weights', 'whole', 2 ** 40, false],
  ['model-weights', 'chunks', 256 * KIB, true],
  ['model-weights', 'chunks', 256 * KIB - 1, false],
  ['dataset', 'auto', 2 ** 31, true],
  ['embedding-index', 'auto', 2 ** 31, true],
  ['eval-set', 'auto', 2 ** 31, true],
  ['inference-code', 'auto', 2 ** 31, false],
  ['inference-code', 'chunks', 2 ** 31, true],
  ['prompt', 'auto', 2 ** 31, false],
] as const)('%s, %s, %i bytes: %s', (role, dedup, size, expected) => {
  expect(mayChunk(role, dedup, size)).toBe(expected)
})
