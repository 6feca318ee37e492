import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collisionKey, compareUtf8, findCollision, pathProblem } from '../../src/core/paths.ts'
import { computedMs } from '../stopwatch.ts'

describe('pathProblem', () => {
  test.each([
    'a',
    'model.onnx',
    'data/train/part-0001.parquet',
    '.env',
    '.github/workflows/x.yml',
    'a b/c (1).txt',
    'app/[slug]/page.tsx',
    'größe/日本語.txt',
    '.gitignore',
    '.aiship-components/llm.json',
    'git/x',
    'console.log',
    'nullable.ts',
    'a..b',
    'x'.repeat(255),
    Array.from({ length: 64 }, () => 'd').join('/'),
  ])('accepts %s', (path) => {
    expect(pathProblem(path)).toBeNull()
  })

  test.each([
    ['', 'it is empty'],
    ['/etc/passwd', 'it is absolute'],
    ['a//b', '"" is an empty name'],
    ['a/', '"" is an empty name'],
    ['../x', '".." leads out of the folder'],
    ['a/../../x', '".." leads out of the folder'],
    ['./x', '"." leads out of the folder'],
    ['x'.repeat(256), `"${'x'.repeat(256)}" is longer than 255 bytes`],
    ['é'.repeat(128), `"${'é'.repeat(128)}" is longer than 255 bytes`],
    [`${'d/'.repeat(600)}x`, 'it is longer than 1024 bytes'],
    [Array.from({ length: 65 }, () => 'd').join('/'), 'it is nested deeper than 64 folders'],
    ['a\\b', /reserve/],
    ['c:x', /reserve/],
    ['.git::$INDEX_ALLOCATION', /reserve/],
    ['what?', /reserve/],
    ['a\nb', /control character/],
    ['a\rb', /control character/],
    ['a\u0000', /control character/],
    ['a\u009bb', /control character/],
    ['a\u202eb', /invisible or text-reordering/],
    ['.g\u200cit', /invisible or text-reordering/],
    ['a\u00adb', /invisible or text-reordering/],
    ['e\u0301', /normal form C/],
    ['a\ud800', /not valid UTF-8/],
    ['a\ufffd', /not valid UTF-8/],
    ['x.', /ends in a dot or a space/],
    ['x ', /ends in a dot or a space/],
    ['CON', /device/],
    ['nul.txt', /device/],
    ['com1', /device/],
    ['a/LPT¹', /device/],
    ['clock$', /device/],
    ['.git', /reads as/],
    ['.GIT', /reads as/],
    ['a/.Git/config', /reads as/],
    ['GIT~1', /reads as/],
    ['.aiship', /reads as/],
    ['.ａｉｓｈｉｐ', /reads as/],
  ])('refuses %j', (path, problem) => {
    if (typeof problem === 'string') expect(pathProblem(path)).toBe(problem)
    else expect(pathProblem(path)).toMatch(problem)
  })
})

describe('findCollision', () => {
  test.each([
    [['a', 'b', 'c/d', 'c/e', 'C2/d'], null],
    [['A/x', 'B/x'], null],
    [
      ['a', 'A'],
      ['a', 'A'],
    ],
    [
      ['Data/x', 'data/y'],
      ['Data', 'data'],
    ],
    [
      ['straße', 'STRASSE'],
      ['straße', 'STRASSE'],
    ],
    [
      ['ﬀ', 'ff'],
      ['ﬀ', 'ff'],
    ],
    [
      ['x/ｆile', 'x/file'],
      ['x/ｆile', 'x/file'],
    ],
    [
      ['a', 'a/b'],
      ['a', 'a'],
    ],
    [
      ['a/b', 'a'],
      ['a', 'a'],
    ],
    [
      ['A', 'a/b'],
      ['A', 'a'],
    ],
    [
      ['a/b', 'A'],
      ['a', 'A'],
    ],
    [
      ['x', 'x'],
      ['x', 'x'],
    ],
    [
      ['K', '\u212a'],
      ['K', '\u212a'],
    ],
  ] as const)('%j: %j', (paths, expected) => {
    expect(findCollision(paths)).toEqual(expected)
  })

  test('agrees with comparing every pair, in any order', () => {
    const part = fc.constantFrom('a', 'A', 'b', 'ß', 'ss', 'x.y', 'X.Y', 'ﬁ', 'fi')
    const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 8 }), (paths) => {
        expect(findCollision(paths) !== null).toBe(paths.some((a) => paths.some((b) => a !== b && clash(a, b))))
        expect(findCollision([...paths].reverse()) !== null).toBe(findCollision(paths) !== null)
      }),
    )
  })

  test('50,000 paths take well under a second', () => {
    const paths = Array.from({ length: 50_000 }, (_, i) => `data/part-${i % 200}/record-${i}.json`)
    const start = computedMs()
    expect(findCollision(paths)).toBeNull()
    expect(paths.every((path) => pathProblem(path) === null)).toBe(true)
    expect(computedMs() - start).toBeLessThan(1500)
  })
})

/** The slow definition: some prefix of one folds to some prefix of the other, and they are not the same folder. */
function clash(a: string, b: string): boolean {
  const prefixes = (path: string) => path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))
  return prefixes(a).some((x) =>
    prefixes(b).some((y) => collisionKey(x) === collisionKey(y) && (x !== y || (x === a) !== (y === b))),
  )
}

test('compareUtf8 is the order of the bytes', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', 'é', '\ue000', '\uffff', '😀', '\ud7ff') })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})
