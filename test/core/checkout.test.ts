import { expect, test } from 'vitest'
import { isCheckoutFile } from '../../src/core/checkout.ts'

test.each([
  ['.aiship-release.json', true],
  ['.AIship-Release.JSON', true],
  ['.aiship-release.json.', true],
  ['.aiship-incoming/0', true],
  ['.aiship-components/llm.json', false],
  ['data/.aiship-release.json', false],
  ['aiship-release.json', false],
  ['.aiship-release.json.bak', false],
])('%s is kept by a checkout for itself: %s', (path, expected) => {
  expect(isCheckoutFile(path)).toBe(expected)
})
