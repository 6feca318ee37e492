import { describe, expect, test } from 'vitest'
import { AishipError } from '../../src/core/errors.ts'
import { isHexPrefix, parseRef, type Ref } from '../../src/core/ref.ts'

// A ref is tried as @…, x@N or x~N, vN, sha256:…, pointer, label, then 7–64 hex digits (DESIGN §3, Versions).

const HEX = '3f9a2c51ab12'.padEnd(64, '0')

describe('what a text says before anything is looked up', () => {
  test.each<[string, Ref]>([
    ['@last', { kind: 'special', name: 'last' }],
    ['@newest', { kind: 'special', name: 'newest' }],
    ['@work', { kind: 'special', name: 'work' }],
    ['prod@41', { kind: 'entry', pointer: 'prod', seq: 41 }],
    ['prod~1', { kind: 'earlier', pointer: 'prod', steps: 1 }],
    ['prod~0', { kind: 'earlier', pointer: 'prod', steps: 0 }],
    ['prod-eu.west@7', { kind: 'entry', pointer: 'prod-eu.west', seq: 7 }],
    ['v42', { kind: 'version', version: 42 }],
    [`sha256:${HEX}`, { kind: 'digest', digest: `sha256:${HEX}` }],
    ['sha256:3f9a2c5', { kind: 'prefix', hex: '3f9a2c5' }],
    ['prod', { kind: 'word', word: 'prod' }],
    ['v1.4.0-rc.1+build', { kind: 'word', word: 'v1.4.0-rc.1+build' }],
    ['3f9a2c5', { kind: 'word', word: '3f9a2c5' }],
    [HEX, { kind: 'word', word: HEX }],
    ['abc', { kind: 'word', word: 'abc' }],
  ])('%s', (text, ref) => {
    expect(parseRef(text)).toEqual(ref)
  })
})

test.each([
  '',
  '@',
  '@LAST',
  '@latest',
  '@prod',
  'prod@',
  'prod~',
  'prod@0',
  'prod@-1',
  'prod@1.5',
  'prod@x',
  'prod~1~1',
  'prod@1@2',
  'prod@9999999999999',
  '~1',
  'v1@3',
  'deadbeef@3',
  '../prod@1',
  'sha256:',
  'sha256:3f9a2c',
  'sha256:3F9A2C51AB12',
  `sha256:${HEX}0`,
  'a b',
  'prod/eu',
  '-x',
  'prod\n',
  'pröd',
])('%j is none (exit 2), and the error says what one looks like', (text) => {
  let error: unknown
  try {
    parseRef(text)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(AishipError)
  expect(error).toMatchObject({ code: 'USAGE', exit: 2, next: ['aiship ls'] })
  expect((error as AishipError).message).toContain(JSON.stringify(text))
  expect((error as AishipError).hint).toContain('prod~1')
})

test.each<[string, boolean]>([
  ['3f9a2c', false],
  ['3f9a2c5', true],
  [HEX, true],
  [`${HEX}0`, false],
  ['3F9A2C5', false],
  ['3f9a2cg', false],
])('%s is read as the start of a digest: %s', (word, is) => {
  expect(isHexPrefix(word)).toBe(is)
})
