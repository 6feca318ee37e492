import { expect, test } from 'vitest'
import { textDiff, textOf } from '../../src/core/textdiff.ts'

const lines = (count: number, prefix = 'line'): string =>
  Array.from({ length: count }, (_, i) => `${prefix} ${i}\n`).join('')

test('a change with three lines around it', () => {
  const from = lines(20)
  expect(textDiff(from, from.replace('line 10', 'LINE 10'))).toBe(
    [
      '@@ -8,7 +8,7 @@',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+LINE 10',
      ' line 11',
      ' line 12',
      ' line 13',
    ].join('\n'),
  )
})

test('a last line without its end says so', () => {
  expect(textDiff('a\n', 'a')).toContain('No newline at end of file')
})

test('the same texts have no difference', () => {
  expect(textDiff('a\n', 'a\n')).toBe('')
})

test('texts that have nothing in common are given up, soon', { timeout: 10_000 }, () => {
  expect(textDiff(lines(8000, 'a'), lines(8000, 'b'))).toBeNull()
})

test.each([
  ['UTF-8', Buffer.from('größe\n'), 'größe\n'],
  ['nothing', Buffer.alloc(0), ''],
  ['a NUL', Buffer.from('a\0b'), null],
  ['no UTF-8', Buffer.from([0xff, 0xfe, 0x41]), null],
])('%s is text: %s', (_name, bytes, expected) => {
  expect(textOf(bytes)).toBe(expected)
})
