import { describe, expect, test } from 'vitest'
import { globBase, globProblem, isGlob, makeIgnoreMatcher, makeMatcher } from '../../src/core/globs.ts'
import { computedMs } from '../stopwatch.ts'

describe('makeMatcher', () => {
  test.each([
    ['data/**', 'data/a/b.csv', true],
    ['data/**', 'data/.hidden/x', true],
    ['data/**', 'datax/a', false],
    ['**/*.csv', 'a.csv', true],
    ['**/*.csv', 'x/y/a.csv', true],
    ['*.csv', 'x/a.csv', false],
    ['a?.txt', 'ab.txt', true],
    ['a?.txt', 'a/.txt', false],
    ['part-[0-9].bin', 'part-7.bin', true],
    ['part-[!0-9].bin', 'part-7.bin', false],
    ['part-[!0-9].bin', 'part-x.bin', true],
    ['x.{json,yaml}', 'x.yaml', true],
    ['x.{json,yaml}', 'x.toml', false],
    ['report (*).txt', 'report (1).txt', true],
    ['a+*', 'a+b', true],
    ['a+*', 'aab', false],
    ['(a|b)*', 'a', false],
    ['@(a)*', '@(a)x', true],
    ['!x*', '!xy', true],
    ['mail/**/cur/*', 'mail/a/b/cur/1', true],
    ['mail/**/cur/*', 'mail/cur/1', true],
  ])('%s on %s: %s', (glob, path, expected) => {
    expect(globProblem(glob)).toBeNull()
    expect(makeMatcher(glob)(path)).toBe(expected)
  })
})

describe('makeIgnoreMatcher', () => {
  test.each([
    ['scratch', 'scratch', true],
    ['scratch', 'a/scratch/b/c', true],
    ['scratch/', 'a/scratch/b', true],
    ['**/scratch/**', 'a/scratch', true],
    ['**/scratch/**', 'scratch/x', true],
    ['*.tmp', 'a/b.tmp', true],
    ['data/raw', 'data/raw/x', true],
    ['data/raw', 'x/data/raw', false],
    ['./data/raw/', 'data/raw/x', true],
    ['data/*.csv', 'data/x/y.csv', false],
  ])('%s on %s: %s', (line, path, expected) => {
    expect(makeIgnoreMatcher(line)(path)).toBe(expected)
  })
})

test.each([
  ['model.onnx', false],
  ['app/[slug]/page.tsx', true],
  ['a*', true],
  ['a?', true],
  ['a{b}', false],
  ['a{b,c}', true],
  ['report (1).txt', false],
])('isGlob(%s) is %s', (text, expected) => {
  expect(isGlob(text)).toBe(expected)
})

test.each([
  ['data/**/x.csv', 'data'],
  ['**/x', ''],
  ['a/b/c*', 'a/b'],
  ['a/b/c', 'a/b'],
])('globBase(%s) is %s', (glob, base) => {
  expect(globBase(glob)).toBe(base)
})

test.each([
  ['', /empty/],
  ['/abs/*', /absolute/],
  ['../*', /leads out/],
  ['a\\b', /backslash/],
  ['*a*a*a*a*b', /more than 4 "\*"/],
  ['**/a/**/a/**/a/**/a/**/b', /more than 4 "\*\*"/],
  ['{a,{b,c}}', /without another/],
  ['a{b', /needs its "}"/],
  ['a[b', /needs its "]"/],
  ['x'.repeat(1025), /longer/],
])('%s is no pattern', (glob, problem) => {
  expect(globProblem(glob)).toMatch(problem)
})

test('the worst pattern that is allowed stays quick on the worst names', () => {
  const match = makeMatcher('**/*a*a*a*b')
  const name = 'a'.repeat(100)
  const start = computedMs()
  for (let i = 0; i < 10; i++) expect(match(`${name}/${name}`)).toBe(false)
  expect(computedMs() - start).toBeLessThan(2000)
})
