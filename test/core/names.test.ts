import { describe, expect, test } from 'vitest'
import type { AishipError } from '../../src/core/errors.ts'
import { checkLabel, checkName, nameProblem, nearest } from '../../src/core/names.ts'

// Apps, pointers and components: [a-z0-9][a-z0-9._-]{0,62}, no "..", nothing that reads as a digest or a version (DESIGN §3, Names).

const refusal = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return null
}

test.each([
  'prod',
  'con1',
  'console',
  'com',
  'com10',
  'auxiliary',
  'x.con',
  'null',
  'lpt',
  'prod-eu',
  'a',
  '0',
  'v',
  'v1.4',
  'v1-hotfix',
  'x_y',
  'abcdef',
  'deadbeefs',
  `${'a'.repeat(62)}z`,
])('%j is a name', (name) => {
  expect(nameProblem(name)).toBeNull()
  expect(checkName(name, 'a pointer')).toBe(name)
})

test.each<[string, string]>([
  ['nothing', ''],
  ['a capital', 'Prod'],
  ['a space', 'prod eu'],
  ['a space at the end', 'prod '],
  ['a line break at the end', 'prod\n'],
  ['a slash', 'prod/eu'],
  ['a backslash', 'prod\\eu'],
  ['a tilde, which is a reference', 'prod~1'],
  ['an at, which is a reference', 'prod@4'],
  ['a dot in front', '.prod'],
  ['a dash in front, which is a flag', '-n'],
  ['an underscore in front', '_prod'],
  ['a way up', '..'],
  ['a way up inside', 'prod..eu'],
  ['a dot at the end', 'prod.'],
  ['64 characters', 'z'.repeat(64)],
  ['a letter outside ASCII', 'größe'],
  ['a zero-width space', 'prod\u200b'],
  ['NUL', 'prod\0'],
  ['a version', 'v1'],
  ['a version as of a later day', 'v123456'],
  ['a version that is none', 'v0'],
  ['7 hex digits', 'deadbee'],
  ['7 decimal digits', '1234567'],
  ['64 hex digits', 'a'.repeat(64)],
  ['a device of Windows', 'con'],
  ['another', 'nul'],
  ['a third', 'aux'],
  ['a printer', 'prn'],
  ['a port', 'com1'],
  ['another port', 'lpt9'],
  ['a device with an ending', 'con.x'],
  ['a port with endings', 'com1.tar.gz'],
  ['a digest', `sha256:${'a'.repeat(64)}`],
])('%s is not', (_, name) => {
  expect(nameProblem(name)).not.toBeNull()
  const error = refusal(() => checkName(name, 'a pointer'))
  expect(error).toMatchObject({ code: 'USAGE', exit: 2 })
  expect((error as AishipError).message).toContain(JSON.stringify(name))
  expect((error as AishipError).hint).toBeTruthy()
})

describe('a label may have capitals and "+"', () => {
  test.each(['v1.4.0', 'v1.4.0-rc.1+build', 'Release-7', '2026.10'])('%j is a label', (label) => {
    expect(checkLabel(label)).toBe(label)
  })

  test.each([
    '',
    'v1',
    'V1',
    'DEADBEEF',
    'deadbee',
    '-x',
    'a b',
    'a/b',
    '..',
    'a..b',
    'a.',
    '@last',
    'con',
    'Nul',
    'COM1.x',
    'prod~1',
    'x'.repeat(64),
  ])('%j is not', (label) => {
    const error = refusal(() => checkLabel(label))
    expect(error).toMatchObject({ code: 'USAGE', exit: 2 })
    expect((error as AishipError).hint).toBeTruthy()
  })
})

describe('the nearest name to a mistyped one', () => {
  test.each<[string, readonly string[], string | null]>([
    ['prdo', ['prod', 'staging'], 'prod'],
    ['PROD', ['prod'], 'prod'],
    ['stagin', ['prod', 'staging'], 'staging'],
    ['production', ['prod', 'staging'], null],
    ['x', [], null],
    ['1', ['op', 'a'], null],
    ['ab', ['op', 'abc'], 'abc'],
    ['-=', ['op'], null],
    ['lg', ['log'], 'log'],
    ['prod', ['unrelated'], null],
  ])('%j among %j is %j', (word, known, near) => {
    expect(nearest(word, known)).toBe(near)
  })
})
